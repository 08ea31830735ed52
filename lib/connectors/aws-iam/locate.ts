// From what the reviewer was shown to what is there now: key slot ↔ key id by the second it was made, or no match at all.
import type { Located, RemovalTarget } from '../../application/ports/connector.ts';
import { RefusedError, UpstreamError } from '../../domain/errors.ts';
import type { Credential, LastUse } from '../../domain/identity/credential.ts';
import { valueOf } from '../../domain/identity/fact.ts';
import type { Instant } from '../../domain/time.ts';
import { latestUse } from './last-use.ts';
import { deniesEverything, type RoleSwitch } from './role-switch.ts';
import { type ListedCredential, SwitchableType, type UserState } from './target-state.ts';
import type { UserCredentials } from './user-credentials.ts';
import type { UserSessions } from './user-sessions.ts';

/** What locating works with. */
export interface LocateParts {
  readonly credentials: UserCredentials;
  readonly roles: RoleSwitch;
  readonly sessions: UserSessions;
  readonly now: () => Instant;
}

/** Reads the target's present state. @throws RefusedError NOT_SUPPORTED for what this connector cannot switch off. */
export async function locateTarget(parts: LocateParts, target: RemovalTarget): Promise<Located> {
  const { kind } = target.reviewed;
  const credential = chosenCredential(target);
  if (kind === 'workload-identity' && !credential) return locateRole(parts, target);
  if (kind !== 'service-account' && kind !== 'api-key') {
    throw new RefusedError({
      code: 'NOT_SUPPORTED',
      message: `aws-iam: ${kind} ${target.identityId} is not switched off here`,
    });
  }
  try {
    return await (credential ? locateCredential(parts, target, credential) : locateUser(parts, target));
  } catch (error) {
    if (error instanceof UpstreamError && error.code === 'NOT_FOUND') {
      return { found: 'vanished', reason: `user ${userOf(target)} no longer exists` };
    }
    throw error;
  }
}

/** The user's name: the last part of the path, without a key's suffix. IAM allows neither `/` nor `#` in it. */
export function userOf({ reviewed }: RemovalTarget): string {
  const [resource = ''] = reviewed.nativeId.split('#');
  return resource.slice(resource.lastIndexOf('/') + 1);
}

/** The one credential meant; undefined for the user as a whole. A person's key is its identity's only credential. */
function chosenCredential({ credentialId, reviewed }: RemovalTarget): Credential | undefined {
  if (credentialId === undefined) return reviewed.kind === 'api-key' ? reviewed.credentials[0] : undefined;
  const found = reviewed.credentials.find((each) => each.credentialId === credentialId);
  if (found) return found;
  throw new RefusedError({
    code: 'NOT_FOUND',
    message: `${reviewed.identityId} has no credential ${credentialId}`,
  });
}

async function locateCredential(
  parts: LocateParts,
  target: RemovalTarget,
  credential: Credential,
): Promise<Located> {
  const type = SwitchableType.safeParse(credential.type);
  if (!type.success) {
    throw new RefusedError({
      code: 'NOT_SUPPORTED',
      message: `aws-iam: a ${credential.type} is not switched off here`,
    });
  }
  const user = userOf(target);
  const now = await parts.credentials.list(user, type.data);
  if (now.length === 0) return { found: 'vanished', reason: `user ${user} has no ${type.data} any more` };
  const matches = now.filter((listed) => isSame(listed, credential));
  const [match] = matches;
  if (!match || matches.length > 1)
    return { found: 'ambiguous', reason: mismatch(user, credential, matches.length) };
  return found(parts, user, [match], { whole: false, unread: [] });
}

/** Same provider id where it is known; else made in the same second (the report has no ids and no fractions). */
function isSame(listed: ListedCredential, credential: Credential): boolean {
  if (credential.providerId !== undefined) return listed.id === credential.providerId;
  const createdAt = valueOf(credential.createdAt);
  if (createdAt === undefined || listed.createdAt === null) return false;
  return listed.createdAt.slice(0, 19) === createdAt.slice(0, 19);
}

function mismatch(user: string, { credentialId, createdAt, type }: Credential, count: number): string {
  const when = valueOf(createdAt) ?? 'an unknown time';
  if (count > 1)
    return `user ${user} has ${count} ${type}s made at ${when}: which is ${credentialId} cannot be told`;
  return `no ${type} of user ${user} was made at ${when}: the one reviewed as ${credentialId} was replaced, or cannot be told`;
}

