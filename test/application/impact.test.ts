// What a log says switching off would refuse: shown to the owner before they decide, and asked again before it is done.
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { impactBeforeActing } from '../../lib/application/impact/impact-before-acting.ts';
import { showImpact } from '../../lib/application/impact/show-impact.ts';
import type { ActivityEvent } from '../../lib/application/ports/connector.ts';
import { openCase } from '../../lib/application/removal/workbench.ts';
import { ImpactFinding } from '../../lib/domain/activity/finding.ts';
import { predicateTypeOf } from '../../lib/domain/attestation/predicates/registry.ts';
import { RefusedError } from '../../lib/domain/errors.ts';
import { type Instant, plusDays } from '../../lib/domain/time.ts';
import { answer, itemRef, ownedIdentity, storedItem, storedRemoval } from '../support/reviews.ts';
import { keepLog, throttled } from '../support/target-system.ts';
import { MONDAY, type World, world } from '../support/world.ts';

const DORMANT = { lastUse: { state: 'used', at: plusDays(MONDAY, -400), source: 'report' } } as const;

const call = (eventId: string, at: Instant, caller = 'build-7'): ActivityEvent => ({
  eventId,
  at,
  action: 's3:PutObject',
  caller,
  outcome: 'allowed',
});

/** A campaign about one identity of Ada's that we suggest to switch off, whose system keeps this log. */
async function asked(events: ActivityEvent[] | undefined) {
  const idle = ownedIdentity('idle', 'ada', DORMANT);
  const w = await world({
    identities: [idle],
    lenient: true,
    definition: { enforcement: { defaultMode: 'armed' } },
  });
  const campaign = await w.open();
  const log = new Map<string, ActivityEvent[]>([[idle.identityId, events ?? []]]);
  if (events) keepLog(w.target, log);
  const ref = itemRef(campaign, idle);
  const show = () => showImpact(w.environment)({ campaignId: campaign.campaignId, reviewerId: 'ada' });
  return { w, ref, show, log, idle };
}

/** The removal that follows from Ada's revoke, with everything it rests on. */
async function removalCase(w: World, ref: ReturnType<typeof itemRef>) {
  await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'gone' });
  return again(w, ref);
}

async function again(w: World, ref: ReturnType<typeof itemRef>) {
  const found = await openCase(w.environment, await storedRemoval(w, ref));
  if (!found) throw new Error('no removal');
  return found;
}

async function attestedImpacts({ environment: { store } }: World): Promise<number> {
  const shards = Array.from({ length: store.inboxShards }, (_, shard) => store.inbox(shard, { limit: 500 }));
  const entries = (await Promise.all(shards)).flatMap((page) => page.entries);
  return entries.filter(({ envelope }) => predicateOf(envelope) === predicateTypeOf('impact')).length;
}

function predicateOf(envelope: string): unknown {
  const { payload } = z.object({ payload: z.base64() }).parse(JSON.parse(envelope));
  return z.object({ predicateType: z.string() }).parse(JSON.parse(Buffer.from(payload, 'base64').toString()))
    .predicateType;
}

describe('what is shown before the owner decides', () => {
  test('says how many calls by whom would have been refused, with the finding kept and attested', async () => {
    const { w, ref, show } = await asked([
      call('1', plusDays(MONDAY, -3)),
      call('2', plusDays(MONDAY, -2)),
      call('old', plusDays(MONDAY, -91)),
    ]);
    expect(await show()).toBe(1);
    const { impact } = await storedItem(w, ref);
    expect(impact).toMatchObject({
      calls: 2,
      refused: 2,
      callers: 1,
      completeness: 'complete',
      summary: '2 calls by build-7 in the last 90 days would have been refused (a log of tests)',
    });
    const bytes = await w.environment.blobs.get(impact?.digest ?? '');
    const finding = ImpactFinding.parse(JSON.parse(new TextDecoder().decode(bytes)));
    expect(finding.byAction).toMatchObject([{ name: 's3:PutObject', refused: 2 }]);
    expect(await attestedImpacts(w)).toBe(1);
  });

  test('is worked out once for one state of the evidence, whoever asks and however often', async () => {
    const { w, show } = await asked([call('1', plusDays(MONDAY, -3))]);
    await Promise.all([show(), show()]);
    expect(await show()).toBe(0);
    expect(await attestedImpacts(w)).toBe(1);
  });

  test('is nothing where the system keeps no log', async () => {
    const { w, ref, show } = await asked(undefined);
    expect(await show()).toBe(0);
    expect((await storedItem(w, ref)).impact).toBeUndefined();
  });

  test('is "no log to replay" where the log may not be read, and never "no calls"', async () => {
    const { w, ref, show } = await asked([]);
    w.target.failActivity = new RefusedError({ code: 'NOT_SUPPORTED', message: 'not allowed to read it' });
    await show();
    const { impact } = await storedItem(w, ref);
    expect(impact).toMatchObject({
      completeness: 'unknown',
      summary: 'no log to replay: not allowed to read it',
    });
  });

  test('is tried again when the log fails just now', async () => {
    const { w, ref, show } = await asked([call('1', plusDays(MONDAY, -3))]);
    w.target.failActivity = throttled();
    await expect(show()).rejects.toThrow('the answer was lost');
    w.target.failActivity = undefined;
    await show();
    expect((await storedItem(w, ref)).impact?.refused).toBe(1);
  });

  test('of one thing whose log fails just now does not keep the others waiting', async () => {
    const idle = ['one', 'two'].map((name) => ownedIdentity(name, 'ada', DORMANT));
    const w = await world({ identities: idle, lenient: true });
    const campaign = await w.open();
    keepLog(w.target, new Map());
    const { activity } = w.target.connector;
    let reads = 0;
    w.target.connector.activity = async (...asked) => {
      reads += 1;
      if (reads === 1 || !activity) throw throttled();
      return activity(...asked);
    };
    await expect(
      showImpact(w.environment)({ campaignId: campaign.campaignId, reviewerId: 'ada' }),
    ).rejects.toThrow('the answer was lost');
    const items = await Promise.all(idle.map((each) => storedItem(w, itemRef(campaign, each))));
    expect(items.filter(({ impact }) => impact !== undefined)).toHaveLength(1);
  });

  test('leaves the answer as it was shown: the evidence that is signed over is the same', async () => {
    const { w, ref, show } = await asked([call('1', plusDays(MONDAY, -3))]);
    const before = await storedItem(w, ref);
    await show();
    expect((await storedItem(w, ref)).snapshot).toBe(before.snapshot);
  });
});

