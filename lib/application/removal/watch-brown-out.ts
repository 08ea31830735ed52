// Listening to a brown-out: a refused call puts it back at once, and so does a stop or an answer; silence lets it go on.
import { RefusedError, UpstreamError } from '../../domain/errors.ts';
import { transition } from '../../domain/lifecycle.ts';
import { REMOVAL_LIFECYCLE } from '../../domain/removal/removal.ts';
import { HOUR_MS, type Instant, MINUTE_MS, millisOf, plusMs } from '../../domain/time.ts';
import { readSwitches } from '../enforcement/back-to-shadow.ts';
import { update } from '../ports/review-store.ts';
import { LOOK_MS, nextLook, type Tested } from './brown-out.ts';
import {
  attestBrownOut,
  breakOff,
  endByScream,
  type Heard,
  roundOf,
  switchOn,
  withRound,
} from './end-brown-out.ts';
import { postpone, type RemovalCase, type RemovalDeps, takeStep } from './workbench.ts';

/** How often the log is read meanwhile, in ms. */
const LISTEN_MS = 5 * MINUTE_MS;
/** How long the log is waited for beyond its lag, when it cannot be read, in ms. */
const PATIENCE_MS = 2 * HOUR_MS;

/** Looks at what is off for a while, or was until lately. Safe to run twice, late, or after a crash at any point. */
export async function watchBrownOut(
  deps: RemovalDeps,
  found: RemovalCase,
): Promise<Exclude<Tested, undefined>> {
  try {
    return await look(deps, found);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    // It cannot be put back this way: somebody has to see to it. What it was stays written down.
    return failed(deps, found, `it could not be put back after a brown-out: ${error.message}`);
  }
}

async function failed(deps: RemovalDeps, found: RemovalCase, failure: string): Promise<'failed'> {
  await takeStep(
    deps.environment,
    found,
    'fail',
    { failure, nextDueAt: undefined },
    { step: 'failed', note: failure },
  );
  return 'failed';
}

async function look(deps: RemovalDeps, found: RemovalCase): Promise<Exclude<Tested, undefined>> {
  const { environment } = deps;
  const { removal } = found;
  if (!removal.brownOuts?.length) {
    await switchOn(found);
    return failed(deps, found, 'it was off for a while, and no round of it is written down');
  }
  const round = roundOf(removal);
  const now = environment.clock.now();
  const because = await whyBack(deps, found);
  if (because) {
    await breakOff(deps, found, because);
    return 'later';
  }
  if (round.offAt === undefined) {
    await breakOff(deps, found, { why: 'it was cut off', to: 'planned', waitMs: LOOK_MS });
    return 'later';
  }
  const endsAt = plusMs(round.offAt, round.minutes * MINUTE_MS);
  const isOver = round.onAt !== undefined || now >= endsAt;
  const heard =
    isOver || isTimeToListen(removal.nextDueAt ?? now, round.offAt, now)
      ? await listen(found, now)
      : undefined;
  if (heard && heard.refused.length > 0) {
    await endByScream(deps, found, heard);
    return 'later';
  }
  if (!isOver) {
    await postpone(environment, removal, nextLook(now, round.offAt, round.minutes));
    return 'brown-out';
  }
  return round.onAt === undefined ? backOn(deps, found, heard) : settle(deps, found, heard, round.onAt);
}

/** Its time is over: on again. Quiet is only what the log has had time to say. */
async function backOn(
  deps: RemovalDeps,
  found: RemovalCase,
  heard: Heard | undefined,
): Promise<'brown-out' | 'later'> {
  const { store, clock } = deps.environment;
  const { removal, connector } = found;
  await switchOn(found);
  const at = clock.now();
  const round = { ...roundOf(removal), onAt: at };
  const on = await attestBrownOut(deps, found, { step: 'on', round });
  const write = update('removal', removal, {
    brownOuts: withRound(removal, round),
    steps: removal.steps + 1,
    // Without a log there is nothing to wait for.
    nextDueAt: connector.activity ? plusMs(at, (heard?.lagMinutes ?? 1) * MINUTE_MS) : at,
  });
  await store.commit([write, ...on.writes]);
  return 'brown-out';
}

