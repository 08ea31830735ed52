// Before something is switched off for good it is off for a while: whoever misses it is heard, and it is on again.
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createMemoryReviewStore } from '../../lib/adapters/memory/review-store.ts';
import type { ActivityEvent } from '../../lib/application/ports/connector.ts';
import { predicateTypeOf } from '../../lib/domain/attestation/predicates/registry.ts';
import type { DefinitionInput } from '../../lib/domain/campaign/definition.ts';
import { RefusedError } from '../../lib/domain/errors.ts';
import { identityKeyOf } from '../../lib/domain/identity/identity-id.ts';
import { type Instant, MINUTE_MS, plusDays, plusMs } from '../../lib/domain/time.ts';
import { envelopesOf } from '../support/attested.ts';
import { freshFolder, removeFolders, sealedWorld, verifyAt } from '../support/evidence/sealed-world.ts';
import { wire } from '../support/power-cuts.ts';
import { answer, bringBack, itemRef, ownedIdentity, storedItem, storedRemoval } from '../support/reviews.ts';
import { keepLog, throttled } from '../support/target-system.ts';
import { MONDAY, type World, world } from '../support/world.ts';

/** Ada works from nine to five, UTC; Monday is at eight. */
const at = (day: number, hour: number, minute = 0): Instant =>
  plusMs(plusDays(MONDAY, day), ((hour - 8) * 60 + minute) * MINUTE_MS);

const refusedAt = (when: Instant, more: Partial<ActivityEvent> = {}): ActivityEvent => ({
  eventId: `event-${when}`,
  at: when,
  action: 's3:GetObject',
  caller: 'nightly-backup',
  sourceAddress: '10.0.0.7',
  outcome: 'refused',
  ...more,
});

/** One identity that Ada revoked on Monday morning, to be tested in three rounds. */
async function revoked(
  events: ActivityEvent[] | undefined,
  enforcement: Partial<NonNullable<DefinitionInput['enforcement']>> = {},
) {
  const one = ownedIdentity('one', 'ada');
  const w = await world({
    identities: [one],
    lenient: true,
    store: () => createMemoryReviewStore({ dueShards: 1, inboxShards: 1 }),
    definition: {
      enforcement: {
        defaultMode: 'armed',
        caps: [{ per: 'campaign', count: 1 }],
        screamTest: { tiers: ['critical', 'high', 'medium', 'low'] },
        ...enforcement,
      },
    },
  });
  if (events) keepLog(w.target, new Map([[one.identityId, events]]));
  const ref = itemRef(await w.open(), one);
  await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'gone' });
  return { w, one, ref };
}

/** Moves to the hour at leaps, then minute by minute, as the clock of an installation does. */
async function to(w: World, when: Instant): Promise<void> {
  while (w.clock.now() < when) {
    const left = Date.parse(when) - Date.parse(w.clock.now());
    await w.until(plusMs(w.clock.now(), Math.min(left, MINUTE_MS)));
  }
}

const told = (w: World, purpose: string) => w.sent.filter(({ body }) => body.purpose === purpose);

const steps = async (w: World) =>
  (await envelopesOf(w.environment.store))
    .filter(({ predicateType }) => predicateType === predicateTypeOf('brown-out'))
    .map(({ predicate }) => `${String(predicate['round'])} ${String(predicate['step'])}`);

