// What the handlers of commands have in common, wherever the command is answered.
import type { Environment } from '../../application/environment.ts';
import type { RoleDeps } from '../../application/governance/role-book.ts';
import type { RemovalDeps } from '../../application/removal/workbench.ts';
import type { Authenticated } from '../../domain/review/decision.ts';
import type { Check } from '../doctor/examine.ts';
import type { LedgerCases } from '../ledger-cases.ts';
import type { UseCases } from '../use-cases.ts';

/** What handlers need of the log. */
export type ControlLedger = Pick<LedgerCases, 'history' | 'ledger'> & {
  /** Seals what waits, so that what is read next is up to this moment. */
  tend(): Promise<unknown>;
};

/** What is the same for every command of an installation. */
export interface ControlDeps {
  readonly environment: Environment;
  readonly useCases: Pick<UseCases, 'actions' | 'applyDefinition' | 'collect' | 'steerCampaign' | 'tell'>;
  readonly ledger: ControlLedger;
  /** With the directory as it is, before roles that nobody confirmed are held back. */
  readonly roles: RoleDeps;
  /** What `doctor` looks at besides what every installation has. */
  readonly checks?: readonly Check[] | undefined;
}

/** What a handler works with. */
export interface ControlCall extends ControlDeps {
  /** Deterministic id of the act. */
  readonly actId: string;
  /** Who acts; `as` is who they say they are. @throws RefusedError or InvalidInputError when that is not enough */
  who(as: string | undefined): Promise<Authenticated>;
  /** Does what an act made due at once, where nothing else does. */
  settle(): Promise<void>;
  /** How a second person agrees to an act that takes two. */
  readonly second: SecondPerson;
}

/**
 * `named`: the first person names them, where everybody may be anybody. `acts`: they act themselves; whether somebody may
 * take part is asked for both, at the moment it counts.
 */
export type SecondPerson =
  | { readonly by: 'named' }
  | { readonly by: 'acts'; requireMay(personId: string): Promise<void> };

/** What removal use cases are given. */
export function removalDepsOf({ environment, useCases: { collect, tell } }: ControlCall): RemovalDeps {
  return { environment, collect, tell };
}

/** Does what an act made due at once, so that messages change while the person looks. */
export async function settled<T>(call: ControlCall, result: T): Promise<T> {
  await call.settle();
  return result;
}
