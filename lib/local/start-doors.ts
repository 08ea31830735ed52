// Where people come in and are spoken to: the Slack workspace, the mailbox, the web endpoint.
import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SESv2Client } from '@aws-sdk/client-sesv2';
import { createReviewStore } from '../adapters/dynamodb/review-store.ts';
import { createChannelPace } from '../adapters/pace/channel-pace.ts';
import { createMemoryPaceBook } from '../adapters/pace/pace-book.ts';
import { createMailBoard } from '../adapters/ses/checkpoint-board.ts';
import { createEmailMessenger, createSesClient } from '../adapters/ses/email-messenger.ts';
import { createMailQuota } from '../adapters/ses/mail-quota.ts';
import { COMMAND } from '../adapters/slack/app-manifest.ts';
import { createSlackBoard } from '../adapters/slack/checkpoint-board.ts';
import { createSlackMessenger } from '../adapters/slack/messenger.ts';
import { createSlackClient } from '../adapters/slack/upstream.ts';
import { deskNotes } from '../application/desk-notes.ts';
import type { CheckpointBoard } from '../application/ports/checkpoint-board.ts';
import type { Clock } from '../application/ports/clock.ts';
import type { Pace, PacedMessenger } from '../application/ports/pace.ts';
import type { Person } from '../domain/review/person.ts';
import { millisOf } from '../domain/time.ts';
import { SHORTCUT } from '../presentation/slack/references.ts';
import type { Company } from './company/company.ts';
import type { FunctionParts } from './functions.ts';
import { type SesStandIn, startSes } from './ses/start-ses.ts';
import { type SlackWorkspace, startSlackWorkspace } from './slack/workspace.ts';
import { REVIEWS_TABLE } from './start-tables.ts';
import { type LocalWeb, startLocalWeb } from './web-server.ts';

const REGION = 'us-east-1';
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
const FROM = 'reviews@countersign.example';
const AUDITORS = 'auditors@countersign.example';
const AUDIT_CHANNEL = 'C0AUDIT';
const CONFIGURATION_SET = 'countersign';
const TEAM = { id: 'T0LOCAL', domain: 'local' };
const SECRETS = { signingSecret: 'local-signing-secret', botToken: 'xoxb-local' };

/** Ports to listen on; any free one where absent. */
export interface DoorPorts {
  readonly slackPort?: number | undefined;
  readonly mailPort?: number | undefined;
  readonly webPort?: number | undefined;
}

/** The doors while they are open. */
export interface Doors {
  readonly web: LocalWeb;
  readonly slack: SlackWorkspace;
  readonly ses: SesStandIn;
  readonly messengers: Readonly<Record<'slack' | 'email', PacedMessenger>>;
  /** As asked for by the stand-ins: it goes by the clock that can be moved, so that nobody waits for it. */
  readonly pace: Pace;
  /** Where auditors see checkpoints: a channel and a mailbox. */
  readonly boards: readonly CheckpointBoard[];
  /** What the functions need to answer Slack. */
  readonly slackParts: FunctionParts['slack'];
  /** Sets who takes SES's events. */
  onMailEvent(take: (event: unknown) => Promise<void>): void;
  close(): Promise<void>;
}

/** Opens the doors. */
export async function startDoors(
  company: Company,
  dataDir: string,
  clock: Clock,
  tables: DynamoDBClient,
  ports: DoorPorts,
): Promise<Doors> {
  const web = await startLocalWeb({ port: ports.webPort ?? 0 });
  const slack = await startSlack(company, dataDir, clock, ports.slackPort, `${web.url}/slack/events`);
  let takeMailEvent: (event: unknown) => Promise<void> = async () => undefined;
  const ses = await startSes({
    port: ports.mailPort,
    clock,
    dataFile: join(dataDir, 'mail.jsonl'),
    identities: [FROM],
    configurationSets: [CONFIGURATION_SET],
    quota: { max24HourSend: 10_000_000, maxSendRate: 10_000 },
    onEvent: (event) => takeMailEvent(event),
  });
  const client = createSlackClient(SECRETS.botToken, { slackApiUrl: slack.apiUrl });
  const mail = {
    client: createSesClient({ endpoint: ses.endpoint, region: REGION, credentials: CREDENTIALS }),
    from: FROM,
    configurationSet: CONFIGURATION_SET,
  };
  const notes = deskNotes(createReviewStore({ client: tables, table: REVIEWS_TABLE, clock }));
  return {
    web,
    slack,
    ses,
    messengers: {
      slack: createSlackMessenger({ client, teamId: TEAM.id, notes }),
      email: createEmailMessenger({ ...mail, notes }),
    },
    pace: paceOf(mail.client, clock),
    boards: [
      createSlackBoard({ client, channel: AUDIT_CHANNEL }),
      createMailBoard({ ...mail, to: AUDITORS }),
    ],
    slackParts: { ...SECRETS, teamId: TEAM.id, client },
    onMailEvent(take) {
      takeMailEvent = take;
    },
    async close() {
      await Promise.all([slack.close(), ses.close(), web.close()]);
    },
  };
}

/** The stand-ins take all that comes, unless they are told to refuse some. */
const AT_ONCE = { perWindow: 100_000, windowMs: 1000 };

function paceOf(client: SESv2Client, clock: Clock): Pace {
  const wallClock = () => millisOf(clock.now());
  return createChannelPace({
    book: createMemoryPaceBook(),
    quota: createMailQuota(client, wallClock),
    wallClock,
    slackLimits: { slack: AT_ONCE, 'slack-open': AT_ONCE },
  });
}

function startSlack(
  company: Company,
  dataDir: string,
  clock: Clock,
  port: number | undefined,
  eventsUrl: string,
): Promise<SlackWorkspace> {
  return startSlackWorkspace({
    team: { ...TEAM, name: company.name },
    ...SECRETS,
    people: company.people.filter(({ slack }) => slack !== undefined).map(slackSeedOf),
    channels: [{ id: AUDIT_CHANNEL, name: 'audit-checkpoints' }],
    ...(port === undefined ? {} : { port }),
    app: {
      id: 'A0COUNTERSIGN',
      name: 'Countersign',
      botId: 'B0COUNTERSIGN',
      botUserId: 'U0COUNTERSIGN',
      shortcuts: [
        { callbackId: SHORTCUT.review, name: 'Review an identity', type: 'global' },
        { callbackId: SHORTCUT.reviewThis, name: 'Review this identity' },
      ],
      commands: [{ command: COMMAND, description: 'What waits for you', usageHint: 'inbox | status' }],
    },
    interactivityUrl: eventsUrl,
    eventsUrl,
    commandsUrl: eventsUrl,
    clock,
    dataFile: join(dataDir, 'slack.jsonl'),
  });
}

function slackSeedOf(person: Person) {
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
