// Somebody wrote in a thread: when a docket's questions are asked there, the answer is handed to the worker.
import { claimedOfMessage, type Edge, enqueue } from './edge.ts';
import type { ThreadReply } from './payloads.ts';
import { actIdOf } from './slack-act.ts';

/** Characters of an answer that are passed on. */
const MAX_ANSWER = 3000;
/** Replies shown in the channel too, and those with a file, are new messages like any other; the rest are changes and news. */
const WRITTEN = new Set<unknown>([undefined, 'thread_broadcast', 'file_share']);

/** Whether an event is a new message of a person in a thread: no app's, no change of an earlier one. */
export function isThreadReply(event: Readonly<Record<string, unknown>>): boolean {
  const { type, subtype, thread_ts: threadTs, ts, bot_id: botId } = event;
  return (
    type === 'message' &&
    WRITTEN.has(subtype) &&
    typeof threadTs === 'string' &&
    threadTs !== ts &&
    (botId === undefined || botId === null)
  );
}

/** Handles one reply. @throws UpstreamError when the store or the queue fails: Slack then sends it again */
export async function onThreadReply(edge: Edge, body: ThreadReply, evidenceDigest: string): Promise<void> {
  const { channel, thread_ts: ts, ts: messageTs, user } = body.event;
  const thread = { channelId: channel, ts };
  if (!(await edge.actions.isQuestionThread(thread))) return;
  const recognised = await edge.recognise(claimedOfMessage(body), evidenceDigest);
  if ('refused' in recognised) {
    edge.log('warn', 'answer refused', { why: recognised.refused, userId: user, teamId: body.team_id });
    return;
  }
  const text = readable(body.event.text).slice(0, MAX_ANSWER).toWellFormed().trim();
  if (text === '') return;
  await enqueue(edge, {
    schemaVersion: 1,
    source: 'slack',
    actId: actIdOf('answer', edge.teamId, channel, messageTs),
    who: recognised.who,
    slack: { teamId: edge.teamId, userId: user },
    origin: { surface: 'ephemeral' },
    kept: [],
    act: { kind: 'security-answer', thread, messageTs, text },
  });
}

/** Slack's markup as plain text. https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages */
function readable(text: string): string {
  return text
    .replaceAll(/<([^<>|]+)\|([^<>|]*)>/g, '$2 ($1)')
    .replaceAll(/<([^<>|]+)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
