// In which definition's name something that happened to an identity is asked about.
import type { Definition } from '../../domain/campaign/definition.ts';
import type { EventCause } from '../../domain/campaign/event.ts';
import type { Identity } from '../../domain/identity/identity.ts';
import { riskOf } from '../../domain/identity/risk.ts';
import type { Environment } from '../environment.ts';
import { loadDefinition } from '../load.ts';

/** Names the definition for an identity and an event; undefined when none asks about that. */
type ChooseDefinition = (identity: Identity, event: EventCause) => Definition | undefined;

/**
 * Reads the definitions in force. The first, by id, that has `events`, names the kind of event or none, and whose scope
 * admits the identity takes it.
 */
export async function chooseDefinition({
  store,
  blobs,
  expressions,
  clock,
}: Pick<Environment, 'store' | 'blobs' | 'expressions' | 'clock'>): Promise<ChooseDefinition> {
  const now = clock.now();
  const rows = (await store.definitions()).toSorted((a, b) => (a.definitionId < b.definitionId ? -1 : 1));
  const definitions = await Promise.all(rows.map(({ digest }) => loadDefinition(blobs, digest)));
  const asking = definitions
    .filter(({ events }) => events !== undefined)
    .map((definition) => ({
      definition,
      admits: expressions.compile(definition.scope.where),
      excludes: definition.scope.exclude.map(({ where }) => expressions.compile(where)),
    }));
  return (identity, event) => {
    if (identity.exclusion) return undefined;
    const input = { identity, risk: riskOf(identity, now) };
    return asking.find(
      ({ definition, admits, excludes }) =>
        definition.events?.kinds?.includes(event) !== false &&
        admits(input) &&
        !excludes.some((excluded) => excluded(input)),
    )?.definition;
  };
}
