// The tables of a pack, made from attested facts alone: whoever has the facts can make them again, byte for byte.
import type { PopulationEntry } from '../../domain/campaign/population.ts';
import type { ReconciliationRow } from '../../domain/metrics/reconciliation.ts';
import { type CaseFile, dueAtOf, leadingRemoval } from '../facts/case-file.ts';
import { type FactHandlers, type FactOf, handleFact, type LoggedFact } from '../facts/logged-fact.ts';
import type { SnapshotFacts } from '../facts/snapshot-facts.ts';
import { PACK_FILES } from '../pack/pack-files.ts';
import { csvLine } from './csv.ts';
import { EXCEPTION_COLUMNS, exceptionLine } from './exception-lines.ts';

/** What joins are made with. */
export interface Joined {
  readonly cases: CaseFile;
  readonly snapshots: ReadonlyMap<string, SnapshotFacts>;
}

const REVIEW_COLUMNS = [
  'index',
  'attestation',
  'campaign',
  'identity',
  'kind',
  'environment',
  'privileged',
  'owner',
  'reviewer',
  'reviewer-is-owner',
  'snapshot sha256',
  'decision',
  'reason',
  'due',
  'decided',
  'on-time',
  'removal',
  'disabled-at',
  'verification level',
  'ticket',
  'keyid',
  'leaf hash',
];

function reviewLine(fact: FactOf<'decision'> | FactOf<'no-response'>, { cases, snapshots }: Joined): string {
  const { campaignId, identityId } = fact.predicate;
  const campaign = cases.campaigns.get(campaignId);
  const due = campaign && dueAtOf(campaign);
  const removal = leadingRemoval(campaign?.cases.get(identityId));
  const seen = snapshots.get(fact.subject.sha256);
  const answer = answerOf(fact);
  return csvLine([
    fact.index,
    fact.attestationId,
    campaignId,
    identityId,
    seen?.kind,
    seen?.environment,
    seen?.privileged,
    seen?.owner,
    answer.reviewer,
    seen === undefined ? undefined : answer.reviewer === seen.owner,
    fact.subject.sha256,
    answer.decision,
    answer.reason,
    due,
    fact.at,
    answer.silent || due === undefined ? false : fact.at <= due,
    removal?.step,
    removal?.executedAt,
    removal?.level,
    seen?.ticket,
    fact.keyId,
    fact.leafHash,
  ]);
}

function answerOf(fact: FactOf<'decision'> | FactOf<'no-response'>) {
  if (fact.name === 'no-response') {
    return { silent: true, decision: 'no-response', reviewer: fact.predicate.reviewer, reason: '' };
  }
  const { verdict, actor, awaitingSecond, confirms, reason } = fact.predicate;
  const note = awaitingSecond
    ? ' (waits for a second person)'
    : confirms === undefined
      ? ''
      : ' (second person)';
  const reviewer = actor.kind === 'person' ? actor.pseudonym : 'system';
  return { silent: false, decision: `${verdict}${note}`, reviewer, reason };
}

const noticeLine = (fact: LoggedFact): string | undefined => {
  if (fact.name !== 'notice') return undefined;
  const { noticeId, person, channel, purpose, campaigns, rungs, outcome, maybeDuplicate, failure } =
    fact.predicate;
  return csvLine([
    fact.index,
    noticeId,
    person,
    channel,
    purpose,
    campaigns.join(' '),
    rungs.join(' '),
    outcome,
    fact.at,
    maybeDuplicate,
    failure,
    fact.leafHash,
  ]);
};

type ToolChange = readonly [what: string, by: string, approver: string];

const TOOL_CHANGES: FactHandlers<string, ToolChange> = {
  'tool-changed': ({ predicate }, by) => [`commit ${predicate.commit}`, by, ''],
  'definition-changed': ({ predicate: { definitionId, definitionVersion, author, approver } }) => [
    `${definitionId} version ${definitionVersion}`,
    author,
    approver,
  ],
  'mode-changed': ({ predicate: { connector, tier, from, to, approvers } }, by) => [
    `${connector}/${tier}: ${from} to ${to}`,
    by,
    approvers.join(' '),
  ],
  'key-transition': ({ predicate: { use, fromKeyId, toKeyId } }, by) => [
    `${use} key ${fromKeyId} to ${toKeyId}`,
    by,
    '',
  ],
  'cap-lifted': ({ predicate: { cap, from, to } }, by) => [`${cap}: ${from} to ${to}`, by, ''],
};

