// A scream test: off for a short while, listened to, and on again; only what nobody misses is switched off for good.
import { transition } from '../../domain/lifecycle.ts';
import { type NextRound, nextRound } from '../../domain/removal/brown-out.ts';
import type { ObservedState, PreImage } from '../../domain/removal/pre-image.ts';
import { REMOVAL_LIFECYCLE } from '../../domain/removal/removal.ts';
import { DEFAULT_WORKING_HOURS } from '../../domain/review/person.ts';
import { earliest, type Instant, MINUTE_MS, plusMs } from '../../domain/time.ts';
import { update } from '../ports/review-store.ts';
import { capabilityOf } from './clear-to-act.ts';
import { type CapCounters, countOne, isCounted, wasTried } from './counters.ts';
import { attestBrownOut, breakOff, giveUp, mayHelp, roundOf, tellOwner, withRound } from './end-brown-out.ts';
import { postpone, type RemovalCase, type RemovalDeps } from './workbench.ts';

/** How often what is off is looked at, in ms: a stop takes effect within it. */
export const LOOK_MS = MINUTE_MS;
/** When to look again at something that could not be done, in ms. */
const AGAIN_MS = 15 * MINUTE_MS;
/** Rounds in a row that the provider may fail. */
const MAX_FAILURES = 5;

/** What a look at a scream test came to; undefined: there is nothing to test (any more). */
export type Tested = 'brown-out' | 'later' | 'failed' | undefined;

/**
 * Makes the next round of a scream test where one is to be made, on something that was cleared to be switched off. Its
 * owner is told first. The prior state, and when it is put back, are written down before anything is touched.
 * @throws UpstreamError when nobody could be told: nothing was done
 */
export async function brownOut(
  deps: RemovalDeps,
  found: RemovalCase,
  cleared: { readonly state: ObservedState; readonly counters: CapCounters },
): Promise<Tested> {
  const { environment } = deps;
  const { removal, definition, connector } = found;
  const { clock, people } = environment;
  const owner = (await people.directory()).person(removal.ownerId);
  const worker = owner ?? { timeZone: 'UTC', holidays: [], workingHours: DEFAULT_WORKING_HOURS };
  const next = nextRound(removal, definition, worker, clock.now());
  // What is off already is missed by nobody; what a person has to switch on again is not switched off to try.
  const isTestable = cleared.state.enabled && capabilityOf(found, 'restore').how === 'automatic';
  if (!next || !isTestable) return undefined;
  if (next.from > clock.now()) {
    await postpone(environment, removal, next.from);
    return 'later';
  }
  await tellOfRound(deps, found, next);
  const at = clock.now();
  const seen: PreImage = {
    connector: connector.manifest.id,
    label: cleared.state.label,
    wasEnabled: cleared.state.enabled,
    takenAt: cleared.state.observedAt,
    detail: cleared.state.detail,
  };
  const begun = update('removal', removal, {
    state: transition(REMOVAL_LIFECYCLE, 'removal', removal.state, 'brown-out'),
    // What failed before may have taken effect in part: the state before that stays what must be restored.
    preImage: (wasTried(removal) ? removal.preImage : undefined) ?? seen,
    brownOuts: [...(removal.brownOuts ?? []), { step: next.step, plannedAt: at, minutes: next.minutes }],
    // However this ends: it is put back when it is looked at then.
    nextDueAt: plusMs(at, LOOK_MS),
  });
  await environment.store.commit([begun, ...(isCounted(removal) ? [] : countOne(cleared.counters))]);
  return switchOff(deps, { ...found, removal: begun.record }, cleared.state);
}

async function switchOff(deps: RemovalDeps, found: RemovalCase, state: ObservedState): Promise<Tested> {
  const { store, clock } = deps.environment;
  const { removal, connector, target } = found;
  try {
    await connector.disable(target, state);
  } catch (error) {
    return notOffNow(deps, found, error);
  }
  const at = clock.now();
  const round = { ...roundOf(removal), offAt: at };
  const off = await attestBrownOut(deps, found, { step: 'off', round });
  const write = update('removal', removal, {
    brownOuts: withRound(removal, round),
    attempts: 0,
    steps: removal.steps + 1,
    nextDueAt: nextLook(at, at, round.minutes),
  });
  await store.commit([write, ...off.writes]);
  return 'brown-out';
}

/** It may have taken effect nevertheless, so it is put back; then it is tried on, or given up. */
async function notOffNow(deps: RemovalDeps, found: RemovalCase, error: unknown): Promise<Tested> {
  const { store } = deps.environment;
  const { removal } = found;
  const attempts = removal.attempts + 1;
  if (!mayHelp(error) || attempts >= MAX_FAILURES) {
    await giveUp(deps, found, error instanceof Error ? error.message : 'it could not be switched off');
    return 'failed';
  }
  const counted = update('removal', removal, { attempts });
  await store.commit([counted]);
  await breakOff(
    deps,
    { ...found, removal: counted.record },
    {
      why: error.message,
      to: 'planned',
      waitMs: AGAIN_MS,
    },
  );
  return 'later';
}

async function tellOfRound(
  deps: RemovalDeps,
  found: RemovalCase,
  { step, minutes }: NextRound,
): Promise<void> {
  const { removal, connector } = found;
  const at = deps.environment.clock.now();
  const listening = connector.activity
    ? 'Its log is listened to, and it is on again at once when a call is refused.'
    : 'Its system has no log that could be listened to: whether it is missed, only you can tell.';
  const undoUntil = plusMs(at, minutes * MINUTE_MS);
  const until = undoUntil.slice(0, 16).replace('T', ' ');
  await tellOwner(deps, found, {
    purpose: 'brown-out',
    undoUntil,
    occasion: `${removal.removalId}/brown-out/${step}/${at.slice(0, 10)}`,
    text: `Test ${step}, before it is switched off: it is off for ${minutes} minutes from now, and on again by itself at ${until} UTC. ${listening} Bringing it back, or the answer that it is needed, ends the test.`,
  });
}

/** The next look at what is off: soon, and when its time is over at the latest. */
export function nextLook(now: Instant, offAt: Instant, minutes: number): Instant {
  return earliest(plusMs(now, LOOK_MS), plusMs(offAt, minutes * MINUTE_MS));
}
