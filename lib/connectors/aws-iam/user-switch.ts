// A user's credentials, and the sessions made with its keys: off, back on, deleted. Idempotent, in any order of crashes.
import { RefusedError, UpstreamError } from '../../domain/errors.ts';
import type { ObservedState } from '../../domain/removal/pre-image.ts';
import { type Instant, plusMs } from '../../domain/time.ts';
import { createProgress, type Progress } from './progress.ts';
import type { ListedCredential, UserState } from './target-state.ts';
import type { UserCredentials } from './user-credentials.ts';
import { cutBefore, LONGEST_SESSION_MS, type UserSessions } from './user-sessions.ts';

/** What switching a user works with. */
export interface UserSwitchParts {
  readonly credentials: UserCredentials;
  readonly sessions: UserSessions;
  readonly now: () => Instant;
}

/** A credential of the recorded state, with what it is now: undefined when it is gone. */
export interface Pair {
  readonly before: ListedCredential;
  readonly live: ListedCredential | undefined;
}

/** Switches off what was active. @throws RefusedError NOT_FOUND when nothing of it exists any more */
export async function disableUser(
  parts: UserSwitchParts,
  detail: UserState,
  { observedAt }: ObservedState,
): Promise<Progress> {
  const pairs = await pairUp(parts, detail, 'Active');
  if (pairs.length > 0 && pairs.every(({ live }) => !live))
    throw gone(detail, pairs, 'cannot be switched off');
  const progress = createProgress();
  // Sessions first: whoever goes on after a crash still sees by the active keys that this was not finished.
  await cutSessions(parts, detail, { pairs, observedAt, progress });
  for (const { before, live } of pairs) {
    if (!live) progress.remark(`${nameOf(before)} no longer exists`);
    else if (live.status === 'Active') await setStatus(parts, detail, live, 'Inactive', progress);
  }
  return progress;
}

interface Cutting {
  readonly pairs: readonly Pair[];
  readonly observedAt: Instant;
  readonly progress: Progress;
}

async function cutSessions(
  { sessions, now }: UserSwitchParts,
  { user, sessions: recorded }: UserState,
  { pairs, observedAt, progress }: Cutting,
): Promise<void> {
  const keys = pairs.filter(({ before }) => before.type === 'access-key');
  if (!recorded || keys.length === 0) return;
  const until = cutBefore(await sessions.read(user));
  const needed = keys.some(({ live }) => live?.status === 'Active') ? now() : observedAt;
  if (until !== undefined && until >= needed) return;
  try {
    await progress.step('sessions cut', () => sessions.cut(user, now()));
  } catch (error) {
    // Not allowed, or no room for another policy: the credentials are switched off all the same.
    if (!(error instanceof UpstreamError) || error.retryable) throw error;
    progress.remark(`sessions not cut (${error.message})`);
  }
}

/** Puts back what was switched off; what was inactive before stays as it is. @throws RefusedError NOT_FOUND */
export async function restoreUser(parts: UserSwitchParts, detail: UserState): Promise<Progress> {
  const pairs = await pairUp(parts, detail, 'Active');
  const progress = createProgress();
  for (const { live } of pairs) {
    if (live?.status === 'Expired') progress.remark(`${nameOf(live)} has expired since, and stays so`);
    else if (live?.status === 'Inactive') await setStatus(parts, detail, live, 'Active', progress);
  }
  await putSessionsBack(parts, detail, progress);
  const lost = pairs.filter(({ live }) => !live);
  if (lost.length > 0) throw gone(detail, lost, 'cannot be restored; everything else is as before');
  return progress;
}

async function putSessionsBack(
  { sessions }: UserSwitchParts,
  { user, sessions: recorded }: UserState,
  progress: Progress,
): Promise<void> {
  if (!recorded) return;
  const present = await sessions.read(user);
  // Only what was written here is taken away: a policy somebody else put there since is theirs.
  if (present === recorded.priorPolicy || cutBefore(present) === undefined) return;
  await progress.step('sessions as before', () => sessions.putBack(user, recorded.priorPolicy));
}

/**
 * Deletes the access keys of the pre-image for good; other credentials stay inactive (the manifest says so).
 * @throws RefusedError ILLEGAL_TRANSITION when one is active again: something depends on it.
 */
export async function removeUser(parts: UserSwitchParts, detail: UserState): Promise<Progress> {
  const pairs = await pairUp(parts, detail);
  const active = pairs.find(({ live }) => live?.status === 'Active')?.live;
  if (active) {
    throw new RefusedError({
      code: 'ILLEGAL_TRANSITION',
      message: `${nameOf(active)} of user ${detail.user} is active again and is not deleted`,
    });
  }
  const progress = createProgress();
  for (const { before, live } of pairs) {
    if (!live) progress.remark(`${nameOf(before)} was gone already`);
    else if (live.type !== 'access-key') progress.remark(`${nameOf(live)} left inactive`);
    else {
      const { id } = live;
      await progress.step(`access-key ${id} deleted`, () =>
        parts.credentials.deleteAccessKey(detail.user, id),
      );
    }
  }
  await tidySessions(parts, detail, progress);
  return progress;
}

/** The policy that cut the sessions is taken off once the last of them has ended by itself. */
async function tidySessions(parts: UserSwitchParts, detail: UserState, progress: Progress): Promise<void> {
  if (!detail.sessions) return;
  const until = cutBefore(await parts.sessions.read(detail.user));
  if (until !== undefined && plusMs(until, LONGEST_SESSION_MS) < parts.now()) {
    await putSessionsBack(parts, detail, progress);
  }
}

function setStatus(
  { credentials }: UserSwitchParts,
  { user }: UserState,
  live: ListedCredential,
  status: 'Active' | 'Inactive',
  progress: Progress,
): Promise<void> {
  return progress.step(`${nameOf(live)} ${status}`, () => credentials.setStatus(user, live, status));
}

/** Each credential of the recorded state with what it is now, by its id. `was`: only those that had that status. */
export async function pairUp(
  { credentials }: Pick<UserSwitchParts, 'credentials'>,
  detail: UserState,
  was?: ListedCredential['status'],
): Promise<readonly Pair[]> {
  const wanted = detail.credentials.filter(({ status }) => was === undefined || status === was);
  const listed: ListedCredential[] = [];
  for (const type of new Set(wanted.map((each) => each.type))) {
    listed.push(...(await listOrNone(credentials, detail.user, type)));
  }
  return wanted.map((before) => ({
    before,
    live: listed.find(({ type, id }) => type === before.type && id === before.id),
  }));
}

/** A user that is gone has no credentials. */
async function listOrNone(
  credentials: UserCredentials,
  user: string,
  type: ListedCredential['type'],
): Promise<readonly ListedCredential[]> {
  try {
    return await credentials.list(user, type);
  } catch (error) {
    if (error instanceof UpstreamError && error.code === 'NOT_FOUND') return [];
    throw error;
  }
}

/** How a credential is named in evidence and errors. */
export function nameOf({ type, id }: Pick<ListedCredential, 'type' | 'id'>): string {
  return `${type} ${id}`;
}

function gone({ user }: UserState, pairs: readonly Pair[], consequence: string): RefusedError {
  const names = pairs.map(({ before }) => nameOf(before)).join(', ');
  return new RefusedError({
    code: 'NOT_FOUND',
    message: `${names} of user ${user} no longer exists: it ${consequence}`,
  });
}
