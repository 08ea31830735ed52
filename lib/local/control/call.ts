// What the handlers of commands have in common.
import type { Environment } from '../../application/environment.ts';
import type { RemovalDeps } from '../../application/removal/workbench.ts';
import type { Authenticated } from '../../domain/review/decision.ts';
import type { LocalSession } from '../session.ts';
import { actAs } from './people.ts';

/** What a handler works with. */
export interface ControlCall {
  readonly session: LocalSession;
  /** Deterministic id of the act. */
  readonly actId: string;
  /** The raw request: what an act's authentication rests on. */
  readonly evidence: string;
  readonly progress: (fraction: number, label: string) => void;
  /** Ends the session once this command is answered. */
  readonly stop: () => void;
}

/** The stack's environment. */
export function environmentOf({ session }: ControlCall): Environment {
  return session.stack.environment;
}

/** What removal use cases are given. */
export function removalDepsOf({ session }: ControlCall): RemovalDeps {
  const { environment, collect, tell } = session.stack.useCases;
  return { environment, collect, tell };
}

/** Who acts. */
export function who({ session, evidence }: ControlCall, as: string): Promise<Authenticated> {
  return actAs(session.stack, as, evidence);
}

/** Does what an act made due at once, so that messages change while the person looks. */
export async function settled<T>({ session }: ControlCall, result: T): Promise<T> {
  await session.stack.settle();
  return result;
}
