// A switch-off that comes long after the last word on it is announced once more before it is done.
import { addBusinessDays } from '../../domain/chase/working-time.ts';
import { daysBetween, type Instant, latest } from '../../domain/time.ts';
import { gatherLine } from '../gather-line.ts';
import { update } from '../ports/review-store.ts';
import { answerable } from './tell-switched-off.ts';
import type { RemovalCase, RemovalDeps } from './workbench.ts';

/** So many days after the last word nobody expects it any more. */
const LATE_DAYS = 3;
/** Business days from the warning to the switch-off, where the definition does not say. */
const WARN_DAYS = 2;

/**
 * Warns who answers for it and puts the removal off, when it is late: it was held, frozen, or stopped since it was decided,
 * and a decision or a last call of long ago is no warning. Once a removal. Resolves to when it may go on; undefined when
 * it may now.
 */
export async function warnFirst(deps: RemovalDeps, found: RemovalCase): Promise<Instant | undefined> {
  const { store, people, clock } = deps.environment;
  const { removal, definition, item } = found;
  const now = clock.now();
  const lastWord = latest(removal.plannedAt, removal.executeAfter, item.decision?.at ?? removal.plannedAt);
  const warnDays = definition.enforcement.warnDays ?? WARN_DAYS;
  if (removal.warnedAt !== undefined || warnDays === 0 || daysBetween(lastWord, now) < LATE_DAYS)
    return undefined;
  const { all } = await answerable(deps.environment, found);
  const of = `${removal.identityKey}/${removal.removalId}`;
  await gatherLine(deps.environment, 'singly', { what: 'removal-warning', of }, all);
  const owner = (await people.directory()).person(removal.ownerId);
  const until = addBusinessDays(now, warnDays, owner?.timeZone ?? 'UTC', owner?.holidays ?? []);
  await store.commit([update('removal', removal, { warnedAt: now, nextDueAt: until })]);
  return until;
}
