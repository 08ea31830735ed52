// Undo: puts the exact prior state back, attests it, and asks the question again.
import type { Actor } from '../../domain/attestation/actor.ts';
import { IntegrityError, RefusedError } from '../../domain/errors.ts';
import { IdentityKey } from '../../domain/identity/identity-id.ts';
import { accepts, transition } from '../../domain/lifecycle.ts';
import type { PreImage } from '../../domain/removal/pre-image.ts';
import { REMOVAL_LIFECYCLE, type Removal } from '../../domain/removal/removal.ts';
import type { Authenticated } from '../../domain/review/decision.ts';
import { MINUTE_MS, plusMs } from '../../domain/time.ts';
import { untilNoConflict } from '../conflict.ts';
import { disarmWrites } from '../enforcement/back-to-shadow.ts';
import { update, type Write } from '../ports/review-store.ts';
import { requireStrongProof } from '../strong-proof.ts';
import { peopleNamed } from '../tell-person.ts';
import { aboutRemoval } from './about-removal.ts';
import { isByHand } from './by-hand.ts';
import { isBeingDeleted } from './end-quarantine.ts';
import { reopenWrites } from './reopen-item.ts';
import { openCase, type RemovalCase, type RemovalDeps } from './workbench.ts';

/** A restoration that is not recorded by then is taken up again, in ms. */
const FINISHED_BY_MS = 10 * MINUTE_MS;

/**
 * Makes the use case. Restoring twice restores once. What was `wrong` to switch off sends its connector and tier back to
 * shadow, with the same commit.
 * @throws RefusedError when it cannot be restored (any more)
 */
export function restoreRemoval(deps: RemovalDeps) {
  return (input: {
    readonly identityKey: string;
    readonly removalId: string;
    readonly reason: string;
    readonly wrong?: boolean | undefined;
    readonly who: Authenticated;
  }): Promise<Removal> =>
    untilNoConflict(async () => {
      const { environment } = deps;
      const found = await openCase(environment, {
        identityKey: IdentityKey.parse(input.identityKey),
        removalId: input.removalId,
      });
      if (!found) throw new RefusedError({ code: 'NOT_FOUND', message: 'This removal does not exist.' });
      const { removal } = found;
      if (removal.state === 'restored') return removal;
      const { preImage } = removal;
      if (!accepts(REMOVAL_LIFECYCLE, removal.state, 'restore') || !preImage) {
        throw new RefusedError({
          code: 'ILLEGAL_TRANSITION',
          message: `${removal.name} is ${removal.state}; only something switched off and not deleted can be brought back.`,
        });
      }
      requireStrongProof(removal.tier, input.who.method);
      const why = await mayRestore(deps, found, input.who.personId);
      const { who, reason } = input;
      const asked = { who, why, reason, ...(input.wrong === true ? { wrong: true } : {}) };
      const at = environment.clock.now();
      if (isBeingDeleted(removal, at)) {
        throw new RefusedError({
          code: 'ALREADY_EXECUTING',
          message: `${removal.name} is being deleted right now: whether it can still be brought back is known within 15 minutes.`,
        });
      }
      // Written down first: the next check would take what is being brought back for drift, and finishes it instead.
      const begun = update('removal', removal, {
        restoring: { at, ...asked },
        nextDueAt: plusMs(at, FINISHED_BY_MS),
      });
      await environment.store.commit([begun]);
      const evidence = await putBack(found, preImage);
      return recordRestoration(deps, { ...found, removal: begun.record }, asked, evidence);
    });
}

/** Goes on with a restoration that a crash or a failing provider interrupted, on the word of who asked for it. */
export async function finishRestoration(
  deps: RemovalDeps,
  found: RemovalCase,
  asked: NonNullable<Removal['restoring']>,
): Promise<Removal> {
  const { preImage } = found.removal;
  if (!preImage) {
    throw new IntegrityError({
      code: 'CORRUPT_RECORD',
      message: `Removal ${found.removal.removalId} is being brought back without a pre-image.`,
    });
  }
  try {
    return await recordRestoration(deps, found, asked, await putBack(found, preImage));
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    // It cannot be put back this way: the checks go on, and say how it really is.
    const { store, clock } = deps.environment;
    const write = update('removal', found.removal, {
      restoring: undefined,
      failure: error.message,
      nextDueAt: clock.now(),
    });
    await store.commit([write]);
    return write.record;
  }
}

