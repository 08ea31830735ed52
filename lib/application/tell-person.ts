// Telling one person one thing: by Slack, and by e-mail when Slack cannot reach them.
import type { Channel } from '../domain/campaign/definition.ts';
import type { NoticePurpose } from '../domain/chase/notice.ts';
import { UpstreamError } from '../domain/errors.ts';
import type { Directory } from '../domain/review/directory.ts';
import type { Person } from '../domain/review/person.ts';
import { MINUTE_MS } from '../domain/time.ts';
import type { MessageBody } from './ports/messenger.ts';
import type { NoticeOutcome, SendNotice } from './send-notice.ts';

/** One thing to tell. */
export interface Telling {
  readonly to: Person;
  readonly purpose: NoticePurpose;
  /** What it is about; the same purpose and occasion is told once. */
  readonly occasion: string;
  readonly shown: readonly string[];
  /** What a list tells of; see `Notice.about`. */
  readonly about?: readonly string[];
  /** Builds the message for the channel it is about to go by. */
  readonly body: (channel: Channel) => Promise<MessageBody>;
}

/**
 * Tells a person; resolves to the channel that reached them, to undefined when neither could.
 * @throws UpstreamError NOT_READY (retryable) while another sender's claim on the notice may still come to something
 * @throws UpstreamError of a channel that failed, when the other one did not reach them either
 */
export type TellPerson = (telling: Telling) => Promise<Channel | undefined>;

/** Makes the use case. */
export function tellPerson(send: SendNotice): TellPerson {
  return async (telling) => {
    const channels: readonly Channel[] = telling.to.slack ? ['slack', 'email'] : ['email'];
    let failure: UpstreamError | undefined;
    for (const channel of channels) {
      const result = await sendOn(send, telling, channel);
      if (result.outcome === 'in-flight') throw beingTold(telling);
      if (result.outcome === 'down') failure = result.failure;
      else if (reached(result)) return result.notice?.channel ?? channel;
    }
    if (failure) throw failure;
    return undefined;
  };
}

/** Nobody waits for a code until Slack has room again: it goes by mail then. */
async function sendOn(
  send: SendNotice,
  telling: Telling,
  channel: Channel,
): Promise<NoticeOutcome | { readonly outcome: 'down'; readonly failure: UpstreamError }> {
  try {
    return await send({
      ...telling,
      channel,
      body: () => telling.body(channel),
      rungs: [],
      ...(channel === 'slack' ? { unless: 'email' } : {}),
    });
  } catch (error) {
    if (telling.purpose !== 'one-time-code' || !(error instanceof UpstreamError)) throw error;
    return { outcome: 'down', failure: error };
  }
}

/** Whether a notice reached its person, now or earlier. One in flight may never have left: that is not known yet. */
export function reached({ outcome, notice }: Pick<NoticeOutcome, 'outcome' | 'notice'>): boolean {
  const state = outcome === 'earlier' ? notice?.state : outcome;
  return state === 'accepted' || state === 'delivered';
}

function beingTold({ to, purpose }: Telling): UpstreamError {
  return new UpstreamError({
    code: 'NOT_READY',
    provider: 'countersign',
    retryable: true,
    retryAfterMs: 2 * MINUTE_MS,
    message: `The ${purpose} notice to ${to.personId} is being sent by another run, or was when that ended.`,
  });
}

/** The people a name stands for: a person, or a team's accountable person first and then its other active members. */
export function peopleNamed(directory: Directory, name: string): Person[] {
  const person = directory.person(name) ?? directory.byEmail(name);
  if (person) return person.active ? [person] : [];
  const team = directory.team(name);
  if (!team) return [];
  const ids = [
    ...new Set([team.accountableId, ...(team.backupId ? [team.backupId] : []), ...team.memberIds]),
  ];
  return ids.map((id) => directory.person(id)).filter((member) => member?.active === true) as Person[];
}
