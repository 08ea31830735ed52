// Whether a review of an identity falls due: by cadence, by hand, or because something happened.
import { addBusinessDays } from '../chase/working-time.ts';
import type { RiskTier } from '../identity/risk-tier.ts';
import type { Standing } from '../identity/standing.ts';
import { earliest, type Instant, plusDays } from '../time.ts';
import type { Definition } from './definition.ts';
import type { EventCause } from './event.ts';

/** Something that makes a review fall due whatever was vouched before. */
export interface DueEvent {
  readonly cause: EventCause;
  readonly at: Instant;
  readonly detail: string;
}

/** Due with the reason, or not due citing the attestation that still holds. */
export type DueScope =
  | {
      readonly due: true;
      readonly cause: DueEvent['cause'] | 'cadence' | 'by-hand' | 'chosen';
      readonly reason: string;
      /** When it has to be reviewed at the latest, where the process says so. */
      readonly dueBy?: Instant;
    }
  | { readonly due: false; readonly attestationId: string; readonly until: Instant; readonly reason: string };

/** Business days within which an identity first seen has to be reviewed. */
export const FIRST_SEEN_BUSINESS_DAYS = 5;

/**
 * Whether an identity is due in a campaign that runs until `horizonAt`. A vouching counts only if it holds until then by
 * the cadence of the tier the identity has *now*, and nothing has happened since it was given.
 */
export function dueScopeOf(input: {
  readonly standing: Standing;
  readonly events: readonly DueEvent[];
  readonly tier: RiskTier;
  readonly definition: Definition;
  readonly horizonAt: Instant;
}): DueScope {
  const { standing, events, definition } = input;
  if (definition.scope.include === 'all') {
    return { due: true, cause: 'by-hand', reason: 'The definition asks about everything in scope.' };
  }
  const happened = events
    .filter(({ at }) => standing.standing === 'unattested' || at > standing.since)
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))[0];
  if (happened) return byEvent(happened);
  if (standing.standing === 'unattested') {
    return { due: true, cause: 'cadence', reason: `Unattested since ${standing.since}: ${standing.why}.` };
  }
  const byTier = plusDays(standing.since, definition.validityDays[input.tier]);
  const until = standing.standing === 'vouched' ? earliest(standing.until, byTier) : standing.until;
  if (until <= input.horizonAt) {
    return { due: true, cause: 'cadence', reason: `Its ${nounOf(standing.standing)} ends on ${until}.` };
  }
  return {
    due: false,
    attestationId: standing.attestationId,
    until,
    reason: `${standing.standing} until ${until} by attestation ${standing.attestationId}`,
  };
}

function byEvent({ cause, at, detail }: DueEvent): DueScope {
  const due = { due: true, cause, reason: detail } as const;
  return cause === 'first-seen'
    ? { ...due, dueBy: addBusinessDays(at, FIRST_SEEN_BUSINESS_DAYS, 'UTC') }
    : due;
}

function nounOf(standing: 'vouched' | 'excepted'): string {
  return standing === 'vouched' ? 'keep' : 'exception';
}
