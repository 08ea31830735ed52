// What a collection saw, and what it could not see.
import type { CollectionReport } from '../../domain/identity/collection.ts';
import { oneLine } from '../web/safe-text.ts';
import { countWords } from '../wording.ts';
import { countsText, heading, type Look } from './look.ts';
import { pairsOf } from './table.ts';

/** Counts over the identities of one collection. */
export interface InventorySummary {
  readonly kinds: Readonly<Record<string, number>>;
  readonly tiers: Readonly<Record<string, number>>;
  readonly admins: number;
  readonly unknownAdmin: number;
  /** Unused for more than 90 days, by what the source knows. */
  readonly dormant: number;
  readonly unknownUse: number;
  /** Nobody is named as owner. */
  readonly unowned: number;
  /** Active static credentials older than 90 days. */
  readonly oldCredentials: number;
  readonly excluded: Readonly<Record<string, number>>;
}

/** One collection as text; `summary` where the identities themselves were at hand. */
export function collectionText(
  report: CollectionReport,
  summary: InventorySummary | undefined,
  look: Look,
): string {
  const { paint } = look;
  const { connector, scope, identities, credentials, completeness, gaps } = report;
  const head = `${paint.bold(connector)} ${oneLine(scope, 200)}: ${countWords(identities, 'identity', 'identities')}, ${countWords(credentials, 'credential')}, ${completeness === 'complete' ? paint.good('complete') : paint.warn('partial')}\n`;
  const counts = report.independentCounts.map(
    ({ what, theirs, ours }) => `${what}: the source says ${theirs}, we saw ${ours}`,
  );
  const calls = report.calls.map(
    ({ action, calls: made, pages }) => `${action}: ${made} (${countWords(pages, 'page')})`,
  );
  const pairs: [string, string][] = [
    ...(summary ? summaryPairs(summary) : []),
    ...(report.sourceGeneratedAt
      ? [['made by the source', report.sourceGeneratedAt] as [string, string]]
      : []),
    ...listed('compared', counts),
    ...listed('calls', calls),
    ...listed('not known', gaps),
  ];
  return `${warningText(report.warnings, look)}${head}${pairsOf(pairs)}`;
}

/** Warnings nobody may overlook; an empty text when there are none. */
export function warningText(warnings: readonly string[], { paint }: Pick<Look, 'paint'>): string {
  return warnings
    .map((warning) => `${paint.loud(' WARNING ')} ${paint.bad(oneLine(warning, 1000))}\n`)
    .join('');
}

/** The heading and text of several collections. */
export function collectionsText(reports: readonly CollectionReport[], look: Look): string {
  if (reports.length === 0) return heading(look, 'Nothing was collected');
  return reports.map((report) => collectionText(report, undefined, look)).join('\n');
}

function summaryPairs(summary: InventorySummary): [string, string][] {
  const { kinds, tiers, admins, unknownAdmin, dormant, unknownUse, unowned, oldCredentials, excluded } =
    summary;
  return [
    ['kinds', countsText(kinds)],
    ['risk', countsText(tiers)],
    [
      'administrators',
      unknownAdmin > 0 ? `${admins} (of ${unknownAdmin} more it is not known)` : String(admins),
    ],
    [
      'unused over 90 days',
      unknownUse > 0 ? `${dormant} (use of ${unknownUse} more is not known)` : String(dormant),
    ],
    ['secrets over 90 days', String(oldCredentials)],
    ['nobody named as owner', String(unowned)],
    ['seen, not reviewed', countsText(excluded)],
  ];
}

function listed(name: string, values: readonly string[]): [string, string][] {
  return values.length === 0 ? [] : [[name, values.map((value) => oneLine(value, 1000)).join('\n')]];
}
