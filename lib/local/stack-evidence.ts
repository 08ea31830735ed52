// Evidence from the embedded stack: a pack, and the public keys an auditor would be given some other way.
import { createPublicKey } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPack } from '../adapters/packs/open-pack.ts';
import { keyIdOf } from '../domain/attestation/bytes/key-id.ts';
import { parseVerifierKey } from '../domain/attestation/log/verifier-key.ts';
import { exportEvidence } from '../evidence/export-evidence.ts';
import { readLedger } from '../evidence/ledger-reader.ts';
import type { PackManifest, PackScope } from '../verification/pack/pack-files.ts';
import type { LocalStack } from './stack.ts';

/** A pack and what to check it with. */
export interface StackEvidence {
  readonly manifest: PackManifest;
  /** Where the pack is: a directory or a zip. */
  readonly out: string;
  /** A folder with the keys to trust. */
  readonly trust: string;
}

/** Seals what waits, then exports. */
export async function exportStackEvidence(
  stack: LocalStack,
  scope: PackScope,
  out: string,
  progress?: (rows: number, total: number) => void,
): Promise<StackEvidence> {
  const { environment, ledger } = stack;
  await ledger.tend();
  const manifest = await exportEvidence({
    environment,
    ledger: await readLedger({ store: environment.store, ledger: ledger.ledger }),
    scope,
    out: await createPack(out),
    witnessKeys: [parseVerifierKey(ledger.trust.witness)],
    progress,
  });
  return { manifest, out, trust: await writeTrust(stack) };
}

/** The stack's public keys in a folder, as `countersign verify --trust` wants them. */
async function writeTrust({ dataDir, ledger: { trust } }: LocalStack): Promise<string> {
  const folder = join(dataDir, 'trust');
  await mkdir(folder, { recursive: true });
  const key = createPublicKey({ key: Buffer.from(trust.attestationSpki), format: 'der', type: 'spki' });
  const pem = key.export({ format: 'pem', type: 'spki' }).toString();
  await writeFile(join(folder, `${keyIdOf(trust.attestationSpki)}.pem`), pem);
  await writeFile(join(folder, 'log.vkey'), `${trust.log}\n`);
  await writeFile(join(folder, 'witness.vkey'), `${trust.witness}\n`);
  return folder;
}
