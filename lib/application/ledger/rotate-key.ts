// Keys come and go by facts in the log. An attestation key is introduced by one (signed by its predecessor) and its
// predecessor retired by another (signed by it), because functions that still hold the old key finish what they began.
// A log key has one signer, the sequencer, so a single fact hands over.
import { decodeEnvelope } from '../../domain/attestation/bytes/envelope.ts';
import { keyIdOf } from '../../domain/attestation/bytes/key-id.ts';
import { base64Text, utf8Bytes } from '../../domain/attestation/bytes/text-bytes.ts';
import { ConflictError, IntegrityError, InvalidInputError, RefusedError } from '../../domain/errors.ts';
import type { Attestor, SignedFact } from '../attest.ts';
import type { Clock } from '../ports/clock.ts';
import type { KeyUse } from '../ports/ledger-rows.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { ReviewStore } from '../ports/review-store.ts';
import type { NoteSigner, Signer } from '../ports/signer.ts';
import { ed25519Spki, type KeyRange, keyRanges, readKeyBook } from './key-ranges.ts';

/** What rotating needs. */
export interface RotateDeps {
  readonly store: ReviewStore;
  readonly ledger: LedgerStore;
  readonly clock: Clock;
}

/**
 * Makes the use case that enters the keys a log starts with. Repeating it is a no-op.
 * @throws RefusedError `NOT_SUPPORTED` when the log has other keys: rotate instead
 */
export function registerFirstKeys(
  { ledger, clock }: Pick<RotateDeps, 'ledger' | 'clock'>,
  {
    attestation,
    log,
  }: { readonly attestation: Pick<Signer, 'publicKeySpki'>; readonly log: Pick<NoteSigner, 'publicKey32'> },
): () => Promise<void> {
  return async () => {
    const first = { attestation: attestation.publicKeySpki, log: ed25519Spki(log.publicKey32) };
    for (const use of ['attestation', 'log'] as const) {
      const keyId = keyIdOf(first[use]);
      const known = (await ledger.keys()).keys.filter((key) => key.use === use);
      if (known.some((key) => key.keyId === keyId)) continue;
      if (known.length > 0) {
        const message = `The log already has ${known.length} keys for ${use}, and this is none of them: rotate to it.`;
        throw new RefusedError({ code: 'NOT_SUPPORTED', message });
      }
      await ledger.insert('key', [{ use, keyId, publicKey: base64Text(first[use]), addedAt: clock.now() }]);
    }
  };
}

/** A change of keys. */
export interface KeyChange {
  readonly use: KeyUse;
  /** SubjectPublicKeyInfo DER of the key that takes over (`ed25519Spki` for a log key). */
  readonly toPublicKey: Uint8Array;
  readonly fromKeyId: string;
}

/**
 * Makes the use case that introduces a key. The attestor must sign with the attestation key in force. A new attestation
 * key may sign what comes after the key-transition in the log; a new log key signs every checkpoint that covers it.
 * Safe to repeat. @returns the attestation id of the key-transition
 */
export function introduceKey(
  deps: RotateDeps & { readonly attestor: Attestor },
): (change: KeyChange) => Promise<string> {
  const { ledger, clock } = deps;
  return async (change) => {
    const { use, toPublicKey, fromKeyId } = change;
    const from = await requireActive(ledger, use, fromKeyId);
    const toKeyId = keyIdOf(toPublicKey);
    const signed = await signTransition(deps, change, 'introduced');
    await requireSignedBy(ledger, signed, use === 'attestation' ? from.keyId : undefined);
    const introducedBy = signed.attestationId;
    const publicKey = base64Text(toPublicKey);
    // Before the inbox: a pass that sees the fact must know what it changes.
    const [other] = await ledger.insert('key', [
      { use, keyId: toKeyId, publicKey, addedAt: clock.now(), introducedBy },
    ]);
    if (other !== undefined && other.introducedBy !== introducedBy) {
      const message = `Key ${toKeyId} has signed for this log before and cannot be introduced again.`;
      throw new RefusedError({ code: 'NOT_SUPPORTED', message });
    }
    if (use === 'log') await endRange(deps, use, fromKeyId, introducedBy);
    await commitOnce(deps.store, signed);
    return introducedBy;
  };
}

