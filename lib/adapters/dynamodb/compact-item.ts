// Review items in short form: with full names and empty fields a decided item would pass 1 KB, and cost two write units.
import type { StoredRecord } from './upgrade.ts';

const SHORT_NAMES = {
  identityId: 'i',
  connector: 'c',
  kind: 'k',
  name: 'n',
  state: 's',
  tier: 't',
  risk: 'x',
  reviewerId: 'r',
  reviewerSince: 'rs',
  routedBy: 'rb',
  hops: 'h',
  snapshot: 'd',
  snapshotAt: 'da',
  unchanged: 'u',
  group: 'g',
  recommendation: 'a',
  decision: 'y',
  dueAt: 'du',
  removalIds: 'm',
  noResponseId: 'nr',
  round: 'o',
  answers: 'w',
} as const;

const LONG_NAMES = new Map(Object.entries(SHORT_NAMES).map(([long, short]) => [short as string, long]));

/** Values left out of the row and put back on reading. */
const EMPTY: Readonly<Record<string, unknown>> = {
  hops: [],
  removalIds: [],
  round: 0,
  answers: 0,
  unchanged: false,
};
/** Fields that the row's key and version attribute hold already. */
const ELSEWHERE: ReadonlySet<string> = new Set(['campaignId', 'identityKey', 'version']);

function isEmpty(name: string, value: unknown): boolean {
  if (value === undefined) return true;
  if (!(name in EMPTY)) return false;
  return Array.isArray(value) ? value.length === 0 : value === EMPTY[name];
}

/** The short form of an item. Fields without a short name keep theirs. */
export function shorten(item: StoredRecord): StoredRecord {
  const short: Record<string, unknown> = {};
  for (const name of Object.keys(item)) {
    if (ELSEWHERE.has(name) || isEmpty(name, item[name])) continue;
    short[SHORT_NAMES[name as keyof typeof SHORT_NAMES] ?? name] = item[name];
  }
  return short;
}

/** The item again, with what its row's key and version attribute say. */
export function lengthen(short: StoredRecord, elsewhere: StoredRecord): StoredRecord {
  const item: Record<string, unknown> = {
    hops: [],
    removalIds: [],
    round: 0,
    answers: 0,
    unchanged: false,
    ...elsewhere,
  };
  for (const name of Object.keys(short)) item[LONG_NAMES.get(name) ?? name] = short[name];
  return item;
}
