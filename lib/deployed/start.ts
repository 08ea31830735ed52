// How a function of the installation starts: its settings and documents first.
import type { FunctionName } from '../functions.ts';
import type { Installation, Organisation } from '../installation.ts';
import { readSettings, type Settings } from '../settings.ts';
import { readInstallation, readOrganisation } from './documents.ts';
import { once } from './once.ts';
import { type Bare, type Invocation, startBare } from './start-bare.ts';

/** What every function has when it puts itself together. */
export interface Base extends Bare {
  readonly name: FunctionName;
  readonly settings: Settings;
  readonly installation: Installation;
  /** People and owners, read when first asked for. */
  organisation(): Promise<Organisation>;
}

/** Starts a function of the installation: `startBare` with its settings and documents read first. */
export function start<E, R>(
  name: FunctionName,
  compose: (base: Base) => Promise<(event: E) => Promise<R>>,
): Promise<(event: E, context?: Invocation) => Promise<R>> {
  return startBare(name, async (bare) => {
    const settings = readSettings(name, process.env);
    const installation = await readInstallation(settings.installation);
    const organisation = once(() => readOrganisation(settings.organisation));
    return compose({ ...bare, name, settings, installation, organisation });
  });
}
