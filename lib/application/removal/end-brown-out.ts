// How a brown-out ends: the prior state is put back first, whatever the reason; then it is written down, attested, told.
import type { PredicateBody } from '../../domain/attestation/predicates/registry.ts';
import { IntegrityError, RefusedError, UpstreamError } from '../../domain/errors.ts';
import { transition } from '../../domain/lifecycle.ts';
import {
  type BrownOut,
  REMOVAL_LIFECYCLE,
  type Removal,
  type RemovalState,
} from '../../domain/removal/removal.ts';
import type { Person } from '../../domain/review/person.ts';
import { type Instant, plusMs } from '../../domain/time.ts';
import { attestRemovalStep } from '../plan-removal.ts';
import type { ActivityEvent } from '../ports/connector.ts';
import { update } from '../ports/review-store.ts';
import { peopleNamed } from '../tell-person.ts';
import { aboutRemoval } from './about-removal.ts';
import { callersOf } from './observe-use.ts';
import { reopenWrites } from './reopen-item.ts';
import { postpone, type RemovalCase, type RemovalDeps, takeStep } from './workbench.ts';

/** What the log of a system said while a target was off. */
export interface Heard {
  readonly refused: readonly ActivityEvent[];
  readonly source: string;
  readonly lagMinutes: number;
}

/** The round that is being made. */
export function roundOf({ removalId, brownOuts = [] }: Removal): BrownOut {
  const round = brownOuts.at(-1);
  if (!round)
    throw new IntegrityError({ code: 'CORRUPT_RECORD', message: `Removal ${removalId} is off in no round.` });
  return round;
}

/** The rounds with the last one as it is now. */
export function withRound({ brownOuts = [] }: Removal, round: BrownOut): BrownOut[] {
  return [...brownOuts.slice(0, -1), round];
}

/** Puts the prior state back. Doing it twice changes nothing. @throws UpstreamError when that failed: it is tried again */
export async function switchOn({ connector, target, removal }: RemovalCase): Promise<readonly string[]> {
  const { preImage } = removal;
  return preImage ? (await connector.restore(target, preImage)).evidence : [];
}

/** Put back before its time was over, for a reason that is no scream: the round does not count. */
export async function breakOff(
  deps: RemovalDeps,
  found: RemovalCase,
  why: { readonly why: string; readonly to: 'planned' | 'cancelled'; readonly waitMs: number },
): Promise<void> {
  const { store, clock } = deps.environment;
  const { removal, campaign } = found;
  const round = roundOf(removal);
  await switchOn(found);
  const released = transition(REMOVAL_LIFECYCLE, 'removal', removal.state, 'release');
  const isOver = why.to === 'cancelled';
  const state: RemovalState = isOver
    ? transition(REMOVAL_LIFECYCLE, 'removal', released, 'cancel')
    : released;
  const write = update('removal', removal, {
    state,
    // Rounds that were made stay, and so does that it was counted.
    brownOuts: (removal.brownOuts ?? []).slice(0, -1),
    preImage: undefined,
    steps: removal.steps + 1,
    nextDueAt: isOver ? undefined : plusMs(clock.now(), why.waitMs),
  });
  const on = await attestBrownOut(deps, found, { step: 'on', round });
  const cancelled = isOver
    ? await attestRemovalStep(deps.environment, write.record, campaign.definitionDigest, {
        step: 'cancelled',
        ordinal: removal.steps,
        note: why.why,
      })
    : undefined;
  await store.commit([write, ...on.writes, ...(cancelled?.writes ?? [])]);
}

/** The provider does not take part: after what may have happened is put back, it is called failed. */
export async function giveUp(deps: RemovalDeps, found: RemovalCase, why: string): Promise<void> {
  const round = roundOf(found.removal);
  try {
    await switchOn(found);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
  }
  const on = await attestBrownOut(deps, found, { step: 'on', round });
  await takeStep(
    deps.environment,
    found,
    'fail',
    { failure: why, nextDueAt: undefined, brownOuts: (found.removal.brownOuts ?? []).slice(0, -1) },
    { step: 'failed', note: why },
    on.writes,
  );
}

