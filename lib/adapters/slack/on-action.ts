// A person pressed a button or picked from a menu: check, then open a modal or hand the act over. Nothing is decided here.
import { Verdict } from '../../domain/review/decision.ts';
import type { Person } from '../../domain/review/person.ts';
import { renderAnswerModal, renderDisagreeModal } from '../../presentation/slack/answer-modal.ts';
import type { Modal } from '../../presentation/slack/blocks.ts';
import { renderEvidenceModal } from '../../presentation/slack/evidence-modal.ts';
import { HOME_PAGE_ITEMS, renderHome } from '../../presentation/slack/home.ts';
import {
  ACTION,
  AnswerContext,
  ApprovalValue,
  GroupValue,
  ItemValue,
  type Origin,
  PageValue,
  surfaceOf,
  UndoValue,
} from '../../presentation/slack/references.ts';
import { call, claimedOf, type Edge, enqueue, readerOf, sayingOf, tellIfPossible } from './edge.ts';
import { parseValue } from './json-value.ts';
import { keepBlocks } from './kept-blocks.ts';
import type { Action, BlockActions } from './payloads.ts';
import { type Act, actIdOf, type SlackAct } from './slack-act.ts';
import { platformErrorOf } from './upstream.ts';
import { homeFor, modalFor } from './wire.ts';

/** One press by a recognised person. */
interface Press {
  readonly edge: Edge;
  readonly body: BlockActions;
  readonly action: Action;
  readonly origin: Origin;
  readonly person: Person;
  readonly who: SlackAct['who'];
}

const TRY_AGAIN = 'Slack took too long to open the form. Please press the button again.';
const NOT_READ = 'Countersign could not read this button. Please use the newest message or the Home tab.';

/** Handles one `block_actions` payload. @throws UpstreamError when the queue, the store or Slack fails */
export async function onAction(edge: Edge, body: BlockActions, evidenceDigest: string): Promise<void> {
  const action = body.actions[0];
  if (!action) return;
  const origin = originOf(body, action);
  const recognised = await edge.recognise(claimedOf(body), evidenceDigest);
  if ('refused' in recognised) {
    const { refused, say } = recognised;
    edge.log('warn', 'interaction refused', {
      why: refused,
      userId: body.user.id,
      teamId: body.team?.id,
      actionId: action.action_id,
    });
    return tellIfPossible(edge, body.user.id, origin, say);
  }
  const press: Press = { edge, body, action, origin, person: recognised.person, who: recognised.who };
  try {
    await perform(press);
  } catch (cause) {
    const said = platformErrorOf(cause)?.includes('trigger') ? TRY_AGAIN : sayingOf(cause);
    if (said === undefined) throw cause;
    edge.log('info', 'interaction not possible', {
      actionId: action.action_id,
      personId: recognised.person.personId,
    });
    await tellIfPossible(edge, body.user.id, origin, said);
  }
}

/** Whether an action id is one of ours; page buttons carry a position to be unique in their row. */
export function isOurAction(actionId: string): boolean {
  return (Object.values(ACTION) as readonly string[]).includes(familyOf(actionId));
}

function familyOf(actionId: string): string {
  return actionId.split(':', 1)[0] ?? '';
}

async function perform(press: Press): Promise<void> {
  const { value } = press.action;
  switch (familyOf(press.action.action_id)) {
    case ACTION.keep: {
      const item = parseValue(ItemValue, value);
      return act(press, item && { kind: 'decide', item, request: { verdict: 'certify', reason: '' } });
    }
    case ACTION.keepGroup: {
      const group = parseValue(GroupValue, value);
      return act(press, group && { kind: 'keep-group', group, reason: '' });
    }
    case ACTION.undo: {
      const undo = parseValue(UndoValue, value);
      return act(press, undo && { kind: 'undo', undo, reason: '' });
    }
    case ACTION.claim: {
      const item = parseValue(ItemValue, value);
      return act(press, item && { kind: 'claim', item });
    }
    case ACTION.agree: {
      const approval = parseValue(ApprovalValue, value);
      return act(press, approval && { kind: 'approve', approval, agree: true, reason: '' });
    }
    default:
      return show(press);
  }
}

async function show(press: Press): Promise<void> {
  const { edge, action, body, origin } = press;
  switch (familyOf(action.action_id)) {
    case ACTION.keepWithReason:
      return openAnswer(press, 'certify');
    case ACTION.switchOff:
      return openAnswer(press, 'revoke');
    case ACTION.more:
      return openAnswer(press, undefined);
    case ACTION.evidence:
      return openEvidence(press);
    case ACTION.verdict:
      return redrawAnswer(press);
    case ACTION.homePage:
      return turnPage(press);
    case ACTION.disagree: {
      const approval = parseValue(ApprovalValue, action.value);
      return approval
        ? open(press, renderDisagreeModal({ approval, origin, pressed: action.block_id }))
        : unreadable(press);
    }
    default:
      edge.log('warn', 'unknown action', { actionId: action.action_id.slice(0, 60), userId: body.user.id });
  }
}

