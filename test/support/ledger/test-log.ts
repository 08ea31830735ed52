// A log to try things on: stores in memory, real keys, facts that are quickly made.
import { createPublicKey } from 'node:crypto';
import { generateKey } from '../../../lib/adapters/crypto/key-file.ts';
import { cosigner, noteSigner, p256Signer } from '../../../lib/adapters/crypto/signers.ts';
import { verifyEd25519, verifyP256 } from '../../../lib/adapters/crypto/verify-signatures.ts';
import { createMemoryLedgerStore } from '../../../lib/adapters/memory/ledger-store.ts';
import { createMemoryReviewStore } from '../../../lib/adapters/memory/review-store.ts';
import { createAttestor } from '../../../lib/application/attest.ts';
import { registerFirstKeys } from '../../../lib/application/ledger/rotate-key.ts';
import type { SealDeps } from '../../../lib/application/ledger/seal-ledger.ts';
import type { AlarmCall } from '../../../lib/application/ports/alarm.ts';
import type { InboxRecord } from '../../../lib/application/ports/ledger-records.ts';
import type { LedgerStore } from '../../../lib/application/ports/ledger-store.ts';
import type { ReviewStore } from '../../../lib/application/ports/review-store.ts';
import type { NoteSigner } from '../../../lib/application/ports/signer.ts';
import { sha256Hex } from '../../../lib/domain/attestation/bytes/sha256.ts';
import { hexBytes, hexText, utf8Bytes, utf8Text } from '../../../lib/domain/attestation/bytes/text-bytes.ts';
import { rootOf } from '../../../lib/domain/attestation/log/frontier.ts';
import { leafHash } from '../../../lib/domain/attestation/log/merkle-hash.ts';
import { SIGNATURE_TYPE, verifierKey } from '../../../lib/domain/attestation/log/verifier-key.ts';
import type { Fact } from '../../../lib/domain/attestation/statement.ts';
import { type Instant, instantOf } from '../../../lib/domain/time.ts';

export const ORIGIN = 'countersign.example/log';
export const START_MS = Date.parse('2026-03-02T08:00:00.000Z');

// Made once: making keys is slow, signing is not.
const attestationKey = generateKey('p256');
const logKey = generateKey('ed25519');
const witnessKey = generateKey('ed25519');

export const attestationSigner = p256Signer(attestationKey);
export const logSigner = noteSigner(ORIGIN, logKey);
export const witnessSigner = cosigner('witness.example/w1', witnessKey);
export const logVerifierKey = verifierKey(ORIGIN, SIGNATURE_TYPE.ed25519, logSigner.publicKey32);
export const witnessVerifierKey = verifierKey(
  witnessSigner.name,
  SIGNATURE_TYPE.cosignature,
  witnessSigner.publicKey32,
);

/** The raw public half of an Ed25519 key, for tests that make their own. */
export function publicSpki(key: ReturnType<typeof generateKey>): Uint8Array {
  return new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }));
}

/** A clock that stands still until it is set. */
export function clockOf(startMs = START_MS) {
  let nowMs = startMs;
  return {
    now: (): Instant => instantOf(nowMs),
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
}

export function attestorWith(signer = attestationSigner) {
  const pseudonyms = { of: (personId: string) => sha256Hex(utf8Bytes(`salt ${personId}`)) };
  return createAttestor({ signer, pseudonyms, build: 'test' });
}

/** Fact number `n`; received at its number in seconds. */
export function factOf(n: number, campaignId = 'c1'): { readonly fact: Fact; readonly at: Instant } {
  const at = instantOf(START_MS + n * 1000);
  const attestor = attestorWith();
  return {
    at,
    fact: {
      name: 'owner-changed',
      subject: { name: `aws-iam/1/user/u${n}`, sha256: sha256Hex(utf8Bytes(`snapshot ${n}`)) },
      step: 'owner',
      ordinal: n,
      predicate: {
        build: 'test',
        actor: attestor.system,
        at,
        campaignId,
        definitionDigest: 'd',
        identityId: `aws-iam/1/user/u${n}`,
        to: attestor.pseudonym('anna'),
        how: 'claim',
      },
    },
  };
}

/** Signs facts and commits them, as any use case does. Returns their inbox rows. */
export async function attestFacts(
  store: ReviewStore,
  numbers: readonly number[],
  attestor = attestorWith(),
): Promise<InboxRecord[]> {
  const records: InboxRecord[] = [];
  for (const n of numbers) {
    const { fact, at } = factOf(n);
    const { writes } = await attestor.attest(fact, at);
    await store.commit(writes);
    records.push(
      ...writes.flatMap((write) => (write.kind === 'inbox' && write.record ? [write.record] : [])),
    );
  }
  return records;
}

/** Stores in memory with the first keys registered, and what the sequencer needs. */
export async function openTestLog(passLeaves = 1000) {
  const store = createMemoryReviewStore();
  const ledger = createMemoryLedgerStore();
  const clock = clockOf();
  const alarms: AlarmCall[] = [];
  const signed = recordingSigner(logSigner);
  await registerFirstKeys({ ledger, clock }, { attestation: attestationSigner, log: logSigner })();
  const deps: SealDeps = {
    store,
    ledger,
    clock,
    checkP256: verifyP256,
    noteSigners: [signed.signer],
    alarm: { raise: async (call) => void alarms.push(call) },
    passLeaves,
  };
  return { store, ledger, clock, alarms, signed, deps, checkEd25519: verifyEd25519 };
}

/** A signer that keeps every text it signed. */
export function recordingSigner(inner: NoteSigner): { signer: NoteSigner; texts: string[] } {
  const texts: string[] = [];
  return {
    texts,
    signer: {
      ...inner,
      sign: async (message) => {
        texts.push(utf8Text(message));
        return inner.sign(message);
      },
    },
  };
}

/** Everything in the log, whatever the head says. */
export async function allLeaves(ledger: LedgerStore) {
  const rows = [];
  for (let start = 0; ; start += 1000) {
    const page = await ledger.leaves(start, start + 1000);
    rows.push(...page);
    if (page.length < 1000) return rows;
  }
}

/** The root over envelopes, computed from scratch. */
export function rootOverEnvelopes(envelopes: readonly string[]): string {
  return hexText(rootOf(envelopes.map((envelope) => leafHash(utf8Bytes(envelope)))));
}

export async function waiting(store: ReviewStore): Promise<InboxRecord[]> {
  const shards = Array.from({ length: store.inboxShards }, (_, shard) =>
    store.inbox(shard, { limit: 10_000 }),
  );
  return (await Promise.all(shards)).flatMap(({ entries }) => entries);
}

export { hexBytes };