/**
 * Makes the use case that retires an attestation key, once every function signs with its successor. The attestor must
 * sign with the successor, which must be sealed as introduced. What the old key signed and is received later stays out
 * of the log and raises an alarm. Safe to repeat. @returns the attestation id of the key-transition
 */
export function retireKey(
  deps: RotateDeps & { readonly attestor: Attestor },
): (change: Omit<KeyChange, 'use'>) => Promise<string> {
  return async ({ fromKeyId, toPublicKey }) => {
    const toKeyId = keyIdOf(toPublicKey);
    await requireActive(deps.ledger, 'attestation', toKeyId);
    const signed = await signTransition(deps, { use: 'attestation', fromKeyId, toPublicKey }, 'retired');
    await requireSignedBy(deps.ledger, signed, toKeyId);
    await endRange(deps, 'attestation', fromKeyId, signed.attestationId);
    await commitOnce(deps.store, signed);
    return signed.attestationId;
  };
}

async function signTransition(
  { attestor, clock }: { readonly attestor: Attestor; readonly clock: Clock },
  { use, fromKeyId, toPublicKey }: KeyChange,
  step: 'introduced' | 'retired',
): Promise<SignedFact> {
  const at = clock.now();
  const toKeyId = keyIdOf(toPublicKey);
  const { build, system: actor } = attestor;
  return attestor.attest(
    {
      name: 'key-transition',
      subject: { name: `key/${use}`, sha256: toKeyId },
      step: `${step}#${fromKeyId}`,
      ordinal: 0,
      predicate: { build, actor, at, use, fromKeyId, toKeyId },
    },
    at,
  );
}

async function requireActive(ledger: LedgerStore, use: KeyUse, keyId: string): Promise<KeyRange> {
  const range = keyRanges(await readKeyBook(ledger)).find((each) => each.use === use && each.keyId === keyId);
  if (range?.from !== undefined) return range;
  const state = range === undefined ? 'is not a key of this log' : 'is not sealed as introduced yet';
  throw new RefusedError({ code: 'NOT_FOUND', message: `Key ${keyId} ${state}.` });
}

/** The wrong attestor here would leave a transition nobody can verify. */
async function requireSignedBy(ledger: LedgerStore, { writes }: SignedFact, keyId?: string): Promise<void> {
  const envelope = writes.flatMap((write) =>
    write.kind === 'inbox' && write.record ? [write.record.envelope] : [],
  )[0];
  const [signature] = envelope === undefined ? [] : decodeEnvelope(utf8Bytes(envelope)).signatures;
  const signedBy = signature?.keyId ?? 'nobody';
  if (keyId === undefined ? await requireActive(ledger, 'attestation', signedBy) : signedBy === keyId) return;
  throw new InvalidInputError({
    code: 'BAD_ARGUMENT',
    message: `This key-transition must be signed by ${keyId}, not by ${signedBy}.`,
  });
}

async function endRange(
  { ledger, clock }: RotateDeps,
  use: KeyUse,
  keyId: string,
  retiredBy: string,
): Promise<void> {
  const [other] = await ledger.insert('key-end', [{ use, keyId, retiredAt: clock.now(), retiredBy }]);
  if (other === undefined || other.retiredBy === retiredBy) return;
  const message = `Key ${keyId} is retired already, by attestation ${other.retiredBy}.`;
  throw new IntegrityError({ code: 'FORK', message });
}

async function commitOnce(store: ReviewStore, { writes, attestationId }: SignedFact): Promise<void> {
  try {
    await store.commit(writes);
  } catch (error) {
    const isRepeated = error instanceof ConflictError && (await store.get('attested', { attestationId }));
    if (!isRepeated) throw error;
  }
}
