// Undo: puts the exact prior state back, attests it, and asks the question again.
import { RefusedError } from '../../domain/errors.ts';
import { IdentityKey } from '../../domain/identity/identity-id.ts';
import { accepts, transition } from '../../domain/lifecycle.ts';
import type { PreImage } from '../../domain/removal/pre-image.ts';
import { REMOVAL_LIFECYCLE, type Removal } from '../../domain/removal/removal.ts';
import type { Authenticated } from '../../domain/review/decision.ts';
import { MINUTE_MS, plusMs } from '../../domain/time.ts';
import { untilNoConflict } from '../conflict.ts';
import { update } from '../ports/review-store.ts';
import { requireStrongProof } from '../strong-proof.ts';
import { peopleNamed } from '../tell-person.ts';
import { isByHand } from './by-hand.ts';
import { reopenWrites } from './reopen-item.ts';
import { openCase, postpone, type RemovalCase, type RemovalDeps } from './workbench.ts';

const KEPT_FROM_CHECKS_MS = 10 * MINUTE_MS;

/** Makes the use case. Restoring twice restores once. @throws RefusedError when it cannot be restored (any more). */
export function restoreRemoval(deps: RemovalDeps) {
  return (input: {
    readonly identityKey: string;
    readonly removalId: string;
    readonly reason: string;
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
      // Kept from the daily check meanwhile, which would take what is being brought back for drift.
      const kept = await postpone(environment, removal, plusMs(environment.clock.now(), KEPT_FROM_CHECKS_MS));
      const evidence = await putBack(found, preImage);
      return recordRestoration(deps, { ...found, removal: kept }, input, why, evidence);
    });
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
  input: { readonly reason: string; readonly who: Authenticated },
  why: string,
  evidence: readonly string[],
): Promise<Removal> {
  const { store, attestor, clock } = deps.environment;
  const { removal, campaign } = found;
  const at = clock.now();
  const write = update('removal', removal, {
    state: transition(REMOVAL_LIFECYCLE, 'removal', removal.state, 'restore'),
    restoredAt: at,
    restoredBy: input.who.personId,
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
        actor: attestor.person(input.who, why),
        at,
        campaignId: removal.campaignId,
        definitionDigest: campaign.definitionDigest,
        identityId: removal.identityId,
        removalId: removal.removalId,
        ...(removal.credentialId === undefined ? {} : { credentialId: removal.credentialId }),
        why: input.reason,
        evidence: [...evidence],
      },
    },
    at,
  );
  await store.commit([write, ...signed.writes, ...(await reopenWrites(deps.environment, found, at))]);
  return write.record;
}
