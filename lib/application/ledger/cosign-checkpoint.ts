// Getting the head cosigned by witnesses, each of whom remembers the last head it saw.

import { sha256Hex } from '../../domain/attestation/bytes/sha256.ts';
import { base64Text, utf8Bytes } from '../../domain/attestation/bytes/text-bytes.ts';
import { checkNote, parseNote } from '../../domain/attestation/log/signed-note.ts';
import { IntegrityError, UpstreamError } from '../../domain/errors.ts';
import type { LockedFiles } from '../ports/locked-files.ts';
import type { VerifyEd25519 } from '../ports/signer.ts';
import type { Witness } from '../ports/witness.ts';
import { checkpointFile } from './copy-ledger.ts';
import { type FollowDeps, followLedger } from './follow-ledger.ts';
import { openLedger } from './read-ledger.ts';

/** What cosigning needs. */
export interface CosignDeps extends FollowDeps {
  readonly witnesses: readonly Witness[];
  readonly files: LockedFiles;
  readonly checkEd25519: VerifyEd25519;
}

const TRIES = 5;

/** Name of the file with the note as one witness cosigned it. Witness names may hold anything, so they are hashed. */
export function cosignedFile(size: number, witness: string): string {
  return `${checkpointFile(size)}.${sha256Hex(utf8Bytes(witness)).slice(0, 16)}`;
}

/**
 * Makes the use case: has every witness cosign the head, keeps their lines in the ledger and in locked files.
 * @throws IntegrityError `FORK` when a witness refuses the head; UpstreamError when one cannot be reached. Witnesses
 * after it are asked all the same.
 */
export function cosignCheckpoint(deps: CosignDeps): () => Promise<void> {
  return () =>
    followLedger(deps, 'cosigned', async (from, head) => {
      const asked = await Promise.allSettled(
        deps.witnesses.map((witness) => cosignBy(deps, witness, head.size, from.size)),
      );
      const failures = asked.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
      // Suspicion weighs more than an outage.
      const worst = failures.find((failure) => failure instanceof IntegrityError) ?? failures[0];
      if (worst !== undefined) throw worst;
      const isSuperseded = asked.some((each) => each.status === 'fulfilled' && each.value === 'superseded');
      return isSuperseded ? undefined : head;
    });
}

/** `superseded`: another run has shown the witness a newer head of this very log, and follows up on that one. */
type Cosigned = 'done' | 'superseded';

async function cosignBy(deps: CosignDeps, witness: Witness, size: number, seen: number): Promise<Cosigned> {
  const { ledger, files } = deps;
  const { name } = witness.key;
  const note = (await ledger.get('checkpoint', { size }))?.note;
  if (note === undefined) {
    const message = `The ledger lacks its checkpoint of size ${size}.`;
    throw new IntegrityError({ code: 'CORRUPT_RECORD', message });
  }
  const key = { size, witness: name };
  let row = await ledger.get('cosignature', key);
  if (row === undefined) {
    const line = await askWitness(deps, witness, { note, size, seen });
    if (line === undefined) return 'superseded';
    const own = { ...key, line };
    // Another run may have been first, with a cosignature a second older: that one stays.
    row = (await ledger.insert('cosignature', [own]))[0] ?? own;
  }
  await files.put(cosignedFile(size, name), utf8Bytes(note + row.line));
  return 'done';
}

/** Asks until the witness and we agree on what it saw last; undefined when the head was superseded meanwhile. */
async function askWitness(
  deps: CosignDeps,
  witness: Witness,
  head: { readonly note: string; readonly size: number; readonly seen: number },
): Promise<string | undefined> {
  let oldSize = head.seen;
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const answer = await witness.cosign({
      oldSize,
      proof: await proofFrom(deps, oldSize, head.size),
      note: head.note,
    });
    if (answer.outcome === 'cosigned') {
      requireCosignature(deps, witness, head.note, answer.line);
      return answer.line;
    }
    if (answer.size > head.size && answer.size <= (await openLedger(deps)).head.size) return undefined;
    oldSize = answer.size;
  }
  throw new UpstreamError({
    code: 'UNAVAILABLE',
    provider: witness.key.name,
    retryable: true,
    message: `The witness and the log did not agree on what it saw last in ${TRIES} tries.`,
  });
}

/** No proof from a size past the head: the witness must then refuse, and raise its own alarm. */
async function proofFrom(deps: CosignDeps, oldSize: number, size: number): Promise<string[]> {
  if (oldSize === 0 || oldSize >= size) return [];
  const view = await openLedger(deps);
  return (await view.proveConsistency(oldSize, size)).map(base64Text);
}

/** The answer came over a network: exactly one line, by this witness, for this checkpoint. */
function requireCosignature(deps: CosignDeps, witness: Witness, note: string, line: string): void {
  const lines = line.split('\n');
  const signed = parseNote(utf8Bytes(note + line));
  const { verified } = checkNote(signed, [witness.key], deps.checkEd25519);
  if (lines.length === 2 && lines[1] === '' && verified.length === 1) return;
  throw new IntegrityError({
    code: 'SIGNATURE',
    message: `The answer of witness ${witness.key.name} is not its cosignature on this checkpoint.`,
  });
}
