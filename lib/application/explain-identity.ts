// Everything the register knows about one identity, each value with its source.
import type { Identity } from '../domain/identity/identity.ts';
import type { IdentityKey } from '../domain/identity/identity-id.ts';
import type { OwnerClaim } from '../domain/identity/ownership.ts';
import { riskOf } from '../domain/identity/risk.ts';
import type { Risk } from '../domain/identity/risk-tier.ts';
import type { Standing } from '../domain/identity/standing.ts';
import type { Removal } from '../domain/removal/removal.ts';
import type { RiskException } from '../domain/review/exception.ts';
import type { PromiseToChange } from '../domain/review/promise.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import { routeReviewer } from '../domain/review/route.ts';
import { daysBetween, type Instant } from '../domain/time.ts';
import type { Environment } from './environment.ts';
import { findIdentity } from './find-identity.ts';
import { type Answerer, answererOf, latestDefinition } from './list-identities.ts';
import { pastOf } from './past-of.ts';

/** One identity, explained. */
export interface IdentityExplained {
  readonly identity: Identity;
  readonly identityKey: IdentityKey;
  readonly firstSeenAt: Instant;
  readonly risk: Risk;
  readonly owner: Answerer | undefined;
  /** Every claim of ownership that was looked at, and what came of it. */
  readonly claims: readonly OwnerClaim[];
  readonly standing: Standing;
  /** 0 while somebody vouches for it. */
  readonly daysUnattested: number;
  /** Newest first. */
  readonly items: readonly ReviewItem[];
  readonly removals: readonly Removal[];
  readonly exceptions: readonly RiskException[];
  readonly promises: readonly PromiseToChange[];
  readonly now: Instant;
}

/** Makes the use case; `called` is an id, a key or a unique name. */
export function explainIdentity(environment: Environment) {
  return async (called: string): Promise<IdentityExplained> => {
    const { store, people, clock } = environment;
    const { identity, identityKey, firstSeenAt } = await findIdentity(environment, called);
    const now = clock.now();
    const risk = riskOf(identity, now);
    const directory = await people.directory();
    const definition = await latestDefinition(environment);
    const route = definition && routeReviewer({ identity, directory, definition, tier: risk.tier, now });
    const [past, items, removals, exceptions, promises] = await Promise.all([
      pastOf(environment, identity, now),
      store.itemsOf(identityKey),
      store.removalsOf(identityKey),
      store.exceptionsOf(identityKey),
      store.promisesOf(identityKey),
    ]);
    const { standing } = past;
    return {
      identity,
      identityKey,
      firstSeenAt,
      risk,
      owner: route && answererOf(route, directory),
      claims: route?.claims ?? [],
      standing,
      daysUnattested: standing.standing === 'unattested' ? daysBetween(standing.since, now) : 0,
      items: items.toSorted((a, b) => (a.snapshotAt < b.snapshotAt ? 1 : -1)),
      removals: removals.toSorted((a, b) => (a.plannedAt < b.plannedAt ? 1 : -1)),
      exceptions,
      promises,
      now,
    };
  };
}
