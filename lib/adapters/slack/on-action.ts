// A person pressed a button or picked from a menu: check, then open a modal or hand the act over. Nothing is decided here.
import { Verdict } from '../../domain/review/decision.ts';
import { isAsSeen } from '../../domain/review/seen.ts';
import { renderAnswerModal, renderDisagreeModal } from '../../presentation/slack/answer-modal.ts';
import { renderEvidenceModal } from '../../presentation/slack/evidence-modal.ts';
import { renderGroupModal } from '../../presentation/slack/group-modal.ts';
import { filtered } from '../../presentation/slack/home-rows.ts';
import { renderNotTodayModal } from '../../presentation/slack/not-today-modal.ts';
import {
  ACTION,
  AnswerContext,
  ApprovalValue,
  DocketValue,
  GroupValue,
  ItemValue,
  type Origin,
  PageValue,
  surfaceOf,
  UndoValue,
} from '../../presentation/slack/references.ts';
import { claimedOf, type Edge, readerOf, sayingOf, tellIfPossible } from './edge.ts';
import { parseValue } from './json-value.ts';
import { openAsk } from './open-ask.ts';
import type { Action, BlockActions } from './payloads.ts';
import { act, drawHome, open, type Press, unreadable } from './press.ts';
import { platformErrorOf } from './upstream.ts';
import { modalFor } from './wire.ts';

const TRY_AGAIN = 'Slack took too long to open the form. Please press the button again.';
const LOOK_AGAIN = 'It may have changed since that message was written. This is how it is now.';
const NOTHING_DUE = 'Nothing of that review is waiting for you any more.';
const GROUP_AGAIN =
  'These may have changed since that message was written. The Home tab has them as they are now.';

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
    case ACTION.keep:
      return keepAsSeen(press);
    case ACTION.keepGroup:
      return keepGroupAsSeen(press);
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

/** One click decides only on what stood next to it; anything else is asked again, in the form. */
async function keepAsSeen(press: Press): Promise<void> {
  const { edge, action, person } = press;
  const item = parseValue(ItemValue, action.value);
  if (!item) return unreadable(press);
  const view = await edge.actions.item(item, person.personId);
  if (item.seen !== undefined && isAsSeen(item.seen, view.item, view.snapshot))
    return act(press, { kind: 'decide', item, request: { verdict: 'certify', reason: '' } });
  const modal = { view, origin: press.origin, fixed: 'certify', lead: LOOK_AGAIN } as const;
  return open(press, renderAnswerModal(modal, readerOf(person, edge.clock)));
}

/** A group has no form: a button that does not say what it showed is answered by the home tab, drawn anew. */
async function keepGroupAsSeen(press: Press): Promise<void> {
  const { edge, action, body, origin } = press;
  const group = parseValue(GroupValue, action.value);
  if (!group) return unreadable(press);
  if (group.seen !== undefined) return act(press, { kind: 'keep-group', group, reason: '' });
  await drawHome(press, { page: 0 });
  return tellIfPossible(edge, body.user.id, origin, GROUP_AGAIN);
}

async function show(press: Press): Promise<void> {
  const { edge, action, body, origin } = press;
  switch (familyOf(action.action_id)) {
    case ACTION.keepWithReason:
      return openAnswer(press, 'certify');
    case ACTION.switchOff:
      return openAnswer(press, 'revoke');
    case ACTION.more:
    case ACTION.found:
      return openAnswer(press, undefined);
    case ACTION.evidence:
      return openEvidence(press);
    case ACTION.verdict:
      return redrawAnswer(press);
    case ACTION.homePage:
      return turnPage(press);
    case ACTION.homeFilter:
      return filterHome(press);
    case ACTION.lookThrough:
      return lookThrough(press);
    case ACTION.notToday:
      return openNotToday(press);
    case ACTION.askSecurity:
      return openAsk(press);
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
    { view, origin: context.origin, chosen, candidates, openedAt: context.openedAt },
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
  return drawHome(press, parseValue(PageValue, press.action.value) ?? { page: 0 });
}

/** Narrows the home tab to what was picked; what the other menus say is in the tab itself. */
async function filterHome(press: Press): Promise<void> {
  const { action, body } = press;
  const [, field = ''] = action.action_id.split(':');
  const state = parseValue(PageValue, body.view?.private_metadata) ?? { page: 0 };
  const next = PageValue.safeParse(filtered(state, field, action.selected_option?.value ?? '')).data;
  return next ? drawHome(press, next) : unreadable(press);
}

async function lookThrough(press: Press): Promise<void> {
  const { edge, action, origin, person } = press;
  const group = parseValue(GroupValue, action.value);
  if (!group) return unreadable(press);
  const view = await edge.actions.group({ ...group, personId: person.personId });
  return open(press, renderGroupModal(view, { group, origin }, readerOf(person, edge.clock)));
}

async function openNotToday(press: Press): Promise<void> {
  const { edge, action, origin, person } = press;
  const docket = parseValue(DocketValue, action.value);
  if (!docket) return unreadable(press);
  const desk = await edge.actions.desk(person.personId, { page: { from: 0, size: 0 } });
  const found = desk.dockets.find(
    ({ campaignId, forPersonId }) => campaignId === docket.campaignId && forPersonId === undefined,
  );
  if (!found) return tellIfPossible(edge, press.body.user.id, origin, NOTHING_DUE);
  return open(press, renderNotTodayModal(found, { docket, origin }, readerOf(person, edge.clock)));
}

/** Where it was pressed, so that the right thing is redrawn. */
function originOf(body: BlockActions, action: Action): Origin {
  if (body.view?.type === 'home') {
    const state = parseValue(PageValue, body.view.private_metadata) ?? { page: 0 };
    return { surface: 'home', ...state };
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
