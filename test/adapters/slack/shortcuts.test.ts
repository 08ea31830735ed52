import { afterEach, describe, expect, it } from 'vitest';
import { SHORTCUT } from '../../../lib/presentation/slack/references.ts';
import { markupIn } from '../../support/slack/block-kit.ts';
import { deskDouble } from '../../support/slack/desk-double.ts';
import { sampleItem, samplePerson } from '../../support/slack/samples.ts';
import { type SlackScene, startSlackScene } from '../../support/slack/slack-edge.ts';

const ada = samplePerson();
const low = sampleItem({ name: 'shop-reader', nativeId: 'user/shop-reader', tier: 'low', risk: 10 });

let scene: SlackScene;
afterEach(() => scene.close());

describe('the shortcut to review an identity', () => {
  it('finds it by name, shows it and takes the answer', async () => {
    const desk = deskDouble(ada, [low]);
    scene = await startSlackScene(desk);
    const person = scene.slack.as('U0ADA');

    const opened = await person.shortcut(SHORTCUT.review);
    const nothing = await person.submit(opened.view?.id ?? '', { find: { find: 'payroll' } });
    expect(markupIn(nothing.view).join()).toContain('Nothing by that name is waiting for your answer.');
    const found = await person.submit(opened.view?.id ?? '', { find: { find: 'shop' } });
    expect(markupIn(found.view).join()).toContain('`shop-reader`');
    const form = await person.click({ viewId: found.view?.id ?? '', actionId: 'found' });
    expect(markupIn(form.view).join()).toContain('*Can do:*');
    await person.click({ viewId: form.view?.id ?? '', actionId: 'verdict', value: 'revoke' });
    await person.submit(form.view?.id ?? '', { reason: { reason: 'Gone.' } });
    await scene.drain();

    expect(desk.acted).toMatchObject([{ act: 'decide', input: { request: { verdict: 'revoke' } } }]);
    expect(scene.slack.messages({ user: 'U0ADA' }).at(-1)?.message.text).toContain(
      'Switch off: shop-reader.',
    );
  });

  it.each([
    ['sets as code', 'Has anybody used `shop-reader` lately?', 'shop-reader'],
    ['consists of', 'shop-reader', 'shop-reader'],
    ['does not point out', 'Who owns all of this?', ''],
  ])('begins with the name that a message %s', async (_what, text, name) => {
    scene = await startSlackScene(deskDouble(ada, [low]));
    const posted = await scene.client.chat.postMessage({ channel: 'C0SHARED', text });

    const { view } = await scene.slack
      .as('U0ADA')
      .shortcut(SHORTCUT.reviewThis, { channel: 'C0SHARED', ts: posted.ts ?? '' });

    const element = JSON.stringify(view?.blocks[0]);
    if (name === '') expect(element).not.toContain('initial_value');
    else expect(element).toContain(`"initial_value":"${name}"`);
  });

  it.each(['U0GIL', 'U0ZOE', 'U0SAM'])('opens nothing for those who may not answer: %s', async (userId) => {
    scene = await startSlackScene(deskDouble(ada, [low]));

    const { view } = await scene.slack.as(userId).shortcut(SHORTCUT.review);

    expect(view).toBeUndefined();
    expect(scene.logged).toContainEqual(expect.objectContaining({ message: 'shortcut refused' }));
  });
});
