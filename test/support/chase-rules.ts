// Five rules that hold whatever people do and however often things break. Each gives what breaks it, in words.

import { loadDefinition } from '../../lib/application/load.ts';
import type { Campaign } from '../../lib/domain/campaign/campaign.ts';
import type { Definition } from '../../lib/domain/campaign/definition.ts';
import { rungsFor, type ScheduledRung } from '../../lib/domain/chase/ladder.ts';
import { addBusinessDays, localDay, nextWorkingMoment } from '../../lib/domain/chase/working-time.ts';
import type { Docket } from '../../lib/domain/review/docket.ts';
import type { Person } from '../../lib/domain/review/person.ts';
import {
  earliest,
  HOUR_MS,
  type Instant,
  latest,
  MINUTE_MS,
  plusDays,
  plusMs,
} from '../../lib/domain/time.ts';
import { type ChaseRecord, docketName, type OpenSpan, type Said, type SwitchedOff } from './chase-record.ts';
import type { World } from './world.ts';

/** Business days from the first delivered notice to a switch-off for silence, and for a reviewer who got it later. */
const NOTICE_DAYS = 5;
const LATER_DAYS = 3;

const isChase = ({ purpose }: Said): boolean =>
  purpose === 'digest' || purpose === 'escalation' || purpose === 'switch-off-warning';
const when = ({ at, channel, to, purpose }: Said): string => `${at} ${channel} ${purpose} to ${to.personId}`;

/** Nobody is chased after finishing: every docket that a message is about had something open at that moment. */
export function nobodyIsChasedAfterFinishing({ said }: ChaseRecord): string[] {
  return said.filter(isChase).flatMap((one) => {
    const done = one.about.filter(({ openThen }) => openThen === 0);
    return done.map((docket) => `${when(one)}: ${docketName(docket)} was done`);
  });
}

/** One digest a day, person and channel, and one escalation; the same twice only where the record says it may be. */
export async function atMostOneDigestADay(w: World, { said }: ChaseRecord): Promise<string[]> {
  const days = new Map<string, Set<string>>();
  const times = new Map<string, Said[]>();
  for (const one of said) {
    times.set(one.noticeId, [...(times.get(one.noticeId) ?? []), one]);
    if (one.warning || (one.purpose !== 'digest' && one.purpose !== 'escalation')) continue;
    const day = `${one.purpose} by ${one.channel} to ${one.to.personId} on ${localDay(one.at, one.to.timeZone)}`;
    days.set(day, (days.get(day) ?? new Set()).add(one.noticeId));
  }
  const twice = [...days].filter(([, notices]) => notices.size > 1).map(([day]) => `${day}, more than once`);
  for (const [noticeId, [first, ...others]] of times) {
    if (!first || others.length === 0) continue;
    const notice = await w.environment.store.get('notice', { personId: first.to.personId, noticeId });
    if (!notice?.maybeDuplicate) twice.push(`${when(first)}, and again, which is not recorded`);
  }
  return twice;
}

/**
 * Whoever has something open is told each rung of the ladder, or it is recorded why not: they cannot be reached, put it
 * off, or let another answer, and then somebody else was told.
 */
export async function noneMissesARung(w: World, record: ChaseRecord): Promise<string[]> {
  const missed: string[] = [];
  const byDocket = saidAbout(record);
  const directory = await w.environment.people.directory();
  for (const campaign of await w.environment.store.campaigns()) {
    const definition = await loadDefinition(w.environment.blobs, campaign.definitionDigest);
    for (const docket of await everyDocket(w, campaign)) {
      const person = directory.person(docket.reviewerId);
      const spans = record.openSpans.get(docketName(docket)) ?? [];
      for (const rung of climbed({ definition, campaign, docket, person })) {
        const until = saidBy(rung, person, campaign);
        if (!spans.some((span) => covers(span, rung.dueAt, until))) continue;
        if (
          await toldOrWhyNot(w, record, {
            docket,
            rung,
            person,
            until,
            about: byDocket.get(docketName(docket)) ?? [],
          })
        )
          continue;
        missed.push(`${docketName(docket)} missed ${rung.rungId}, due ${rung.dueAt}`);
      }
    }
  }
  return missed;
}

/** Every minimum period between the first notice that arrived and a switch-off for silence. */
export async function minimumPeriodsAreKept(w: World, record: ChaseRecord): Promise<string[]> {
  const directory = await w.environment.people.directory();
  const about = saidAbout(record);
  return forSilence(record).flatMap((off) => {
    const { item, removal, at } = off;
    if (!item) return [`${at} ${removal.name}: no item`];
    const [first] = arrivals(about, off);
    if (first === undefined) return [];
    const person = directory.person(item.reviewerId);
    const add = (from: Instant, days: number) =>
      addBusinessDays(from, days, person?.timeZone ?? 'UTC', person?.holidays ?? []);
    const base = add(first, NOTICE_DAYS);
    const [own] = arrivals(about, off, item.reviewerId).filter((one) => one >= item.reviewerSince);
    const isLater = item.hops.length > 0 && own !== undefined;
    const wanted = isLater ? latest(base, earliest(add(own, LATER_DAYS), add(base, LATER_DAYS))) : base;
    return at < wanted ? [`${removal.name} was switched off at ${at}, before ${wanted}`] : [];
  });
}

