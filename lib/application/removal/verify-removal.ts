// Says how well a switch-off is known to hold, right after and every day of quarantine; catches drift.
import { IntegrityError, RefusedError } from '../../domain/errors.ts';
import { transition } from '../../domain/lifecycle.ts';
import type { PreImage } from '../../domain/removal/pre-image.ts';
import { quarantineUntil } from '../../domain/removal/quarantine.ts';
import { REMOVAL_LIFECYCLE, type Removal } from '../../domain/removal/removal.ts';
import { earliest, MINUTE_MS, plusDays, plusMs } from '../../domain/time.ts';
import { attestRemovalStep } from '../plan-removal.ts';
import type { VerificationResult } from '../ports/connector.ts';
import type { RecordKeys } from '../ports/records.ts';
import { update, type Write } from '../ports/review-store.ts';
import { peopleNamed } from '../tell-person.ts';
import { checkByHand, isByHand } from './by-hand.ts';
import { reopenWrites } from './reopen-item.ts';
import { tellSwitchedOff } from './tell-switched-off.ts';
import { openCase, postpone, type RemovalCase, type RemovalDeps, takeStep } from './workbench.ts';

/** When to try again to tell the owner that it is off, in ms; long enough for a claim nobody confirmed to run out. */
const TELL_AGAIN_MS = 15 * MINUTE_MS;

/**
 * Makes the use case: verifies one due removal. First it makes up for a telling that got lost: whatever ends this look
 * before it is written down, the next one tells. A check does not wait for a telling that fails; it is due again soon.
 * @throws what kept the owner from being told, once what was found is written down
 */
export function verifyRemoval(deps: RemovalDeps) {
  return async (
    key: RecordKeys['removal'],
  ): Promise<'nothing' | VerificationResult['level'] | 'drift' | 'deleted'> => {
    const { environment } = deps;
    const found = await openCase(environment, key);
    const now = environment.clock.now();
    if (!found || found.removal.nextDueAt === undefined || found.removal.nextDueAt > now) return 'nothing';
    const { removal } = found;
    if (!['executed', 'quarantined'].includes(removal.state)) return 'nothing';
    const [telling] = await Promise.allSettled([tellSwitchedOff(deps, found)]);
    if (isDriftUntold(removal)) {
      passOnFailure(telling);
      await tellOfDrift(deps, found);
      return 'drift';
    }
    const result = await readBack(found);
    if (result.drifted) {
      const drifted = await recordDrift(deps, found, result);
      passOnFailure(telling);
      await tellOfDrift(deps, { ...found, removal: drifted });
      return 'drift';
    }
    const checked = await recordCheck(deps, found, result, telling.status === 'fulfilled');
    passOnFailure(telling);
    if (checked.quarantineUntil !== undefined && checked.quarantineUntil <= now)
      return endQuarantine(deps, { ...found, removal: checked });
    return result.level;
  };
}

function passOnFailure(telling: PromiseSettledResult<void>): void {
  if (telling.status === 'rejected') throw telling.reason;
}

async function readBack({ connector, target, removal }: RemovalCase): Promise<VerificationResult> {
  const { preImage, executedAt } = removal;
  if (!preImage || executedAt === undefined) {
    throw new IntegrityError({
      code: 'CORRUPT_RECORD',
      message: `Removal ${removal.removalId} is ${removal.state} without a pre-image or a time.`,
    });
  }
  return isByHand(preImage) ? checkByHand(removal) : connector.verify(target, preImage, executedAt);
}

/** Drift stays due at the instant it was found until its owner and manager were told. */
function isDriftUntold({ driftedAt, nextDueAt }: Removal): boolean {
  return driftedAt !== undefined && nextDueAt === driftedAt;
}

/** Attests a level the first time and whenever it changes; a daily check that finds the same again adds nothing to say. */
async function recordCheck(
  deps: RemovalDeps,
  found: RemovalCase,
  result: VerificationResult,
  isTold: boolean,
): Promise<Removal> {
  const { store, clock } = deps.environment;
  const { removal, definition, snapshot, campaign } = found;
  const at = clock.now();
  const checks = (removal.verification?.checks ?? 0) + 1;
  const until =
    removal.quarantineUntil ??
    quarantineUntil({ executedAt: removal.executedAt ?? at, definition, identity: snapshot.identity });
  const entering = removal.state === 'executed';
  const write = update('removal', removal, {
    state: transition(REMOVAL_LIFECYCLE, 'removal', removal.state, 'quarantine'),
    verification: { level: result.level, at, reasons: [...result.reasons], checks },
    ...(result.sessionsMayLiveUntil === undefined
      ? {}
      : { sessionsMayLiveUntil: result.sessionsMayLiveUntil }),
    quarantineUntil: until,
    steps: removal.steps + (entering ? 1 : 0),
    nextDueAt: isTold
      ? earliest(plusDays(at, 1), until > at ? until : plusDays(at, 1))
      : plusMs(at, TELL_AGAIN_MS),
  });
  const writes: Write[] = [write];
  if (entering || removal.verification?.level !== result.level) {
    writes.push(...(await attestVerification(deps, found, result, checks)).writes);
  }
  if (entering) {
    const signed = await attestRemovalStep(deps.environment, write.record, campaign.definitionDigest, {
      step: 'quarantined',
      ordinal: removal.steps,
      note: `kept restorable until ${until}`,
      quarantineUntil: until,
    });
    writes.push(...signed.writes);
  }
  await store.commit(writes);
  return write.record;
}

