// views.*
import * as z from 'zod';
import { stateValues } from '../block-kit/answers.ts';
import { checkView } from '../block-kit/check-blocks.ts';
import { maxViewStack, type SlackView, type ViewDefinition } from '../views.ts';
import type { WorkspaceCore } from '../workspace-core.ts';
import { type Method, nested, readArguments } from './arguments.ts';
import { SlackRefusal } from './slack-refusal.ts';

const Shown = z.object({ view: nested('invalid_arguments'), trigger_id: z.string() });

/** The methods about modals and home tabs. */
export function viewsMethods(core: WorkspaceCore): Readonly<Record<string, Method>> {
  const show = (args: Readonly<Record<string, unknown>>, onTop: boolean) => {
    const asked = readArguments(Shown, args);
    const definition = readView(core, asked.view, 'modal');
    const redeemed = core.triggerIds.redeem(asked.trigger_id);
    if ('problem' in redeemed) throw new SlackRefusal(redeemed.problem);
    const depth = core.views.stack(redeemed.user).length;
    if (onTop && depth === 0) throw new SlackRefusal('not_found');
    if (onTop && depth >= maxViewStack) throw new SlackRefusal('push_limit_reached');
    return { view: describeView(core, core.views.open(redeemed.user, definition, onTop)) };
  };
  return {
    'views.open': (args) => show(args, false),
    'views.push': (args) => show(args, true),
    'views.update': (args) => updateView(core, args),
    'views.publish': (args) => publishView(core, args),
  };
}

/** Checks a view of the app's. @throws SlackRefusal as Slack would refuse it */
export function readView(
  core: WorkspaceCore,
  view: unknown,
  expected: 'modal' | 'home',
  own?: string,
): ViewDefinition {
  const verdict = checkView(view, expected);
  if (verdict.error) throw new SlackRefusal(verdict.error, verdict.messages);
  const definition = view as ViewDefinition;
  const externalId = definition['external_id'];
  const holder =
    typeof externalId === 'string' && externalId ? core.views.findByExternalId(externalId) : undefined;
  if (holder && holder.id !== own) throw new SlackRefusal('duplicate_external_id');
  return definition;
}

/** A view with its state, as answers and payloads carry it. */
export function describeView(core: WorkspaceCore, view: SlackView): Record<string, unknown> {
  const answers = core.views.find(view.id)?.answers ?? {};
  return { ...view, state: { values: stateValues(view.blocks, answers) } };
}

function updateView(core: WorkspaceCore, args: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const asked = readArguments(
    z.object({
      view: nested('invalid_arguments'),
      view_id: z.string().optional(),
      external_id: z.string().optional(),
      hash: z.string().optional(),
    }),
    args,
  );
  const viewId =
    asked.view_id ?? (asked.external_id ? core.views.findByExternalId(asked.external_id)?.id : undefined);
  if (asked.view_id === undefined && asked.external_id === undefined)
    throw new SlackRefusal('invalid_arguments', ['[ERROR] missing required field: view_id']);
  const open = viewId === undefined ? undefined : core.views.find(viewId);
  if (!open) throw new SlackRefusal('not_found');
  const definition = readView(core, asked.view, 'modal', open.view.id);
  if (asked.hash !== undefined && asked.hash !== open.view.hash) throw new SlackRefusal('hash_conflict');
  return { view: describeView(core, core.views.update(open.view.id, definition)) };
}

function publishView(core: WorkspaceCore, args: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const asked = readArguments(
    z.object({ view: nested('invalid_arguments'), user_id: z.string(), hash: z.string().optional() }),
    args,
  );
  if (!core.people.get(asked.user_id))
    throw new SlackRefusal('invalid_arguments', ['[ERROR] invalid `user_id` [json-pointer:/user_id]']);
  const current = core.views.home(asked.user_id);
  const definition = readView(core, asked.view, 'home', current?.id);
  if (asked.hash !== undefined && asked.hash !== current?.hash) throw new SlackRefusal('hash_conflict');
  return { view: describeView(core, core.views.publish(asked.user_id, definition)) };
}
