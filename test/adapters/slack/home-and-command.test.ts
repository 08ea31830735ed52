import { afterEach, describe, expect, it } from 'vitest';
import type { PendingApproval } from '../../../lib/application/review-actions.ts';
import { markupIn } from '../../support/slack/block-kit.ts';
import { deskDouble } from '../../support/slack/desk-double.ts';
import { campaignId, now, sampleItem, samplePerson } from '../../support/slack/samples.ts';
import { type SlackScene, startSlackScene } from '../../support/slack/slack-edge.ts';

const ada = samplePerson();
const low = sampleItem({ name: 'shop-reader', nativeId: 'user/shop-reader', tier: 'low', risk: 10 });
const high = sampleItem({ name: 'ci-deployer', tier: 'high', risk: 70, credentials: 2 });

let scene: SlackScene;
afterEach(() => scene.close());

describe('the home tab and the command', () => {
  it('show everything due, turn pages and take answers', async () => {
    const items = Array.from({ length: 40 }, (_, position) =>
      sampleItem({
        name: `service-${position}`,
        nativeId: `user/s-${position}`,
        tier: 'low',
        risk: 40 - position,
      }),
    );
    const approval: PendingApproval = {
      kind: 'exception',
      id: 'exception-1',
      campaignId,
      identityKey: high.item.identityKey,
      title: 'Exception for ci-deployer',
      detail: 'Until the migration ends.',
      askedBy: 'Bruno',
      since: now,
    };
    const desk = deskDouble(ada, items, { approvals: [approval] });
    scene = await startSlackScene(desk);
    const person = scene.slack.as('U0ADA');
    const home = () => markupIn(person.home()?.blocks).join('\n');

    await person.openHome();
    expect(home()).toContain('`service-0`');
    expect(home()).not.toContain('`service-15`');
    await person.click({ home: true, actionId: 'home-page:0' });
    expect(home()).toContain('`service-15`');
    await person.click({ home: true, actionId: 'agree' });
    await person.click({
      home: true,
      actionId: 'keep',
      blockId: `home|${campaignId}|${items[20]?.item.identityKey}`,
    });
    await scene.drain();

    expect(desk.acted.map(({ act }) => act)).toEqual(['approve', 'decide']);
    expect(home()).toContain('Page 2 of 3.');
    expect(home()).toContain('✓ Keep: service-20.');
  });

  it('show only what is asked for, and go on doing so', async () => {
    scene = await startSlackScene(
      deskDouble(
        ada,
        (['high', 'high', 'low', 'low', 'low', 'low'] as const).map((tier, position) =>
          sampleItem({
            name: `${tier}-${position}`,
            nativeId: `user/${position}`,
            tier,
            risk: 50 - position,
          }),
        ),
      ),
    );
    const person = scene.slack.as('U0ADA');
    const home = () => markupIn(person.home()?.blocks).join('\n');
    await person.openHome();

    await person.click({ home: true, actionId: 'home-filter:tier', value: 'low' });
    expect(home()).toContain('`low-2`');
    expect(home()).not.toContain('`high-0`');
    const keep = person.home()?.blocks.find((block) => JSON.stringify(block).includes('"action_id":"keep"'));
    await person.click({ home: true, actionId: 'keep', blockId: keep?.block_id ?? '' });
    await scene.drain();
    expect(home()).toContain('✓ Keep: low-2.');
    expect(home()).not.toContain('`high-0`');
    await person.click({ home: true, actionId: 'home-filter:unchanged', value: 'yes' });
    expect(home()).toContain('Nothing of this kind is waiting for you.');
    for (const field of ['unchanged', 'tier'])
      await person.click({ home: true, actionId: `home-filter:${field}`, value: 'all' });
    expect(home()).toContain('`high-0`');
    await person.click({ home: true, actionId: 'home-page:decisions' });
    expect(home()).toContain('Keep: low-2.');
    expect(home()).not.toContain('`high-0`');
  });

  it('put reminders off, with a reason and until a day that is not too late', async () => {
    const desk = deskDouble(ada, [low]);
    scene = await startSlackScene(desk);
    const person = scene.slack.as('U0ADA');
    await person.openHome();

    const { view } = await person.click({ home: true, actionId: 'not-today' });
    const early = await person.submit(view?.id ?? '', {
      until: { until: '2026-11-20' },
      reason: { reason: 'On a course.' },
    });
    expect(early.errors).toEqual({ until: 'Please choose a day that has not ended yet.' });
    const sent = await person.submit(view?.id ?? '', {
      until: { until: '2026-11-22' },
      reason: { reason: 'On a course.' },
    });
    expect(sent.view).toBeUndefined();
    await scene.drain();

    expect(desk.acted).toMatchObject([
      { act: 'snooze', input: { campaignId, until: '2026-11-22T09:00:00.000Z', reason: 'On a course.' } },
    ]);
  });

  it('answer status, inbox, help, and say what they cannot do', async () => {
    scene = await startSlackScene(deskDouble(ada, [high, low]));
    const person = scene.slack.as('U0ADA');
    const say = async (text: string) => {
      const { messages } = await person.command('/countersign', text);
      return messages.at(-1);
    };

    expect((await say('status'))?.message.text).toContain('2 open, due');
    expect((await say(''))?.message.text).toContain('/countersign inbox');
    expect((await say('fire missiles'))?.message.text).toContain('`fire` is not available in Slack.');
    const inbox = await say('inbox');
    await person.click({ channel: inbox?.channel ?? '', ts: inbox?.ts ?? '', actionId: 'keep' });
    await scene.drain();
    const told = scene.slack.messages({ user: 'U0ADA' }).at(-1);
    expect(told?.message.text).toBe('Keep: shop-reader.');
  });

  it('launch, hold and resume through the worker, which knows who may', async () => {
    const asked: unknown[] = [];
    const did = (text: string) => (input: unknown) => {
      asked.push(input);
      return Promise.resolve({ text });
    };
    const campaigns = { launch: did('It is being opened.'), steer: did('It is on hold.') };
    scene = await startSlackScene(deskDouble(ada, [low]), undefined, { campaigns });
    const person = scene.slack.as('U0ADA');
    const say = async (text: string) => {
      const { messages } = await person.command('/countersign', text);
      await scene.drain();
      return messages.at(-1)?.message.text;
    };

    expect(await say('launch')).toContain('Which definition?');
    expect(await say('hold quarterly-20261103')).toContain('Which campaign, and why?');
    expect(await say('hold Über alles')).toContain('Which campaign, and why?');
    expect(asked).toEqual([]);
    expect(await say('LAUNCH quarterly')).toContain('Taken.');
    expect(await say(`hold ${campaignId}  year-end freeze, \n see the calendar`)).toContain('Taken.');
    expect(await say(`resume ${campaignId} over`)).toContain('Taken.');

    const who = expect.objectContaining({ personId: 'ada', method: 'slack-signed-interaction' });
    expect(asked).toEqual([
      { definitionId: 'quarterly', who, actId: expect.stringMatching(/^slack-/) },
      expect.objectContaining({
        campaignId,
        act: 'hold',
        reason: 'year-end freeze, \n see the calendar',
        who,
      }),
      expect.objectContaining({ campaignId, act: 'resume', reason: 'over', who }),
    ]);
    expect(scene.slack.messages({ user: 'U0ADA' }).map(({ message }) => message.text)).toContain(
      'It is on hold.',
    );
  });

  it('say so where campaigns are not steered from Slack', async () => {
    scene = await startSlackScene(deskDouble(ada, [low]));
    await scene.slack.as('U0ADA').command('/countersign', 'launch quarterly');
    await scene.drain();

    const told = scene.slack.messages({ user: 'U0ADA' }).at(-1);
    expect(told?.message.text).toContain('Not taken: Campaigns are steered on the command line');
  });

  it('delegate to somebody the directory knows, until a day, with a reason', async () => {
    const desk = deskDouble(ada, [low]);
    scene = await startSlackScene(desk);
    const person = scene.slack.as('U0ADA');
    const { view } = await person.command('/countersign', 'delegate');
    const fill = (user: string) => ({
      person: { person: user },
      until: { until: '2026-12-01' },
      reason: { reason: 'Holiday.' },
    });

    const unknown = await person.submit(view?.id ?? '', fill('U0ZOE'));
    expect(unknown.errors).toEqual({ person: 'Please choose somebody whom the directory knows.' });
    await person.submit(view?.id ?? '', fill('U0BRUNO'));
    await scene.drain();

    expect(desk.acted).toMatchObject([
      { act: 'delegate', input: { to: 'bruno', until: '2026-12-01T09:00:00.000Z', reason: 'Holiday.' } },
    ]);
    expect(scene.slack.messages({ user: 'U0ADA' }).at(-1)?.message.text).toBe('They may answer for you.');
  });

  it('prove the address to Slack', async () => {
    scene = await startSlackScene(deskDouble(ada, []));

    expect(await scene.slack.verifyEventsUrl()).toMatchObject({ verified: true });
  });
});
