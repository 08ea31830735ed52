// The ladder made concrete for one docket and one person: which rung, when, by what channels, to whom.
import { createHash } from 'node:crypto';
import type { Campaign } from '../campaign/campaign.ts';
import type { Audience, Channel, Definition, Rung } from '../campaign/definition.ts';
import type { Docket } from '../review/docket.ts';
import type { Person } from '../review/person.ts';
import { DEFAULT_WORKING_HOURS } from '../review/person.ts';
import { type Instant, latest, MINUTE_MS, plusDays, plusMs } from '../time.ts';
import {
  isWorkingDay,
  lastWorkingStart,
  nextWorkingMoment,
  type Worker,
  workingHoursOn,
} from './working-time.ts';
import { localDay, plusCalendarDays } from './zone.ts';

/** One rung at its time. */
export interface ScheduledRung {
  /** The definition's rung id; repeated ones carry their day (`grace@2026-10-01`). */
  readonly rungId: string;
  /** In working hours of the recipient, a few minutes apart from other recipients. */
  readonly dueAt: Instant;
  readonly channels: readonly Channel[];
  readonly audience: readonly Audience[];
  /** The last call before switch-off: outside the one-digest-a-day cap. */
  readonly warning: boolean;
  /** Rung ids that count as served with it: its own, and earlier ones that were missed. */
  readonly serves: readonly string[];
}

/** What a schedule depends on. */
export interface LadderInput {
  readonly definition: Definition;
  readonly campaign: Campaign;
  readonly docket: Docket;
  /** The reviewer; somebody unknown is taken to work nine to five, UTC. */
  readonly person: Person | undefined;
}

/** Recipients of one rung are spread over this many minutes from the beginning of their working hours. */
const SPREAD_MINUTES = 20;

const UNKNOWN_WORKER: Worker = { timeZone: 'UTC', workingHours: DEFAULT_WORKING_HOURS, holidays: [] };

interface Moment {
  readonly rungId: string;
  readonly at: Instant;
}

/**
 * Every rung of the ladder, earliest first. On a day off, rungs up to the due day come the working day before, later ones
 * the working day after, unless that is past the end of grace. What was due before the docket existed is left out, except its
 * opening rungs, which are then due at once.
 */
export function rungsFor(input: LadderInput): ScheduledRung[] {
  const { definition, docket } = input;
  const worker = input.person ?? UNKNOWN_WORKER;
  return definition.ladder
    .flatMap((rung) => momentsOf(rung, input, worker).map((moment) => schedule(rung, moment, docket, worker)))
    .toSorted((a, b) =>
      a.dueAt === b.dueAt ? Number(a.warning) - Number(b.warning) : a.dueAt < b.dueAt ? -1 : 1,
    );
}

/**
 * The rung to serve now (`dueAt` is not ahead), or else the next one to come; undefined when nothing is left or the docket
 * is no longer chased. Rungs missed while the service was down fold into one message: the last warning among them, or
 * else the latest.
 */
export function nextRung(input: LadderInput & { readonly now: Instant }): ScheduledRung | undefined {
  const { docket, now } = input;
  if (docket.state !== 'chasing') return undefined;
  const left = rungsFor(input).filter(({ rungId }) => !docket.servedRungs.includes(rungId));
  const overdue = left.filter(({ dueAt }) => dueAt <= now);
  const chosen = overdue.findLast(({ warning }) => warning) ?? overdue.at(-1);
  if (!chosen) return left[0];
  return { ...chosen, serves: overdue.map(({ rungId }) => rungId) };
}

function momentsOf(rung: Rung, input: LadderInput, worker: Worker): readonly Moment[] {
  const { rungId, dailyUntilDays } = rung;
  if (rung.from === 'opening') return [{ rungId, at: openingMoment(rung, input, worker) }];
  const { campaign, docket } = input;
  const dueDay = dueDayOf(campaign.dueAt, worker);
  if (dailyUntilDays === undefined) {
    const { from } = workingHoursOn(plusCalendarDays(dueDay, rung.days), worker);
    const at = rung.days <= 0 ? notAfter(from, worker) : before(from, campaign.graceEndsAt, worker);
    return at < docket.createdAt ? [] : [{ rungId, at }];
  }
  const days = Array.from({ length: Math.max(0, dailyUntilDays - rung.days + 1) }, (_, n) => rung.days + n);
  return days
    .map((day) => plusCalendarDays(dueDay, day))
    .filter((day) => isWorkingDay(day, worker))
    .map((day) => ({ rungId: `${rungId}@${day}`, at: workingHoursOn(day, worker).from }))
    .filter(({ at }) => at >= docket.createdAt && at <= campaign.graceEndsAt);
}

function openingMoment(rung: Rung, { campaign, docket }: LadderInput, worker: Worker): Instant {
  const openedAt = campaign.openedAt ?? campaign.startedAt;
  return nextWorkingMoment(latest(plusDays(openedAt, rung.days), docket.createdAt), worker);
}

/** The last day on which the person's working hours begin before answers are due. */
function dueDayOf(dueAt: Instant, worker: Worker): string {
  const day = localDay(dueAt, worker.timeZone);
  return workingHoursOn(day, worker).from < dueAt ? day : plusCalendarDays(day, -1);
}

/** A reminder ahead of the due date keeps its distance: off days send it back, not forward. */
function notAfter(at: Instant, worker: Worker): Instant {
  return lastWorkingStart(at, worker) ?? nextWorkingMoment(at, worker);
}

/** The next working moment, unless that is too late: then the working day before. */
function before(at: Instant, lateBy: Instant, worker: Worker): Instant {
  const next = nextWorkingMoment(at, worker);
  return next <= lateBy ? next : notAfter(at, worker);
}

function schedule(rung: Rung, { rungId, at }: Moment, docket: Docket, worker: Worker): ScheduledRung {
  const { channels, audience, warning } = rung;
  const { snoozedUntil } = docket;
  const snoozed = snoozedUntil !== undefined && !warning && snoozedUntil > at;
  const moment = snoozed ? nextWorkingMoment(snoozedUntil, worker) : at;
  return {
    rungId,
    dueAt: spread(moment, docket.reviewerId, worker),
    channels,
    audience,
    warning,
    serves: [rungId],
  };
}

/** The same few minutes for the same person every time; none when that would leave working hours. */
function spread(at: Instant, reviewerId: string, worker: Worker): Instant {
  const minutes = createHash('sha256').update(reviewerId).digest().readUInt32BE(0) % SPREAD_MINUTES;
  const moved = plusMs(at, minutes * MINUTE_MS);
  return nextWorkingMoment(moved, worker) === moved ? moved : at;
}
