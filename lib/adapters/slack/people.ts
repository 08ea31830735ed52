// The directory, completed with what Slack knows of its members: who has an account, who is a guest, who is gone.
import type { WebClient } from '@slack/web-api';
import type { People } from '../../application/ports/people.ts';
import { UpstreamError } from '../../domain/errors.ts';
import { type Directory, directoryOf } from '../../domain/review/directory.ts';
import type { Person } from '../../domain/review/person.ts';
import type { SlackLog } from './log.ts';
import { type Member, pageOfMembers } from './members.ts';
import type { SharedMembers } from './shared-members.ts';
import { platformErrorOf, upstreamFrom } from './upstream.ts';

/** How long Slack is left alone after it could not be read, in ms. */
const PAUSE_MS = 60_000;

/**
 * Wraps a directory: people without a Slack account get the one whose *confirmed* e-mail is theirs, if exactly one is;
 * people whose account is deactivated or a guest's may no longer decide. A mapping written in the directory wins over e-mail.
 * Where members are shared, they serve, also when they are old. Where not yet, a pass over `users.list` of this process
 * serves `ttlMs`; while Slack cannot be read, the last pass serves on for as long again.
 * @throws UpstreamError when Slack cannot be read, nothing recent is known and `withoutSlack` is `refuse`
 */
export function createSlackPeople(deps: {
  readonly base: People;
  readonly client: WebClient;
  readonly teamId: string;
  readonly ttlMs: number;
  /** Real time in ms. */
  readonly wallClock: () => number;
  readonly log: SlackLog;
  /** The members that all functions share. @default none: each process reads for itself */
  readonly shared?: SharedMembers | undefined;
  /**
   * What to do while Slack cannot be read and nothing recent is known: refuse, or let the directory serve alone, so that
   * mail goes on and nothing waits for Slack. @default 'refuse'
   */
  readonly withoutSlack?: 'refuse' | 'base' | undefined;
}): People {
  let known: { readonly members: readonly Member[]; readonly readAtMs: number } | undefined;
  let failedAtMs = Number.NEGATIVE_INFINITY;
  const readAgain = async (nowMs: number): Promise<readonly Member[] | undefined> => {
    if (deps.withoutSlack === 'base' && nowMs - failedAtMs < PAUSE_MS) return undefined;
    try {
      known = { members: await listMembers(deps.client), readAtMs: nowMs };
      return known.members;
    } catch (cause) {
      failedAtMs = nowMs;
      if (deps.withoutSlack !== 'base') throw upstreamFrom('users.list', cause);
      deps.log('warn', 'users.list failed; the directory serves alone', { why: platformErrorOf(cause) });
      return undefined;
    }
  };
  const members = async (): Promise<readonly Member[] | undefined> => {
    const nowMs = deps.wallClock();
    const last = known;
    if (last && nowMs - last.readAtMs < deps.ttlMs) return last.members;
    const shared = await deps.shared?.(nowMs);
    if (shared) {
      known = { members: shared, readAtMs: nowMs };
      return shared;
    }
    if (!last || nowMs - last.readAtMs >= 2 * deps.ttlMs) return readAgain(nowMs);
    return readAgain(nowMs).then(
      (read) => read ?? last.members,
      () => {
        deps.log('warn', 'users.list failed; the last list serves on', { ageMs: nowMs - last.readAtMs });
        return last.members;
      },
    );
  };
  return {
    async directory() {
      const [directory, seen] = await Promise.all([deps.base.directory(), members()]);
      return seen ? completed(directory, seen, deps.teamId) : directory;
    },
  };
}

async function listMembers(client: WebClient): Promise<readonly Member[]> {
  const members: Member[] = [];
  const asked = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await pageOfMembers(client, cursor);
    members.push(...page.members);
    cursor = page.cursor;
    if (cursor !== undefined && asked.has(cursor)) {
      // The same pages for ever: a list without an end is no list.
      const message = 'users.list: Slack gave the same cursor twice';
      throw new UpstreamError({ code: 'REJECTED', message, provider: 'slack', retryable: false });
    }
    if (cursor !== undefined) asked.add(cursor);
  } while (cursor);
  return members;
}

function completed(directory: Directory, members: readonly Member[], teamId: string): Directory {
  const byId = new Map(members.map((member) => [member.id, member]));
  const byEmail = new Map<string, Member | 'several'>();
  for (const member of members) {
    const email = member.profile.email?.toLowerCase();
    if (!email || !isMemberHere(member, teamId) || !member.is_email_confirmed || member.deleted) continue;
    byEmail.set(email, byEmail.has(email) ? 'several' : member);
  }
  const people = directory.everyone().map((person) => complete(person, byId, byEmail, teamId));
  return directoryOf(people, directory.teams());
}

function complete(
  person: Person,
  byId: ReadonlyMap<string, Member>,
  byEmail: ReadonlyMap<string, Member | 'several'>,
  teamId: string,
): Person {
  if (person.slack && person.slack.teamId !== teamId) return person;
  const found = person.slack ? byId.get(person.slack.userId) : byEmail.get(person.email.toLowerCase());
  if (!found || found === 'several') return person;
  const guest = found.is_restricted || found.is_ultra_restricted || !isMemberHere(found, teamId);
  return {
    ...person,
    ...zoneOf(person, found),
    slack: { teamId, userId: found.id },
    active: person.active && !found.deleted,
    fullMember: person.fullMember && !guest,
  };
}

/** Slack's zone, where the directory says none. */
function zoneOf(person: Person, { tz }: Member): Partial<Person> {
  return person.timeZoneGuessed === true && tz && isZone(tz)
    ? { timeZone: tz, timeZoneGuessed: undefined }
    : {};
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function isMemberHere(member: Member, teamId: string): boolean {
  const elsewhere = member.team_id !== undefined && member.team_id !== teamId;
  return !member.is_stranger && !member.is_bot && !elsewhere;
}
