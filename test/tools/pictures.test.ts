// Every message, tab and form as a picture: in Slack's look, and mails in light and dark. They are left in .cache/screens.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeskView, GroupView } from '../../lib/application/review-actions.ts';
import type { Block } from '../../lib/local/slack/block-kit/block.ts';
import { completeIds } from '../../lib/local/slack/block-kit/complete-ids.ts';
import { renderBlocks } from '../../lib/local/slack/page/render-blocks.ts';
import { renderMail } from '../../lib/presentation/email/render-mail.ts';
import { renderAnswerModal } from '../../lib/presentation/slack/answer-modal.ts';
import type { Modal } from '../../lib/presentation/slack/blocks.ts';
import { renderDelegateModal } from '../../lib/presentation/slack/delegate-modal.ts';
import { renderEvidenceModal } from '../../lib/presentation/slack/evidence-modal.ts';
import { renderGroupModal } from '../../lib/presentation/slack/group-modal.ts';
import { renderHome } from '../../lib/presentation/slack/home.ts';
import { renderMessage } from '../../lib/presentation/slack/message.ts';
import { NOW } from '../domain/identity/samples.ts';
import { ADA, everyBody } from '../presentation/email/mails.ts';
import {
  campaignId,
  now,
  sampleDocket,
  sampleItem,
  sampleItems,
  samplePerson,
} from '../support/slack/samples.ts';
import { type Browser, startBrowser, type Tab } from './browser.ts';

const OUT = join(import.meta.dirname, '..', '..', '.cache', 'screens');
const STYLE = join(import.meta.dirname, '..', '..', 'lib', 'local', 'slack', 'page', 'style.css');
const SLACK_WIDTH = 720;
const MAIL_WIDTH = 680;
const HIGHEST = 6000;
const WORDS = 'payroll-export';
const DRAWING = {
  names: { person: () => undefined, channel: () => undefined },
  people: [],
  conversations: [],
  answers: {},
  warning: () => undefined,
  errors: {},
  prefix: 'p',
};
const reader = { now, timeZone: 'Europe/Zurich' };
const origin = { surface: 'digest', channelId: 'D1', messageTs: '1.000001' } as const;

let browser: Browser;
let tab: Tab;
let style = '';

beforeAll(async () => {
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  style = await readFile(STYLE, 'utf8');
  browser = await startBrowser();
  tab = await browser.tab();
});

afterAll(() => browser.close());

/** Takes a picture of a whole page. @returns what is wrong with it, in words */
async function taken(name: string, html: string, width: number, dark: boolean): Promise<string[]> {
  const page = join(OUT, `${name}.html`);
  await writeFile(page, html);
  await tab.look({ width, height: 200, dark });
  await tab.open(pathToFileURL(page).href);
  const seen = await tab.evaluate<{ wide: number; high: number; said: number; back: string }>(
    `({ wide: document.documentElement.scrollWidth, high: document.documentElement.scrollHeight,
        said: document.body.innerText.trim().length, back: getComputedStyle(document.body).backgroundColor })`,
  );
  await tab.look({ width, height: Math.min(seen.high, HIGHEST), dark });
  await writeFile(join(OUT, `${name}.png`), await tab.picture());
  const wrong: string[] = [];
  if (seen.wide > width) wrong.push(`${name} is ${seen.wide} wide, not ${width}`);
  if (seen.high > HIGHEST) wrong.push(`${name} is ${seen.high} high`);
  if (seen.said < 20) wrong.push(`${name} says nothing`);
  if (dark && !isDark(seen.back)) wrong.push(`${name} is not dark: ${seen.back}`);
  return wrong;
}

function isDark(colour: string): boolean {
  const [red = 255, green = 255, blue = 255] = (/\d+/g[Symbol.match](colour) ?? []).map(Number);
  return red + green + blue < 3 * 80;
}