function toolChange(fact: LoggedFact): ToolChange | undefined {
  const { actor } = fact.predicate;
  return handleFact(fact, TOOL_CHANGES, actor.kind === 'person' ? actor.pseudonym : 'system');
}

/** A table with one line for some of the facts. */
export interface FactTable {
  readonly file: string;
  readonly columns: readonly string[];
  /** Packs of before it was made do not have it. */
  readonly maybeAbsent?: true;
  line(fact: LoggedFact, joined: Joined): string | undefined;
}

/** Every table made fact by fact. */
export const FACT_TABLES: readonly FactTable[] = [
  {
    file: PACK_FILES.reviews,
    columns: REVIEW_COLUMNS,
    line: (fact, joined) =>
      fact.name === 'decision' || fact.name === 'no-response' ? reviewLine(fact, joined) : undefined,
  },
  {
    file: PACK_FILES.notices,
    columns: [
      'index',
      'notice',
      'person',
      'channel',
      'purpose',
      'campaigns',
      'rungs',
      'outcome',
      'at',
      'maybe duplicate',
      'failure',
      'leaf hash',
    ],
    line: noticeLine,
  },
  {
    file: PACK_FILES.toolChanges,
    columns: ['index', 'kind', 'at', 'what', 'by', 'approved by', 'subject sha256', 'leaf hash'],
    line: (fact) => {
      const change = toolChange(fact);
      if (change === undefined) return undefined;
      return csvLine([fact.index, fact.name, fact.at, ...change, fact.subject.sha256, fact.leafHash]);
    },
  },
  {
    file: PACK_FILES.toolAccess,
    columns: ['index', 'at', 'person', 'role', 'granted', 'approver', 'leaf hash'],
    line: (fact) => {
      if (fact.name !== 'role-granted') return undefined;
      const { person, role, granted, approver } = fact.predicate;
      return csvLine([fact.index, fact.at, person, role, granted, approver, fact.leafHash]);
    },
  },
  {
    file: PACK_FILES.exceptions,
    columns: EXCEPTION_COLUMNS,
    maybeAbsent: true,
    line: (fact, { cases }) => exceptionLine(fact, cases),
  },
];

/** A whole fact table, line by line. */
export async function* factTable(
  table: FactTable,
  facts: AsyncIterable<LoggedFact>,
  joined: Joined,
): AsyncGenerator<string> {
  yield csvLine(table.columns);
  for await (const fact of facts) {
    const line = table.line(fact, joined);
    if (line !== undefined) yield line;
  }
}

/** Columns of `population.csv`: every identity considered, in or out, and why. */
export const POPULATION_COLUMNS = [
  'campaign',
  'identity',
  'connector',
  'kind',
  'name',
  'included',
  'code',
  'reason',
  'tier',
  'risk',
  'reviewer',
  'snapshot sha256',
];

/** A line of `population.csv`. */
export function populationLine(campaignId: string, entry: PopulationEntry): string {
  const { identityId, connector, kind, name, included, reason } = entry;
  const code = included ? 'included' : entry.code;
  const rest = included
    ? [entry.tier, entry.risk, entry.reviewerId, entry.snapshot]
    : [undefined, undefined, undefined, undefined];
  return csvLine([campaignId, identityId, connector, kind, name, included, code, reason, ...rest]);
}

/** Columns of `reconciliation.csv`: per identity, answer × action × verification level. */
export const RECONCILIATION_COLUMNS = [
  'campaign',
  'identity',
  'included',
  'answer',
  'detail',
  'action',
  'verification',
  'removals',
  'unowned',
  'undelivered',
  'late',
];

/** A line of `reconciliation.csv`. */
export function reconciliationLine(campaignId: string, row: ReconciliationRow): string {
  return csvLine([
    campaignId,
    row.identityId,
    row.included,
    row.answer,
    row.detail,
    row.action,
    row.verification,
    row.removals,
    row.unowned,
    row.undelivered,
    row.late,
  ]);
}
