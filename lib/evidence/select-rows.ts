// Which rows of the log a pack is made of.
import type { LeafRow } from '../application/ports/ledger-rows.ts';
import { factOfRow, type LoggedFact } from '../verification/facts/logged-fact.ts';
import type { PackScope } from '../verification/pack/pack-files.ts';
import type { LedgerReader } from './ledger-reader.ts';

/** The rows chosen. */
export interface Selection {
  /** Indexes in order; undefined for all. */
  readonly indexes: readonly number[] | undefined;
  /** The indexes between which every row is chosen. */
  readonly range: { readonly from: number; readonly to: number } | undefined;
  readonly rows: number;
}

/** What leads from one fact to others that belong with it. */
interface Interest {
  readonly campaigns: Set<string>;
  readonly notices: Set<string>;
  readonly inventories: Set<string>;
  readonly definitions: Set<string>;
}

/** Reads the log twice: once for what the scope leads to, once to choose. The whole log needs neither. */
export async function selectRows(ledger: LedgerReader, scope: PackScope): Promise<Selection> {
  const { size } = ledger.head;
  if (scope.by === 'log') return { indexes: undefined, range: { from: 0, to: size }, rows: size };
  const range = scope.by === 'time' ? await rangeOf(ledger, scope) : undefined;
  const interest = await interestOf(ledger, scope);
  const indexes: number[] = [];
  for await (const row of ledger.leaves()) {
    const inRange = range !== undefined && row.index >= range.from && row.index < range.to;
    if (inRange || belongs(factOfRow(row), scope, interest)) indexes.push(row.index);
  }
  return { indexes, range, rows: indexes.length };
}

/** The shortest run of the log that holds every fact of that time. */
async function rangeOf(
  ledger: LedgerReader,
  { since, until }: Extract<PackScope, { by: 'time' }>,
): Promise<{ readonly from: number; readonly to: number }> {
  let from: number | undefined;
  let to = 0;
  for await (const row of ledger.leaves()) {
    const at = factOfRow(row)?.at;
    if (at === undefined || at < since || at >= until) continue;
    from ??= row.index;
    to = row.index + 1;
  }
  return from === undefined ? { from: 0, to: 0 } : { from, to };
}

async function interestOf(ledger: LedgerReader, scope: PackScope): Promise<Interest> {
  const interest: Interest = {
    campaigns: new Set(scope.by === 'campaign' ? [scope.campaignId] : []),
    notices: new Set(),
    inventories: new Set(),
    definitions: new Set(),
  };
  if (scope.by === 'time') return interest;
  const opened: Extract<LoggedFact, { name: 'campaign-opened' }>[] = [];
  for await (const row of ledger.leaves()) {
    const fact = factOfRow(row);
    if (fact === undefined) continue;
    if (fact.name === 'campaign-opened') {
      opened.push(fact);
      const { controls, campaignId } = fact.predicate;
      if (scope.by === 'control' && serves(controls, scope.control)) interest.campaigns.add(campaignId);
    }
    if (scope.by === 'identity') followIdentity(fact, scope.identityId, interest);
  }
  for (const { predicate } of opened) {
    if (!interest.campaigns.has(predicate.campaignId)) continue;
    interest.definitions.add(predicate.definitionDigest);
    for (const inventory of predicate.inventories) interest.inventories.add(inventory);
  }
  return interest;
}

function followIdentity(fact: LoggedFact, identityId: string, { campaigns, notices }: Interest): void {
  if (!('identityId' in fact.predicate) || fact.predicate.identityId !== identityId) return;
  if ('campaignId' in fact.predicate) campaigns.add(fact.predicate.campaignId);
  if (fact.name !== 'no-response') return;
  for (const { noticeId } of fact.predicate.notices) notices.add(noticeId);
}

/** A control is named in full, or by what its id begins with up to a `/` or `.`. */
function serves(controls: readonly string[], wanted: string): boolean {
  return controls.some(
    (control) => control === wanted || control.startsWith(`${wanted}/`) || control.startsWith(`${wanted}.`),
  );
}

/** Facts about the tool itself go with every pack: whoever judges a campaign must know who could change its rules. */
const ABOUT_THE_TOOL: ReadonlySet<string> = new Set([
  'key-transition',
  'mode-changed',
  'role-granted',
  'tool-changed',
]);

function belongs(fact: LoggedFact | undefined, scope: PackScope, interest: Interest): boolean {
  if (fact === undefined) return false;
  if (ABOUT_THE_TOOL.has(fact.name)) return true;
  if (fact.name === 'collection') return interest.inventories.has(fact.predicate.inventory);
  if (fact.name === 'definition-changed') return interest.definitions.has(fact.subject.sha256);
  if (fact.name === 'notice') {
    if (scope.by === 'identity') return interest.notices.has(fact.predicate.noticeId);
    return fact.predicate.campaigns.some((campaignId) => interest.campaigns.has(campaignId));
  }
  if (!('campaignId' in fact.predicate) || !interest.campaigns.has(fact.predicate.campaignId)) return false;
  return (
    scope.by !== 'identity' ||
    !('identityId' in fact.predicate) ||
    fact.predicate.identityId === scope.identityId
  );
}

/** The rows chosen, in order; gaps are skipped, not read. */
export async function* selectedRows(ledger: LedgerReader, { indexes }: Selection): AsyncGenerator<LeafRow> {
  if (indexes === undefined) {
    yield* ledger.leaves();
    return;
  }
  for (let position = 0; position < indexes.length; ) {
    const start = indexes[position] ?? 0;
    let end = position + 1;
    while (end < indexes.length && (indexes[end] ?? 0) - (indexes[end - 1] ?? 0) === 1) end += 1;
    yield* ledger.leaves(start, start + (end - position));
    position = end;
  }
}
