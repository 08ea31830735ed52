// One tick: finds what is due by key and hands it to the workers' queues.
import type { Instant } from '../domain/time.ts';
import type { Environment } from './environment.ts';
import type { Message, Queue } from './ports/queue.ts';
import type { DueRef } from './ports/review-store.ts';
import type { Work } from './work.ts';

/** The queues of the workers. */
export interface WorkQueues {
  readonly campaigns: Queue;
  readonly dockets: Queue;
  readonly removals: Queue;
  readonly verifications: Queue;
  readonly promises: Queue;
}

/**
 * Makes the tick; returns how much was dispatched. Something dispatched twice is done once: workers read the record again.
 * What cannot be dispatched does not keep the rest waiting.
 * @throws AggregateError of everything that failed, when the rest is on its way
 */
export function dispatchDueWork(environment: Environment, queues: WorkQueues) {
  return async (): Promise<number> => {
    const { store, clock } = environment;
    const now = clock.now();
    const failures: unknown[] = [];
    let dispatched = 0;
    for (let shard = 0; shard < store.dueShards; shard += 1) {
      try {
        dispatched += await dispatchShard(environment, queues, shard, now, failures);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0)
      throw new AggregateError(failures, `${failures.length} pieces of due work could not be dispatched.`);
    return dispatched;
  };
}

async function dispatchShard(
  environment: Environment,
  queues: WorkQueues,
  shard: number,
  now: Instant,
  failures: unknown[],
): Promise<number> {
  const { store } = environment;
  let dispatched = 0;
  let cursor: string | undefined;
  do {
    const page = await store.due(shard, now, { cursor, limit: 100 });
    for (const ref of page.entries) {
      try {
        await dispatch(environment, queues, ref);
        dispatched += 1;
      } catch (error) {
        failures.push(error);
      }
    }
    cursor = page.next;
  } while (cursor !== undefined);
  await store.advanceWatermark(shard, now);
  return dispatched;
}

async function dispatch(environment: Environment, queues: WorkQueues, ref: DueRef): Promise<void> {
  switch (ref.kind) {
    case 'campaign':
      return queues.campaigns.send([messageOf({ work: 'advance-campaign', key: ref.key }, ref.dueAt)]);
    case 'docket':
      return queues.dockets.send([messageOf({ work: 'chase-docket', key: ref.key }, ref.dueAt)]);
    case 'exception':
      return queues.promises.send([messageOf({ work: 'end-exception', key: ref.key }, ref.dueAt)]);
    case 'promise':
      return queues.promises.send([messageOf({ work: 'settle-promise', key: ref.key }, ref.dueAt)]);
    case 'removal': {
      const removal = await environment.store.get('removal', ref.key);
      const off = removal?.state === 'executed' || removal?.state === 'quarantined';
      return off
        ? queues.verifications.send([messageOf({ work: 'verify-removal', key: ref.key }, ref.dueAt)])
        : queues.removals.send([messageOf({ work: 'enforce-removal', key: ref.key }, ref.dueAt)]);
    }
    default:
      return ref satisfies never;
  }
}

function messageOf(body: Work, dueAt: string): Message {
  return { id: `${body.work}/${Object.values(body.key).join('/')}/${dueAt}`, body };
}
