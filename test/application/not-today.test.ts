import { describe, expect, test } from 'vitest';
import { HOUR_MS, type Instant, plusDays } from '../../lib/domain/time.ts';
import { ownedIdentity } from '../support/reviews.ts';
import { world } from '../support/world.ts';

/** A review of one identity of Ada's, and her wish for quiet. */
async function review() {
  const w = await world({ identities: [ownedIdentity('deployer', 'ada')] });
  const campaign = await w.open();
  let acts = 0;
  const putOff = (until: Instant, reason = 'on a course') => {
    acts += 1;
    const who = w.who('ada');
    return w.actions.snooze({ campaignId: campaign.campaignId, until, reason, who, actId: `later-${acts}` });
  };
  const remindedOf = (since: Instant) =>
    w.sent.filter(({ to, now, body }) => to.personId === 'ada' && now > since && body.purpose === 'digest');
  return { w, campaign, putOff, remindedOf };
}

describe('putting reminders off', () => {
  test('keeps quiet until that day, and no longer', async () => {
    const { w, campaign, putOff, remindedOf } = await review();
    const at = plusDays(campaign.dueAt, -8);
    await w.until(at, 4 * HOUR_MS);
    const until = plusDays(campaign.dueAt, -4);

    await expect(putOff(until)).resolves.toEqual({
      text: `No reminders about "Quarterly review" until ${until.slice(0, 10)}.`,
    });
    await w.until(until, 4 * HOUR_MS);
    expect(remindedOf(at)).toEqual([]);
    await w.until(campaign.dueAt, 4 * HOUR_MS);
    expect(remindedOf(until).length).toBeGreaterThan(0);
  });

  test('is done once, and never into the last two days', async () => {
    const { campaign, putOff } = await review();
    await expect(putOff(plusDays(campaign.dueAt, -1))).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    await expect(putOff(campaign.startedAt)).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    await expect(putOff(plusDays(campaign.dueAt, -3), ' ')).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
    await putOff(plusDays(campaign.dueAt, -3));
    await expect(putOff(plusDays(campaign.dueAt, -2))).rejects.toThrow('once already');
  });

  test('leaves the last call before switching off where it is', async () => {
    const { w, campaign, putOff } = await review();
    await putOff(plusDays(campaign.dueAt, -2));
    await w.until(campaign.graceEndsAt, 4 * HOUR_MS);

    const warned = w.sent.filter(
      ({ to, body }) => to.personId === 'ada' && body.purpose === 'switch-off-warning',
    );
    expect(warned.length).toBeGreaterThan(0);
  });

  test('is nobody else’s to do', async () => {
    const { w, campaign } = await review();
    const act = { campaignId: campaign.campaignId, until: plusDays(campaign.dueAt, -3), reason: 'x' };
    await expect(w.actions.snooze({ ...act, who: w.who('ben'), actId: 'b' })).rejects.toMatchObject({
      code: 'NOT_ELIGIBLE',
    });
  });
});
