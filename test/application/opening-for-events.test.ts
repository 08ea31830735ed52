import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createCelExpressions } from '../../lib/adapters/cel/expressions.ts';
import { openPack } from '../../lib/adapters/packs/open-pack.ts';
import { readDefinition } from '../../lib/application/apply-definition.ts';
import { Work } from '../../lib/application/work.ts';
import { DAY_MS, HOUR_MS, type Instant, plusDays, plusMs } from '../../lib/domain/time.ts';
import { reperformPack } from '../../lib/reperformance/reperform-pack.ts';
import {
  ALL,
  between,
  campaigns,
  cleaner,
  eventOf,
  exporter,
  importer,
  manifestOf,
  raise,
} from '../support/events.ts';
import {
  freshFolder,
  packText,
  removeFolders,
  sealedWorld,
  verifyAt,
} from '../support/evidence/sealed-world.ts';
import { PowerCut, wire } from '../support/power-cuts.ts';
import { itemRef } from '../support/reviews.ts';
import { DEFINITION, MONDAY, type World } from '../support/world.ts';

afterEach(removeFolders);

describe('what happens to an identity between two campaigns', () => {
  test('opens a campaign about that identity alone, which says why', async () => {
    const w = await between();
    await w.prepare();
    await raise(w, importer);

    await w.until(plusMs(MONDAY, 2 * HOUR_MS));

    const [campaign] = await campaigns(w);
    expect(campaign).toMatchObject({
      campaignId: 'quarterly-events-20260907',
      state: 'open',
      launchedBy: 'event',
      title: 'Quarterly review: privileges widened',
      counts: { considered: 1, included: 1, excluded: 0, dockets: 1 },
      events: { kinds: ['widened'], identities: 1 },
    });
    expect(await manifestOf(w, campaign?.populationDigest)).toMatchObject([
      {
        included: true,
        name: 'importer',
        reviewerId: 'ada',
        reason: 'Privileges widened on 2026-09-07: It may now write to the finance bucket.',
      },
    ]);
    expect(w.sent.filter(({ to }) => to.personId === 'ada')).not.toEqual([]);
    expect(await eventOf(w, importer)).toMatchObject({
      state: 'asked',
      campaignId: 'quarterly-events-20260907',
    });
    expect(await w.tick()).toBe(0);
  });

  test('counts once, however often it is told', async () => {
    const w = await between();
    await w.prepare();

    expect(await raise(w, importer, { occasion: 'policy v3' })).toBe(true);
    expect(await raise(w, importer, { occasion: 'policy v3', at: plusMs(MONDAY, DAY_MS) })).toBe(false);
    expect(await raise(w, importer, { occasion: 'policy v4' })).toBe(true);
    expect(await raise(w, exporter, { occasion: 'policy v3' })).toBe(true);
  });

  test('is asked about together with everything else that happened that day, each with everything that happened to it', async () => {
    const w = await between();
    await w.prepare();
    await raise(w, importer);
    await raise(w, importer, { event: 'owner-gone', cause: 'Gone left.', at: plusMs(MONDAY, 60_000) });
    await raise(w, cleaner, { event: 'drift', cause: 'It is on again.' });

    await w.until(plusMs(MONDAY, 3 * HOUR_MS));

    const [campaign, ...others] = await campaigns(w);
    expect(others).toEqual([]);
    expect(campaign?.counts).toMatchObject({ considered: 2, included: 2 });
    const reasons = (await manifestOf(w, campaign?.populationDigest)).map((entry) =>
      typeof entry === 'object' && entry && 'reason' in entry ? entry.reason : '',
    );
    expect(reasons).toEqual([
      'Privileges widened on 2026-09-07: It may now write to the finance bucket.; owner gone on 2026-09-07: Gone left.',
      'Changed after it was switched off on 2026-09-07: It is on again.',
    ]);
  });

  test('waits for the next day when the campaign of the day is open already', async () => {
    const w = await between();
    await w.prepare();
    await raise(w, importer);
    await w.until(plusMs(MONDAY, 2 * HOUR_MS));
    await raise(w, cleaner, { at: w.clock.now() });

    await w.until(plusMs(MONDAY, 8 * HOUR_MS));
    expect(await campaigns(w)).toHaveLength(1);
    await w.until(plusDays(MONDAY, 1));

    const ids = (await campaigns(w)).map(({ campaignId }) => campaignId);
    expect(ids).toEqual(['quarterly-events-20260908', 'quarterly-events-20260907']);
    expect(await eventOf(w, cleaner, { at: plusMs(MONDAY, 2 * HOUR_MS) })).toMatchObject({ state: 'asked' });
  });

  test('is left to a campaign in which the question is open', async () => {
    const w = await between();
    const campaign = await w.open();
    await raise(w, importer);

    await w.until(plusMs(MONDAY, 2 * HOUR_MS));

    expect(await campaigns(w)).toHaveLength(1);
    expect(await eventOf(w, importer)).toMatchObject({ state: 'asked', campaignId: campaign.campaignId });
  });

  test('is asked about again when the answer was given before it happened', async () => {
    const w = await between();
    const campaign = await w.open();
    await w.actions.decide({
      item: itemRef(campaign, importer),
      request: { verdict: 'certify', reason: 'in use' },
      who: w.who('ada'),
      actId: 'keep',
    });
    await raise(w, importer, { at: plusMs(MONDAY, HOUR_MS) });

    await w.until(plusMs(MONDAY, 4 * HOUR_MS));

    expect((await campaigns(w)).map(({ campaignId }) => campaignId)).toContain('quarterly-events-20260907');
  });

  test.each([
    ['no definition has said that it asks', { events: undefined }],
    ['the definition asks about other things', { events: { kinds: ['drift' as const] } }],
    ['the definition’s scope leaves it out', { scope: { where: 'identity.name == "exporter"' } }],
    [
      'the definition excludes it',
      { scope: { exclude: [{ where: 'identity.name == "importer"', reason: 'a test account' }] } },
    ],
  ])('is not asked about when %s', async (_, definition) => {
    const w = await between(definition);
    await w.prepare();
    await raise(w, importer);

    await w.until(plusMs(MONDAY, 2 * HOUR_MS));

    expect(await campaigns(w)).toEqual([]);
    expect(await eventOf(w, importer)).toMatchObject({
      state: 'settled',
      outcome: 'no definition in force asks about it between its campaigns',
    });
  });

  test('is asked about by the first definition whose scope admits it', async () => {
    const w = await between({ scope: { where: 'identity.name == "exporter"' } });
    await w.prepare();
    const directory = await w.environment.people.directory();
    const second = { ...DEFINITION, definitionId: 'rest', title: 'The rest', events: {} };
    await w.applyDefinition(
      readDefinition(second, directory, w.environment.expressions, 'test'),
      w.who('max'),
      'rita',
    );
    await raise(w, importer);
    await raise(w, exporter);

    await w.until(plusMs(MONDAY, 2 * HOUR_MS));

    expect((await campaigns(w)).map(({ campaignId, counts }) => [campaignId, counts?.included])).toEqual(
      expect.arrayContaining([
        ['quarterly-events-20260907', 1],
        ['rest-events-20260907', 1],
      ]),
    );
  });

  test('is not asked about when the identity is gone', async () => {
    const w = await between();
    await w.prepare();
    await raise(w, importer);
    w.target.identities = [exporter];
    await w.collect();

    await w.until(plusMs(MONDAY, 2 * HOUR_MS));

    expect(await campaigns(w)).toEqual([]);
    expect(await eventOf(w, importer)).toMatchObject({
      state: 'settled',
      outcome: 'no inventory has the identity any more',
    });
  });

  test('what is first seen is due within five business days, whatever the definition allows', async () => {
    const w = await between({ timeline: { reviewDays: 40 } });
    await w.prepare();
    await raise(w, importer, { event: 'first-seen', cause: 'It was not there before.' });

    await w.until(plusMs(MONDAY, 2 * HOUR_MS));

    const [campaign] = await campaigns(w);
    expect(campaign?.dueAt).toBe('2026-09-13T23:59:59.999Z');
  });

  test('a campaign about it claims no control, so that it is no review in place of the definition’s own', async () => {
    const w = await between();
    await w.prepare();
    await raise(w, importer);
    await w.until(plusMs(MONDAY, 2 * HOUR_MS));

    const facts: string[] = [];
    for (let shard = 0; shard < w.environment.store.inboxShards; shard += 1)
      for (const { envelope } of (await w.environment.store.inbox(shard)).entries)
        facts.push(Buffer.from(JSON.parse(envelope).payload, 'base64').toString());
    const opened = facts.find((fact) => fact.includes('campaign-opened'));
    expect(opened).toContain('"controls":[]');
  });
});

