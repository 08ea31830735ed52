// The worker behind Slack: carries an act out, then brings what the person sees up to date.
import type { WebClient } from '@slack/web-api';
import type { CampaignActs } from '../../application/campaign-acts.ts';
import type { LiveDigest } from '../../application/live-digest.ts';
import type { Clock } from '../../application/ports/clock.ts';
import type { People } from '../../application/ports/people.ts';
import type { ActOutcome, ReviewActions } from '../../application/review-actions.ts';
import { InvalidInputError, RefusedError, UpstreamError } from '../../domain/errors.ts';
import type { Person } from '../../domain/review/person.ts';
import type { Block, SlackMessage } from '../../presentation/slack/blocks.ts';
import { renderDigest, renderFormerDigest } from '../../presentation/slack/digest.ts';
import { prose } from '../../presentation/slack/text.ts';
import { call, readerOf, sayingOf, tell } from './edge.ts';
import { homeOf } from './home-of.ts';
import { isListRow, withOutcome } from './kept-blocks.ts';
import type { SlackLog } from './log.ts';
import { SlackAct } from './slack-act.ts';
import { blocksFor, homeFor } from './wire.ts';

/** What the worker needs. */
export interface ApplyActDeps {
  readonly actions: ReviewActions;
  /** Acts on whole campaigns; refused where there are none. */
  readonly campaigns?: CampaignActs | undefined;
  /** Where a person's newest digest stands; without it only the message acted on is redrawn. */
  readonly liveDigest?: ((personId: string) => Promise<LiveDigest | undefined>) | undefined;
  readonly client: WebClient;
  readonly people: People;
  readonly clock: Clock;
  readonly teamId: string;
  readonly log: SlackLog;
}

/** Carries out one queued act. */
export type ApplySlackAct = (body: unknown) => Promise<void>;

type Result = { readonly outcome: ActOutcome } | { readonly refusal: string };

/**
 * Builds the worker. Delivered again, an act counts once (its `actId`), and what is shown is drawn anew: nothing is kept here.
 * @throws InvalidInputError for a body that is no act (dead-letter it); UpstreamError to be delivered again
 */
