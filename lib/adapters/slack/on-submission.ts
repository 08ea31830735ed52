// A person sent a modal: read it, say what is missing on the field itself, or hand the act over.
import { UpstreamError } from '../../domain/errors.ts';
import { Verdict } from '../../domain/review/decision.ts';
import { FIELD, wantsReason } from '../../presentation/slack/answer-fields.ts';
import { renderSayingModal } from '../../presentation/slack/answer-modal.ts';
import { AnswerContext, CALLBACK, DisagreeContext } from '../../presentation/slack/references.ts';
import { claimedOf, type Edge, enqueue, readerOf } from './edge.ts';
import { parseValue } from './json-value.ts';
import { findAgain } from './on-shortcut.ts';
import type { ViewSubmission } from './payloads.ts';
import { readAnswer, textIn } from './read-answer.ts';
import { type Read, readDelegation, readGroup, readNotToday, readQuestion } from './read-forms.ts';
import { actIdOf, type SlackAct } from './slack-act.ts';
import { modalFor } from './wire.ts';

/** How a submission is acknowledged. https://docs.slack.dev/surfaces/modals#handling_submissions */
export type SubmissionAnswer =
  | { readonly response_action: 'clear' }
  | { readonly response_action: 'errors'; readonly errors: Record<string, string> }
  | { readonly response_action: 'update'; readonly view: ReturnType<typeof modalFor> };

type Recognised = Exclude<Awaited<ReturnType<Edge['recognise']>>, { readonly refused: string }>;
const BUSY = 'This could not be taken just now. Nothing was lost: please send it again.';

/** Handles one `view_submission` payload. */
export async function onSubmission(
  edge: Edge,
  body: ViewSubmission,
  evidenceDigest: string,
): Promise<SubmissionAnswer> {
  const recognised = await edge.recognise(claimedOf(body), evidenceDigest);
  if ('refused' in recognised) {
    const { refused, say } = recognised;
    edge.log('warn', 'submission refused', { why: refused, userId: body.user.id, teamId: body.team?.id });
    return saying(say);
  }
  if (body.view.callback_id === CALLBACK.find) return findAgain(edge, body, recognised);
  const read = await readForm(edge, body, recognised);
  if (!read) {
    edge.log('warn', 'unreadable submission', { callbackId: body.view.callback_id.slice(0, 60) });
    return saying('Countersign could not read this form. Please open it again.');
  }
  if ('errors' in read) return { response_action: 'errors', errors: read.errors };
  return take(edge, body, recognised, read);
}

async function readForm(edge: Edge, body: ViewSubmission, recognised: Recognised): Promise<Read | undefined> {
  const reader = readerOf(recognised.person, edge.clock);
  switch (body.view.callback_id) {
    case CALLBACK.disagree:
      return readDisagreement(body);
    case CALLBACK.group:
      return readGroup(body.view);
    case CALLBACK.notToday:
      return readNotToday(body.view, reader);
    case CALLBACK.askSecurity:
      return readQuestion(body.view);
    case CALLBACK.delegate: {
      const directory = await edge.people.directory();
      return readDelegation(body.view, reader, (userId) => directory.bySlack(edge.teamId, userId)?.personId);
    }
    case CALLBACK.answer:
      return readVerdict(edge, body, recognised);
    default:
      return undefined;
  }
}

async function take(
  edge: Edge,
  body: ViewSubmission,
  { who }: Recognised,
  read: Extract<Read, { readonly act: SlackAct['act'] }>,
): Promise<SubmissionAnswer> {
  const { view } = body;
  const act: SlackAct = {
    schemaVersion: 1,
    source: 'slack',
    // Pressing "send" twice on one form is one act; the same form filled in differently is another.
    actId: actIdOf('view', edge.teamId, body.user.id, view.id, view.hash, JSON.stringify(read.act)),
    who,
    slack: { teamId: edge.teamId, userId: body.user.id },
    origin: read.origin,
    kept: [],
    ...(read.pressed === undefined ? {} : { pressed: read.pressed }),
    act: read.act,
  };
  try {
    await enqueue(edge, act);
  } catch (cause) {
    if (!(cause instanceof UpstreamError)) throw cause;
    edge.log('error', 'act could not be queued', { actId: act.actId, cause: cause.message });
    return { response_action: 'errors', errors: { [anyField(body)]: BUSY } };
  }
  return { response_action: 'clear' };
}

function readVerdict(edge: Edge, body: ViewSubmission, { person }: Recognised): Read | undefined {
  const context = parseValue(AnswerContext, body.view.private_metadata);
  if (!context) return undefined;
  const { values } = body.view.state;
  const verdict =
    context.fixed ?? Verdict.safeParse(values['verdict']?.['verdict']?.selected_option?.value).data;
  if (!verdict) return { errors: { verdict: 'Please choose an answer.' } };
  const read = readAnswer(verdict, values, readerOf(person, edge.clock));
  const lacking = wantsReason(verdict, context.tier) && !textIn(values, FIELD.reason);
  const errors = {
    ...('errors' in read ? read.errors : {}),
    ...(lacking ? { [FIELD.reason]: 'A reason is wanted here. A few words are enough.' } : {}),
  };
  if ('errors' in read || lacking) return { errors: onForm(errors, body) };
  const { item, origin, openedAt: shownAt } = context;
  return { act: { kind: 'decide', item, request: read.request, ...(shownAt ? { shownAt } : {}) }, origin };
}

function readDisagreement(body: ViewSubmission): Read | undefined {
  const context = parseValue(DisagreeContext, body.view.private_metadata);
  if (!context) return undefined;
  const reason = textIn(body.view.state.values, FIELD.reason);
  if (!reason) return { errors: { [FIELD.reason]: 'Please say why, in a few words.' } };
  const { approval, origin, pressed } = context;
  return { act: { kind: 'approve', approval, agree: false, reason }, origin, pressed };
}

/** Slack shows errors only on fields the form has: a form sent before it was redrawn is asked for its menu again. */
function onForm(errors: Readonly<Record<string, string>>, body: ViewSubmission): Record<string, string> {
  const shown = Object.entries(errors).filter(([field]) => Object.hasOwn(body.view.state.values, field));
  if (shown.length > 0) return Object.fromEntries(shown);
  return { [anyField(body)]: 'Please choose the answer again and fill in what it asks.' };
}

function anyField({ view }: ViewSubmission): string {
  const fields = Object.keys(view.state.values);
  return fields.find((field) => field === 'verdict') ?? fields[0] ?? FIELD.reason;
}

function saying(said: string): SubmissionAnswer {
  return { response_action: 'update', view: modalFor(renderSayingModal(said)) };
}