async function attestVerification(
  deps: RemovalDeps,
  found: RemovalCase,
  result: VerificationResult,
  ordinal: number,
) {
  const { attestor, clock } = deps.environment;
  const { removal, campaign } = found;
  const at = clock.now();
  return attestor.attest(
    {
      name: 'verification',
      subject: { name: removal.identityId, sha256: removal.snapshot },
      step: `${removal.removalId}/verification`,
      ordinal,
      predicate: {
        build: attestor.build,
        actor: attestor.system,
        at,
        campaignId: removal.campaignId,
        definitionDigest: campaign.definitionDigest,
        identityId: removal.identityId,
        removalId: removal.removalId,
        ...(removal.credentialId === undefined ? {} : { credentialId: removal.credentialId }),
        level: result.level,
        reasons: [...result.reasons],
        drifted: result.drifted,
        ...(result.sessionsMayLiveUntil === undefined
          ? {}
          : { sessionsMayLiveUntil: result.sessionsMayLiveUntil }),
      },
    },
    at,
  );
}

/** Somebody switched it back on: reopen the question, and stop claiming it is off. Who must know is told next. */
async function recordDrift(
  deps: RemovalDeps,
  found: RemovalCase,
  result: VerificationResult,
): Promise<Removal> {
  const { environment } = deps;
  const { store, clock } = environment;
  const { removal } = found;
  const at = clock.now();
  const checks = (removal.verification?.checks ?? 0) + 1;
  const write = update('removal', removal, {
    verification: { level: 'failed', at, reasons: [...result.reasons], checks },
    driftedAt: at,
    nextDueAt: at,
  });
  const signed = await attestVerification(deps, found, { ...result, level: 'failed' }, checks);
  await store.commit([write, ...signed.writes, ...(await reopenWrites(environment, found, at))]);
  return write.record;
}

async function tellOfDrift({ environment, tell }: RemovalDeps, found: RemovalCase): Promise<void> {
  const { removal, definition } = found;
  const { verification } = removal;
  const directory = await environment.people.directory();
  const owner = directory.person(removal.ownerId);
  const audience = [
    ...(owner?.active ? [owner] : []),
    ...peopleNamed(directory, definition.reviewers.manager).slice(0, 1),
  ];
  for (const to of audience) {
    await tell({
      to,
      purpose: 'drift',
      occasion: `${removal.removalId}/${verification?.checks ?? 0}`,
      shown: [removal.snapshot],
      body: async () => ({
        purpose: 'drift',
        removal,
        text: verification?.reasons.join('; ') ?? '',
        undoUntil: undefined,
      }),
    });
  }
  await postpone(environment, removal, undefined);
}

async function endQuarantine(
  deps: RemovalDeps,
  found: RemovalCase,
): Promise<'deleted' | VerificationResult['level']> {
  const { environment } = deps;
  const { removal, definition } = found;
  if (!definition.enforcement.deleteAfterQuarantine || !removal.preImage || isByHand(removal.preImage)) {
    await postpone(environment, removal, undefined);
    return removal.verification?.level ?? 'unchecked';
  }
  const evidence = await deleteTarget(found, removal.preImage);
  if (!evidence) {
    await postpone(environment, removal, undefined);
    return removal.verification?.level ?? 'unchecked';
  }
  await takeStep(
    environment,
    found,
    'delete',
    { nextDueAt: undefined },
    { step: 'deleted', note: 'deleted after quarantine', evidence },
  );
  return 'deleted';
}

/** Deletes for good; undefined when the connector cannot: then it stays switched off, and quarantined. */
async function deleteTarget(
  { connector, target }: RemovalCase,
  preImage: PreImage,
): Promise<readonly string[] | undefined> {
  if (isByHand(preImage)) return undefined;
  try {
    return (await connector.remove(target, preImage)).evidence;
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return undefined;
  }
}
