// The home tab: everything one person has to do, the worst first, undo in sight.
import type { DocketView, ItemView } from '../../application/ports/messenger.ts';
import type { DeskView, PendingApproval } from '../../application/review-actions.ts';
import { momentWords } from '../dates.ts';
import { countWords, dueWords, type Reader, silenceWords, tierCounts, tierWords } from '../wording.ts';
import { type Block, buttons, context, type Home, header, section } from './blocks.ts';
import { groupBlocks, recentBlocks } from './digest.ts';
import { itemBlocks } from './item-blocks.ts';
import { approvalButtons, pageButton } from './press.ts';
import { CALLBACK, rowId } from './references.ts';
import { prose } from './text.ts';

/** Items on one page of the home tab, and the pages there are: later items come up as the worst are answered. */
export const HOME_PAGE_ITEMS = 15;
/** Number of pages one can turn. */
export const HOME_PAGES = 10;

const MAX_BLOCKS = 100;
const MAX_APPROVALS = 8;
const MAX_RECENT = 6;
const MAX_DOCKETS = 8;

/** The desk as a home tab. `desk.dockets` should hold at least `(page + 1) × HOME_PAGE_ITEMS` items where there are as many. */
export function renderHome(desk: DeskView, page = 0): Home {
  const reader = { now: desk.now, timeZone: desk.person.timeZone };
  const dockets = desk.dockets.filter((docket) => docket.open > 0);
  const open = dockets.reduce((sum, docket) => sum + docket.open, 0);
  const foot = [context(`As of ${momentWords(desk.now, desk.person.timeZone)}.`)];
  const lead = [
    ...opening(open, desk, reader),
    ...approvalBlocks(desk.approvals, reader),
    ...recentBlocks(desk.recent, 'home', reader, MAX_RECENT),
    ...dockets.slice(0, MAX_DOCKETS).flatMap((docket) => docketBlocks(docket, reader)),
  ];
  const turning = pageBlocks(open, page);
  const room = MAX_BLOCKS - lead.length - turning.length - foot.length;
  return {
    type: 'home',
    callback_id: CALLBACK.home,
    private_metadata: JSON.stringify({ page }),
    blocks: [...lead, ...itemsOfPage(dockets, page, room, reader), ...turning, ...foot],
  };
}

/** For somebody the directory does not know, or who may not decide. */
export function renderClosedHome(said: string): Home {
  return {
    type: 'home',
    callback_id: CALLBACK.home,
    private_metadata: JSON.stringify({ page: 0 }),
    blocks: [section(prose(said, 1000))],
  };
}

function opening(open: number, desk: DeskView, reader: Reader): readonly Block[] {
  if (open === 0 && desk.approvals.length === 0) {
    return [header('Nothing is waiting for you'), section('We write to you when something is.')];
  }
  const first = desk.dockets.filter((docket) => docket.open > 0).map((docket) => docket.graceEndsAt);
  const grace = first.toSorted()[0];
  return [
    header(`${countWords(open, 'identity', 'identities')} to answer for`),
    ...(grace ? [context(prose(silenceWords(grace, reader), 400))] : []),
  ];
}

function approvalBlocks(approvals: readonly PendingApproval[], reader: Reader): readonly Block[] {
  if (approvals.length === 0) return [];
  const shown = approvals.slice(0, MAX_APPROVALS).flatMap((approval) => {
    const { title, detail, askedBy, since, kind, identityKey, id } = approval;
    const asked = `asked by ${prose(askedBy, 120)}, ${momentWords(since, reader.timeZone)}`;
    return [
      section(`*${prose(title, 200)}*\n${prose(detail, 900)}\n${asked}`),
      buttons(rowId('home', kind, identityKey, id), approvalButtons(approval)),
    ];
  });
  const rest = approvals.length - MAX_APPROVALS;
  return [
    section('*Your word is wanted*'),
    ...shown,
    ...(rest > 0 ? [context(`and ${rest} more, shown as you answer these`)] : []),
    { type: 'divider' },
  ];
}

function docketBlocks(docket: DocketView, reader: Reader): readonly Block[] {
  const counts = tierCounts(docket.byTier);
  const title = `*${prose(docket.title, 120)}* · due ${dueWords(docket.dueAt, reader)}`;
  const open = `${docket.open} open${counts ? ` (${counts})` : ''}`;
  return [section(`${title}\n${open}`), ...groupBlocks(docket, 'home', 3)];
}

function itemsOfPage(
  dockets: readonly DocketView[],
  page: number,
  room: number,
  reader: Reader,
): readonly Block[] {
  const views = dockets.flatMap((docket) => docket.items).toSorted(worstFirst);
  const blocks: Block[] = [];
  let tier: string | undefined;
  for (const view of views.slice(page * HOME_PAGE_ITEMS, (page + 1) * HOME_PAGE_ITEMS)) {
    const heading = view.item.tier === tier ? [] : [context(`*${tierWords(view.item.tier)}*`)];
    const next = [...heading, ...itemBlocks(view, 'home', reader)];
    if (blocks.length + next.length > room) break;
    blocks.push(...next);
    tier = view.item.tier;
  }
  return blocks;
}

function worstFirst(a: ItemView, b: ItemView): number {
  return b.item.risk - a.item.risk || (a.item.identityKey < b.item.identityKey ? -1 : 1);
}

function pageBlocks(open: number, page: number): readonly Block[] {
  const pages = Math.min(HOME_PAGES, Math.ceil(open / HOME_PAGE_ITEMS));
  if (pages <= 1) return [];
  const turning = [
    ...(page > 0 ? [pageButton('← Worse', { page: page - 1 })] : []),
    ...(page + 1 < pages ? [pageButton('Next →', { page: page + 1 })] : []),
  ].map((button, position) => ({ ...button, action_id: `${button.action_id}:${position}` }));
  const beyond =
    open > HOME_PAGES * HOME_PAGE_ITEMS
      ? ` The worst ${HOME_PAGES * HOME_PAGE_ITEMS} of ${open} are here; the rest come up as you answer.`
      : '';
  return [context(`Page ${page + 1} of ${pages}.${beyond}`), buttons(rowId('home', 'pages'), turning)];
}
