// One press by a recognised person, and the ways to answer it: take it as an act, open a form, draw the home tab, or say why not.
import type { Person } from '../../domain/review/person.ts';
import type { Modal } from '../../presentation/slack/blocks.ts';
import type { HomeState } from '../../presentation/slack/home-rows.ts';
import type { Origin } from '../../presentation/slack/references.ts';
import { call, type Edge, enqueue, tellIfPossible } from './edge.ts';
import { homeOf } from './home-of.ts';
import { keepBlocks } from './kept-blocks.ts';
import type { Action, BlockActions } from './payloads.ts';
import { type Act, actIdOf, type SlackAct } from './slack-act.ts';
import { homeFor, modalFor } from './wire.ts';

/** One press by a recognised person. */
export interface Press {
  readonly edge: Edge;
  readonly body: BlockActions;
  readonly action: Action;
  readonly origin: Origin;
  readonly person: Person;
  readonly who: SlackAct['who'];
}

const NOT_READ = 'Countersign could not read this button. Please use the newest message or the Home tab.';

/** Hands the act to the worker; `undefined` is a button that cannot be read. */
export async function act(press: Press, done: Act | undefined): Promise<void> {
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

/** Draws the home tab anew for who pressed. */
export async function drawHome({ edge, person, body }: Press, state: HomeState): Promise<void> {
  const view = homeFor(await homeOf(edge.actions, person.personId, state));
  await call('views.publish', () => edge.client.views.publish({ user_id: body.user.id, view }));
}

/** Opens a form over where it was pressed; over a form it lies on top. */
export async function open(press: Press, modal: Modal): Promise<void> {
  const { edge, body } = press;
  const shown = { trigger_id: body.trigger_id, view: modalFor(modal) };
  if (body.view?.type === 'modal') await edge.client.views.push(shown);
  else await edge.client.views.open(shown);
}

/** Says that a button cannot be read. */
export async function unreadable({ edge, action, body, origin }: Press): Promise<void> {
  edge.log('warn', 'unreadable button', {
    actionId: action.action_id.slice(0, 60),
    userId: body.user.id,
  });
  await tellIfPossible(edge, body.user.id, origin, NOT_READ);
}
