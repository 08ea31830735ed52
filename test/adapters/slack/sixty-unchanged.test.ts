// Sixty identities that nothing happened to, from the digest's person to the ledger: the real use cases behind the real edge.
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Identity } from '../../../lib/domain/identity/identity.ts';
import { HOUR_MS, plusDays } from '../../../lib/domain/time.ts';
import { answer, itemRef, ownedIdentity, storedItem } from '../../support/reviews.ts';
import { markupIn } from '../../support/slack/block-kit.ts';
import { type SlackScene, startSlackScene, teamId } from '../../support/slack/slack-edge.ts';
import { PEOPLE, world } from '../../support/world.ts';

const GROUPS = 8;
const SIXTY = Array.from({ length: 60 }, (_, n) =>
  ownedIdentity(`service-${n}`, 'ada', { tags: { repository: `acme/shop-${n % GROUPS}` } }),
);
const people = PEOPLE.map((each) =>
  each.personId === 'ada' ? { ...each, slack: { teamId, userId: 'U0ADA' } } : each,
);

const Option = z.object({ value: z.string(), description: z.object({ text: z.string() }) });
const Ticks = z.object({
  element: z.object({ options: z.array(Option), initial_options: z.array(Option).optional() }),
});

let scene: SlackScene;
afterEach(() => scene.close());

const withNewKey = (each: Identity): Identity => ({
  ...each,
  credentials: [
    {
      credentialId: 'new-trust',
      type: 'federated-trust',
      status: 'active',
      createdAt: each.createdAt,
      lastRotatedAt: { known: false, lookedIn: ['tags'] },
      expiresAt: { known: false, lookedIn: ['tags'] },
      lastUse: each.lastUse,
    },
  ],
});

/** A second review of what was kept in the first, at Ada's desk in Slack. */
async function secondReview(changed: readonly string[] = []) {
  const w = await world({ identities: SIXTY, people });
  const first = await w.open();
  for (const each of SIXTY)
    await answer(w, itemRef(first, each), 'ada', { verdict: 'certify', reason: 'in use' });
  await w.until(plusDays(first.closeBy, 1), 48 * HOUR_MS);
  w.target.identities = SIXTY.map((each) => (changed.includes(each.name) ? withNewKey(each) : each));
  await w.collect();
  const campaign = await w.openCampaign({ definitionId: 'quarterly', launchedBy: 'max' });
  scene = await startSlackScene(w.actions, people, { clock: w.clock });
  const states = () =>
    Promise.all(SIXTY.map(async (each) => (await storedItem(w, itemRef(campaign, each))).state));
  return { w, campaign, states, ada: scene.slack.as('U0ADA') };
}

describe('sixty identities, unchanged since the last review', () => {
  it('are answered for in at most ten clicks', async () => {
    const { ada, states, w } = await secondReview();
    let clicks = 0;
    const click = async (...[target]: Parameters<typeof ada.click>) => {
      clicks += 1;
      const clicked = await ada.click(target);
      await scene.drain();
      return clicked;
    };
    const home = () => ada.home()?.blocks ?? [];
    const rowOf = (actionId: string) =>
      home().find((block) => JSON.stringify(block).includes(`"action_id":"${actionId}"`))?.block_id ?? '';

    clicks += 1;
    await ada.openHome();
    expect(markupIn(home()).join('\n')).toContain('8 alike, unchanged since last time');
    for (let group = 1; group < GROUPS; group += 1)
      await click({ home: true, actionId: 'keep-group', blockId: rowOf('keep-group') });
    const opened = await click({ home: true, actionId: 'look-through', blockId: rowOf('look-through') });
    clicks += 1;
    await ada.submit(opened.view?.id ?? '');
    await scene.drain();

    expect(clicks).toBeLessThanOrEqual(10);
    expect(new Set(await states())).toEqual(new Set(['answered']));
    expect(JSON.stringify(home())).toContain('Nothing is waiting for you');
    expect((await w.actions.history('ada', { from: 0, size: 25 })).acts[0]?.text).toContain('service-');
  });

  /** Opens the form of the group that a member is in. */
  async function lookThrough(ada: ReturnType<SlackScene['slack']['as']>, at: number) {
    await ada.openHome();
    const rows = ada.home()?.blocks.filter((block) => JSON.stringify(block).includes('look-through')) ?? [];
    const blockId = rows[at]?.block_id ?? '';
    const { view } = await ada.click({ home: true, actionId: 'look-through', blockId });
    const values = (name: string) => {
      const block = view?.blocks.find(({ block_id }) => block_id === name);
      return Ticks.parse(block ?? { element: { options: [] } }).element;
    };
    return { viewId: view?.id ?? '', alike: values('alike-0'), outliers: values('outliers-0') };
  }

  it('are kept but for what is unticked', async () => {
    const { ada, states } = await secondReview();
    const { viewId, alike } = await lookThrough(ada, 0);

    await ada.submit(viewId, {
      'alike-0': { 'alike-0': alike.options.slice(1).map(({ value }) => value) },
    });
    await scene.drain();

    expect((await states()).filter((state) => state === 'answered')).toHaveLength(alike.options.length - 1);
  });

  it('stand apart from one that changed, which is kept only when ticked, with a reason', async () => {
    const { ada, states } = await secondReview(SIXTY.slice(0, GROUPS).map(({ name }) => name));
    const { viewId, alike, outliers } = await lookThrough(ada, 0);
    expect(alike.initial_options).toEqual(alike.options);
    expect(outliers.initial_options).toBeUndefined();
    expect(outliers.options.map(({ description }) => description.text)).toEqual([
      expect.stringMatching(/^Changed: /),
    ]);

    const ticked = { 'outliers-0': { 'outliers-0': outliers.options.map(({ value }) => value) } };
    const asked = await ada.submit(viewId, ticked);
    expect(asked.errors).toEqual({ reason: expect.stringContaining('A reason is wanted') });
    await ada.submit(viewId, { ...ticked, reason: { reason: 'The new trust was made by us.' } });
    await scene.drain();

    const answered = (await states()).filter((state) => state === 'answered');
    expect(answered).toHaveLength(alike.options.length + 1);
  });

  it('can all be reached when there are more groups than the first screen has room for', async () => {
    const { ada } = await secondReview();
    await ada.openHome();
    const { home } = await ada.click({ home: true, actionId: 'home-page:groups' });

    const rows = home?.blocks.filter((block) => JSON.stringify(block).includes('"keep-group"')) ?? [];
    expect(rows).toHaveLength(GROUPS);
  });
});
