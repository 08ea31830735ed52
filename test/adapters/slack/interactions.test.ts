import { afterEach, describe, expect, it } from 'vitest';
import { SlackAct } from '../../../lib/adapters/slack/slack-act.ts';
import type { MessageBody } from '../../../lib/application/ports/messenger.ts';
import type { Instant } from '../../../lib/domain/time.ts';
import { markupIn } from '../../support/slack/block-kit.ts';
import { type DeskDouble, deskDouble } from '../../support/slack/desk-double.ts';
import {
  campaignId,
  now,
  sampleDocket,
  sampleItem,
  samplePerson,
  sampleRemoval,
} from '../../support/slack/samples.ts';
import { type SlackScene, startSlackScene, teamId } from '../../support/slack/slack-edge.ts';

const ada = samplePerson();
const low = sampleItem({ name: 'shop-reader', nativeId: 'user/shop-reader', tier: 'low', risk: 10 });
const high = sampleItem({ name: 'ci-deployer', tier: 'high', risk: 70, credentials: 2 });
const until = '2026-12-21T09:00:00.000Z' as Instant;

let scene: SlackScene;
afterEach(() => scene.close());

/** A digest in Ada's direct message, as the messenger sends it. */
async function withDigest(desk: DeskDouble, body?: MessageBody) {
  scene = await startSlackScene(desk);
  const digest = {
    purpose: 'digest',
    dockets: [sampleDocket(desk.open())],
    rung: 'open',
    link: undefined,
  } as const;
  const sent = await scene.messenger.send({ noticeId: 'notice-1', to: ada, body: body ?? digest, now });
  if (sent.outcome !== 'accepted') throw new Error(sent.reason);
  const [channel = '', ts = ''] = sent.providerId.split(':');
  const click = (actionId: string, blockId?: string) =>
    scene.slack.as('U0ADA').click({ channel, ts, actionId, ...(blockId ? { blockId } : {}) });
  const shown = () => {
    const message = scene.slack.messages({ channel }).find((each) => each.ts === ts)?.message;
    return markupIn(message?.blocks ?? []).join('\n');
  };
  return { desk, click, shown, channel, ts };
}

function rowOf({ item }: typeof low, surface = 'digest'): string {
  return `${surface}|${item.campaignId}|${item.identityKey}`;
}

