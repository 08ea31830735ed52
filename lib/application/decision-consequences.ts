// What a decision sets in motion, and what it takes back from the one it supersedes.
import { transition } from '../domain/lifecycle.ts';
import { REMOVAL_LIFECYCLE, type RemovalState } from '../domain/removal/removal.ts';
import type { NormalisedDecision } from '../domain/review/validate-decision.ts';
import { MINUTE_MS, plusDays, plusMs } from '../domain/time.ts';
import type { DecisionContext } from './decision-context.ts';
import type { Environment } from './environment.ts';
import { attestRemovalStep, planRemovals } from './plan-removal.ts';
import { create, update, type Write } from './ports/review-store.ts';
import { firstLookAtPromise } from './remind-of-promise.ts';

/** A reviewer who revoked may change their mind this long before anything is touched, in ms. */
const SECOND_THOUGHTS_MS = 15 * MINUTE_MS;

/** Writes and removals that follow from a decision. */
export interface Consequences {
  readonly writes: readonly Write[];
  readonly removalIds: readonly string[];
}

/** What follows from a decision: a removal, a promise or an exception request; nothing for a keep. */
export async function consequencesOf(
  environment: Environment,
  context: DecisionContext,
  decision: NormalisedDecision,
  attestationId: string,
): Promise<Consequences> {
  const { campaign, definition, item, at } = context;
  switch (decision.verdict) {
    case 'certify':
      return { writes: [], removalIds: [] };
    case 'revoke': {
      const planned = await planRemovals(environment, {
        campaign,
        definition,
        item,
        cause: 'revoked',
        becauseOf: attestationId,
        executeAfter: plusMs(at, SECOND_THOUGHTS_MS),
        credentialIds: decision.credentialIds,
        ordinal: item.answers,
      });
      return { writes: planned.writes, removalIds: planned.removals.map(({ removalId }) => removalId) };
    }
    case 'reduce':
    case 'rotate':
    case 'retire':
      return { writes: [promiseOf(context, decision, decision.verdict, attestationId)], removalIds: [] };
    case 'except':
      return { writes: [exceptionOf(context, decision, attestationId)], removalIds: [] };
    default:
      return decision.verdict satisfies never;
  }
}

function promiseOf(
  { campaign, definition, item, at, person }: DecisionContext,
  decision: NormalisedDecision,
  verdict: 'reduce' | 'rotate' | 'retire',
  attestationId: string,
): Write {
  const { dueAt, expectation } = decision.promise ?? {
    dueAt: plusDays(at, definition.decisions.promiseMaxDays),
    expectation: '',
  };
  return create('promise', {
    schemaVersion: 1,
    version: 1,
    promiseId: attestationId.slice(0, 24),
    campaignId: campaign.campaignId,
    identityKey: item.identityKey,
    identityId: item.identityId,
    verdict,
    byPersonId: person.personId,
    madeAt: at,
    dueAt,
    expectation,
    ...(decision.credentialIds === undefined ? {} : { credentialIds: [...decision.credentialIds] }),
    snapshot: item.snapshot,
    decisionAttestationId: attestationId,
    state: 'pending',
    nextDueAt: firstLookAtPromise(dueAt, at),
  });
}

function exceptionOf(
  { campaign, item, at, person }: DecisionContext,
  decision: NormalisedDecision,
  attestationId: string,
): Write {
  const { until, compensatingControl } = decision.exception ?? { until: at, compensatingControl: '' };
  return create('exception', {
    schemaVersion: 1,
    version: 1,
    exceptionId: attestationId.slice(0, 24),
    campaignId: campaign.campaignId,
    identityKey: item.identityKey,
    identityId: item.identityId,
    state: 'requested',
    requestedBy: person.personId,
    requestedAt: at,
    until,
    reason: decision.reason,
    compensatingControl,
    renewals: decision.renewals ?? 0,
    snapshot: item.snapshot,
    decisionAttestationId: attestationId,
    nextDueAt: until,
  });
}

/** Takes back what an earlier decision set in motion and has not happened yet: the last eligible decision wins. */
export async function withdrawEarlier(
  environment: Environment,
  context: DecisionContext,
  because: string,
): Promise<readonly Write[]> {
  const { item } = context;
  if (item.decision === undefined && item.removalIds.length === 0) return [];
  return withdrawPending(environment, context, `superseded by decision ${because}`);
}

/** Takes back everything an item has set in motion and that has not begun, except the one `settled`, which its caller writes. */
export async function withdrawPending(
  environment: Environment,
  { item, campaign, at }: Pick<DecisionContext, 'item' | 'campaign' | 'at'>,
  why: string,
  settled?: string,
): Promise<readonly Write[]> {
  const { store } = environment;
  const [removals, promises, exceptions] = await Promise.all([
    store.removalsOf(item.identityKey),
    store.promisesOf(item.identityKey),
    store.exceptionsOf(item.identityKey),
  ]);
  const isOurs = (one: { readonly campaignId: string }) => one.campaignId === campaign.campaignId;
  const writes: Write[] = [];
  for (const removal of removals.filter((one) => isOurs(one) && NOT_BEGUN.has(one.state))) {
    if (removal.removalId === settled) continue;
    const signed = await attestRemovalStep(environment, removal, campaign.definitionDigest, {
      step: 'cancelled',
      ordinal: removal.steps,
      note: why,
    });
    const state = transition(REMOVAL_LIFECYCLE, 'removal', removal.state, 'cancel');
    writes.push(
      update('removal', removal, { state, steps: removal.steps + 1, nextDueAt: undefined }),
      ...signed.writes,
    );
  }
  // What is off as a test is put back first, and taken back then.
  for (const removal of removals.filter((one) => isOurs(one) && one.state === 'brown-out')) {
    if (removal.removalId !== settled) writes.push(update('removal', removal, { nextDueAt: at }));
  }
  for (const promise of promises.filter((one) => isOurs(one) && one.state === 'pending')) {
    if (promise.promiseId === settled) continue;
    writes.push(update('promise', promise, { state: 'withdrawn', settledAt: at, nextDueAt: undefined }));
  }
  for (const exception of exceptions.filter((one) => isOurs(one) && LIVE.has(one.state))) {
    if (exception.exceptionId === settled) continue;
    writes.push(update('exception', exception, { state: 'superseded', endedAt: at, nextDueAt: undefined }));
  }
  return writes;
}

/** Nothing is switched off yet. A removal that failed stays failed: it may have taken effect in part. */
const NOT_BEGUN: ReadonlySet<RemovalState> = new Set<RemovalState>(['planned', 'held', 'manual-open']);
const LIVE: ReadonlySet<string> = new Set(['requested', 'granted']);
