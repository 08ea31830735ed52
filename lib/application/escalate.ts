// Telling people besides the reviewer that answers are missing: one message a day over all dockets that are escalated to them.

import type { Campaign } from '../domain/campaign/campaign.ts';
import type { Channel } from '../domain/campaign/definition.ts';
import { localDay, nextWorkingMoment } from '../domain/chase/working-time.ts';
import { ConflictError, type UpstreamError } from '../domain/errors.ts';
import type { Docket, Escalation } from '../domain/review/docket.ts';
import type { Person } from '../domain/review/person.ts';
import { isHere } from '../domain/review/resolve-owner.ts';
import { HOUR_MS, type Instant, plusMs } from '../domain/time.ts';
import { viewDocket } from './docket-view.ts';
import type { Environment } from './environment.ts';
import { escalationsTo, slotAfter } from './escalations-to.ts';
import { mapConcurrently } from './in-batches.ts';
import type { DocketName } from './ports/desk-records.ts';
import type { EscalationLine } from './ports/messenger.ts';
import { create, update } from './ports/review-store.ts';
import type { NoticeRequest } from './send-notice.ts';
import { type Chase, type ChaseDeps, standIns, tomorrow } from './serve-rung.ts';
import { MAX_DOCKETS } from './settle-notice.ts';
import { lookAgainAt, type Told, tellByChannels, toldBy } from './tell-by-channels.ts';

/** Dockets kept for merging into one person's message; those beyond are told by their own look. */
const MAX_GATHERED = 200;
/** Items named of each docket. */
const NAMED = 3;

/** A docket that is escalated to a person, with what they hear of it. */
interface Escalated {
  readonly docket: Docket;
  readonly campaign: Campaign;
  readonly escalation: Escalation;
}

/** Lets one message to each of these people name the docket together with others. It is told without that all the same. */
export async function gather(
  { store }: Environment,
  { campaignId, reviewerId }: DocketName,
  escalations: readonly Escalation[],
): Promise<void> {
  for (const personId of new Set(escalations.map((one) => one.personId))) {
    const desk = await store.get('desk', { personId });
    const before = desk?.escalated ?? [];
    if (before.some((one) => one.campaignId === campaignId && one.reviewerId === reviewerId)) continue;
    const escalated = [...before, { campaignId, reviewerId }].slice(-MAX_GATHERED);
    const write = desk
      ? update('desk', desk, { escalated })
      : create('desk', { schemaVersion: 1, version: 1, personId, escalated });
    await giveWay(store.commit([write]));
  }
}

/** What became of the escalations that were due: what is left to say, and failures of channels. */
export interface ServedEscalations {
  readonly left: readonly Escalation[];
  readonly failures: readonly UpstreamError[];
}

/** Tells everybody whose time has come. Where nobody could be told in the reviewer's place, the next in line is to be. */
export async function serveEscalations(deps: ChaseDeps, chase: Chase): Promise<ServedEscalations> {
  const { now, docket } = chase;
  const failures: UpstreamError[] = [];
  const left: Escalation[] = [];
  const told = new Set(
    docket.tellings.filter(({ outcome }) => outcome !== 'undeliverable').map(({ rungId }) => rungId),
  );
  const missed = new Map<string, Escalation>();
  for (const escalation of docket.escalations ?? []) {
    const again = escalation.dueAt > now ? escalation.dueAt : await serve(deps, chase, escalation, failures);
    if (again === 'told') told.add(escalation.rungId);
    else if (again !== 'unreachable') left.push({ ...escalation, dueAt: again });
    else if (escalation.instead) missed.set(escalation.rungId, escalation);
  }
  for (const [rungId, escalation] of missed) {
    if (told.has(rungId) || left.some((one) => one.rungId === rungId)) continue;
    left.push(...(await nextInLine(deps, chase, escalation)));
  }
  return { left, failures };
}

/** Tells one person. @returns when to try again, where it is not known yet whether they can be told */
async function serve(
  deps: ChaseDeps,
  chase: Chase,
  escalation: Escalation,
  failures: UpstreamError[],
): Promise<'told' | 'unreachable' | Instant> {
  const { directory, now, campaign } = chase;
  const person = directory.person(escalation.personId);
  if (!person || !isHere(person, now)) return 'unreachable';
  const moment = nextWorkingMoment(now, person);
  if (moment > now && !(escalation.warning && moment > campaign.graceEndsAt)) return moment;
  const all = await escalatedTo(deps.environment, chase, escalation);
  const about = all.slice(0, MAX_DOCKETS);
  const message = { to: person, about, more: all.length - about.length, escalation };
  const tried: UpstreamError[] = [];
  const told = await tellByChannels(person, escalation.channels, (channel) =>
    tellOn(deps, chase, message, channel, tried),
  );
  if (told === 'down') failures.push(...tried);
  const isNamed = escalation.channels.some((channel) => wasNamed(chase.docket, escalation, channel));
  if (told === 'told') await forget(deps.environment, person.personId, isNamed ? about.slice(0, 1) : about);
  if (told === 'capped') return slotAfter(tomorrow(now, person), person);
  if (told === 'in-flight') return lookAgainAt(now);
  return told === 'down' ? plusMs(now, HOUR_MS) : told;
}

