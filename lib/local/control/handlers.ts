// What each command does to the running stack.
import { sharedHandlers } from '../../runtime/control/handlers.ts';
import type { LocalCall } from './call.ts';
import { exportPack } from './on-evidence.ts';
import { collect, down, launch, moveClock, status } from './on-stack.ts';
import type { LocalCommandOf, LocalVerb } from './protocol.ts';

type Handler<V extends LocalVerb> = (command: LocalCommandOf<V>, call: LocalCall) => Promise<unknown>;

/** Every command, by name. */
export const localHandlers = {
  ...sharedHandlers,
  status,
  down,
  clock: moveClock,
  collect,
  launch,
  'export-evidence': exportPack,
} satisfies { readonly [V in LocalVerb]: Handler<V> };

/** What a command's result looks like. */
export type LocalResult<V extends LocalVerb> = Awaited<ReturnType<(typeof localHandlers)[V]>>;
