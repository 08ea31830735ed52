// The home tab: everything one person has to do, the worst first, undo in sight.
import type { DocketView, ItemView } from '../../application/ports/messenger.ts';
import type { DeskView, HistoryPage, PendingApproval } from '../../application/review-actions.ts';
import { momentWords } from '../dates.ts';
import { countWords, dueWords, type Reader, silenceWords, tierCounts, tierWords } from '../wording.ts';
import { type Block, buttons, context, type Home, header, section } from './blocks.ts';
import { groupBlocks, recentBlocks } from './digest.ts';
import { filterRow, type HomeState, pageRow, tabRow } from './home-rows.ts';
import { itemBlocks } from './item-blocks.ts';
import { approvalButtons, askSecurityButton, notTodayButton } from './press.ts';
import { CALLBACK, rowId } from './references.ts';
import { prose } from './text.ts';

/** Items on one page of the home tab. */
export const HOME_PAGE_ITEMS = 15;
/** Groups, and decisions, on one page of theirs. */
export const HOME_PAGE_GROUPS = 20;
export const HOME_PAGE_DECISIONS = 25;

const MAX_BLOCKS = 100;
const MAX_APPROVALS = 8;
const MAX_RECENT = 6;
const MAX_DOCKETS = 8;
const MAX_GROUPS = 6;

/** The desk as a home tab. `desk.page` holds the items of the page; `history` what the person decided, when that is shown. */
export function renderHome(desk: DeskView, state: HomeState = { page: 0 }, history?: HistoryPage): Home {
  const reader = { now: desk.now, timeZone: desk.person.timeZone };
  return {
    type: 'home',
    callback_id: CALLBACK.home,
    private_metadata: JSON.stringify(state),
    blocks: [
      ...blocksOf(desk, state, history, reader),
      context(`As of ${momentWords(desk.now, desk.person.timeZone)}.`),
    ],
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

function blocksOf(
  desk: DeskView,
  state: HomeState,
  history: HistoryPage | undefined,
  reader: Reader,
): readonly Block[] {
  if (state.tab === 'groups') return groupsOf(desk, state, reader);
  if (state.tab === 'decisions') return decisionsOf(desk, state, history, reader);
  return queueOf(desk, state, reader);
}

function queueOf(desk: DeskView, state: HomeState, reader: Reader): readonly Block[] {
  const dockets = desk.dockets.filter((docket) => docket.open > 0);
  const open = dockets.reduce((sum, docket) => sum + docket.open, 0);
  const lead = [
    ...opening(open, desk, reader),
    tabRow(desk, state),
    ...approvalBlocks(desk.approvals, reader),
    ...recentBlocks(desk.recent, 'home', reader, MAX_RECENT),
    ...docketsBlocks(dockets.slice(0, MAX_DOCKETS), reader),
    ...(open > 0 ? filterRow(desk, state) : []),
  ];
  const found = desk.page?.found ?? open;
  const turning = [
    ...(open > 0 && found === 0 ? [context('Nothing of this kind is waiting for you.')] : []),
    ...pageRow(
      state,
      Math.ceil(found / HOME_PAGE_ITEMS),
      desk.page?.part ? 'Only the worst were looked at; more come up as you answer.' : '',
    ),
  ];
  const room = MAX_BLOCKS - lead.length - turning.length - 1;
  return [...lead, ...itemsOf(desk.page?.items ?? [], room, reader), ...turning];
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

/** The dockets, and the first groups of them; all groups have a part of the tab for themselves. */
function docketsBlocks(dockets: readonly DocketView[], reader: Reader): readonly Block[] {
  let groups = 0;
  return dockets.flatMap((docket) => {
    const shown = groupBlocks(docket, 'home', { max: MAX_GROUPS - groups });
    groups += shown.length / 2;
    return [...docketHead(docket, reader), ...shown];
  });
}

function docketHead(docket: DocketView, reader: Reader): readonly Block[] {
  const counts = tierCounts(docket.byTier);
  const title = `*${prose(docket.title, 120)}* · due ${dueWords(docket.dueAt, reader)}`;
  const said = section(`${title}\n${docket.open} open${counts ? ` (${counts})` : ''}`);
  const later = notTodayButton(docket, reader.now);
  const ask = askSecurityButton(docket);
  const head =
    later && said.type === 'section'
      ? { ...said, block_id: rowId('home', 'docket', docket.campaignId), accessory: later }
      : said;
  return ask ? [head, buttons(rowId('home', 'ask', docket.campaignId), [ask])] : [head];
}

function itemsOf(views: readonly ItemView[], room: number, reader: Reader): readonly Block[] {
  const blocks: Block[] = [];
  let tier: string | undefined;
  for (const view of views) {
    const heading = view.item.tier === tier ? [] : [context(`*${tierWords(view.item.tier)}*`)];
    const next = [...heading, ...itemBlocks(view, 'home', reader)];
    if (blocks.length + next.length > room) break;
    blocks.push(...next);
    tier = view.item.tier;
  }
  return blocks;
}

function groupsOf(desk: DeskView, state: HomeState, reader: Reader): readonly Block[] {
  const all = desk.dockets.flatMap((docket) =>
    docket.groups.map((_group, position) => ({ docket, position })),
  );
  const from = state.page * HOME_PAGE_GROUPS;
  let last: DocketView | undefined;
  const shown = all.slice(from, from + HOME_PAGE_GROUPS).flatMap(({ docket, position }) => {
    const head = docket === last ? [] : docketHead(docket, reader);
    last = docket;
    return [...head, ...groupBlocks(docket, 'home', { from: position, max: 1 })];
  });
  return [
    header('Alike and unchanged'),
    tabRow(desk, state),
    ...(all.length === 0 ? [section('There are no groups to keep together just now.')] : shown.slice(0, 90)),
    ...pageRow(state, Math.ceil(all.length / HOME_PAGE_GROUPS)),
  ];
}

function decisionsOf(
  desk: DeskView,
  state: HomeState,
  history: HistoryPage | undefined,
  reader: Reader,
): readonly Block[] {
  const acts = history?.acts ?? [];
  const rows = acts.map(({ at, text }) =>
    section(`${prose(text, 300)}\n${momentWords(at, reader.timeZone)}`),
  );
  return [
    header('My decisions'),
    tabRow(desk, state),
    ...(rows.length === 0 ? [section('Nothing yet.')] : rows),
    ...pageRow(state, state.page + 1 + (history?.more ? 1 : 0)),
  ];
}