async function act(press: Press, done: Act | undefined): Promise<void> {
  if (!done) return unreadable(press);
  const { edge, body, action, origin, who } = press;
  const actId = actIdOf(
    'action',
    edge.teamId,
    body.user.id,
    action.action_id,
    action.value ?? '',
    action.action_ts,
    body.trigger_id,
  );
  await enqueue(edge, {
    schemaVersion: 1,
    source: 'slack',
    actId,
    who,
    slack: { teamId: edge.teamId, userId: body.user.id },
    origin,
    kept: origin.surface === 'note' ? keepBlocks(body.message?.blocks ?? []) : [],
    pressed: action.block_id,
    act: done,
  });
}

async function openAnswer(press: Press, fixed: Verdict | undefined): Promise<void> {
  const { edge, action, person, origin } = press;
  const ref = parseValue(ItemValue, action.value);
  if (!ref) return unreadable(press);
  const view = await edge.actions.item(ref, person.personId);
  return open(press, renderAnswerModal({ view, origin, fixed }, readerOf(person, edge.clock)));
}

/** Evidence lies over the answer modal when there is one, so that nothing typed is lost. */
async function openEvidence(press: Press): Promise<void> {
  const { edge, action, person, body } = press;
  const ref = parseValue(ItemValue, action.value);
  if (!ref) return unreadable(press);
  const view = await edge.actions.item(ref, person.personId);
  const modal = modalFor(renderEvidenceModal(view, readerOf(person, edge.clock)));
  const shown = { trigger_id: body.trigger_id, view: modal };
  if (body.view?.type === 'modal') await edge.client.views.push(shown);
  else await edge.client.views.open(shown);
}

async function redrawAnswer(press: Press): Promise<void> {
  const { edge, action, person, body } = press;
  const context = parseValue(AnswerContext, body.view?.private_metadata);
  const chosen = Verdict.safeParse(action.selected_option?.value).data;
  if (!context || !chosen || !body.view) return unreadable(press);
  const view = await edge.actions.item(context.item, person.personId);
  const candidates =
    chosen === 'reassign' ? await edge.actions.candidates(context.item, person.personId) : undefined;
  const modal = renderAnswerModal(
    { view, origin: context.origin, chosen, candidates },
    readerOf(person, edge.clock),
  );
  // The hash makes a slower, older redraw lose against a newer one.
  const update = { view_id: body.view.id, view: modalFor(modal) };
  const { hash } = body.view;
  try {
    await edge.client.views.update(hash ? { ...update, hash } : update);
  } catch (cause) {
    if (platformErrorOf(cause) !== 'hash_conflict') throw cause;
    edge.log('info', 'modal was redrawn meanwhile', { personId: person.personId });
  }
}

async function turnPage(press: Press): Promise<void> {
  const { edge, action, person, body } = press;
  const page = parseValue(PageValue, action.value)?.page ?? 0;
  const desk = await edge.actions.desk(person.personId, { perDocket: (page + 1) * HOME_PAGE_ITEMS });
  const view = homeFor(renderHome(desk, page));
  await call('views.publish', () => edge.client.views.publish({ user_id: body.user.id, view }));
}

async function open(press: Press, modal: Modal): Promise<void> {
  const { edge, body } = press;
  await edge.client.views.open({ trigger_id: body.trigger_id, view: modalFor(modal) });
}

async function unreadable({ edge, action, body, origin }: Press): Promise<void> {
  edge.log('warn', 'unreadable button', {
    actionId: action.action_id.slice(0, 60),
    userId: body.user.id,
  });
  await tellIfPossible(edge, body.user.id, origin, NOT_READ);
}

/** Where it was pressed, so that the right thing is redrawn. */
function originOf(body: BlockActions, action: Action): Origin {
  if (body.view?.type === 'home') {
    const page = parseValue(PageValue, body.view.private_metadata)?.page ?? 0;
    return { surface: 'home', page };
  }
  const context = body.view ? parseValue(AnswerContext, body.view.private_metadata) : undefined;
  if (context) return context.origin;
  const messageTs = body.message?.ts ?? body.container?.message_ts;
  return {
    surface: body.container?.is_ephemeral ? 'ephemeral' : (surfaceOf(action.block_id) ?? 'ephemeral'),
    ...(body.channel ? { channelId: body.channel.id } : {}),
    ...(messageTs ? { messageTs } : {}),
  };
}
