// Everything on one machine: tables, IAM, mail, Slack, the review page and the functions, on a clock that can be moved.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createCelExpressions } from '../adapters/cel/expressions.ts';
import { openKeyFile } from '../adapters/crypto/key-file.ts';
import { p256Signer } from '../adapters/crypto/signers.ts';
import { createReviewStore } from '../adapters/dynamodb/review-store.ts';
import { ensureTables } from '../adapters/dynamodb/tables.ts';
import { createFolderBlobs } from '../adapters/files/folder-blobs.ts';
import { openPseudonyms } from '../adapters/random/pseudonyms.ts';
import { cryptoRandomness } from '../adapters/random/randomness.ts';
import { createEmailMessenger, createSesClient } from '../adapters/ses/email-messenger.ts';
import { createSlackMessenger } from '../adapters/slack/messenger.ts';
import { createSlackClient } from '../adapters/slack/upstream.ts';
import { createAttestor } from '../application/attest.ts';
import type { Environment } from '../application/environment.ts';
import { directoryOf } from '../domain/review/directory.ts';
import { type Instant, instantOf, plusDays } from '../domain/time.ts';
import { jsonLog } from '../runtime/log.ts';
import type { UseCases } from '../runtime/use-cases.ts';
import { buildDigest } from './build-digest.ts';
import type { Company } from './company/company.ts';
import { dueHeap, dueInstantOf } from './due-heap.ts';
import { startDynamoDb } from './dynamodb/start-dynamodb.ts';
import { type Functions, localFunctions } from './functions.ts';
import { type IamStandIn, startIam } from './iam/start-iam.ts';
import { localConnectors } from './local-connectors.ts';
import { type AdvanceOptions, type Schedule, scheduler } from './scheduler.ts';
import { type SesStandIn, startSes } from './ses/start-ses.ts';
import { type SlackWorkspace, startSlackWorkspace } from './slack/workspace.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';
import { type LocalWeb, startLocalWeb } from './web-server.ts';

/** How to start the embedded stack. */
export interface LocalStackOptions {
  /** Where everything is kept: tables, keys, blobs, mail. */
  readonly dataDir: string;
  readonly company: Company;
  /** Where the clock starts. */
  readonly startAt: Instant;
  readonly slackPort?: number | undefined;
  readonly mailPort?: number | undefined;
  readonly webPort?: number | undefined;
  /** Where the functions' log lines go; nowhere when absent. */
  readonly writeLog?: ((line: string) => void) | undefined;
}

/** The embedded stack while it runs. */
export interface LocalStack {
  readonly useCases: UseCases;
  readonly environment: Environment;
  readonly functions: Functions;
  readonly slack: SlackWorkspace;
  readonly ses: SesStandIn;
  readonly iam: IamStandIn;
  readonly web: LocalWeb;
  readonly clock: VirtualClock;
  readonly company: Company;
  readonly dataDir: string;
  /** Addresses to open in a browser. */
  readonly addresses: { readonly slack: string; readonly mail: string; readonly web: string };
  /** Steps from due instant to due instant up to `until`, draining all work between. */
  advanceTo(until: Instant, options?: AdvanceOptions): Promise<void>;
  /** Does what is due now. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

const TABLE = 'countersign-reviews';
const LEDGER = 'countersign-ledger';
const REGION = 'us-east-1';
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
const FROM = 'reviews@countersign.example';
const CONFIGURATION_SET = 'countersign';
const TEAM = { id: 'T0LOCAL', name: 'Local workspace', domain: 'local' };
/** Few shards: one machine has one writer, and every tick looks at each. */
const SHARDS = 2;

/** Starts the stack. Starting again over the same folder goes on where it stopped. */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { dataDir, company } = options;
  await mkdir(join(dataDir, 'keys'), { recursive: true });
  await mkdir(join(dataDir, 'queues'), { recursive: true });
  const clock = virtualClock(options.startAt, Date.now, join(dataDir, 'clock'));
  const wallClock = { now: () => instantOf(Date.now()) };
  const log = jsonLog(options.writeLog ?? (() => undefined), clock.now);
  const due = dueHeap();

  const tables = await startDynamoDb({
    dataDir: join(dataDir, 'tables'),
    clock,
    insertOnlyTables: [LEDGER],
    onChange: (records) => {
      for (const { dynamodb } of records) {
        const at = dueInstantOf(dynamodb.NewImage);
        if (at) due.add(at);
      }
    },
  });
  const client = new DynamoDBClient({
    endpoint: tables.endpoint,
    region: REGION,
    credentials: CREDENTIALS,
    requestHandler: tables.requestHandler,
  });
  await ensureTables({ client, reviews: TABLE, ledger: LEDGER });

