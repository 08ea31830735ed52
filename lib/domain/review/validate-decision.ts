// Whether an answer says everything it has to, and what it comes to: valid until, due at, expected to be true.
import type { Definition } from '../campaign/definition.ts';
import { InvalidInputError, RefusedError } from '../errors.ts';
import { isStatic } from '../identity/credential-age.ts';
import { DAY_MS, type Instant, millisOf, plusDays } from '../time.ts';
import type { DecisionRequest, FinalVerdict } from './decision.ts';
import type { ReviewItem } from './review-item.ts';
import type { Snapshot } from './snapshot.ts';

/** An answer with everything that follows from it worked out. */
export interface NormalisedDecision {
  readonly verdict: FinalVerdict;
  readonly reason: string;
  /** How long it restores standing; certify and except only. */
  readonly validUntil?: Instant;
  /** Sorted and without repetition; absent = the identity as a whole. */
  readonly credentialIds?: readonly string[];
  /** What will be checked on re-collection; reduce, rotate and retire only. */
  readonly promise?: { readonly dueAt: Instant; readonly expectation: string };
  readonly exception?: { readonly until: Instant; readonly compensatingControl: string };
  /** Purpose filled in by the reviewer. */
  readonly purpose?: string;
  /** How often the exception was renewed, this time included. */
  readonly renewals?: number;
}

/** What else bears on an answer. */
export interface DecisionHistory {
  /** Exceptions in a row that the identity has had up to now; 0 = this would be the first. */
  readonly exceptionsBefore?: number;
}

/** A snapshot older than this is refreshed before the decision counts. */
export const SNAPSHOT_MAX_AGE_DAYS = 7;
/** Longest exception by a fallback reviewer, or of an identity whose purpose nobody knows. */
export const SHORT_EXCEPTION_DAYS = 30;
/** No definition allows more: 30 days at critical risk, 90 below, two renewals. */
const EXCEPTION_CEILING_DAYS = { critical: 30, high: 90, medium: 90, low: 90 } as const;

type RequestOf<V extends FinalVerdict> = Extract<DecisionRequest, { verdict: V }>;

interface Context {
  readonly item: ReviewItem;
  readonly definition: Definition;
  readonly snapshot: Snapshot;
  readonly now: Instant;
  readonly history: DecisionHistory;
}

/**
 * Works an answer out.
 * @throws InvalidInputError MALFORMED_DECISION naming the field; for reassign and not-mine, which are not answers.
 * @throws RefusedError ALREADY_EXECUTING, STALE_SNAPSHOT, or EXPIRED when renewals are used up.
 */
export function validateDecision(
  request: DecisionRequest,
  item: ReviewItem,
  definition: Definition,
  snapshot: Snapshot,
  now: Instant,
  history: DecisionHistory = {},
): NormalisedDecision {
  checkStillOpen(item);
  checkFresh(snapshot, item, now);
  const context = { item, definition, snapshot, now, history };
  if (request.verdict === 'reassign' || request.verdict === 'not-mine') {
    throw malformed('verdict', `"${request.verdict}" hands the item on; it is not an answer`);
  }
  checkReason(request, context);
  const { verdict, reason } = request;
  switch (request.verdict) {
    case 'certify':
      return { verdict, reason, ...certify(request, context) };
    case 'revoke':
      return { verdict, reason, ...revoke(request, context) };
    case 'reduce':
    case 'rotate':
      return { verdict, reason, ...promise(request, context) };
    case 'retire':
      return { verdict, reason, ...retire(request, context) };
    case 'except':
      return { verdict, reason, ...except(request, context) };
  }
}

function checkStillOpen({ state, name }: ReviewItem): void {
  if (state === 'removing') {
    throw new RefusedError({
      code: 'ALREADY_EXECUTING',
      message: `${name} is being switched off or is off already; use Undo to bring it back first.`,
    });
  }
}

function checkFresh({ takenAt, identity }: Snapshot, item: ReviewItem, now: Instant): void {
  if (identity.identityId !== item.identityId) {
    throw malformed('snapshot', `shows ${identity.identityId}, not ${item.identityId}`);
  }
  if (millisOf(now) - millisOf(takenAt) > SNAPSHOT_MAX_AGE_DAYS * DAY_MS) {
    throw new RefusedError({
      code: 'STALE_SNAPSHOT',
      message: `What you were shown is older than ${SNAPSHOT_MAX_AGE_DAYS} days; it is being refreshed, please look again.`,
    });
  }
}

