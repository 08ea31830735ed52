import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  actions,
  ada,
  bruno,
  button,
  dana,
  option,
  plain,
  reasonModal,
  refusalOf,
  type Scene,
  section,
  startScene,
} from './support/workspace.ts';

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/slack/${name}.json`, import.meta.url), 'utf8')) as Record<
    string,
    { value: unknown }
  >;

let scene: Scene;
let wallOffsetMs = 0;
beforeAll(async () => {
  scene = await startScene({
    wallClockMs: () => Date.now() + wallOffsetMs,
    acknowledgeWithinMs: 400,
    app: {
      commands: [{ command: '/countersign', description: 'reviews' }],
      shortcuts: [{ callbackId: 'who', name: 'Who owns this?' }],
    },
  });
});
beforeEach(() => {
  scene.app.received.length = 0;
  scene.app.answer = () => undefined;
  wallOffsetMs = 0;
});
afterAll(() => scene.close());

/** Opens the modal from a button, as an app does. */
async function openModal(view: object = reasonModal): Promise<string> {
  const target = await scene.post(ada, [actions('a', button('except'))]);
  scene.app.answer = async ({ payload }) => {
    if (payload.type === 'block_actions')
      await scene.client.views.open({ trigger_id: payload.trigger_id, view: view as never });
    return undefined;
  };
  const outcome = await scene.slack.as(ada).click({ ...target, actionId: 'except' });
  return outcome.view!.id;
}

describe('clicking', () => {
  it('sends a genuine block_actions payload with everything Slack puts into one', async () => {
    const target = await scene.post(ada, [section('x'), actions('row', button('keep'), button('drop'))]);
    const outcome = await scene.slack.as(ada).click({ ...target, actionId: 'keep' });
    const [{ payload, headers }] = scene.app.received as [(typeof scene.app.received)[0]];

    expect(scene.app.badSignatures).toBe(0);
    expect(outcome.acknowledgement).toMatchObject({ ok: true, status: 200 });
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(payload).toMatchObject({
      type: 'block_actions',
      user: { id: ada, username: 'ada', name: 'ada', team_id: 'T0ACME' },
      team: { id: 'T0ACME', domain: 'acme' },
      container: { type: 'message', message_ts: target.ts, channel_id: target.channel, is_ephemeral: false },
      channel: { id: target.channel, name: 'directmessage' },
      message: { ts: target.ts, bot_id: 'B0COUNTERSIGN' },
      actions: [
        { type: 'button', action_id: 'keep', block_id: 'row', value: 'keep-value', text: plain('keep') },
      ],
    });
    const documented = Object.keys(fixture('test_block_actions')['body']!.value as object);
    expect(Object.keys(payload)).toEqual(expect.arrayContaining(documented));
  });

  it('reports picks in the action and, from then on, in the state', async () => {
    const menu = { type: 'static_select', action_id: 'pick', options: ['1', '2'].map(option) };
    const ticks = { type: 'checkboxes', action_id: 'tick', options: ['a', 'b'].map(option) };
    const target = await scene.post(ada, [
      actions(
        'row',
        menu,
        ticks,
        { type: 'users_select', action_id: 'who' },
        { type: 'datepicker', action_id: 'day' },
      ),
      section('more', {
        block_id: 's',
        accessory: { type: 'overflow', action_id: 'more', options: [option('x')] },
      }),
    ]);
    const person = scene.slack.as(ada);
    await person.click({ ...target, actionId: 'pick', value: '2' });
    await person.click({ ...target, actionId: 'tick', value: ['a', 'b'] });
    await person.click({ ...target, actionId: 'who', value: bruno });
    await person.click({ ...target, actionId: 'day', value: '2026-02-01' });
    await person.click({ ...target, actionId: 'more', value: 'x' });

    const acted = scene.app.received.map(({ payload }) => payload.actions[0]);
    expect(acted[0]).toMatchObject({ type: 'static_select', selected_option: option('2') });
    expect(acted[4]).toMatchObject({ type: 'overflow', block_id: 's', selected_option: option('x') });
    expect(scene.app.received.at(-1)!.payload.state.values.row).toEqual({
      pick: { type: 'static_select', selected_option: option('2') },
      tick: { type: 'checkboxes', selected_options: [option('a'), option('b')] },
      who: { type: 'users_select', selected_user: bruno },
      day: { type: 'datepicker', selected_date: '2026-02-01' },
    });
  });

  it('is impossible for what is not there, not offered, not theirs, or when deactivated', async () => {
    const target = await scene.post(ada, [
      actions('row', { type: 'static_select', action_id: 'pick', options: [option('1')] }),
    ]);
    const click = (user: string, more: object) =>
      scene.slack.as(user).click({ ...target, actionId: 'pick', ...more });

    await expect(click(ada, { actionId: 'nothing' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(click(ada, { value: '9' })).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
    await expect(click(bruno, { value: '1' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(click(dana, { value: '1' })).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
    expect(scene.app.received).toHaveLength(0);
  });

  it('shows the warning sign when the app is too slow, fails or is gone', async () => {
    const target = await scene.post(ada, [actions('row', button('keep'))]);
    const person = scene.slack.as(ada);
    scene.app.answer = () => new Promise((resolve) => setTimeout(() => resolve(undefined), 800));
    const slow = await person.click({ ...target, actionId: 'keep' });
    scene.app.answer = () => ({ status: 500 });
    const broken = await person.click({ ...target, actionId: 'keep' });
    const page = await (await fetch(`${scene.slack.url}/as/${ada}`)).text();
    scene.app.answer = () => undefined;
    const fine = await person.click({ ...target, actionId: 'keep' });

    expect(slow).toMatchObject({
      acknowledgement: { ok: false, problem: 'timeout' },
      warning: expect.stringContaining('3 seconds') as string,
    });
    expect(broken.acknowledgement).toMatchObject({ problem: 'status', status: 500 });
    expect(page).toContain('This app responded with status code 500.');
    expect(fine.warning).toBeUndefined();
    expect(await (await fetch(`${scene.slack.url}/as/${ada}`)).text()).not.toContain('status code 500');
  });

  it('reports what the app changed before it acknowledged', async () => {
    const target = await scene.post(ada, [actions('row', button('keep'))]);
    scene.app.answer = async () => {
      await scene.client.chat.update({ ...target, text: 'kept', blocks: [section('Kept by Ada')] as never });
      return undefined;
    };
    const outcome = await scene.slack.as(ada).click({ ...target, actionId: 'keep' });

    expect(outcome.messages.map(({ message }) => message.text)).toEqual(['kept']);
  });
});

describe('response urls', () => {
  const answer = (url: string, body: object) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('replace the message, or add one only the person sees, five times and for half an hour', async () => {
    const target = await scene.post(ada, [actions('row', button('keep'))]);
    await scene.slack.as(ada).click({ ...target, actionId: 'keep' });
    const url = scene.app.received[0]!.payload.response_url as string;

    expect((await answer(url, { replace_original: true, text: 'Kept.' })).status).toBe(200);
    expect((await answer(url, { text: 'Thank you.' })).status).toBe(200);
    expect((await answer(url, { text: 'x', blocks: [{ type: 'banner' }] })).status).toBe(400);
    expect((await answer(url, {})).status).toBe(400);
    expect((await answer(url, { response_type: 'in_channel', text: 'For all.' })).status).toBe(200);
    expect(await (await answer(url, { text: 'sixth' })).json()).toEqual({ ok: false, error: 'used_url' });

    const inbox = scene.slack.as(ada).inbox().slice(-3);
    expect(inbox.map(({ message, onlyFor }) => [message.text, onlyFor])).toEqual([
      ['Kept.', undefined],
      ['Thank you.', ada],
      ['For all.', undefined],
    ]);
    expect(inbox[0]?.message.blocks).toEqual([]);
  });

  it('expire', async () => {
    const target = await scene.post(ada, [actions('row', button('keep'))]);
    await scene.slack.as(ada).click({ ...target, actionId: 'keep' });
    wallOffsetMs = 31 * 60_000;

    const late = await answer(scene.app.received[0]!.payload.response_url as string, { text: 'late' });
    expect([late.status, await late.json()]).toEqual([404, { ok: false, error: 'expired_url' }]);
  });
});

describe('modals', () => {
  it('are filled in and submitted with the state and metadata Slack sends', async () => {
    const viewId = await openModal();
    const outcome = await scene.slack
      .as(ada)
      .submit(viewId, { why: { text: 'migration' }, until: { day: '2026-03-01' }, who: { person: bruno } });
    const { payload } = scene.app.received.at(-1)!;

    expect(outcome.view).toBeUndefined();
    expect(payload).toMatchObject({
      type: 'view_submission',
      user: { id: ada },
      response_urls: [],
      view: { id: viewId, callback_id: 'except', private_metadata: 'item-7', root_view_id: viewId },
    });
    expect(payload.view.state.values).toEqual({
      why: { text: { type: 'plain_text_input', value: 'migration' } },
      until: { day: { type: 'datepicker', selected_date: '2026-03-01' } },
      who: { person: { type: 'users_select', selected_user: bruno } },
    });
    const documented = Object.keys((fixture('test_view_submission')['body']!.value as { view: object }).view);
    expect(Object.keys(payload.view)).toEqual(expect.arrayContaining(documented));
  });

  it('are not sent while a required answer is missing or too short', async () => {
    const viewId = await openModal();
    scene.app.received.length = 0;
    const missing = await scene.slack.as(ada).submit(viewId);
    const short = await scene.slack.as(ada).submit(viewId, { why: { text: 'hm' } });

    expect(missing.errors).toEqual({ why: 'Please complete this required field.' });
    expect(short.errors).toEqual({ why: 'Please enter at least 5 characters.' });
    expect(scene.app.received).toHaveLength(0);
  });

  it('show the errors the app answers with, then close when it is content', async () => {
    const viewId = await openModal();
    scene.app.answer = () => ({ json: { response_action: 'errors', errors: { why: 'Say more.' } } });
    const first = await scene.slack.as(ada).submit(viewId, { why: { text: 'because' } });
    scene.app.answer = () => undefined;
    const second = await scene.slack.as(ada).submit(viewId);

    expect(first).toMatchObject({ errors: { why: 'Say more.' }, view: { id: viewId } });
    expect(second.view).toBeUndefined();
  });

  it('are replaced, stacked up to three and cleared as the app says', async () => {
    const next = (title: string) => ({ ...reasonModal, title: plain(title), blocks: [section(title)] });
    const rootId = await openModal({ ...next('one'), submit: plain('Go') });
    const person = scene.slack.as(ada);
    scene.app.answer = () => ({ json: { response_action: 'update', view: next('one again') } });
    const updated = await person.submit(rootId);
    scene.app.answer = () => ({ json: { response_action: 'push', view: next('two') } });
    const two = await person.submit(rootId);
    const three = await person.submit(two.view!.id);
    const four = await person.submit(three.view!.id);
    scene.app.answer = () => ({ json: { response_action: 'clear' } });
    const cleared = await person.submit(three.view!.id);

    expect(updated.view).toMatchObject({ id: rootId, title: { text: 'one again' } });
    expect(three.view).toMatchObject({ previous_view_id: two.view!.id, root_view_id: rootId });
    expect(four.warning).toContain('push_limit_reached');
    expect(cleared.view).toBeUndefined();
  });

  it('stay open with a warning when the answer is no answer', async () => {
    const viewId = await openModal();
    const submit = () => scene.slack.as(ada).submit(viewId, { why: { text: 'because' } });
    scene.app.answer = () => ({ status: 500 });
    expect((await submit()).warning).toBe('We had some trouble connecting. Try again?');
    scene.app.answer = () => ({ text: 'thanks' });
    expect((await submit()).warning).toBe('We had some trouble connecting. Try again?');
    scene.app.answer = () => ({ json: { response_action: 'errors', errors: { nowhere: 'x' } } });
    expect((await submit()).warning).toContain('invalid_block_id');
    scene.app.answer = () => ({ json: { response_action: 'update', view: { type: 'modal' } } });
    expect((await submit()).warning).toContain('invalid_arguments');
    await scene.slack.as(ada).closeView(viewId);
  });

  it('tell the app they were closed only if it asked', async () => {
    const quiet = await openModal();
    await scene.slack.as(ada).closeView(quiet);
    expect(scene.app.received.some(({ payload }) => payload.type === 'view_closed')).toBe(false);

    const told = await openModal({ ...reasonModal, notify_on_close: true });
    await scene.slack.as(ada).closeView(told);
    expect(scene.app.received.at(-1)!.payload).toMatchObject({
      type: 'view_closed',
      is_cleared: false,
      view: { id: told },
    });
  });

  it('are updated by the app under their hash, keeping what was typed', async () => {
    const viewId = await openModal();
    const person = scene.slack.as(ada);
    await person.submit(viewId, { why: { text: 'hm' } });
    const { hash } = person.view()!;
    const view = { ...reasonModal, title: plain('Changed') } as never;
    await scene.client.views.update({ view_id: viewId, hash, view });
    const stale = await refusalOf(scene.client.views.update({ view_id: viewId, hash, view }));
    await person.submit(viewId, {});

    expect(stale.error).toBe('hash_conflict');
    expect(person.view()?.title?.text).toBe('Changed');
    await person.closeView(viewId);
    expect((await refusalOf(scene.client.views.update({ view_id: viewId, view }))).error).toBe('not_found');
  });
});

describe('trigger ids', () => {
  const trigger = async (): Promise<string> => {
    const target = await scene.post(ada, [actions('row', button('keep'))]);
    await scene.slack.as(ada).click({ ...target, actionId: 'keep' });
    return scene.app.received.at(-1)!.payload.trigger_id as string;
  };
  const open = (triggerId: string) =>
    scene.client.views.open({ trigger_id: triggerId, view: reasonModal as never });

  it('open one view within three seconds of wall-clock time', async () => {
    const triggerId = await trigger();
    wallOffsetMs = 2500;
    const { view } = await open(triggerId);

    expect((await refusalOf(open(triggerId))).error).toBe('exchanged_trigger_id');
    await scene.slack.as(ada).closeView(view!.id!);
  });

  it('expire after that, and cannot be made up', async () => {
    const triggerId = await trigger();
    wallOffsetMs = 3100;

    expect((await refusalOf(open(triggerId))).error).toBe('expired_trigger_id');
    expect((await refusalOf(open('guess'))).error).toBe('invalid_trigger_id');
  });
});

describe('commands, shortcuts and events', () => {
  it('send the form Slack sends for a slash command, and show its answer to the person alone', async () => {
    scene.app.answer = () => ({ json: { text: 'Three waiting.' } });
    const outcome = await scene.slack.as(ada).command('/countersign', 'inbox all', 'C0REVIEWS');
    const documented = new URLSearchParams(
      String(fixture('test_slash_command')['slash_command_body']!.value),
    );
    const sent = scene.app.received[0]!.payload as Record<string, string>;

    expect(sent).toMatchObject({
      command: '/countersign',
      text: 'inbox all',
      user_id: ada,
      channel_id: 'C0REVIEWS',
      channel_name: 'access-reviews',
    });
    expect(Object.keys(sent)).toEqual(
      expect.arrayContaining([...documented.keys()].filter((key) => !key.startsWith('enterprise'))),
    );
    expect(outcome.messages).toMatchObject([{ onlyFor: ada, message: { text: 'Three waiting.' } }]);
  });

  it('name the failure of a command, and do not send unknown ones', async () => {
    scene.app.answer = () => ({ status: 500 });
    expect((await scene.slack.as(ada).command('/countersign')).warning).toBe(
      '/countersign failed with the error “http_error_500”',
    );
    expect((await scene.slack.as(ada).command('/deploy')).warning).toBe('/deploy is not a valid command.');
    expect(scene.app.received).toHaveLength(1);
  });

  it('send message_action for a shortcut on a message', async () => {
    const target = await scene.post(ada, [section('x')]);
    await scene.slack.as(ada).shortcut('who', target);

    expect(scene.app.received[0]!.payload).toMatchObject({
      type: 'message_action',
      callback_id: 'who',
      message_ts: target.ts,
      message: { ts: target.ts },
    });
  });

  it('tell the app that its home was opened, and again when it did not acknowledge', async () => {
    let calls = 0;
    scene.app.answer = () => ({ status: ++calls === 1 ? 503 : 200 });
    const outcome = await scene.slack.as(ada).openHome();
    await expect.poll(() => scene.app.received.length, { timeout: 3000 }).toBe(2);
    const [first, retried] = scene.app.received;

    expect(outcome.acknowledgement?.ok).toBe(false);
    expect(first!.payload).toMatchObject({
      type: 'event_callback',
      team_id: 'T0ACME',
      event: { type: 'app_home_opened', user: ada, tab: 'home' },
    });
    expect(retried!.headers).toMatchObject({
      'x-slack-retry-num': '1',
      'x-slack-retry-reason': 'http_error',
    });
    expect(retried!.payload.event_id).toBe(first!.payload.event_id);
  });

  it('ask the events address to prove itself', async () => {
    expect((await scene.slack.verifyEventsUrl()).verified).toBe(false);
    scene.app.answer = ({ payload }) => ({ json: { challenge: payload.challenge } });
    expect((await scene.slack.verifyEventsUrl()).verified).toBe(true);
  });

  it('say so when the app has no address for them', async () => {
    const bare = await startScene({ interactivityUrl: '' });
    const target = await bare.post(ada, [actions('row', button('keep'))]);
    const outcome = await bare.slack.as(ada).click({ ...target, actionId: 'keep' });
    await bare.close();

    expect(outcome.acknowledgement?.problem).toBe('not-configured');
  });
});
