// A link scanner as mail gateways run them: follows every address, fetches again later, submits every form it finds.
import { describe, expect, test } from 'vitest';
import { plusMs } from '../../../lib/domain/time.ts';
import { type Browser, formTo, linksIn, openBrowser, type Page, type PageForm } from './browser.ts';
import { ADMIN, ownedBy, type ReviewWorld, reviewWorld } from './review-world.ts';

const GUESSES = ['123456', '000000', '999999'];
const MAX_REQUESTS = 250;

/** What a program would type into a field. */
function plausible(name: string, type: string, guess: string): string {
  if (name === 'code') return guess;
  return type === 'date' ? '2026-10-01' : 'yes, still needed';
}

/** Every way to fill the form: each choice ticked in turn, and all at once. */
function fillings(form: PageForm, guesses: readonly string[]): Record<string, string>[] {
  const values = [...new Set(form.choices.map(({ value }) => value))];
  return (values.length > 0 ? values : ['']).flatMap((wanted) =>
    guesses.map((guess) => {
      const filled: Record<string, string> = {};
      for (const { name, type } of form.texts) filled[name] = plausible(name, type, guess);
      for (const { name, value } of form.choices)
        if (value === wanted || value === 'yes') filled[name] = value;
      return filled;
    }),
  );
}

async function scan(
  browser: Browser,
  mail: { text: string; html: string },
  guesses: () => readonly string[] = () => GUESSES,
): Promise<number> {
  const todo = [...new Set([...linksIn(mail.text), ...linksIn(mail.html)])];
  const seen = new Set<string>();
  let requests = 0;
  const take = (page: Page) => todo.push(...page.links.filter((link) => !seen.has(link)));

  while (todo.length > 0 && requests < MAX_REQUESTS) {
    const url = new URL(todo.shift() ?? '/', 'https://countersign.example');
    if (seen.has(url.href) || url.hostname !== 'countersign.example') continue;
    seen.add(url.href);
    for (const method of ['HEAD', 'GET', 'OPTIONS', 'POST', 'PUT', 'DELETE', 'PATCH']) {
      const page = await browser.request(url.pathname + url.search, { method });
      requests += 1;
      take(page);
      const queue = [...page.forms];
      for (let round = 0; round < 2; round += 1) {
        for (const form of queue.splice(0)) {
          for (const action of [...form.actions, form.action]) {
            for (const filled of fillings(form, guesses())) {
              if (requests >= MAX_REQUESTS) return requests;
              const answer = await browser.submit(form, filled, action);
              requests += 1;
              take(answer);
              queue.push(...answer.forms.slice(0, 1));
            }
          }
        }
      }
    }
  }
  return requests;
}

async function state(w: ReviewWorld): Promise<string> {
  return JSON.stringify((await w.items()).map(({ item }) => item));
}

const IDENTITIES = [
  ownedBy('ada', 'nightly'),
  ownedBy('ada', 'weekly'),
  ownedBy('ada', 'root-like', { entitlements: ADMIN }),
  ownedBy('ben', 'other'),
];

describe('a link scanner', () => {
  test('decides nothing, however often it comes, with cookies kept or not', async () => {
    const w = await reviewWorld(IDENTITIES);
    const before = await state(w);
    const { mail } = w.digestOf('ada');
    const patient = openBrowser(w.app);
    let requests = 0;
    for (let visit = 0; visit < 50; visit += 1) {
      requests += await scan(visit % 2 === 0 ? openBrowser(w.app) : patient, mail);
      w.setClock(plusMs(w.clock.now(), 60_000));
    }

    expect(requests).toBeGreaterThan(1000);
    expect(await state(w)).toBe(before);
    expect(w.target.disables).toEqual([]);
    // It could make the reviewer get code messages, but only so many.
    expect(w.codesFor('ada').length).toBeLessThanOrEqual(20);
    expect(w.problems).toEqual([]);
  }, 120_000);

  test('would decide if it could read the code: the scanner itself is no sham', async () => {
    const w = await reviewWorld(IDENTITIES);
    const before = await state(w);
    await scan(openBrowser(w.app), w.digestOf('ada').mail, () => [...w.codesFor('ada'), '000000']);
    expect(await state(w)).not.toBe(before);
    expect((await w.itemNamed('root-like')).state).toBe('open');
  });

  test('finds exactly one address in the mail, and it is the page to read', async () => {
    const w = await reviewWorld(IDENTITIES);
    const { mail, link } = w.digestOf('ada');
    expect(new Set([...linksIn(mail.text), ...linksIn(mail.html)])).toEqual(new Set([link]));
  });
});

