// Does what a form asked for, one act after the other; a refusal of one does not undo the others.
import { createHash } from 'node:crypto';
import type { ActOutcome, ReviewActions } from '../../application/review-actions.ts';
import { ConflictError, InvalidInputError, RefusedError, UpstreamError } from '../../domain/errors.ts';
import type { Authenticated } from '../../domain/review/decision.ts';
import type { AnswerResult } from '../../presentation/web/result-page.ts';
import type { AskedAct } from './read-answers.ts';

/** The form, once its code was right. */
export interface SentForm {
  readonly who: Authenticated;
  /** The code's id: used up with this form, so it names the form. */
  readonly codeId: string;
  readonly acts: readonly AskedAct[];
}

/** Records the answers and tells what came of each. */
export async function recordAnswers(
  actions: ReviewActions,
  form: SentForm,
): Promise<readonly AnswerResult[]> {
  const results: AnswerResult[] = [];
  for (const act of form.acts) results.push(await recordOne(actions, form, act));
  return results;
}

async function recordOne(actions: ReviewActions, form: SentForm, act: AskedAct): Promise<AnswerResult> {
  try {
    const { text } = await perform(actions, form, act);
    return { title: act.title, recorded: true, text };
  } catch (error) {
    const text = reasonOf(error);
    // Anything else is a bug or an alarm, and must not look like an ordinary refusal.
    if (text === undefined) throw error;
    return { title: act.title, recorded: false, text };
  }
}

function perform(actions: ReviewActions, { who, codeId }: SentForm, act: AskedAct): Promise<ActOutcome> {
  switch (act.kind) {
    case 'decide': {
      const { item, request } = act;
      const actId = actIdOf(codeId, 'decide', item.campaignId, item.identityKey);
      return actions.decide({ item, request, who, actId });
    }
    case 'keep-group': {
      const { campaignId, group, reason } = act;
      const actId = actIdOf(codeId, 'keep-group', campaignId, group);
      return actions.keepGroup({ campaignId, group, reason, who, actId });
    }
    case 'approve': {
      const { kind, campaignId, identityKey, id } = act.approval;
      const actId = actIdOf(codeId, 'approve', kind, campaignId, identityKey, id);
      const { agree, reason } = act;
      return actions.approve({ kind, campaignId, identityKey, id, agree, reason, who, actId });
    }
    case 'undo': {
      const { identityKey, removalId } = act.undo;
      const actId = actIdOf(codeId, 'undo', identityKey, removalId);
      return actions.undo({ identityKey, removalId, reason: act.reason, who, actId });
    }
    default:
      return act satisfies never;
  }
}

function actIdOf(...parts: readonly string[]): string {
  return `web-${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;
}

function reasonOf(error: unknown): string | undefined {
  if (error instanceof RefusedError || error instanceof InvalidInputError) return error.message;
  if (error instanceof ConflictError)
    return 'Somebody else answered it at the same moment. Please look again.';
  if (error instanceof UpstreamError)
    return 'It could not be recorded just now. Please try again in a few minutes.';
  return undefined;
}
