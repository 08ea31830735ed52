// Owners of mixed habits: who they are, what they own, and what they do once they are told.
import { viewDesk } from '../../lib/application/desk.ts';
import { InvalidInputError, RefusedError, UpstreamError } from '../../lib/domain/errors.ts';
import type { Identity } from '../../lib/domain/identity/identity.ts';
import type { DecisionRequest } from '../../lib/domain/review/decision.ts';
import { directoryOf } from '../../lib/domain/review/directory.ts';
import { type Person, Team } from '../../lib/domain/review/person.ts';
import { HOUR_MS, type Instant, MINUTE_MS, plusDays } from '../../lib/domain/time.ts';
import { ownedIdentity } from './reviews.ts';
import { isRace } from './stories.ts';
import { PEOPLE, person, TEAMS, type World } from './world.ts';

/** Ways of answering. */
export const HABITS = [
  'prompt',
  'slow',
  'silent',
  'on holiday',
  'leaver',
  'dead mailbox',
  'no Slack',
  'delegating',
  'reassigning',
  'rubber-stamping',
  'putting off',
  'regretful',
] as const;
export type Habit = (typeof HABITS)[number];

/** Where they live: twelve zones, from the first to the last to see a day. */
export const ZONES = [
  'Pacific/Auckland',
  'Australia/Sydney',
  'Asia/Tokyo',
  'Asia/Singapore',
  'Asia/Kolkata',
  'Asia/Dubai',
  'Europe/Helsinki',
  'Europe/Berlin',
  'Europe/London',
  'America/Sao_Paulo',
  'America/New_York',
  'America/Los_Angeles',
] as const;

/** One owner. */
export interface Owner {
  readonly person: Person;
  readonly habit: Habit;
  /** Who they let answer, or hand things to: the next one. */
  readonly friendId: string;
}

/** A company of so many owners, with what each owns. */
export interface Company {
  readonly owners: readonly Owner[];
  readonly people: readonly Person[];
  readonly teams: readonly Team[];
  readonly identities: readonly Identity[];
}

const CREW = 10;
const WEEKS = [
  [1, 2, 3, 4, 5],
  [1, 2, 3, 4],
  [7, 1, 2, 3, 4],
  [1, 2, 3, 4, 5],
];

/** Makes a company: habits and zones in turn, crews of ten with a lead each, some things owned by crews. */
export function companyOf(count: number, perOwner: number): Company {
  const idAt = (index: number) => `o${String(index % count).padStart(3, '0')}`;
  const owners = Array.from({ length: count }, (_, index): Owner => {
    const habit = HABITS[index % HABITS.length] ?? 'prompt';
    const early = (index % 3) * 120 + 360;
    const { slack, ...rest } = person(idAt(index), {
      timeZone: ZONES[(index * 5 + Math.floor(index / 12)) % ZONES.length] ?? 'UTC',
      workingHours: { startMinute: early, endMinute: early + 480, weekdays: WEEKS[index % 4] ?? [1] },
      holidays: habit === 'on holiday' ? holidaysFrom(index % 2 === 0 ? 14 : 21) : [],
      managerId: leadOf(index),
    });
    return {
      person: habit === 'no Slack' || habit === 'dead mailbox' || !slack ? rest : { ...rest, slack },
      habit,
      friendId: idAt(index + HABITS.length * 2 + 1),
    };
  });
  const leads = [...new Set(owners.map((_, index) => leadOf(index)))];
  const ids = owners.map(({ person: { personId } }) => personId);
  const crews = leads.map((_, crew) => {
    const memberIds = ids.slice(crew * CREW, (crew + 1) * CREW);
    return Team.parse({
      teamId: `crew-${crew}`,
      name: `Crew ${crew}`,
      accountableId: memberIds[0],
      backupId: memberIds[1],
      memberIds,
    });
  });
  const all = Team.parse({ teamId: 'all-hands', name: 'All hands', accountableId: 'max', memberIds: ids });
  return {
    owners,
    people: [...PEOPLE, ...owners.map((one) => one.person), ...leads.map((id) => person(id))],
    teams: [...TEAMS, ...crews, all],
    identities: owners.flatMap((_, index) =>
      Array.from({ length: perOwner }, (__, n) => thingOf(idAt(index), index, n)),
    ),
  };
}

const leadOf = (index: number): string => `lead${Math.floor(index / CREW)}`;

/** Two weeks off, some days after the first Monday. */
const holidaysFrom = (after: number): string[] =>
  Array.from({ length: 14 }, (_, n) =>
    plusDays('2026-09-07T08:00:00.000Z' as Instant, after + n).slice(0, 10),
  );

