// Counting removals per campaign, connector, owner and day, for the blast-radius caps.
import type { Cap } from '../../domain/campaign/definition.ts';
import type { Removal } from '../../domain/removal/removal.ts';
import type { Instant } from '../../domain/time.ts';
import type { CounterRecord } from '../ports/records.ts';
import { create, type ReviewStore, update, type Write } from '../ports/review-store.ts';

/** It was begun before, and failed: it is counted already, and the state stored then is what must be restored. */
export function wasTried({ failure, preImage, attempts }: Removal): boolean {
  return failure !== undefined && preImage !== undefined && attempts > 0;
}

/** It was counted before: when it was first tried, or first off for a while as a test. */
export function isCounted(removal: Removal): boolean {
  return wasTried(removal) || removal.brownOuts !== undefined;
}

/** Counters of the caps that apply to a removal, by the cap's unit. */
export type CapCounters = ReadonlyMap<Cap['per'], CounterRecord>;

/** The counter a cap watches, for one removal at one time. */
export function counterIdOf(per: Cap['per'], removal: Removal, at: Instant): string {
  switch (per) {
    case 'campaign':
      return `campaign/${removal.campaignId}`;
    case 'connector':
      return `connector/${removal.campaignId}/${removal.connector}`;
    case 'owner':
      return `owner/${removal.campaignId}/${removal.ownerId}`;
    case 'day':
      return `day/${at.slice(0, 10)}`;
    default:
      return per satisfies never;
  }
}

/** Counters of the caps that apply, by the cap's unit; absent ones stand at zero. */
export async function readCounters(
  store: ReviewStore,
  caps: readonly Cap[],
  removal: Removal,
  at: Instant,
): Promise<CapCounters> {
  // What is tried again was counted when it began; only a day's cap speaks of today.
  const units = [...new Set(caps.map(({ per }) => per))].filter(
    (per) => per === 'day' || !isCounted(removal),
  );
  const rows = await store.getMany(
    'counter',
    units.map((per) => ({ counterId: counterIdOf(per, removal, at) })),
  );
  return new Map(
    units.map((per, index) => [
      per,
      rows[index] ?? { schemaVersion: 1, version: 0, counterId: counterIdOf(per, removal, at), count: 0 },
    ]),
  );
}

/**
 * Writes that count one more removal. Given the counters its clearance was based on, they conflict when another removal
 * was counted since, so caps hold exactly.
 */
export function countOne(counters: CapCounters): Write[] {
  return [...counters.values()].map((counter) =>
    counter.version === 0
      ? create('counter', { ...counter, version: 1, count: 1 })
      : update('counter', counter, { count: counter.count + 1 }),
  );
}
