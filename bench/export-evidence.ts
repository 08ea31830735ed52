// Exporting a long log: how much memory that takes beyond the log's own, against the memory of the function it runs in.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKey } from '../lib/adapters/crypto/key-file.ts';
import { noteSigner } from '../lib/adapters/crypto/signers.ts';
import { createMemoryBlobs } from '../lib/adapters/memory/blobs.ts';
import { createPack } from '../lib/adapters/packs/open-pack.ts';
import { createAttestor } from '../lib/application/attest.ts';
import { ed25519Spki } from '../lib/application/ledger/key-ranges.ts';
import type { LeafRow } from '../lib/application/ports/ledger-rows.ts';
import { hexBytes } from '../lib/domain/attestation/bytes/text-bytes.ts';
import { signCheckpoint } from '../lib/domain/attestation/log/sign-checkpoint.ts';
import { directoryOf } from '../lib/domain/review/directory.ts';
import { instantOf } from '../lib/domain/time.ts';
import { exportEvidence } from '../lib/evidence/export-evidence.ts';
import type { LedgerReader } from '../lib/evidence/ledger-reader.ts';
import { leafHasher, logTree } from '../lib/verification/history/log-tree.ts';
import type { BenchResult } from './run.ts';
import { type BenchHistory, benchHistory } from './support/bench-history.ts';

/** Memory of a small function, in MiB: an export of a year's log has to fit. */
const FUNCTION_MIB = 512;

/** The result, with how fast it went. */
export type ExportEvidenceResult = BenchResult & { readonly rowsPerSecond: number };

/**
 * Exports a whole log of `size` notices as a zip. Ours: the most memory seen in use while exporting, beyond what was in
 * use before, in MiB; the peer is what a function of 512 MiB has, so above 1 it fits.
 */
export async function run({ size = 100_000 }: { readonly size?: number }): Promise<ExportEvidenceResult> {
  const folder = await mkdtemp(join(tmpdir(), 'export-'));
  try {
    const history = await benchHistory(size, 'notice');
    const ledger = await readerOf(history);
    const before = process.memoryUsage.rss();
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 20);
    const rowsPerSecond = await rate(size, async () => {
      const attestor = createAttestor({
        signer: history.signer,
        pseudonyms: { of: (personId) => personId },
        build: 'bench',
      });
      await exportEvidence({
        environment: {
          attestor,
          blobs: createMemoryBlobs(),
          clock: { now: () => instantOf(Date.UTC(2026, 8, 9)) },
          people: { directory: async () => directoryOf([], []) },
        },
        ledger,
        scope: { by: 'log' },
        out: await createPack(join(folder, 'pack.zip')),
        witnessKeys: [],
      });
    });
    clearInterval(watch);
    const ours = Math.max(1, (peak - before) / 2 ** 20);
    const ratio = FUNCTION_MIB / ours;
    return { name: 'export-evidence', ours, peer: FUNCTION_MIB, ratio, goal: 1, unit: 'MiB', rowsPerSecond };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readerOf({ envelopes, signer }: BenchHistory): Promise<LedgerReader> {
  const tree = logTree();
  for (const envelope of envelopes) tree.addEnvelope(envelope);
  const log = noteSigner('bench.example/log', generateKey('ed25519'));
  const size = envelopes.length;
  const note = await signCheckpoint({ size, root: hexBytes(tree.root()) }, log);
  const hashOf = leafHasher();
  const rowOf = (envelope: string, index: number): LeafRow => {
    const leafHash = hashOf(envelope);
    return { index, envelope, leafHash, attestationId: leafHash };
  };
  const range = { from: 0, until: undefined } as const;
  const spki = ed25519Spki(log.publicKey32);
  return {
    head: { size, root: tree.root() },
    note: async () => note,
    async *leaves(start = 0, end = size) {
      for (let index = start; index < end; index += 1) yield rowOf(envelopes[index] ?? '', index);
    },
    proveInclusion: () => Promise.reject(new Error('The whole log needs no inclusion proofs.')),
    proveConsistency: async () => [],
    async *checkpoints() {},
    keyRanges: async () => [
      { ...range, use: 'attestation', keyId: signer.keyId, publicKey: signer.publicKeySpki },
      { ...range, use: 'log', keyId: signer.keyId, publicKey: spki },
    ],
  };
}

async function rate(count: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (count / (performance.now() - start)) * 1000;
}
