// oxlint-disable unicorn/require-post-message-target-origin -- chat.postMessage is Slack's, not the browser's
import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { microsOf } from '../../../lib/local/slack/timestamps.ts';
import {
  actions,
  ada,
  botToken,
  bruno,
  button,
  dana,
  refusalOf,
  type Scene,
  section,
  silent,
  startScene,
} from './support/workspace.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene.close());

describe('signing in', () => {
  it('says who the app is', async () => {
    expect(await scene.client.auth.test()).toMatchObject({
      ok: true,
      team_id: 'T0ACME',
      user_id: 'U0COUNTERSIGN',
      bot_id: 'B0COUNTERSIGN',
    });
  });

  it('is refused with a wrong token, and without one', async () => {
    const wrong = new WebClient('xoxb-wrong', { slackApiUrl: scene.slack.apiUrl });

    expect((await refusalOf(wrong.auth.test())).error).toBe('invalid_auth');
    expect(await (await fetch(`${scene.slack.apiUrl}auth.test`, { method: 'POST' })).json()).toEqual({
      ok: false,
      error: 'not_authed',
    });
  });

  it('knows no method by the name of a JavaScript property', async () => {
    const response = await fetch(`${scene.slack.apiUrl}constructor`, { method: 'POST' });

    expect(await response.json()).toMatchObject({ ok: false, error: 'unknown_method' });
  });
});

describe('people', () => {
  it('are paged through with a cursor, each once, deactivated ones and the bot included', async () => {
    const ids: string[] = [];
    for await (const page of scene.client.paginate('users.list', { limit: 2 })) {
      const members = (page as unknown as { members: { id: string }[] }).members;
      expect(members.length).toBeLessThanOrEqual(2);
      ids.push(...members.map(({ id }) => id));
    }

    expect(ids).toEqual(['U0COUNTERSIGN', ada, bruno, dana, 'U0GIL']);
  });

  it('are refused a made-up cursor', async () => {
    expect((await refusalOf(scene.client.users.list({ cursor: 'bm9wZQ==' }))).error).toBe('invalid_cursor');
  });

  it('show their status and time zone', async () => {
    expect((await scene.client.users.info({ user: ada })).user).toMatchObject({
      deleted: false,
      tz: 'Europe/Berlin',
      is_admin: true,
    });
    expect((await scene.client.users.info({ user: dana })).user).toMatchObject({ deleted: true });
    expect((await scene.client.users.info({ user: 'U0GIL' })).user).toMatchObject({ is_restricted: true });
    expect((await refusalOf(scene.client.users.info({ user: 'U0NOBODY' }))).error).toBe('user_not_found');
  });

  it('are found by address without regard to case, but not once deactivated', async () => {
    expect((await scene.client.users.lookupByEmail({ email: 'ada@ACME.example' })).user?.id).toBe(ada);
    expect((await refusalOf(scene.client.users.lookupByEmail({ email: 'dana@acme.example' }))).error).toBe(
      'users_not_found',
    );
  });
});

describe('conversations', () => {
  it('with a person are opened once and keep their id', async () => {
    const first = await scene.client.conversations.open({ users: bruno });
    const second = await scene.client.conversations.open({ users: bruno, return_im: true });

    expect(second.channel).toMatchObject({ id: first.channel?.id, user: bruno, is_im: true });
    expect(second.already_open).toBe(true);
  });

  it.each([
    [{ users: dana }, 'user_disabled'],
    [{ users: 'U0NOBODY' }, 'user_not_found'],
    [{}, 'users_list_not_supplied'],
    [{ channel: 'C0SECRET' }, 'channel_not_found'],
  ])('are not opened for %j', async (args, error) => {
    expect((await refusalOf(scene.client.conversations.open(args as never))).error).toBe(error);
  });

  it('are listed by kind, without archived ones when asked, without private ones the app is not in', async () => {
    const all = await scene.client.conversations.list({ types: 'public_channel,private_channel' });
    const live = await scene.client.conversations.list({ exclude_archived: true });

    expect(all.channels?.map(({ id }) => id)).toEqual(['C0REVIEWS', 'C0OPEN', 'C0OLD']);
    expect(live.channels?.map(({ id }) => id)).toEqual(['C0REVIEWS', 'C0OPEN']);
  });
});

