// Telling the owner that somebody else brought back what they know to be off.
import type { Removal } from '../../domain/removal/removal.ts';
import { isHere } from '../../domain/review/resolve-owner.ts';
import type { Environment } from '../environment.ts';
import { gatherLine } from '../gather-line.ts';

/** Lets the owner know with their next message, once however often it is called; nobody when they did it themselves. */
export async function tellRestored(
  environment: Environment,
  { identityKey, removalId, ownerId, restoredBy }: Removal,
): Promise<void> {
  const owner = (await environment.people.directory()).person(ownerId);
  if (!owner || owner.personId === restoredBy || !isHere(owner, environment.clock.now())) return;
  await gatherLine(environment, 'news', { what: 'restored', of: `${identityKey}/${removalId}` }, [owner]);
}
