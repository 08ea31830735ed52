// What every review store must do; memory and DynamoDB run it alike.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReviewStore, Write } from '../../lib/application/ports/review-store.ts';
import { create, update } from '../../lib/application/ports/review-store.ts';
import { ConflictError, InvalidInputError } from '../../lib/domain/errors.ts';
import { plusDays, plusMs } from '../../lib/domain/time.ts';
import { describeDueWork } from './due-work-contract.ts';
import { describeHistories } from './histories-contract.ts';
import {
  at,
  attestation,
  campaign,
  campaignNamed,
  decision,
  digestOf,
  docket,
  handled,
  identityNumbered,
  item,
  notice,
  openingPart,
  promiseToChange,
  removal,
  riskException,
  T0,
} from './sample-records.ts';
import { conflictOf, everything, type StoreUnderTest } from './store-under-test.ts';

/** Runs the contract. `open` is called once per group. */
export function describeReviewStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} review store`, () => {
    let under: StoreUnderTest;
    let store: ReviewStore;
    beforeAll(async () => {
      under = await open();
      store = under.store;
      under.setNow(T0);
    });
    afterAll(() => under.close());

    it('gives back what was committed, and nothing for what was not', async () => {
      const first = campaign({ campaignId: campaignNamed('given-back') });
      await store.commit([create('campaign', first)]);

      expect(await store.get('campaign', { campaignId: first.campaignId })).toEqual(first);
      expect(await store.get('campaign', { campaignId: campaignNamed('nobody') })).toBeUndefined();
    });

    it('hands out copies: changing one changes nothing stored', async () => {
      const kept = item(9001);
      await store.commit([create('item', kept)]);

      const read = await store.get('item', kept);
      read!.hops.push('intruder');

      expect(await store.get('item', kept)).toEqual(kept);
    });

    it('refuses a second creation and a write over an old version, naming the positions', async () => {
      const a = item(9101);
      const b = item(9102);
      await store.commit([create('item', a), create('item', b)]);
      await store.commit([update('item', b, { risk: 3 })]);

      const conflict = await conflictOf(
        store.commit([create('item', item(9103)), create('item', a), update('item', b, { risk: 4 })]),
      );

      expect(conflict.positions).toEqual([1, 2]);
      expect(await store.get('item', item(9103))).toBeUndefined();
      expect((await store.get('item', b))?.risk).toBe(3);
    });

    it('lets exactly one of many racing writers win', async () => {
      const raced = docket('racing.reviewer');
      await store.commit([create('docket', raced)]);

      const racers = Array.from({ length: 8 }, () =>
        store.commit([update('docket', raced, { state: 'done' })]),
      );
      const outcomes = await Promise.allSettled(racers);

      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
      expect(failures.every((failure) => failure instanceof ConflictError)).toBe(true);
    });

    it('lets exactly one of two racing answers move an item, pointer and all', async () => {
      const raced = item(9201, { reviewerId: 'raced.over' });
      await store.commit([create('item', raced)]);

      const outcomes = await Promise.allSettled([
        store.commit([update('item', raced, { state: 'answered', decision: decision() })]),
        store.commit([update('item', raced, { reviewerId: 'somebody.else', hops: ['raced.over'] })]),
      ]);

      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      const now = await store.get('item', raced);
      const pointed = await store.countOpenItems(raced.campaignId, 'somebody.else');
      expect(pointed).toBe(now?.state === 'open' ? 1 : 0);
      expect(await store.countOpenItems(raced.campaignId, 'raced.over')).toBe(0);
    });

    it('refuses commits that no caller may mean', async () => {
      const kept = item(9301);
      await store.commit([create('item', kept)]);

      await expect(store.commit([])).rejects.toThrow(RangeError);
      await expect(
        store.commit(Array.from({ length: 26 }, (_, n) => create('item', item(9310 + n)))),
      ).rejects.toThrow(/25/);
      await expect(store.commit([create('item', kept), create('item', kept)])).rejects.toThrow(/twice/);
      await expect(store.commit([create('item', { ...item(9302), version: 2 })])).rejects.toThrow(
        /version 1/,
      );
      await expect(
        store.commit([{ kind: 'item', record: { ...kept, version: 3 }, previous: kept }]),
      ).rejects.toThrow(/version 2/);
      await expect(
        store.commit([{ kind: 'item', record: { ...item(9303), version: 2 }, previous: kept }]),
      ).rejects.toThrow(/rename/);
      await expect(store.commit([{ kind: 'item', record: undefined, previous: kept }])).rejects.toThrow(
        /deleted/,
      );
    });

    it('takes a commit of 25 writes', async () => {
      const many = Array.from({ length: 25 }, (_, n) => item(9400 + n, { reviewerId: 'many.items' }));
      await store.commit(many.map((each) => create('item', each)));
      await store.commit(many.map((each) => update('item', each, { reviewerId: 'many.moved' })));

      expect(await store.countOpenItems(many[0]!.campaignId, 'many.items')).toBe(0);
      expect(await store.countOpenItems(many[0]!.campaignId, 'many.moved')).toBe(25);
    });

    it('reads any number of records, in the order of the keys', async () => {
      const some = Array.from({ length: 230 }, (_, n) => item(1000 + n, { reviewerId: 'bulk.reader' }));
      await store.putNew('item', some);
      const keys = [some[229]!, item(99_999), some[0]!, some[0]!, ...some];

      const read = await store.getMany('item', keys);

      expect(read).toEqual([some[229], undefined, some[0], some[0], ...some]);
      expect(await store.getMany('item', [])).toEqual([]);
    });

    it('writes many new records, and the same again', async () => {
      const campaignId = campaignNamed('put-twice');
      const items = Array.from({ length: 60 }, (_, n) => item(n, { campaignId, reviewerId: `r${n % 2}` }));
      const dockets = ['r0', 'r1'].map((reviewerId) => docket(reviewerId, { campaignId }));

      for (let round = 0; round < 2; round += 1) {
        await store.putNew('item', items);
        await store.putNew('docket', dockets);
      }

      expect(await store.countOpenItems(campaignId, 'r0')).toBe(30);
      expect(await everything((page) => store.docketsIn(campaignId, page), 1)).toHaveLength(2);
      expect(await store.docketsOf('r1')).toEqual([dockets[1]]);
    });

    it('lists open items worst first, page by page, and follows every change', async () => {
      const campaignId = campaignNamed('worst-first');
      const items = Array.from({ length: 40 }, (_, n) =>
        item(2000 + n, { campaignId, reviewerId: 'worst.first' }),
      );
      await store.putNew('item', items);
      const listed = () => everything((page) => store.openItems(campaignId, 'worst.first', page), 7);
      const expected = items
        .map(({ risk, identityKey }) => ({ campaignId, reviewerId: 'worst.first', identityKey, risk }))
        .toSorted((a, b) => b.risk - a.risk || (a.identityKey < b.identityKey ? -1 : 1));
      expect(await listed()).toEqual(expected);

      const [answered, moved, reopened] = items as [(typeof items)[0], (typeof items)[0], (typeof items)[0]];
      await store.commit([
        update('item', answered, { state: 'answered' }),
        update('item', moved, { reviewerId: 'next.one' }),
        update('item', reopened, { state: 'lapsed' }),
      ]);
      await store.commit([update('item', { ...reopened, version: 2, state: 'lapsed' }, { state: 'open' })]);

      const gone = new Set([answered.identityKey, moved.identityKey]);
      expect(await listed()).toEqual(expected.filter(({ identityKey }) => !gone.has(identityKey)));
      expect(await store.countOpenItems(campaignId, 'worst.first')).toBe(38);
      expect((await store.openItems(campaignId, 'next.one')).entries).toHaveLength(1);
    });

    it('keeps one reviewer, campaign and channel apart from another whose name begins alike', async () => {
      const campaignId = campaignNamed('apart');
      await store.putNew('item', [
        item(3001, { campaignId, reviewerId: 'ann' }),
        item(3002, { campaignId, reviewerId: 'anna' }),
        item(3003, { campaignId: campaignNamed('apart-2'), reviewerId: 'ann' }),
      ]);

      expect(await store.countOpenItems(campaignId, 'ann')).toBe(1);
      expect(await store.countOpenItems(campaignId, 'anna')).toBe(1);
      expect(await store.itemsOf(identityNumbered(3001).identityKey)).toHaveLength(1);
    });

    it('lists campaigns and a reviewer’s dockets newest first', async () => {
      const older = campaign({ campaignId: campaignNamed('older'), startedAt: at('2020-01-01T00:00') });
      const newer = campaign({ campaignId: campaignNamed('newer'), startedAt: at('2030-01-01T00:00') });
      await store.commit([create('campaign', older), create('campaign', newer)]);
      const dockets = [1, 3, 2].map((day) =>
        docket('long.serving', {
          campaignId: campaignNamed(`day-${day}`),
          createdAt: at(`2026-01-0${day}T00:00`),
        }),
      );
      await store.putNew('docket', dockets);

      const campaigns = (await store.campaigns()).map(({ campaignId }) => campaignId);
      expect(campaigns[0]).toBe('newer');
      expect(campaigns.at(-1)).toBe('older');
      expect((await store.docketsOf('long.serving')).map(({ campaignId }) => campaignId)).toEqual([
        'day-3',
        'day-2',
        'day-1',
      ]);
    });

    it('finds everything about one identity', async () => {
      const { identityKey, identityId } = identityNumbered(4001);
      const first = item(4001);
      const second = item(4001, { campaignId: campaignNamed('yearly') });
      const gone = removal(4001);
      const asked = riskException(4001);
      const promised = promiseToChange(4001);
      const row = {
        schemaVersion: 1 as const,
        version: 1,
        identityKey,
        identityId,
        // The store looks at nothing inside.
        identity: { identityId } as never,
        contentDigest: digestOf('content'),
        firstSeenAt: T0,
      };
      await store.commit([
        create('item', first),
        create('item', second),
        create('removal', gone),
        create('exception', asked),
        create('promise', promised),
        create('identity', row),
      ]);

      expect(await store.itemsOf(identityKey)).toEqual([first, second]);
      expect(await store.removalsOf(identityKey)).toEqual([gone]);
      expect(await store.exceptionsOf(identityKey)).toEqual([asked]);
      expect(await store.promisesOf(identityKey)).toEqual([promised]);
      expect(await store.get('identity', { identityKey })).toEqual(row);
    });

    it('lists the removals and dockets of a campaign, all of them once', async () => {
      const campaignId = campaignNamed('all-of-them');
      const removals = Array.from({ length: 21 }, (_, n) => removal(5000 + n, { campaignId }));
      await store.commit(removals.map((each) => create('removal', each)));
      await store.commit([update('removal', removals[0]!, { state: 'cancelled' })]);
      const dockets = Array.from({ length: 33 }, (_, n) => docket(`reviewer-${n}`, { campaignId }));
      await store.putNew('docket', dockets);

      const listed = await everything((page) => store.removalsIn(campaignId, page), 4);
      const chased = await everything((page) => store.docketsIn(campaignId, page), 5);

      expect(listed.map(({ removalId }) => removalId).toSorted()).toEqual(
        removals.map(({ removalId }) => removalId).toSorted(),
      );
      expect(listed.find(({ removalId }) => removalId === 'removal-5000')?.state).toBe('cancelled');
      expect(chased.map(({ reviewerId }) => reviewerId).toSorted()).toEqual(
        dockets.map(({ reviewerId }) => reviewerId).toSorted(),
      );
    });

    it('lists a person’s notices newest first, also after one was claimed again', async () => {
      const personId = 'often.told';
      const notices = Array.from({ length: 7 }, (_, n) =>
        notice(`n#${n}`, { personId, claimedAt: plusMs(T0, n * 1000) }),
      );
      await store.commit(notices.map((each) => create('notice', each)));
      await store.commit([update('notice', notices[0]!, { claimedAt: plusDays(T0, 1), attempts: 2 })]);

      const listed = await everything((page) => store.noticesOf(personId, page), 2);

      expect(listed.map(({ noticeId }) => noticeId)).toEqual([
        'n#0',
        'n#6',
        'n#5',
        'n#4',
        'n#3',
        'n#2',
        'n#1',
      ]);
    });

    it('lists what a person was asked for their word on, apart from what they were told', async () => {
      const personId = 'often.asked';
      const asking = ['second-approval', 'held', 'manual-task', 'exception-request'] as const;
      const notices = (['digest', 'drift', ...asking] as const).map((purpose, n) =>
        notice(`a${n}`, { personId, purpose, claimedAt: plusMs(T0, n * 1000) }),
      );
      await store.commit(notices.map((each) => create('notice', each)));
      await store.commit([update('notice', notices[2]!, { claimedAt: plusDays(T0, 1), attempts: 2 })]);

      const listed = await everything((page) => store.askingNotices(personId, page), 2);
      expect(listed.map(({ noticeId }) => noticeId)).toEqual(['a2', 'a5', 'a4', 'a3']);
    });

    it('lists what a person did, newest first', async () => {
      const by = 'busy.person';
      const acts = [1, 2, 3].map((n) => ({ ...handled(`did-${n}`), handledAt: plusMs(T0, n * 1000), by }));
      await store.commit([...acts, handled('did-by-nobody')].map((each) => create('handled', each)));
      await store.commit([{ kind: 'handled', record: undefined, previous: acts[1]! }]);

      const listed = await everything((page) => store.actsOf(by, page), 1);
      expect(listed).toEqual([acts[2], acts[0]]);
      expect(await everything((page) => store.actsOf('idle.person', page), 1)).toEqual([]);
    });

    it('finds a notice by its provider’s message id', async () => {
      const sent = notice('by-provider', { personId: 'told.once' });
      await store.commit([create('notice', sent)]);
      const accepted = update('notice', sent, { state: 'accepted', providerId: 'C1/1736.1' });
      await store.commit([accepted]);

      expect(await store.noticeByProviderId('slack', 'C1/1736.1')).toEqual(accepted.record);
      expect(await store.noticeByProviderId('email', 'C1/1736.1')).toBeUndefined();
      await store.commit([update('notice', accepted.record, { providerId: 'C1/1736.2' })]);
      expect(await store.noticeByProviderId('slack', 'C1/1736.1')).toBeUndefined();
      expect((await store.noticeByProviderId('slack', 'C1/1736.2'))?.version).toBe(3);
    });

    it('lists inventories and definitions', async () => {
      const versioned = { schemaVersion: 1 as const, version: 1 };
      const inventory = {
        ...versioned,
        connector: 'aws-iam',
        inventory: digestOf('i'),
        report: digestOf('r'),
        completeness: 'complete' as const,
        collectedAt: T0,
        identities: 3,
      };
      const definition = {
        ...versioned,
        definitionVersion: 1,
        digest: digestOf('d'),
        appliedAt: T0,
        appliedBy: 'ann',
      };
      await store.commit([
        create('inventory', { ...inventory, scope: '222222222222' }),
        create('inventory', { ...inventory, scope: '111111111111' }),
        create('definition', { ...definition, definitionId: 'yearly' }),
        create('definition', { ...definition, definitionId: 'quarterly' }),
      ]);

      expect((await store.inventories()).map(({ scope }) => scope)).toEqual(['111111111111', '222222222222']);
      expect((await store.definitions()).map(({ definitionId }) => definitionId)).toEqual([
        'quarterly',
        'yearly',
      ]);
    });

    it('keeps desks, links, codes, counters and switches by their keys', async () => {
      const versioned = { schemaVersion: 1 as const, version: 1 };
      const writes = [
        create('desk', { ...versioned, personId: 'ann', linkDigest: digestOf('link') }),
        create('link', {
          ...versioned,
          tokenDigest: digestOf('token'),
          personId: 'ann',
          purpose: 'review',
          expiresAt: plusDays(T0, 7),
        }),
        create('code', {
          ...versioned,
          codeId: 'code-1',
          personId: 'ann',
          codeDigest: digestOf('123456'),
          browserDigest: digestOf('browser'),
          expiresAt: plusMs(T0, 600_000),
          triesLeft: 5,
        }),
        create('counter', { ...versioned, counterId: 'day/2026-01-05', count: 3 }),
        create('switch', {
          ...versioned,
          switchId: 'enforcement',
          stopped: true,
          by: 'ann',
          at: T0,
          reason: 'stop',
        }),
        create('role-book', {
          ...versioned,
          bookId: 'tool',
          roles: { ann: ['admin'] },
          installed: true,
          at: T0,
        }),
      ] satisfies Write[];
      await store.commit(writes);

      expect((await store.get('desk', { personId: 'ann' }))?.linkDigest).toBe(digestOf('link'));
      expect((await store.get('link', { tokenDigest: digestOf('token') }))?.personId).toBe('ann');
      expect((await store.get('code', { codeId: 'code-1' }))?.triesLeft).toBe(5);
      expect((await store.get('counter', { counterId: 'day/2026-01-05' }))?.count).toBe(3);
      expect((await store.get('switch', { switchId: 'enforcement' }))?.stopped).toBe(true);
      expect((await store.get('role-book', { bookId: 'tool' }))?.roles).toEqual({ ann: ['admin'] });
    });

    it('lists the inbox until rows are deleted, and never forgets that a fact was attested', async () => {
      const facts = Array.from({ length: 12 }, (_, n) => attestation(`fact ${n}`));
      for (const { inbox, attested } of facts) {
        await store.commit([create('inbox', inbox), create('attested', attested)]);
      }
      const waiting = async () => {
        const shards = Array.from({ length: store.inboxShards }, (_, shard) => shard);
        return (
          await Promise.all(shards.map((shard) => everything((page) => store.inbox(shard, page), 2)))
        ).flat();
      };
      const ids = (entries: readonly { readonly attestationId: string }[]) =>
        entries.map(({ attestationId }) => attestationId).toSorted();
      expect(ids(await waiting())).toEqual(ids(facts.map(({ inbox }) => inbox)));

      const [first, ...rest] = facts.map(({ inbox }) => inbox);
      await store.commit([{ kind: 'inbox', record: undefined, previous: first! }]);
      await store.commit(
        rest.slice(0, 4).map((previous) => ({ kind: 'inbox', record: undefined, previous })),
      );

      expect(ids(await waiting())).toEqual(ids(rest.slice(4)));
      expect(await store.get('inbox', first!)).toBeUndefined();
      const again = await conflictOf(store.commit([create('attested', facts[0]!.attested)]));
      expect(again.positions).toEqual([0]);
    });

    it('lists the inbox of a shard oldest first', async () => {
      const minute = 60_000;
      const late = Array.from({ length: 20 }, (_, n) => ({
        ...attestation(`ordered ${n}`).inbox,
        receivedAt: plusMs(T0, ((n * 7) % 20) * minute + minute),
      }));
      await store.commit(late.map((each) => create('inbox', each)));

      for (let shard = 0; shard < store.inboxShards; shard += 1) {
        const times = (await everything((page) => store.inbox(shard, page), 2)).map((row) => row.receivedAt);
        expect(times).toEqual(times.toSorted());
      }
      expect(await store.get('inbox', late[3]!)).toEqual(late[3]);
    });

    it('counts a message once: the second to handle it meets a conflict', async () => {
      await store.commit([create('handled', handled('message-1'))]);

      const conflict = await conflictOf(
        store.commit([create('handled', handled('message-1')), create('item', item(9501))]),
      );

      expect(conflict.positions).toEqual([0]);
      expect(await store.get('item', item(9501))).toBeUndefined();
      await store.commit([{ kind: 'handled', record: undefined, previous: handled('message-1') }]);
      expect(await store.get('handled', { messageId: 'message-1' })).toBeUndefined();
    });

    it('keeps the batches of an opening apart, each claimed by one and done once', async () => {
      const [first, second] = [openingPart(9), openingPart(10)];
      await store.commit([create('opening-part', first)]);
      await store.commit([create('opening-part', second)]);
      const done = update('opening-part', first, {
        done: { manifest: digestOf('part'), considered: 500, included: 2, reviewers: ['ann', 'ben'] },
      });

      await store.commit([done]);

      await conflictOf(store.commit([update('opening-part', first, { claimedUntil: T0 })]));
      await conflictOf(store.commit([create('opening-part', second)]));
      expect(await store.getMany('opening-part', [openingPart(11), second, first])).toEqual([
        undefined,
        second,
        done.record,
      ]);
    });

    it('refuses cursors and page sizes that are not ours', async () => {
      const campaignId = campaignNamed('worst-first');
      for (const cursor of ['', 'nonsense', Buffer.from('{"a":1}').toString('base64url')]) {
        const asked = store.openItems(campaignId, 'worst.first', { cursor });
        await expect(asked).rejects.toThrow(InvalidInputError);
      }
      const none = store.openItems(campaignId, 'worst.first', { limit: 0 });
      await expect(none).rejects.toThrow(InvalidInputError);
    });
  });

  describeDueWork(name, open);
  describeHistories(name, open);
}
