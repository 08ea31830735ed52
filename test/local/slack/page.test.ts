import { request } from 'node:http';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderMrkdwn } from '../../../lib/local/slack/page/mrkdwn.ts';
import {
  actions,
  ada,
  bruno,
  button,
  dana,
  option,
  plain,
  reasonModal,
  type Scene,
  section,
  startScene,
} from './support/workspace.ts';

const names = { person: (id: string) => (id === ada ? 'Ada' : undefined), channel: () => undefined };
const show = (text: string) => renderMrkdwn(text, names).html;

describe('text', () => {
  it.each([
    ['*bold* _italic_ ~gone~ `code`', '<strong>bold</strong> <em>italic</em> <s>gone</s> <code>code</code>'],
    ['snake_case_name and 2*3*4', 'snake_case_name and 2*3*4'],
    ['`*not bold*`', '<code>*not bold*</code>'],
    ['<@U0ADA> &amp; <!here>', '<span class="mention">@Ada</span> &amp; <span class="mention">@here</span>'],
    [
      '<https://a.example/?x=1&amp;y=2|the *page*>',
      '<a href="https://a.example/?x=1&amp;y=2" target="_blank" rel="noopener noreferrer">the *page*</a>',
    ],
    ['<javascript:alert(1)|click>', '&lt;javascript:alert(1)|click&gt;'],
    ['&lt;script&gt; <script>', '&lt;script&gt; &lt;script&gt;'],
    ['one\ntwo', 'one<br>two'],
    [':key: :no_such_emoji:', '🔑 :no_such_emoji:'],
    ['```\na < b\n```', '<pre class="code">a &lt; b\n</pre>'],
    ['> said', '<blockquote>said</blockquote>'],
  ])('%s is shown as %s', (text, html) => {
    expect(show(text)).toBe(html);
  });

  it('never lets markup of its own through, whatever it says', () => {
    const tricky = fc.array(
      fc.constantFrom(
        '<',
        '>',
        '"',
        "'",
        '&',
        '*',
        '_',
        '`',
        '```',
        '|',
        '\n',
        'javascript:',
        'https://x.example',
        'onload=',
        'img',
        '@U0ADA',
        '!date^1^x',
        'script',
        '/',
        ':',
        ' ',
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(tricky, (pieces) => {
        const tags = show(pieces.join('')).match(/<[^>]*>/g) ?? [];
        const known =
          /^<\/?(strong|em|s|code|pre|blockquote|br|span|time|a)( class="(mention|code)"| href="(https?:|mailto:)[^"]*" target="_blank" rel="noopener noreferrer")?>$/;
        return tags.every((tag) => known.test(tag));
      }),
      { numRuns: 2000, examples: [[['<', ' ', 'https://x.example', '>']]] },
    );
  });
});

describe('the page', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene();
  });
  afterAll(() => scene.close());

  const get = async (path: string) => {
    const response = await fetch(`${scene.slack.url}${path}`);
    return { response, text: await response.text() };
  };
  const act = async (user: string, body: object, headers: Record<string, string> = {}) => {
    const response = await fetch(`${scene.slack.url}/as/${user}/act`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  };

  it('draws every block and element the product uses, with nothing inline and nothing unescaped', async () => {
    await scene.post(ada, [
      { type: 'header', text: plain('Three <waiting>') },
      section('*one* <b>', { accessory: { type: 'overflow', action_id: 'o', options: [option('1')] } }),
      { type: 'section', fields: [{ type: 'mrkdwn', text: '*Field*\nvalue' }] },
      { type: 'context', elements: [{ type: 'mrkdwn', text: 'context' }] },
      { type: 'divider' },
      actions(
        'row',
        button('keep', {
          style: 'primary',
          confirm: {
            title: plain('Sure?'),
            text: plain('Keep "it"?'),
            confirm: plain('Yes'),
            deny: plain('No'),
          },
        }),
        { type: 'static_select', action_id: 's', options: [option('1')], placeholder: plain('Remind me') },
        { type: 'multi_users_select', action_id: 'm' },
        { type: 'radio_buttons', action_id: 'r', options: [option('1')] },
        { type: 'checkboxes', action_id: 'c', options: [option('1')], initial_options: [option('1')] },
        { type: 'datepicker', action_id: 'd', initial_date: '2026-01-01' },
      ),
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: [
              { type: 'text', text: 'rich', style: { bold: true } },
              { type: 'user', user_id: ada },
            ],
          },
        ],
      },
    ]);
    const { response, text } = await get(`/as/${ada}`);

    expect(response.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(text).not.toMatch(/<script(?! src)|\son\w+=|\sstyle=/);
    for (const piece of [
      'Three &lt;waiting&gt;',
      '&lt;b&gt;',
      '<strong>Field</strong>',
      'Remind me',
      'type="radio"',
      'checked',
      'value="2026-01-01"',
      '<strong>rich</strong>',
      '&quot;Keep \\&quot;it\\&quot;?&quot;',
      '@Ada Okafor',
    ])
      expect(text).toContain(piece);
  });

  it('counts unread messages for everybody until they are read', async () => {
    const posted = await scene.post(bruno, [section('unread')]);
    expect((await get(`/as/${ada}`)).text).toContain('1 unread');
    expect(scene.slack.as(bruno).unread()).toEqual({ [posted.channel]: 1 });

    await act(bruno, { act: 'read', channel: posted.channel });
    expect(scene.slack.as(bruno).unread()).toEqual({});
  });

  it('clicks, fills in and submits through the same requests the page sends', async () => {
    const target = await scene.post(ada, [actions('row', button('except'))]);
    scene.app.answer = async ({ payload }) => {
      if (payload.type === 'block_actions')
        await scene.client.views.open({ trigger_id: payload.trigger_id, view: reasonModal as never });
      return undefined;
    };
    await act(ada, { act: 'click', ...target, blockId: 'row', actionId: 'except', answers: {} });
    const parts = (await (await fetch(`${scene.slack.url}/as/${ada}/parts`)).json()) as { modal: string };
    const viewId = /data-view="(\w+)"/.exec(parts.modal)![1]!;
    const submitted = await act(ada, {
      act: 'submit',
      viewId,
      answers: { why: { text: 'migration' }, until: { day: null }, who: { person: null } },
    });

    expect(parts.modal).toContain('<dialog');
    expect(submitted.status).toBe(200);
    expect(scene.app.received.at(-1)!.payload.view.state.values.why.text.value).toBe('migration');
    expect(scene.slack.as(ada).view()).toBeUndefined();
  });

  it('runs slash commands and says when there is no such one', async () => {
    const { channel } = await scene.post(ada, [section('x')]);
    await act(ada, { act: 'write', channel, text: '/countersign inbox' });

    expect(scene.app.received.at(-1)!.payload).toMatchObject({ command: '/countersign', text: 'inbox' });
    expect((await act(ada, { act: 'write', channel, text: '/nope' })).text).toContain(
      '/nope is not a valid command.',
    );
  });

  it('shows a deactivated person’s screen but lets nobody act there', async () => {
    expect((await get(`/as/${dana}`)).text).toContain('This account is deactivated');
    expect((await act(dana, { act: 'home' })).status).toBe(409);
  });

  it('keeps private channels and other people’s messages out of sight', async () => {
    const { channel } = await scene.post(ada, [section('for Ada only')]);

    expect((await get(`/as/${bruno}/${channel}`)).response.status).toBe(404);
    expect((await get(`/as/${bruno}/C0SECRET`)).response.status).toBe(404);
    expect((await get('/as/U0NOBODY')).response.status).toBe(404);
  });

  it('refuses acts sent by other sites and names that merely resolve to this machine', async () => {
    const { port } = new URL(scene.slack.url);
    const status = await new Promise((resolve, reject) => {
      const sent = request(
        { port, host: '127.0.0.1', path: '/', headers: { host: `evil.example:${port}` } },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      );
      sent.once('error', reject).end();
    });

    expect(status).toBe(421);
    expect((await act(ada, { act: 'home' }, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await act(ada, { act: 'unknown' })).status).toBe(400);
  });

  it('tells open pages that something changed', async () => {
    const response = await fetch(`${scene.slack.url}/as/${ada}/live`);
    const reader = response.body!.getReader();
    const read = async () => new TextDecoder().decode((await reader.read()).value);
    await read();
    const next = read();
    await scene.post(ada, [section('news')]);

    expect(await next).toContain('event: changed');
    await reader.cancel();
  });
});
