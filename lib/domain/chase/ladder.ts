// The ladder made concrete for one docket and one person: which rung, when, by what channels, to whom.
import { createHash } from 'node:crypto';
import type { Campaign } from '../campaign/campaign.ts';
import { type Audience, type Channel, type Definition, ladderOf, type Rung } from '../campaign/definition.ts';
import type { RiskTier } from '../identity/risk-tier.ts';
import type { Docket } from '../review/docket.ts';
import type { Person } from '../review/person.ts';
import { DEFAULT_WORKING_HOURS } from '../review/person.ts';
import { earliest, type Instant, latest, MINUTE_MS, plusDays, plusMs } from '../time.ts';
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
  /** The definition's rung id; repeated ones carry their day (`grace@2026-10-01`), those before the end of grace that one. */
  readonly rungId: string;
  /** In working hours of the recipient, apart from other recipients. */
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
  /** Tiers of what is open in the docket: rungs of other tiers are passed over. Absent = not known, every rung comes. */
  readonly tiers?: ReadonlySet<RiskTier> | undefined;
}

/** Recipients of one rung are spread over at least so many minutes from the beginning of their working hours, */
const LEAST_SPREAD_MINUTES = 20;
/** and over no more than a morning; */
const MOST_SPREAD_MINUTES = 210;
/** between these as many as it takes to write to so many a minute: what Slack lets through. */
const WRITTEN_TO_A_MINUTE = 200;

const UNKNOWN_WORKER: Worker = { timeZone: 'UTC', workingHours: DEFAULT_WORKING_HOURS, holidays: [] };

interface Moment {
  readonly rungId: string;
  readonly at: Instant;
}

/**
 * Every rung of the ladder, earliest first. On a day off, rungs up to the due day come the working day before, later ones
 * the working day after, unless that is past the end of grace. What was due before the docket existed is left out, except its
 * opening rungs, which are then due at once, and its last warning, which finds another time.
 */
export function rungsFor(input: LadderInput): ScheduledRung[] {
  const { definition, tiers } = input;
  const worker = input.person ?? UNKNOWN_WORKER;
  return ladderOf(definition)
    .filter((rung) => isFor(rung, tiers))
    .flatMap((rung) => momentsOf(rung, input, worker).map((moment) => schedule(rung, moment, input, worker)))
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
  const left = rungsFor(input).filter(({ rungId }) => !isServed(rungId, docket));
  const overdue = left.filter(({ dueAt }) => dueAt <= now);
  const chosen = overdue.findLast(({ warning }) => warning) ?? overdue.at(-1);
  if (!chosen) return left[0];
  return { ...chosen, serves: overdue.map(({ rungId }) => rungId) };
}

/** Dockets served before last calls carried a day have theirs by its bare id. */
function isServed(rungId: string, { servedRungs }: Docket): boolean {
  const [bare = rungId] = rungId.split('@');
  return servedRungs.includes(rungId) || servedRungs.includes(bare);
}

function isFor(rung: Rung, tiers: ReadonlySet<RiskTier> | undefined): boolean {
  return rung.tiers === undefined || tiers === undefined || rung.tiers.some((tier) => tiers.has(tier));
}

function momentsOf(rung: Rung, input: LadderInput, worker: Worker): readonly Moment[] {
  const { rungId, dailyUntilDays } = rung;
  if (rung.from === 'opening') return [{ rungId, at: openingMoment(rung, input, worker) }];
  const { campaign, docket } = input;
  const day = lastDayBefore(rung.from === 'due' ? campaign.dueAt : campaign.graceEndsAt, worker);
  if (dailyUntilDays === undefined) {
    const id = rung.from === 'due' ? rungId : `${rungId}@${localDay(campaign.graceEndsAt, worker.timeZone)}`;
    const at = onceAt(rung, day, campaign, worker);
    if (at >= docket.createdAt) return [{ rungId: id, at }];
    return rung.warning ? lateWarning(id, input, worker) : [];
  }
  const days = Array.from({ length: Math.max(0, dailyUntilDays - rung.days + 1) }, (_, n) => rung.days + n);
  return days
    .map((after) => plusCalendarDays(day, after))
    .filter((date) => isWorkingDay(date, worker))
    .map((date) => ({ rungId: `${rungId}@${date}`, at: workingHoursOn(date, worker).from }))
    .filter(({ at }) => at >= docket.createdAt && at <= campaign.graceEndsAt);
}