describe('a scream test', () => {
  test('is three rounds of growing length on three working days, and then it is switched off for good', async () => {
    const { w, one, ref } = await revoked([]);
    const isOn = () => w.target.enabled.get(one.identityId);

    await to(w, at(0, 8, 50));
    expect(isOn()).toBe(true);
    await to(w, at(0, 9, 3));
    expect(isOn()).toBe(false);
    expect((await storedRemoval(w, ref)).state).toBe('brown-out');
    await to(w, at(0, 9, 8));
    expect(isOn()).toBe(true);
    await to(w, at(1, 8, 59));
    expect(isOn()).toBe(true);
    await to(w, at(1, 9, 50));
    expect(isOn()).toBe(false);
    await to(w, at(1, 10, 10));
    expect(isOn()).toBe(true);
    await to(w, at(2, 12));
    expect(isOn()).toBe(false);
    await to(w, at(2, 17, 10));

    const removal = await storedRemoval(w, ref);
    expect(removal.brownOuts?.map(({ outcome, refused }) => [outcome, refused])).toEqual([
      ['quiet', 0],
      ['quiet', 0],
      ['quiet', 0],
    ]);
    expect(isOn()).toBe(false);
    expect(removal.state).toBe('quarantined');
    expect(told(w, 'brown-out').map(({ to: { personId } }) => personId)).toEqual(['ada', 'ada', 'ada']);
    expect(new Set((await steps(w)).filter((step) => step.endsWith('off')))).toEqual(
      new Set(['1 off', '2 off', '3 off']),
    );
    const counter = await w.environment.store.get('counter', { counterId: `campaign/${ref.campaignId}` });
    expect(counter?.count).toBe(1);
  });

  test('is for the tiers that the definition names', async () => {
    const { w, ref } = await revoked([], { screamTest: { tiers: ['critical'] } });

    await to(w, at(0, 9));

    expect((await storedRemoval(w, ref)).state).toBe('quarantined');
  });

  test('is not made of what its connector cannot switch on again by itself', async () => {
    const { w, one, ref } = await revoked([]);
    const { capabilities } = w.target.connector.manifest;
    Object.assign(capabilities, {
      restore: { [one.kind]: { how: 'manual-task', description: 'a person does it' } },
    });

    await to(w, at(0, 9));

    expect((await storedRemoval(w, ref)).brownOuts).toBeUndefined();
  });

  test('keeps to the business hours of the target and to freezes', async () => {
    const { w, one } = await revoked([], {
      screamTest: { tiers: ['critical', 'high', 'medium', 'low'], minutes: [30] },
      businessHours: { timeZone: 'UTC', weekdays: [1, 2, 3, 4, 5], startMinute: 13 * 60, endMinute: 14 * 60 },
      freezes: [{ from: at(0, 12), until: at(0, 13, 45), reason: 'release' }],
    });

    await to(w, at(0, 14, 30));
    expect(w.target.disables).toEqual([]);
    await to(w, at(1, 13, 10));

    expect(w.target.enabled.get(one.identityId)).toBe(false);
  });

  test('says that nobody can tell where there is no log, and never that nobody missed it', async () => {
    const { w, ref } = await revoked(undefined, {
      screamTest: { tiers: ['critical', 'high', 'medium', 'low'], minutes: [5] },
    });

    await to(w, at(0, 9, 10));

    const removal = await storedRemoval(w, ref);
    expect(removal.brownOuts).toMatchObject([{ outcome: 'unknown' }]);
    expect(removal.brownOuts?.[0]).not.toHaveProperty('refused');
    expect(JSON.stringify(told(w, 'brown-out')[0]?.body)).toContain('has no log');
    expect(removal.state).toBe('quarantined');
  });
});

describe('a refused call', () => {
  test('puts it back at once, asks again, and tells the owner who it was', async () => {
    const events: ActivityEvent[] = [];
    const { w, one, ref } = await revoked(events);
    await to(w, at(1, 9, 12));
    expect(w.target.enabled.get(one.identityId)).toBe(false);
    events.push(refusedAt(w.clock.now()));

    await to(w, at(1, 9, 20));

    expect(w.target.enabled.get(one.identityId)).toBe(true);
    const removal = await storedRemoval(w, ref);
    expect(removal.state).toBe('restored');
    expect(removal.brownOuts?.at(-1)).toMatchObject({ outcome: 'screamed', refused: 1 });
    expect((await storedItem(w, ref)).state).toBe('open');
    expect(told(w, 'screamed').map(({ to: { personId } }) => personId)).toEqual(['ada']);
    expect(JSON.stringify(told(w, 'screamed')[0]?.body)).toContain('nightly-backup (10.0.0.7)');
    expect(await steps(w)).toContain('2 screamed');
    await to(w, at(1, 9, 40));
    expect(w.target.disables).toHaveLength(2);
  });

  test('that the log brings late is heard, though it is on again by then', async () => {
    const events: ActivityEvent[] = [];
    const { w, one, ref } = await revoked(events);
    const { connector } = w.target;
    const { activity } = connector;
    connector.activity = async (...asked) => {
      if (!activity) throw new Error('no log');
      const report = await activity(...asked);
      const known = plusMs(w.clock.now(), -15 * MINUTE_MS);
      return { ...report, lagMinutes: 15, events: report.events.filter((event) => event.at <= known) };
    };
    await to(w, at(0, 9, 2));
    events.push(refusedAt(w.clock.now()));

    await to(w, at(0, 9, 10));
    expect(w.target.enabled.get(one.identityId)).toBe(true);
    expect((await storedRemoval(w, ref)).state).toBe('brown-out');
    await to(w, at(0, 9, 30));

    expect((await storedRemoval(w, ref)).state).toBe('restored');
    expect(told(w, 'screamed')).toHaveLength(1);
  });
});

