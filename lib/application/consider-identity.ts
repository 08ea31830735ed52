// One identity against one definition: in or out, why, and, when in, its item and snapshot.
import type { Campaign } from '../domain/campaign/campaign.ts';
import type { Definition } from '../domain/campaign/definition.ts';
import { type DueEvent, type DueScope, dueScopeOf } from '../domain/campaign/due-scope.ts';
import type { PopulationEntry } from '../domain/campaign/population.ts';
import { changesSince, widened } from '../domain/identity/changes.ts';
import type { Exclusion, Identity } from '../domain/identity/identity.ts';
import { type IdentityKey, identityKeyOf } from '../domain/identity/identity-id.ts';
import { riskOf } from '../domain/identity/risk.ts';
import type { Risk } from '../domain/identity/risk-tier.ts';
import type { Standing } from '../domain/identity/standing.ts';
import type { Directory } from '../domain/review/directory.ts';
import { groupOf } from '../domain/review/group.ts';
import { breaksIfRemoved, questionFor } from '../domain/review/question.ts';
import { recommend } from '../domain/review/recommend.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import { type Route, routeReviewer } from '../domain/review/route.ts';
import type { Snapshot } from '../domain/review/snapshot.ts';
import { plusDays } from '../domain/time.ts';
import type { ExpressionInput, Expressions } from './ports/expressions.ts';

/** What is known about an identity from before this campaign. */
export interface Past {
  readonly standing: Standing;
  /** Snapshot of the last answered review: its digest and what it showed. */
  readonly last: { readonly digest: string; readonly identity: Identity } | undefined;
}

/** What came of considering an identity. */
export type Considered =
  | { readonly included: false; readonly entry: PopulationEntry }
  | {
      readonly included: true;
      readonly snapshot: Snapshot;
      finish(snapshotDigest: string): { entry: PopulationEntry; item: ReviewItem };
    };

/** Compiles the definition's expressions once and considers identities one by one. Pure given its inputs. */
export function considerWith(deps: {
  readonly campaign: Campaign;
  readonly definition: Definition;
  readonly directory: Directory;
  readonly expressions: Expressions;
  readonly pseudonym: (personId: string) => string;
  /** Why each identity was chosen, where a campaign is about chosen ones: whether they are due is settled then. */
  readonly chosen?: ReadonlyMap<string, string> | undefined;
}) {
  const { campaign, definition, expressions } = deps;
  const admits = expressions.compile(definition.scope.where);
  const exclusions = definition.scope.exclude.map(({ where, reason }) => ({
    matches: expressions.compile(where),
    reason,
  }));

  const { reviewDays, graceDays, closeAfterDays } = definition.timeline;
  const horizonAt = plusDays(campaign.startedAt, reviewDays + graceDays + closeAfterDays);

  return (identity: Identity, inventory: string, past: Past): Considered => {
    const risk = riskOf(identity, campaign.startedAt);
    const identityKey = identityKeyOf(identity.identityId);
    const out = exclusionOf({ identity, risk }, definition, admits, exclusions);
    if (out) return { included: false, entry: excludedEntry(identity, identityKey, out) };
    const reason = deps.chosen?.get(identity.identityId);
    const scope: DueScope =
      reason === undefined
        ? dueScopeOf({
            standing: past.standing,
            events: eventsSince(past.last?.identity, identity),
            tier: risk.tier,
            definition,
            horizonAt,
          })
        : { due: true, cause: 'chosen', reason };
    if (!scope.due) {
      return {
        included: false,
        entry: excludedEntry(identity, identityKey, { code: 'not-due', reason: scope.reason }),
      };
    }
    return include(deps, { identity, identityKey, risk, inventory, past, scope });
  };
}

function exclusionOf(
  input: ExpressionInput,
  definition: Definition,
  admits: (input: ExpressionInput) => boolean,
  exclusions: readonly { readonly matches: (input: ExpressionInput) => boolean; readonly reason: string }[],
): Exclusion | undefined {
  if (input.identity.exclusion) return input.identity.exclusion;
  if (!admits(input)) return { code: 'out-of-scope', reason: `outside the scope: ${definition.scope.where}` };
  const excluded = exclusions.find(({ matches }) => matches(input));
  if (excluded) return { code: 'out-of-scope', reason: excluded.reason };
  return undefined;
}