/** The last thing of every third owner is their crew's; the last of every seventh is nobody's. */
function thingOf(ownerId: string, index: number, n: number): Identity {
  const name = `${ownerId}-${n}`;
  if (n > 0 && index % 7 === 0 && n === 1) return ownedIdentity(name, '');
  if (n > 0 && index % 3 === 0) {
    const hint = {
      role: 'team',
      value: `crew-${Math.floor(index / CREW)}`,
      source: 'tag',
      detail: 'tag team',
    } as const;
    return ownedIdentity(name, '', { ownerHints: [hint] });
  }
  return ownedIdentity(name, ownerId);
}

/** How long after a message somebody does something about it, in ms; undefined when they never do. */
export function reactionMs({ habit }: Owner, isLate: boolean): number | undefined {
  switch (habit) {
    case 'silent':
    case 'dead mailbox':
      return undefined;
    case 'slow':
      return isLate ? 20 * HOUR_MS : undefined;
    case 'regretful':
      return 20 * HOUR_MS;
    case 'rubber-stamping':
      return MINUTE_MS;
    default:
      return 3 * HOUR_MS;
  }
}

/** People are refused, lose races, and meet channels that are down; nothing else may go wrong. */
async function allowed(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof RefusedError || error instanceof InvalidInputError || isRace(error)) return false;
    if (error instanceof UpstreamError) return false;
    throw error;
  }
}

/** What an owner does about what is on their desk. @returns whether something has to be tried again */
export async function react(w: World, { person: { personId }, habit, friendId }: Owner): Promise<boolean> {
  const who = w.who(personId);
  const actId = `${personId}/${w.clock.now()}`;
  const { dockets, recent } = await viewDesk(w.environment)(personId, { perDocket: 30 });
  // Who is sorry says so next time.
  if (habit === 'regretful' && (await regret(w, personId, recent, actId))) return true;
  let failed = false;
  for (const docket of dockets) {
    const own = docket.forPersonId === undefined || docket.forPersonId === personId;
    if (own && habit === 'delegating') {
      const until = plusDays(w.clock.now(), 30);
      await allowed(() => w.actions.delegate({ to: friendId, until, reason: 'elsewhere', who, actId }));
      return false;
    }
    if (own && habit === 'putting off' && !docket.snoozed) {
      const until = plusDays(docket.dueAt, -3);
      const { campaignId } = docket;
      const put = await allowed(() =>
        w.actions.snooze({ campaignId, until, reason: 'busy', who, actId: `${actId}/${campaignId}` }),
      );
      if (put) continue;
    }
    for (const [place, { item }] of docket.items.entries()) {
      if (habit === 'regretful' && item.round === 0) continue;
      const request = requestFor(habit, place, friendId, own);
      const answered = { item, request, who, actId: `${actId}/${item.campaignId}/${item.identityKey}` };
      failed = !(await allowed(() => w.actions.decide(answered))) || failed;
    }
  }
  return failed;
}

async function regret(
  w: World,
  personId: string,
  recent: Awaited<ReturnType<ReturnType<typeof viewDesk>>>['recent'],
  actId: string,
): Promise<boolean> {
  const [last] = recent.flatMap(({ undo }) => undo ?? []);
  if (!last) return false;
  const { identityKey, removalId } = last;
  const undo = { identityKey, removalId, reason: 'still needed', who: w.who(personId), actId };
  return !(await allowed(() => w.actions.undo(undo)));
}

function requestFor(habit: Habit, place: number, friendId: string, own: boolean): DecisionRequest {
  if (habit === 'reassigning' && own && place === 0)
    return { verdict: 'reassign', reason: 'theirs', to: friendId };
  if (habit === 'slow' && place === 0) return { verdict: 'revoke', reason: 'gone' };
  return { verdict: 'certify', reason: 'in use' };
}

/** A second person agrees with all that waits for their word. @returns whether something has to be tried again */
export async function agree(w: World, personId: string): Promise<boolean> {
  let failed = false;
  const { approvals } = await viewDesk(w.environment)(personId);
  for (const pending of approvals) {
    const word = {
      ...pending,
      agree: true,
      reason: 'looked',
      who: w.who(personId),
      actId: `${personId}/${w.clock.now()}/${pending.id}`,
    };
    failed = !(await allowed(() => w.actions.approve(word))) || failed;
  }
  return failed;
}

/** From now on these people are here no more. */
export function leave(w: World, { people, teams }: Company, gone: ReadonlySet<string>): void {
  const left = directoryOf(
    people.map((one) => (gone.has(one.personId) ? { ...one, active: false, leftAt: w.clock.now() } : one)),
    teams,
  );
  Object.assign(w.environment.people, { directory: async () => left });
}
