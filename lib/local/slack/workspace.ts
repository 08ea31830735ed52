// A Slack workspace on this machine: the Web API, signed callbacks, and a page to see and click the real Block Kit.
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { type HttpBindings, serve } from '@hono/node-server';
import { Hono } from 'hono';
import type { Clock } from '../../application/ports/clock.ts';
import { millisOf } from '../../domain/time.ts';
import { warmUpBlockKit } from './block-kit/check-blocks.ts';
import { createChanges } from './changes.ts';
import { createChannels, directId } from './channels.ts';
import { type Acknowledgement, type Address, createDeliver } from './deliver.ts';
import { type ActingPerson, actAs } from './driver.ts';
import { createFaults, type Faults } from './faults.ts';
import { verifyEventsUrl } from './interactions/events.ts';
import { noJournal, openJournal } from './journal.ts';
import type { SlackChannel, SlackMessage } from './message.ts';
import { createMessages } from './messages.ts';
import { paceLikeSlack, unpaced } from './pace.ts';
import { createPeople } from './people.ts';
import type { SlackPerson, SlackPersonSeed, SlackTeam } from './person.ts';
import { createResponseUrls } from './response-urls.ts';
import { createTimestamps } from './timestamps.ts';
import { createTriggerIds } from './trigger-ids.ts';
import { createViews } from './views.ts';
import { webSurface } from './web-surface.ts';
import { maySee, type SlackApp, type WorkspaceCore } from './workspace-core.ts';

/** A channel to start with. The app is a member unless `withApp` is false; everybody is, unless `members` says who. */
export interface SlackChannelSeed {
  readonly id: string;
  readonly name: string;
  readonly isPrivate?: boolean;
  readonly members?: readonly string[];
  readonly withApp?: boolean;
  readonly archived?: boolean;
}

/** What a workspace is started with. */
export interface SlackWorkspaceOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly team: SlackTeam;
  readonly app?: Partial<SlackApp>;
  readonly signingSecret: string;
  readonly botToken: string;
  readonly people: readonly SlackPersonSeed[];
  readonly channels?: readonly SlackChannelSeed[];
  readonly interactivityUrl?: Address;
  readonly eventsUrl?: Address;
  readonly commandsUrl?: Address;
  /** Dates messages. Signatures, triggers, response urls and the 3 s limit follow the wall clock. */
  readonly clock: Clock;
  /** How long every Web API call takes at least. */
  readonly latencyMs?: number;
  /** How long the app may take to acknowledge; Slack: 3,000. */
  readonly acknowledgeWithinMs?: number;
  /** Enforce Slack's rate limits (tiers per method, one post a second per channel). Default: no limits. */
  readonly paced?: boolean;
  /** Keeps conversations, messages, home tabs and what was read over a restart. */
  readonly dataFile?: string;
  readonly wallClockMs?: () => number;
}

/** Which messages one wants to see. */
export interface MessageFilter {
  readonly channel?: string;
  /** Whose direct message with the app; with it, ephemeral messages to them are included. */
  readonly user?: string;
  /** Only messages posted or changed after this revision. */
  readonly since?: number;
}