describe('a forwarded mail', () => {
  test('shows the docket to somebody else, who cannot decide without the code', async () => {
    const w = await reviewWorld(IDENTITIES);
    const before = await state(w);
    const ben = openBrowser(w.app);
    const page = await ben.get(w.pathOf('ada'));
    const answer = await ben.submit(formTo(page, '/code'));
    const form = formTo(answer, '/decide');
    const verdict = form.choices.find(({ name }) => name.startsWith('verdict.'))?.name ?? '';
    for (const guess of GUESSES.filter((code) => code !== w.codesFor('ada').at(-1))) {
      expect((await ben.submit(form, { [verdict]: 'certify', code: guess })).status).toBe(403);
    }
    expect(w.codesFor('ben')).toEqual([]);
    expect(await state(w)).toBe(before);
  });

  test("cannot be decided with one's own code", async () => {
    const w = await reviewWorld(IDENTITIES);
    const before = await state(w);
    const ben = openBrowser(w.app);
    const own = await ben.submit(formTo(await ben.get(w.pathOf('ben')), '/code'));
    const codeId = formTo(own, '/decide').fields.find(([name]) => name === 'code-id')?.[1] ?? '';
    const forwarded = await ben.submit(formTo(await ben.get(w.pathOf('ada')), '/code'));
    const form = formTo(forwarded, '/decide');
    const verdict = form.choices.find(({ name }) => name.startsWith('verdict.'))?.name ?? '';
    const code = w.codesFor('ben').at(-1) ?? '';
    const tried = await ben.submit(form, { [verdict]: 'certify', 'code-id': codeId, code });
    expect(tried.status).toBe(403);
    expect(await state(w)).toBe(before);
  });

  test("cannot be decided in another browser even with the reviewer's code", async () => {
    const w = await reviewWorld(IDENTITIES);
    const before = await state(w);
    const [ada, ben] = [openBrowser(w.app), openBrowser(w.app)];
    const asked = await ada.submit(formTo(await ada.get(w.pathOf('ada')), '/code'));
    const codeId = formTo(asked, '/decide').fields.find(([name]) => name === 'code-id')?.[1] ?? '';
    const code = w.codesFor('ada').at(-1) ?? '';
    const bens = await ben.submit(formTo(await ben.get(w.pathOf('ada')), '/code'));
    const form = formTo(bens, '/decide');
    const verdict = form.choices.find(({ name }) => name.startsWith('verdict.'))?.name ?? '';
    const tried = await ben.submit(form, { [verdict]: 'certify', 'code-id': codeId, code });
    expect(tried.status).toBe(403);
    expect(await state(w)).toBe(before);
  });
});

describe('a form from elsewhere', () => {
  test('is refused without the cookie, with a foreign token, from another site, or not as a form', async () => {
    const w = await reviewWorld(IDENTITIES);
    const ada = openBrowser(w.app);
    const page = await ada.get(w.pathOf('ada'));
    const form = formTo(page, '/code');
    const bens = await ada.get(w.pathOf('ben'));

    expect((await openBrowser(w.app).submit(form)).status).toBe(403);
    expect((await ada.submit(form, { form: 'x'.repeat(43) })).status).toBe(403);
    expect((await ada.submit(form, { form: formTo(bens, '/code').fields[0]?.[1] ?? '' })).status).toBe(403);
    const token = form.fields[0]?.[1] ?? '';
    const cross = await ada.request(form.action, {
      method: 'POST',
      body: new URLSearchParams({ form: token }).toString(),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Sec-Fetch-Site': 'cross-site' },
    });
    const json = await ada.request(form.action, {
      method: 'POST',
      body: JSON.stringify({ form: token }),
      headers: { 'Content-Type': 'application/json' },
    });
    const forgedCookie = openBrowser(w.app);
    forgedCookie.jar.set('__Host-countersign-browser', 'chosen-by-attacker.AAAA');
    expect((await forgedCookie.submit(form)).status).toBe(403);
    expect([cross.status, json.status]).toEqual([403, 403]);
    const huge = await ada.submit(form, { form: token, padding: 'x'.repeat(1_100_000) });
    expect(huge.status).toBe(413);
    expect(w.codesFor('ada')).toEqual([]);
    expect((await ada.submit(form)).status).toBe(200);
  });
});
