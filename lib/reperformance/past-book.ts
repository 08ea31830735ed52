// What was known about identities before a campaign, from attestations alone: who had vouched, and what ended it.
import type { Identity } from '../domain/identity/identity.ts';
import { type Standing, standingAt } from '../domain/identity/standing.ts';
import { vouchingsOf } from '../domain/identity/standing-of.ts';
import type { DecisionRecord } from '../domain/review/decision.ts';
import { earliest, type Instant } from '../domain/time.ts';
import type { FactOf, LoggedFact } from '../verification/facts/logged-fact.ts';

type PastFact = FactOf<
  'decision' | 'exception-granted' | 'exception-ended' | 'promise-missed' | 'verification' | 'campaign-closed'
>;

/** Standing before a campaign, and the snapshots of the reviews that last kept or excepted the identity. */
export interface AttestedPast {
  readonly standing: Standing;
  /** Digests of snapshots that were answered with certify or except, oldest first. */
  readonly answered: readonly string[];
}

/** Facts by identity, in log order. Facts are added as they come; pasts are asked for in between. */
export interface PastBook {
  add(fact: LoggedFact): void;
  /** What the facts added so far come to at `startedAt`. */
  pastOf(identity: Identity, startedAt: Instant): AttestedPast;
}

/** An empty book. */
export function pastBook(): PastBook {
  const byIdentity = new Map<string, PastFact[]>();
  const closed = new Map<string, number>();
  return {
    add(fact) {
      if (fact.name === 'campaign-closed') closed.set(fact.predicate.campaignId, fact.index);
      if (!isPast(fact)) return;
      const { identityId } = fact.predicate;
      const known = byIdentity.get(identityId);
      if (known) known.push(fact);
      else byIdentity.set(identityId, [fact]);
    },
    pastOf(identity, startedAt) {
      const facts = byIdentity.get(identity.identityId) ?? [];
      return pastFrom(facts, closed, identity, startedAt);
    },
  };
}

function isPast(fact: LoggedFact): fact is Exclude<PastFact, FactOf<'campaign-closed'>> {
  switch (fact.name) {
    case 'decision':
    case 'exception-granted':
    case 'exception-ended':
    case 'promise-missed':
      return true;
    case 'verification':
      return fact.predicate.drifted;
    default:
      return false;
  }
}

interface Kept {
  readonly decision: DecisionRecord;
  readonly snapshot: string;
}

interface PastException {
  readonly campaignId: string;
  readonly approvedAt: Instant;
  readonly until: Instant;
  readonly decisionAttestationId: string;
  endedAt: Instant | undefined;
  state: 'granted' | 'ended' | 'superseded';
}

interface Folded {
  /** The last answer of each campaign. */
  readonly kept: Map<string, Kept>;
  readonly exceptions: Map<string, PastException>;
  readonly missed: { readonly at: Instant; readonly verdict: 'reduce' | 'rotate' | 'retire' }[];
  readonly drifts: Instant[];
  readonly verdicts: Map<string, string>;
}

function pastFrom(
  facts: readonly PastFact[],
  closed: ReadonlyMap<string, number>,
  identity: Identity,
  startedAt: Instant,
): AttestedPast {
  const folded: Folded = {
    kept: new Map(),
    exceptions: new Map(),
    missed: [],
    drifts: [],
    verdicts: new Map(),
  };
  for (const fact of facts) foldPast(folded, fact, closed);
  const since = identity.createdAt.known ? earliest(identity.createdAt.value, startedAt) : startedAt;
  const kept = [...folded.kept.values()];
  const vouchings = vouchingsOf(
    kept,
    [...folded.exceptions.values()],
    folded.missed.map(({ at, verdict }) => ({ state: 'missed', settledAt: at, dueAt: at, verdict })),
    folded.drifts.map((driftedAt) => ({ driftedAt })),
  );
  return {
    standing: standingAt(startedAt, since, vouchings),
    answered: kept
      .filter(({ decision }) => decision.verdict === 'certify' || decision.verdict === 'except')
      .map(({ snapshot }) => snapshot),
  };
}

function foldPast(folded: Folded, fact: PastFact, closed: ReadonlyMap<string, number>): void {
  switch (fact.name) {
    case 'decision':
      foldDecision(folded, fact);
      break;
    case 'exception-granted': {
      const { exceptionId, campaignId, until, decision } = fact.predicate;
      const granted = { campaignId, approvedAt: fact.at, until, decisionAttestationId: decision };
      folded.exceptions.set(exceptionId, { ...granted, endedAt: undefined, state: 'granted' });
      break;
    }
    case 'exception-ended': {
      const exception = folded.exceptions.get(fact.predicate.exceptionId);
      if (exception) Object.assign(exception, { endedAt: fact.at, state: 'ended' });
      reopened(folded, fact, closed);
      break;
    }
    case 'promise-missed': {
      const verdict = folded.verdicts.get(fact.predicate.decision);
      if (verdict === 'reduce' || verdict === 'rotate' || verdict === 'retire')
        folded.missed.push({ at: fact.at, verdict });
      reopened(folded, fact, closed);
      break;
    }
    case 'verification':
      folded.drifts.push(fact.at);
      reopened(folded, fact, closed);
      break;
    default:
      break;
  }
}

/** While its campaign runs, the end of what was answered opens the question again. */
function reopened(
  { kept }: Folded,
  { index, predicate }: Exclude<PastFact, FactOf<'campaign-closed' | 'decision'>>,
  closed: ReadonlyMap<string, number>,
): void {
  if (index < (closed.get(predicate.campaignId) ?? Infinity)) kept.delete(predicate.campaignId);
}

function foldDecision({ kept, verdicts, exceptions }: Folded, fact: FactOf<'decision'>): void {
  const { campaignId, verdict, confirms, supersedes, awaitingSecond, validUntil, credentialIds } =
    fact.predicate;
  if (verdict === 'reassign' || verdict === 'not-mine') {
    if (supersedes !== undefined) kept.delete(campaignId);
    return;
  }
  const before = kept.get(campaignId);
  if (confirms !== undefined) {
    if (before) kept.set(campaignId, { ...before, decision: { ...before.decision, awaitingSecond: false } });
    return;
  }
  for (const exception of exceptions.values()) {
    if (exception.campaignId === campaignId && exception.state === 'granted')
      Object.assign(exception, { endedAt: fact.at, state: 'superseded' });
  }
  const attestationId = fact.attestationId ?? '';
  verdicts.set(attestationId, verdict);
  const { actor, reason } = fact.predicate;
  const method = actor.kind === 'person' ? actor.authn.method : 'local-demo';
  const by = actor.kind === 'person' ? actor.pseudonym : 'system';
  kept.set(campaignId, {
    snapshot: fact.subject.sha256,
    decision: {
      verdict,
      by,
      at: fact.at,
      method,
      reason,
      attestationId,
      validUntil,
      awaitingSecond,
      credentialIds,
    },
  });
}
