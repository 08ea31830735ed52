// One digest per person: the worst items of each docket in full, groups to keep in one click, the rest by number.
import type { DocketView, ItemView } from '../../application/ports/messenger.ts';
import type { RecentAct } from '../../application/review-actions.ts';
import type { RiskTier } from '../../domain/identity/risk-tier.ts';
import {
  abilityWords,
  countWords,
  dueWords,
  lastUseWords,
  type Reader,
  silenceWords,
  tierCounts,
  tierWords,
} from '../wording.ts';
import {
  type Block,
  buttons,
  context,
  header,
  type SlackMessage,
  section,
  sectionWith,
  textLength,
} from './blocks.ts';
import { itemBlocks } from './item-blocks.ts';
import { askSecurityButton, groupButton, lookThroughButton, undoButton } from './press.ts';
import { rowId, type Surface } from './references.ts';
import { code, prose } from './text.ts';

/** Slack takes 50 blocks a message and, in practice, about 13,200 characters of text in them. */
const MAX_BLOCKS = 50;
const MAX_TEXT = 11_500;
const CLOSING_BLOCKS = 1;
const MAX_DOCKETS = 6;
const MAX_ITEMS = 10;
const MAX_GROUPS = 6;
const MAX_RECENT = 3;

/** What a digest shows. */
export interface Digest {
  readonly dockets: readonly DocketView[];
  /** The last call before switch-off says so at the top. */
  readonly warning: boolean;
  /** Lately answered or switched off, so that undo is in sight. */
  readonly recent?: readonly RecentAct[];
}

/** The digest as a message. Any number of items fits. */
export function renderDigest(digest: Digest, reader: Reader): SlackMessage {
  const due = digest.dockets.filter((docket) => docket.open > 0);
  if (due.length === 0) return renderDone(digest.recent ?? [], reader);
  const share = Math.min(due.length, MAX_DOCKETS);
  const blocks: Block[] = [
    ...opening(due, digest.warning, reader),
    ...recentBlocks(digest.recent ?? [], 'digest', reader),
  ];
  let shown = 0;
  for (const docket of due.slice(0, MAX_DOCKETS)) {
    const room = { blocks: MAX_BLOCKS - CLOSING_BLOCKS - blocks.length, text: MAX_TEXT - textLength(blocks) };
    const next = docketBlocks(docket, share, room, reader);
    blocks.push(...next);
    shown += next.length > 0 ? 1 : 0;
  }
  const closing = closingBlock(due, due.length - shown, reader);
  return { text: digestText(due, digest.warning, reader), blocks: [...blocks, closing] };
}

/** The same in one paragraph, for notifications and for those who cannot see the blocks. */
export function digestText(due: readonly DocketView[], warning: boolean, reader: Reader): string {
  const open = due.reduce((sum, docket) => sum + docket.open, 0);
  const first = due.reduce((a, b) => (b.dueAt < a.dueAt ? b : a));
  const worst = due.flatMap((docket) => docket.items).toSorted((a, b) => b.item.risk - a.item.risk)[0];
  // Once the due date is over, what counts is the end of grace.
  const by = warning || first.dueAt <= reader.now ? first.graceEndsAt : first.dueAt;
  const asks = `${openWords(open)} by ${dueWords(by, reader)}`;
  const lead = warning ? 'Last call before switching off: ' : '';
  const counts = prose(due.map((docket) => `${docket.title}: ${tierCounts(docket.byTier)}`).join('; '), 600);
  return `${lead}${asks}. ${counts}.${worst ? ` ${worstText(worst, reader)}` : ''}`;
}

function worstText({ item, snapshot }: ItemView, reader: Reader): string {
  const used = prose(lastUseWords(snapshot.identity.lastUse, reader), 160);
  const can = prose(abilityWords(snapshot.identity.entitlements), 160);
  return `First: ${code(item.name, 120)}; last used: ${used}; can do: ${can}.`;
}

function opening(due: readonly DocketView[], warning: boolean, reader: Reader): readonly Block[] {
  const open = due.reduce((sum, docket) => sum + docket.open, 0);
  const title = openWords(open);
  const grace = due.reduce((a, b) => (b.graceEndsAt < a.graceEndsAt ? b : a)).graceEndsAt;
  if (!warning) return [header(title)];
  return [
    header('Last call before switching off'),
    section(`*${title}.* ${prose(silenceWords(grace, reader), 400)}`),
  ];
}

