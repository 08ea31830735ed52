import { describe, expect, test } from 'vitest';
import { campaignActs } from '../../lib/runtime/campaign-acts.ts';
import { ownedIdentity } from '../support/reviews.ts';
import { world } from '../support/world.ts';

/** An organisation that is ready to review, and its acts on campaigns from a chat. */
async function ready() {
  const w = await world({ identities: [ownedIdentity('deployer', 'ada')] });
  await w.prepare();
  const started: string[] = [];
  const acts = campaignActs({
    environment: w.environment,
    steerCampaign: w.steerCampaign,
    startOpening: async ({ definitionId, launchedBy, campaignId }) => {
      started.push(campaignId);
      await w.openCampaign({ definitionId, launchedBy, campaignId });
      return campaignId;
    },
  });
  return { w, acts, started };
}

describe('acts on campaigns from a chat', () => {
  test('launch, hold and resume, each once however often it comes', async () => {
    const { w, acts, started } = await ready();
    const launch = { definitionId: 'quarterly', who: w.who('max'), actId: 'launch-1' };

    const { text } = await acts.launch(launch);
    expect(text).toBe(
      '"quarterly-20260907" is being opened. Its reviewers hear of it when everything is in it.',
    );
    expect(await acts.launch(launch)).toEqual({ text });
    expect(started).toHaveLength(1);
    await expect(acts.launch({ ...launch, actId: 'launch-2' })).resolves.toEqual({
      text: '"quarterly-20260907" is open already.',
    });

    const steer = { campaignId: 'quarterly-20260907', reason: 'freeze', who: w.who('max') };
    const hold = { ...steer, act: 'hold', actId: 'hold-1' } as const;
    expect(await acts.steer(hold)).toEqual({ text: '"Quarterly review" is on hold.' });
    expect(await acts.steer(hold)).toEqual({ text: '"Quarterly review" is on hold.' });
    expect(await acts.steer({ ...steer, act: 'resume', actId: 'resume-1' })).toEqual({
      text: '"Quarterly review" goes on; it is open.',
    });
    expect((await w.actions.history('max', { from: 0, size: 10 })).acts).toHaveLength(4);
  });

  test('are refused to people who do not look after the review', async () => {
    const { w, acts, started } = await ready();
    const who = w.who('ada');

    await expect(acts.launch({ definitionId: 'quarterly', who, actId: 'a' })).rejects.toMatchObject({
      code: 'NOT_ELIGIBLE',
    });
    await expect(acts.launch({ definitionId: 'none', who, actId: 'b' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(started).toEqual([]);
    const { campaignId } = await w.openCampaign({ definitionId: 'quarterly', launchedBy: 'max' });
    const hold = { campaignId, act: 'hold', reason: 'mine', who, actId: 'c' } as const;
    await expect(acts.steer(hold)).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
  });
});
