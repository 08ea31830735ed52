// A person asked for an identity, from anywhere or from a message that names it: the search, and what it finds.
import { FIELD } from '../../presentation/slack/answer-fields.ts';
import { MAX_FIND, renderFindModal } from '../../presentation/slack/find-modal.ts';
import { SHORTCUT } from '../../presentation/slack/references.ts';
import { claimedOf, type Edge, readerOf, tellIfPossible } from './edge.ts';
import type { Shortcut, ViewSubmission } from './payloads.ts';
import { textIn } from './read-answer.ts';
import { platformErrorOf, upstreamFrom } from './upstream.ts';
import { modalFor } from './wire.ts';

type Known = Exclude<Awaited<ReturnType<Edge['recognise']>>, { readonly refused: string }>;

const ASIDE = { surface: 'ephemeral' } as const;

/** Handles one shortcut. @throws UpstreamError when Slack fails */
export async function onShortcut(edge: Edge, body: Shortcut, evidenceDigest: string): Promise<void> {
  const { user, team, callback_id: callbackId } = body;
  if (!(Object.values(SHORTCUT) as readonly string[]).includes(callbackId)) {
    edge.log('info', 'shortcut not used', { callbackId: callbackId.slice(0, 60) });
    return;
  }
  const recognised = await edge.recognise(claimedOf(body), evidenceDigest);
  if ('refused' in recognised) {
    edge.log('warn', 'shortcut refused', { why: recognised.refused, userId: user.id, teamId: team?.id });
    return tellIfPossible(edge, user.id, ASIDE, recognised.say);
  }
  const text = nameIn(body.message?.text ?? '');
  const view = modalFor(renderFindModal(text, readerOf(recognised.person, edge.clock)));
  try {
    await edge.client.views.open({ trigger_id: body.trigger_id, view });
  } catch (cause) {
    if (!platformErrorOf(cause)?.includes('trigger')) throw upstreamFrom('views.open', cause);
    const said = 'Slack took too long to open the form. Please use the shortcut again.';
    await tellIfPossible(edge, user.id, ASIDE, said);
  }
}

/** What a message most likely names: what it sets as code, otherwise its only word. */
function nameIn(text: string): string {
  const coded = /`([^`\n]{1,300})`/.exec(text)?.[1];
  const word = /^\s*(\S{1,300})\s*$/.exec(text)?.[1];
  return (coded ?? word ?? '').slice(0, MAX_FIND);
}

/** The search form again, with what was found. */
export async function findAgain(edge: Edge, { view }: ViewSubmission, { person }: Known) {
  const text = (textIn(view.state.values, FIELD.find) ?? '').slice(0, MAX_FIND);
  const found = await edge.actions.find({ personId: person.personId, text });
  return {
    response_action: 'update',
    view: modalFor(renderFindModal(text, readerOf(person, edge.clock), found)),
  } as const;
}
