// Whether something is in use, told from its last use. Age alone never makes anything unused; unknown is not unused.
import { daysBetween, type Instant } from '../time.ts';
import type { LastUse } from './credential.ts';
import { type Fact, valueOf } from './fact.ts';

/** Days without use after which something counts as dormant. */
export const DORMANT_AFTER_DAYS = 90;

/**
 * Use as of a moment. `dormant`: last used, or created and never used since, more than 90 days ago. `not-yet-used`:
 * never used, and young or of unknown age. `days` is the time since last use, or since creation when never used.
 */
export type Dormancy =
  | { readonly use: 'in-use'; readonly days: number }
  | { readonly use: 'dormant'; readonly days: number; readonly everUsed: boolean }
  | { readonly use: 'not-yet-used'; readonly days: number | undefined }
  | { readonly use: 'unknown' };

/** Tells use from last use; the creation time matters only to what was never used. */
export function dormancyOf(lastUse: LastUse, createdAt: Fact<Instant>, at: Instant): Dormancy {
  if (lastUse.state === 'unknown') return { use: 'unknown' };
  if (lastUse.state === 'used') {
    const days = daysBetween(lastUse.at, at);
    return days > DORMANT_AFTER_DAYS ? { use: 'dormant', days, everUsed: true } : { use: 'in-use', days };
  }
  const created = valueOf(createdAt);
  if (created === undefined) return { use: 'not-yet-used', days: undefined };
  const days = daysBetween(created, at);
  return days > DORMANT_AFTER_DAYS
    ? { use: 'dormant', days, everUsed: false }
    : { use: 'not-yet-used', days };
}
