// Everything on one machine: tables, IAM, mail, Slack, the review page and the functions, on a clock that can be moved.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createCelExpressions } from '../adapters/cel/expressions.ts';
import { openKeyFile } from '../adapters/crypto/key-file.ts';
import { p256Signer } from '../adapters/crypto/signers.ts';
import { createReviewStore } from '../adapters/dynamodb/review-store.ts';
import { createFolderBlobs } from '../adapters/files/folder-blobs.ts';
import { openPseudonyms } from '../adapters/random/pseudonyms.ts';
import { cryptoRandomness } from '../adapters/random/randomness.ts';
import { createAttestor } from '../application/attest.ts';
import type { Environment } from '../application/environment.ts';
import type { RoleDeps } from '../application/governance/role-book.ts';
import type { Signer } from '../application/ports/signer.ts';
import { directoryOf } from '../domain/review/directory.ts';
import { type Instant, plusDays } from '../domain/time.ts';
import { jsonLog } from '../runtime/log.ts';
import type { UseCases } from '../runtime/use-cases.ts';
import { buildDigest } from './build-digest.ts';
import type { Company } from './company/company.ts';
import { dueHeap } from './due-heap.ts';
import { type Functions, localFunctions } from './functions.ts';
import { governed } from './governed-environment.ts';
import { type IamStandIn, startIam } from './iam/start-iam.ts';
import { leaseClock } from './lease-clock.ts';
import { localConnectors } from './local-connectors.ts';
import { type LocalLedger, openLocalLedger } from './local-ledger.ts';
import { type AdvanceOptions, type Schedule, scheduler } from './scheduler.ts';
import type { SesStandIn } from './ses/start-ses.ts';
import type { SlackWorkspace } from './slack/workspace.ts';
import { startDoors } from './start-doors.ts';
import { LEDGER_TABLE, REVIEWS_TABLE, startTables } from './start-tables.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';
import type { LocalWeb } from './web-server.ts';

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
  /** Hours between passes of the ledger, a divisor of 24. More makes a quarter in a minute possible. @default 1 */
  readonly sealEveryHours?: number | undefined;
  /** Where the functions' log lines go; nowhere when absent. */
  readonly writeLog?: ((line: string) => void) | undefined;
}

/** The embedded stack while it runs. */
export interface LocalStack {
  readonly useCases: UseCases;
  readonly environment: Environment;
  /** The directory as it is, before roles that nobody confirmed are held back. */
  readonly roles: RoleDeps;
  readonly ledger: LocalLedger;
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

/** Few shards: one machine has one writer, and every tick looks at each. */
const SHARDS = 2;

/** Starts the stack. Starting again over the same folder goes on where it stopped. */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { dataDir, company } = options;
  for (const folder of ['keys', 'queues', 'witness']) await mkdir(join(dataDir, folder), { recursive: true });
  const clock = virtualClock(options.startAt, Date.now, join(dataDir, 'clock'));
  const log = jsonLog(options.writeLog ?? (() => undefined), clock.now);
  const due = dueHeap();
  const tables = await startTables(dataDir, clock, due);
  const { client } = tables;
  const iam = await startIam({ account: company.accountSeed, clock, dataFile: join(dataDir, 'iam.jsonl') });
  const doors = await startDoors(company, dataDir, clock, client, options);
  const attestationSigner = p256Signer(await openKeyFile(join(dataDir, 'keys', 'attestation.pem'), 'p256'));
  const opened = await openEnvironment({ options, clock, client, iam, attestationSigner });
  const environment = await governed(opened);
  const { slackParts, boards, messengers, pace, web, slack, ses } = doors;
  const ledger = await openLocalLedger({
    dataDir,
    client,
    reviewsTable: REVIEWS_TABLE,
    ledgerTable: LEDGER_TABLE,
    environment,
    attestationSigner,
    boards,
    log,
  });
  const functions = localFunctions({
    environment,
    ledger,
    messengers,
    pace,
    declare: company.declare,
    webUrl: web.url,
    slack: slackParts,
    queueDir: join(dataDir, 'queues'),
    cookieSecret: environment.randomness.token(32),
    log,
  });
  await relearnDue(environment.store, clock.now(), due.add);
  doors.onMailEvent(functions.receiveMailEvent);
  web.serve(functions.fetch);
  const settle = () => functions.drain().then(tables.drained);
  const time = scheduler({
    clock,
    due,
    settle: () => tickUntilQuiet(functions, settle),
    schedules: schedulesOf(functions, options.sealEveryHours ?? 1),
  });
  return {
    useCases: functions.useCases,
    environment,
    roles: opened,
    ledger,
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
      await Promise.all([doors.close(), iam.close()]);
      await tables.close();
    },
  };
}

async function openEnvironment(parts: {
  readonly options: LocalStackOptions;
  readonly clock: VirtualClock;
  readonly client: DynamoDBClient;
  readonly iam: IamStandIn;
  readonly attestationSigner: Signer;
}): Promise<Environment> {
  const { options, clock, client, iam } = parts;
  const { dataDir, company } = options;
  const directory = directoryOf(company.people, company.teams);
  const wallClock = leaseClock(join(dataDir, 'starts'), Date.now);
  return {
    store: createReviewStore({ client, table: REVIEWS_TABLE, clock, dueShards: SHARDS, inboxShards: SHARDS }),
    blobs: createFolderBlobs(join(dataDir, 'blobs')),
    people: { directory: async () => directory },
    attestor: createAttestor({
      signer: parts.attestationSigner,
      pseudonyms: await openPseudonyms(join(dataDir, 'keys', 'pseudonym-salt')),
      build: await buildDigest(),
      wallClock,
    }),
    clock,
    wallClock,
    randomness: cryptoRandomness(),
    connectors: await localConnectors({ company, iam, dataDir, clock }),
    expressions: createCelExpressions({ clock }),
    armsFreely: true,
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

function schedulesOf(functions: Functions, sealEveryHours: number): Schedule[] {
  return [
    {
      name: 'seal',
      cron: `0 */${sealEveryHours} * * *`,
      timeZone: 'UTC',
      run: async () => void (await functions.seal()),
    },
    {
      name: 'collect',
      cron: '0 3 * * 1',
      timeZone: 'UTC',
      run: async () => void (await functions.collect({})),
    },
  ];
}
