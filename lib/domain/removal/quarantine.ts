// How long something switched off stays restorable before it may be deleted.
import type { Definition } from '../campaign/definition.ts';
import type { Identity } from '../identity/identity.ts';
import { DAY_MS, type Instant, millisOf, plusDays } from '../time.ts';

const SHORTEST_DAYS = 30;
const AFTER_CADENCE_DAYS = 30;

const CADENCE_TAGS = ['run-cadence', 'run-cadence-days', 'cadence', 'schedule'];
const NAMED_CADENCE_DAYS: Readonly<Record<string, number>> = {
  hourly: 1,
  daily: 1,
  weekly: 7,
  monthly: 31,
  quarterly: 92,
  yearly: 366,
  annually: 366,
};

/**
 * The end of quarantine: at least 30 days, the definition's days, twice the longest interval ever observed between uses,
 * and the declared run cadence plus 30 days. The cadence may be given or be declared in a tag (`run-cadence: quarterly`).
 */
export function quarantineUntil(input: {
  readonly executedAt: Instant;
  readonly definition: Definition;
  readonly identity?: Identity;
  readonly longestUseIntervalDays?: number | undefined;
  readonly declaredCadenceDays?: number | undefined;
}): Instant {
  const cadence = input.declaredCadenceDays ?? declaredCadenceDays(input.identity?.tags ?? {});
  const days = Math.max(
    SHORTEST_DAYS,
    input.definition.enforcement.quarantineDays,
    2 * (input.longestUseIntervalDays ?? 0),
    cadence === undefined ? 0 : cadence + AFTER_CADENCE_DAYS,
  );
  return plusDays(input.executedAt, days);
}

/** The longest time between two uses that follow each other, in whole days, rounded up; undefined of fewer than two. */
export function longestIntervalDays(uses: readonly Instant[]): number | undefined {
  if (uses.length < 2) return undefined;
  const times = uses.map(millisOf).toSorted((one, other) => one - other);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  return Math.ceil(Math.max(...gaps) / DAY_MS);
}

/** Days between runs as declared in a tag: a number of days or a word; undefined when none is understood. */
export function declaredCadenceDays(tags: Readonly<Record<string, string>>): number | undefined {
  for (const [key, value] of Object.entries(tags)) {
    if (!CADENCE_TAGS.includes(key.toLowerCase())) continue;
    const text = value.trim().toLowerCase();
    const named = Object.hasOwn(NAMED_CADENCE_DAYS, text) ? NAMED_CADENCE_DAYS[text] : undefined;
    const counted = /^(\d{1,3})\s*(?:d|days?)?$/.exec(text)?.[1];
    if (named !== undefined) return named;
    if (counted !== undefined) return Number(counted);
  }
  return undefined;
}
