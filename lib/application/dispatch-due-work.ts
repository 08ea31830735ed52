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
    dispatched += await dispatchPage(environment, queues, page.entries, failures);
    cursor = page.next;
  } while (cursor !== undefined);
  await store.advanceWatermark(shard, now);
  return dispatched;
}

/** Hands a page to the queues together: each queue is called once, and one that fails does not keep the others waiting. */
async function dispatchPage(
  environment: Environment,
  queues: WorkQueues,
  refs: readonly DueRef[],
  failures: unknown[],
): Promise<number> {
  const waiting = new Map<Queue, Message[]>();
  for (const ref of refs) {
    try {
      const { queue, message } = await placeOf(environment, queues, ref);
      waiting.set(queue, [...(waiting.get(queue) ?? []), message]);
    } catch (error) {
      failures.push(error);
    }
  }
  let dispatched = 0;
  for (const [queue, messages] of waiting) {
    try {
      await queue.send(messages);
      dispatched += messages.length;
    } catch (error) {
      failures.push(error);
    }
  }
  return dispatched;
}

async function placeOf(
  environment: Environment,
  queues: WorkQueues,
  ref: DueRef,
): Promise<{ readonly queue: Queue; readonly message: Message }> {
  const to = (queue: Queue, body: Work) => ({ queue, message: messageOf(body, ref.dueAt) });
  switch (ref.kind) {
    case 'campaign':
      return to(queues.campaigns, { work: 'advance-campaign', key: ref.key });
    case 'docket':
      return to(queues.dockets, { work: 'chase-docket', key: ref.key });
    case 'exception':
      return to(queues.promises, { work: 'end-exception', key: ref.key });
    case 'event':
      return to(queues.campaigns, { work: 'open-for-events', key: ref.key });
    case 'desk':
      return to(queues.dockets, { work: 'tell-desk', key: ref.key });
    case 'promise':
      return to(queues.promises, { work: 'settle-promise', key: ref.key });
    case 'removal': {
      const removal = await environment.store.get('removal', ref.key);
      const off = removal?.state === 'executed' || removal?.state === 'quarantined';
      return off
        ? to(queues.verifications, { work: 'verify-removal', key: ref.key })
        : to(queues.removals, { work: 'enforce-removal', key: ref.key });
    }
    default:
      return ref satisfies never;
  }
}

function messageOf(body: Work, dueAt: string): Message {
  return { id: `${body.work}/${Object.values(body.key).join('/')}/${dueAt}`, body };
}
