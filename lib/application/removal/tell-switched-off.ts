// Telling those who answer for an identity that it was switched off, with the way back.
import type { Audience } from '../../domain/campaign/definition.ts';
import { audienceOf } from '../../domain/chase/audience.ts';
import type { Person } from '../../domain/review/person.ts';
import { gatherLine } from '../gather-line.ts';
import { loadSnapshot } from '../load.ts';
import type { RemovalCase, RemovalDeps } from './workbench.ts';

/** Checks of a switch-off that make up for a telling that got lost; later ones would tell it anew. */
const CHECKS_THAT_TELL = 2;

/**
 * Lets the owner know with their next message, once however often it is called; when they cannot be reached, the next who
 * answers for it: backup, team, manager, fallback. What its owner took away themselves, the backup hears of too.
 */
export async function tellSwitchedOff(
  { environment }: RemovalDeps,
  found: Pick<RemovalCase, 'removal' | 'definition'>,
): Promise<void> {
  const { removal } = found;
  if (removal.executedAt === undefined || (removal.verification?.checks ?? 0) >= CHECKS_THAT_TELL) return;
  const of = `${removal.identityKey}/${removal.removalId}/${removal.attempts}`;
  const people = await answerable(environment, found);
  await gatherLine(environment, 'news', { what: 'switched-off', of }, people.all);
  if (removal.cause !== 'no-response')
    await gatherLine(environment, 'news', { what: 'switched-off', of }, people.backups.slice(0, 1));
}

/** Everybody who answers for what was removed and is here, the owner first. */
export async function answerable(
  { people, blobs, clock }: RemovalDeps['environment'],
  { removal, definition }: Pick<RemovalCase, 'removal' | 'definition'>,
): Promise<{ readonly all: readonly Person[]; readonly backups: readonly Person[] }> {
  const { owners } = await loadSnapshot(blobs, removal.snapshot);
  const directory = await people.directory();
  const input = { reviewerId: removal.ownerId, owners: [owners], directory, definition, now: clock.now() };
  const those = (...audience: Audience[]) =>
    audienceOf({ ...input, audience }).flatMap(({ as, person }) => (as === 'bystander' ? [] : [person]));
  return {
    all: those('reviewer', 'backup', 'group', 'manager', 'fallback'),
    backups: those('backup').filter(({ personId }) => personId !== removal.ownerId),
  };
}