function openWords(open: number): string {
  return countWords(open, 'identity needs your answer', 'identities need your answer');
}

/** As much of the docket as there is room for: its head and its groups first, then its worst items. */
function docketBlocks(
  docket: DocketView,
  share: number,
  room: { readonly blocks: number; readonly text: number },
  reader: Reader,
): readonly Block[] {
  const said = `*${prose(docket.title, 120)}* · due ${dueWords(docket.dueAt, reader)}\n${progressText(docket)}`;
  const ask = askSecurityButton(docket);
  const head = ask ? sectionWith(said, rowId('digest', 'docket', docket.campaignId), ask) : section(said);
  const fits = (candidate: readonly Block[]) =>
    candidate.length <= room.blocks && textLength(candidate) <= room.text;
  const groups = groupBlocks(docket, 'digest', { max: Math.max(1, Math.floor(MAX_GROUPS / share)) });
  const around = fits([head, ...groups]) ? groups : [];
  if (!fits([head])) return [];
  const items: Block[] = [];
  let tier: RiskTier | undefined;
  for (const view of docket.items.slice(0, Math.max(1, Math.floor(MAX_ITEMS / share)))) {
    const heading = view.item.tier === tier ? [] : [context(`*${tierWords(view.item.tier)}*`)];
    const next = [...heading, ...itemBlocks(view, 'digest', reader)];
    if (!fits([head, ...items, ...next, ...around])) break;
    items.push(...next);
    tier = view.item.tier;
  }
  return [head, ...items, ...around];
}

function progressText(docket: DocketView): string {
  const counts = tierCounts(docket.byTier);
  return `${docket.open} open${counts ? ` (${counts})` : ''}`;
}

/** Unchanged items of low tiers, kept group by group in one click or looked through first. */
export function groupBlocks(
  docket: DocketView,
  surface: Surface,
  { from = 0, max }: { readonly from?: number; readonly max: number },
): readonly Block[] {
  return docket.groups.slice(from, from + max).flatMap((alike, position) => {
    const { label, count } = alike;
    const look = lookThroughButton(docket.campaignId, alike);
    const keep = alike.part ? undefined : groupButton(docket.campaignId, alike);
    if (!look) return [];
    const said = `*${count} alike, unchanged since last time:* ${prose(label, 200)}`;
    const row = [docket.campaignId, String(from + position)];
    const place = docket.forPersonId ? [...row, docket.forPersonId] : row;
    return [
      section(said),
      buttons(rowId(surface, 'group', ...place), keep === undefined ? [look] : [keep, look]),
    ];
  });
}

/** What was done lately, with undo where it is still possible. */
export function recentBlocks(
  recent: readonly RecentAct[],
  surface: Surface,
  reader: Reader,
  max = MAX_RECENT,
): readonly Block[] {
  return recent.slice(0, max).map(({ text, undo }, position) => {
    if (!undo || undo.until <= reader.now) return context(`✓ ${prose(text, 300)}`);
    const said = `✓ ${prose(text, 300)} Undo until ${dueWords(undo.until, reader)}.`;
    return sectionWith(said, rowId(surface, 'recent', String(position)), undoButton(undo));
  });
}

function closingBlock(due: readonly DocketView[], hidden: number, reader: Reader): Block {
  const grace = due.reduce((a, b) => (b.graceEndsAt < a.graceEndsAt ? b : a)).graceEndsAt;
  const more = hidden > 0 ? ` ${countWords(hidden, 'more review')} there.` : '';
  return context(
    `*Everything due* is on the Home tab of this app, the worst first.${more}\n${prose(silenceWords(grace, reader), 400)}`,
  );
}

/** In place of a digest that a newer one follows: no button that could be pressed by mistake. */
export function renderFormerDigest(): SlackMessage {
  const text = 'There is a newer message below. It shows what waits for you now; so does the Home tab.';
  return { text, blocks: [section(text)] };
}

function renderDone(recent: readonly RecentAct[], reader: Reader): SlackMessage {
  return {
    text: 'Thank you. Nothing is waiting for your answer.',
    blocks: [
      section('*Thank you.* Nothing is waiting for your answer.'),
      ...recentBlocks(recent, 'digest', reader, 10),
    ],
  };
}