/** Lets time pass and does what falls due; work that broke off is delivered again. */
async function at(w: World, instant: Instant): Promise<void> {
  if (w.clock.now() < instant) w.setClock(instant);
  for (let round = 0; round < 40; round += 1) {
    const dispatched = await w.tick();
    while (w.queued.length > 0) {
      await w.work(Work.parse(JSON.parse(JSON.stringify(w.queued[0]?.body))));
      w.queued.shift();
    }
    if (dispatched === 0) return;
  }
  throw new Error('there is no end to what is due');
}

/** Two events, the power cut once at a call, and back 18 minutes later. */
async function story(cut: number | undefined, when: 'before' | 'after') {
  const w = await between();
  await w.prepare();
  await raise(w, importer);
  await raise(w, cleaner, { event: 'drift', cause: 'It is on again.' });
  const power = wire(w);
  power.cutAt(cut, when);
  for (const instant of [plusMs(MONDAY, HOUR_MS), plusMs(MONDAY, 3 * HOUR_MS), plusDays(MONDAY, 1.5)]) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await at(w, instant);
        break;
      } catch (error) {
        if (attempt > 5 || !(power.restore() || error instanceof PowerCut)) throw error;
        w.setClock(plusMs(w.clock.now(), 21 * 60_000));
      }
    }
  }
  power.cutAt(undefined, 'before');
  return { w, calls: power.calls };
}