function checkReason({ verdict, reason }: DecisionRequest, { item, definition }: Context): void {
  const wanted = verdict === 'except' || definition.decisions.reasonRequiredTiers.includes(item.tier);
  if (wanted && reason.trim() === '') {
    const because = verdict === 'except' ? 'an exception' : `an identity of ${item.tier} risk`;
    throw malformed('reason', `please say why; ${because} needs a reason`);
  }
}

function certify(request: RequestOf<'certify'>, { item, definition, snapshot, now }: Context) {
  const purpose = request.purpose?.trim() ?? '';
  if (purpose === '' && !snapshot.identity.purpose.known) {
    throw malformed(
      'purpose',
      'nobody recorded what it is for; fill it in, or except it for at most 30 days',
    );
  }
  const validUntil = plusDays(now, definition.validityDays[item.tier]);
  return purpose === '' ? { validUntil } : { validUntil, purpose };
}

function chosenCredentials(wanted: readonly string[], { snapshot }: Context): readonly string[] {
  const shown = snapshot.identity.credentials.map(({ credentialId }) => credentialId);
  if (wanted.length === 0) throw malformed('credentialIds', 'choose at least one credential');
  const strange = wanted.find((credentialId) => !shown.includes(credentialId));
  if (strange !== undefined)
    throw malformed('credentialIds', `"${strange}" is not a credential you were shown`);
  return [...new Set(wanted)].toSorted();
}

function revoke(
  { credentialIds }: RequestOf<'revoke'>,
  context: Context,
): Pick<NormalisedDecision, 'credentialIds'> {
  return credentialIds === undefined ? {} : { credentialIds: chosenCredentials(credentialIds, context) };
}

function promise(
  request: RequestOf<'reduce' | 'rotate'>,
  context: Context,
): Pick<NormalisedDecision, 'credentialIds' | 'promise'> {
  const { definition, now } = context;
  const latestAt = plusDays(now, definition.decisions.promiseMaxDays);
  const dueAt = request.dueAt ?? latestAt;
  checkWithin('dueAt', dueAt, now, latestAt, `${definition.decisions.promiseMaxDays} days`);
  if (request.verdict === 'reduce') {
    return { promise: { dueAt, expectation: `Its access is reduced to: ${request.to}` } };
  }
  const credentialIds = chosenCredentials(request.credentialIds ?? rotatable(context), context);
  return {
    credentialIds,
    promise: { dueAt, expectation: `Rotated after ${now}: ${credentialIds.join(', ')}` },
  };
}

function rotatable({ snapshot }: Context): readonly string[] {
  return snapshot.identity.credentials
    .filter((credential) => credential.status === 'active' && isStatic(credential))
    .map(({ credentialId }) => credentialId);
}

/** Nothing retires later than a keep given today would last. */
function retire({ on }: RequestOf<'retire'>, { item, definition, now }: Context) {
  const days = definition.validityDays[item.tier];
  checkWithin('on', on, now, plusDays(now, days), `${days} days, as long as a keep would last`);
  return { promise: { dueAt: on, expectation: `Switched off by ${on}` } };
}

function except(request: RequestOf<'except'>, { item, definition, snapshot, now, history }: Context) {
  const { until, compensatingControl } = request;
  const renewals = history.exceptionsBefore ?? 0;
  if (renewals > definition.decisions.exceptionRenewals) {
    throw new RefusedError({
      code: 'EXPIRED',
      message: `The exception for ${item.name} was renewed ${definition.decisions.exceptionRenewals} times; it cannot be renewed again.`,
    });
  }
  const short = item.routedBy === 'fallback' || !snapshot.identity.purpose.known;
  const days = Math.min(
    definition.decisions.exceptionMaxDays[item.tier],
    EXCEPTION_CEILING_DAYS[item.tier],
    short ? SHORT_EXCEPTION_DAYS : EXCEPTION_CEILING_DAYS[item.tier],
  );
  checkWithin('until', until, now, plusDays(now, days), `${days} days`);
  return { validUntil: until, exception: { until, compensatingControl }, renewals };
}

function checkWithin(field: string, at: Instant, now: Instant, latestAt: Instant, limit: string): void {
  if (at <= now) throw malformed(field, `${at} is not ahead`);
  if (at > latestAt) throw malformed(field, `${at} is later than ${limit} from now (${latestAt})`);
}

function malformed(field: string, problem: string): InvalidInputError {
  return new InvalidInputError({ code: 'MALFORMED_DECISION', message: `${field}: ${problem}.` });
}
