import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { plusDays, plusMs } from '../../../lib/domain/time.ts';
import { MONDAY } from '../../support/world.ts';
import { type Browser, formTo, openBrowser, type Page } from './browser.ts';
import { ADMIN, ownedBy, type ReviewWorld, reviewWorld } from './review-world.ts';

const HOSTILE = 'x</fieldset><script>alert(1)</script> "onload=1 \u202Egpj.exe';

async function askForCode(w: ReviewWorld, browser: Browser, personId: string) {
  const page = await browser.get(w.pathOf(personId));
  const answer = await browser.submit(formTo(page, '/code'));
  const code = w.codesFor(personId).at(-1) ?? 'no code';
  return { page, answer, code };
}

const verdictField = (page: Page, index = 0) => {
  const names = [
    ...new Set(
      formTo(page, '/decide')
        .choices.filter(({ type, name }) => type === 'radio' && name.startsWith('verdict.'))
        .map(({ name }) => name),
    ),
  ];
  return names[index] ?? 'no verdict field';
};

describe('the review page', () => {
  test('shows everything due of the person with sources and unknowns, and changes nothing', async () => {
    const w = await reviewWorld([
      ownedBy('ada', 'nightly'),
      ownedBy('ada', 'root-like', { entitlements: ADMIN }),
    ]);
    const before = JSON.stringify(await w.items());
    const browser = openBrowser(w.app);
    const page = await browser.get(w.pathOf('ada'));
    const head = await browser.request(w.pathOf('ada'), { method: 'HEAD' });

    expect(page.status).toBe(200);
    expect(head.status).toBe(200);
    expect(page.html).toContain('2 identities need your answer');
    expect(page.html).toContain('says credential report');
    expect(page.html).toContain('unknown (looked in tags)');
    expect(page.html).toContain('All the evidence');
    expect(page.html.indexOf('root-like')).toBeLessThan(page.html.indexOf('nightly</bdi>'));
    expect(JSON.stringify(await w.items())).toBe(before);
    expect(w.codesFor('ada')).toEqual([]);
  });

  test('needs no script, fetches nothing, and allows exactly its own style sheet', async () => {
    const w = await reviewWorld([ownedBy('ada', 'nightly')]);
    const browser = openBrowser(w.app);
    const { page, answer } = await askForCode(w, browser, 'ada');

    for (const { html, headers } of [page, answer]) {
      expect(html).not.toMatch(/<script|\son\w+=|javascript:|<img|<link|@import|url\(/i);
      const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
      const hash = createHash('sha256').update(style).digest('base64');
      const policy = headers.get('Content-Security-Policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain(`style-src 'sha256-${hash}'`);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("form-action 'self'");
      expect(policy).not.toContain('unsafe');
      expect(html).not.toMatch(/\sstyle="/);
      expect(headers.get('Cache-Control')).toBe('no-store');
      expect(headers.get('Referrer-Policy')).toBe('no-referrer');
    }
  });

  test('sets a host-bound cookie that scripts and other sites never see', async () => {
    const w = await reviewWorld([ownedBy('ada', 'nightly')]);
    const first = await openBrowser(w.app).get(w.pathOf('ada'));
    const cookie = first.headers.getSetCookie()[0] ?? '';
    expect(cookie).toMatch(/^__Host-countersign-browser=/);
    for (const word of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/']) expect(cookie).toContain(word);
    expect(cookie).not.toContain('Domain');

    const local = await reviewWorld([ownedBy('ada', 'nightly')], false);
    const plain = (await openBrowser(local.app).get(local.pathOf('ada'))).headers.getSetCookie()[0] ?? '';
    expect(plain).toMatch(/^countersign-browser=/);
    expect(plain).not.toContain('Secure');
  });

  test('shows a hostile name as text', async () => {
    const w = await reviewWorld([ownedBy('ada', HOSTILE)]);
    const browser = openBrowser(w.app);
    const { page, answer } = await askForCode(w, browser, 'ada');
    for (const { html } of [page, answer]) {
      expect(html).not.toContain('<script');
      expect(html).not.toContain('\u202E');
      expect(html).toContain('x&lt;/fieldset&gt;&lt;script&gt;');
    }
    expect(answer.forms).toHaveLength(1);
  });

  test('says what is wrong with a link that is unknown, mangled or old', async () => {
    const w = await reviewWorld([ownedBy('ada', 'nightly')]);
    const browser = openBrowser(w.app);
    const path = w.pathOf('ada');
    expect((await browser.get('/review/short')).status).toBe(404);
    expect((await browser.get(`${path.slice(0, -4)}AAAA`)).status).toBe(404);
    expect((await browser.get('/elsewhere')).status).toBe(404);
    expect((await browser.get('/health')).status).toBe(200);
    w.setClock(plusDays(MONDAY, 60));
    const old = await browser.get(path);
    expect(old.status).toBe(410);
    expect(old.html).toContain('The newest mail has a fresh one');
    expect(old.html).not.toContain('nightly');
    expect(w.problems).toEqual([]);
  });
});

describe('deciding on the page', () => {
  test('ticks no answer beforehand', async () => {
    const w = await reviewWorld([ownedBy('ada', 'nightly'), ownedBy('ada', 'weekly')]);
    const { answer } = await askForCode(w, openBrowser(w.app), 'ada');
    const form = formTo(answer, '/decide');
    expect(form.choices.length).toBeGreaterThan(10);
    expect(answer.html).not.toMatch(/\schecked/);
  });

  test('records several answers with one code, each as the person gave it', async () => {
    const w = await reviewWorld([
      ownedBy('ada', 'nightly', { tags: { repo: 'github.com/acme/one' } }),
      ownedBy('ada', 'weekly', { tags: { repo: 'github.com/acme/two' } }),
    ]);
    const browser = openBrowser(w.app);
    const { answer, code } = await askForCode(w, browser, 'ada');
    const [first, second] = [verdictField(answer, 0), verdictField(answer, 1)];
    const done = await browser.submit(formTo(answer, '/decide'), {
      [first]: 'certify',
      [first.replace('verdict', 'reason')]: 'runs every night',
      [second]: 'revoke',
      code,
    });

    expect(done.status).toBe(200);
    expect(done.html).toContain('2 of 2 recorded');
    const decisions = (await w.items()).map(({ item }) => item.decision);
    expect(decisions.map((decision) => decision?.verdict ?? 'none').toSorted()).toEqual([
      'certify',
      'revoke',
    ]);
    for (const decision of decisions)
      expect(decision).toMatchObject({ by: 'ada', method: 'email-link-and-code' });
    expect(decisions.find((decision) => decision?.verdict === 'certify')?.reason).toBe('runs every night');
  });

  test('takes the right code once: pressing twice counts once and says so', async () => {
    const w = await reviewWorld([ownedBy('ada', 'nightly'), ownedBy('ada', 'weekly')]);
    const browser = openBrowser(w.app);
    const { answer, code } = await askForCode(w, browser, 'ada');
    const values = { [verdictField(answer)]: 'certify', code };
    await browser.submit(formTo(answer, '/decide'), values);
    const twice = await browser.submit(formTo(answer, '/decide'), values);
    expect(twice.status).toBe(422);
    expect(twice.html).toContain('the first press counted');

    const other = await browser.submit(formTo(twice, '/decide'), { [verdictField(twice)]: 'certify', code });
    expect(other.status).toBe(403);
    expect(other.html).toContain('Please ask for a new one');
    expect((await w.items()).filter(({ item }) => item.decision)).toHaveLength(1);
  });

  test('keeps what was typed when the code is wrong, and stands five tries', async () => {
    const w = await reviewWorld([ownedBy('ada', 'nightly')]);
    const browser = openBrowser(w.app);
    const { answer, code } = await askForCode(w, browser, 'ada');
    const wrong = code === '000000' ? '111111' : '000000';
    const field = verdictField(answer);
    let page = answer;
    for (let attempt = 0; attempt < 5; attempt += 1) {
      page = await browser.submit(formTo(page, '/decide'), {
        [field]: 'certify',
        [field.replace('verdict', 'reason')]: 'still "needed" <here>',
        code: wrong,
      });
      expect(page.status).toBe(403);
    }
    expect(formTo(page, '/decide').fields).toContainEqual([
      field.replace('verdict', 'reason'),
      'still "needed" <here>',
    ]);
    expect(formTo(page, '/decide').fields).toContainEqual([field, 'certify']);

    const late = await browser.submit(formTo(page, '/decide'), { [field]: 'certify', code });
    expect(late.status).toBe(403);
    expect((await w.itemNamed('nightly')).state).toBe('open');

    const fresh = await browser.submit(formTo(late, '/decide'), {}, formTo(late, '/decide').actions[1]);
    expect(formTo(fresh, '/decide').fields).toContainEqual([field, 'certify']);
    const done = await browser.submit(formTo(fresh, '/decide'), { code: w.codesFor('ada').at(-1) ?? '' });
    expect(done.status).toBe(200);
    expect((await w.itemNamed('nightly')).decision).toMatchObject({ reason: 'still "needed" <here>' });
  });

  test('does not use the code up on a form that says too little', async () => {
    const w = await reviewWorld([
      ownedBy('ada', 'nightly', { purpose: { known: false, lookedIn: ['tags'] } }),
    ]);
    const browser = openBrowser(w.app);
    const { answer, code } = await askForCode(w, browser, 'ada');
    const field = verdictField(answer);
    const form = formTo(answer, '/decide');
    const nothing = await browser.submit(form, { code });
    expect(nothing.html).toContain('no answer was chosen');
    for (const [verdict, sentence] of [
      ['certify', 'Please say what it is for'],
      ['reduce', 'Please say what to reduce it to'],
      ['retire', 'Please say on which day'],
      ['except', 'Please say until when'],
      ['reassign', 'Please say to whom'],
      ['rule-the-world', 'Please check this'],
    ] as const) {
      const page = await browser.submit(form, { [field]: verdict, code });
      expect(page.status).toBe(422);
      expect(page.html).toContain(sentence);
    }
    const past = await browser.submit(form, {
      [field]: 'retire',
      [field.replace('verdict', 'on')]: '2020-01-01',
      code,
    });
    expect(past.html).toContain('That day is not ahead');

    const done = await browser.submit(form, {
      [field]: 'certify',
      [field.replace('verdict', 'purpose')]: 'nightly builds',
      code,
    });
    expect(done.status).toBe(200);
  });

  test('knows the rarer answers', async () => {
    const w = await reviewWorld([
      ownedBy('ada', 'nightly'),
      ownedBy('ada', 'weekly'),
      ownedBy('ada', 'yearly'),
    ]);
    const browser = openBrowser(w.app);
    const { answer, code } = await askForCode(w, browser, 'ada');
    const [a, b, c] = [verdictField(answer, 0), verdictField(answer, 1), verdictField(answer, 2)];
    const done = await browser.submit(formTo(answer, '/decide'), {
      [a]: 'except',
      [a.replace('verdict', 'until')]: '2026-10-07',
      [a.replace('verdict', 'control')]: 'an alert on every call',
      [a.replace('verdict', 'reason')]: 'vendor migration',
      [b]: 'reassign',
      [b.replace('verdict', 'person')]: 'ben@acme.example',
      [c]: 'reduce',
      [c.replace('verdict', 'to')]: 'read-only',
      code,
    });
    expect(done.html).toContain('3 of 3 recorded');
    const items = (await w.items()).map(({ item }) => item);
    expect(items.map((item) => item.decision?.verdict ?? item.reviewerId).toSorted()).toEqual([
      'ben',
      'except',
      'reduce',
    ]);
  });

  test('never decides high or critical risk, whatever the form says', async () => {
    const w = await reviewWorld([
      ownedBy('ada', 'nightly'),
      ownedBy('ada', 'root-like', { entitlements: ADMIN }),
    ]);
    const risky = await w.itemNamed('root-like');
    expect(['high', 'critical']).toContain(risky.tier);
    const browser = openBrowser(w.app);
    const { page, answer, code } = await askForCode(w, browser, 'ada');
    expect(page.html).toContain('never answered by mail alone');
    const forged = `verdict.${risky.campaignId}.${risky.identityKey}`;
    expect(formTo(answer, '/decide').choices.map(({ name }) => name)).not.toContain(forged);

    await browser.submit(formTo(answer, '/decide'), {
      [forged]: 'certify',
      [`snapshot.${risky.campaignId}.${risky.identityKey}`]: risky.snapshot,
      [verdictField(answer)]: 'certify',
      code,
    });
    expect((await w.itemNamed('root-like')).state).toBe('open');
  });

  test('asks again when the evidence was refreshed after the page was opened', async () => {
    const w = await reviewWorld([ownedBy('ada', 'nightly')]);
    const browser = openBrowser(w.app);
    const { answer, code } = await askForCode(w, browser, 'ada');
    const field = verdictField(answer);
    const stale = await browser.submit(formTo(answer, '/decide'), {
      [field]: 'certify',
      [field.replace('verdict', 'snapshot')]: 'f'.repeat(64),
      code,
    });
    expect(stale.status).toBe(422);
    expect(stale.html).toContain('Please look again');
    expect((await w.itemNamed('nightly')).state).toBe('open');
  });

  test('undoes a switch-off with a code', async () => {
    const w = await reviewWorld([ownedBy('ada', 'nightly')]);
    await w.until(plusDays(w.campaign.graceEndsAt, 2));
    expect(w.target.disables).toHaveLength(1);
    const browser = openBrowser(w.app);
    const { answer, code } = await askForCode(w, browser, 'ada');
    const box = formTo(answer, '/decide').choices.find(({ name }) => name.startsWith('undo.'));
    const done = await browser.submit(formTo(answer, '/decide'), {
      [box?.name ?? '']: 'yes',
      [(box?.name ?? '').replace('undo', 'undo-reason')]: 'it runs at quarter end',
      code,
    });
    expect(done.html).toContain('1 of 1 recorded');
    expect(w.target.restores).toHaveLength(1);
  });

  test('a code is good for ten minutes', async () => {
    const w = await reviewWorld([ownedBy('ada', 'nightly')]);
    const browser = openBrowser(w.app);
    const { answer, code } = await askForCode(w, browser, 'ada');
    w.setClock(plusMs(w.clock.now(), 10 * 60_000));
    const late = await browser.submit(formTo(answer, '/decide'), { [verdictField(answer)]: 'certify', code });
    expect(late.status).toBe(403);
    expect((await w.itemNamed('nightly')).state).toBe('open');
  });

  test('a link may ask for five codes in ten minutes and twenty a day', async () => {
    const w = await reviewWorld([ownedBy('ada', 'nightly')]);
    const browser = openBrowser(w.app);
    const page = await browser.get(w.pathOf('ada'));
    const start = Date.parse(w.clock.now());
    const statuses: number[] = [];
    for (let minute = 0; minute < 60; minute += 1) {
      w.setClock(plusMs(MONDAY, start - Date.parse(MONDAY) + minute * 60_000));
      statuses.push((await browser.submit(formTo(page, '/code'))).status);
    }
    expect(statuses.slice(0, 6)).toEqual([200, 200, 200, 200, 200, 429]);
    expect(w.codesFor('ada')).toHaveLength(20);
    w.setClock(plusDays(w.clock.now(), 1));
    expect((await browser.submit(formTo(page, '/code'))).status).toBe(200);
  });
});
