// A history checked by the root of its log, against checking the P-256 signature of every item. The root says that these
// very envelopes are what the log had when it signed its head; it does not say again who signed each of them.
import { verify } from 'node:crypto';
import { decodeEnvelope } from '../lib/domain/attestation/bytes/envelope.ts';
import { utf8Bytes } from '../lib/domain/attestation/bytes/text-bytes.ts';
import { logTree } from '../lib/verification/history/log-tree.ts';
import { verifyHistory } from '../lib/verification/history/verify-history.ts';
import type { BenchResult } from './run.ts';
import { benchHistory } from './support/bench-history.ts';

/** The result, with the same comparison for hashing and signatures alone. */
export type VerifyHistoryResult = BenchResult & { readonly raw: Omit<BenchResult, 'name' | 'unit'> };

/** Items whose signature the peer checks; its rate does not depend on how many there are. */
const PEER_ITEMS = 4000;

/**
 * Ours: hash every envelope, build the tree, compare the root, read and schema-check every statement; then the same
 * without reading. Peer: node:crypto, one P-256 signature after the other, over messages prepared beforehand.
 */
export async function run({ size = 100_000 }: { readonly size?: number }): Promise<VerifyHistoryResult> {
  const { envelopes, publicKey } = await benchHistory(size);
  const tree = logTree();
  for (const envelope of envelopes) tree.addEnvelope(envelope);
  const expected = { root: tree.root() };
  const opened = envelopes.slice(0, PEER_ITEMS).map((envelope) => decodeEnvelope(utf8Bytes(envelope)));
  const signed = opened.map(({ preAuthEncoding, signatures }) => {
    return { message: preAuthEncoding, signature: signatures[0]?.signature ?? new Uint8Array() };
  });
  const peer = rate(signed.length, () => {
    const key = { key: publicKey, dsaEncoding: 'der' } as const;
    for (const { message, signature } of signed) {
      if (!verify('sha256', message, key, signature)) throw new Error('A signature does not verify.');
    }
  });
  const check = (read: boolean) => () => {
    const { problems } = verifyHistory(envelopes, expected, { read });
    if (problems.length > 0) throw new Error(problems.join(' '));
  };
  check(true)();
  const ours = rate(size, check(true));
  const raw = rate(size, check(false));
  return {
    name: 'verify-history',
    ours,
    peer,
    ratio: ours / peer,
    goal: 9,
    unit: 'attestations/s',
    raw: { ours: raw, peer, ratio: raw / peer, goal: 15 },
  };
}

function rate(count: number, work: () => void): number {
  const start = performance.now();
  work();
  return (count / (performance.now() - start)) * 1000;
}
