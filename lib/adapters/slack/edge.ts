// What every Slack interaction needs, and the two things each of them does: hand an act over, or tell the person why not.
import type { WebClient } from '@slack/web-api';
import type { Clock } from '../../application/ports/clock.ts';
import type { People } from '../../application/ports/people.ts';
import type { Queue } from '../../application/ports/queue.ts';
import type { ReviewActions } from '../../application/review-actions.ts';
import { InvalidInputError, RefusedError } from '../../domain/errors.ts';
import type { Person } from '../../domain/review/person.ts';
import type { Origin } from '../../presentation/slack/references.ts';
import { prose } from '../../presentation/slack/text.ts';
import type { Reader } from '../../presentation/wording.ts';
import type { SlackLog } from './log.ts';
import type { ThreadReply } from './payloads.ts';
import type { Claimed, Recognise } from './recognise.ts';
import type { SlackAct } from './slack-act.ts';
import { upstreamFrom } from './upstream.ts';

/** What the handlers of interactions work with. */
export interface Edge {
  readonly client: WebClient;
  readonly teamId: string;
  readonly actions: ReviewActions;
  readonly people: People;
  readonly decisions: Queue;
  readonly clock: Clock;
  readonly recognise: Recognise;
  readonly log: SlackLog;
}

/** Hands an act to the worker. It is not acknowledged to the person unless this succeeded. */
export async function enqueue(edge: Edge, act: SlackAct): Promise<void> {
  await edge.decisions.send([{ id: act.actId, body: act }]);
  edge.log('info', 'act taken', { actId: act.actId, kind: act.act.kind, personId: act.who.personId });
}

/** Now, as this person reads it. */
export function readerOf(person: Person, clock: Clock): Reader {
  return { now: clock.now(), timeZone: person.timeZone };
}

/** The sentence for the person, if the error is theirs to know; undefined when it is ours to repair. */
export function sayingOf(cause: unknown): string | undefined {
  return cause instanceof RefusedError || cause instanceof InvalidInputError ? cause.message : undefined;
}

/**
 * Tells one person something only they see: next to what they pressed, otherwise in their direct message.
 * @throws UpstreamError when Slack cannot be told
 */
export async function tell(client: WebClient, userId: string, origin: Origin, said: string): Promise<void> {
  const text = prose(said, 2500);
  if (origin.channelId !== undefined) {
    const channel = origin.channelId;
    return call('chat.postEphemeral', () => client.chat.postEphemeral({ channel, user: userId, text }));
  }
  return call('chat.postMessage', async () => {
    const opened = await client.conversations.open({ users: userId });
    await client.chat.postMessage({ channel: opened.channel?.id ?? userId, text });
  });
}

/** Tells as far as possible: somebody who may not act must not make the edge fail. */
export async function tellIfPossible(
  edge: Pick<Edge, 'client' | 'log'>,
  userId: string,
  origin: Origin,
  said: string,
): Promise<void> {
  try {
    await tell(edge.client, userId, origin, said);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : 'unknown';
    edge.log('warn', 'could not tell a person', { userId, cause: message });
  }
}

/** Calls Slack; failures come out as UpstreamError. */
export async function call(method: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw upstreamFrom(method, cause);
  }
}

/** Who an interaction payload says acted. */
export function claimedOf(body: {
  readonly team?: { readonly id: string; readonly enterprise_id?: string | undefined } | null | undefined;
  readonly enterprise?: { readonly id: string } | null | undefined;
  readonly user: { readonly id: string; readonly team_id?: string | undefined };
  readonly is_ext_shared_channel?: boolean | undefined;
  readonly channel?: { readonly is_ext_shared?: boolean | undefined } | null | undefined;
}): Claimed {
  return {
    userId: body.user.id,
    teamId: body.team?.id,
    userTeamId: body.user.team_id,
    enterpriseId: body.enterprise?.id || body.team?.enterprise_id,
    sharedChannel: body.is_ext_shared_channel || body.channel?.is_ext_shared,
  };
}

/** Who a message event says wrote. In an organisation of many workspaces the writer's may be the organisation itself. */
export function claimedOfMessage({
  team_id: teamId,
  enterprise_id: enterprise,
  is_ext_shared_channel: shared,
  event,
}: ThreadReply): Claimed {
  const from = event.user_team ?? event.source_team ?? event.team ?? undefined;
  return {
    userId: event.user,
    teamId,
    userTeamId: from === enterprise ? undefined : from,
    enterpriseId: enterprise ?? undefined,
    sharedChannel: shared ?? undefined,
  };
}