/** Nothing is switched off for silence unless a notice about it arrived at somebody answerable. */
export function noSwitchOffUntold(record: ChaseRecord): string[] {
  const about = saidAbout(record);
  return forSilence(record)
    .filter((off) => arrivals(about, off).length === 0)
    .map(({ removal, at }) => `${removal.name} was switched off at ${at}, and nobody answerable was told`);
}

/** All five at once. */
export async function brokenRules(w: World, record: ChaseRecord): Promise<string[]> {
  return [
    ...nobodyIsChasedAfterFinishing(record),
    ...(await noneMissesARung(w, record)),
    ...(await atMostOneDigestADay(w, record)),
    ...(await minimumPeriodsAreKept(w, record)),
    ...noSwitchOffUntold(record),
  ];
}

const forSilence = ({ switchedOff }: ChaseRecord): SwitchedOff[] =>
  switchedOff.filter(({ removal }) => removal.cause === 'no-response');

/** When notices about an item arrived at people answerable for it, or at one of them, in order. */
function arrivals(
  about: ReadonlyMap<string, Said[]>,
  { item, at }: SwitchedOff,
  personId?: string,
): Instant[] {
  if (!item) return [];
  const reviewers = personId === undefined ? [...item.hops, item.reviewerId] : [personId];
  return reviewers
    .flatMap((reviewerId) => {
      const name = docketName({ campaignId: item.campaignId, reviewerId });
      const answerable = (about.get(name) ?? []).filter((one) =>
        one.about.some((each) => docketName(each) === name && each.as !== 'bystander'),
      );
      return answerable.filter(({ to }) => personId === undefined || to.personId === personId);
    })
    .flatMap(({ deliveredAt }) => (deliveredAt !== undefined && deliveredAt <= at ? [deliveredAt] : []))
    .toSorted();
}

/** Messages about each docket, by its name. */
function saidAbout({ said }: ChaseRecord): Map<string, Said[]> {
  const byDocket = new Map<string, Said[]>();
  for (const one of said) {
    for (const name of new Set(one.about.map(docketName))) {
      const before = byDocket.get(name);
      if (before) before.push(one);
      else byDocket.set(name, [one]);
    }
  }
  return byDocket;
}

async function everyDocket({ environment: { store } }: World, { campaignId }: Campaign): Promise<Docket[]> {
  const dockets: Docket[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.docketsIn(campaignId, { cursor });
    dockets.push(...page.entries);
    cursor = page.next;
  } while (cursor !== undefined);
  return dockets;
}

function climbed(input: {
  readonly definition: Definition;
  readonly campaign: Campaign;
  readonly docket: Docket;
  readonly person: Person | undefined;
}): readonly ScheduledRung[] {
  return rungsFor(input).filter(({ dueAt }) => dueAt <= input.campaign.graceEndsAt);
}

/** A reminder may be some working hours late; a last call only while there is time to answer. */
function saidBy(
  { dueAt, warning }: ScheduledRung,
  person: Person | undefined,
  { graceEndsAt }: Campaign,
): Instant {
  if (warning) return plusMs(graceEndsAt, -MINUTE_MS);
  const late = plusMs(dueAt, 6 * HOUR_MS);
  return plusMs(person ? nextWorkingMoment(late, person) : late, 4 * HOUR_MS);
}

const covers = ({ from, until }: OpenSpan, dueAt: Instant, end: Instant): boolean =>
  from <= dueAt && (until === undefined || until > end);

/** Days within which somebody else is told in the reviewer's place, or the reviewer after the day's one digest. */
const LATER_TOLD_DAYS = 4;

async function toldOrWhyNot(
  { environment: { store } }: World,
  { said }: ChaseRecord,
  { docket, rung, person, until, about: ever }: Missed,
): Promise<boolean> {
  // What was said earlier on the same day counts: one digest speaks of everything that is open.
  const from = plusMs(rung.dueAt, -10 * HOUR_MS);
  const about = ever.filter(({ at }) => at >= from);
  const isTold = (personId: string, by: Instant) =>
    about.some(({ to, at }) => to.personId === personId && at <= by);
  const { reviewerId, servedRungs, tellings } = docket;
  if (isTold(reviewerId, until)) return true;
  const later = plusDays(rung.dueAt, LATER_TOLD_DAYS);
  const timeZone = person?.timeZone ?? 'UTC';
  const dayOf = (at: Instant) => localDay(at, timeZone);
  const hadDigest = said.some(
    ({ purpose, to, at }) =>
      to.personId === reviewerId && purpose === 'digest' && dayOf(at) === dayOf(rung.dueAt),
  );
  if (hadDigest && isTold(reviewerId, later)) return true;
  const delegations = await store.delegationsFrom(reviewerId);
  if (delegations.some(({ to, givenAt }) => givenAt <= until && isTold(to, later))) return true;
  const unreached = new Set(
    tellings.flatMap(({ personId, outcome }) => (outcome === 'undeliverable' ? [personId] : [])),
  );
  if (!unreached.has(reviewerId)) return false;
  // In the last days of grace, and over a weekend in them, the last call stands for what there is no time left to say.
  if (ever.some(({ warning, at }) => warning && at >= plusDays(rung.dueAt, -4) && at <= later)) return true;
  // Somebody else was told instead, or could not be reached either.
  return servedRungs.includes(rung.rungId) && (unreached.size > 1 || about.some(({ at }) => at <= later));
}

interface Missed {
  readonly docket: Docket;
  readonly rung: ScheduledRung;
  readonly person: Person | undefined;
  readonly until: Instant;
  /** Messages about the docket. */
  readonly about: readonly Said[];
}
