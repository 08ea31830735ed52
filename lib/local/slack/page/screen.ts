// What one person sees: everybody, their conversations, the open place and the modal on top.
import { type Block, type BlockElement } from '../block-kit/block.ts';
import type { SlackChannel } from '../message.ts';
import type { SlackPerson } from '../person.ts';
import { maySee, type WorkspaceCore } from '../workspace-core.ts';
import type { Drawing } from './render-elements.ts';

/** Where a person is looking: the app's home tab or a conversation. */
export type Place = { readonly kind: 'home' } | { readonly kind: 'channel'; readonly channel: SlackChannel };

/** One person's screen. */
export interface Screen {
  readonly core: WorkspaceCore;
  readonly person: SlackPerson;
  readonly place: Place;
  /** Narrows the list of people. */
  readonly search: string;
}

/** The screen of a person at a place (`home`, a channel id, or nothing for the app's messages); undefined when they may not see it. */
export function openScreen(
  core: WorkspaceCore,
  userId: string,
  at: string | undefined,
  search: string,
): Screen | undefined {
  const person = core.people.get(userId);
  if (!person) return undefined;
  if (at === 'home') return { core, person, place: { kind: 'home' }, search };
  const id = at ?? directWithApp(core, userId).id;
  const channel = maySee(core, userId, id) ? core.channels.get(id) : undefined;
  return channel && { core, person, place: { kind: 'channel', channel }, search };
}

/** The person's direct message with the app. */
export function directWithApp(core: WorkspaceCore, userId: string): SlackChannel {
  return core.channels.direct([core.app.botUserId, userId]).channel;
}

/** How the elements of a surface are drawn; `key` is the surface's key in warnings and picks. */
export function drawingFor(
  screen: Screen,
  key: string,
  details: Partial<Pick<Drawing, 'answers' | 'errors'>> = {},
): Drawing {
  const { core, person } = screen;
  const names = {
    person: (id: string) => (id === core.app.botUserId ? core.app.name : core.people.get(id)?.realName),
    channel: (id: string) => core.channels.get(id)?.name,
  };
  const active = core.people.all().filter(({ status, kind }) => status === 'active' && kind !== 'bot');
  return {
    names,
    people: active.map(({ id, realName }) => ({ id, name: realName })),
    conversations: core.channels
      .all()
      .filter((channel) => channel.kind === 'public' || channel.kind === 'private')
      .filter((channel) => maySee(core, person.id, channel.id))
      .map(({ id, name }) => ({ id, name: `#${name}` })),
    answers: details.answers ?? core.picked.get(key) ?? {},
    errors: details.errors ?? {},
    warning: (block: Block, element: BlockElement) =>
      core.warnings.get(`${key} ${block.block_id} ${element.action_id}`),
    prefix: key,
  };
}
