// A campaign on its opening day: the real use cases and messengers, providers that only count, and time that is moved.
import type { SESv2Client, SendEmailCommandOutput } from '@aws-sdk/client-sesv2';
import type { WebClient } from '@slack/web-api';
import { createCelExpressions } from '../../lib/adapters/cel/expressions.ts';
import { generateKey } from '../../lib/adapters/crypto/key-file.ts';
import { p256Signer } from '../../lib/adapters/crypto/signers.ts';
import { createMemoryBlobs } from '../../lib/adapters/memory/blobs.ts';
import { createChannelPace } from '../../lib/adapters/pace/channel-pace.ts';
import { createMemoryPaceBook } from '../../lib/adapters/pace/pace-book.ts';
import { saltedPseudonyms } from '../../lib/adapters/random/pseudonyms.ts';
import { cryptoRandomness } from '../../lib/adapters/random/randomness.ts';
import { createEmailMessenger } from '../../lib/adapters/ses/email-messenger.ts';
import { createSlackMessenger } from '../../lib/adapters/slack/messenger.ts';
import { createAttestor } from '../../lib/application/attest.ts';
import { deskNotes } from '../../lib/application/desk-notes.ts';
import type { Environment } from '../../lib/application/environment.ts';
import { fileBytes } from '../../lib/application/plain-json.ts';
import type { Blobs } from '../../lib/application/ports/blobs.ts';
import type { Message, Queue } from '../../lib/application/ports/queue.ts';
import type { ReviewStore } from '../../lib/application/ports/review-store.ts';
import { Work } from '../../lib/application/work.ts';
import { installedConnectors } from '../../lib/connectors/installed.ts';
import type { Campaign } from '../../lib/domain/campaign/campaign.ts';
import { identityIdOf, identityKeyOf } from '../../lib/domain/identity/identity-id.ts';
import { directoryOf } from '../../lib/domain/review/directory.ts';
import { Person } from '../../lib/domain/review/person.ts';
import type { ReviewItem } from '../../lib/domain/review/review-item.ts';
import { HOUR_MS, type Instant, instantOf, MINUTE_MS } from '../../lib/domain/time.ts';
import { useCases } from '../../lib/runtime/use-cases.ts';
import * as samples from '../../test/domain/identity/samples.ts';
import { type WaveCount, waveStore } from './wave-store.ts';

/** Items of each owner. */
export const ITEMS_AN_OWNER = 20;
/** Monday 7 September 2026, 08:00 UTC: an hour before work. */
const START_MS = Date.UTC(2026, 8, 7, 8);
/** Snapshots there are; items share them. */
const SNAPSHOTS = 64;
/** Slack's directory, a page at a time, read again every 15 minutes while something goes on. */
const MEMBERS_A_PAGE = 200;

/** Both sides' surroundings. */
export interface WaveScene {
  readonly owners: readonly string[];
  readonly campaign: Campaign;
  readonly store: ReviewStore;
  readonly blobs: Pick<Blobs, 'get'>;
  readonly itemsOf: (reviewerId: string) => readonly ReviewItem[];
  readonly slack: {
    lookUp(email: string): Promise<void>;
    open(reviewerId: string): Promise<string>;
    post(channel: string, text: string): Promise<void>;
  };
  mail(to: string, text: string): Promise<void>;
  /** Lets the day pass until everybody was asked. @returns hours from the first message to the last */
  chaseAll(): Promise<number>;
  counted(): WaveCount & { readonly providerCalls: number; readonly filesRead: number };
}

/** Makes a campaign of so many owners, opened, with nobody asked yet. */
export async function startWave(size: number): Promise<WaveScene> {
  let nowMs = START_MS;
  const clock = { now: () => instantOf(nowMs) };
  const owners = Array.from({ length: size }, (_, n) => `p${n}`);
  const blobs = createMemoryBlobs();
  const campaign = await campaignOf(blobs, size, clock.now());
  const itemsOf = await itemsBy(blobs);
  const { store, count } = waveStore({
    campaign,
    dockets: owners.map((reviewerId) =>
      samples.docket({ reviewerId, createdAt: clock.now(), nextDueAt: clock.now() }),
    ),
    itemsOf,
  });
  let filesRead = 0;
  const { client, ses, call, seen } = countingProviders(() => nowMs);
  const { get } = blobs;
  blobs.get = (digest) => {
    filesRead += 1;
    return get(digest);
  };
  const environment = environmentOf(owners, store, blobs, clock);
  const queued: Message[] = [];
  const queue = { send: async (messages: readonly Message[]) => void queued.push(...messages) };
  const cases = casesOver(
    environment,
    { client, ses },
    queue,
    () => nowMs,
    (ms) => {
      nowMs += ms;
    },
  );
  return {
    owners,
    campaign,
    store,
    blobs,
    itemsOf,
    slack: {
      lookUp: () => call(undefined),
      open: async (reviewerId) => (await client.conversations.open({ users: reviewerId })).channel?.id ?? '',
      post: async (channel, text) => void (await client.chat.postMessage({ channel, text })),
    },
    mail: () => call(undefined),
    async chaseAll() {
      let served = 0;
      for (let ticks = 0; served < size; ticks += 1) {
        if (ticks > 20_000) throw new Error('the wave never ends');
        await cases.tick();
        for (let message = queued.shift(); message; message = queued.shift()) {
          if ((await cases.work(Work.parse(message.body))) === 'served') served += 1;
        }
        nowMs = Math.floor(nowMs / MINUTE_MS + 1) * MINUTE_MS;
      }
      const hours = (seen.lastMs - seen.firstMs) / HOUR_MS;
      // The directory's pages count as well.
      seen.calls += Math.ceil(size / MEMBERS_A_PAGE) * Math.ceil(hours * 4 + 1);
      return hours;
    },
    counted: () => ({ ...count, providerCalls: seen.calls, filesRead }),
  };
}

