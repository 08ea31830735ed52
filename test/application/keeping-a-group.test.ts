import { describe, expect, test } from 'vitest';
import { UpstreamError } from '../../lib/domain/errors.ts';
import { HOUR_MS, plusDays, plusMs } from '../../lib/domain/time.ts';
import { answer, itemRef, ownedIdentity, storedItem } from '../support/reviews.ts';
import { DEFINITION, MONDAY, type World, world } from '../support/world.ts';

const ALIKE = ['one', 'two', 'three'].map((name) => ownedIdentity(name, 'ada'));

/** Three identities alike, kept a first time and unchanged since; whatever is kept takes a second person. */
async function secondReview() {
  const w = await world({
    identities: ALIKE,
    definition: {
      reviewers: { ...DEFINITION.reviewers, secondApproverTiers: ['critical', 'high', 'medium', 'low'] },
    },
  });
  const first = await w.open();
  for (const each of ALIKE) {
    const ref = itemRef(first, each);
    const { item } = await answer(w, ref, 'ada', { verdict: 'certify', reason: 'in use' });
    const approval = { id: item?.decision?.attestationId ?? '', agree: true, reason: 'so it is' };
    await w.actions.approve({
      kind: 'second-decision',
      ...ref,
      ...approval,
      who: w.who('rita'),
      actId: each.name,
    });
  }
  await w.until(plusDays(first.closeBy, 1), 12 * HOUR_MS);
  await w.collect();
  const campaign = await w.openCampaign({ definitionId: 'quarterly', launchedBy: 'max' });
  const refs = ALIKE.map((each) => itemRef(campaign, each));
  const { group } = await storedItem(w, itemRef(campaign, ALIKE[0] ?? ownedIdentity('none', '')));
  const [docket] = (await w.actions.desk('ada')).dockets;
  const seen = docket?.groups[0]?.seen;
  const keep = () =>
    w.actions.keepGroup({
      campaignId: campaign.campaignId,
      group,
      seen,
      reason: 'all in use',
      who: w.who('ada'),
      actId: 'keep-all',
    });
  return { w, refs, keep };
}

/** The power goes once, while others are being asked about the second of the three. */
function loseTheSecond(w: World): void {
  const { store } = w.environment;
  const { commit } = store;
  let asked = 0;
  store.commit = async (writes) => {
    asked += writes.some(({ kind }) => kind === 'desk') ? 1 : 0;
    if (asked === 3) {
      store.commit = commit;
      throw new UpstreamError({ code: 'TIMEOUT', provider: 'dynamodb', retryable: true, message: 'lost' });
    }
    return commit(writes);
  };
}

const askedOf = (w: World, personId: string, since = MONDAY) =>
  w.sent.flatMap(({ to, body, now }) =>
    body.purpose === 'approval-list' && to.personId === personId && now >= since
      ? body.approvals.map(({ title }) => title)
      : [],
  );

describe('keeping a group', () => {
  test('is asked for again when the group is not the one that was shown', async () => {
    const { w, refs, keep } = await secondReview();
    const [one] = refs;
    if (!one) throw new Error('no item');
    await answer(w, one, 'ada', { verdict: 'revoke', reason: 'gone' });
    await expect(keep()).rejects.toMatchObject({ code: 'STALE_SNAPSHOT' });
    await answer(w, one, 'ada', { verdict: 'certify', reason: 'is used after all' });
    await expect(keep()).rejects.toMatchObject({ code: 'STALE_SNAPSHOT' });
    const states = await Promise.all(refs.map(async (ref) => (await storedItem(w, ref)).state));
    expect(states).toEqual(['answered', 'open', 'open']);
  });

  test('that broke off goes on when it is delivered again, and asks about each', async () => {
    const { w, refs, keep } = await secondReview();
    const since = w.clock.now();
    loseTheSecond(w);
    await expect(keep()).rejects.toThrow('lost');
    w.setClock(plusMs(since, HOUR_MS));
    await expect(keep()).resolves.toEqual({ text: 'Kept 3 of 3.' });
    await expect(keep()).resolves.toEqual({ text: 'Kept 3 of 3.' });

    await w.until(plusDays(since, 3));
    for (const who of ['rita', 'cleo'])
      expect(askedOf(w, who, since).toSorted(), who).toEqual([
        'one: certify',
        'three: certify',
        'two: certify',
      ]);
    for (const ref of refs) expect((await storedItem(w, ref)).answers).toBe(1);
  });

  test('delivered again leaves alone what somebody answered meanwhile', async () => {
    const { w, refs, keep } = await secondReview();
    loseTheSecond(w);
    await expect(keep()).rejects.toThrow('lost');
    const open = [];
    for (const ref of refs) if ((await storedItem(w, ref)).state === 'open') open.push(ref);
    const [left] = open;
    if (!left) throw new Error('nothing is open');
    await answer(w, left, 'ada', { verdict: 'revoke', reason: 'gone' });
    w.setClock(plusMs(w.clock.now(), HOUR_MS));

    const { text } = await keep();
    expect(text).toMatch(/^Kept 2 of 3\. 1 not kept: .* meanwhile\.$/);
    expect((await storedItem(w, left)).decision?.verdict).toBe('revoke');
  });
});
