// Full verification of envelopes, signatures included, against @sigstore/verify on the very same envelopes.

import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity, Verifier } from '@sigstore/verify';
import { type ThreadedChecks, verifyOnThreads } from '../lib/adapters/crypto/verify-on-threads.ts';
import { decodeEnvelopeText } from '../lib/domain/attestation/bytes/envelope.ts';
import { slidingWindow } from '../lib/verification/checks/sliding-window.ts';
import { readFact } from '../lib/verification/facts/logged-fact.ts';
import { leafHasher } from '../lib/verification/history/log-tree.ts';
import type { BenchResult } from './run.ts';
import { type BenchHistory, benchHistory } from './support/bench-history.ts';

const WINDOW = 1024;

/**
 * Ours: leaf hash, canonical envelope, signature (on threads), strict JSON, statement and predicate schema.
 * Peer: @sigstore/verify, which reads the envelope and checks its signature on one thread, but looks at no statement.
 */
export async function run({ size = 20_000 }: { readonly size?: number }): Promise<BenchResult> {
  const history = await benchHistory(size);
  const peerSize = Math.min(size, 5000);
  verifyByPeer(history, Math.min(500, peerSize));
  const checks = verifyOnThreads();
  await verifyByUs(history, Math.min(1000, size), checks);
  const ours = await rate(size, () => verifyByUs(history, size, checks));
  await checks.close();
  const peer = await rate(peerSize, async () => verifyByPeer(history, peerSize));
  return { name: 'verify-envelopes', ours, peer, ratio: ours / peer, goal: 0.95, unit: 'envelopes/s' };
}

async function verifyByUs(
  { envelopes, signer }: BenchHistory,
  count: number,
  { checkP256 }: ThreadedChecks,
): Promise<void> {
  const hashOf = leafHasher();
  const window = slidingWindow(WINDOW);
  for (let index = 0; index < count; index += 1) {
    const envelope = envelopes[index] ?? '';
    const opened = decodeEnvelopeText(envelope);
    const [{ keyId, signature } = NONE] = opened.signatures;
    const fact = readFact(opened, { index, leafHash: hashOf(envelope), keyId });
    if (typeof fact === 'string') throw new Error(`A statement ${fact}.`);
    await window.begin(async () => {
      if (!(await checkP256(signer.publicKeySpki, opened.preAuthEncoding, signature))) {
        throw new Error('A signature does not verify.');
      }
    });
  }
  await window.finish();
}

const NONE = { keyId: '', signature: new Uint8Array() };

function verifyByPeer({ envelopes, publicKey, signer }: BenchHistory, count: number): void {
  const verifier = new Verifier(
    {
      certificateAuthorities: [],
      timestampAuthorities: [],
      tlogs: [],
      ctlogs: [],
      publicKey: () => ({ publicKey, validFor: () => true }),
    },
    { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 },
  );
  for (const envelope of envelopes.slice(0, count)) {
    const bundle = bundleFromJSON({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: { publicKey: { hint: signer.keyId } },
      dsseEnvelope: JSON.parse(envelope) as object,
    });
    verifier.verify(toSignedEntity(bundle));
  }
}

async function rate(count: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (count / (performance.now() - start)) * 1000;
}
