// What definitions in force open a review for.
import { EventCause } from '../../domain/campaign/event.ts';
import type { Environment } from '../environment.ts';
import { loadDefinition } from '../load.ts';

/** Kinds of events that some definition in force asks about. */
export async function kindsAskedAbout({
  store,
  blobs,
}: Pick<Environment, 'store' | 'blobs'>): Promise<ReadonlySet<EventCause>> {
  const rows = await store.definitions();
  const definitions = await Promise.all(rows.map(({ digest }) => loadDefinition(blobs, digest)));
  return new Set(definitions.flatMap(({ events }) => (events ? (events.kinds ?? EventCause.options) : [])));
}
