// Switches one thing off: check again, act, record. Safe to run twice, late, or after a crash at any point.
import { RefusedError, UpstreamError } from '../../domain/errors.ts';
import { transition } from '../../domain/lifecycle.ts';
import { mayActFrom } from '../../domain/removal/acting-time.ts';
import type { ObservedState, PreImage } from '../../domain/removal/pre-image.ts';
import { REMOVAL_LIFECYCLE } from '../../domain/removal/removal.ts';
import { mayRun } from '../../domain/removal/safeguards.ts';
import { ITEM_LIFECYCLE } from '../../domain/review/review-item.ts';
import { HOUR_MS, MINUTE_MS, plusMs } from '../../domain/time.ts';
import { readSwitches } from '../enforcement/back-to-shadow.ts';
import { lookForUse, recordShadow } from '../enforcement/shadow-look.ts';
import { impactBeforeActing } from '../impact/impact-before-acting.ts';
import { digestOf } from '../plain-json.ts';
import type { RemovalReceipt } from '../ports/connector.ts';
import type { RecordKeys } from '../ports/records.ts';
import { update, type Write } from '../ports/review-store.ts';
import { brownOut } from './brown-out.ts';
import { clearToAct } from './clear-to-act.ts';
import { type CapCounters, countOne, wasTried } from './counters.ts';
import { tellScream } from './end-brown-out.ts';
import { handOver, remindOfTask } from './hand-over.ts';
import { holdRemoval } from './hold-removal.ts';
import { onHold } from './on-hold.ts';
import { finishRestoration } from './restore-removal.ts';
import { tellSwitchedOff } from './tell-switched-off.ts';
import { warnFirst } from './warn-first.ts';
import { watchBrownOut } from './watch-brown-out.ts';
import { openCase, postpone, type RemovalCase, type RemovalDeps, takeStep } from './workbench.ts';

/** Tries before a removal that the provider keeps refusing is called failed. */
const MAX_ATTEMPTS = 5;

/** What one look at a due removal came to. */
export type EnforcementOutcome =
  | 'nothing'
  | 'later'
  | 'held'
  | 'shadow'
  | 'brown-out'
  | 'vanished'
  | 'executed'
  | 'handed-over'
  | 'failed'
  | 'cancelled';

/** Makes the use case: works on one due removal. */
export function enforceRemoval(deps: RemovalDeps) {
  return async (key: RecordKeys['removal']): Promise<EnforcementOutcome> => {
    const found = await openCase(deps.environment, key);
    const now = deps.environment.clock.now();
    if (!found || found.removal.nextDueAt === undefined || found.removal.nextDueAt > now) return 'nothing';
    if (found.removal.restoring) {
      await finishRestoration(deps, found, found.removal.restoring);
      return 'later';
    }
    switch (found.removal.state) {
      case 'held':
        return found.campaign.state === 'cancelled' ? attempt(deps, found) : onHold(deps, found);
      case 'planned':
        return attempt(deps, found);
      case 'brown-out':
        return watchBrownOut(deps, found);
      case 'executing':
        return actAgain(deps, found);
      case 'manual-open':
        await remindOfTask(deps, found);
        return 'later';
      case 'executed':
      case 'quarantined':
        return 'nothing';
      default:
        return watch(deps, found);
    }
  };
}

/** What would have been switched off in shadow is looked at now and then, who missed something is told; of anything else nothing is due. */
async function watch(deps: RemovalDeps, found: RemovalCase): Promise<EnforcementOutcome> {
  const { shadow, state, brownOuts } = found.removal;
  if (state === 'restored' && brownOuts?.at(-1)?.outcome === 'screamed') {
    await tellScream(deps, found);
    return 'nothing';
  }
  if (shadow && shadow.closedAt === undefined) {
    await lookForUse(deps, found, shadow);
    return 'shadow';
  }
  await postpone(deps.environment, found.removal, undefined);
  return 'nothing';
}

async function attempt(deps: RemovalDeps, found: RemovalCase): Promise<EnforcementOutcome> {
  const { environment } = deps;
  const verdict = await clearToAct(deps, found);
  switch (verdict.verdict) {
    case 'cancel':
      await takeStep(
        environment,
        found,
        'cancel',
        { nextDueAt: undefined },
        { step: 'cancelled', note: verdict.why },
      );
      return 'cancelled';
    case 'shadow':
      await recordShadow(deps, found, verdict.would);
      return 'shadow';
    case 'wait':
      await postpone(environment, found.removal, verdict.until);
      return 'later';
    case 'vanished':
      await takeStep(
        environment,
        found,
        'vanish',
        { nextDueAt: undefined },
        { step: 'vanished', note: verdict.why },
      );
      return 'vanished';
    case 'hold':
      await holdRemoval(deps, found, verdict.hold);
      return 'held';
    case 'manual':
      await handOver(deps, found, verdict.why, verdict.counters);
      return 'handed-over';
    case 'go':
      return goAhead(deps, found, verdict);
    default:
      return verdict satisfies never;
  }
}