describe('a power cut while a campaign is opened for events', () => {
  test.each(['before', 'after'] as const)('%s any call changes nothing of what is asked', async (when) => {
    const { calls } = await story(undefined, when);
    expect(calls).toBeGreaterThan(50);

    for (let cut = 1; cut <= Math.min(calls, 140); cut += 3) {
      const { w } = await story(cut, when);

      const found = await campaigns(w);
      expect(
        found.map(({ campaignId }) => campaignId),
        `cut ${cut}`,
      ).toEqual(['quarterly-events-20260907']);
      expect(found[0]).toMatchObject({ state: 'open', counts: { considered: 2, included: 2 } });
      const events = [await eventOf(w, importer), await eventOf(w, cleaner, { event: 'drift' })];
      expect(events.map((event) => event?.state)).toEqual(['asked', 'asked']);
    }
  });
});

describe('the evidence of a campaign about chosen identities', () => {
  test('is accepted by the verifier and comes out the same when done again', async () => {
    const w = await sealedWorld({ identities: ALL, definition: { events: {} } });
    await w.prepare();
    await raise(w, importer);
    await raise(w, cleaner, { event: 'drift', cause: 'It is on again.' });
    await w.live(plusDays(MONDAY, 1));
    const [campaign] = await w.environment.store.campaigns();
    await w.actions.decide({
      item: itemRef(campaign!, importer),
      request: { verdict: 'certify', reason: 'in use' },
      who: w.who('ada'),
      actId: 'keep',
    });
    await w.live(plusDays(campaign!.closeBy, 1));
    const folder = await freshFolder();
    for (const [scope, name] of [
      [{ by: 'log' }, 'whole'],
      [{ by: 'campaign', campaignId: campaign!.campaignId }, 'alone'],
    ] as const) {
      const path = join(folder, name);
      await w.export(scope, path);

      const verified = await verifyAt(path);
      expect(verified.checks.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
      const source = await openPack(path);
      const again = await reperformPack(source, (now) => createCelExpressions({ clock: { now: () => now } }));
      await source.close();
      expect(again.campaigns.flatMap(({ differences }) => differences)).toEqual([]);
      expect(again.campaigns).toMatchObject([{ identities: 2, snapshots: 2, outcomes: 2 }]);
      expect(again.campaigns[0]?.notReperformed.join(' ')).toContain('was taken from the population');

      const ipe = JSON.parse(await packText(path, 'ipe.json'));
      expect(ipe.campaigns[0].sources).toMatchObject([
        {
          connector: 'countersign',
          completeness: 'partial',
          report: { gaps: [expect.stringContaining('Only the 2 identities'), expect.any(String)] },
        },
      ]);
    }
  });
});
