import { afterEach, describe, expect, it } from 'vitest';
import { liveDigestOf } from '../../../lib/application/live-digest.ts';
import { freshDigests } from '../../../lib/runtime/fresh-digests.ts';
import { itemRef, ownedIdentity } from '../../support/reviews.ts';
import { markupIn } from '../../support/slack/block-kit.ts';
import { deskDouble } from '../../support/slack/desk-double.ts';
import { now, sampleDocket, sampleItem, samplePerson } from '../../support/slack/samples.ts';
import { type SlackScene, startSlackScene } from '../../support/slack/slack-edge.ts';
import { world } from '../../support/world.ts';

const ada = samplePerson();
const low = sampleItem({ name: 'shop-reader', nativeId: 'user/shop-reader', tier: 'low', risk: 10 });
const other = sampleItem({ name: 'shop-writer', nativeId: 'user/shop-writer', tier: 'low', risk: 9 });

let scene: SlackScene | undefined;
afterEach(async () => {
  await scene?.close();
  scene = undefined;
});

/** Two digests in Ada's direct message, of yesterday and of today. */
async function twoDigests() {
  const desk = deskDouble(ada, [low, other]);
  const found: { channel: string; ts: string }[] = [];
  const started = await startSlackScene(desk, undefined, {
    liveDigest: async () => found.at(-1),
  });
  scene = started;
  for (const noticeId of ['yesterday', 'today']) {
    const body = {
      purpose: 'digest',
      dockets: [sampleDocket(desk.open())],
      rung: 'open',
      link: undefined,
    } as const;
    const sent = await started.messenger.send({ noticeId, to: ada, body, now });
    if (sent.outcome !== 'accepted') throw new Error(sent.reason);
    const [channel = '', ts = ''] = sent.providerId.split(':');
    found.push({ channel, ts });
  }
  const shown = () =>
    found.map(({ channel, ts }) =>
      markupIn(started.slack.messages({ channel }).find((each) => each.ts === ts)?.message.blocks).join('\n'),
    );
  return { found, shown, started };
}

describe('the newest digest', () => {
  it('shows what was answered in an older one, which then points to it', async () => {
    const { found, shown, started } = await twoDigests();
    const [yesterday] = found;
    if (!yesterday) throw new Error('no digest');

    await started.slack.as('U0ADA').click({
      ...yesterday,
      actionId: 'keep',
      blockId: `digest|${low.item.campaignId}|${low.item.identityKey}`,
    });
    await started.drain();

    expect(shown()[0]).toContain('There is a newer message below.');
    expect(shown()[1]).toContain('✓ Keep: shop-reader.');
    expect(shown()[1]).not.toContain('`shop-reader`');
    expect(shown()[1]).toContain('`shop-writer`');
  });

  it('shows what was answered on the Home tab', async () => {
    const { shown, started } = await twoDigests();
    const person = started.slack.as('U0ADA');
    await person.openHome();

    await person.click({
      home: true,
      actionId: 'keep',
      blockId: `home|${low.item.campaignId}|${low.item.identityKey}`,
    });
    await started.drain();

    expect(shown()[1]).not.toContain('`shop-reader`');
    expect(shown()[0]).toContain('`shop-reader`');
  });

  it('is brought up to date when somebody answers elsewhere, and an answer counts if it cannot be', async () => {
    const deployer = ownedIdentity('deployer', 'ada');
    const w = await world({ identities: [deployer] });
    const campaign = await w.open();
    await w.until(campaign.dueAt);
    const live = await liveDigestOf(w.environment)('ada');
    expect(live).toMatchObject({ channel: 'slack' });
    const revised: unknown[] = [];
    const warned: string[] = [];
    const actions = freshDigests(w.actions, {
      environment: w.environment,
      slack: {
        revise: async (providerId, { body, to }) => {
          revised.push([providerId, to.personId, body]);
          throw new Error('Slack is down');
        },
      },
      log: { warn: (message: string) => void warned.push(message) },
    });

    const request = { verdict: 'certify', reason: 'in use' } as const;
    const decided = await actions.decide({
      item: itemRef(campaign, deployer),
      request,
      who: w.who('ada'),
      actId: 'a',
    });

    expect(decided.text).toContain('deployer');
    expect(revised).toEqual([
      [`${live?.channel}:${live?.ts}`, 'ada', expect.objectContaining({ purpose: 'digest', dockets: [] })],
    ]);
    expect(warned).toEqual(['digest not revised']);
  });
});
