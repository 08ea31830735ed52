// Exceptions granted, for `exceptions.csv`: what stands instead, who asked and agreed, until when, and what became of it.
import type { CaseFile } from '../facts/case-file.ts';
import type { LoggedFact } from '../facts/logged-fact.ts';
import { csvLine } from './csv.ts';

/** Columns of `exceptions.csv`. People are pseudonyms. */
export const EXCEPTION_COLUMNS = [
  'index',
  'exception',
  'campaign',
  'identity',
  'granted',
  'until',
  'compensating control',
  'requested by',
  'approved by',
  'renewals',
  'ended',
  'in force',
  'snapshot sha256',
  'leaf hash',
];

/** A line for each exception granted; in force is one that no end, new answer or new question has overtaken. */
export function exceptionLine(fact: LoggedFact, cases: CaseFile): string | undefined {
  if (fact.name !== 'exception-granted') return undefined;
  const { exceptionId, campaignId, identityId, until, compensatingControl, requestedBy, renewals, actor } =
    fact.predicate;
  const endedAt = cases.exceptions.get(exceptionId)?.endedAt;
  const trail = cases.campaigns.get(campaignId)?.cases.get(identityId);
  const isInForce =
    endedAt === undefined &&
    trail?.answer?.verdict === 'except' &&
    !trail.reopened &&
    trail.exceptedUntil === until;
  return csvLine([
    fact.index,
    exceptionId,
    campaignId,
    identityId,
    fact.at,
    until,
    compensatingControl,
    requestedBy,
    actor.kind === 'person' ? actor.pseudonym : 'system',
    renewals,
    endedAt,
    isInForce,
    fact.subject.sha256,
    fact.leafHash,
  ]);
}
