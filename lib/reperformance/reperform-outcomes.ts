// What each identity came to, worked out again from decisions, silence, removals and verifications, against reconciliation.csv.
import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import { utf8Text } from '../domain/attestation/bytes/text-bytes.ts';
import type { PopulationEntry } from '../domain/campaign/population.ts';
import type { Answer } from '../domain/metrics/reconciliation.ts';
import {
  type CampaignTrail,
  type CaseTrail,
  dueAtOf,
  effectiveAnswer,
} from '../verification/facts/case-file.ts';
import type { LoggedFact } from '../verification/facts/logged-fact.ts';
import { PACK_FILES } from '../verification/pack/pack-files.ts';
import type { PackSource } from '../verification/pack/pack-source.ts';
import { readWhole } from '../verification/pack/read-bytes.ts';
import { attestedAction, attestedLevel } from '../verification/reports/reconcile-trail.ts';
import type { DifferenceBook } from './difference.ts';

const Flag = z.enum(['true', 'false']);

/** A line of `reconciliation.csv`, as far as it follows from attestations. */
const Line = z.object({
  campaign: z.string(),
  identity: z.string(),
  included: Flag,
  answer: z.string(),
  action: z.string(),
  verification: z.string(),
  removals: z.string(),
  unowned: Flag,
  undelivered: Flag,
  late: Flag,
});
type Line = z.infer<typeof Line>;

/** What of a case the trail does not keep, but attestations say. */
export interface CaseNotes {
  /** Handed on by somebody: how the last reviewer was found is not attested. */
  passedOn: boolean;
  /** Asked again at least once: then it was due later than its campaign. */
  askedAgain: boolean;
  nobodyTold: boolean;
}

/** Adds what a fact says about its case. */
export function noteCase(notes: CaseNotes, fact: LoggedFact): void {
  const { name, predicate } = fact;
  if (name === 'decision' && (predicate.verdict === 'reassign' || predicate.verdict === 'not-mine')) {
    if (predicate.supersedes === undefined) notes.passedOn = true;
    else notes.askedAgain = true;
  }
  if (name === 'owner-changed' && predicate.how !== 'claim') notes.passedOn = true;
  if (name === 'restoration' || name === 'promise-missed' || name === 'exception-ended')
    notes.askedAgain = true;
  if (name === 'verification' && predicate.drifted) notes.askedAgain = true;
  if (name === 'hold' && predicate.code === 'nobody-told') notes.nobodyTold = true;
}

/** One campaign's attestations, folded up to its closing. */
export interface FoldedCampaign {
  readonly trail: CampaignTrail;
  readonly notes: ReadonlyMap<string, CaseNotes>;
}

/** Reads the lines of `reconciliation.csv` by campaign. @returns undefined, said in the book, when it cannot be read */
export async function readReconciliation(
  source: PackSource,
): Promise<ReadonlyMap<string, readonly Line[]> | undefined> {
  if (!source.has(PACK_FILES.reconciliation)) return undefined;
  const text = utf8Text(await readWhole(source, PACK_FILES.reconciliation, 1024 * 1024 * 1024));
  const parsed = z.array(Line).safeParse(parse(text, { columns: true, relax_column_count: false }));
  if (!parsed.success) return undefined;
  const lines = new Map<string, Line[]>();
  for (const line of parsed.data) {
    const known = lines.get(line.campaign);
    const exact = { ...line, identity: withoutGuard(line.identity) };
    if (known) known.push(exact);
    else lines.set(line.campaign, [exact]);
  }
  return lines;
}

/** In tables, a cell that a spreadsheet would run has an apostrophe in front. */
function withoutGuard(cell: string): string {
  return /^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}

/** Compares every line. `routedByFallback` tells who was routed to the fallback at opening. Returns how many were compared. */
export function reperformOutcomes(
  lines: readonly Line[],
  entries: ReadonlyMap<string, PopulationEntry>,
  folded: FoldedCampaign,
  routedByFallback: ReadonlySet<string>,
  book: DifferenceBook,
): number {
  for (const line of lines) {
    const entry = entries.get(line.identity);
    if (entry === undefined) {
      book.differ(line.identity, 'reconciliation', 'not in the population', 'reconciled');
      continue;
    }
    compareLine(line, entry, folded, routedByFallback.has(line.identity), book);
  }
  const reconciled = new Set(lines.map(({ identity }) => identity));
  for (const { identityId } of entries.values()) {
    if (!reconciled.has(identityId)) book.differ(identityId, 'reconciliation', 'considered', 'missing');
  }
  return lines.length;
}

function compareLine(
  line: Line,
  entry: PopulationEntry,
  { trail, notes }: FoldedCampaign,
  fallback: boolean,
  book: DifferenceBook,
): void {
  const own = trail.cases.get(line.identity);
  const note = notes.get(line.identity);
  const compare = (what: keyof Line, recomputed: string | number | boolean): void => {
    if (String(recomputed) !== line[what]) book.differ(line.identity, what, String(recomputed), line[what]);
  };
  compare('included', entry.included);
  const answers = answersOf(entry, own);
  if (!answers.some((answer) => answer === line.answer)) {
    book.differ(line.identity, 'answer', answers.join(' or '), line.answer);
  }
  compare('action', attestedAction(own));
  compare('verification', attestedLevel(own));
  compare('removals', own?.removals.size ?? 0);
  if (!entry.included) return;
  compare('undelivered', note?.nobodyTold === true);
  if (note?.passedOn !== true) compare('unowned', fallback && own?.claimed !== true);
  const dueAt = dueAtOf(trail);
  if (note?.askedAgain === true || dueAt === undefined) return;
  compare('late', own?.answer !== undefined && own.answer.at > dueAt);
}

/** What the answer must be. Where a question was asked again, attestations do not say whether its campaign still took answers. */
function answersOf(entry: PopulationEntry, trail: CaseTrail | undefined): Answer[] {
  if (!entry.included) return [entry.code === 'not-due' ? 'not-due' : 'excluded'];
  const answer = effectiveAnswer(trail);
  if (trail?.reopened !== true) return [answer];
  return [...new Set<Answer>([trail.silentAt === undefined ? 'open' : 'no-response', answer])];
}
