// Evidence from the embedded stack: a pack, and the public keys an auditor would be given some other way.
import { createPublicKey } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPack } from '../../adapters/packs/open-pack.ts';
import { keyIdOf } from '../../domain/attestation/bytes/key-id.ts';
import { parseVerifierKey } from '../../domain/attestation/log/verifier-key.ts';
import { exportEvidence } from '../../evidence/export-evidence.ts';
import { readLedger } from '../../evidence/ledger-reader.ts';
import type { LocalStack } from '../stack.ts';
import type { ControlCall } from './call.ts';
import type { CommandOf } from './protocol.ts';

/** Seals what waits, then exports. Returns what the pack says, and where the keys to trust are. */
export async function exportPack(
  { scope, out }: CommandOf<'export-evidence'>,
  { session, progress }: ControlCall,
) {
  const { stack } = session;
  const { environment, ledger } = stack;
  await ledger.tend();
  const manifest = await exportEvidence({
    environment,
    ledger: await readLedger({ store: environment.store, ledger: ledger.ledger }),
    scope,
    out: await createPack(out),
    witnessKeys: [parseVerifierKey(ledger.trust.witness)],
    progress: (rows, total) => {
      if (rows % 500 === 0) progress(rows / total, `${rows} of ${total} rows`);
    },
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
