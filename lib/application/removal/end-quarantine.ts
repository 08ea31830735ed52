// The end of quarantine: deletion, but only of what is known to be off and may be touched now.
import { RefusedError } from '../../domain/errors.ts';
import { mayActFrom } from '../../domain/removal/acting-time.ts';
import type { PreImage } from '../../domain/removal/pre-image.ts';
import type { Removal } from '../../domain/removal/removal.ts';
import { whyProtected } from '../../domain/removal/safeguards.ts';
import type { VerificationLevel } from '../../domain/removal/verification-level.ts';
import { HOUR_MS, type Instant, MINUTE_MS, plusDays, plusMs } from '../../domain/time.ts';
import { readSwitches } from '../enforcement/back-to-shadow.ts';
import { update } from '../ports/review-store.ts';
import { isByHand } from './by-hand.ts';
import { capabilityOf } from './clear-to-act.ts';
import { postpone, type RemovalCase, type RemovalDeps, takeStep } from './workbench.ts';

/** Levels good enough to delete on. */
const KNOWN_OFF: ReadonlySet<VerificationLevel> = new Set<VerificationLevel>([
  'confirmed',
  'refused',
  'proven',
]);
/** What stays switched off after quarantine is still looked at, this often, in days. */
const LOOK_DAYS = 7;
/** A deletion that is not recorded by then was cut off: it is tried again, or taken back. In ms. */
const DELETED_BY_MS = 15 * MINUTE_MS;

/**
 * Deletes a target whose quarantine is over, where its definition says so; otherwise it stays switched off, restorable
 * and looked at every week.
 */
export async function endQuarantine(
  deps: RemovalDeps,
  found: RemovalCase,
): Promise<'deleted' | VerificationLevel> {
  const { environment } = deps;
  const { removal, definition } = found;
  const now = environment.clock.now();
  const level = removal.verification?.level ?? 'unchecked';
  const { preImage } = removal;
  if (preImage && isByHand(preImage)) {
    await postpone(environment, removal, undefined);
    return level;
  }
  // What the connector leaves to a person, or leaves in place, would be called deleted and still be there.
  const isDeletable =
    definition.enforcement.deleteAfterQuarantine && capabilityOf(found, 'remove').how === 'automatic';
  if (!preImage || !isDeletable || !KNOWN_OFF.has(level) || !isStillWanted(found)) {
    await postpone(environment, removal, plusDays(now, LOOK_DAYS));
    return level;
  }
  const notBefore = await mayDeleteFrom(deps, found, now);
  if (notBefore > now) {
    await postpone(environment, removal, notBefore);
    return level;
  }
  // Written down first: a restoration that came before stops it here, and one that comes after is refused.
  const begun = update('removal', removal, { deletingAt: now, nextDueAt: plusMs(now, DELETED_BY_MS) });
  await environment.store.commit([begun]);
  const evidence = await deleteTarget(found, preImage);
  if (!evidence) {
    const nextDueAt = plusDays(now, LOOK_DAYS);
    await environment.store.commit([update('removal', begun.record, { deletingAt: undefined, nextDueAt })]);
    return level;
  }
  await takeStep(
    environment,
    { ...found, removal: begun.record },
    'delete',
    { deletingAt: undefined, nextDueAt: undefined },
    { step: 'deleted', note: 'deleted after quarantine', evidence },
  );
  return 'deleted';
}

/** Whether its deletion was begun so lately that it may be under way. */
export function isBeingDeleted({ deletingAt }: Removal, now: Instant): boolean {
  return deletingAt !== undefined && plusMs(deletingAt, DELETED_BY_MS) > now;
}

/** Whether the last word on it is still that it should go: what was opened again, or kept since, is not deleted. */
function isStillWanted({ item, campaign }: RemovalCase): boolean {
  if (campaign.state === 'cancelled') return false;
  if (item.state === 'removing') return true;
  return item.state === 'answered' && ['revoke', 'retire'].includes(item.decision?.verdict ?? '');
}

/**
 * When it may be deleted: never while everything is stopped, it was sent back to shadow, the campaign is held, in a freeze,
 * or while it is protected.
 */
async function mayDeleteFrom(
  { environment }: RemovalDeps,
  { removal, campaign, definition, snapshot }: RemovalCase,
  now: Instant,
): Promise<Instant> {
  const { store, expressions } = environment;
  const { stopped, disarmed } = await readSwitches(environment, removal);
  if (stopped || campaign.state === 'held') return plusMs(now, HOUR_MS);
  if (disarmed) return plusDays(now, 1);
  const current = await store.get('identity', { identityKey: removal.identityKey });
  for (const identity of [snapshot.identity, ...(current ? [current.identity] : [])]) {
    const rule = definition.enforcement.protect.find(({ where }) =>
      expressions.compile(where)({ identity, risk: snapshot.risk }),
    );
    if (whyProtected({ identity, protectedBy: rule?.reason }) !== undefined) return plusDays(now, LOOK_DAYS);
  }
  return mayActFrom(definition.enforcement, now);
}

/** Deletes for good; undefined when the connector cannot. What is gone already, after a crash, counts as deleted. */
async function deleteTarget(
  { connector, target }: RemovalCase,
  preImage: PreImage,
): Promise<readonly string[] | undefined> {
  try {
    return (await connector.remove(target, preImage)).evidence;
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return undefined;
  }
}