  const iam = await startIam({ account: company.accountSeed, clock, dataFile: join(dataDir, 'iam.jsonl') });
  const secrets = { signingSecret: 'local-signing-secret', botToken: 'xoxb-local' };
  const web: LocalWeb = await startLocalWeb({ port: options.webPort ?? 0 });
  const slack = await startSlackWorkspace({
    team: { ...TEAM, name: company.name },
    ...secrets,
    people: company.people.filter(({ slack: account }) => account !== undefined).map(slackSeedOf),
    channels: [{ id: 'C0AUDIT', name: 'audit-checkpoints' }],
    ...(options.slackPort === undefined ? {} : { port: options.slackPort }),
    app: {
      id: 'A0COUNTERSIGN',
      name: 'Countersign',
      botId: 'B0COUNTERSIGN',
      botUserId: 'U0COUNTERSIGN',
      commands: [{ command: '/countersign', description: 'What waits for you', usageHint: 'inbox | status' }],
    },
    interactivityUrl: `${web.url}/slack/events`,
    eventsUrl: `${web.url}/slack/events`,
    commandsUrl: `${web.url}/slack/events`,
    clock,
    dataFile: join(dataDir, 'slack.jsonl'),
  });
  let takeMailEvent: (event: unknown) => Promise<void> = async () => undefined;
  const ses = await startSes({
    ...(options.mailPort === undefined ? {} : { port: options.mailPort }),
    clock,
    dataFile: join(dataDir, 'mail.jsonl'),
    identities: [FROM],
    configurationSets: [CONFIGURATION_SET],
    quota: { max24HourSend: 10_000_000, maxSendRate: 10_000 },
    onEvent: (event) => takeMailEvent(event),
  });

  const slackClient = createSlackClient(secrets.botToken, { slackApiUrl: slack.apiUrl });
  const directory = directoryOf(company.people, company.teams);
  const environment: Environment = {
    store: createReviewStore({ client, table: TABLE, clock, dueShards: SHARDS, inboxShards: SHARDS }),
    blobs: createFolderBlobs(join(dataDir, 'blobs')),
    people: { directory: async () => directory },
    attestor: createAttestor({
      signer: p256Signer(await openKeyFile(join(dataDir, 'keys', 'attestation.pem'), 'p256')),
      pseudonyms: await openPseudonyms(join(dataDir, 'keys', 'pseudonym-salt')),
      build: await buildDigest(),
    }),
    clock,
    wallClock,
    randomness: cryptoRandomness(),
    connectors: await localConnectors({ company, iam, dataDir, clock }),
    expressions: createCelExpressions({ clock }),
  };
  const functions = localFunctions({
    environment,
    messengers: {
      slack: createSlackMessenger({ client: slackClient, teamId: TEAM.id }),
      email: createEmailMessenger({
        client: createSesClient({ endpoint: ses.endpoint, region: REGION, credentials: CREDENTIALS }),
        from: FROM,
        configurationSet: CONFIGURATION_SET,
      }),
    },
    declare: company.declare,
    webUrl: web.url,
    slack: { ...secrets, teamId: TEAM.id, client: slackClient },
    queueDir: join(dataDir, 'queues'),
    cookieSecret: environment.randomness.token(32),
    log,
  });
  await relearnDue(environment.store, clock.now(), due.add);
  takeMailEvent = functions.receiveMailEvent;
  web.serve(functions.fetch);

  const settle = async () => {
    await functions.drain();
    await tables.drained();
  };
  const time = scheduler({
    clock,
    due,
    settle: () => tickUntilQuiet(functions, settle),
    schedules: schedulesOf(functions),
  });
  return {
    useCases: functions.useCases,
    environment,
    functions,
    slack,
    ses,
    iam,
    web,
    clock,
    company,
    dataDir,
    addresses: { slack: slack.url, mail: ses.inboxUrl, web: web.url },
    advanceTo: time.advanceTo,
    settle: time.catchUp,
    async close() {
      await Promise.all([slack.close(), ses.close(), iam.close(), web.close()]);
      client.destroy();
      await tables.close();
    },
  };
}

/** After a restart: everything that is or falls due within two years, from the store's index. */
async function relearnDue(
  store: Environment['store'],
  now: Instant,
  learn: (at: Instant) => void,
): Promise<void> {
  for (let shard = 0; shard < store.dueShards; shard += 1) {
    let cursor: string | undefined;
    do {
      const page = await store.due(shard, plusDays(now, 730), { cursor, limit: 500 });
      for (const { dueAt } of page.entries) learn(dueAt);
      cursor = page.next;
    } while (cursor !== undefined);
  }
}

/** Ticks until an instant has nothing left to do; work that puts itself off does not count. */
async function tickUntilQuiet(functions: Functions, settle: () => Promise<void>): Promise<void> {
  for (let round = 0; round < 12; round += 1) {
    const dispatched = await functions.tick();
    await settle();
    if (dispatched === 0) return;
  }
}

function schedulesOf(functions: Functions): Schedule[] {
  return [
    {
      name: 'collect',
      cron: '0 3 * * 1',
      timeZone: 'UTC',
      run: async () => void (await functions.collect({})),
    },
  ];
}

function slackSeedOf(person: Company['people'][number]) {
  return {
    id: person.slack?.userId ?? '',
    handle: person.personId,
    realName: person.name,
    email: person.email,
    timeZone: person.timeZone,
    status: person.active ? ('active' as const) : ('deactivated' as const),
    kind: person.fullMember ? ('member' as const) : ('guest' as const),
  };
}
