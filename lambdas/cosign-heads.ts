// The witness, in an account of its own: cosigns a head of the log only if it extends the last one it saw.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { verifyEd25519 } from '../lib/adapters/crypto/verify-signatures.ts';
import { createWitnessStore } from '../lib/adapters/dynamodb/ledger-witness-store.ts';
import { createKmsCosigner } from '../lib/adapters/kms/kms-note-signer.ts';
import { createMetricAlarm } from '../lib/adapters/metrics/metric-alarm.ts';
import { CosignRequest } from '../lib/application/ports/witness.ts';
import { cosignHeads } from '../lib/application/witness/cosign-heads.ts';
import { CALLS } from '../lib/deployed/aws.ts';
import { startBare } from '../lib/deployed/start-bare.ts';
import { parseVerifierKey } from '../lib/domain/attestation/log/verifier-key.ts';
import { readWitnessSettings } from '../lib/witness-settings.ts';

/** Invoked by the log's own function with a `CosignRequest`; it answers with a `CosignAnswer`. */
export const handler = await startBare('cosign-heads', async ({ clock, log, write }) => {
  const settings = readWitnessSettings(process.env);
  const cosign = cosignHeads({
    origin: settings.COUNTERSIGN_LOG_ORIGIN,
    logKeys: settings.COUNTERSIGN_LOG_KEYS.split(' ').map(parseVerifierKey),
    cosigner: await createKmsCosigner({
      client: new KMSClient(CALLS),
      keyId: settings.COUNTERSIGN_WITNESS_KEY,
      name: settings.COUNTERSIGN_WITNESS_NAME,
    }),
    store: createWitnessStore({
      client: new DynamoDBClient(CALLS),
      table: settings.COUNTERSIGN_HEADS_TABLE,
    }),
    checkEd25519: verifyEd25519,
    wallClock: clock,
    alarm: createMetricAlarm({ log, write, stage: 'witness', clock }),
  });
  return (event: unknown) => cosign(CosignRequest.parse(event));
});
