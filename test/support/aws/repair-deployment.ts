// Settings that are in the templates and that the emulator's CloudFormation drops are made again by API, so that what
// depends on them can be tried. Nothing is set here that the templates do not say; test/infrastructure asserts that they do.
import { DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectLockConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { createSqsClient } from '../../../lib/adapters/sqs/sqs-queue.ts';
import { QUEUE_NAMES } from '../../../lib/functions.ts';
import { queueVariable } from '../../../lib/settings.ts';
import { variable } from './deployed-settings.ts';
import type { ClientConfig } from './emulated-services.ts';

/** Makes them. */
export async function repairDeployment(
  config: ClientConfig,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  await new DynamoDBClient(config).send(
    new UpdateTimeToLiveCommand({
      TableName: variable(variables, 'COUNTERSIGN_REVIEWS_TABLE'),
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    }),
  );
  await new S3Client({ ...config, forcePathStyle: true }).send(
    new PutObjectLockConfigurationCommand({
      Bucket: variable(variables, 'COUNTERSIGN_LOCKED_BUCKET'),
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        // `retention.lockedDays` of config/emulator.yaml
        Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 1 } },
      },
    }),
  );
}

/** How long a message that was not handled stays hidden, in seconds. Minutes in the templates; tests do not wait for that. */
export const HIDDEN_SECONDS = 6;

/** Shortens how long messages stay hidden, so that a second delivery comes within a test. */
export async function hurryQueues(
  config: ClientConfig,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  const sqs = createSqsClient(config);
  const urls = QUEUE_NAMES.flatMap((name) => variables[queueVariable(name)] ?? []);
  for (const QueueUrl of urls) {
    const Attributes = { VisibilityTimeout: String(HIDDEN_SECONDS) };
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
  }
}