describe('it is put back at once', () => {
  test('when everything is stopped, and goes on when that is over', async () => {
    const { w, one, ref } = await revoked([]);
    await to(w, at(1, 9, 10));
    const { store } = w.environment;
    const stop = { schemaVersion: 1 as const, version: 1, switchId: 'enforcement' as const, by: 'sam' };
    const record = { ...stop, stopped: true, at: w.clock.now(), reason: 'something is wrong' };
    await store.commit([{ kind: 'switch', previous: undefined, record }]);

    await to(w, at(1, 9, 12));
    expect(w.target.enabled.get(one.identityId)).toBe(true);
    expect(await storedRemoval(w, ref)).toMatchObject({
      state: 'planned',
      brownOuts: [{ outcome: 'quiet' }],
    });

    await store.commit([
      { kind: 'switch', previous: record, record: { ...record, version: 2, stopped: false } },
    ]);
    await to(w, at(1, 11));
    expect(w.target.enabled.get(one.identityId)).toBe(false);
  });

  test('when its campaign is held', async () => {
    const { w, one, ref } = await revoked([]);
    await to(w, at(1, 9, 10));
    await w.steerCampaign(ref.campaignId, { act: 'hold', reason: 'wait' }, w.who('max'));

    await to(w, at(1, 9, 12));

    expect(w.target.enabled.get(one.identityId)).toBe(true);
  });

  test('when its owner answers that it is needed, and it is not tested again', async () => {
    const { w, one, ref } = await revoked([]);
    await to(w, at(1, 9, 10));
    await answer(w, ref, 'ada', { verdict: 'certify', reason: 'needed after all' });

    await to(w, at(1, 9, 12));
    expect(w.target.enabled.get(one.identityId)).toBe(true);
    await to(w, at(2, 10));

    expect((await storedRemoval(w, ref)).state).toBe('cancelled');
    expect(await storedItem(w, ref)).toMatchObject({ state: 'answered', decision: { verdict: 'certify' } });
    expect(w.target.enabled.get(one.identityId)).toBe(true);
  });

  test('when its owner brings it back', async () => {
    const { w, one, ref } = await revoked([]);
    await to(w, at(1, 9, 10));
    const { removalId } = await storedRemoval(w, ref);

    await bringBack(w, ref, removalId, 'ada');

    expect(w.target.enabled.get(one.identityId)).toBe(true);
    expect((await storedRemoval(w, ref)).state).toBe('restored');
    expect((await storedItem(w, ref)).state).toBe('open');
  });
});

describe('when the system fails', () => {
  test('a switching off whose answer was lost is put back, and tried again', async () => {
    const { w, one } = await revoked([]);
    w.target.failDisable = { error: throttled(), after: true };

    await to(w, at(0, 9, 2));
    expect(w.target.enabled.get(one.identityId)).toBe(true);
    await to(w, at(0, 9, 17));

    expect(w.target.enabled.get(one.identityId)).toBe(false);
  });

  test('a putting back that fails is tried until it is on', async () => {
    const { w, one } = await revoked([]);
    const { connector } = w.target;
    const { restore } = connector;
    await to(w, at(0, 9, 2));
    connector.restore = async () => {
      throw throttled();
    };
    await to(w, at(0, 9, 10));
    expect(w.target.enabled.get(one.identityId)).toBe(false);
    connector.restore = restore;

    await to(w, at(0, 9, 12));

    expect(w.target.enabled.get(one.identityId)).toBe(true);
  });

  test('what cannot be put back is called failed, with what it was', async () => {
    const { w, ref } = await revoked([]);
    await to(w, at(0, 9, 2));
    w.target.connector.restore = async () => {
      throw new RefusedError({ code: 'NOT_SUPPORTED', message: 'It was deleted by hand.' });
    };

    await to(w, at(0, 9, 10));

    const removal = await storedRemoval(w, ref);
    expect(removal).toMatchObject({ state: 'failed', preImage: { wasEnabled: true } });
    expect(removal.failure).toContain('It was deleted by hand.');
  });
});

