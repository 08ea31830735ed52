// Modals open on people's screens and the home tabs published for them.
import { createHash } from 'node:crypto';
import { RefusedError } from '../../domain/errors.ts';
import type { RawAnswers } from './block-kit/answers.ts';
import { type Block, elementsOf } from './block-kit/block.ts';
import { completeIds } from './block-kit/complete-ids.ts';
import type { Changes } from './changes.ts';
import type { Journal } from './journal.ts';

/** A view as sent over the wire, without its state. */
export interface SlackView {
  readonly id: string;
  readonly team_id: string;
  readonly type: 'modal' | 'home';
  readonly blocks: readonly Block[];
  readonly private_metadata: string;
  readonly callback_id: string;
  readonly external_id: string;
  readonly hash: string;
  readonly title?: { readonly text: string };
  readonly submit?: { readonly text: string } | null;
  readonly close?: { readonly text: string } | null;
  readonly clear_on_close: boolean;
  readonly notify_on_close: boolean;
  readonly previous_view_id: string | null;
  readonly root_view_id: string;
  readonly app_id: string;
  readonly app_installed_team_id: string;
  readonly bot_id: string;
  readonly [field: string]: unknown;
}

/** A modal on somebody's screen, with what they typed so far and what was said about it. */
export interface OpenView {
  readonly user: string;
  readonly view: SlackView;
  readonly answers: RawAnswers;
  readonly errors: Readonly<Record<string, string>>;
  /** What Slack says under the form when the app did not answer. */
  readonly warning?: string;
}

/** The modal stacks and home tabs of everybody. */
export interface Views {
  /** The modals of a person, the visible one last. */
  stack(user: string): readonly OpenView[];
  find(viewId: string): OpenView | undefined;
  findByExternalId(externalId: string): SlackView | undefined;
  /** Shows a modal; `onTopOf` keeps what is below it, else it replaces whatever is open. */
  open(user: string, definition: ViewDefinition, onTop: boolean): SlackView;
  /** Replaces a modal's definition; answers to elements that stay, by block and action id, are kept. */
  update(viewId: string, definition: ViewDefinition): SlackView;
  annotate(viewId: string, note: Partial<Pick<OpenView, 'answers' | 'errors' | 'warning'>>): void;
  /** Takes the visible modal away, or all of a person's; answers what was closed. */
  close(user: string, all: boolean): readonly SlackView[];
  home(user: string): SlackView | undefined;
  publish(user: string, definition: ViewDefinition): SlackView;
}

/** A view as the app sent it, already checked. */
export type ViewDefinition = Readonly<Record<string, unknown>> & { readonly blocks: readonly Block[] };

/** Who the views belong to. */
export interface ViewOwner {
  readonly teamId: string;
  readonly appId: string;
  readonly botId: string;
}

/** Slack keeps at most this many modals on top of each other. */
export const maxViewStack = 3;

