// A person sends or closes a modal: `view_submission` and `view_closed`.
import * as z from 'zod';
import { RefusedError } from '../../../domain/errors.ts';
import { type RawAnswers, stateValues } from '../block-kit/answers.ts';
import { findIncomplete } from '../block-kit/incomplete.ts';
import { type Acknowledgement, warningOf } from '../deliver.ts';
import { maxViewStack, type OpenView } from '../views.ts';
import { SlackRefusal } from '../web-api/slack-refusal.ts';
import { describeView, readView } from '../web-api/views-methods.ts';
import type { WorkspaceCore } from '../workspace-core.ts';
import { mergeAnswers } from './click.ts';
import { type ActOutcome, gatherOutcome } from './outcome.ts';
import { actingPerson, interaction, payloadBase } from './payloads.ts';

const ResponseAction = z.discriminatedUnion('response_action', [
  z.object({ response_action: z.literal('errors'), errors: z.record(z.string(), z.string()) }),
  z.object({ response_action: z.literal('update'), view: z.unknown() }),
  z.object({ response_action: z.literal('push'), view: z.unknown() }),
  z.object({ response_action: z.literal('clear') }),
]);

const trouble = 'We had some trouble connecting. Try again?';

/**
 * Submits the modal. An incomplete form is not sent, as in Slack: the outcome then has `errors` and no acknowledgement.
 * @throws RefusedError NOT_FOUND unless it is the visible modal of this person, with a submit button
 */
export async function submitView(
  core: WorkspaceCore,
  userId: string,
  viewId: string,
  answers: RawAnswers = {},
): Promise<ActOutcome> {
  const person = actingPerson(core, userId);
  const since = core.changes.revision();
  const open = visibleModal(core, userId, viewId);
  if (!open.view.submit && open.view.blocks.some(({ type }) => type === 'input'))
    throw new RefusedError({ code: 'NOT_SUPPORTED', message: `modal ${viewId} has no submit button` });
  const merged = mergeAnswers(open.answers, answers);
  const values = stateValues(open.view.blocks, merged);
  const errors = findIncomplete(open.view.blocks, values);
  core.views.annotate(viewId, { answers: merged, errors });
  if (Object.keys(errors).length > 0) return gatherOutcome(core, userId, since, undefined);
  const acknowledgement = await core.deliver(
    interaction(core, {
      type: 'view_submission',
      ...payloadBase(core, person),
      trigger_id: core.triggerIds.issue(userId),
      view: describeView(core, open.view),
      response_urls: [],
    }),
  );
  if (core.views.find(viewId)) obey(core, open, acknowledgement);
  return gatherOutcome(core, userId, since, acknowledgement);
}

/** Closes the visible modal (or all of them); the app hears of it only if it asked to. */
export async function closeView(
  core: WorkspaceCore,
  userId: string,
  viewId: string,
  all = false,
): Promise<ActOutcome> {
  const person = actingPerson(core, userId);
  const since = core.changes.revision();
  visibleModal(core, userId, viewId);
  const described = new Map(core.views.stack(userId).map(({ view }) => [view.id, describeView(core, view)]));
  const clears = all || core.views.find(viewId)?.view.clear_on_close === true;
  const told = core.views.close(userId, clears).filter((view) => view.notify_on_close);
  const acknowledgements = await Promise.all(
    told.map((view) =>
      core.deliver(
        interaction(core, {
          type: 'view_closed',
          ...payloadBase(core, person),
          view: described.get(view.id),
          is_cleared: clears,
        }),
      ),
    ),
  );
  return gatherOutcome(core, userId, since, acknowledgements.at(-1));
}

function visibleModal(core: WorkspaceCore, userId: string, viewId: string): OpenView {
  const top = core.views.stack(userId).at(-1);
  if (top?.view.id !== viewId)
    throw new RefusedError({
      code: 'NOT_FOUND',
      message: `modal ${viewId} is not the one on this person's screen`,
    });
  return top;
}

/** Does to the modal what the acknowledgement says; whatever Slack would not take leaves it open, with a warning. */
function obey(core: WorkspaceCore, open: OpenView, acknowledgement: Acknowledgement): void {
  const warn = (warning: string) => core.views.annotate(open.view.id, { errors: {}, warning });
  if (!acknowledgement.ok)
    return warn(acknowledgement.problem === 'status' ? trouble : warningOf(acknowledgement));
  if (acknowledgement.body.trim() === '') {
    core.views.close(open.user, false);
    return;
  }
  const action = readAction(acknowledgement.body);
  if (!action) return warn(trouble);
  try {
    applyAction(core, open, action);
  } catch (refusal) {
    if (!(refusal instanceof SlackRefusal)) throw refusal;
    warn(`${trouble} (${refusal.message})`);
  }
}

function readAction(body: string): z.infer<typeof ResponseAction> | undefined {
  try {
    return ResponseAction.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

function applyAction(core: WorkspaceCore, open: OpenView, action: z.infer<typeof ResponseAction>): void {
  const { id, blocks } = open.view;
  switch (action.response_action) {
    case 'clear':
      core.views.close(open.user, true);
      return;
    case 'update':
      core.views.update(id, readView(core, action.view, 'modal', id));
      return;
    case 'push':
      if (core.views.stack(open.user).length >= maxViewStack) throw new SlackRefusal('push_limit_reached');
      core.views.open(open.user, readView(core, action.view, 'modal'), true);
      return;
    case 'errors': {
      const inputs = new Set(blocks.filter(({ type }) => type === 'input').map((block) => block.block_id));
      if (Object.keys(action.errors).some((blockId) => !inputs.has(blockId)))
        throw new SlackRefusal('invalid_block_id');
      core.views.annotate(id, { errors: action.errors });
    }
  }
}
