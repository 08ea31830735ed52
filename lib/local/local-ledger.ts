// The log of the embedded stack: keys in files, a witness of its own in the same process, copies in a write-once folder.
import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { openKeyFile } from '../adapters/crypto/key-file.ts';
import { cosigner, noteSigner } from '../adapters/crypto/signers.ts';
import { verifyEd25519, verifyP256InPool } from '../adapters/crypto/verify-signatures.ts';
import { createHistoryIndex } from '../adapters/dynamodb/ledger-history-index.ts';
import { createLedgerStore } from '../adapters/dynamodb/ledger-store.ts';
import { openWitnessFolder } from '../adapters/files/ledger-witness-folder.ts';
import { openLockedFolder } from '../adapters/files/locked-folder.ts';
import type { Environment } from '../application/environment.ts';
import { registerFirstKeys } from '../application/ledger/rotate-key.ts';
import type { CheckpointBoard } from '../application/ports/checkpoint-board.ts';
import type { Signer } from '../application/ports/signer.ts';
import { cosignHeads } from '../application/witness/cosign-heads.ts';
import { formatVerifierKey, SIGNATURE_TYPE, verifierKey } from '../domain/attestation/log/verifier-key.ts';
import { DAY_MS } from '../domain/time.ts';
import { type LedgerCases, ledgerCases } from '../runtime/ledger-cases.ts';
import type { Log } from '../runtime/log.ts';

/** Names on signature lines. */
export const LOG_NAME = 'local.countersign.example/ledger';
export const WITNESS_NAME = 'local.countersign.example/witness';

/** What the log is made of. */
export interface LocalLedgerParts {
  readonly dataDir: string;
  readonly client: DynamoDBClient;
  readonly reviewsTable: string;
  readonly ledgerTable: string;
  readonly environment: Environment;
  readonly attestationSigner: Signer;
  readonly boards: readonly CheckpointBoard[];
  readonly log: Log;
}

/** The log, and the public keys an auditor would be given out of band. */
export interface LocalLedger extends LedgerCases {
  readonly trust: { readonly log: string; readonly witness: string; readonly attestationSpki: Uint8Array };
}

/** Opens the log. The witness tells time by the stack's clock, or a quarter played in a minute would look backdated. */
export async function openLocalLedger(parts: LocalLedgerParts): Promise<LocalLedger> {
  const { dataDir, client, environment, log } = parts;
  const { clock } = environment;
  const logSigner = noteSigner(LOG_NAME, await openKeyFile(join(dataDir, 'keys', 'ledger.pem'), 'ed25519'));
  const witnessKey = cosigner(
    WITNESS_NAME,
    await openKeyFile(join(dataDir, 'witness', 'key.pem'), 'ed25519'),
  );
  const logKey = verifierKey(LOG_NAME, SIGNATURE_TYPE.ed25519, logSigner.publicKey32);
  const witness = verifierKey(WITNESS_NAME, SIGNATURE_TYPE.cosignature, witnessKey.publicKey32);
  const alarm = {
    raise: async (call: { readonly code: string; readonly message: string; readonly details: object }) =>
      log.error(`ALARM ${call.code}`, { message: call.message, ...call.details }),
  };
  const ledger = createLedgerStore({ client, table: parts.ledgerTable });
  await registerFirstKeys({ ledger, clock }, { attestation: parts.attestationSigner, log: logSigner })();
  const cosign = cosignHeads({
    origin: LOG_NAME,
    logKeys: [logKey],
    cosigner: witnessKey,
    store: await openWitnessFolder(join(dataDir, 'witness', 'heads')),
    checkEd25519: verifyEd25519,
    wallClock: clock,
    alarm,
  });
  const cases = ledgerCases({
    store: environment.store,
    ledger,
    clock,
    attestor: environment.attestor,
    checkP256: verifyP256InPool,
    checkEd25519: verifyEd25519,
    noteSigners: [logSigner],
    alarm,
    files: await openLockedFolder(join(dataDir, 'locked')),
    witnesses: [{ key: witness, cosign }],
    boards: parts.boards,
    history: createHistoryIndex({ client, table: parts.reviewsTable }),
    postEveryMs: DAY_MS,
    log,
  });
  return {
    ...cases,
    trust: {
      log: formatVerifierKey(logKey),
      witness: formatVerifierKey(witness),
      attestationSpki: parts.attestationSigner.publicKeySpki,
    },
  };
}