/** What makes a review fall due although somebody vouched: what was vouched for has grown. */
function eventsSince(before: Identity | undefined, now: Identity): DueEvent[] {
  if (before === undefined || !widened(before, now)) return [];
  const detail = `Grew since it was vouched for: ${changesSince(before, now).join('; ')}`;
  return [{ cause: 'widened', at: now.observedAt, detail }];
}

function excludedEntry(identity: Identity, identityKey: IdentityKey, out: Exclusion): PopulationEntry {
  const { identityId, connector, kind, name } = identity;
  return {
    included: false,
    identityId,
    identityKey,
    connector,
    kind,
    name,
    code: out.code,
    reason: out.reason,
  };
}

function include(
  deps: Parameters<typeof considerWith>[0],
  subject: {
    identity: Identity;
    identityKey: IdentityKey;
    risk: Risk;
    inventory: string;
    past: Past;
    scope: Extract<DueScope, { due: true }>;
  },
): Considered {
  const { campaign, definition, directory, pseudonym } = deps;
  const { identity, identityKey, risk, inventory, past, scope } = subject;
  const at = campaign.startedAt;
  const changes = past.last ? changesSince(past.last.identity, identity) : [];
  const route = routeReviewer({ identity, directory, definition, tier: risk.tier, now: at });
  const recommendation = recommend(identity, risk, changes, at);
  const snapshot: Snapshot = {
    schemaVersion: 1,
    campaignId: campaign.campaignId,
    definitionDigest: campaign.definitionDigest,
    inventory,
    takenAt: identity.observedAt,
    question: questionFor(identity),
    identity,
    risk,
    standing: past.standing,
    owners: route.claims,
    reviewer: { pseudonym: pseudonym(route.reviewerId), routedBy: route.routedBy },
    recommendation,
    changes,
    ...(past.last ? { comparedWith: past.last.digest } : {}),
    breaksIfRemoved: breaksIfRemoved(identity),
  };
  const unchanged = past.last !== undefined && changes.length === 0;
  return {
    included: true,
    snapshot,
    finish: finishWith({
      campaign,
      identityKey,
      snapshot,
      route,
      unchanged,
      reason: reasonOf(scope, past.standing),
    }),
  };
}

function reasonOf(scope: Extract<DueScope, { due: true }>, standing: Standing): string {
  if (scope.cause !== 'by-hand') return scope.reason;
  return standing.standing === 'unattested' ? standing.why : 'in scope of this campaign';
}

/** Makes the entry and the item once the snapshot has its digest. */
function finishWith(parts: {
  readonly campaign: Campaign;
  readonly identityKey: IdentityKey;
  readonly snapshot: Snapshot;
  readonly route: Pick<Route, 'reviewerId' | 'routedBy'>;
  readonly unchanged: boolean;
  readonly reason: string;
}): (snapshotDigest: string) => { entry: PopulationEntry; item: ReviewItem } {
  const { campaign, identityKey, snapshot, route, unchanged, reason } = parts;
  const { identity, risk, recommendation } = snapshot;
  const { identityId, connector, kind, name } = identity;
  const shared = { identityId, identityKey, connector, kind, name, tier: risk.tier, risk: risk.score };
  return (digest) => ({
    entry: {
      ...shared,
      included: true,
      reviewerId: route.reviewerId,
      snapshot: digest,
      reason,
    },
    item: {
      ...shared,
      schemaVersion: 1,
      version: 1,
      campaignId: campaign.campaignId,
      state: 'open',
      reviewerId: route.reviewerId,
      reviewerSince: campaign.startedAt,
      routedBy: route.routedBy,
      hops: [],
      snapshot: digest,
      snapshotAt: identity.observedAt,
      unchanged,
      group: groupOf(identity).key,
      recommendation: recommendation.advice,
      removalIds: [],
      round: 0,
      answers: 0,
    },
  });
}
