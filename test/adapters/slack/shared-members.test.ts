import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryBlobs } from '../../../lib/adapters/memory/blobs.ts';
import { createMemoryReviewStore } from '../../../lib/adapters/memory/review-store.ts';
import { keepMembers } from '../../../lib/adapters/slack/members.ts';
import { createSlackPeople } from '../../../lib/adapters/slack/people.ts';
import { readMembers } from '../../../lib/adapters/slack/read-members.ts';
import { sharedMembers } from '../../../lib/adapters/slack/shared-members.ts';
import { createSlackClient } from '../../../lib/adapters/slack/upstream.ts';
import type { ReviewStore } from '../../../lib/application/ports/review-store.ts';
import { update } from '../../../lib/application/ports/review-store.ts';
import { watchSlackMembers } from '../../../lib/application/slack-members.ts';
import { directoryOf } from '../../../lib/domain/review/directory.ts';
import type { Person } from '../../../lib/domain/review/person.ts';
import { HOUR_MS, type Instant, millisOf, plusMs } from '../../../lib/domain/time.ts';
import { type SlackWorkspace, startSlackWorkspace } from '../../../lib/local/slack/workspace.ts';
import { samplePerson, now as start } from '../../support/slack/samples.ts';
import { botToken, signingSecret, silent, teamId } from '../../support/slack/slack-edge.ts';

const MEMBERS = 2500;
const key = { teamId };
const { slack: _none, ...ada } = samplePerson();

let slack: SlackWorkspace;
let asked: (string | undefined)[];
let client: ReturnType<typeof createSlackClient>;
beforeAll(async () => {
  const nowhere = 'http://127.0.0.1:9/slack';
  slack = await startSlackWorkspace({
    team: { id: teamId, name: 'Acme', domain: 'acme' },
    signingSecret,
    botToken,
    people: [
      {
        id: 'U0ADA',
        handle: 'ada',
        realName: 'Ada Adeyemi',
        email: 'ada@acme.example',
        timeZone: 'America/New_York',
      },
      ...Array.from({ length: MEMBERS - 2 }, (_, n) => ({
        id: `U1N${n}`,
        handle: `n${n}`,
        realName: `N ${n}`,
        email: `n${n}@acme.example`,
      })),
    ],
    interactivityUrl: nowhere,
    eventsUrl: nowhere,
    commandsUrl: nowhere,
    clock: { now: () => start },
  });
  client = createSlackClient(botToken, {
    slackApiUrl: slack.apiUrl,
    logger: silent,
    fetch: (url, init) => {
      const form = new URLSearchParams(typeof init?.body === 'string' ? init.body : undefined);
      if (String(url).endsWith('/users.list')) asked.push(form.get('cursor') ?? undefined);
      return fetch(url, init);
    },
  });
});
afterAll(() => slack.close());

let now: Instant;
let store: ReviewStore;
let blobs: ReturnType<typeof createMemoryBlobs>;
let said: string[];
const log = (level: string, message: string) => void said.push(`${level} ${message}`);
beforeEach(() => {
  [now, said, asked] = [start, [], []];
  store = createMemoryReviewStore();
  blobs = createMemoryBlobs();
});

const pass = (on: ReviewStore = store) =>
  readMembers({ store: on, blobs, clock: { now: () => now }, client, teamId, log })(key);
const later = (ms: number) => {
  now = plusMs(now, ms);
};
const row = () => store.get('slack-members', key);

/** A process of its own: nothing read before is known. */
function people(withoutSlack: 'refuse' | 'base' = 'refuse', known: readonly Person[] = [ada]) {
  return createSlackPeople({
    base: { directory: async () => directoryOf(known, []) },
    client,
    teamId,
    ttlMs: 60_000,
    wallClock: () => millisOf(now),
    log,
    shared: sharedMembers({ store, blobs, teamId, log }),
    withoutSlack,
  });
}

/** A store whose commit number `n`, from 1, is the last thing the process does. */
function cutAt(n: number): ReviewStore {
  let commits = 0;
  return {
    ...store,
    commit: async (writes) => {
      commits += 1;
      if (commits === n) throw new Error('power cut');
      return store.commit(writes);
    },
  };
}

