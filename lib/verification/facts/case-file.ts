// What the attestations add up to: per campaign and identity, the answer, the removals and how well they are known.
import type { PredicateBody } from '../../domain/attestation/predicates/registry.ts';
import type { AnswerRow } from '../../domain/metrics/rubber-stamp.ts';
import type { VerificationLevel } from '../../domain/removal/verification-level.ts';
import type { FinalVerdict } from '../../domain/review/decision.ts';
import type { Instant } from '../../domain/time.ts';
import { millisOf, plusMs } from '../../domain/time.ts';
import { type FactHandlers, type FactOf, handleFact, type LoggedFact } from './logged-fact.ts';

/** The last answer given, as attested. */
export interface GivenAnswer {
  readonly verdict: FinalVerdict;
  readonly at: Instant;
  readonly validUntil: Instant | undefined;
  /** Pseudonym. */
  readonly by: string;
  readonly awaitingSecond: boolean;
}

/** One removal, as attested. */
export interface RemovalTrail {
  readonly removalId: string;
  credentialId: string | undefined;
  plannedAt: Instant;
  step: PredicateBody<'removal'>['step'] | 'held' | 'restored';
  stepAt: Instant;
  releasedAt: Instant | undefined;
  executedAt: Instant | undefined;
  level: VerificationLevel | undefined;
  levelAt: Instant | undefined;
  verifiedAt: Instant | undefined;
  drifted: boolean;
  restoredAt: Instant | undefined;
  /** How it stood when its campaign closed, once something was attested of it after that. */
  atClose?: { readonly step: RemovalTrail['step']; readonly level: RemovalTrail['level'] };
}

/** One identity in one campaign, as attested. */
export interface CaseTrail {
  answer: GivenAnswer | undefined;
  /** Every verdict ever attested, and `no-response`. */
  readonly attested: Set<string>;
  silentAt: Instant | undefined;
  /** When a second person last agreed. */
  confirmedAt: Instant | undefined;
  readonly removals: Map<string, RemovalTrail>;
  claimed: boolean;
  promiseKept: boolean;
  /** The question was asked again after the last answer: an undo, a drift, a broken promise, an exception's end. */
  reopened: boolean;
  /** Attested but still in force: end of a granted exception. */
  exceptedUntil: Instant | undefined;
}

/** One campaign, as attested. */
export interface CampaignTrail {
  readonly campaignId: string;
  opened: FactOf<'campaign-opened'> | undefined;
  closed: FactOf<'campaign-closed'> | undefined;
  acknowledged: FactOf<'management-acknowledged'> | undefined;
  /** The newest `closeBy` attested. */
  closeBy: Instant | undefined;
  readonly cases: Map<string, CaseTrail>;
}

/** One exception, as attested. */
export interface ExceptionTrail {
  readonly campaignId: string;
  readonly until: Instant;
  ended: boolean;
  endedAt: Instant | undefined;
}

/** Everything folded so far. */
export interface CaseFile {
  readonly campaigns: Map<string, CampaignTrail>;
  readonly exceptions: Map<string, ExceptionTrail>;
  readonly answers: Map<string, AnswerRow[]>;
  /** Rows seen, by predicate name. */
  readonly counts: Map<string, number>;
}

/** Nothing folded yet. */
export function emptyCaseFile(): CaseFile {
  return { campaigns: new Map(), exceptions: new Map(), answers: new Map(), counts: new Map() };
}

/** Adds the next fact in log order. */
export function foldFact(file: CaseFile, fact: LoggedFact): void {
  file.counts.set(fact.name, (file.counts.get(fact.name) ?? 0) + 1);
  const { predicate } = fact;
  if (!('campaignId' in predicate)) return;
  const campaign = campaignOf(file, predicate.campaignId);
  if (!('identityId' in predicate)) {
    handleFact(fact, FOLD_CAMPAIGN, campaign);
    return;
  }
  const trail = caseOf(campaign, predicate.identityId);
  handleFact(fact, FOLD_CASE, { file, campaignId: predicate.campaignId, trail });
  foldRemoval(trail, fact, campaign.closed?.at);
}

