// Who besides the reviewer is to hear of a docket, and when: in their own working hours, what comes together in one message.
import type { Addressee } from '../domain/chase/audience.ts';
import type { ScheduledRung } from '../domain/chase/ladder.ts';
import { localDay, nextWorkingMoment, workingHoursOn } from '../domain/chase/working-time.ts';
import type { Docket, Escalation } from '../domain/review/docket.ts';
import type { Person } from '../domain/review/person.ts';
import { earliest, HOUR_MS, type Instant, millisOf, plusMs } from '../domain/time.ts';
import type { Chase } from './serve-rung.ts';

/** What is escalated to one person is told at these distances from the beginning of their day, in ms, so that one message names all. */
const SLOT_MS = 2 * HOUR_MS;
/** What comes less than this before a slot waits for the next one. */
const GATHER_MS = HOUR_MS / 2;
/** People one docket is escalated to at once, at most. */
const MAX_ESCALATIONS = 20;

/** What these people are to hear of a rung. `instead` of the reviewer they hear it as soon as they work. */
export function escalationsTo(
  chase: Pick<Chase, 'now' | 'campaign'>,
  { rungId, channels, warning }: Pick<ScheduledRung, 'rungId' | 'channels' | 'warning'>,
  addressees: readonly Addressee[],
  instead = false,
): readonly Escalation[] {
  return addressees.slice(0, MAX_ESCALATIONS).map((to) => ({
    rungId,
    personId: to.person.personId,
    as: to.as,
    channels: [...channels],
    warning,
    instead,
    dueAt: momentFor(chase, to, warning, instead),
  }));
}

/** A warning does not wait for a moment that comes after grace. */
function momentFor(
  { now, campaign: { graceEndsAt } }: Pick<Chase, 'now' | 'campaign'>,
  { person }: Addressee,
  warning: boolean,
  instead: boolean,
): Instant {
  const moment = instead ? nextWorkingMoment(now, person) : slotAfter(now, person);
  return warning && now <= graceEndsAt && moment > graceEndsAt ? now : moment;
}

/** The person's next slot in working hours; without one that day, the working moment itself. */
export function slotAfter(at: Instant, person: Person): Instant {
  const moment = nextWorkingMoment(plusMs(at, GATHER_MS), person);
  const { from } = workingHoursOn(localDay(moment, person.timeZone), person);
  const slots = Math.max(1, Math.ceil((millisOf(moment) - millisOf(from)) / SLOT_MS));
  const slot = plusMs(from, slots * SLOT_MS);
  return slot >= moment && nextWorkingMoment(slot, person) === slot ? slot : moment;
}

/** Adds to what a docket still has to say: a later rung, or a last call, takes the place of an earlier one to the same person. */
export function withEscalations(
  { escalations = [] }: Pick<Docket, 'escalations'>,
  added: readonly Escalation[],
): Escalation[] | undefined {
  const sameAs = (one: Escalation) => (other: Escalation) =>
    one.personId === other.personId && one.warning === other.warning;
  const isReplaced = (one: Escalation) =>
    added.some((other) => sameAs(one)(other) || (other.warning && other.personId === one.personId));
  const kept = escalations.filter((one) => !isReplaced(one));
  const merged = added.map((one) => {
    const before = escalations.find(sameAs(one));
    return before ? { ...one, dueAt: earliest(one.dueAt, before.dueAt) } : one;
  });
  const all = [...kept, ...merged];
  return all.length > 0 ? all : undefined;
}

/** The earlier of what is next on a docket: its own chase, or what others are to hear. */
export function nextOf(
  chaseAt: Instant | undefined,
  escalations: readonly Escalation[] | undefined,
): Instant | undefined {
  const [first, ...others] = [
    ...(chaseAt === undefined ? [] : [chaseAt]),
    ...(escalations ?? []).map(({ dueAt }) => dueAt),
  ];
  return first === undefined ? undefined : earliest(first, ...others);
}