/** It is on again, and the log was given its time: quiet, or nobody can tell. */
async function settle(
  deps: RemovalDeps,
  found: RemovalCase,
  heard: Heard | undefined,
  onAt: Instant,
): Promise<'brown-out' | 'later'> {
  const { environment } = deps;
  const { removal, connector } = found;
  const now = environment.clock.now();
  const heardAllAt = heard && plusMs(onAt, heard.lagMinutes * MINUTE_MS);
  const mayStillHear = connector.activity !== undefined && now < (heardAllAt ?? plusMs(onAt, PATIENCE_MS));
  if (mayStillHear) {
    await postpone(environment, removal, heardAllAt ?? plusMs(now, LISTEN_MS));
    return 'brown-out';
  }
  const round = {
    ...roundOf(removal),
    outcome: heard ? ('quiet' as const) : ('unknown' as const),
    ...(heard ? { refused: 0 } : {}),
  };
  const write = update('removal', removal, {
    state: transition(REMOVAL_LIFECYCLE, 'removal', removal.state, 'release'),
    brownOuts: withRound(removal, round),
    preImage: undefined,
    steps: removal.steps + 1,
    nextDueAt: now,
  });
  const said = heard
    ? await attestBrownOut(deps, found, { step: 'on', round, source: heard.source })
    : undefined;
  await environment.store.commit([write, ...(said?.writes ?? [])]);
  return 'later';
}

/** Refused calls since it was switched off; undefined when there is no log, or it cannot tell. */
async function listen({ connector, target, removal }: RemovalCase, now: Instant): Promise<Heard | undefined> {
  const { offAt, onAt = now } = roundOf(removal);
  if (!connector.activity || offAt === undefined) return undefined;
  try {
    const { events, source, lagMinutes, completeness } = await connector.activity(target, offAt, onAt);
    const refused = events.filter(
      ({ at, outcome, credentialId }) =>
        outcome === 'refused' &&
        at >= offAt &&
        at <= onAt &&
        (removal.credentialId === undefined ||
          credentialId === undefined ||
          credentialId === removal.credentialId),
    );
    // A part of a log can tell of a scream, but not of silence.
    return refused.length > 0 || completeness === 'complete' ? { refused, source, lagMinutes } : undefined;
  } catch (error) {
    if (!(error instanceof UpstreamError || error instanceof RefusedError)) throw error;
    return undefined;
  }
}

/** Why it is put back at once, though nobody screamed; undefined while nothing speaks against the test. */
async function whyBack(
  deps: RemovalDeps,
  found: RemovalCase,
): Promise<Parameters<typeof breakOff>[2] | undefined> {
  const { removal, campaign, item } = found;
  const over = (why: string) => ({ why, to: 'cancelled' as const, waitMs: 0 });
  if (campaign.state === 'cancelled') return over('the campaign was cancelled');
  if (item.state === 'open') return over('the question was opened again');
  const { decision } = item;
  if (decision !== undefined && decision.at > roundOf(removal).plannedAt)
    return over(`superseded by decision ${decision.attestationId}`);
  const { stopped, disarmed } = await readSwitches(deps.environment, removal);
  if (stopped || disarmed !== undefined || campaign.state === 'held')
    return { why: 'stopped', to: 'planned', waitMs: LOOK_MS };
  return undefined;
}

/** Whether one of the times to listen came since the last look. */
function isTimeToListen(dueAt: Instant, offAt: Instant, now: Instant): boolean {
  const times = (at: Instant) => Math.floor((millisOf(at) - millisOf(offAt)) / LISTEN_MS);
  return times(now) > times(plusMs(dueAt, -LOOK_MS));
}
