// What each command does to a deployed installation.
import { sharedHandlers } from './handlers.ts';
import type { InstallationCommandOf, InstallationVerb } from './installation-protocol.ts';
import {
  collections,
  type InstallationCall,
  pack,
  startCollect,
  startExport,
  startLaunch,
} from './on-installation.ts';

type Handler<V extends InstallationVerb> = (
  command: InstallationCommandOf<V>,
  call: InstallationCall,
) => Promise<unknown>;

/** Every command, by name. */
export const installationHandlers = {
  ...sharedHandlers,
  'start-launch': startLaunch,
  'start-collect': startCollect,
  collections,
  'start-export': startExport,
  pack,
} satisfies { readonly [V in InstallationVerb]: Handler<V> };

/** What a command's result looks like. */
export type InstallationResult<V extends InstallationVerb> = Awaited<
  ReturnType<(typeof installationHandlers)[V]>
>;
