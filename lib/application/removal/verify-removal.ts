// Says how well a switch-off is known to hold, right after and every day of quarantine; catches drift.
import { IntegrityError } from '../../domain/errors.ts';
import { transition } from '../../domain/lifecycle.ts';
import { quarantineUntil } from '../../domain/removal/quarantine.ts';
import { REMOVAL_LIFECYCLE, type Removal } from '../../domain/removal/removal.ts';
import { earliest, MINUTE_MS, plusDays, plusMs } from '../../domain/time.ts';
import { attestRemovalStep } from '../plan-removal.ts';
import type { VerificationResult } from '../ports/connector.ts';
import type { RecordKeys } from '../ports/records.ts';
import { update, type Write } from '../ports/review-store.ts';
import { attestVerification } from './attest-verification.ts';
import { checkByHand, isByHand } from './by-hand.ts';
import { endQuarantine } from './end-quarantine.ts';
import { doesNotHold, isOldNews, isUntold, lookAgain, recordNotOff, tellNotOff } from './not-off.ts';
import { attestObservation, observeUse, rhythmDaysOf, type Watched } from './observe-use.ts';
import { finishRestoration } from './restore-removal.ts';
import { tellSwitchedOff } from './tell-switched-off.ts';
import { openCase, type RemovalCase, type RemovalDeps } from './workbench.ts';

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
    if (removal.restoring) {
      await finishRestoration(deps, found, removal.restoring);
      return 'nothing';
    }
    const [telling] = await Promise.allSettled([tellSwitchedOff(deps, found)]);
    if (isUntold(removal)) {
      passOnFailure(telling);
      await tellNotOff(deps, found);
      return namedOf(removal);
    }
    const result = await readBack(found);
    if (doesNotHold(result)) {
      passOnFailure(telling);
      return notOff(deps, found, result);
    }
    const [watching] = await Promise.allSettled([observeUse(deps, found, result)]);
    const watched = watching.status === 'fulfilled' ? watching.value : nothingSeen(found, result);
    if (doesNotHold(watched.result)) {
      passOnFailure(telling);
      return notOff(deps, found, watched.result, watched);
    }
    const isTold = telling.status === 'fulfilled' && watching.status === 'fulfilled';
    const checked = await recordCheck(deps, found, watched, isTold);
    passOnFailure(telling);
    passOnFailure(watching);
    if (checked.quarantineUntil !== undefined && checked.quarantineUntil <= now)
      return endQuarantine(deps, { ...found, removal: checked });
    return watched.result.level;
  };
}

/** The log was read, and its news did not get out: it is read again. */
function nothingSeen({ removal }: RemovalCase, result: VerificationResult): Watched {
  return { result, observation: removal.observation, isClosed: false };
}

function passOnFailure(telling: PromiseSettledResult<unknown>): void {
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

/** What is found again and again is said once; what is new opens the question, and is told. */
async function notOff(
  deps: RemovalDeps,
  found: RemovalCase,
  result: VerificationResult,
  watched?: Watched,
): Promise<'drift' | 'failed'> {
  if (isOldNews(found.removal, result)) {
    await lookAgain(deps, found, result);
  } else {
    const removal = await recordNotOff(deps, found, result, watched);
    await tellNotOff(deps, { ...found, removal });
  }
  return result.drifted ? 'drift' : 'failed';
}

function namedOf({ driftedAt, driftEndedAt }: Removal): 'drift' | 'failed' {
  return driftedAt !== undefined && driftEndedAt === undefined ? 'drift' : 'failed';
}

/** Attests a level the first time and whenever it changes; a daily check that finds the same again adds nothing to say. */
async function attestLook(
  deps: RemovalDeps,
  found: RemovalCase,
  { result, observation, isClosed }: Watched,
  checks: number,
): Promise<Write[]> {
  const { state, verification } = found.removal;
  const isNew = state === 'executed' || verification?.level !== result.level;
  const level = isNew ? await attestVerification(deps, found, result, checks) : undefined;
  const seen =
    isClosed && observation ? await attestObservation(deps, found, observation, checks) : undefined;
  return [...(level?.writes ?? []), ...(seen?.writes ?? [])];
}

async function recordCheck(
  deps: RemovalDeps,
  found: RemovalCase,
  watched: Watched,
  isTold: boolean,
): Promise<Removal> {
  const { store, clock } = deps.environment;
  const { result, observation } = watched;
  const { removal, definition, snapshot, campaign } = found;
  const at = clock.now();
  const checks = (removal.verification?.checks ?? 0) + 1;
  const until =
    removal.quarantineUntil ??
    quarantineUntil({
      executedAt: removal.executedAt ?? at,
      definition,
      identity: snapshot.identity,
      longestUseIntervalDays: await rhythmDaysOf(found),
    });
  const entering = removal.state === 'executed';
  const write = update('removal', removal, {
    state: transition(REMOVAL_LIFECYCLE, 'removal', removal.state, 'quarantine'),
    verification: { level: result.level, at, reasons: [...result.reasons], checks },
    ...(result.sessionsMayLiveUntil === undefined
      ? {}
      : { sessionsMayLiveUntil: result.sessionsMayLiveUntil }),
    quarantineUntil: until,
    ...(observation === undefined ? {} : { observation }),
    ...(removal.driftedAt !== undefined && removal.driftEndedAt === undefined ? { driftEndedAt: at } : {}),
    steps: removal.steps + (entering ? 1 : 0),
    nextDueAt: isTold
      ? earliest(plusDays(at, 1), until > at ? until : plusDays(at, 1))
      : plusMs(at, TELL_AGAIN_MS),
  });
  const writes: Write[] = [write, ...(await attestLook(deps, found, watched, checks))];
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