async function nextInLine(
  deps: ChaseDeps,
  chase: Chase,
  escalation: Escalation,
): Promise<readonly Escalation[]> {
  const line = await standIns(deps, chase);
  const place = line.findIndex(({ person }) => person.personId === escalation.personId);
  return escalationsTo(chase, escalation, line.slice(place + 1, place + 2), true);
}

/** A message about to be sent: the docket at hand, and others with it. */
interface EscalationMessage {
  readonly to: Person;
  readonly about: readonly Escalated[];
  /** Dockets it does not name. */
  readonly more: number;
  readonly escalation: Escalation;
}

async function tellOn(
  deps: ChaseDeps,
  chase: Chase,
  message: EscalationMessage,
  channel: Channel,
  failures: UpstreamError[],
): Promise<Told> {
  const { docket, now } = chase;
  const { warning } = message.escalation;
  if (wasNamed(docket, message.escalation, channel)) return 'told';
  const day = localDay(now, message.to.timeZone);
  const send = async (occasion: string) =>
    toldBy(
      await deps.send(await requestFor(deps.environment, chase, message, channel, occasion)),
      ({ notice }) => notice?.rungs.some((rung) => isSame(rung, docket)) === true,
      failures,
    );
  const told = await send(warning ? `${day}/last-call` : day);
  // The last calls of the day were sent before this one was known: it gets a message of its own.
  const isLate = told === 'capped' && warning;
  return isLate ? send(`${day}/last-call/${docket.campaignId}/${docket.reviewerId}`) : told;
}

/** Whether a message about another docket has named this one to the person already. */
function wasNamed({ tellings }: Docket, { personId, rungId }: Escalation, channel: Channel): boolean {
  return tellings.some(
    (one) =>
      one.personId === personId &&
      one.rungId === rungId &&
      one.channel === channel &&
      one.outcome !== 'undeliverable',
  );
}

async function requestFor(
  environment: Environment,
  chase: Chase,
  { to, about, more, escalation }: EscalationMessage,
  channel: Channel,
  occasion: string,
): Promise<NoticeRequest> {
  const { directory } = chase;
  const lines = await mapConcurrently(about, 4, async (one): Promise<EscalationLine> => {
    const { reviewerId } = one.docket;
    const docket = await viewDocket(environment, one.campaign, reviewerId, NAMED);
    return { reviewer: directory.person(reviewerId)?.name ?? reviewerId, as: one.escalation.as, docket };
  });
  return {
    to,
    channel,
    purpose: 'escalation',
    occasion,
    rungs: about.map(({ docket: { campaignId, reviewerId }, escalation: { rungId, as } }) => {
      return { campaignId, reviewerId, rungId, as };
    }),
    shown: lines.flatMap(({ docket }) => docket.items.map(({ item }) => item.snapshot)),
    body: async () => ({
      purpose: 'escalation',
      warning: escalation.warning,
      lines: lines.filter(({ docket }) => docket.open > 0),
      more,
    }),
  };
}

function isSame(
  a: { readonly campaignId: string; readonly reviewerId: string },
  b: { readonly campaignId: string; readonly reviewerId: string },
): boolean {
  return a.campaignId === b.campaignId && a.reviewerId === b.reviewerId;
}

/** The docket at hand first, then every other that the same person is still to hear of, in the same way. */
async function escalatedTo(
  { store }: Environment,
  { docket, campaign }: Chase,
  escalation: Escalation,
): Promise<readonly Escalated[]> {
  const { personId, warning } = escalation;
  const desk = await store.get('desk', { personId });
  const others = (desk?.escalated ?? []).filter((one) => !isSame(one, docket));
  const dockets = await store.getMany('docket', others);
  const campaigns = await store.getMany(
    'campaign',
    others.map(({ campaignId }) => ({ campaignId })),
  );
  const found = dockets.flatMap((other, n): Escalated[] => {
    const theirs = campaigns[n];
    const said = other?.escalations?.find((one) => one.personId === personId && one.warning === warning);
    if (other?.state !== 'chasing' || !said || !theirs || !isLive(theirs)) return [];
    return [{ docket: other, campaign: theirs, escalation: said }];
  });
  return [{ docket, campaign, escalation }, ...found];
}

function isLive({ state }: Campaign): boolean {
  return state === 'open' || state === 'grace' || state === 'enforcing';
}

/** What was told is not gathered any more. */
async function forget({ store }: Environment, personId: string, told: readonly Escalated[]): Promise<void> {
  const desk = await store.get('desk', { personId });
  if (!desk?.escalated) return;
  const escalated = desk.escalated.filter((one) => !told.some(({ docket }) => isSame(docket, one)));
  await giveWay(store.commit([update('desk', desk, { escalated })]));
}

/** Gathering only makes fewer messages: whoever writes first may have their way. */
async function giveWay(writing: Promise<void>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
  }
}
