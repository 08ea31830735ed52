import { describe, expect, test } from 'vitest';
import { HOUR_MS, plusDays } from '../../lib/domain/time.ts';
import { answer, itemRef, ownedIdentity } from '../support/reviews.ts';
import { DEFINITION, MONDAY, world } from '../support/world.ts';

const COUNT = 70;

describe('what waits for a person’s word', () => {
  test('stays on their desk however much else they are told, until it is settled', async () => {
    const identities = Array.from({ length: COUNT }, (_, n) => ownedIdentity(`svc-${n}`, 'ada'));
    const w = await world({
      identities,
      definition: {
        reviewers: { ...DEFINITION.reviewers, secondApproverTiers: ['critical', 'high', 'medium', 'low'] },
      },
    });
    const campaign = await w.open();
    for (const each of identities) {
      await answer(w, itemRef(campaign, each), 'ada', { verdict: 'certify', reason: 'in use' });
    }
    await w.until(plusDays(MONDAY, 2), 12 * HOUR_MS);

    const { approvals } = await w.actions.desk('rita');
    expect(new Set(approvals.map(({ title }) => title)).size).toBe(COUNT);

    const oldest = approvals.find(({ title }) => title.startsWith('svc-0:'));
    if (!oldest) throw new Error('the first is not there');
    await w.actions.approve({ ...oldest, agree: true, reason: 'ok', who: w.who('rita'), actId: 'agree' });
    const left = (await w.actions.desk('rita')).approvals;
    expect(left).toHaveLength(COUNT - 1);
    expect(left.map(({ title }) => title)).not.toContain(oldest.title);
  });
});