describe('the pass over Slack’s members', () => {
  it('reads every page once and shares the whole list', async () => {
    await watchSlackMembers({ store, clock: { now: () => now } }, teamId);

    expect(await pass()).toBe(`${MEMBERS} members`);

    expect(asked).toHaveLength(3);
    const { read, pass: under } = (await row()) ?? {};
    expect(read).toMatchObject({ at: start, members: MEMBERS });
    expect(under).toBeUndefined();
    expect(await pass()).toBe('not due');
    later(15 * 60_000);
    expect(await pass()).toBe(`${MEMBERS} members`);
    expect((await row())?.read?.digest).toBe(read?.digest);
  });

  it('goes on at the same page when Slack’s wait is over', async () => {
    await watchSlackMembers({ store, clock: { now: () => now } }, teamId);
    const page = await client.users.list({ limit: 1000 });
    asked.length = 0;
    await pass(cutAt(3)).catch(() => undefined);
    expect(asked).toHaveLength(2);
    later(121_000);
    slack.rateLimitNext('users.list', 90);

    expect(await pass()).toBe('put off: THROTTLED');

    expect((await row())?.nextDueAt).toBe(plusMs(now, 90_000));
    later(89_000);
    expect(await pass()).toBe('not due');
    later(1000);
    asked.length = 0;
    expect(await pass()).toBe(`${MEMBERS} members`);
    expect(asked).toHaveLength(2);
    expect(asked[0]).toBe(page.response_metadata?.next_cursor);
    expect(said).toContain('warn users.list failed; it is read on later');
  });

  it.each([1, 2, 3, 4])('loses nobody when the process dies at write %i', async (n) => {
    await watchSlackMembers({ store, clock: { now: () => now } }, teamId);

    await expect(pass(cutAt(n))).rejects.toThrow('power cut');

    later(121_000);
    asked.length = 0;
    expect(await pass()).toBe(`${MEMBERS} members`);
    // What was written down is not asked for again.
    expect(asked).toHaveLength([3, 3, 2, 1][n - 1] ?? 0);
    const { read, pass: under } = (await row()) ?? {};
    expect(read?.members).toBe(MEMBERS);
    expect(under).toBeUndefined();
  });

  it('begins again when a page it kept is gone, and the last list serves on', async () => {
    await watchSlackMembers({ store, clock: { now: () => now } }, teamId);
    await pass();
    const last = (await row())?.read;
    later(15 * 60_000);
    const begun = await row();
    if (!begun) throw new Error('no row');
    const gone = { startedAt: now, pages: ['0'.repeat(64)] };
    await store.commit([update('slack-members', begun, { pass: gone })]);

    expect(await pass()).toBe('put off: CORRUPT_RECORD');
    const { read, pass: under } = (await row()) ?? {};
    expect(read).toEqual(last);
    expect(under).toBeUndefined();
    later(15 * 60_000);
    expect(await pass()).toBe(`${MEMBERS} members`);
  });

  it('lets one of two that read at once go on', async () => {
    await watchSlackMembers({ store, clock: { now: () => now } }, teamId);

    const came = await Promise.all([pass(), pass()]);

    expect(came.toSorted()).toEqual([`${MEMBERS} members`, 'another reads it']);
  });

  it('is no longer due where the installation has another Slack', async () => {
    await watchSlackMembers({ store, clock: { now: () => now } }, 'T0OLD');

    await readMembers({ store, blobs, clock: { now: () => now }, client, teamId, log })({ teamId: 'T0OLD' });

    expect((await store.get('slack-members', { teamId: 'T0OLD' }))?.nextDueAt).toBeUndefined();
    await watchSlackMembers({ store, clock: { now: () => now } }, 'T0OLD');
    expect((await store.get('slack-members', { teamId: 'T0OLD' }))?.nextDueAt).toBe(now);
  });
});

describe('who asks for the directory', () => {
  async function shared() {
    await watchSlackMembers({ store, clock: { now: () => now } }, teamId);
    await pass();
    asked.length = 0;
    said.length = 0;
  }

  it('is served from the shared list, without a word to Slack', async () => {
    await shared();

    const found = await people().directory();

    expect(found.person('ada')?.slack).toEqual({ teamId, userId: 'U0ADA' });
    expect(asked).toEqual([]);
    expect(said).toEqual([]);
  });

  it('is served from an old list, and the log says so', async () => {
    await shared();
    later(6 * HOUR_MS);

    expect((await people().directory()).person('ada')?.slack?.userId).toBe('U0ADA');

    expect(asked).toEqual([]);
    expect(said).toEqual(['warn the shared list of members is old; it serves on']);
  });

  it('reads for itself before the first list is there', async () => {
    await watchSlackMembers({ store, clock: { now: () => now } }, teamId);

    expect((await people().directory()).person('ada')?.slack?.userId).toBe('U0ADA');

    expect(asked).toHaveLength(3);
  });

  it.each([
    ['other bytes than its name says', async () => '0'.repeat(64)],
    ['no list', () => blobs.put(new TextEncoder().encode('{"schemaVersion":1,"members":['))],
    ['the list of another workspace', () => keepMembers(blobs, 'T0OTHER', [])],
  ])('refuses a file that is %s, and says so', async (_, poison) => {
    await shared();
    const warm = people();
    await warm.directory();
    const good = await row();
    if (!good?.read) throw new Error('nothing was shared');
    await store.commit([update('slack-members', good, { read: { ...good.read, digest: await poison() } })]);
    later(61_000);

    expect((await warm.directory()).person('ada')?.slack?.userId).toBe('U0ADA');
    expect(asked).toEqual([]);
    expect(said).toEqual(['error the shared list of members cannot be trusted']);
    // A new process knows no list to go on with.
    expect((await people().directory()).person('ada')?.slack?.userId).toBe('U0ADA');
    expect(asked).toHaveLength(3);
  });

  it.each([
    [{ ...ada, timeZone: 'Etc/UTC', timeZoneGuessed: true } as const, 'America/New_York'],
    [{ ...ada, timeZone: 'Europe/Rome' }, 'Europe/Rome'],
  ])('lives where Slack says when the directory says nothing %#', async (who, zone) => {
    await shared();

    const found = await people('refuse', [who]).directory();

    expect(found.person('ada')?.timeZone).toBe(zone);
  });

  it('finds nobody by an address that two accounts have', async () => {
    slack.addPerson({ id: 'U0TWIN', handle: 'twin', realName: 'Twin', email: 'ADA@acme.example' });
    await shared();

    expect((await people().directory()).person('ada')?.slack).toBeUndefined();
  });
});
