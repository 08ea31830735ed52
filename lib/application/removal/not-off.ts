// A switch-off that does not hold: it is on again, or was used after it was switched off. Who must know is told.

import { TAKES_ANSWERS } from '../../domain/campaign/campaign.ts';
import type { Removal } from '../../domain/removal/removal.ts';
import type { Person } from '../../domain/review/person.ts';
import { type Instant, plusDays } from '../../domain/time.ts';
import { noteEvent } from '../events/raise-event.ts';
import type { VerificationResult } from '../ports/connector.ts';
import { update, type Write } from '../ports/review-store.ts';
import { peopleNamed } from '../tell-person.ts';
import { attestVerification } from './attest-verification.ts';
import { attestObservation, type Watched } from './observe-use.ts';
import { reopenWrites } from './reopen-item.ts';
import { postpone, type RemovalCase, type RemovalDeps } from './workbench.ts';

/** Whether a look found that it does not hold. */
export function doesNotHold({ drifted, level }: VerificationResult): boolean {
  return drifted || level === 'failed';
}

/** What was found stays due at the instant it was found until those who must know were told. */
export function isUntold({ verification, nextDueAt }: Removal): boolean {
  return verification?.level === 'failed' && nextDueAt === verification.at;
}

/** Whether a look found what the one before had found already: it was attested, told and opened again then. */
export function isOldNews(
  { verification, driftedAt, driftEndedAt }: Removal,
  found: VerificationResult,
): boolean {
  if (verification?.level !== 'failed') return false;
  const wasDrifted = driftedAt !== undefined && driftEndedAt === undefined;
  return wasDrifted || !found.drifted;
}

/** Counts one more look that found nothing new; tomorrow it is looked at again, while it can still be put right. */
export async function lookAgain(
  { environment }: RemovalDeps,
  { removal }: RemovalCase,
  { reasons }: VerificationResult,
): Promise<void> {
  const at = environment.clock.now();
  const checks = (removal.verification?.checks ?? 0) + 1;
  await environment.store.commit([
    update('removal', removal, {
      verification: { level: 'failed', at, reasons: [...reasons], checks },
      nextDueAt: nextLook(removal, at),
    }),
  ]);
}

/** Stops claiming that it is off, and opens the question again. `watched`: the use of it that a log shows. */
export async function recordNotOff(
  deps: RemovalDeps,
  found: RemovalCase,
  result: VerificationResult,
  watched?: Watched,
): Promise<Removal> {
  const { environment } = deps;
  const { store, clock } = environment;
  const { removal } = found;
  const at = clock.now();
  const checks = (removal.verification?.checks ?? 0) + 1;
  const write = update('removal', removal, {
    verification: { level: 'failed', at, reasons: [...result.reasons], checks },
    ...(result.drifted ? { driftedAt: at, driftEndedAt: undefined } : {}),
    ...(watched?.observation === undefined ? {} : { observation: watched.observation }),
    nextDueAt: at,
  });
  const signed = await attestVerification(deps, found, { ...result, level: 'failed' }, checks);
  const seen =
    watched?.isClosed && watched.observation
      ? (await attestObservation(deps, found, watched.observation, checks)).writes
      : [];
  const asked = TAKES_ANSWERS.includes(found.campaign.state)
    ? await reopenWrites(environment, found, at)
    : [reviewWanted(write.record, at)];
  await store.commit([write, ...signed.writes, ...seen, ...asked]);
  return write.record;
}

/** Its campaign is over, so that the question cannot be opened again there: another review is wanted. */
function reviewWanted({ identityKey, removalId, verification }: Removal, at: Instant): Write {
  const cause = `It was switched off, and that does not hold: ${verification?.reasons.join('; ') ?? ''}`;
  const occasion = `${removalId}/${verification?.checks ?? 0}`;
  return noteEvent({ event: 'drift', identityKey, cause, at, occasion });
}

/** Tells owner and manager; security too when it was used although it was off. Then it rests until tomorrow. */
export async function tellNotOff({ environment, tell }: RemovalDeps, found: RemovalCase): Promise<void> {
  const { removal, definition } = found;
  const { verification } = removal;
  const directory = await environment.people.directory();
  const owner = directory.person(removal.ownerId);
  const isUse = removal.driftedAt === undefined || removal.driftEndedAt !== undefined;
  const security = isUse
    ? directory.everyone().filter(({ active, roles }) => active && roles.includes('security'))
    : [];
  const audience = new Map<string, Person>(
    [
      ...(owner?.active ? [owner] : []),
      ...peopleNamed(directory, definition.reviewers.manager).slice(0, 1),
      ...security,
    ].map((person) => [person.personId, person]),
  );
  for (const to of audience.values()) {
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
  await postpone(environment, removal, nextLook(removal, environment.clock.now()));
}

/** Daily while it is kept restorable; what is still on after that is left to the review that was opened. */
function nextLook({ quarantineUntil }: Removal, at: Instant): Instant | undefined {
  const tomorrow = plusDays(at, 1);
  return quarantineUntil !== undefined && tomorrow > quarantineUntil ? undefined : tomorrow;
}