export function applySlackAct(deps: ApplyActDeps): ApplySlackAct {
  return async (body) => {
    const parsed = SlackAct.safeParse(body);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new InvalidInputError({
        code: 'MALFORMED_DECISION',
        message: `queued Slack act: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
        cause: parsed.error,
      });
    }
    const act = parsed.data;
    const person = await stillKnown(deps, act);
    const result: Result = person
      ? await carryOut(deps, act)
      : { refusal: 'Your account changed while your answer was under way, so it was not taken.' };
    const level = 'refusal' in result ? 'warn' : 'info';
    deps.log(level, 'act applied', {
      actId: act.actId,
      kind: act.act.kind,
      personId: act.who.personId,
      refused: 'refusal' in result,
    });
    // Nobody acted on a screen: what was written stands in its thread.
    if (act.act.kind === 'security-answer') return;
    if (person) await redraw(deps, act, person, result);
    await report(deps, act, result);
  };
}

/** Between click and worker somebody may have left: the directory is asked again. */
async function stillKnown({ people, teamId }: ApplyActDeps, act: SlackAct): Promise<Person | undefined> {
  if (act.slack.teamId !== teamId || act.who.issuer !== teamId) return undefined;
  const person = (await people.directory()).bySlack(teamId, act.slack.userId);
  const fine = person?.active && person.fullMember && person.personId === act.who.personId;
  return fine ? person : undefined;
}

async function carryOut(deps: ApplyActDeps, queued: SlackAct): Promise<Result> {
  try {
    return { outcome: await perform(deps, queued) };
  } catch (cause) {
    const refusal = sayingOf(cause);
    if (refusal === undefined) throw cause;
    return { refusal };
  }
}

function perform(deps: ApplyActDeps, { act, who, actId }: SlackAct): Promise<ActOutcome> {
  const { actions } = deps;
  switch (act.kind) {
    case 'decide': {
      const { seen, ...item } = act.item;
      return actions.decide({ item, request: act.request, who, actId, seen, shownAt: act.shownAt });
    }
    case 'keep-group':
      return actions.keepGroup({ ...act.group, reason: act.reason, who, actId, only: act.only });
    case 'not-today':
      return actions.snooze({ ...act.docket, until: act.until, reason: act.reason, who, actId });
    case 'launch':
      return campaignsOf(deps).launch({ definitionId: act.definitionId, who, actId });
    case 'steer':
      return campaignsOf(deps).steer({
        campaignId: act.campaignId,
        act: act.act,
        reason: act.reason,
        who,
        actId,
      });
    case 'delegate':
      return actions.delegate({ to: act.to, until: act.until, reason: act.reason, who, actId });
    case 'approve':
      return actions.approve({ ...act.approval, agree: act.agree, reason: act.reason, who, actId });
    case 'claim':
      return actions.claim({ item: act.item, who, actId });
    case 'undo':
      return actions.undo({ ...act.undo, reason: act.reason, who, actId });
    case 'ask-security':
      return actions.askSecurity({ ...act.docket, question: act.question, who, actId });
    case 'security-answer':
      return actions.passAnswerOn({ thread: act.thread, messageTs: act.messageTs, text: act.text, who });
    default:
      return act satisfies never;
  }
}

function campaignsOf({ campaigns }: ApplyActDeps): CampaignActs {
  if (campaigns) return campaigns;
  throw new RefusedError({
    code: 'NOT_SUPPORTED',
    message: 'Campaigns are steered on the command line here, not in Slack.',
  });
}

/** Draws the message acted on and the home tab anew. A screen that is gone is noted, not mourned. */
async function redraw(deps: ApplyActDeps, act: SlackAct, person: Person, result: Result): Promise<void> {
  const { surface } = act.origin;
  await redrawDigests(deps, act, person);
  if (surface === 'note' && 'outcome' in result) await redrawNote(deps, act, person, result.outcome);
  await publishHome(deps, act, person);
}

/** One digest shows what waits: the newest. One before it that was acted on says where to look. */
async function redrawDigests(deps: ApplyActDeps, act: SlackAct, person: Person): Promise<void> {
  const { surface, channelId, messageTs } = act.origin;
  const acted =
    surface === 'digest' && channelId !== undefined && messageTs !== undefined
      ? { channel: channelId, ts: messageTs }
      : undefined;
  const newest = await deps.liveDigest?.(person.personId);
  const live = newest && (!acted || Number(newest.ts) > Number(acted.ts)) ? newest : acted;
  if (!live) return;
  const desk = await deps.actions.desk(person.personId);
  const digest = { dockets: desk.dockets, warning: false, recent: desk.recent };
  await update(deps, act, live, renderDigest(digest, readerOf(person, deps.clock)));
  if (acted && acted !== live) await update(deps, act, acted, renderFormerDigest());
}

/** In a channel everybody reads it: then it says whose words it answers. */
async function redrawNote(
  deps: ApplyActDeps,
  act: SlackAct,
  { name }: Person,
  outcome: ActOutcome,
): Promise<void> {
  const isDirect = act.origin.channelId?.startsWith('D') ?? true;
  const said = `✓ ${isDirect ? '' : `To ${prose(name, 80)}: `}${prose(outcome.text, 1500)}`;
  // A form brings no message back with it: the other rows of a list must not go with the one that was pressed.
  if (act.kept.length === 0 && isListRow(act.pressed)) {
    await showing(deps, act, () => tell(deps.client, act.slack.userId, act.origin, said));
    return;
  }
  const { channelId: channel, messageTs: ts } = act.origin;
  if (channel === undefined || ts === undefined) return;
  const blocks = withOutcome(act.kept, act.pressed, said) as unknown as readonly Block[];
  await update(deps, act, { channel, ts }, { text: said, blocks });
}

async function update(
  deps: ApplyActDeps,
  act: SlackAct,
  { channel, ts }: LiveDigest,
  { text, blocks }: SlackMessage,
): Promise<void> {
  await showing(deps, act, () =>
    call('chat.update', () => deps.client.chat.update({ channel, ts, text, blocks: blocksFor(blocks) })),
  );
}

async function publishHome(deps: ApplyActDeps, act: SlackAct, person: Person): Promise<void> {
  const { page = 0, tab, filter } = act.origin;
  const view = homeFor(await homeOf(deps.actions, person.personId, { page, tab, filter }));
  await showing(deps, act, () =>
    call('views.publish', () => deps.client.views.publish({ user_id: act.slack.userId, view })),
  );
}

/** Tells refusals in plain words, and successes where nothing was redrawn to show them. */
async function report(deps: ApplyActDeps, act: SlackAct, result: Result): Promise<void> {
  const { origin, slack } = act;
  const said =
    'refusal' in result
      ? `Not taken: ${result.refusal}`
      : origin.surface === 'ephemeral' || act.act.kind === 'ask-security'
        ? result.outcome.text
        : undefined;
  if (said === undefined) return;
  await showing(deps, act, () => tell(deps.client, slack.userId, origin, said));
}

/** Retryable failures come back through the queue; anything else about a screen must not undo what was decided. */
async function showing({ log }: ApplyActDeps, { actId }: SlackAct, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (!(cause instanceof UpstreamError) || cause.retryable) throw cause;
    log('warn', 'could not show an outcome', { actId, cause: cause.message });
  }
}
