import { describe, expect, test } from 'vitest';
import { heartbeat } from '../../lib/application/ledger/heartbeat.ts';
import { create } from '../../lib/application/ports/review-store.ts';
import { takePulse } from '../../lib/application/take-pulse.ts';
import { HOUR_MS, instantOf, plusDays, plusMs } from '../../lib/domain/time.ts';
import { PULSE_METRIC_NAMES, PULSE_METRICS, pulseMetric } from '../../lib/pulse-metrics.ts';
import { answer, itemRef, ownedIdentity, storedRemoval } from '../support/reviews.ts';
import { MONDAY, world } from '../support/world.ts';

const pulseOf = (w: Awaited<ReturnType<typeof world>>) => takePulse(w.environment);

describe('the pulse', () => {
  test('of a fresh installation knows no ages, and finds nothing late', async () => {
    const w = await world({ identities: [] });
    const { values } = await pulseOf(w)('whole');
    expect(values).toMatchObject({
      HeartbeatAge: 6 * 3600,
      InboxDepth: 0,
      OldestInboxAge: 0,
      DueBacklog: 0,
      OldestDueAge: 0,
      StuckOpenings: 0,
      UnclosedCampaigns: 0,
      EnforcementStopped: 0,
      Identities: 0,
      LiveCampaigns: 0,
      WaitingDockets: 0,
      OpenItems: 0,
    });
    expect(values).not.toHaveProperty('HeadAge');
    expect(values).not.toHaveProperty('OldestInventoryAge');
  });

  test('counts what people have open, and what is overdue, from the due date on', async () => {
    const w = await world({
      identities: [ownedIdentity('a1', 'ada'), ownedIdentity('a2', 'ada'), ownedIdentity('b1', 'ben')],
    });
    const campaign = await w.open();
    await answer(w, itemRef(campaign, ownedIdentity('b1', 'ben')), 'ben', {
      verdict: 'certify',
      reason: 'x',
    });
    expect((await pulseOf(w)('whole')).values).toMatchObject({
      Identities: 3,
      LiveCampaigns: 1,
      WaitingDockets: 1,
      OpenItems: 2,
      OverdueItems: 0,
      LateDockets: 0,
    });
    w.setClock(plusMs(campaign.dueAt, 1));
    expect((await pulseOf(w)('whole')).values).toMatchObject({
      OpenItems: 2,
      OverdueItems: 2,
      LateDockets: 0,
    });
    w.setClock(plusMs(campaign.graceEndsAt, HOUR_MS));
    expect((await pulseOf(w)('whole')).values).toMatchObject({ OverdueItems: 2, LateDockets: 1 });
    w.setClock(plusMs(campaign.closeBy, HOUR_MS));
    expect((await pulseOf(w)('whole')).values).toMatchObject({ UnclosedCampaigns: 1 });
  });

  test('says how long due work and unsealed attestations have been waiting', async () => {
    const w = await world({ identities: [ownedIdentity('a1', 'ada')] });
    await w.open();
    const before = (await pulseOf(w)('auto')).values;
    expect(before).toMatchObject({ DueBacklog: 0, OldestDueAge: 0, OldestInboxAge: 0 });
    expect(before.InboxDepth).toBeGreaterThan(0);
    w.setClock(plusDays(MONDAY, 20));
    const { values } = await pulseOf(w)('auto');
    // The campaign, and the daily look at who is in the directory.
    expect(values.DueBacklog).toBe(2);
    expect(values.OldestDueAge).toBeGreaterThan(24 * 3600);
    expect(values.OldestInboxAge).toBe(20 * 24 * 3600);
    expect(values.OldestInventoryAge).toBe(20 * 24 * 3600);
  });

  test('sees reviewers whom no notice reached, on any channel', async () => {
    const w = await world({ identities: [ownedIdentity('a1', 'ada'), ownedIdentity('b1', 'ben')] });
    w.unreachable.add('ada');
    await w.open();
    await w.until(plusMs(MONDAY, 2 * HOUR_MS));
    expect((await pulseOf(w)('whole')).values).toMatchObject({ WaitingDockets: 2, UntoldDockets: 1 });
  });

  test('sees removals that are held, failed, unverified or undone behind our back', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await world({ identities: [one] });
    const ref = itemRef(await w.open(), one);
    await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'gone' });
    await w.until(plusMs(MONDAY, 4 * HOUR_MS));
    const calm = { HeldRemovals: 0, FailedRemovals: 0, FailedVerifications: 0, DriftedRemovals: 0 };
    expect((await pulseOf(w)('whole')).values).toMatchObject(calm);

    w.target.enabled.set(one.identityId, true);
    await w.until(plusDays(MONDAY, 1.5));
    expect((await pulseOf(w)('whole')).values).toMatchObject({ ...calm, DriftedRemovals: 1 });

    const removal = await storedRemoval(w, ref);
    const put = (record: object) => w.environment.store.putNew('removal' as never, [record] as never);
    const { driftedAt: _, ...undrifted } = removal;
    await put(undrifted);
    expect((await pulseOf(w)('whole')).values).toMatchObject({ ...calm, FailedVerifications: 1 });
    await put({ ...undrifted, state: 'failed' });
    expect((await pulseOf(w)('whole')).values).toMatchObject({ ...calm, FailedRemovals: 1 });
    const heldAt = plusDays(w.clock.now(), -3);
    const hold = { code: 'person', cause: 'wait', ownerId: 'ada', heldAt, holdUntil: plusDays(heldAt, 7) };
    await put({ ...undrifted, state: 'held', holds: [hold] });
    expect((await pulseOf(w)('whole')).values).toMatchObject({
      ...calm,
      HeldRemovals: 1,
      OldestHoldAge: 3 * 24 * 3600,
    });
  });

  test('sees a log that does not grow', async () => {
    const w = await world({ identities: [] });
    const { store, attestor, clock } = w.environment;
    await heartbeat({ store, attestor, clock, origin: 'test' })();
    const at = clock.now();
    await store.commit([
      create('ledger-pointer', {
        schemaVersion: 1,
        version: 1,
        pointer: 'sealed',
        size: 1,
        root: '0'.repeat(64),
        sealedAt: at,
        movedAt: at,
      }),
    ]);
    w.setClock(plusMs(at, 2.5 * HOUR_MS));
    const { values } = await pulseOf(w)();
    expect([values.HeadAge, values.HeartbeatAge]).toEqual([9000, 9000]);
    expect(values.HeadAge).toBeGreaterThanOrEqual(PULSE_METRICS.HeadAge.alarm.atLeast);
  });

  test('sees a campaign that stays opening, and a switch that stays off', async () => {
    const w = await world({ identities: [ownedIdentity('a1', 'ada')] });
    const campaign = await w.open();
    const { store } = w.environment;
    await store.putNew('campaign' as never, [{ ...campaign, state: 'opening' }] as never);
    await store.commit([
      create('switch', {
        schemaVersion: 1,
        version: 1,
        switchId: 'enforcement',
        stopped: true,
        by: 'max',
        at: MONDAY,
        reason: 'x',
      }),
    ]);
    w.setClock(plusMs(MONDAY, HOUR_MS));
    const { values, campaigns } = await pulseOf(w)('whole');
    expect(values).toMatchObject({ StuckOpenings: 1, EnforcementStopped: 1, WaitingDockets: 0 });
    expect(campaigns).toEqual([]);
  });

  test.each([
    ['once an hour', 100, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
    ['every six hours when there is very much', 30_000, [0, 6]],
  ])('counts campaigns through %s', async (_when, included, hours) => {
    const w = await world({ identities: [ownedIdentity('a1', 'ada')] });
    const campaign = await w.open();
    const counts = { considered: included, included, excluded: 0, dockets: 1 };
    await w.environment.store.putNew('campaign' as never, [{ ...campaign, counts }] as never);
    const counted: number[] = [];
    const midnight = Date.UTC(2026, 8, 8);
    for (let minute = 2; minute < 12 * 60; minute += 5) {
      w.setClock(instantOf(midnight + minute * 60_000));
      const { values } = await pulseOf(w)();
      if (values.OpenItems !== undefined) counted.push(Math.floor(minute / 60));
    }
    expect(counted).toEqual(hours);
  });

  test('measures each of its metrics, and knows no other', async () => {
    const w = await world({ identities: [ownedIdentity('a1', 'ada')] });
    await w.open();
    const { values } = await pulseOf(w)('whole');
    expect([...Object.keys(values), 'HeadAge'].toSorted()).toEqual(PULSE_METRIC_NAMES.toSorted());
  });
});

describe('alarms on the pulse', () => {
  const alarms = PULSE_METRIC_NAMES.flatMap((name) => pulseMetric(name).alarm ?? []);

  test('have names of their own', () => {
    expect(new Set(alarms.map(({ id }) => id)).size).toBe(alarms.length);
  });

  test('on what is counted rarely look at least as far back as the rarest count', () => {
    for (const name of PULSE_METRIC_NAMES) {
      const { taken, alarm } = pulseMetric(name);
      if (taken === 'whole' && alarm) expect(alarm.periodMinutes).toBeGreaterThanOrEqual(360);
    }
  });
});
