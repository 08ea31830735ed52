// A person presses, picks or ticks something: `block_actions`.
import { RefusedError } from '../../../domain/errors.ts';
import {
  keepsAnswer,
  type RawAnswer,
  type RawAnswers,
  readChoice,
  stateEntry,
  stateValues,
} from '../block-kit/answers.ts';
import { type Block, type BlockElement, findElement } from '../block-kit/block.ts';
import { warningOf } from '../deliver.ts';
import type { SlackMessage } from '../message.ts';
import type { SlackPerson } from '../person.ts';
import type { OpenView, SlackView } from '../views.ts';
import { describeView } from '../web-api/views-methods.ts';
import { maySee, type WorkspaceCore } from '../workspace-core.ts';
import { type ActOutcome, gatherOutcome } from './outcome.ts';
import { actingPerson, channelName, interaction, payloadBase, wallTs } from './payloads.ts';

/** What is clicked. Exactly one surface: a message (`channel` and `ts`), an open modal, or the home tab. */
export interface ClickTarget {
  readonly channel?: string;
  readonly ts?: string;
  readonly viewId?: string;
  readonly home?: boolean;
  readonly actionId: string;
  readonly blockId?: string;
  /** The option's value, the person's id, the date, …; several for multiple choice. Buttons need none. */
  readonly value?: RawAnswer;
  /** What else is filled in on the same surface. */
  readonly answers?: RawAnswers;
}

type Surface =
  | {
      readonly kind: 'message';
      readonly stored: SlackMessage;
      readonly key: string;
      readonly blocks: readonly Block[];
    }
  | {
      readonly kind: 'modal';
      readonly open: OpenView;
      readonly key: string;
      readonly blocks: readonly Block[];
    }
  | {
      readonly kind: 'home';
      readonly view: SlackView;
      readonly key: string;
      readonly blocks: readonly Block[];
    };

/**
 * Sends what Slack sends when a person acts on an element, and waits for the acknowledgement.
 * @throws RefusedError NOT_FOUND when the person cannot see such an element; NOT_ELIGIBLE when deactivated
 * @throws InvalidInputError BAD_ARGUMENT for a value the element does not offer
 */
export async function click(core: WorkspaceCore, userId: string, target: ClickTarget): Promise<ActOutcome> {
  const person = actingPerson(core, userId);
  const since = core.changes.revision();
  const surface = findSurface(core, userId, target);
  const found = findElement(surface.blocks, target.actionId, target.blockId);
  if (!found) throw notThere(`no element ${target.blockId ?? ''} ${target.actionId} on ${surface.key}`);
  const action = describeAction(core, found.block, found.element, target.value);
  const answers = rememberAnswers(core, surface, found, target);
  const acknowledgement = await core.deliver(
    interaction(core, blockActions(core, person, surface, action, answers)),
  );
  const warningKey = `${surface.key} ${found.block.block_id} ${found.element.action_id}`;
  if (acknowledgement.ok) core.warnings.delete(warningKey);
  else core.warnings.set(warningKey, warningOf(acknowledgement));
  core.changes.touch();
  return gatherOutcome(core, userId, since, acknowledgement);
}

function findSurface(core: WorkspaceCore, user: string, target: ClickTarget): Surface {
  if (target.viewId !== undefined) {
    const open = core.views.find(target.viewId);
    if (!open || open.user !== user) throw notThere(`modal ${target.viewId} is not on this person's screen`);
    return { kind: 'modal', open, key: `${user} ${open.view.id}`, blocks: open.view.blocks };
  }
  if (target.home) {
    const view = core.views.home(user);
    if (!view) throw notThere('nothing was published to this home tab yet');
    return { kind: 'home', view, key: `${user} ${view.id}`, blocks: view.blocks };
  }
  const { channel = '', ts = '' } = target;
  const stored = maySee(core, user, channel) ? core.messages.get(channel, ts) : undefined;
  if (!stored || (stored.onlyFor !== undefined && stored.onlyFor !== user))
    throw notThere(`message ${channel} ${ts} is not visible to this person`);
  return { kind: 'message', stored, key: `${user} ${channel} ${ts}`, blocks: stored.message.blocks ?? [] };
}

function describeAction(
  core: WorkspaceCore,
  block: Block,
  element: BlockElement,
  value: RawAnswer | undefined,
): Record<string, unknown> {
  const { type, action_id, placeholder, text, style } = element;
  const base = { action_id, block_id: block.block_id, action_ts: wallTs(core) };
  if (type === 'button') {
    const given = element.value === undefined ? {} : { value: element.value };
    return { ...base, type, text, ...given, ...(style ? { style } : {}) };
  }
  if (type === 'overflow') {
    if (typeof value !== 'string') throw notThere('an overflow menu needs the value of one of its options');
    return { ...base, type, selected_option: readChoice(element, value) };
  }
  if (!keepsAnswer(element)) throw notThere(`a ${type} cannot be clicked here`);
  return { ...base, ...stateEntry(element, value ?? null), ...(placeholder ? { placeholder } : {}) };
}

/** Keeps what the person picked, since the next payload from the same surface reports it as state. */
function rememberAnswers(
  core: WorkspaceCore,
  surface: Surface,
  found: { readonly block: Block; readonly element: BlockElement },
  target: ClickTarget,
): RawAnswers {
  const before = surface.kind === 'modal' ? surface.open.answers : (core.picked.get(surface.key) ?? {});
  const blockId = found.block.block_id ?? '';
  const own = keepsAnswer(found.element) ? { [found.element.action_id ?? '']: target.value ?? null } : {};
  const merged = mergeAnswers(before, target.answers ?? {});
  const answers = { ...merged, [blockId]: { ...merged[blockId], ...own } };
  if (surface.kind === 'modal')
    core.views.annotate(surface.open.view.id, { answers, errors: surface.open.errors });
  else core.picked.set(surface.key, answers);
  return answers;
}

/** The answers, the later ones winning element by element. */
export function mergeAnswers(before: RawAnswers, later: RawAnswers): RawAnswers {
  const blockIds = new Set([...Object.keys(before), ...Object.keys(later)]);
  return Object.fromEntries([...blockIds].map((id) => [id, { ...before[id], ...later[id] }]));
}

function blockActions(
  core: WorkspaceCore,
  person: SlackPerson,
  surface: Surface,
  action: Record<string, unknown>,
  answers: RawAnswers,
): Record<string, unknown> {
  const shared = {
    type: 'block_actions',
    ...payloadBase(core, person),
    trigger_id: core.triggerIds.issue(person.id),
  };
  const state = { values: stateValues(surface.blocks, answers) };
  if (surface.kind !== 'message') {
    const view = surface.kind === 'modal' ? surface.open.view : surface.view;
    return {
      ...shared,
      container: { type: 'view', view_id: view.id },
      view: { ...describeView(core, view), state },
      actions: [action],
    };
  }
  const { channel, ts, message, onlyFor } = surface.stored;
  const thread = message.thread_ts ? { thread_ts: message.thread_ts } : {};
  const isEphemeral = onlyFor !== undefined;
  return {
    ...shared,
    container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: isEphemeral, ...thread },
    channel: { id: channel, name: channelName(core, channel) },
    ...(isEphemeral ? {} : { message }),
    state,
    response_url: core.responseUrls.issue({ user: person.id, channel, ts }),
    actions: [action],
  };
}

function notThere(message: string): RefusedError {
  return new RefusedError({ code: 'NOT_FOUND', message });
}