/** A running workspace. */
export interface SlackWorkspace extends Omit<Faults, 'take'> {
  /** The page. */
  readonly url: string;
  /** For `new WebClient(token, { slackApiUrl })`. */
  readonly apiUrl: string;
  messages(filter?: MessageFilter): readonly SlackMessage[];
  people(): readonly SlackPerson[];
  channels(): readonly SlackChannel[];
  /** Acts as a person. */
  as(userId: string): ActingPerson;
  addPerson(person: SlackPersonSeed): SlackPerson;
  /** Deactivates or reactivates an account; false when nobody has this id. */
  setStatus(userId: string, status: SlackPerson['status']): boolean;
  archiveChannel(channelId: string): boolean;
  /** Sends `url_verification` to the events address. */
  verifyEventsUrl(): Promise<{ readonly verified: boolean; readonly acknowledgement: Acknowledgement }>;
  /** Grows with every change; for `since`. */
  revision(): number;
  /** Resolves once `holds` does, asked again after every change. @throws Error when it does not within the time */
  waitFor(holds: () => boolean, withinMs?: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a workspace on 127.0.0.1.
 *
 * @example
 * const slack = await startSlackWorkspace({ team, signingSecret, botToken, people, clock, interactivityUrl });
 * const client = new WebClient(botToken, { slackApiUrl: slack.apiUrl });
 * const { channel } = await client.conversations.open({ users: 'U0ADA' });
 * await client.chat.postMessage({ channel: channel.id, text: 'Still needed?', blocks });
 * await slack.as('U0ADA').click({ channel: channel.id, ts, actionId: 'keep' });
 *
 * @throws InvalidInputError MALFORMED_FILE when `dataFile` cannot be read
 */
export async function startSlackWorkspace(options: SlackWorkspaceOptions): Promise<SlackWorkspace> {
  warmUpBlockKit();
  let origin = '';
  const core = createCore(options, () => origin);
  for (const seed of options.channels ?? []) seedChannel(core, seed);
  const app = new Hono<{ Bindings: HttpBindings }>().route('/', webSurface(core, options.latencyMs ?? 0));
  const server = await new Promise<ReturnType<typeof serve>>((resolve, reject) => {
    const starting = serve({ fetch: app.fetch, port: options.port ?? 0, hostname: '127.0.0.1' }, () =>
      resolve(starting),
    );
    starting.once('error', reject);
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { take: _take, ...faults } = core.faults;
  return {
    url: origin,
    apiUrl: `${origin}/api/`,
    ...faults,
    ...inspect(core),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

function createCore(options: SlackWorkspaceOptions, pageUrl: () => string): WorkspaceCore {
  const wallClockMs = options.wallClockMs ?? Date.now;
  const journal = options.dataFile === undefined ? noJournal : openJournal(options.dataFile);
  const changes = createChanges();
  const timestamps = createTimestamps(() => millisOf(options.clock.now()));
  const app = { ...defaultApp, ...options.app };
  const owner = { teamId: options.team.id, appId: app.id, botId: app.botId };
  return {
    team: options.team,
    app,
    botToken: options.botToken,
    people: createPeople(options.people, journal, changes),
    channels: createChannels(journal, changes, () => Math.floor(millisOf(options.clock.now()) / 1000)),
    messages: createMessages(journal, changes, timestamps),
    views: createViews(owner, journal, changes, () => `V${randomBytes(5).toString('hex').toUpperCase()}`),
    changes,
    timestamps,
    triggerIds: createTriggerIds(wallClockMs),
    responseUrls: createResponseUrls(() => `${pageUrl()}/response`, wallClockMs),
    faults: createFaults(),
    pace: options.paced ? paceLikeSlack(wallClockMs) : unpaced,
    deliver: createDeliver({
      signingSecret: options.signingSecret,
      wallClockMs,
      limitMs: options.acknowledgeWithinMs ?? 3000,
    }),
    addresses: {
      interactivity: options.interactivityUrl,
      events: options.eventsUrl,
      commands: options.commandsUrl,
    },
    warnings: new Map(),
    picked: new Map(),
    wallClockMs,
    pageUrl,
  };
}

const defaultApp: SlackApp = {
  id: 'A0COUNTERSIGN',
  name: 'Countersign',
  botId: 'B0COUNTERSIGN',
  botUserId: 'U0COUNTERSIGN',
  commands: [{ command: '/countersign', description: 'your access reviews', usageHint: 'inbox' }],
  shortcuts: [],
};

function seedChannel(core: WorkspaceCore, seed: SlackChannelSeed): void {
  if (core.channels.get(seed.id)) return;
  const members =
    seed.members ??
    core.people
      .all()
      .filter(({ kind }) => kind === 'member')
      .map(({ id }) => id);
  core.channels.save({
    id: seed.id,
    kind: seed.isPrivate ? 'private' : 'public',
    name: seed.name,
    members: seed.withApp === false ? [...members] : [core.app.botUserId, ...members],
    archived: seed.archived ?? false,
    createdAtSeconds: 0,
  });
}

type Inspection = Omit<SlackWorkspace, keyof Faults | 'url' | 'apiUrl' | 'close'>;

function inspect(core: WorkspaceCore): Inspection {
  return {
    messages: (filter = {}) => selectMessages(core, filter),
    people: () => core.people.all(),
    channels: () => core.channels.all(),
    as: (userId) => actAs(core, userId),
    addPerson: (person) => core.people.add(person),
    setStatus: (userId, status) => core.people.setStatus(userId, status),
    archiveChannel(channelId) {
      const channel = core.channels.get(channelId);
      if (channel) core.channels.save({ ...channel, archived: true });
      return channel !== undefined;
    },
    verifyEventsUrl: () => verifyEventsUrl(core),
    revision: () => core.changes.revision(),
    waitFor: (holds, withinMs = 5000) => waitFor(core, holds, withinMs),
  };
}

function selectMessages(
  core: WorkspaceCore,
  { channel, user, since }: MessageFilter,
): readonly SlackMessage[] {
  const direct = user === undefined ? undefined : directId([core.app.botUserId, user]);
  const channels = channel ?? direct;
  const all = (channels === undefined ? core.channels.all().map(({ id }) => id) : [channels])
    .filter((id) => user === undefined || maySee(core, user, id))
    .flatMap((id) => core.messages.in(id, user));
  return since === undefined ? all : all.filter(({ revision }) => revision > since);
}

async function waitFor(core: WorkspaceCore, holds: () => boolean, withinMs: number): Promise<void> {
  if (holds()) return;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      unsubscribe();
      reject(new Error(`what was waited for did not happen within ${withinMs} ms`));
    }, withinMs);
    const unsubscribe = core.changes.subscribe(() => {
      if (!holds()) return;
      clearTimeout(timer);
      unsubscribe();
      resolve();
    });
  });
}