test('is worked out by whoever may read logs, before the owner is first asked', async () => {
  const idle = ownedIdentity('idle', 'ada', DORMANT);
  const w = await world({ identities: [idle] });
  keepLog(w.target, new Map([[idle.identityId, [call('1', plusDays(MONDAY, -3))]]]));
  const ref = itemRef(await w.open(), idle);
  await w.until(plusDays(MONDAY, 1));
  const shown = (await storedItem(w, ref)).impact;
  expect(shown).toMatchObject({ refused: 1, until: MONDAY });
});

describe('right before acting', () => {
  test('the finding is stored on the removal, attested, before anything is touched', async () => {
    const { w, ref, show } = await asked([call('1', plusDays(MONDAY, -3))]);
    await show();
    const found = await removalCase(w, ref);
    const result = await impactBeforeActing({ environment: w.environment }, found);
    expect(result.contradiction).toBeUndefined();
    expect(result.found.removal.impact?.refused).toBe(1);
    expect(await storedRemoval(w, ref)).toEqual(result.found.removal);
    expect(w.target.disables).toEqual([]);
    expect(await attestedImpacts(w)).toBe(2);
  });

  test('use where the owner was shown none is a contradiction, with who and when', async () => {
    const { w, ref, show, log, idle } = await asked([]);
    await show();
    const found = await removalCase(w, ref);
    log.set(idle.identityId, [call('1', plusDays(MONDAY, 2), 'nightly')]);
    w.setClock(plusDays(MONDAY, 3));
    const { contradiction } = await impactBeforeActing({ environment: w.environment }, found);
    expect(contradiction).toBe(
      'The log shows use that its owner was not shown: 1 call by nightly, the last on 2026-09-09.',
    );
  });

  test('use that the owner was shown is none', async () => {
    const { w, ref, show, log, idle } = await asked([call('1', plusDays(MONDAY, -1))]);
    await show();
    const found = await removalCase(w, ref);
    log.set(idle.identityId, [call('1', plusDays(MONDAY, -1)), call('2', plusDays(MONDAY, 2))]);
    w.setClock(plusDays(MONDAY, 3));
    const { contradiction } = await impactBeforeActing({ environment: w.environment }, found);
    expect(contradiction).toBeUndefined();
  });

  test('an owner who saw no log, but a dormant identity, was not shown later use either', async () => {
    const { w, ref, log, idle } = await asked([]);
    const found = await removalCase(w, ref);
    log.set(idle.identityId, [call('1', plusDays(MONDAY, 2))]);
    w.setClock(plusDays(MONDAY, 3));
    const { contradiction } = await impactBeforeActing({ environment: w.environment }, found);
    expect(contradiction).toMatch(/1 call by build-7/);
  });

  test('a log that cannot be read contradicts nothing and is "unknown" on the removal', async () => {
    const { w, ref, show } = await asked([]);
    await show();
    const found = await removalCase(w, ref);
    w.target.failActivity = new RefusedError({ code: 'NOT_SUPPORTED', message: 'not any more' });
    const result = await impactBeforeActing({ environment: w.environment }, found);
    expect(result.contradiction).toBeUndefined();
    expect(result.found.removal.impact?.completeness).toBe('unknown');
  });

  test('a log that fails just now, or is not there, costs nothing', async () => {
    const { w, ref } = await asked([]);
    const found = await removalCase(w, ref);
    w.target.failActivity = throttled();
    expect(await impactBeforeActing({ environment: w.environment }, found)).toEqual({
      found,
      contradiction: undefined,
    });
    delete w.target.connector.activity;
    expect((await impactBeforeActing({ environment: w.environment }, found)).found).toBe(found);
  });

  test('a contradiction found before a crash is found again after it, without asking again', async () => {
    const { w, ref, show, log, idle } = await asked([]);
    await show();
    const found = await removalCase(w, ref);
    log.set(idle.identityId, [call('1', plusDays(MONDAY, 2))]);
    w.setClock(plusDays(MONDAY, 3));
    const first = await impactBeforeActing({ environment: w.environment }, found);
    w.target.failActivity = throttled();
    const second = await impactBeforeActing({ environment: w.environment }, await again(w, ref));
    expect(first.contradiction).toBeDefined();
    expect(second.contradiction).toBe(first.contradiction);
  });

  test('is not asked again for a second try soon after', async () => {
    const { w, ref } = await asked([]);
    const first = await impactBeforeActing({ environment: w.environment }, await removalCase(w, ref));
    const second = await impactBeforeActing({ environment: w.environment }, await again(w, ref));
    expect(second.found.removal.version).toBe(first.found.removal.version);
  });
});
