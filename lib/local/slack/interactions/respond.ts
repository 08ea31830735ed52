// What an app sends to a response url.
import * as z from 'zod';
import type { ResponseTarget } from '../response-urls.ts';
import { postMessage, readContent, rewriteMessage } from '../web-api/chat-methods.ts';
import { SlackRefusal } from '../web-api/slack-refusal.ts';
import type { WorkspaceCore } from '../workspace-core.ts';

const Response = z.looseObject({
  response_type: z.enum(['ephemeral', 'in_channel']).optional(),
  replace_original: z.boolean().optional(),
  delete_original: z.boolean().optional(),
  thread_ts: z.string().optional(),
});

/** Answers a person: replaces or deletes the message they acted on, or posts, ephemerally unless told otherwise. Says why not, if not. */
export function answerPerson(core: WorkspaceCore, target: ResponseTarget, body: unknown): string | undefined {
  const parsed = Response.safeParse(body);
  if (!parsed.success) return 'invalid_payload';
  const original = target.ts === undefined ? undefined : core.messages.get(target.channel, target.ts);
  try {
    return applyResponse(core, target, parsed.data, original);
  } catch (refusal) {
    if (refusal instanceof SlackRefusal) return refusal.error;
    throw refusal;
  }
}

function applyResponse(
  core: WorkspaceCore,
  target: ResponseTarget,
  response: z.infer<typeof Response>,
  original: ReturnType<WorkspaceCore['messages']['get']>,
): string | undefined {
  if (response.delete_original) {
    if (!original) return 'message_not_found';
    core.messages.remove(original.channel, original.ts);
    return undefined;
  }
  const { response_type, replace_original, delete_original: _deleted, thread_ts, ...content } = response;
  const checked = readContent(content);
  if (replace_original && original) {
    // Unlike chat.update, a response url replaces the whole message.
    rewriteMessage(core, original, { ...checked, blocks: checked.blocks ?? [] });
    return undefined;
  }
  const onlyFor = response_type === 'in_channel' ? undefined : target.user;
  postMessage(core, target.channel, checked, { threadTs: thread_ts, onlyFor });
  return undefined;
}
