// Last use as AWS records it, and what its silence means.
import type { Credential, LastUse } from '../../domain/identity/credential.ts';
import { daysBetween, type Instant, plusDays } from '../../domain/time.ts';

/** IAM records the use of access keys from this day on (API reference, AccessKeyLastUsed). */
export const KEY_TRACKING_BEGAN = '2015-04-22T00:00:00.000Z' as Instant;

/** IAM shows a role's use for the trailing 400 days only (API reference, RoleLastUsed). */
const ROLE_TRACKING_DAYS = 400;

/** "Not used" of a key: never in its whole life, or not since IAM began to look. */
export function neverUsed(createdAt: Instant | undefined, source: string): LastUse {
  if (createdAt !== undefined && createdAt >= KEY_TRACKING_BEGAN) return { state: 'never', source };
  return {
    state: 'never',
    source: `${source}; earlier use is not recorded`,
    since: KEY_TRACKING_BEGAN,
  };
}

/**
 * Last use of a role. Empty `RoleLastUsed` means no use in the trailing 400 days; absent means the input does not say.
 */
export function roleLastUse(
  used: { readonly at: Instant | undefined; readonly region: string | undefined } | undefined,
  createdAt: Instant | undefined,
  observedAt: Instant,
): LastUse {
  if (!used) return { state: 'unknown', lookedIn: ['IAM RoleLastUsed (not in this input)'] };
  if (used.at !== undefined) {
    return {
      state: 'used',
      at: used.at,
      ...(used.region && { region: used.region }),
      source: 'IAM RoleLastUsed',
    };
  }
  if (createdAt !== undefined && daysBetween(createdAt, observedAt) < ROLE_TRACKING_DAYS) {
    return { state: 'never', source: 'IAM RoleLastUsed' };
  }
  return {
    state: 'never',
    source: 'IAM RoleLastUsed; use more than 400 days ago is not recorded',
    since: plusDays(observedAt, -ROLE_TRACKING_DAYS),
  };
}

/**
 * The latest use over several credentials. Never, only if each was never used; one unknown among unused ones leaves it
 * unknown, because unknown use is not unused.
 */
export function latestUse(credentials: readonly Pick<Credential, 'lastUse'>[], nothing: LastUse): LastUse {
  let best: LastUse | undefined;
  for (const { lastUse } of credentials) {
    best = best === undefined ? lastUse : later(best, lastUse);
  }
  return best ?? nothing;
}

function later(one: LastUse, other: LastUse): LastUse {
  if (one.state === 'used') return other.state === 'used' && other.at > one.at ? other : one;
  if (other.state === 'used') return other;
  if (one.state === 'unknown') return one;
  if (other.state === 'unknown') return other;
  // Both never: the later beginning of records is the weaker statement, and the one that holds for both.
  return (other.since ?? '') > (one.since ?? '') ? other : one;
}
