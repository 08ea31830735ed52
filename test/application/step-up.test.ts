import { describe, expect, test } from 'vitest';
import { decide } from '../../lib/application/decide.ts';
import { update } from '../../lib/application/ports/review-store.ts';
import type { StepUp } from '../../lib/application/ports/step-up.ts';
import type { RiskTier } from '../../lib/domain/identity/risk-tier.ts';
import { itemRef, ownedIdentity, storedItem } from '../support/reviews.ts';
import { world } from '../support/world.ts';

const SIGN_IN: StepUp = {
  offer: async (personId, { identityKey }) => ({
    url: `https://reviews.example.com/sign-in/${personId}/${identityKey.slice(0, 8)}`,
    expiresAt: '2026-12-01T00:00:00.000Z' as never,
  }),
};

/** Ada keeps an identity of that tier by a click in Slack. */
async function keptInSlack(tier: RiskTier, stepUp?: StepUp) {
  const one = ownedIdentity('one', 'ada');
  const w = await world({ identities: [one] });
  const ref = itemRef(await w.open(), one);
  await w.environment.store.commit([update('item', await storedItem(w, ref), { tier })]);
  const act = decide({ ...w.environment, stepUp }, w.collect, async () => undefined);
  const { text } = await act({
    item: ref,
    request: { verdict: 'certify', reason: 'it deploys the shop', purpose: 'deployments' },
    who: w.who('ada', 'slack-signed-interaction'),
    actId: 'keep',
  });
  return { text, item: await storedItem(w, ref) };
}

describe('a keep by a click in Slack', () => {
  test('of high risk waits for a second person, and says where else it would count', async () => {
    const { text, item } = await keptInSlack('high', SIGN_IN);

    expect(item.decision?.awaitingSecond).toBe(true);
    expect(text).toContain('counts once a second person agrees');
    expect(text).toContain('https://reviews.example.com/sign-in/ada/');
  });

  test('of high risk waits for a second person where there is no stronger sign-in', async () => {
    const { text, item } = await keptInSlack('high');

    expect(item.decision?.awaitingSecond).toBe(true);
    expect(text).not.toContain('sign in');
  });

  test('of critical risk takes two people however somebody signs in', async () => {
    const { text, item } = await keptInSlack('critical', SIGN_IN);

    expect(item.decision?.awaitingSecond).toBe(true);
    expect(text).not.toContain('sign in');
  });

  test('of low risk counts by itself', async () => {
    const { item } = await keptInSlack('low', SIGN_IN);

    expect(item.decision?.awaitingSecond).toBeUndefined();
  });
});