/** Somebody missed it: it is on again at once, the question is open again, and the owner hears who it was. */
export async function endByScream(deps: RemovalDeps, found: RemovalCase, heard: Heard): Promise<void> {
  const { environment } = deps;
  const { store, attestor, clock } = environment;
  const { removal, campaign } = found;
  const evidence = await switchOn(found);
  const at = clock.now();
  const round: BrownOut = {
    ...roundOf(removal),
    onAt: roundOf(removal).onAt ?? at,
    outcome: 'screamed',
    refused: heard.refused.length,
    caller: callersOf(heard.refused),
  };
  const write = update('removal', removal, {
    state: transition(REMOVAL_LIFECYCLE, 'removal', removal.state, 'scream'),
    brownOuts: withRound(removal, round),
    restoredAt: at,
    steps: removal.steps + 1,
    // Due until its owner was told.
    nextDueAt: at,
  });
  const screamed = await attestBrownOut(deps, found, { step: 'screamed', round, source: heard.source });
  const restored = await attestor.attest(
    {
      name: 'restoration',
      subject: { name: removal.identityId, sha256: removal.snapshot },
      step: `${removal.removalId}/restoration`,
      ordinal: removal.steps,
      predicate: {
        build: attestor.build,
        actor: attestor.system,
        at,
        ...aboutRemoval(removal, campaign.definitionDigest),
        why: `missed in brown-out ${round.step}, by ${round.caller ?? ''}`,
        evidence: [...evidence],
      },
    },
    at,
  );
  const reopened = await reopenWrites(environment, found, at, removal.removalId);
  await store.commit([write, ...screamed.writes, ...restored.writes, ...reopened]);
  await tellScream(deps, { ...found, removal: write.record });
}

/** Tells who missed it; saying it again does nothing. Then nothing is due any more. */
export async function tellScream(deps: RemovalDeps, found: RemovalCase): Promise<void> {
  const { removal } = found;
  const { step, refused = 0, caller = '' } = roundOf(removal);
  const calls = refused === 1 ? '1 call was refused' : `${refused} calls were refused`;
  const text = `It was missed while it was off: ${calls}, by ${caller}. It is on again as it was, and your answer is asked for again.`;
  await tellOwner(deps, found, {
    purpose: 'screamed',
    occasion: `${removal.removalId}/screamed/${step}`,
    text,
  });
  await postpone(deps.environment, removal, undefined);
}

/** Tells the owner, or who steers the campaign when the owner is not here. */
export async function tellOwner(
  { environment, tell }: RemovalDeps,
  { removal, definition }: RemovalCase,
  said: {
    readonly purpose: 'brown-out' | 'screamed';
    readonly occasion: string;
    readonly text: string;
    readonly undoUntil?: Instant;
  },
): Promise<void> {
  const directory = await environment.people.directory();
  const owner = directory.person(removal.ownerId);
  const managers = peopleNamed(directory, definition.reviewers.manager);
  const audience: Person[] = [...(owner?.active ? [owner] : []), ...managers];
  const { purpose, occasion, text, undoUntil } = said;
  for (const to of audience) {
    const told = await tell({
      to,
      purpose,
      occasion,
      shown: [removal.snapshot],
      body: async () => ({ purpose, removal, text, undoUntil }),
    });
    if (told !== undefined) return;
  }
}

/** The statement of one step of a round. */
export function attestBrownOut(
  { environment }: RemovalDeps,
  { removal, campaign }: RemovalCase,
  said: {
    readonly step: PredicateBody<'brown-out'>['step'];
    readonly round: BrownOut;
    readonly source?: string | undefined;
  },
) {
  const { attestor, clock } = environment;
  const { step: round, minutes, refused, caller } = said.round;
  const at = clock.now();
  return attestor.attest(
    {
      name: 'brown-out',
      subject: { name: removal.identityId, sha256: removal.snapshot },
      step: `${removal.removalId}/brown-out/${said.step}`,
      ordinal: removal.steps,
      predicate: {
        build: attestor.build,
        actor: attestor.system,
        at,
        ...aboutRemoval(removal, campaign.definitionDigest),
        step: said.step,
        round,
        minutes,
        ...(refused === undefined ? {} : { refused }),
        ...(caller === undefined ? {} : { caller }),
        ...(said.source === undefined ? {} : { source: said.source }),
      },
    },
    at,
  );
}

/** Whether trying again may help. */
export function mayHelp(error: unknown): error is UpstreamError {
  if (error instanceof UpstreamError) return error.retryable;
  if (error instanceof RefusedError) return false;
  throw error;
}