async function campaignOf(blobs: Blobs, size: number, openedAt: Instant): Promise<Campaign> {
  const definition = samples.definition({
    reviewers: { fallback: 'p0', manager: 'p0', approvers: 'p0', riskAcceptors: 'p0' },
  });
  const definitionDigest = await blobs.put(fileBytes(definition));
  const opened = { startedAt: openedAt, openedAt };
  const counts = {
    considered: size * ITEMS_AN_OWNER,
    included: size * ITEMS_AN_OWNER,
    excluded: 0,
    dockets: size,
  };
  return samples.campaign({ definitionDigest, counts, ...opened });
}

/** Providers that take everything and count. */
function countingProviders(nowMs: () => number) {
  const seen = { calls: 0, firstMs: Number.POSITIVE_INFINITY, lastMs: 0 };
  const call = <T>(answer: T): Promise<T> => {
    seen.calls += 1;
    seen.lastMs = nowMs();
    seen.firstMs = Math.min(seen.firstMs, seen.lastMs);
    return Promise.resolve(answer);
  };
  const client = {
    conversations: {
      open: ({ users }: { users: string }) => call({ ok: true, channel: { id: `D${users}` } }),
    },
    chat: {
      postMessage: ({ channel }: { channel: string }) => call({ ok: true, channel, ts: String(seen.calls) }),
    },
  } as unknown as WebClient;
  const ses = {
    send: () => call({ MessageId: `mail-${seen.calls}` } as SendEmailCommandOutput),
  } as unknown as SESv2Client;
  return { seen, call, client, ses };
}

function environmentOf(
  owners: readonly string[],
  store: ReviewStore,
  blobs: Blobs,
  clock: Environment['clock'],
): Environment {
  const directory = directoryOf(owners.map(personOf), []);
  return {
    store,
    blobs,
    people: { directory: async () => directory },
    attestor: createAttestor({
      signer: p256Signer(generateKey('p256')),
      pseudonyms: saltedPseudonyms(new Uint8Array(32)),
      build: 'bench',
    }),
    clock,
    wallClock: clock,
    randomness: cryptoRandomness(),
    connectors: installedConnectors([]),
    expressions: createCelExpressions({ clock }),
  };
}

/** The use cases as deployed, at the pace of Slack, with an account that may mail as much as such a company needs. */
function casesOver(
  environment: Environment,
  { client, ses }: { readonly client: WebClient; readonly ses: SESv2Client },
  queue: Queue,
  wallClock: () => number,
  move: (ms: number) => void,
) {
  const notes = deskNotes(environment.store);
  const quota = { isSending: true, maxPerSecond: 50, maxPerDay: 1e6, leftToday: 1e6 };
  return useCases({
    environment,
    messengers: {
      slack: createSlackMessenger({ client, teamId: 'T1', notes }),
      email: createEmailMessenger({
        client: ses,
        from: 'reviews@bench.example',
        configurationSet: 'bench',
        notes,
      }),
    },
    pace: createChannelPace({
      book: createMemoryPaceBook(),
      wallClock,
      quota: { read: async () => quota, count: () => undefined },
      patience: { maxMs: 8000, sleep: async (ms) => move(ms) },
    }),
    queues: { campaigns: queue, dockets: queue, removals: queue, verifications: queue, promises: queue },
    declare: (identity) => identity,
    webUrl: 'https://reviews.bench.example',
  });
}

function personOf(personId: string): Person {
  return Person.parse({
    personId,
    name: `Person ${personId}`,
    email: `${personId}@bench.example`,
    slack: { teamId: 'T1', userId: `U${personId}` },
    timeZone: 'UTC',
    active: true,
  });
}

/** Items of any owner, always the same ones; those of the last owner asked for are kept. */
async function itemsBy(blobs: Blobs): Promise<(reviewerId: string) => readonly ReviewItem[]> {
  const snapshots = await blobs.putMany(
    Array.from({ length: SNAPSHOTS }, (_, n) =>
      fileBytes(samples.snapshot({ question: `Still needed by service ${n}?` })),
    ),
  );
  const template = samples.item();
  let last: { readonly reviewerId: string; readonly items: readonly ReviewItem[] } | undefined;
  return (reviewerId) => {
    if (last?.reviewerId === reviewerId) return last.items;
    const items = Array.from({ length: ITEMS_AN_OWNER }, (_, n): ReviewItem => {
      const identityId = identityIdOf(
        'aws-iam',
        '123456789012',
        'service-account',
        `user/${reviewerId}-${n}`,
      );
      const snapshot = snapshots[n % SNAPSHOTS] ?? '';
      return {
        ...template,
        identityId,
        identityKey: identityKeyOf(identityId),
        name: `${reviewerId}-${n}`,
        reviewerId,
        snapshot,
        risk: 90 - n,
      };
    });
    last = { reviewerId, items };
    return items;
  };
}
