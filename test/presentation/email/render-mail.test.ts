import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NoticePurpose } from '../../../lib/domain/chase/notice.ts';
import { renderMail } from '../../../lib/presentation/email/render-mail.ts';
import { NOW } from '../../domain/identity/samples.ts';
import { ADA, docket, everyBody, LINK, view } from './mails.ts';

const BENIGN = everyBody('nightly-export');
const HOSTILE = [
  '<img src=https://evil.example/x.png onerror=alert(1)>',
  '"></td></tr></table><script>alert(1)</script>',
  'x\r\nBcc: everybody@example.com\r\n\r\nhello',
  'https://evil.example/login www.evil.example',
  '\u202Egnp.exe\u2066 \u0000\u001B[31m',
  `a${'\u0301'.repeat(400)}`,
  'x'.repeat(5000),
  'a&amp;b &lt;script&gt;',
];

const digest = (
  items = [view('nightly', 'low', 5), view('root-like', 'critical', 90)],
  link: string | undefined = LINK,
) =>
  renderMail({ to: ADA, now: NOW, body: { purpose: 'digest', dockets: [docket(items)], rung: 'r', link } });

describe('every mail', () => {
  test('there is one for each purpose', () => {
    expect(BENIGN.map(({ purpose }) => purpose).toSorted()).toEqual([...NoticePurpose.options].toSorted());
  });

  test.each(BENIGN.map((body) => [body.purpose, body] as const))(
    '%s says the same in plain text and HTML, and that a reply decides nothing',
    (_, body) => {
      const { subject, text, html } = renderMail({ to: ADA, now: NOW, body });
      expect(subject).toMatch(/^\S.{5,119}$/);
      expect(text).toContain('Replying to this mail decides nothing');
      expect(html).toContain('Replying to this mail decides nothing');
      const words = html
        .replace(/<head>[\s\S]*<\/head>/, '')
        .replaceAll(/<[^>]+>/g, ' ')
        .replaceAll('&quot;', '"');
      const squeeze = (said: string) => said.replaceAll(/[\s#=*-]+/g, '').replaceAll('\u2060', '');
      const sentences = text
        .split('\n\n')
        .flatMap((part) => part.split('. '))
        .filter((sentence) => !sentence.includes('http') && !sentence.includes(' risk'));
      for (const sentence of sentences.slice(0, 4)) expect(squeeze(words)).toContain(squeeze(sentence));
    },
  );

  test.each(BENIGN.map((body) => [body.purpose, body] as const))(
    '%s fits 78 columns, runs nothing, fetches nothing, and follows the reader’s colour scheme',
    (_, body) => {
      const { text, html } = renderMail({ to: ADA, now: NOW, body });
      const lines = text.split('\n').filter((line) => !line.startsWith('http'));
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(78);
      expect(html).not.toMatch(/<script|<img|<link|@import|url\(|\ssrc=|\son[a-z]+=/i);
      expect(html).toContain('<meta name="color-scheme" content="light dark">');
      expect(html).toContain('@media (prefers-color-scheme:dark)');
      expect(html.match(/href=/g)?.length ?? 0).toBe('link' in body ? 1 : 0);
    },
  );

  test.each(HOSTILE)('shows as text: %j', (hostile) => {
    const tags = (html: string) => html.match(/<\/?\w+/g);
    const plain = everyBody('nightly-export').map((body) =>
      tags(renderMail({ to: ADA, now: NOW, body }).html),
    );
    for (const [index, body] of everyBody(hostile).entries()) {
      const { subject, text, html } = renderMail({ to: ADA, now: NOW, body });
      expect(subject).not.toMatch(/[\r\n]/);
      expect(Array.from(subject).length).toBeLessThanOrEqual(120);
      expect(html).not.toMatch(/<script|<img/i);
      expect(tags(html)?.filter((tag) => tag !== '<br')).toEqual(plain[index]);
      for (const part of [text, html]) {
        expect(part).not.toMatch(/[\u202A-\u202E\u2066\u2067]|(?!\n)\p{Cc}/u);
        for (const url of part.match(/(?:https?:\/\/|www\.)[^\s"<]*/gi) ?? []) expect(url).toBe(LINK);
      }
    }
  });

  test('keeps a hostile name out of the subject’s neighbours', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const body = everyBody(name).find(({ purpose }) => purpose === 'switched-off');
        if (!body) throw new Error('no body');
        expect(renderMail({ to: ADA, now: NOW, body }).subject).toMatch(/^Switched off:[^\p{Cc}]*$/u);
      }),
    );
  });
});

describe('a digest', () => {
  test('has the worst first, the facts that decide, reasons, counts, due date, and what silence means', () => {
    const { subject, text } = digest();
    expect(subject).toMatch(/^2 identities need your answer by Mon 21 Sep 2026/);
    expect(text.indexOf('root-like')).toBeLessThan(text.indexOf('## nightly'));
    for (const said of [
      'Last used:',
      'Can do:',
      'If it goes:',
      'We suggest: Switch it off',
      '1 critical, 1 low',
    ])
      expect(text.replaceAll(/\s+/g, ' ')).toContain(said);
    expect(text.replaceAll('\n', ' ')).toContain('counts as not needed and may be switched off');
  });

  test('has exactly one link, to the review page', () => {
    const { text, html } = digest();
    expect(text.match(/https?:\/\/\S+/g)).toEqual([LINK]);
    expect(html.match(/https?:\/\/[^"\s]+/g)).toEqual([LINK]);
  });

  test('without a link says where else to answer', () => {
    const mail = renderMail({
      to: ADA,
      now: NOW,
      body: { purpose: 'digest', dockets: [docket([view('a', 'low', 1)])], rung: 'r', link: undefined },
    });
    expect(mail.text.replaceAll(/\s+/g, ' ')).toContain('countersign inbox');
    expect(mail.html).not.toContain('href');
    expect(mail.text).not.toContain('link');
  });

  test('of five hundred items of the longest texts stays below what mail programs cut off', () => {
    const long = 'ü<'.repeat(500);
    const items = Array.from({ length: 500 }, (_, index) => view(`${index} ${long}`, 'medium', 40));
    const { text, html } = digest(items);
    expect(Buffer.byteLength(html)).toBeLessThan(100_000);
    expect(text).toContain('And 490 more on the review page');
  });

  test('says when high risk is among it that mail alone is not enough', () => {
    expect(digest().text).toContain('never');
    expect(digest([view('a', 'low', 1)]).text).not.toContain('High and critical risk');
  });

  test('with nothing due says thank you', () => {
    expect(digest([]).subject).toBe('Nothing is waiting for your answer');
  });
});

describe('a one-time code', () => {
  test('is in the body alone: lock screens show subject and preview', () => {
    const body = BENIGN.find(({ purpose }) => purpose === 'one-time-code');
    if (!body) throw new Error('no body');
    const { subject, text, html } = renderMail({ to: ADA, now: NOW, body });
    expect(subject).not.toContain('482913');
    expect(/display:none[^>]*>([^<]*)</.exec(html)?.[1]).not.toContain('482913');
    expect(text).toContain('482913');
    expect(html.match(/482913/g)).toHaveLength(1);
  });
});

test('news of several removals are sentences, and only what is off can be undone', () => {
  const body = BENIGN.find(({ purpose }) => purpose === 'removal-list');
  if (body?.purpose !== 'removal-list') throw new Error('no list');
  const [off, held] = body.news;
  if (!off || !held) throw new Error('no news');
  const news = [
    { ...off, text: 'was switched off' },
    { ...held, text: 'It is used again.' },
  ];
  const { text } = renderMail({ to: ADA, now: NOW, body: { ...body, news } });
  const said = text.replaceAll(/\s+/g, ' ');
  expect(said).toContain('was switched off. Undo until');
  expect(said.match(/Undo until/g)).toHaveLength(1);
});