/** The views, home tabs resumed from the journal; modals do not survive a restart, as in Slack. */
export function createViews(
  owner: ViewOwner,
  journal: Journal,
  changes: Changes,
  nextId: () => string,
): Views {
  const stacks = new Map<string, readonly OpenView[]>();
  const homes = createHomes(owner, journal, changes, nextId);
  const modals = () => [...stacks.values()].flat();
  const find = (viewId: string) => modals().find(({ view }) => view.id === viewId);
  const setStack = (user: string, stack: readonly OpenView[]) => {
    stacks.set(user, stack);
    changes.touch();
  };
  const replace = (open: OpenView) => {
    const stack = stacks.get(open.user) ?? [];
    setStack(
      open.user,
      stack.map((each) => (each.view.id === open.view.id ? open : each)),
    );
  };
  return {
    stack: (user) => stacks.get(user) ?? [],
    find,
    findByExternalId: (externalId) =>
      [...modals().map(({ view }) => view), ...homes.all()].find((view) => view.external_id === externalId),
    open(user, definition, onTop) {
      const below = onTop ? (stacks.get(user) ?? []) : [];
      const view = completeView(owner, definition, { id: nextId(), below: below.at(-1)?.view });
      setStack(user, [...below, { user, view, answers: {}, errors: {} }]);
      return view;
    },
    update(viewId, definition) {
      const current = find(viewId);
      if (!current) throw new RefusedError({ code: 'NOT_FOUND', message: `view ${viewId} is not open` });
      const view = completeView(owner, definition, { id: viewId, same: current.view });
      replace({ user: current.user, view, answers: answersKept(view, current.answers), errors: {} });
      return view;
    },
    annotate(viewId, note) {
      const current = find(viewId);
      if (!current) return;
      const { warning: _before, ...rest } = current;
      replace({ ...rest, ...note });
    },
    close(user, all) {
      const stack = stacks.get(user) ?? [];
      const closed = all ? stack : stack.slice(-1);
      setStack(user, stack.slice(0, stack.length - closed.length));
      return closed.map(({ view }) => view);
    },
    home: homes.home,
    publish: homes.publish,
  };
}

interface Homes {
  readonly all: () => readonly SlackView[];
  readonly home: (user: string) => SlackView | undefined;
  readonly publish: (user: string, definition: ViewDefinition) => SlackView;
}

function createHomes(owner: ViewOwner, journal: Journal, changes: Changes, nextId: () => string): Homes {
  const homes = new Map<string, SlackView>();
  for (const entry of journal.kept)
    if (entry.kind === 'home') homes.set(entry.key, entry.view as unknown as SlackView);
  return {
    all: () => [...homes.values()],
    home: (user) => homes.get(user),
    publish(user, definition) {
      const same = homes.get(user);
      const view = completeView(owner, definition, { id: same?.id ?? nextId(), same });
      homes.set(user, view);
      journal.append({ kind: 'home', key: user, view: { ...view } });
      changes.touch();
      return view;
    },
  };
}

function completeView(
  owner: ViewOwner,
  definition: ViewDefinition,
  place: {
    readonly id: string;
    readonly below?: SlackView | undefined;
    readonly same?: SlackView | undefined;
  },
): SlackView {
  const lineage = place.same ?? {
    previous_view_id: place.below?.id ?? null,
    root_view_id: place.below?.root_view_id ?? place.id,
  };
  const blocks = completeIds(definition.blocks, place.id);
  const isModal = definition['type'] === 'modal';
  return {
    private_metadata: '',
    callback_id: '',
    external_id: '',
    clear_on_close: false,
    notify_on_close: false,
    ...(isModal ? { submit: null, close: null } : {}),
    ...definition,
    type: isModal ? 'modal' : 'home',
    id: place.id,
    team_id: owner.teamId,
    blocks,
    hash: hashOf(place.same?.hash, definition),
    previous_view_id: lineage.previous_view_id,
    root_view_id: lineage.root_view_id,
    app_id: owner.appId,
    app_installed_team_id: owner.teamId,
    bot_id: owner.botId,
  };
}

/** `<n>.<digest>`: differs after every change, even back to an earlier definition. */
function hashOf(previous: string | undefined, definition: ViewDefinition): string {
  const generation = Number(previous?.split('.')[0] ?? 0) + 1;
  return `${generation}.${createHash('sha256').update(JSON.stringify(definition)).digest('hex').slice(0, 8)}`;
}

function answersKept(view: SlackView, answers: RawAnswers): RawAnswers {
  return Object.fromEntries(
    view.blocks.flatMap((block) => {
      const before = answers[block.block_id ?? ''];
      if (!before) return [];
      const stays = new Set(elementsOf(block).map((element) => element.action_id ?? ''));
      return [
        [
          block.block_id ?? '',
          Object.fromEntries(Object.entries(before).filter(([id]) => stays.has(id))),
        ] as const,
      ];
    }),
  );
}
