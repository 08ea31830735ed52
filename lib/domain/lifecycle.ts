// Lifecycles as tables: every state, every event, and nothing else is possible.
import { RefusedError } from './errors.ts';

/** For each state, the events it accepts and the state each leads to. */
export type TransitionTable<State extends string, Event extends string> = Readonly<
  Record<State, Readonly<Partial<Record<Event, State>>>>
>;

/** The state an event leads to. @throws RefusedError ILLEGAL_TRANSITION when the table has no such arrow. */
export function transition<State extends string, Event extends string>(
  table: TransitionTable<State, Event>,
  what: string,
  state: State,
  event: Event,
): State {
  const next = table[state][event];
  if (next === undefined) {
    const accepted = Object.keys(table[state]).join(', ') || 'nothing';
    throw new RefusedError({
      code: 'ILLEGAL_TRANSITION',
      message: `A ${what} that is ${state} cannot take "${event}" (it accepts: ${accepted}).`,
    });
  }
  return next;
}

/** Whether the table has an arrow for the event. */
export function accepts<State extends string, Event extends string>(
  table: TransitionTable<State, Event>,
  state: State,
  event: Event,
): boolean {
  return table[state][event] !== undefined;
}