const FOLD_CAMPAIGN: FactHandlers<CampaignTrail, void> = {
  'campaign-opened': (fact, campaign) => {
    campaign.opened ??= fact;
    campaign.closeBy ??= fact.predicate.closeBy;
  },
  'campaign-steered': ({ predicate }, campaign) => {
    if (predicate.act === 'extended') campaign.closeBy = predicate.closeBy;
  },
  'campaign-closed': (fact, campaign) => {
    campaign.closed ??= fact;
  },
  'management-acknowledged': (fact, campaign) => {
    campaign.acknowledged ??= fact;
  },
};

interface CaseContext {
  readonly file: CaseFile;
  readonly campaignId: string;
  readonly trail: CaseTrail;
}

const FOLD_CASE: FactHandlers<CaseContext, void> = {
  decision: (fact, { file, campaignId, trail }) => foldDecision(file, campaignId, trail, fact),
  'no-response': ({ at }, { trail }) => {
    trail.silentAt = at;
    trail.attested.add('no-response');
  },
  'owner-changed': ({ predicate }, { trail }) => {
    if (predicate.how === 'claim') trail.claimed = true;
  },
  'promise-kept': (_fact, { trail }) => {
    trail.promiseKept = true;
  },
  'promise-missed': (_fact, { trail }) => {
    trail.reopened = true;
  },
  'exception-granted': ({ predicate }, { file, campaignId, trail }) => {
    const { exceptionId, until } = predicate;
    trail.exceptedUntil = until;
    file.exceptions.set(exceptionId, { campaignId, until, ended: false, endedAt: undefined });
  },
  'exception-ended': (fact, { file, trail }) => endException(file, trail, fact),
};

function endException(file: CaseFile, trail: CaseTrail, fact: FactOf<'exception-ended'>): void {
  const exception = file.exceptions.get(fact.predicate.exceptionId);
  if (exception) [exception.ended, exception.endedAt] = [true, fact.at];
  trail.exceptedUntil = undefined;
  trail.reopened = true;
}

/** Facts of one moment are logged in any order, so what comes first is told from what they say. */
function foldDecision(file: CaseFile, campaignId: string, trail: CaseTrail, fact: FactOf<'decision'>): void {
  const { verdict, validUntil, awaitingSecond, confirms, supersedes, actor } = fact.predicate;
  const by = actor.kind === 'person' ? actor.pseudonym : 'system';
  if (verdict === 'reassign' || verdict === 'not-mine') {
    // A second person who does not agree takes the first one's answer away.
    if (supersedes !== undefined) trail.answer = undefined;
    return;
  }
  trail.attested.add(verdict);
  if (confirms !== undefined) {
    trail.confirmedAt = fact.at;
    if (trail.answer) trail.answer = { ...trail.answer, awaitingSecond: false };
    return;
  }
  noteAnswer(file, campaignId, fact, verdict, by);
  if (trail.answer?.at === fact.at && supersedes === undefined) return;
  const isConfirmed = trail.confirmedAt === fact.at;
  trail.reopened = false;
  trail.answer = { verdict, at: fact.at, validUntil, by, awaitingSecond: awaitingSecond && !isConfirmed };
}

function noteAnswer(
  file: CaseFile,
  campaignId: string,
  { predicate: { recommendation, bulk } }: FactOf<'decision'>,
  verdict: FinalVerdict,
  personId: string,
): void {
  const answers = file.answers.get(campaignId) ?? [];
  answers.push({ personId, verdict, recommendation, bulk: bulk !== undefined });
  file.answers.set(campaignId, answers);
}

function foldRemoval(trail: CaseTrail, fact: LoggedFact, closedAt: Instant | undefined): void {
  // A replay of use may have come before there was a removal.
  if (!('removalId' in fact.predicate) || fact.predicate.removalId === undefined) return;
  const { removalId, credentialId } = fact.predicate;
  let removal = trail.removals.get(removalId);
  if (!removal) {
    removal = {
      removalId,
      credentialId,
      plannedAt: fact.at,
      step: 'planned',
      stepAt: fact.at,
      releasedAt: undefined,
      executedAt: undefined,
      level: undefined,
      levelAt: undefined,
      verifiedAt: undefined,
      drifted: false,
      restoredAt: undefined,
    };
    trail.removals.set(removalId, removal);
  }
  if (closedAt !== undefined && fact.at > closedAt) {
    removal.atClose ??= { step: removal.step, level: removal.level };
  }
  handleFact(fact, MOVE_REMOVAL, removal);
  if (fact.name === 'restoration' || isNotOff(fact)) {
    trail.reopened = true;
  }
}