describe('messages', () => {
  it('get unique, ordered timestamps even while the clock stands still', async () => {
    const posted = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        scene.client.chat.postMessage({ channel: 'C0REVIEWS', text: `n${n}` }),
      ),
    );
    const stamps = posted.map(({ ts }) => microsOf(ts ?? '0'));

    expect(new Set(stamps).size).toBe(20);
    expect(new Date(Math.min(...stamps) / 1000).toISOString()).toMatch(/^2026-01-12T09:42:00/);
  });

  it('carry blocks with ids filled in, metadata and a thread', async () => {
    const root = await scene.client.chat.postMessage({ channel: 'C0REVIEWS', text: 'root' });
    const metadata = { event_type: 'docket', event_payload: { docketId: 'd1' } };
    const reply = await scene.client.chat.postMessage({
      channel: 'C0REVIEWS',
      text: 'hi',
      thread_ts: root.ts!,
      metadata,
      blocks: [section('a')] as never,
    });
    const [stored] = scene.slack.messages({ channel: 'C0REVIEWS' }).filter(({ ts }) => ts === reply.ts);

    expect(stored?.message).toMatchObject({ thread_ts: root.ts, metadata, bot_id: 'B0COUNTERSIGN' });
    expect(stored?.message.blocks?.[0]?.block_id).toMatch(/^\w{5}$/);
  });

  it.each([
    [{ channel: 'C0NONE', text: 'x' }, 'channel_not_found'],
    [{ channel: 'C0SECRET', text: 'x' }, 'channel_not_found'],
    [{ channel: 'C0OPEN', text: 'x' }, 'not_in_channel'],
    [{ channel: 'C0OLD', text: 'x' }, 'is_archived'],
    [{ channel: 'C0REVIEWS' }, 'no_text'],
    [{ channel: 'C0REVIEWS', text: 'x'.repeat(40_001) }, 'msg_too_long'],
    [{ channel: 'C0REVIEWS', text: 'x', thread_ts: 'yesterday' }, 'invalid_thread_ts'],
    [{ channel: 'C0REVIEWS', text: 'x', metadata: { event_type: 7 } }, 'invalid_metadata_format'],
    [{ channel: 'C0REVIEWS', text: 'x', blocks: 'not json' }, 'invalid_blocks_format'],
    [{ text: 'x' }, 'invalid_arguments'],
  ])('are refused as Slack refuses them: %j', async (args, error) => {
    expect((await refusalOf(scene.client.chat.postMessage(args as never))).error).toBe(error);
  });

  it('with invalid blocks are refused with messages that point at the field', async () => {
    const refusal = await refusalOf(scene.post(ada, [section('x'.repeat(3001))]));

    expect(refusal).toEqual({
      error: 'invalid_blocks',
      messages: ['[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]'],
    });
  });

  it('to a deactivated person are accepted, as Slack accepts them: only the account says nobody reads them', async () => {
    const posted = await scene.client.chat.postMessage({ channel: dana, text: 'anybody there?' });

    expect(posted.channel).toMatch(/^D/);
  });

  it('are updated keeping their blocks unless new ones come, and deleted once', async () => {
    const { channel, ts } = await scene.post(ada, [actions('a', button('keep'))]);
    const renamed = await scene.client.chat.update({ channel, ts, text: 'second' });
    const emptied = await scene.client.chat.update({ channel, ts, text: 'third', blocks: [] });
    await scene.client.chat.delete({ channel, ts });

    expect(renamed.message).toMatchObject({
      text: 'second',
      blocks: [{ block_id: 'a' }],
      edited: { user: 'B0COUNTERSIGN' },
    });
    expect(emptied.message).toMatchObject({ blocks: [] });
    expect((await refusalOf(scene.client.chat.delete({ channel, ts }))).error).toBe('message_not_found');
    expect((await refusalOf(scene.client.chat.update({ channel, ts, text: 'x' }))).error).toBe(
      'message_not_found',
    );
  });

  it('of other people are not the app’s to change', async () => {
    const outcome = await scene.slack.as(ada).say('hello there', 'C0REVIEWS');
    const said = outcome.messages.find(({ message }) => message.user === ada)!;

    expect(
      (await refusalOf(scene.client.chat.update({ channel: said.channel, ts: said.ts, text: 'x' }))).error,
    ).toBe('cant_update_message');
  });

  it('that are ephemeral are seen by one person and by no Web API method', async () => {
    const { message_ts: ts } = await scene.client.chat.postEphemeral({
      channel: 'C0REVIEWS',
      user: ada,
      text: 'psst',
    });

    const seen = (user: string) =>
      scene.slack.messages({ channel: 'C0REVIEWS', user }).some((each) => each.ts === ts);
    expect([seen(ada), seen(bruno)]).toEqual([true, false]);
    expect(
      (await refusalOf(scene.client.chat.update({ channel: 'C0REVIEWS', ts: ts!, text: 'x' }))).error,
    ).toBe('message_not_found');
    expect(
      (await refusalOf(scene.client.chat.postEphemeral({ channel: 'C0REVIEWS', user: 'U0GIL', text: 'x' })))
        .error,
    ).toBe('user_not_in_channel');
  });

  it('have a permalink that leads to them in the page', async () => {
    const { channel, ts } = await scene.post(ada, [section('find me')]);
    const { permalink } = await scene.client.chat.getPermalink({ channel, message_ts: ts });
    const response = await fetch(permalink!, { redirect: 'manual' });

    expect(response.headers.get('location')).toBe(`/as/${ada}/${channel}#m-${ts}`);
  });

  it('are read back with their metadata when asked for', async () => {
    const metadata = { event_type: 'notice', event_payload: { id: 'n1' } };
    const posted = await scene.client.chat.postMessage({
      channel: 'C0REVIEWS',
      text: 'with metadata',
      metadata,
    });
    const found = await scene.client.conversations.history({
      channel: 'C0REVIEWS',
      oldest: posted.ts!,
      inclusive: true,
      include_all_metadata: true,
    });

    expect(found.messages).toMatchObject([{ ts: posted.ts, metadata }]);
  });
});

