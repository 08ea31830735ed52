// Steps the connector contracts are written in.
import { expect } from 'vitest';
import type { Capability, RemovalTarget } from '../../lib/application/ports/connector.ts';
import { UpstreamError } from '../../lib/domain/errors.ts';
import { CollectionReport } from '../../lib/domain/identity/collection.ts';
import type { Identity } from '../../lib/domain/identity/identity.ts';
import { ObservedState, type PreImage } from '../../lib/domain/removal/pre-image.ts';
import type { ConnectorScene } from './connector-scene.ts';

/** Collects everything there is. */
export async function collectAll({
  connector,
}: Pick<ConnectorScene, 'connector'>): Promise<{ identities: Identity[]; report: CollectionReport }> {
  const collection = connector.collect();
  const identities: Identity[] = [];
  for await (const identity of collection.identities) identities.push(identity);
  return { identities, report: CollectionReport.parse(collection.report()) };
}

/** The chosen identity as a whole, as a reviewer decided on it. */
export async function chosenTarget(
  scene: ConnectorScene,
  change: Partial<Identity> = {},
): Promise<RemovalTarget> {
  const reviewed = scene.choose((await collectAll(scene)).identities);
  return { identityId: reviewed.identityId, credentialId: undefined, reviewed: { ...reviewed, ...change } };
}

/** What `locate` finds. @throws Error when that is not exactly one */
export async function stateOf({ connector }: ConnectorScene, of: RemovalTarget): Promise<ObservedState> {
  const located = await connector.locate(of);
  if (located.found !== 'one') throw new Error(`${located.found}: ${located.reason}`);
  return ObservedState.parse(located.state);
}

/** The system's true state; where the scene cannot read it, what `locate` says of it. */
export async function truthOf(scene: ConnectorScene, target: RemovalTarget): Promise<unknown> {
  if (scene.state) return structuredClone(await scene.state());
  const { enabled, detail } = await stateOf(scene, target);
  return { enabled, detail };
}

/** The pre-image that disabling from this state must give. */
export function preImageOf({ connector }: ConnectorScene, state: ObservedState): PreImage {
  return {
    connector: connector.manifest.id,
    label: state.label,
    wasEnabled: state.enabled,
    takenAt: state.observedAt,
    detail: state.detail,
  };
}

/** The capability that holds for a target: its credential's type, else its kind's, or that of everything. */
export function capabilityOf(
  capabilities: Readonly<Record<string, Capability>>,
  { credentialId, reviewed }: RemovalTarget,
): Capability | undefined {
  const credential = reviewed.credentials.find((each) => each.credentialId === credentialId);
  return capabilities[credential?.type ?? reviewed.kind] ?? capabilities['*'];
}

/** How an act ended: with a value, or with a provider's failure. Any other error is the test's failure. */
export type Ended<T> = { readonly value: T } | { readonly failure: UpstreamError };

/** Acts, and takes only a provider's failure for an ending. */
export async function ending<T>(act: () => Promise<T>): Promise<Ended<T>> {
  try {
    return { value: await act() };
  } catch (failure) {
    expect(failure).toBeInstanceOf(UpstreamError);
    return { failure: failure as UpstreamError };
  }
}

/** The scene's faults. @throws Error when `describeConnector` was told of faults the scene does not play */
export function faultsOf({ faults }: ConnectorScene): NonNullable<ConnectorScene['faults']> {
  if (!faults) throw new Error('describeConnector was told of faults, but the scene has none');
  return faults;
}

/** How many calls an act makes when nothing fails. */
export async function callsOf(scene: ConnectorScene, act: () => Promise<unknown>): Promise<number> {
  const faults = faultsOf(scene);
  faults.heal?.();
  const before = faults.calls();
  await act();
  return faults.calls() - before;
}