/** The user as a whole: every credential IAM can switch. Held when there is one the reviewer was not shown. */
async function locateUser(parts: LocateParts, target: RemovalTarget): Promise<Located> {
  const user = userOf(target);
  const keys = await parts.credentials.list(user, 'access-key');
  const unread: string[] = [];
  const others: ListedCredential[] = [];
  for (const type of ['signing-certificate', 'service-specific-credential', 'ssh-public-key'] as const) {
    others.push(...(await orUnread(unread, `${type}s`, [], () => parts.credentials.list(user, type))));
  }
  const password = await orUnread(unread, 'console password', false, () =>
    parts.credentials.hasPassword(user),
  );
  if (password) {
    return { found: 'ambiguous', reason: `user ${user} has a console password: a person may be using it` };
  }
  const unseen = unseenAmong([...keys, ...others], target);
  if (unseen) {
    const reason = `user ${user} has ${unseen.type} ${unseen.id} of ${unseen.createdAt ?? 'an unknown time'}, which the reviewer was not shown`;
    return { found: 'ambiguous', reason };
  }
  const priorPolicy = await orUnread(unread, 'the policy that would cut sessions', undefined, () =>
    parts.sessions.read(user),
  );
  const sessions = priorPolicy === undefined ? {} : { sessions: { priorPolicy } };
  return found(parts, user, [...keys, ...others], { whole: true, unread, ...sessions });
}

/**
 * An active credential the reviewer cannot have seen: one made since the inventory was read, or a key beside those the
 * inventory shows. (Where it shows none at all it may simply not have had them.)
 */
function unseenAmong(
  live: readonly ListedCredential[],
  { reviewed }: RemovalTarget,
): ListedCredential | undefined {
  const shownKeys = reviewed.credentials.some(({ type }) => type === 'access-key');
  return live.find((each) => {
    if (each.status !== 'Active' || reviewed.credentials.some((shown) => isSame(each, shown))) return false;
    if (each.type === 'access-key' && shownKeys) return true;
    return each.createdAt !== null && each.createdAt > reviewed.observedAt;
  });
}

/** Something beside the keys that may not be read: gone on without, and said in every verification. */
async function orUnread<T>(unread: string[], what: string, nothing: T, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.retryable || error.code === 'NOT_FOUND') throw error;
    unread.push(`${what} (${error.message})`);
    return nothing;
  }
}

async function found(
  parts: LocateParts,
  user: string,
  credentials: readonly ListedCredential[],
  rest: Pick<UserState, 'whole' | 'unread' | 'sessions'>,
): Promise<Located> {
  const uses = await Promise.all(credentials.map((each) => useOf(parts, each)));
  const names = credentials.map(({ type, id }) => `${type} ${id}`).join(', ');
  const { sessions, ...others } = rest;
  const detail = {
    target: 'user',
    user,
    credentials: [...credentials],
    ...others,
    ...(sessions && { sessions }),
  } satisfies UserState;
  return {
    found: 'one',
    state: {
      label: rest.whole
        ? `user ${user} (${names === '' ? 'no credentials' : names})`
        : `${names} of user ${user}`,
      enabled: credentials.some(({ status }) => status === 'Active'),
      lastUse: latestUse(
        uses.map((lastUse) => ({ lastUse })),
        { state: 'unknown', lookedIn: ['IAM (the user has no credential)'] },
      ),
      observedAt: parts.now(),
      detail,
    },
  };
}

async function useOf({ credentials }: LocateParts, credential: ListedCredential): Promise<LastUse> {
  if (credential.type !== 'access-key') {
    return { state: 'unknown', lookedIn: [`IAM (does not record the use of a ${credential.type})`] };
  }
  try {
    return await credentials.lastUseOf(credential);
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.retryable) throw error;
    return { state: 'unknown', lookedIn: [error.message] };
  }
}

async function locateRole({ roles, now }: LocateParts, target: RemovalTarget): Promise<Located> {
  const role = userOf(target);
  const live = await roles.find(role);
  if (!live) return { found: 'vanished', reason: `role ${role} no longer exists` };
  if (!live.arn.endsWith(`:${target.reviewed.nativeId}`)) {
    return { found: 'ambiguous', reason: `role ${role} is now ${live.arn}, not the one reviewed` };
  }
  const shownAt = valueOf(target.reviewed.createdAt);
  const { createdAt } = live;
  if (shownAt !== undefined && createdAt !== undefined && shownAt.slice(0, 19) !== createdAt.slice(0, 19)) {
    const reason = `role ${role} was made at ${createdAt}, the one reviewed at ${shownAt}: it was replaced`;
    return { found: 'ambiguous', reason };
  }
  const priorPolicy = await roles.readPolicy(role);
  return {
    found: 'one',
    state: {
      label: `role ${role}`,
      enabled: !deniesEverything(priorPolicy),
      lastUse: live.lastUse,
      observedAt: now(),
      detail: { target: 'role', role, arn: live.arn, priorPolicy, ...(createdAt && { createdAt }) },
    },
  };
}
