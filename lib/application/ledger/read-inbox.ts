// The inbox in order: the oldest attestation of all shards first, without reading all of any shard.
import type { InboxRecord } from '../ports/ledger-records.ts';
import type { ReviewStore } from '../ports/review-store.ts';

const PAGE = 100;

interface Lane {
  waiting: readonly InboxRecord[];
  position: number;
  next: string | undefined;
}

/** Waiting attestations by time of receipt, then by id. Each shard is read page by page, as needed. */
export async function* readInbox(store: ReviewStore): AsyncGenerator<InboxRecord, void, undefined> {
  const lanes = await Promise.all(
    Array.from({ length: store.inboxShards }, async (_, shard): Promise<Lane> => {
      const { entries, next } = await store.inbox(shard, { limit: PAGE });
      return { waiting: entries, position: 0, next };
    }),
  );
  for (;;) {
    const shard = oldestLane(lanes);
    const lane = lanes[shard];
    const oldest = lane?.waiting[lane.position];
    if (lane === undefined || oldest === undefined) return;
    yield oldest;
    lane.position += 1;
    if (lane.position === lane.waiting.length && lane.next !== undefined) {
      const { entries, next } = await store.inbox(shard, { limit: PAGE, cursor: lane.next });
      lanes[shard] = { waiting: entries, position: 0, next };
    }
  }
}

function oldestLane(lanes: readonly Lane[]): number {
  let best = -1;
  let bestText: string | undefined;
  lanes.forEach(({ waiting, position }, shard) => {
    const head = waiting[position];
    if (head === undefined) return;
    const text = orderOf(head);
    if (bestText === undefined || text < bestText) [best, bestText] = [shard, text];
  });
  return best;
}

/** What attestations are put in order by. */
export function orderOf({ receivedAt, attestationId }: InboxRecord): string {
  return `${receivedAt}#${attestationId}`;
}
