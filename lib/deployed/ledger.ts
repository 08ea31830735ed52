// The log on AWS: rows in the insert-only table, its head signed by KMS, copies in the locked bucket.
import { KMSClient } from '@aws-sdk/client-kms';
import { verifyEd25519, verifyP256InPool } from '../adapters/crypto/verify-signatures.ts';
import { createHistoryIndex } from '../adapters/dynamodb/ledger-history-index.ts';
import { createLedgerStore } from '../adapters/dynamodb/ledger-store.ts';
import { createKmsNoteSigner } from '../adapters/kms/kms-note-signer.ts';
import { createLambdaWitness } from '../adapters/lambda/lambda-witness.ts';
import { createMetricAlarm } from '../adapters/metrics/metric-alarm.ts';
import { createS3LockedFiles } from '../adapters/s3/s3-locked-files.ts';
import { createMailBoard } from '../adapters/ses/checkpoint-board.ts';
import { createSlackBoard } from '../adapters/slack/checkpoint-board.ts';
import { registerFirstKeys } from '../application/ledger/rotate-key.ts';
import type { CheckpointBoard } from '../application/ports/checkpoint-board.ts';
import { parseVerifierKey } from '../domain/attestation/log/verifier-key.ts';
import { DAY_MS } from '../domain/time.ts';
import { type LedgerCases, ledgerCases } from '../runtime/ledger-cases.ts';
import { CALLS } from './aws.ts';
import { openInvoker } from './calls.ts';
import { mailOf } from './doors.ts';
import { dynamoDb } from './dynamodb.ts';
import { openEnvironment, openSigner } from './environment.ts';
import { s3 } from './s3.ts';
import { openSlack, type SlackDoor } from './slack.ts';
import type { Base } from './start.ts';
import { wanted } from './wanted.ts';

/** Opens the log for the one function that writes it. */
export async function openLedger(base: Base): Promise<LedgerCases> {
  const { installation, clock, settings } = base;
  const { environment } = await openEnvironment(base);
  const ledger = createLedgerStore({ client: dynamoDb(), table: wanted(base, 'ledgerTable') });
  const [signer, noteSigner, slack] = await Promise.all([
    openSigner(base),
    createKmsNoteSigner({
      client: new KMSClient(CALLS),
      keyId: wanted(base, 'logKey'),
      name: installation.logOrigin,
    }),
    openSlack(base),
  ]);
  await registerFirstKeys({ ledger, clock }, { attestation: signer, log: noteSigner })();
  return ledgerCases({
    store: environment.store,
    ledger,
    clock,
    attestor: environment.attestor,
    checkP256: verifyP256InPool,
    checkEd25519: verifyEd25519,
    noteSigners: [noteSigner],
    alarm: createMetricAlarm({ log: base.log, write: base.write, stage: settings.stage, clock }),
    files: createS3LockedFiles({ client: s3(), bucket: wanted(base, 'lockedBucket') }),
    witnesses: installation.witnesses.map(({ functionArn, verifierKey }) =>
      createLambdaWitness({ invoke: openInvoker(), functionArn, key: parseVerifierKey(verifierKey) }),
    ),
    boards: boardsOf(base, slack),
    history: createHistoryIndex({ client: dynamoDb(), table: settings.reviewsTable }),
    postEveryMs: DAY_MS,
    log: base.log,
  });
}

/** Where auditors see the log's heads. */
function boardsOf(base: Base, slack: SlackDoor | undefined): CheckpointBoard[] {
  const { auditors } = base.installation.mail;
  return [
    ...(slack?.auditChannel ? [createSlackBoard({ client: slack.client, channel: slack.auditChannel })] : []),
    ...(auditors ? [createMailBoard({ ...mailOf(base), to: auditors })] : []),
  ];
}