/** When a rung that comes once is due. A warning leaves the last day of grace to act on it. */
function onceAt(
  { days, from, warning }: Rung,
  day: string,
  { graceEndsAt }: Campaign,
  worker: Worker,
): Instant {
  const at = workingHoursOn(plusCalendarDays(day, days), worker).from;
  if (from === 'grace-end' || days <= 0) return notAfter(at, worker);
  return before(at, warning ? plusDays(graceEndsAt, -1) : graceEndsAt, worker);
}

/**
 * A warning that had no time of its own: the first working moment of the docket; before the end of grace on a day off,
 * if there is no other. A docket that is handed on later than that is asked about after grace.
 */
function lateWarning(
  rungId: string,
  { docket: { createdAt }, campaign: { graceEndsAt, startedAt } }: LadderInput,
  worker: Worker,
): readonly Moment[] {
  const next = nextWorkingMoment(createdAt, worker);
  if (next <= graceEndsAt) return [{ rungId, at: next }];
  if (createdAt > startedAt) return [];
  const lastDay = plusCalendarDays(lastDayBefore(graceEndsAt, worker), -1);
  return [{ rungId, at: latest(createdAt, workingHoursOn(lastDay, worker).from) }];
}

function openingMoment(rung: Rung, { campaign, docket }: LadderInput, worker: Worker): Instant {
  const openedAt = campaign.openedAt ?? campaign.startedAt;
  return nextWorkingMoment(latest(plusDays(openedAt, rung.days), docket.createdAt), worker);
}

/** The last day on which the person's working hours would begin before a moment. */
function lastDayBefore(at: Instant, worker: Worker): string {
  const day = localDay(at, worker.timeZone);
  return workingHoursOn(day, worker).from < at ? day : plusCalendarDays(day, -1);
}

/** A reminder ahead of the due date keeps its distance: off days send it back, not forward. */
function notAfter(at: Instant, worker: Worker): Instant {
  return lastWorkingStart(at, worker) ?? nextWorkingMoment(at, worker);
}

/** The next working moment, unless that is too late: then the last working day before that. */
function before(at: Instant, lateBy: Instant, worker: Worker): Instant {
  const next = nextWorkingMoment(at, worker);
  return next <= lateBy ? next : notAfter(earliest(at, lateBy), worker);
}

function schedule(
  rung: Rung,
  { rungId, at }: Moment,
  { docket, campaign }: LadderInput,
  worker: Worker,
): ScheduledRung {
  const { channels, audience, warning } = rung;
  const { snoozedUntil } = docket;
  const snoozed = snoozedUntil !== undefined && !warning && snoozedUntil > at;
  const moment = snoozed ? nextWorkingMoment(snoozedUntil, worker) : at;
  return {
    rungId,
    dueAt: spread(moment, docket.reviewerId, worker, campaign),
    channels,
    audience,
    warning,
    serves: [rungId],
  };
}

/** Minutes over which a campaign's recipients are spread: more where there are more of them than can be written to at once. */
export function spreadMinutes({ counts }: Pick<Campaign, 'counts'>): number {
  const needed = Math.ceil((counts?.dockets ?? 0) / WRITTEN_TO_A_MINUTE);
  return Math.min(MOST_SPREAD_MINUTES, Math.max(LEAST_SPREAD_MINUTES, needed));
}

/** The same minutes for the same person every time; none when that would leave working hours, or the time of grace. */
function spread(at: Instant, reviewerId: string, worker: Worker, campaign: Campaign): Instant {
  const minutes = createHash('sha256').update(reviewerId).digest().readUInt32BE(0) % spreadMinutes(campaign);
  const moved = plusMs(at, minutes * MINUTE_MS);
  const leavesGrace = at <= campaign.graceEndsAt && moved > campaign.graceEndsAt;
  return !leavesGrace && nextWorkingMoment(moved, worker) === moved ? moved : at;
}
