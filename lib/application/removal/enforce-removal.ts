// Switches one thing off: check again, act, record. Safe to run twice, late, or after a crash at any point.
import { RefusedError, UpstreamError } from '../../domain/errors.ts';
import { transition } from '../../domain/lifecycle.ts';
import type { ObservedState, PreImage } from '../../domain/removal/pre-image.ts';
import { REMOVAL_LIFECYCLE } from '../../domain/removal/removal.ts';
import { ITEM_LIFECYCLE } from '../../domain/review/review-item.ts';
import { HOUR_MS, MINUTE_MS, plusMs } from '../../domain/time.ts';
import { digestOf } from '../plain-json.ts';
import type { RemovalReceipt } from '../ports/connector.ts';
import type { RecordKeys } from '../ports/records.ts';
import { update, type Write } from '../ports/review-store.ts';
import { clearToAct, toldInTime } from './clear-to-act.ts';
import { type CapCounters, countOne } from './counters.ts';
import { handOver, remindOfTask } from './hand-over.ts';
import { holdRemoval, releaseRemoval, tellOfHold } from './hold-removal.ts';
import { finishRestoration } from './restore-removal.ts';
import { tellSwitchedOff } from './tell-switched-off.ts';
import { openCase, postpone, type RemovalCase, type RemovalDeps, takeStep } from './workbench.ts';

/** Tries before a removal that the provider keeps refusing is called failed. */
const MAX_ATTEMPTS = 5;

/** What one look at a due removal came to. */
export type EnforcementOutcome =
  | 'nothing'
  | 'later'
  | 'held'
  | 'shadow'
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
        return onHold(deps, found);
      case 'planned':
        return attempt(deps, found);
      case 'executing':
        return actAgain(deps, found);
      case 'manual-open':
        await remindOfTask(deps, found);
        return 'later';
      case 'executed':
      case 'quarantined':
        return 'nothing';
      default:
        await postpone(deps.environment, found.removal, undefined);
        return 'nothing';
    }
  };
}

/** Holds whose cause only a person can remove; they never run out by themselves. */
const NEVER_RUNS_OUT = new Set([
  'blast-radius',
  'nobody-told',
  'protected',
  'missing-approval',
  'person',
  'ambiguous',
]);

async function onHold(deps: RemovalDeps, found: RemovalCase): Promise<EnforcementOutcome> {
  const last = found.removal.holds.at(-1);
  const { clock } = deps.environment;
  if (last && last.holdUntil > clock.now()) {
    await tellOfHold(deps, found, last);
    return 'held';
  }
  if (found.campaign.state === 'cancelled') return attempt(deps, found);
  if (last?.code === 'nobody-told' && (await toldInTime(deps, found, clock.now()))?.verdict !== 'hold') {
    await releaseRemoval(deps, found, { why: 'a notice about it was delivered since' });
    return 'later';
  }
  if (last && NEVER_RUNS_OUT.has(last.code)) {
    await postpone(deps.environment, found.removal, undefined);
    return 'held';
  }
  await releaseRemoval(deps, found, {
    why: `held until ${last?.holdUntil ?? ''}; nobody accepted the risk in that time`,
  });
  return 'later';
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
      return verdict.shadow ? 'shadow' : 'cancelled';
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
      await handOver(deps, found, verdict.why);
      return 'handed-over';
    case 'go':
      return act(deps, await begin(deps, found, verdict), verdict.state);
    default:
      return verdict satisfies never;
  }
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
  const preImage: PreImage = {
    connector: connector.manifest.id,
    label: state.label,
    wasEnabled: state.enabled,
    takenAt: state.observedAt,
    detail: state.detail,
  };
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

/** Goes on with what a crash or a failing provider interrupted; the global stop holds for that too. */
async function actAgain(deps: RemovalDeps, found: RemovalCase): Promise<EnforcementOutcome> {
  const { store, clock } = deps.environment;
  const stopped = await store.get('switch', { switchId: 'enforcement' });
  if (!stopped?.stopped && found.campaign.state !== 'held') return act(deps, found, undefined);
  await postpone(deps.environment, found.removal, plusMs(clock.now(), HOUR_MS));
  return 'later';
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