describe('a pack of evidence', () => {
  afterAll(removeFolders);

  test('carries a scream, and holds together', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await sealedWorld({
      identities: [one],
      definition: {
        enforcement: { defaultMode: 'armed', screamTest: { tiers: ['critical', 'high', 'medium', 'low'] } },
      },
    });
    keepLog(w.target, new Map([[one.identityId, [refusedAt(at(0, 9, 2))]]]));
    const { campaignId } = await w.openSealed();
    const ref = itemRef({ campaignId }, one);
    await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'gone' });
    await to(w, at(0, 9, 10));
    expect((await storedRemoval(w, ref)).state).toBe('restored');
    await answer(w, ref, 'ada', { verdict: 'certify', reason: 'the nightly backup needs it' });
    await w.live(plusDays(MONDAY, 50));
    expect(await w.environment.store.get('campaign', { campaignId })).toMatchObject({ state: 'closed' });

    const path = join(await freshFolder(), 'pack');
    await w.export({ by: 'log' }, path);

    const { checks } = await verifyAt(path);
    expect(checks.find(({ id }) => id === 'campaign.backed')).toMatchObject({ verdict: 'passed' });
    expect(checks.filter(({ verdict, id }) => verdict === 'failed' && id !== 'log.fresh')).toEqual([]);
  });
});

describe('when the power is cut', () => {
  const short = { screamTest: { tiers: ['critical', 'high', 'medium', 'low'] as const, minutes: [5] } };

  async function play(scream: boolean, cut?: { readonly call: number; readonly when: 'before' | 'after' }) {
    const events = scream ? Array.from({ length: 120 }, (_, minute) => refusedAt(at(0, 9, minute))) : [];
    const { w, one, ref } = await revoked(events, {
      screamTest: { ...short.screamTest, tiers: [...short.screamTest.tiers] },
    });
    await to(w, at(0, 8, 59));
    const { removalsOf } = w.environment.store;
    const power = wire(w);
    const before = power.calls;
    if (cut) power.cutAt(cut.call, cut.when);
    let offSince: Instant | undefined;
    let longestOffMs = 0;
    while (w.clock.now() < at(0, 9, 30)) {
      w.setClock(plusMs(w.clock.now(), MINUTE_MS));
      await w.settle().catch((error: unknown) => {
        if (!power.restore()) throw error;
      });
      if (power.restore()) w.queued.splice(0);
      const [removal] = await removalsOf(identityKeyOf(one.identityId));
      const isOff = w.target.enabled.get(one.identityId) === false && removal?.state === 'brown-out';
      offSince = isOff ? (offSince ?? w.clock.now()) : undefined;
      if (offSince) longestOffMs = Math.max(longestOffMs, Date.parse(w.clock.now()) - Date.parse(offSince));
    }
    const calls = power.calls - before;
    power.cutAt(undefined, 'before');
    const removal = await storedRemoval(w, ref);
    const counter = await w.environment.store.get('counter', { counterId: `campaign/${ref.campaignId}` });
    return {
      calls,
      longestOffMs,
      essence: {
        on: w.target.enabled.get(one.identityId),
        state: removal.state,
        outcomes: removal.brownOuts?.map(({ outcome }) => outcome),
        item: (await storedItem(w, ref)).state,
        // Sent again after a cut it is the same notice.
        screams: new Set(told(w, 'screamed').map(({ noticeId }) => noticeId)).size,
        counted: counter?.count,
      },
    };
  }

  test.each([
    { what: 'a quiet round', scream: false },
    { what: 'a scream', scream: true },
  ])(
    'at any one call of $what, before or after it, all ends as if nothing had happened',
    async ({ scream }) => {
      const reference = await play(scream);
      expect(reference.essence.state).toBe(scream ? 'restored' : 'quarantined');
      for (let call = 1; call <= reference.calls; call += 5) {
        for (const when of ['before', 'after'] as const) {
          const cut = await play(scream, { call, when });
          expect(cut.essence, `${when} call ${call}`).toEqual(reference.essence);
          expect(cut.longestOffMs, `${when} call ${call}`).toBeLessThanOrEqual(8 * MINUTE_MS);
        }
      }
    },
    60_000,
  );
});