describe('answering in Slack', () => {
  it('keeps a low-risk item in one click, and the message shows it', async () => {
    const { desk, click, shown } = await withDigest(deskDouble(ada, [high, low]));

    const clicked = await click('keep', rowOf(low));

    expect(clicked.acknowledgement).toMatchObject({ ok: true, status: 200 });
    expect(clicked.acknowledgement?.tookMs).toBeLessThan(1000);
    expect(scene.queue.sent).toHaveLength(1);
    expect(desk.acted).toEqual([]);

    await scene.drain();

    expect(desk.acted).toMatchObject([
      {
        act: 'decide',
        input: { item: { identityKey: low.item.identityKey }, request: { verdict: 'certify', reason: '' } },
      },
    ]);
    expect(shown()).toContain('✓ Keep: shop-reader.');
    expect(shown()).not.toContain('`shop-reader`');
    expect(markupIn(scene.slack.as('U0ADA').home()).join('\n')).toContain('✓ Keep: shop-reader.');
  });

  it('says who acted by the signed request alone', async () => {
    const { click } = await withDigest(deskDouble(ada, [low]));

    await click('keep');

    const [message] = scene.queue.sent;
    const act = SlackAct.parse(message?.body);
    expect(message?.id).toBe(act.actId);
    expect(act.who).toEqual({
      personId: 'ada',
      method: 'slack-signed-interaction',
      issuer: teamId,
      at: now,
      evidenceDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('counts an act once however often the queue delivers it', async () => {
    const { desk, click } = await withDigest(deskDouble(ada, [low]));

    await click('keep');
    await scene.drain(3);

    expect(desk.acted).toHaveLength(1);
  });

  it('asks for a reason before keeping at high risk', async () => {
    const { desk, click } = await withDigest(deskDouble(ada, [high]));
    const person = () => scene.slack.as('U0ADA');

    const opened = await click('keep-with-reason');
    expect(scene.queue.sent).toEqual([]);
    const viewId = opened.view?.id ?? '';
    const blank = await person().submit(viewId, { reason: { reason: '   ' } });
    expect(blank.errors).toEqual({ reason: 'A reason is wanted here. A few words are enough.' });
    const sent = await person().submit(viewId, { reason: { reason: 'Deploys the shop every night.' } });
    expect(sent.view).toBeUndefined();
    await scene.drain();

    expect(desk.acted).toMatchObject([
      { input: { request: { verdict: 'certify', reason: 'Deploys the shop every night.' } } },
    ]);
  });

  it('switches off one credential of two', async () => {
    const { desk, click } = await withDigest(deskDouble(ada, [high]));

    const opened = await click('switch-off');
    await scene.slack.as('U0ADA').submit(opened.view?.id ?? '', {
      credentials: { credentials: ['access-key-2'] },
      reason: { reason: 'Never used.' },
    });
    await scene.drain();

    expect(desk.acted).toMatchObject([
      { input: { request: { verdict: 'revoke', credentialIds: ['access-key-2'], reason: 'Never used.' } } },
    ]);
  });

  it('asks for each answer what it needs, and hands it over', async () => {
    const { desk, click } = await withDigest(
      deskDouble(ada, [low], {
        candidates: [samplePerson({ personId: 'bruno', name: 'Bruno Bianchi', email: 'b@acme.example' })],
      }),
    );
    const person = scene.slack.as('U0ADA');
    const opened = await click('more');
    const viewId = opened.view?.id ?? '';
    expect(opened.view?.blocks.map(({ block_id }) => block_id)).not.toContain('until');

    const excepting = await person.click({ viewId, actionId: 'verdict', value: 'except' });
    expect(excepting.view?.blocks.map(({ block_id }) => block_id)).toEqual(
      expect.arrayContaining(['until', 'control', 'reason']),
    );
    const past = await person.submit(viewId, {
      until: { until: '2026-11-20' },
      control: { control: 'Alarm on every use.' },
      reason: { reason: 'Migration runs.' },
    });
    expect(past.errors).toEqual({ until: 'Please choose a day that has not ended yet.' });
    const handing = await person.click({ viewId, actionId: 'verdict', value: 'reassign' });
    expect(JSON.stringify(handing.view?.blocks)).toContain('Bruno Bianchi');
    await person.submit(viewId, { person: { person: 'bruno' } });
    await scene.drain();

    expect(desk.acted).toMatchObject([
      { input: { request: { verdict: 'reassign', to: 'bruno' }, shownAt: expect.any(String) } },
    ]);
  });

  it('shows the evidence over the form, without losing what was typed', async () => {
    const { click } = await withDigest(deskDouble(ada, [low]));
    const person = scene.slack.as('U0ADA');

    const opened = await click('more');
    const evidence = await person.click({ viewId: opened.view?.id ?? '', actionId: 'evidence' });

    expect(markupIn(evidence.view?.blocks).join('\n')).toContain('Your answer is signed over exactly this.');
    await person.closeView(evidence.view?.id ?? '');
    expect(person.view()?.id).toBe(opened.view?.id);
  });

  /** A button as an older release made it, in Ada's direct message. */
  async function withOldButton(desk: DeskDouble, actionId: string, value: object) {
    const { channel } = await withDigest(desk);
    const button = { type: 'button', action_id: actionId, value: JSON.stringify(value) } as const;
    const element = { ...button, text: { type: 'plain_text', text: 'Keep', emoji: false } } as const;
    const blocks = [{ type: 'actions', block_id: 'digest|old', elements: [element] }] as const;
    const posted = await scene.client.chat.postMessage({
      channel,
      text: 'old',
      blocks: [...blocks] as never,
    });
    return () => scene.slack.as('U0ADA').click({ channel, ts: posted.ts ?? '', actionId });
  }
  const ref = { campaignId, identityKey: low.item.identityKey };

  it.each([
    ['does not say what it showed', ref],
    ['showed the evidence as it was before', { ...ref, seen: '0.cdcdcdcdcdcd' }],
    ['showed it before it was brought back', { ...ref, seen: '1.abababababab' }],
  ])('opens the form instead of deciding when the button %s', async (_what, value) => {
    const desk = deskDouble(ada, [low]);
    const click = await withOldButton(desk, 'keep', value);

    const opened = await click();
    expect(scene.queue.sent).toEqual([]);
    expect(markupIn(opened.view?.blocks).join('\n')).toContain('This is how it is now.');
    await scene.slack.as('U0ADA').submit(opened.view?.id ?? '', { reason: { reason: '' } });
    await scene.drain();

    expect(desk.acted).toMatchObject([
      { act: 'decide', input: { request: { verdict: 'certify' }, seen: '0.abababababab' } },
    ]);
  });

  it('keeps no group by a button that does not say what it showed', async () => {
    const desk = deskDouble(ada, [low]);
    const click = await withOldButton(desk, 'keep-group', { campaignId, group: 'g-1' });

    await click();
    await scene.drain();

    expect(desk.acted).toEqual([]);
    const told = scene.slack.messages({ user: 'U0ADA' }).filter(({ onlyFor }) => onlyFor === 'U0ADA');
    expect(told.map(({ message }) => message.text)).toEqual([
      expect.stringContaining('The Home tab has them'),
    ]);
    expect(markupIn(scene.slack.as('U0ADA').home()).join('\n')).toContain('shop-reader');
  });

  it('keeps a group in one click', async () => {
    const desk = deskDouble(ada, [low]);
    const docket = sampleDocket([low], {
      groups: [{ group: 'g-1', label: 'alike', count: 1, seen: 'ab'.repeat(8) }],
    });
    const body = { purpose: 'digest', dockets: [docket], rung: 'open', link: undefined } as const;
    const { click, shown } = await withDigest(desk, body);

    await click('keep-group');
    await scene.drain();

    expect(desk.acted).toMatchObject([{ act: 'keep-group', input: { campaignId, group: 'g-1' } }]);
    expect(shown()).toContain('Nothing is waiting for your answer.');
  });

  it('tells a refusal in plain words, to that person only, and keeps the buttons', async () => {
    const desk = deskDouble(ada, [low]);
    const { click, shown } = await withDigest(desk);
    desk.refuseNext('You created this identity, so somebody else has to answer for it.');

    await click('keep');
    await scene.drain();

    const told = scene.slack.messages({ user: 'U0ADA' }).filter(({ onlyFor }) => onlyFor === 'U0ADA');
    expect(told.map(({ message }) => message.text)).toEqual([
      'Not taken: You created this identity, so somebody else has to answer for it.',
    ]);
    expect(shown()).toContain('`shop-reader`');
  });

  it('does not pretend when the queue is down', async () => {
    const { click, desk } = await withDigest(deskDouble(ada, [high, low]));

    scene.queue.failNext();
    const clicked = await click('keep', rowOf(low));
    expect(clicked.warning).toBe('This app responded with status code 500.');
    const opened = await click('keep-with-reason', rowOf(high));
    scene.queue.failNext();
    const sent = await scene.slack
      .as('U0ADA')
      .submit(opened.view?.id ?? '', { reason: { reason: 'Needed.' } });
    expect(sent.errors).toEqual({ reason: expect.stringContaining('Nothing was lost') });
    await scene.drain();

    expect(desk.acted).toEqual([]);
  });
});

describe('messages about one thing', () => {
  it('undo in one click, and say what came of it', async () => {
    const body = {
      purpose: 'switched-off',
      removal: sampleRemoval(),
      text: 'No answer came.',
      undoUntil: until,
    } as const;
    const { desk, click, shown } = await withDigest(deskDouble(ada, [low]), body);

    await click('undo');
    await scene.drain();

    expect(desk.acted).toMatchObject([{ act: 'undo', input: { removalId: 'removal-1' } }]);
    expect(shown()).toContain('✓ Put back as it was.');
    expect(shown()).toContain('No answer came.');
  });

  it('take a claim of one identity and leave the others open', async () => {
    const body = { purpose: 'claim-wanted', items: [high, low], text: 'Nobody owns these.' } as const;
    const { desk, click, shown } = await withDigest(deskDouble(ada, [high, low]), body);

    await click('claim', rowOf(high, 'note'));
    await scene.drain();
    await click('claim', rowOf(low, 'note'));
    await scene.drain();

    expect(desk.acted.map(({ act }) => act)).toEqual(['claim', 'claim']);
    expect(shown()).toContain('✓ Claimed; a second person is asked.');
  });

  it('take a second person’s agreement, or their reason against', async () => {
    const body = { purpose: 'second-approval', item: high, askedBy: 'Bruno', text: 'He keeps it.' } as const;
    const { desk, click } = await withDigest(deskDouble(ada, [high]), body);

    await click('agree');
    const opened = await click('disagree');
    const empty = await scene.slack.as('U0ADA').submit(opened.view?.id ?? '', { reason: { reason: ' ' } });
    expect(Object.keys(empty.errors)).toEqual(['reason']);
    await scene.slack
      .as('U0ADA')
      .submit(opened.view?.id ?? '', { reason: { reason: 'It left the company.' } });
    await scene.drain();

    expect(desk.acted).toMatchObject([
      { input: { kind: 'second-decision', agree: true } },
      { input: { kind: 'second-decision', agree: false, reason: 'It left the company.' } },
    ]);
  });

  it('take a reason against one of several, and leave the others where they are', async () => {
    const approval = (view: typeof high, id: string) => ({
      kind: 'removal-hold' as const,
      id,
      campaignId: view.item.campaignId,
      identityKey: view.item.identityKey,
      title: `${id}: on hold`,
      detail: 'protected',
      askedBy: 'system',
      since: now,
    });
    const approvals = [approval(high, 'rm-1'), approval(low, 'rm-2')];
    const body = { purpose: 'approval-list', approvals, more: 0 } as const;
    const { desk, click, shown } = await withDigest(deskDouble(ada, [high]), body);

    const opened = await click('disagree', 'note|0|rm-1');
    await scene.slack.as('U0ADA').submit(opened.view?.id ?? '', { reason: { reason: 'Still needed.' } });
    await scene.drain();
    expect(shown()).toContain('rm-2: on hold');
    await click('agree', 'note|1|rm-2');
    await scene.drain();

    expect(shown()).toContain('rm-1: on hold');
    expect(desk.acted.map(({ input }) => input)).toMatchObject([
      { id: 'rm-1', agree: false, reason: 'Still needed.' },
      { id: 'rm-2', agree: true },
    ]);
  });
});

describe('who may act', () => {
  it.each([
    ['a guest', 'U0GIL', 'Guests cannot answer'],
    ['somebody the directory does not know', 'U0ZOE', 'does not know you yet'],
    ['somebody who left', 'U0LEA', 'not active'],
    [
      'somebody from a connected workspace, though mapped',
      'U0SAM',
      'only takes answers from people of its own',
    ],
  ])('is not %s', async (_, userId, said) => {
    scene = await startSlackScene(deskDouble(ada, [low]));
    const keep = {
      type: 'actions',
      block_id: rowOf(low),
      elements: [
        {
          type: 'button',
          action_id: 'keep',
          text: { type: 'plain_text', text: 'Keep' },
          value: JSON.stringify({ campaignId, identityKey: low.item.identityKey }),
        },
      ],
    };
    const posted = await scene.client.apiCall('chat.postMessage', {
      channel: 'C0SHARED',
      text: 'x',
      blocks: [keep],
    });

    const clicked = await scene.slack
      .as(userId)
      .click({ channel: 'C0SHARED', ts: String((posted as { ts?: unknown }).ts), actionId: 'keep' });

    expect(clicked.acknowledgement?.ok).toBe(true);
    expect(scene.queue.sent).toEqual([]);
    const told = scene.slack
      .messages({ channel: 'C0SHARED', user: userId })
      .filter(({ onlyFor }) => onlyFor === userId);
    expect(told.map(({ message }) => message.text).join()).toContain(said);
    expect(scene.logged).toContainEqual(expect.objectContaining({ message: 'interaction refused' }));
  });

  it('is asked again by the worker: somebody may have left between click and queue', async () => {
    const desk = deskDouble(ada, [low]);
    const { click } = await withDigest(desk);
    await click('keep');
    const [message] = scene.queue.sent;
    await scene.close();
    scene = await startSlackScene(desk, [samplePerson({ active: false })]);
    scene.queue.sent.push(...(message ? [message] : []));

    await scene.drain();

    expect(desk.acted).toEqual([]);
  });
});
