// Telling one person something of the chase: on the wanted channels, and on the others when those fail.
import type { Channel } from '../domain/campaign/definition.ts';
import type { UpstreamError } from '../domain/errors.ts';
import type { Person } from '../domain/review/person.ts';
import { type Instant, MINUTE_MS, plusMs } from '../domain/time.ts';
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
/** When to look again for what became of a claim that somebody else may have died with. */
const LOOK_AGAIN_MS = 15 * MINUTE_MS;

/** Tells a person on the wanted channels they have; on all others when nothing reached them by those. */
export async function tellByChannels(
  to: Person,
  channels: readonly Channel[],
  tell: (channel: Channel) => Promise<Told>,
): Promise<Told> {
  const usable = CHANNELS.filter((channel) => channel === 'email' || to.slack !== undefined);
  const wanted = usable.filter((channel) => channels.includes(channel));
  const spare = usable.filter((channel) => !wanted.includes(channel));
  const outcomes: Told[] = [];
  for (const channel of wanted) outcomes.push(await tell(channel));
  for (const channel of spare) {
    if (!outcomes.every(isUnreached)) break;
    outcomes.push(await tell(channel));
  }
  return BEST_FIRST.find((told) => outcomes.includes(told)) ?? 'unreachable';
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
