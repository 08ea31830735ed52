// What a command talks to: the embedded stack, or a deployed installation.
import type { SharedResult } from '../runtime/control/handlers.ts';
import type { CommandOf, SharedVerb } from '../runtime/control/protocol.ts';
import type { LocalClient } from './control-client.ts';
import type { InstallationClient } from './installation-client.ts';

/** Asks for what every installation knows. */
export type AskShared = <V extends SharedVerb>(command: CommandOf<V>) => Promise<SharedResult<V>>;

/** What a command talks to. */
export type Target =
  | { readonly kind: 'embedded'; readonly ask: AskShared; readonly local: LocalClient }
  | { readonly kind: 'deployed'; readonly ask: AskShared; readonly installation: InstallationClient };

/** The embedded stack as a target. */
export function embedded(local: LocalClient): Target {
  return { kind: 'embedded', ask: local.ask, local };
}

/** A deployed installation as a target. */
export function deployed(installation: InstallationClient): Target {
  return { kind: 'deployed', ask: installation.ask, installation };
}