/** It was found on again, or used after it was off: the question was asked again. */
function isNotOff(fact: LoggedFact): boolean {
  return fact.name === 'verification' && (fact.predicate.drifted || fact.predicate.level === 'failed');
}

const RANK: Readonly<Record<RemovalTrail['step'], number>> = {
  planned: 0,
  held: 1,
  'manual-task-opened': 2,
  executed: 3,
  'manual-task-confirmed': 3,
  failed: 4,
  cancelled: 4,
  vanished: 4,
  quarantined: 5,
  deleted: 6,
  restored: 7,
};

/** Takes the later of two steps; of one moment, the one that can only come after the other. */
function advance(removal: RemovalTrail, step: RemovalTrail['step'], at: Instant): void {
  if (at < removal.stepAt || (at === removal.stepAt && RANK[step] < RANK[removal.step])) return;
  removal.step = step;
  removal.stepAt = at;
}

const MOVE_REMOVAL: FactHandlers<RemovalTrail, void> = {
  removal: ({ predicate: { step }, at }, removal) => {
    advance(removal, step, at);
    if (step === 'executed' || step === 'manual-task-confirmed') removal.executedAt = at;
  },
  hold: ({ at }, removal) => {
    if (removal.releasedAt !== at) advance(removal, 'held', at);
  },
  'hold-released': ({ at }, removal) => {
    removal.releasedAt = at;
    // Of one moment with its hold, the release came second.
    if (removal.step === 'held' && at >= removal.stepAt) [removal.step, removal.stepAt] = ['planned', at];
  },
  verification: ({ predicate: { level, drifted }, at }, removal) => {
    removal.drifted ||= drifted;
    if (level !== 'failed' && level !== 'unchecked') removal.verifiedAt ??= at;
    if (removal.levelAt !== undefined && at < removal.levelAt) return;
    removal.level = level;
    removal.levelAt = at;
  },
  restoration: ({ at }, removal) => {
    advance(removal, 'restored', at);
    removal.restoredAt = at;
  },
};

/** The campaign's trail, made when new. */
export function campaignOf(file: CaseFile, campaignId: string): CampaignTrail {
  const known = file.campaigns.get(campaignId);
  if (known) return known;
  const fresh: CampaignTrail = {
    campaignId,
    opened: undefined,
    closed: undefined,
    acknowledged: undefined,
    closeBy: undefined,
    cases: new Map(),
  };
  file.campaigns.set(campaignId, fresh);
  return fresh;
}

function caseOf(campaign: CampaignTrail, identityId: string): CaseTrail {
  const known = campaign.cases.get(identityId);
  if (known) return known;
  const fresh: CaseTrail = {
    answer: undefined,
    attested: new Set(),
    silentAt: undefined,
    confirmedAt: undefined,
    removals: new Map(),
    claimed: false,
    promiseKept: false,
    reopened: false,
    exceptedUntil: undefined,
  };
  campaign.cases.set(identityId, fresh);
  return fresh;
}

/** When answers were due: extending moves all of a campaign's times by the same days. */
export function dueAtOf({ opened, closeBy }: CampaignTrail): Instant | undefined {
  if (opened === undefined) return undefined;
  const { dueAt, closeBy: first } = opened.predicate;
  return closeBy === undefined ? dueAt : plusMs(dueAt, millisOf(closeBy) - millisOf(first));
}

/** The answer that counts: an answer that waits for its second approver does not count yet. */
export function effectiveAnswer(trail: CaseTrail | undefined): FinalVerdict | 'no-response' | 'open' {
  if (trail?.answer && !trail.answer.awaitingSecond) return trail.answer.verdict;
  return trail?.silentAt === undefined ? 'open' : 'no-response';
}

/** The removal that says most about an identity: what was carried out before what was not, the newest first. */
export function leadingRemoval(trail: CaseTrail | undefined): RemovalTrail | undefined {
  const removals = [...(trail?.removals.values() ?? [])];
  return removals.findLast(({ executedAt }) => executedAt !== undefined) ?? removals.at(-1);
}