/** Everything is clear: warned where it is late, the log played once more, and then it is done. */
async function goAhead(
  deps: RemovalDeps,
  found: RemovalCase,
  cleared: { readonly state: ObservedState; readonly counters: CapCounters },
): Promise<EnforcementOutcome> {
  const { environment } = deps;
  if ((await warnFirst(deps, found)) !== undefined) return 'later';
  const { found: played, contradiction } = await impactBeforeActing(deps, found);
  const now = environment.clock.now();
  if (contradiction !== undefined && !mayRun(played.removal, 'contradiction', now)) {
    await holdRemoval(deps, played, { code: 'contradiction', cause: contradiction });
    return 'held';
  }
  // Looking may have taken minutes: a stop that came meanwhile counts.
  const { stopped, disarmed } = await readSwitches(environment, played.removal);
  if (stopped || (disarmed && !mayRun(played.removal, 'disarmed', now))) {
    await postpone(environment, played.removal, plusMs(now, MINUTE_MS));
    return 'later';
  }
  const tested = await brownOut(deps, played, cleared);
  if (tested !== undefined) return tested;
  return act(deps, await begin(deps, played, cleared), cleared.state);
}

/** Writes down the exact prior state, counts the removal and closes the item to answers, before anything is touched. */
async function begin(
  deps: RemovalDeps,
  found: RemovalCase,
  { state, counters }: { readonly state: ObservedState; readonly counters: CapCounters },
): Promise<RemovalCase> {
  const { store, clock } = deps.environment;
  const { removal, item, connector } = found;
  const at = clock.now();
  const seen: PreImage = {
    connector: connector.manifest.id,
    label: state.label,
    wasEnabled: state.enabled,
    takenAt: state.observedAt,
    detail: state.detail,
  };
  // What failed may have taken effect in part: the state before the first try stays what must be restored.
  const preImage = (wasTried(removal) ? removal.preImage : undefined) ?? seen;
  const begun = update('removal', removal, {
    state: transition(REMOVAL_LIFECYCLE, 'removal', removal.state, 'begin'),
    preImage,
    attempts: removal.attempts + 1,
    nextDueAt: plusMs(at, 10 * MINUTE_MS),
  });
  const writes: Write[] = [begun, ...countOne(counters)];
  if (item.state !== 'removing') {
    writes.push(
      update('item', item, { state: transition(ITEM_LIFECYCLE, 'review item', item.state, 'start-removal') }),
    );
  }
  await store.commit(writes);
  return { ...found, removal: begun.record };
}

/** Goes on with what a crash or a failing provider interrupted: not while it is stopped, disarmed, frozen or held. */
async function actAgain(deps: RemovalDeps, found: RemovalCase): Promise<EnforcementOutcome> {
  const { campaign, definition, removal } = found;
  const now = deps.environment.clock.now();
  const { stopped, disarmed } = await readSwitches(deps.environment, removal);
  if (stopped || disarmed || campaign.state === 'held') {
    await postpone(deps.environment, removal, plusMs(now, HOUR_MS));
    return 'later';
  }
  const from = mayActFrom(definition.enforcement, now);
  if (from > now) {
    await postpone(deps.environment, removal, from);
    return 'later';
  }
  return act(deps, found, undefined);
}

/** Acts on a removal that is executing. After a crash the stored pre-image stays what must be restored. */
async function act(
  deps: RemovalDeps,
  found: RemovalCase,
  seen: ObservedState | undefined,
): Promise<EnforcementOutcome> {
  const { environment } = deps;
  const { removal, connector, target } = found;
  let receipt: RemovalReceipt;
  try {
    const state = seen ?? (await stateAgain(found));
    if (!state) return gone(deps, found);
    receipt = await connector.disable(target, state);
  } catch (error) {
    if (error instanceof RefusedError) return failed(deps, found, error.message);
    if (!(error instanceof UpstreamError)) throw error;
    if (!error.retryable || removal.attempts >= MAX_ATTEMPTS) return failed(deps, found, error.message);
    await environment.store.commit([
      update('removal', removal, {
        attempts: removal.attempts + 1,
        failure: error.message,
        nextDueAt: plusMs(environment.clock.now(), (error.retryAfterMs ?? MINUTE_MS) * 2 ** removal.attempts),
      }),
    ]);
    return 'later';
  }
  await executed(deps, found, receipt);
  return 'executed';
}

async function gone(deps: RemovalDeps, found: RemovalCase): Promise<EnforcementOutcome> {
  const note = 'it was gone before it could be switched off';
  await takeStep(deps.environment, found, 'vanish', { nextDueAt: undefined }, { step: 'vanished', note });
  return 'vanished';
}

async function stateAgain({ connector, target, removal }: RemovalCase): Promise<ObservedState | undefined> {
  const located = await connector.locate(target);
  if (located.found === 'one') return located.state;
  if (located.found === 'vanished') return undefined;
  throw new UpstreamError({
    code: 'REJECTED',
    provider: removal.connector,
    retryable: false,
    message: `The target cannot be told apart any more: ${located.reason}`,
  });
}

async function executed(deps: RemovalDeps, found: RemovalCase, receipt: RemovalReceipt): Promise<void> {
  const { environment } = deps;
  const at = environment.clock.now();
  const preImage = found.removal.preImage ?? receipt.preImage;
  // Found on at first and off now: an earlier try took effect, and only its answer was lost.
  const changed = receipt.changed || preImage.wasEnabled;
  const record = await takeStep(
    environment,
    found,
    'executed',
    { preImage, executedAt: at, failure: undefined, nextDueAt: at },
    {
      step: 'executed',
      note: changed ? 'switched off' : 'it was off already; nothing was changed',
      changed,
      evidence: receipt.evidence,
      preImageDigest: digestOf(preImage),
    },
  );
  await tellSwitchedOff(deps, { ...found, removal: record });
}

async function failed(deps: RemovalDeps, found: RemovalCase, why: string): Promise<EnforcementOutcome> {
  await takeStep(
    deps.environment,
    found,
    'fail',
    { failure: why, nextDueAt: undefined },
    { step: 'failed', note: why },
  );
  return 'failed';
}
