import { describe, expect, test } from 'vitest';
import type { ChannelRole, Channels, PostBody } from '../../lib/application/ports/channels.ts';
import { DEFAULT_LADDER } from '../../lib/domain/campaign/definition.ts';
import { UpstreamError } from '../../lib/domain/errors.ts';
import { HOUR_MS, MINUTE_MS, plusDays, plusMs } from '../../lib/domain/time.ts';
import { itemRef, ownedIdentity, storedItem } from '../support/reviews.ts';
import { MONDAY, type World, world } from '../support/world.ts';

const ORPHAN = ownedIdentity('orphan', '');
const ONE = ownedIdentity('one', 'ada');

const toSecurity = DEFAULT_LADDER.map((rung) =>
  rung.rungId === 'two-days-before' || rung.warning
    ? { ...rung, audience: [...rung.audience, 'security-channel' as const] }
    : rung,
);

/** A workspace's channels; what was posted, and how posting fails. */
function channelsOf(roles: readonly ChannelRole[]) {
  const posts: { role: ChannelRole; postId: string; body: PostBody }[] = [];
  const faults: { next: (() => 'lost' | Error | undefined) | undefined; refused?: string } = {
    next: undefined,
  };
  const channels: Channels = {
    has: (role) => roles.includes(role),
    async post(role, { postId, body }) {
      if (faults.refused !== undefined) return { refused: faults.refused };
      const fault = faults.next?.();
      if (fault instanceof Error) throw fault;
      posts.push({ role, postId, body });
      if (fault === 'lost') throw new Error('the process ended');
      return { providerId: `C1:${posts.length}` };
    },
  };
  return { posts, faults, channels };
}

async function opened(w: World, channels: Channels) {
  Object.assign(w.environment, { channels });
  return w.open();
}

const stateOf = async (w: World, postId: string) =>
  JSON.parse((await w.environment.store.get('handled', { messageId: postId }))?.outcome ?? '{}');

describe('the channel where unowned identities are shown', () => {
  test('gets one post a campaign, besides the people who are asked; whoever claims there waits for a second person', async () => {
    const { posts, channels } = channelsOf(['claim']);
    const w = await world({ identities: [ORPHAN, ONE] });
    const campaign = await opened(w, channels);
    await w.until(plusDays(MONDAY, 15));

    expect(posts).toHaveLength(1);
    expect(posts[0]).toMatchObject({ role: 'claim', body: { purpose: 'claim-wanted' } });
    const { body } = posts[0]!;
    expect(body.purpose === 'claim-wanted' && body.items.map(({ item }) => item.name)).toEqual(['orphan']);
    expect(w.sent.some(({ body: { purpose } }) => purpose === 'claim-wanted')).toBe(true);
    const ref = itemRef(campaign, ORPHAN);
    const docket = await w.environment.store.get('docket', {
      campaignId: campaign.campaignId,
      reviewerId: 'fay',
    });
    expect(docket?.tellings.every(({ personId }) => !personId.startsWith('channel'))).toBe(true);
    await w.actions.claim({ item: ref, who: w.who('ben', 'slack-signed-interaction'), actId: 'claim-1' });
    expect((await storedItem(w, ref)).claim).toMatchObject({ personId: 'ben' });
  });

  test('that the installation does not name gets nothing', async () => {
    const { posts, channels } = channelsOf(['security']);
    const w = await world({ identities: [ORPHAN] });
    await opened(w, channels);
    await w.until(plusDays(MONDAY, 3));
    expect(posts).toEqual([]);
    expect(await w.environment.store.get('desk', { personId: 'channel/claim' })).toBeUndefined();
  });

  test('gets nothing when all was claimed before', async () => {
    const { posts, channels } = channelsOf(['claim']);
    const w = await world({ identities: [ORPHAN] });
    const campaign = await opened(w, channels);
    const stop = plusMs(MONDAY, 12 * HOUR_MS);
    while (w.clock.now() < stop && !(await w.environment.store.get('desk', { personId: 'channel/claim' })))
      await w.until(plusMs(w.clock.now(), MINUTE_MS), MINUTE_MS);
    await w.actions.claim({ item: itemRef(campaign, ORPHAN), who: w.who('ben'), actId: 'claim-1' });
    await w.until(plusDays(MONDAY, 2));
    expect(posts).toEqual([]);
    expect(await stateOf(w, `post/claim/${campaign.campaignId}/orphans`)).toMatchObject({
      state: 'left-out',
    });
  });

  test('that fails is tried again until the post is there, once; people are asked meanwhile', async () => {
    const { posts, faults, channels } = channelsOf(['claim']);
    const w = await world({ identities: [ORPHAN], lenient: true });
    let left = 3;
    faults.next = () => {
      left -= 1;
      return left >= 0
        ? new UpstreamError({ code: 'THROTTLED', provider: 'slack', retryable: true, message: 'slow down' })
        : undefined;
    };
    await opened(w, channels);
    await w.until(plusDays(MONDAY, 3));
    expect(posts).toHaveLength(1);
    expect(w.sent.some(({ body: { purpose } }) => purpose === 'claim-wanted')).toBe(true);
  });

  test('whose answer is lost after posting may have the post twice, late, and never more', async () => {
    const { posts, faults, channels } = channelsOf(['claim']);
    const w = await world({ identities: [ORPHAN], lenient: true });
    let first = true;
    faults.next = () => {
      const lost = first;
      first = false;
      return lost ? 'lost' : undefined;
    };
    const campaign = await opened(w, channels);
    await w.until(plusDays(MONDAY, 5));
    expect(posts).toHaveLength(2);
    expect(await stateOf(w, `post/claim/${campaign.campaignId}/orphans`)).toMatchObject({
      state: 'posted',
      attempts: 2,
    });
  });

  test('that the app is not in is left out, with the reason kept, and not tried for ever', async () => {
    const { faults, channels } = channelsOf(['claim']);
    faults.refused = 'the app is not in the channel';
    const w = await world({ identities: [ORPHAN] });
    const campaign = await opened(w, channels);
    await w.until(plusDays(MONDAY, 3));
    expect(await stateOf(w, `post/claim/${campaign.campaignId}/orphans`)).toMatchObject({
      state: 'left-out',
      why: 'the app is not in the channel',
      attempts: 1,
    });
  });
});

describe('the channel of security', () => {
  test('hears once a rung of the whole review, and it tells nobody', async () => {
    const { posts, channels } = channelsOf(['security']);
    const w = await world({
      identities: [ONE, ownedIdentity('two', 'ben'), ownedIdentity('three', 'cleo')],
      definition: { ladder: toSecurity },
    });
    const campaign = await opened(w, channels);
    await w.until(plusDays(campaign.graceEndsAt, 1));

    expect(posts.map(({ postId }) => postId)).toEqual([
      `post/security/${campaign.campaignId}/two-days-before`,
      `post/security/${campaign.campaignId}/last-call`,
    ]);
    expect(posts[0]?.body).toMatchObject({ purpose: 'answers-missing', warning: false, line: { open: 3 } });
    expect(posts[1]?.body).toMatchObject({ warning: true });
    for (const reviewerId of ['ada', 'ben', 'cleo']) {
      const docket = await w.environment.store.get('docket', { campaignId: campaign.campaignId, reviewerId });
      const told = new Set(docket?.tellings.map(({ personId }) => personId));
      expect([...told].filter((id) => id.includes('/'))).toEqual([]);
    }
  });
});
