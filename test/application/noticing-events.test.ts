import { describe, expect, test } from 'vitest';
import type { Identity } from '../../lib/domain/identity/identity.ts';
import type { DecisionRequest } from '../../lib/domain/review/decision.ts';
import { HOUR_MS, plusDays, plusMs } from '../../lib/domain/time.ts';
import { between, campaigns, cleaner, eventOf, exporter, importer, manifestOf } from '../support/events.ts';
import { PowerCut, wire } from '../support/power-cuts.ts';
import { answer, itemRef } from '../support/reviews.ts';
import { DEFINITION, MONDAY } from '../support/world.ts';

describe('what a collection sees', () => {
  const grown = (of: Identity): Identity => ({
    ...of,
    entitlements: {
      ...of.entitlements,
      policies: [...of.entitlements.policies, { name: 'finance-write', via: 'managed' as const }],
    },
  });

  test('an identity that was not there when its system was read before is asked about', async () => {
    const w = await between();
    w.target.identities = [exporter];
    await w.prepare();
    await w.until(plusMs(MONDAY, 2 * HOUR_MS));
    expect(await campaigns(w)).toEqual([]);

    w.target.identities = [exporter, importer];
    await w.collect();
    await w.until(plusMs(MONDAY, 4 * HOUR_MS));

    const [campaign] = await campaigns(w);
    expect(await manifestOf(w, campaign?.populationDigest)).toMatchObject([
      {
        name: 'importer',
        reason: 'First seen on 2026-09-07: It was not there when its system was read before.',
      },
    ]);
  });

  test('an identity that can do more than when it was last seen is asked about, once for each growth', async () => {
    const w = await between();
    await w.prepare();
    await w.until(plusMs(MONDAY, 2 * HOUR_MS));

    w.target.identities = [grown(exporter), importer, cleaner];
    await w.collect();
    await w.collect();
    await w.until(plusMs(MONDAY, 4 * HOUR_MS));

    const [campaign, ...others] = await campaigns(w);
    expect(others).toEqual([]);
    expect(await manifestOf(w, campaign?.populationDigest)).toMatchObject([
      { name: 'exporter', reason: expect.stringContaining('finance-write') },
    ]);
  });

  test('a reading that was cut off tells the same when it is done again', async () => {
    const w = await between();
    w.target.identities = [exporter];
    await w.prepare();
    await w.until(plusMs(MONDAY, 2 * HOUR_MS));
    w.target.identities = [grown(exporter), importer];
    const power = wire(w);

    for (let cut = 1; ; cut += 1) {
      power.cutAt(cut, 'after');
      await w.collect().catch((error: unknown) => {
        if (!(error instanceof PowerCut)) throw error;
      });
      if (!power.restore()) break;
    }
    power.cutAt(undefined, 'after');
    await w.until(plusMs(MONDAY, 4 * HOUR_MS));

    const [campaign, ...others] = await campaigns(w);
    expect(others).toEqual([]);
    const names = await manifestOf(w, campaign?.populationDigest);
    expect(names).toMatchObject([{ name: 'exporter' }, { name: 'importer' }]);
  });

  test('nothing is noted where no definition asks about it', async () => {
    const w = await between({ events: { kinds: ['drift'] } });
    w.target.identities = [exporter];
    await w.prepare();
    w.target.identities = [exporter, importer];
    await w.collect();

    expect(await w.environment.store.due(0, plusDays(MONDAY, 1))).toMatchObject({ entries: [] });
    expect(await eventOf(w, importer, { event: 'first-seen', occasion: 'first seen' })).toBeUndefined();
  });
});

describe('what comes to nothing after its campaign has closed', () => {
  const answered = async (request: DecisionRequest) => {
    const w = await between({
      events: { kinds: ['exception-ended', 'promise-missed'] },
      timeline: { reviewDays: 10, graceDays: 3, closeAfterDays: 5 },
      noResponse: 'report-only',
      reviewers: { ...DEFINITION.reviewers, secondApproverTiers: [], independenceTiers: [] },
    });
    const campaign = await w.open();
    await answer(w, itemRef(campaign, importer), 'ada', request);
    return { w, campaign };
  };

  test('an exception that ends is asked about in a review of its own', async () => {
    const { w, campaign } = await answered({
      verdict: 'except',
      reason: 'migration',
      until: plusDays(MONDAY, 30),
      compensatingControl: 'watched',
    });
    const [exception] = await w.environment.store.exceptionsOf(itemRef(campaign, importer).identityKey);
    await w.actions.approve({
      kind: 'exception',
      ...itemRef(campaign, importer),
      id: exception!.exceptionId,
      agree: true,
      reason: '',
      who: w.who('rita'),
      actId: 'agreed',
    });

    await w.until(plusDays(MONDAY, 31), 6 * HOUR_MS);

    const [newest] = await campaigns(w);
    expect(newest).toMatchObject({ launchedBy: 'event', events: { kinds: ['exception-ended'] } });
    expect(await manifestOf(w, newest?.populationDigest)).toMatchObject([
      { name: 'importer', reason: expect.stringContaining('The exception of 2026-09-07 ended') },
    ]);
  });

  test('a promise that is missed is asked about in a review of its own, not twice', async () => {
    const { w } = await answered({
      verdict: 'reduce',
      reason: 'too much',
      to: 'read only',
      dueAt: plusDays(MONDAY, 25),
    });

    await w.until(plusDays(MONDAY, 31), 6 * HOUR_MS);

    const opened = (await campaigns(w)).filter(({ launchedBy }) => launchedBy === 'event');
    expect(opened).toMatchObject([{ events: { kinds: ['promise-missed'] }, counts: { included: 1 } }]);
  });

  test('while the campaign is open the question is asked again in it, and no other review is opened', async () => {
    const { w } = await answered({
      verdict: 'reduce',
      reason: 'too much',
      to: 'read only',
      dueAt: plusDays(MONDAY, 3),
    });

    await w.until(plusDays(MONDAY, 6), 6 * HOUR_MS);

    expect(await campaigns(w)).toHaveLength(1);
  });
});
