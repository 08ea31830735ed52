// The witness: cosigns a head only if it extends the last one it saw. It shares nothing with the log: neither key, nor
// store, nor trust in what the log says about itself.
import { base64Bytes, hexBytes, hexText, utf8Bytes } from '../../domain/attestation/bytes/text-bytes.ts';
import { type Checkpoint, parseCheckpoint, treeSizeOf } from '../../domain/attestation/log/checkpoint.ts';
import { EMPTY_ROOT } from '../../domain/attestation/log/merkle-hash.ts';
import { cosignCheckpoint } from '../../domain/attestation/log/sign-checkpoint.ts';
import { openNote } from '../../domain/attestation/log/signed-note.ts';
import type { VerifierKey } from '../../domain/attestation/log/verifier-key.ts';
import { verifyConsistency } from '../../domain/attestation/log/verify-proof.ts';
import { IntegrityError } from '../../domain/errors.ts';
import { millisOf } from '../../domain/time.ts';
import type { Alarm } from '../ports/alarm.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cosigner, VerifyEd25519 } from '../ports/signer.ts';
import type { CosignAnswer, CosignRequest, SeenHead, WitnessStore } from '../ports/witness.ts';

/** What a witness needs. */
export interface WitnessDeps {
  /** The log it watches. */
  readonly origin: string;
  /** Keys that log may sign with: during a rotation, both. */
  readonly logKeys: readonly VerifierKey[];
  readonly cosigner: Cosigner;
  readonly store: WitnessStore;
  readonly checkEd25519: VerifyEd25519;
  /** Real time: a cosignature says when its head was the newest one known. */
  readonly wallClock: Clock;
  readonly alarm: Alarm;
}

/** A head as the log presents it, its signature checked. */
interface Presented {
  readonly size: number;
  readonly root: Uint8Array;
  readonly note: string;
}

/**
 * Makes the use case. A head is remembered before it is cosigned, so a crash in between can only lose a signature.
 * @throws IntegrityError after raising an alarm: `SIGNATURE` when the note is not this log's, `FORK` when the head does
 * not extend the last one seen
 */
export function cosignHeads(deps: WitnessDeps): (request: CosignRequest) => Promise<CosignAnswer> {
  return async (request) => {
    try {
      return await consider(deps, request);
    } catch (error) {
      if (error instanceof IntegrityError) await raise(deps, error, request);
      throw error;
    }
  };
}

async function consider(deps: WitnessDeps, { note, oldSize, proof }: CosignRequest): Promise<CosignAnswer> {
  const head = openHead(deps, note);
  const last = await deps.store.last(deps.origin);
  if (last !== undefined && last.size === head.size && last.root !== hexText(head.root)) {
    throw forked(last, head, 'has another root than the head of that size seen before');
  }
  const lastSize = last?.size ?? 0;
  // Not suspicious by itself: another run may have shown a newer head meanwhile. The log must then prove from there.
  if (oldSize !== lastSize) return { outcome: 'conflict', size: lastSize };
  requireExtension(last, head, proof);
  if (last === undefined || head.size > last.size) {
    const isAdded = await deps.store.add({
      origin: deps.origin,
      sequence: (last?.sequence ?? 0) + 1,
      size: head.size,
      root: hexText(head.root),
      note: head.note,
      seenAt: deps.wallClock.now(),
    });
    if (!isAdded) return { outcome: 'conflict', size: (await deps.store.last(deps.origin))?.size ?? 0 };
  }
  return { outcome: 'cosigned', line: await cosignatureLine(deps, head.note) };
}

/** Only the log's own line is kept: others on the note are of no concern here. */
function openHead({ origin, logKeys, checkEd25519 }: WitnessDeps, note: string): Presented {
  const opened = openNote(utf8Bytes(note), logKeys, checkEd25519);
  const checkpoint: Checkpoint = parseCheckpoint(opened.text);
  if (checkpoint.origin !== origin) {
    const message = `The checkpoint is of log ${checkpoint.origin}, not of ${origin}.`;
    throw new IntegrityError({ code: 'SIGNATURE', message });
  }
  const size = treeSizeOf(checkpoint);
  if (size === 0 && hexText(checkpoint.root) !== hexText(EMPTY_ROOT)) {
    throw new IntegrityError({ code: 'ROOT_MISMATCH', message: 'The empty log has a root of its own.' });
  }
  return { size, root: checkpoint.root, note };
}

function requireExtension(last: SeenHead | undefined, head: Presented, proof: readonly string[]): void {
  if (last === undefined || last.size === 0) return;
  if (head.size < last.size) throw forked(last, head, 'is older than the one seen before');
  const isExtension = verifyConsistency({
    size1: last.size,
    root1: hexBytes(last.root),
    size2: head.size,
    root2: head.root,
    path: proof.map(base64Bytes),
  });
  if (!isExtension) throw forked(last, head, 'is not proven to extend the one seen before');
}

function forked(last: SeenHead, head: Presented, what: string): IntegrityError {
  return new IntegrityError({
    code: 'FORK',
    message: `The head of size ${head.size} (${hexText(head.root)}) ${what}: size ${last.size} (${last.root}).`,
  });
}

async function cosignatureLine({ cosigner, wallClock }: WitnessDeps, note: string): Promise<string> {
  const atSeconds = Math.floor(millisOf(wallClock.now()) / 1000);
  const cosigned = await cosignCheckpoint(note, cosigner, atSeconds);
  return cosigned.slice(note.length);
}

async function raise(
  { alarm, origin, cosigner }: WitnessDeps,
  error: IntegrityError,
  request: CosignRequest,
): Promise<void> {
  await alarm.raise({
    code: error.code === 'SIGNATURE' || error.code === 'ROOT_MISMATCH' ? error.code : 'FORK',
    message: `Witness ${cosigner.name} refused a head of ${origin}: ${error.message}`,
    details: { origin, oldSize: request.oldSize },
  });
}
