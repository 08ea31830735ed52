// What shadow has shown for one connector and tier, and whether it is enough to arm.
import { daysBetween, type Instant } from '../time.ts';

/** Verdicts of shadow, counted. */
export interface ShadowCounts {
  /** What would have been switched off. */
  readonly would: number;
  /** Of these, used later: a switch-off would have been wrong. */
  readonly laterUsed: number;
  /** Watched to the end without a use. */
  readonly quiet: number;
  /** Watched to the end, and nobody could tell whether it was used. */
  readonly unknown: number;
  /** When the first verdict was given. */
  readonly since: Instant | undefined;
}

/** Still watched. */
export function watchingOf({ would, laterUsed, quiet, unknown }: ShadowCounts): number {
  return Math.max(0, would - laterUsed - quiet - unknown);
}

/**
 * Why a connector and tier cannot be armed; undefined when it can: a full cadence in shadow, nothing that would have been
 * wrong, and no more than half of what was watched of unknown use.
 */
export function whyNotArmed(counts: ShadowCounts, cadenceDays: number, now: Instant): string | undefined {
  const { since, would, laterUsed, quiet, unknown } = counts;
  if (laterUsed > 0) return `${laterUsed} of ${would} that would have been switched off were used later`;
  if (since === undefined) return 'shadow has not shown anything yet';
  const days = Math.floor(daysBetween(since, now));
  if (days < cadenceDays) return `shadow has run for ${days} of ${cadenceDays} days`;
  if (unknown > quiet)
    return `of ${would} that would have been switched off nobody can tell for ${unknown} whether they were used later`;
  return undefined;
}
