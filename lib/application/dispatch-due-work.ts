// One tick: finds what is due by key and hands it to the workers' queues.
import type { Instant } from '../domain/time.ts';
import type { Environment } from './environment.ts';
import { type HandedOver, handedOver } from './handed-over.ts';
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
 * Makes the tick; returns how much was dispatched. Of much that is due, what an earlier tick handed over is left to the
 * workers for a while. Something dispatched twice is done once: workers read the record again.
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

/** Where no more than this is due, it is handed over without remembering: doing it twice costs less than a row. */
const A_HANDFUL = 50;

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
  let before: HandedOver | undefined;
  do {
    const page = await store.due(shard, now, { cursor, limit: 100 });
    if (page.entries.length > A_HANDFUL) before ??= await handedOver(environment, shard);
    const fresh = before ? page.entries.filter((ref) => !before?.has(ref)) : page.entries;
    const sent = await dispatchPage(environment, queues, fresh, failures);
    // Remembered once it is on its way: if that fails it is done twice, never not at all.
    before?.add(sent);
    dispatched += sent.length;
    cursor = page.next;
  } while (cursor !== undefined);
  await before?.save();
  await store.advanceWatermark(shard, now);
  return dispatched;
}

/** Hands a page to the queues together: each queue is called once, and one that fails does not keep the others waiting. */
async function dispatchPage(
  environment: Environment,
  queues: WorkQueues,
  refs: readonly DueRef[],
  failures: unknown[],
): Promise<DueRef[]> {
  const waiting = new Map<Queue, { readonly ref: DueRef; readonly message: Message }[]>();
  for (const ref of refs) {
    try {
      const { queue, message } = await placeOf(environment, queues, ref);
      waiting.set(queue, [...(waiting.get(queue) ?? []), { ref, message }]);
    } catch (error) {
      failures.push(error);
    }
  }
  const sent: DueRef[] = [];
  for (const [queue, entries] of waiting) {
    try {
      await queue.send(entries.map(({ message }) => message));
      sent.push(...entries.map(({ ref }) => ref));
    } catch (error) {
      failures.push(error);
    }
  }
  return sent;
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
    case 'desk':
      return to(queues.dockets, { work: 'tell-desk', key: ref.key });
    case 'directory-seen':
      return to(queues.campaigns, { work: 'note-people-gone', key: ref.key });
    case 'slack-members':
      return to(queues.campaigns, { work: 'read-slack-members', key: ref.key });
    case 'event':
      return to(queues.campaigns, { work: 'open-for-events', key: ref.key });
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
