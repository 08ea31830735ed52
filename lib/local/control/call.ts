// What the handlers of commands work with on the embedded stack.
import type { ControlCall } from '../../runtime/control/call.ts';
import type { LocalSession } from '../session.ts';
import { actAs } from './people.ts';

/** A call of the embedded stack. */
export interface LocalCall extends ControlCall {
  readonly session: LocalSession;
  readonly progress: (fraction: number, label: string) => void;
  /** Ends the session once this command is answered. */
  readonly stop: () => void;
}

/** One request as a call. Anybody may say they are anybody, and names the second person where it takes two. */
export function localCall(
  session: LocalSession,
  request: { readonly requestId: string; readonly body: string },
  told: Pick<LocalCall, 'progress' | 'stop'>,
): LocalCall {
  const { stack } = session;
  const { environment, useCases, ledger, roles } = stack;
  return {
    ...told,
    session,
    environment,
    useCases,
    ledger,
    roles,
    actId: `local-demo/${request.requestId}`,
    who: (as) => actAs(stack, as, request.body),
    settle: () => stack.settle(),
    second: { by: 'named' },
  };
}