async function putBack(
  { connector, target, removal }: RemovalCase,
  preImage: PreImage,
): Promise<readonly string[]> {
  if (!isByHand(preImage)) return (await connector.restore(target, preImage)).evidence;
  return [`switched back on by hand, on the word of the person (after ${removal.removalId})`];
}

async function mayRestore(
  deps: RemovalDeps,
  { removal, definition }: RemovalCase,
  personId: string,
): Promise<string> {
  const directory = await deps.environment.people.directory();
  const person = directory.person(personId);
  if (!person?.active)
    throw new RefusedError({
      code: 'NOT_ELIGIBLE',
      message: 'You are not an active member of the directory.',
    });
  const row = await deps.environment.store.get('identity', { identityKey: removal.identityKey });
  if (row?.exposedAt !== undefined) {
    if (person.roles.includes('security')) return 'role security, after a reported exposure';
    throw new RefusedError({
      code: 'NOT_ELIGIBLE',
      message: 'A secret of it was reported exposed: only security can bring it back.',
    });
  }
  if (personId === removal.ownerId) return 'owner of the identity';
  const shared = directory.teamsOf(removal.ownerId).find(({ memberIds }) => memberIds.includes(personId));
  if (shared) return `member of the owning team ${shared.teamId}`;
  if (peopleNamed(directory, definition.reviewers.manager).some((entry) => entry.personId === personId))
    return 'campaign manager';
  if (person.roles.includes('security') || person.roles.includes('admin'))
    return `role ${person.roles.join(', ')}`;
  throw new RefusedError({
    code: 'NOT_ELIGIBLE',
    message: 'Only its owner, their team, the campaign manager or security can bring it back.',
  });
}

async function recordRestoration(
  deps: RemovalDeps,
  found: RemovalCase,
  asked: Omit<NonNullable<Removal['restoring']>, 'at'>,
  evidence: readonly string[],
): Promise<Removal> {
  const { store, attestor, clock } = deps.environment;
  const { removal, campaign } = found;
  const at = clock.now();
  const { personId } = asked.who;
  const actor = attestor.person(asked.who, asked.why);
  const write = update('removal', removal, {
    state: transition(REMOVAL_LIFECYCLE, 'removal', removal.state, 'restore'),
    restoredAt: at,
    restoredBy: personId,
    ...(asked.wrong === true ? { wrong: { at, by: personId, why: asked.reason } } : {}),
    restoring: undefined,
    steps: removal.steps + 1,
    nextDueAt: undefined,
  });
  const signed = await attestor.attest(
    {
      name: 'restoration',
      subject: { name: removal.identityId, sha256: removal.snapshot },
      step: `${removal.removalId}/restoration`,
      ordinal: removal.steps,
      predicate: {
        build: attestor.build,
        actor,
        at,
        ...aboutRemoval(removal, campaign.definitionDigest),
        why: asked.reason,
        evidence: [...evidence],
      },
    },
    at,
  );
  const disarmed = asked.wrong === true ? await disarm(deps, found, { actor, by: personId }) : [];
  const reopened = await reopenWrites(deps.environment, found, at, removal.removalId);
  await store.commit([write, ...signed.writes, ...reopened, ...disarmed]);
  return write.record;
}

/** A wrong switch-off takes the trust back that its connector and tier had earned. */
function disarm(
  { environment }: RemovalDeps,
  { removal: { connector, tier, name } }: RemovalCase,
  said: { readonly actor: Actor; readonly by: string },
): Promise<readonly Write[]> {
  const reason = `${name} should not have been switched off`;
  return disarmWrites(environment, { connector, tier }, { ...said, reason });
}
