// Telling the owner that something was switched off, with the way back.
import { HOUR_MS, plusMs } from '../../domain/time.ts';
import type { RemovalCase, RemovalDeps } from './workbench.ts';

/** Tells the owner once, however often it is called: every check of the switch-off makes up for a telling that got lost. */
export async function tellSwitchedOff(
  { environment, tell }: RemovalDeps,
  { removal, definition }: Pick<RemovalCase, 'removal' | 'definition'>,
): Promise<void> {
  const owner = (await environment.people.directory()).person(removal.ownerId);
  const { executedAt, preImage } = removal;
  if (!owner?.active || executedAt === undefined) return;
  await tell({
    to: owner,
    purpose: 'switched-off',
    occasion: `${removal.identityKey}/${removal.removalId}/${removal.attempts}`,
    shown: [removal.snapshot],
    body: async () => ({
      purpose: 'switched-off',
      removal,
      text: preImage?.wasEnabled === false ? 'was off already' : 'was switched off',
      undoUntil: plusMs(executedAt, definition.enforcement.quarantineDays * 24 * HOUR_MS),
    }),
  });
}
