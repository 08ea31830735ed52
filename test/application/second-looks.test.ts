import { describe, expect, test } from 'vitest';
import { Definition, type DefinitionInput } from '../../lib/domain/campaign/definition.ts';
import { plusDays } from '../../lib/domain/time.ts';
import { itemRef, ownedIdentity, storedItem } from '../support/reviews.ts';
import { MONDAY, type World, world } from '../support/world.ts';

const DAYS = 21;

/** Ada keeps everything as soon as she sees it, though what she is advised differs. */
async function kept(
  count: number,
  sampling: DefinitionInput['sampling'] = { signs: 2, percent: 50, max: 3 },
) {
  const identities = Array.from({ length: count }, (_, n) =>
    ownedIdentity(`job-${n}`, 'ada', {
      lastUse:
        n % 3 === 0
          ? { state: 'used', at: plusDays(MONDAY, -400), source: 'test' }
          : { state: 'used', at: plusDays(MONDAY, -1), source: 'test' },
    }),
  );
  const w = await world({
    identities,
    lenient: true,
    definition: { timeline: { reviewDays: DAYS, graceDays: 5 }, ...(sampling ? { sampling } : {}) },
  });
  const campaign = await w.open();
  const refs = identities.map((one) => itemRef(campaign, one));
  for (const [n, ref] of refs.entries()) {
    await w.actions.decide({
      item: ref,
      request: { verdict: 'certify', reason: 'needed', purpose: 'it runs the shop' },
      who: w.who('ada'),
      actId: `keep-${n}`,
      shownAt: w.clock.now(),
    });
  }
  return { w, campaign, refs };
}

const sampled = async (w: World, refs: readonly ReturnType<typeof itemRef>[]) => {
  const items = await Promise.all(refs.map((ref) => storedItem(w, ref)));
  return items.filter(({ sample }) => sample !== undefined);
};

describe('a second look', () => {
  test('is asked for at keeps drawn at random, where somebody keeps everything without looking', async () => {
    const { w, refs } = await kept(12);

    await w.until(plusDays(MONDAY, DAYS + 3));

    const items = await sampled(w, refs);
    expect(items).toHaveLength(3);
    const desk = await w.actions.desk('rita');
    expect(desk.approvals.filter(({ kind }) => kind === 'sample')).toHaveLength(3);
  });

  test('is not asked for where the definition does not want it, nor of somebody with few answers', async () => {
    const few = await kept(4);
    await few.w.until(plusDays(MONDAY, DAYS + 3));
    expect(await sampled(few.w, few.refs)).toEqual([]);
  });

  test('that agrees changes nothing, and one that does not asks the question again', async () => {
    const { w, refs } = await kept(12);
    await w.until(plusDays(MONDAY, DAYS + 3));
    const [first, second] = (await w.actions.desk('rita')).approvals.filter(({ kind }) => kind === 'sample');
    if (!first || !second) throw new Error('no samples');

    await w.actions.approve({ ...first, agree: true, reason: '', who: w.who('rita'), actId: 'look-1' });
    await w.actions.approve({
      ...second,
      agree: false,
      reason: 'nobody runs this job',
      who: w.who('rita'),
      actId: 'look-2',
    });

    const items = await sampled(w, refs);
    expect(items.find(({ identityKey }) => identityKey === first.identityKey)).toMatchObject({
      state: 'answered',
      sample: { agrees: true },
    });
    expect(items.find(({ identityKey }) => identityKey === second.identityKey)).toMatchObject({
      state: 'open',
      round: 1,
      sample: { agrees: false },
    });
  });

  test('is never the reviewer’s own to take', async () => {
    const { w, refs } = await kept(12);
    await w.until(plusDays(MONDAY, DAYS + 3));
    const [item] = await sampled(w, refs);
    if (!item?.sample) throw new Error('no sample');

    await expect(
      w.actions.approve({
        kind: 'sample',
        campaignId: item.campaignId,
        identityKey: item.identityKey,
        id: item.sample.sampleId,
        agree: true,
        reason: '',
        who: w.who('ada'),
        actId: 'own',
      }),
    ).rejects.toMatchObject({ code: 'SECOND_PERSON' });
  });

  test('is drawn once, however often its time comes', async () => {
    const { w, refs, campaign } = await kept(12);
    await w.until(plusDays(MONDAY, DAYS + 3));
    const before = (await sampled(w, refs)).map(({ identityKey }) => identityKey);

    await w.until(campaign.graceEndsAt);
    await w.until(plusDays(campaign.graceEndsAt, 2));

    expect((await sampled(w, refs)).map(({ identityKey }) => identityKey)).toEqual(before);
  });
});

test('haste alone never asks for a second look', () => {
  expect(() => Definition.parse({ sampling: { signs: 1 } })).toThrow(/signs/);
});
