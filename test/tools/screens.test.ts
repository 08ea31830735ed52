// `npm run demo` in a real browser: the Slack page, the mailbox and the review page as a person meets them.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { connect } from '../../lib/cli/control-client.ts';
import { type Browser, startBrowser } from './browser.ts';

const ROOT = join(import.meta.dirname, '..', '..');

const Started = z.object({
  addresses: z.object({ slack: z.url(), mail: z.url(), web: z.url() }),
});

let dataDir = '';
let demo: ChildProcess;
let browser: Browser;
let addresses: z.infer<typeof Started>['addresses'];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'screens-'));
  demo = spawn('npm', ['run', '-s', 'demo', '--', '--json', '--data-dir', join(dataDir, 'demo')], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: demo.stdout ?? process.stdin });
  const failed = once(demo, 'exit').then(([code]) =>
    Promise.reject(new Error(`demo ended with ${String(code)}`)),
  );
  const [line] = (await Promise.race([once(lines, 'line'), failed])) as [string];
  failed.catch(() => undefined);
  ({ addresses } = Started.parse(JSON.parse(line)));
  browser = await startBrowser();
});

afterAll(async () => {
  await browser.close();
  const ended = once(demo, 'exit');
  await (await connect(join(dataDir, 'demo'))).ask({ do: 'down' });
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`the demo ended with ${code}`);
  await rm(dataDir, { recursive: true });
});

/** Script that gives the address of the person's conversation with the app. */
const conversationOf = (name: string): string =>
  `fetch([...document.querySelectorAll('a[href^="/as/"]')].find((a) => a.textContent.includes(${JSON.stringify(name)})).href)
     .then((answer) => answer.text())
     .then((html) => new DOMParser().parseFromString(html, 'text/html').querySelector('a[href*="/D"]').getAttribute('href'))`;

describe('the Slack page', () => {
  it('shows a digest, and one click keeps what is of low risk', async () => {
    const tab = await browser.tab();
    await tab.open(addresses.slack);
    const conversation = await tab.evaluate<string>(conversationOf('Omar Haddad'));
    await tab.open(new URL(conversation, addresses.slack).href);

    await tab.until(`document.body.innerText.includes('identities need your answer')`);
    const open = await tab.evaluate<number>(`Number(/(\\d+) open \\(/.exec(document.body.innerText)[1])`);
    await tab.evaluate(
      `[...document.querySelectorAll('button')].find((b) => b.textContent.trim() === 'Keep').click()`,
    );
    await tab.until(`document.body.innerText.includes('${open - 1} open (')`);

    expect(open).toBeGreaterThan(1);
    expect((await tab.picture()).length).toBeGreaterThan(20_000);
    expect(tab.errors).toEqual([]);
  });

  it('asks why before it keeps what is of high risk', async () => {
    const tab = await browser.tab();
    await tab.open(addresses.slack);
    await tab.open(new URL(await tab.evaluate<string>(conversationOf('Priya Nair')), addresses.slack).href);
    await tab.evaluate(
      `[...document.querySelectorAll('button')].find((b) => b.textContent.trim() === 'Keep…').click()`,
    );

    await tab.until(`document.querySelector('dialog[data-view]')`);

    expect(await tab.evaluate<string>(`document.querySelector('dialog[data-view]').innerText`)).toContain(
      'Your reason',
    );
    expect(tab.errors).toEqual([]);
  });
});

describe('the mailbox and the review page', () => {
  it('lead from a mail to its questions, where nothing can be answered without a code', async () => {
    const tab = await browser.tab();
    await tab.open(addresses.mail);
    const mail = await tab.evaluate<string>(
      `[...document.querySelectorAll('a[href*="/inbox/mail/"]')].find((a) => a.closest('li, article, tr, div').textContent.includes('noah.weiss')).href`,
    );
    await tab.open(`${mail}?view=text`);
    const link = await tab.evaluate<string>(
      `/http:\\S+\\/review\\/[\\w-]+/.exec(document.body.innerText)[0]`,
    );
    await tab.open(link);

    const page = await tab.evaluate<string>(`document.body.innerText`);
    expect(page).toContain('Still needed for');
    expect(page).toContain('one-time code');
    expect(
      await tab.evaluate<number>(`document.querySelectorAll('input[type=radio], textarea').length`),
    ).toBe(0);
    expect(tab.errors).toEqual([]);
  });
});
