// A test organisation whose attestations are sealed, witnessed and exported: the real use cases from decision to pack.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKey } from '../../../lib/adapters/crypto/key-file.ts';
import { cosigner, noteSigner, p256Signer } from '../../../lib/adapters/crypto/signers.ts';
import {
  verifyEd25519,
  verifyP256,
  verifyP256InPool,
} from '../../../lib/adapters/crypto/verify-signatures.ts';
import { createMemoryLedgerStore } from '../../../lib/adapters/memory/ledger-store.ts';
import { createMemoryWitnessStore } from '../../../lib/adapters/memory/ledger-witness-store.ts';
import { createPack, openPack } from '../../../lib/adapters/packs/open-pack.ts';
import { cosignCheckpoint } from '../../../lib/application/ledger/cosign-checkpoint.ts';
import { registerFirstKeys } from '../../../lib/application/ledger/rotate-key.ts';
import { sealLedger } from '../../../lib/application/ledger/seal-ledger.ts';
import { cosignHeads } from '../../../lib/application/witness/cosign-heads.ts';
import { SIGNATURE_TYPE, verifierKey } from '../../../lib/domain/attestation/log/verifier-key.ts';
import { type Instant, plusDays } from '../../../lib/domain/time.ts';
import { exportEvidence } from '../../../lib/evidence/export-evidence.ts';
import { readLedger } from '../../../lib/evidence/ledger-reader.ts';
import type { VerifyOptions } from '../../../lib/verification/checks/audit.ts';
import type { PackScope } from '../../../lib/verification/pack/pack-files.ts';
import { verifyPack } from '../../../lib/verification/verify-pack.ts';
import { memoryLockedFiles } from '../ledger/watched-log.ts';
import { world } from '../world.ts';

export const ORIGIN = 'countersign.example/log';
export const WITNESS = 'witness.example';

/** How signatures are checked in tests: the real way. */
export const signatures = { checkP256: verifyP256InPool, checkEd25519: verifyEd25519 };

/** Folders to be removed after a test. */
const made: string[] = [];

/** A folder of this test's own. */
export async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pack-'));
  made.push(folder);
  return folder;
}

/** Removes what `freshFolder` made. */
export async function removeFolders(): Promise<void> {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
}

/** Keys of a log, its attestor and its witness. */
export function newKeys() {
  return { attestation: generateKey('p256'), log: generateKey('ed25519'), witness: generateKey('ed25519') };
}

/** A world with a ledger. */
export async function sealedWorld(options: Parameters<typeof world>[0], keys = newKeys()) {
  const signer = p256Signer(keys.attestation);
  const logSigner = noteSigner(ORIGIN, keys.log);
  const witnessSigner = cosigner(WITNESS, keys.witness);
  const w = await world({ ...options, signer });
  const { store } = w.environment;
  const ledger = createMemoryLedgerStore();
  const alarm = { raise: async () => undefined };
  const deps = { store, ledger, clock: w.clock };
  await registerFirstKeys(deps, { attestation: signer, log: logSigner })();
  const seal = sealLedger({
    ...deps,
    alarm,
    noteSigners: [logSigner],
    checkP256: async (spki, message, der) => verifyP256(spki, message, der),
  });
  const witnessKey = verifierKey(WITNESS, SIGNATURE_TYPE.cosignature, witnessSigner.publicKey32);
  const logKey = verifierKey(ORIGIN, SIGNATURE_TYPE.ed25519, logSigner.publicKey32);
  const cosign = cosignCheckpoint({
    ...deps,
    checkEd25519: verifyEd25519,
    files: memoryLockedFiles(),
    witnesses: [
      {
        key: witnessKey,
        cosign: cosignHeads({
          origin: ORIGIN,
          logKeys: [logKey],
          cosigner: witnessSigner,
          store: createMemoryWitnessStore(),
          checkEd25519: verifyEd25519,
          wallClock: w.clock,
          alarm,
        }),
      },
    ],
  });
  const sealAll = async (): Promise<void> => {
    while ((await seal()).outcome === 'sealed');
    await cosign();
  };
  return {
    ...w,
    keys,
    ledger,
    signer,
    logSigner,
    witnessSigner,
    witnessKey,
    logKey,
    sealAll,
    /** Opens a campaign over a sealed log. */
    async openSealed() {
      const campaign = await w.open();
      await sealAll();
      return campaign;
    },
    /** Moves day by day; each day ends sealed and witnessed. */
    async live(at: Instant) {
      while (w.clock.now() < at) {
        const next = plusDays(w.clock.now(), 1);
        await w.until(next < at ? next : at);
        await sealAll();
      }
    },
    /** Exports to a path of its own. */
    async export(scope: PackScope, path: string) {
      const reader = await readLedger({ store, ledger });
      return exportEvidence({
        environment: w.environment,
        ledger: reader,
        scope,
        out: await createPack(path),
        witnessKeys: [witnessKey],
      });
    },
    /** A moment after everything. */
    later: (days: number): Instant => plusDays(w.clock.now(), days),
  };
}

/** Opens, verifies and closes a pack. */
export async function verifyAt(path: string, options: Omit<VerifyOptions, 'signatures'> = {}) {
  const source = await openPack(path);
  try {
    return await verifyPack(source, { ...options, signatures });
  } finally {
    await source.close();
  }
}

/** The text of a file in a directory pack. */
export function packText(path: string, name: string): Promise<string> {
  return readFile(join(path, name), 'utf8');
}
