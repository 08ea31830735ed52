// What the ledger costs in hashing alone: appending, proving and checking, no storage and no signatures.
import { appendLeaves, EMPTY_EDGE, type LogEdge } from '../lib/domain/attestation/log/append-leaves.ts';
import { leafHash } from '../lib/domain/attestation/log/merkle-hash.ts';
import { merkleTree } from '../lib/domain/attestation/log/merkle-tree.ts';
import { verifyInclusion } from '../lib/domain/attestation/log/verify-proof.ts';

/** What one run measured; counts are per second. */
export interface AppendLogResult {
  readonly leaves: number;
  readonly appendedPerSecond: number;
  readonly provedPerSecond: number;
  readonly verifiedPerSecond: number;
}

/**
 * Appends `leaves` envelopes of `envelopeBytes` each in batches of `batch`, then proves and checks each of them.
 * @throws Error when a proof does not verify, so a broken run cannot look fast
 */
export function measureAppendLog({
  leaves = 100_000,
  envelopeBytes = 1_500,
  batch = 1_000,
} = {}): AppendLogResult {
  const envelope = new Uint8Array(envelopeBytes);
  const hashes: Uint8Array[] = [];
  let edge: LogEdge = EMPTY_EDGE;
  const appendMs = timeMs(() => {
    for (let start = 0; start < leaves; start += batch) {
      for (let index = start; index < Math.min(leaves, start + batch); index++) {
        new DataView(envelope.buffer).setUint32(0, index);
        hashes.push(leafHash(envelope));
      }
      edge = appendLeaves(edge, hashes.slice(start)).edge;
    }
  });
  const tree = merkleTree(hashes);
  const root = tree.root();
  let paths: Uint8Array[][] = [];
  const proveMs = timeMs(() => {
    paths = hashes.map((_, index) => tree.inclusionPath(index));
  });
  const verifyMs = timeMs(() => {
    for (const [index, path] of paths.entries()) {
      const claim = { index, size: edge.size, leafHash: hashes[index] ?? root, path, root };
      if (!verifyInclusion(claim)) throw new Error(`Leaf ${index} is not proven.`);
    }
  });
  const perSecond = (ms: number): number => Math.round((leaves / ms) * 1_000);
  return {
    leaves,
    appendedPerSecond: perSecond(appendMs),
    provedPerSecond: perSecond(proveMs),
    verifiedPerSecond: perSecond(verifyMs),
  };
}

function timeMs(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