function slackPage(blocks: readonly unknown[], as: 'message' | 'home' | 'form', title = ''): string {
  const drawn = renderBlocks(completeIds(blocks as readonly Block[], title), DRAWING).html;
  const inside =
    as === 'message'
      ? `<article class="message"><span class="avatar app">C</span><div class="body"><div class="by"><b>Countersign</b> <span class="tag">APP</span></div>${drawn}</div></article>`
      : as === 'home'
        ? `<div class="home">${drawn}</div>`
        : `<dialog open style="position:static;margin:16px auto;max-height:none"><form><header><h2>${title}</h2></header><div class="inside" style="max-height:none;overflow:visible">${drawn}</div></form></dialog>`;
  return `<!doctype html><meta charset="utf-8"><style>${style} html,body{display:block;height:auto;overflow:visible;padding:8px;background:#fff}</style><main style="overflow:visible;height:auto">${inside}</main>`;
}

const bodies = everyBody(WORDS);

it('every message in Slack fits its place', async () => {
  const wrong: string[] = [];
  for (const body of bodies) {
    const { blocks } = renderMessage({ noticeId: 'n', to: ADA, body, now: NOW });
    wrong.push(...(await taken(`slack-${body.purpose}`, slackPage(blocks, 'message'), SLACK_WIDTH, false)));
  }
  expect(wrong).toEqual([]);
});

it.each([
  { look: 'light', dark: false },
  { look: 'dark', dark: true },
])('every mail fits its place and reads well in $look', async ({ look, dark }) => {
  const wrong: string[] = [];
  for (const body of bodies) {
    const { html } = renderMail({ to: ADA, body, now: NOW });
    wrong.push(...(await taken(`mail-${body.purpose}-${look}`, html, MAIL_WIDTH, dark)));
  }
  expect(wrong).toEqual([]);
});

it('the Home tabs and the forms fit their place', async () => {
  const wrong: string[] = [];
  const items = sampleItems(12);
  const desk: DeskView = {
    person: samplePerson(),
    now,
    dockets: [sampleDocket(items)],
    approvals: [],
    recent: [{ at: now, text: 'old-batch was switched off' }],
    page: { items, found: 12, part: false },
  };
  const acts = Array.from({ length: 6 }, (_, n) => ({ at: now, text: `Kept service-${n}: in use.` }));
  const homes = {
    queue: renderHome(desk),
    decisions: renderHome(desk, { page: 0, tab: 'decisions' }, { acts, more: false }),
    empty: renderHome({ ...desk, dockets: [], recent: [], page: { items: [], found: 0, part: false } }),
  };
  for (const [name, { blocks }] of Object.entries(homes))
    wrong.push(...(await taken(`home-${name}`, slackPage(blocks, 'home'), SLACK_WIDTH, false)));
  const group: GroupView = {
    campaignId,
    group: 'g-1',
    title: 'Quarterly review',
    label: 'acme/shop · deploy access · production',
    alike: sampleItems(12).map((view) => ({ view })),
    outliers: [
      { view: sampleItem({ name: 'changed-one' }), why: 'changed' },
      { view: sampleItem({ name: 'odd-one' }), why: 'advice' },
    ],
    more: 3,
  };
  const context = { group: { campaignId, group: 'g-1', seen: 'ab'.repeat(8) }, origin };
  const forms: Readonly<Record<string, Modal>> = {
    group: renderGroupModal(group, context, reader),
    keep: renderAnswerModal({ view: sampleItem(), origin, fixed: 'certify' }, reader),
    'switch-off': renderAnswerModal({ view: sampleItem(), origin, fixed: 'revoke' }, reader),
    evidence: renderEvidenceModal(sampleItem({ credentials: 2 }), reader),
    delegate: renderDelegateModal(),
  };
  for (const [name, { blocks, title }] of Object.entries(forms))
    wrong.push(...(await taken(`form-${name}`, slackPage(blocks, 'form', title.text), SLACK_WIDTH, false)));
  expect(wrong).toEqual([]);
});
