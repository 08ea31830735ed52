// What was attested in a world, as anybody could read it.
import * as z from 'zod';
import type { ReviewStore } from '../../lib/application/ports/review-store.ts';

const Envelope = z.object({ payload: z.string() });
const Statement = z.object({ predicateType: z.string(), predicate: z.record(z.string(), z.unknown()) });

/** Every statement that waits for the log, in the order of its shards. */
export async function envelopesOf(store: ReviewStore): Promise<z.infer<typeof Statement>[]> {
  const shards = Array.from({ length: store.inboxShards }, (_, shard) => store.inbox(shard, { limit: 500 }));
  return (await Promise.all(shards))
    .flatMap(({ entries }) => entries)
    .map(({ envelope }) => {
      const { payload } = Envelope.parse(JSON.parse(envelope));
      return Statement.parse(JSON.parse(Buffer.from(payload, 'base64').toString()));
    });
}
