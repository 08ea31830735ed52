// The rows of the home tab by which one chooses what it shows: its parts, its filters, its pages.
import type { DeskView } from '../../application/review-actions.ts';
import { RiskTier } from '../../domain/identity/risk-tier.ts';
import { tierWords } from '../wording.ts';
import { type Block, buttons, type Choice, context, type Menu, words } from './blocks.ts';
import { pageButton } from './press.ts';
import { ACTION, type HomeFilter, type HomeTab, type PageValue, rowId } from './references.ts';
import { plain } from './text.ts';

/** What the home tab shows: which part of it, which page, what is left out. */
export type HomeState = PageValue;

/** Value of the choice that leaves nothing out. */
export const ALL = 'all';

/** What can be left out, as named after the colon of a menu's action id. */
export const FILTER_FIELDS = ['tier', 'campaignId', 'advice', 'unchanged'] as const;
export type FilterField = (typeof FILTER_FIELDS)[number];

/** Fewer items than this need no filter. */
const FEW = 5;
const MOST_CHOICES = 100;

const ADVICE_CHOICES: readonly (readonly [string, string])[] = [
  ['keep', 'We suggest: keep'],
  ['switch-off', 'We suggest: switch off'],
  ['look', 'We suggest: look closely'],
];

/** The parts of the tab; the one that is shown is marked. */
export function tabRow({ dockets }: DeskView, { tab = 'queue' }: HomeState): Block {
  const groups = dockets.reduce((sum, docket) => sum + docket.groups.length, 0);
  const labels: readonly (readonly [HomeTab, string])[] = [
    ['queue', 'To answer'],
    ['groups', `Alike, unchanged (${groups})`],
    ['decisions', 'My decisions'],
  ];
  const row = labels.map(([each, label]) => {
    const said = each === tab ? `● ${label}` : label;
    return { ...pageButton(said, { page: 0, tab: each }), action_id: `${ACTION.homePage}:${each}` };
  });
  return buttons(rowId('home', 'tabs'), row);
}

/** The menus that narrow the queue; none where there is little to narrow. */
export function filterRow({ dockets }: DeskView, { filter = {} }: HomeState): readonly Block[] {
  const open = dockets.reduce((sum, docket) => sum + docket.open, 0);
  if (open < FEW && Object.keys(filter).length === 0) return [];
  const tiers = RiskTier.options.map((tier) => [tier, tierWords(tier)] as const);
  const titles = new Map(dockets.map(({ campaignId, title }) => [campaignId, title]));
  const reviews = [...titles].slice(0, MOST_CHOICES - 1);
  const menus = [
    menu('tier', 'Every risk', tiers, filter.tier),
    ...(reviews.length > 1 || filter.campaignId !== undefined
      ? [menu('campaignId', 'Every review', reviews, filter.campaignId)]
      : []),
    menu('advice', 'Every suggestion', ADVICE_CHOICES, filter.advice),
    menu('unchanged', 'Changed or not', [['yes', 'Only unchanged']], filter.unchanged ? 'yes' : undefined),
  ];
  return [buttons(rowId('home', 'filters'), menus)];
}

function menu(
  field: FilterField,
  all: string,
  choices: readonly (readonly [string, string])[],
  chosen: string | undefined,
): Menu {
  const options = [[ALL, all] as const, ...choices].map(
    ([value, label]): Choice => ({ text: words(plain(label, 75)), value }),
  );
  const initial = options.find(({ value }) => value === chosen) ?? options[0];
  return {
    type: 'static_select',
    action_id: `${ACTION.homeFilter}:${field}`,
    placeholder: words(all),
    options,
    ...(initial ? { initial_option: initial } : {}),
  };
}

/** The state after a pick in one of the menus; undefined when it is none of ours. */
export function filtered(state: HomeState, field: string, value: string): unknown {
  if (!(FILTER_FIELDS as readonly string[]).includes(field)) return undefined;
  const { [field as keyof HomeFilter]: _before, ...rest } = state.filter ?? {};
  const picked = field === 'unchanged' ? value === 'yes' || value : value;
  return { page: 0, tab: 'queue', filter: value === ALL ? rest : { ...rest, [field]: picked } };
}

/** Turns the pages of the part that is shown. */
export function pageRow(state: HomeState, pages: number, more = ''): readonly Block[] {
  const { page, tab, filter } = state;
  if (pages <= 1 && page === 0) return more === '' ? [] : [context(more)];
  const to = (label: string, target: number) =>
    pageButton(label, { page: target, ...(tab ? { tab } : {}), ...(filter ? { filter } : {}) });
  const turning = [
    ...(page > 0 ? [to('← Back', Math.min(page, pages) - 1)] : []),
    ...(page + 1 < pages ? [to('Next →', page + 1)] : []),
  ].map((button, position) => ({ ...button, action_id: `${button.action_id}:${position}` }));
  const where = `Page ${page + 1} of ${Math.max(pages, page + 1)}.${more === '' ? '' : ` ${more}`}`;
  return [context(where), ...(turning.length > 0 ? [buttons(rowId('home', 'pages'), turning)] : [])];
}