describe('home tabs', () => {
  it('are published per person and guarded by their hash', async () => {
    const view = { type: 'home' as const, blocks: [section('yours')] as never };
    const first = await scene.client.views.publish({ user_id: ada, view });
    const second = await scene.client.views.publish({ user_id: ada, view, hash: first.view!.hash! });

    expect(second.view?.id).toBe(first.view?.id);
    expect(
      (await refusalOf(scene.client.views.publish({ user_id: ada, view, hash: first.view!.hash! }))).error,
    ).toBe('hash_conflict');
    expect(scene.slack.as(ada).home()?.blocks).toHaveLength(1);
    expect((await refusalOf(scene.client.views.publish({ user_id: 'U0NOBODY', view }))).error).toBe(
      'invalid_arguments',
    );
  });
});

describe('bad days', () => {
  it('answer with the error ordered, once', async () => {
    scene.slack.failNext('chat.postMessage', 'account_inactive');

    expect((await refusalOf(scene.client.chat.postMessage({ channel: 'C0REVIEWS', text: 'x' }))).error).toBe(
      'account_inactive',
    );
    expect((await scene.client.chat.postMessage({ channel: 'C0REVIEWS', text: 'x' })).ok).toBe(true);
  });

  it('answer 429 with the seconds to wait, which the client obeys', async () => {
    scene.slack.rateLimitNext('chat.postMessage', 7);

    await expect(scene.client.chat.postMessage({ channel: 'C0REVIEWS', text: 'x' })).rejects.toMatchObject({
      retryAfter: 7,
    });

    scene.slack.rateLimitNext('users.info', 1);
    const patient = new WebClient(botToken, { slackApiUrl: scene.slack.apiUrl, logger: silent });
    const startedMs = Date.now();
    expect((await patient.users.info({ user: ada })).ok).toBe(true);
    expect(Date.now() - startedMs).toBeGreaterThanOrEqual(950);
  });

  it('lose the connection before the message is stored, or after it is stored but before the answer', async () => {
    const count = () => scene.slack.messages({ channel: 'C0REVIEWS' }).length;
    const before = count();
    scene.slack.dropNext('chat.postMessage', 'before');
    await expect(scene.client.chat.postMessage({ channel: 'C0REVIEWS', text: 'lost' })).rejects.toThrow(
      /fetch failed|socket|closed/i,
    );
    expect(count()).toBe(before);

    scene.slack.dropNext('chat.postMessage', 'after');
    await expect(scene.client.chat.postMessage({ channel: 'C0REVIEWS', text: 'kept' })).rejects.toThrow(
      /fetch failed|socket|closed/i,
    );
    expect(count()).toBe(before + 1);
  });

  it('are paced like Slack when asked: a burst to one channel is told to wait', async () => {
    const paced = await startScene({ paced: true });
    const posts = Array.from({ length: 6 }, (_, n) =>
      paced.client.chat.postMessage({ channel: 'C0REVIEWS', text: `n${n}` }),
    );
    const settled = await Promise.allSettled(posts);
    await paced.close();

    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    expect(settled.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'slack_webapi_rate_limited_error' },
    });
  });
});
