// The deployed installation, as a journey meets it: through its doors, its services, and the stores behind them.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { inject } from 'vitest';
import * as z from 'zod';
import { createLedgerStore } from '../../../lib/adapters/dynamodb/ledger-store.ts';
import { createReviewStore } from '../../../lib/adapters/dynamodb/review-store.ts';
import { parseDirectoryFile } from '../../../lib/adapters/people/directory-file.ts';
import { createSqsClient } from '../../../lib/adapters/sqs/sqs-queue.ts';
import type { DefinitionInput } from '../../../lib/domain/campaign/definition.ts';
import { Instant } from '../../../lib/domain/time.ts';
import type { FunctionName, QueueName } from '../../../lib/functions.ts';
import { startSlackWorkspace } from '../../../lib/local/slack/workspace.ts';
import type { InstallationCommand } from '../../../lib/runtime/control/installation-protocol.ts';
import { runAsPerson } from './command-door.ts';
import { SLACK_SECRET } from './deploy-for-tests.ts';
import { deployedName, STAGE, variable } from './deployed-settings.ts';
import { rootConfig, trust } from './emulated-services.ts';
import { openFrontDoor } from './front-door.ts';
import { openIamAccount } from './iam-account.ts';
import { CACHE, ROOT } from './places.ts';
import { sendPlain } from './send-plain.ts';

/** The installation under test. */
export type InstallationUnderTest = Awaited<ReturnType<typeof openInstallation>>;

/** Real time. */
export const clock = { now: (): Instant => Instant.parse(new Date().toISOString()) };

const Inbox = z.object({
  messages: z.record(
    z.string(),
    z.array(
      z.object({
        MessageId: z.string(),
        To: z.array(z.string()),
        Subject: z.string(),
        BodyText: z.string().nullish(),
        BodyHtml: z.string().nullish(),
      }),
    ),
  ),
});

/** Opens it. Close it when the file's journeys are over: the next file's Slack listens on the same port. */
export async function openInstallation() {
  const deployed = inject('aws');
  await trust(deployed);
  const config = rootConfig(deployed);
  const ca = await readFile(deployed.caFile, 'utf8');
  const place = { endpoint: deployed.endpoint, ca, apiUrl: deployed.apiUrl };
  const door = await openFrontDoor(place);
  const slack = await startSlack(deployed.slackPort, `${door.url}/slack/events`);
  const named = (name: string): string => variable(deployed.variables, name);
  const dynamodb = new DynamoDBClient(config);
  const sqs = createSqsClient(config);
  const lambda = new LambdaClient({ ...config, maxAttempts: 1 });
  const invoke = async (name: FunctionName, event: unknown = {}): Promise<unknown> => {
    const command = new InvokeCommand({ FunctionName: deployedName(name), Payload: JSON.stringify(event) });
    const { FunctionError, Payload } = await lambda.send(command);
    const text = new TextDecoder().decode(Payload);
    if (FunctionError !== undefined) throw new Error(`${name} failed: ${text}`);
    return JSON.parse(text);
  };
  const as = <T>(person: string, command: InstallationCommand, schema: z.ZodType<T>): Promise<T> =>
    runAsPerson(place, command, deployed.keys[person], schema);
  return {
    ...place,
    deployed,
    config,
    door,
    slack,
    named,
    invoke,
    as,
    dynamodb,
    iam: openIamAccount(config),
    signingSecret: SLACK_SECRET.signingSecret,
    /** Messages in a queue, those being worked on included. */
    async waitingIn(queue: QueueName | `${QueueName}-dead-letters`): Promise<number> {
      const QueueUrl = await queueUrl(sqs, queue);
      const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
      const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] });
      const { Attributes = {} } = await sqs.send(command);
      return names.reduce((sum, name) => sum + Number(Attributes[name]), 0);
    },
    /** Puts messages into a queue, a batch. */
    async put(queue: QueueName, bodies: readonly unknown[]): Promise<void> {
      const QueueUrl = await queueUrl(sqs, queue);
      const Entries = bodies.map((body, at) => ({ Id: String(at), MessageBody: JSON.stringify(body) }));
      await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    },
    store: createReviewStore({ client: dynamodb, table: named('COUNTERSIGN_REVIEWS_TABLE'), clock }),
    ledger: createLedgerStore({ client: dynamodb, table: named('COUNTERSIGN_LEDGER_TABLE') }),
    /** Mail SES took, by recipient. */
    async mails(to: string) {
      const { text } = await sendPlain({ url: `${deployed.endpoint}/_ministack/ses/messages`, ca });
      const all = Object.values(Inbox.parse(JSON.parse(text)).messages).flat();
      return all.filter(({ To }) => To.includes(to));
    },
    /** Has two people put a definition into force. */
    async applyDefinition(definition: DefinitionInput): Promise<void> {
      const command = { do: 'apply' as const, definitions: [{ where: 'journey', value: definition }] };
      const Waits = z.object({ waits: z.object({ requestId: z.string() }) });
      const { waits } = await as('mira', command, Waits);
      await as('lou', { ...command, approve: waits.requestId }, z.object({ done: z.array(z.unknown()) }));
    },
    /** Has the account read, by the function that does it. */
    async collect(): Promise<void> {
      await invoke('collect-identities', {});
    },
    /** Has a campaign opened by the state machine, and waits until reviewers can see it. */
    async launch(definitionId: string, campaignId: string): Promise<void> {
      await as(
        'mira',
        { do: 'start-launch', definitionId, campaignId },
        z.object({ executionArn: z.string() }),
      );
      await waitFor(`${campaignId} is open`, async () => {
        const campaign = await this.store.get('campaign', { campaignId: campaignId as never });
        return campaign?.state === 'open';
      });
    },
    async close(): Promise<void> {
      dynamodb.destroy();
      lambda.destroy();
      await Promise.all([slack.close(), door.close()]);
    },
  };
}

async function queueUrl(sqs: SQSClient, queue: string): Promise<string> {
  const QueueName = `countersign-${STAGE}-${queue}`;
  return (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? '';
}

async function startSlack(port: number, eventsUrl: string) {
  const file = join(ROOT, 'config', 'emulator', 'people.yaml');
  const directory = parseDirectoryFile(await readFile(file, 'utf8'), file);
  const people = directory
    .everyone()
    .flatMap(({ slack, name, email, personId, timeZone }) =>
      slack ? [{ id: slack.userId, handle: personId, realName: name, email, timeZone }] : [],
    );
  return startSlackWorkspace({
    ...SLACK_SECRET,
    port,
    team: { id: 'T0EMULATOR', domain: 'emulator', name: 'Emulator' },
    people,
    channels: [{ id: 'C0AUDIT', name: 'audit-checkpoints' }],
    interactivityUrl: eventsUrl,
    eventsUrl,
    commandsUrl: eventsUrl,
    clock,
    // A function's first start on two busy cores takes seconds; how fast a warm one answers is measured elsewhere.
    acknowledgeWithinMs: 20_000,
    dataFile: join(CACHE, `slack-${port}.jsonl`),
  });
}

/** Asks again and again until it holds. @throws Error naming what did not come */
export async function waitFor(what: string, holds: () => Promise<boolean>, withinMs = 60_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${withinMs / 1000} s`);
    await sleep(250);
  }
}
