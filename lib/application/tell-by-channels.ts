// Telling one person something of the chase: on the wanted channels, and on the others when those fail.
import type { Channel } from '../domain/campaign/definition.ts';
import { UpstreamError } from '../domain/errors.ts';
import type { Person } from '../domain/review/person.ts';
import { HOUR_MS, type Instant, MINUTE_MS, plusMs } from '../domain/time.ts';
import type { NoticeOutcome } from './send-notice.ts';
import { reached } from './tell-person.ts';

/**
 * What telling one person came to. `capped`: they had their message of the day, and this was not in it. `down`: the channel
 * failed, which says nothing about the person.
 */
export type Told = 'told' | 'capped' | 'in-flight' | 'down' | 'unreachable';

const CHANNELS: readonly Channel[] = ['slack', 'email'];
const BEST_FIRST: readonly Told[] = ['in-flight', 'told', 'capped', 'down'];
/** Tries at one message on a channel that fails, before the person is reached by another channel only. */
const TRIES = 2;
/** Who was reached by another channel is not kept waiting for one that is not to be used for this long. */
const LONG_WAIT_MS = HOUR_MS;
/** When to look again for what became of a claim that somebody else may have died with. */
const LOOK_AGAIN_MS = 15 * MINUTE_MS;

/**
 * Tells a person on the wanted channels they have; on all others when nothing reached them by those.
 * @throws UpstreamError THROTTLED of a channel that asks to wait: shortly, or for long when no other reached the person
 */
export async function tellByChannels(
  to: Person,
  channels: readonly Channel[],
  tell: (channel: Channel) => Promise<Told>,
): Promise<Told> {
  const usable = CHANNELS.filter((channel) => channel === 'email' || to.slack !== undefined);
  const wanted = usable.filter((channel) => channels.includes(channel));
  const spare = usable.filter((channel) => !wanted.includes(channel));
  const outcomes: Told[] = [];
  const waits: UpstreamError[] = [];
  for (const channel of wanted) outcomes.push(await unlessLong(tell(channel), waits));
  for (const channel of spare) {
    if (!outcomes.every(isUnreached)) break;
    outcomes.push(await unlessLong(tell(channel), waits));
  }
  const [wait] = waits;
  if (wait && outcomes.every(isUnreached)) throw wait;
  return BEST_FIRST.find((told) => outcomes.includes(told)) ?? 'unreachable';
}

/** A channel that asks to wait for long counts as down; what it asked for is put in `waits`. */
async function unlessLong(telling: Promise<Told>, waits: UpstreamError[]): Promise<Told> {
  try {
    return await telling;
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.code !== 'THROTTLED') throw error;
    if ((error.retryAfterMs ?? 0) < LONG_WAIT_MS) throw error;
    waits.push(error);
    return 'down';
  }
}

/** What a notice came to for its person. `covers` says of one sent before whether this was in it. */
export function toldBy(
  result: NoticeOutcome,
  covers: (result: NoticeOutcome) => boolean,
  failures: UpstreamError[],
): Told {
  if (result.outcome === 'down') {
    if (result.failure.retryable && result.notice.attempts < TRIES) return 'in-flight';
    failures.push(result.failure);
    return 'down';
  }
  if (result.outcome === 'in-flight') return 'in-flight';
  if (!reached(result)) return 'unreachable';
  return result.outcome === 'earlier' && !covers(result) ? 'capped' : 'told';
}

/** When to look again for what became of somebody else's claim. */
export function lookAgainAt(now: Instant): Instant {
  return plusMs(now, LOOK_AGAIN_MS);
}

function isUnreached(told: Told): boolean {
  return told === 'unreachable' || told === 'down';
}
