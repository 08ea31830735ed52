// Serving one rung of a docket: its audience told, on other channels when some fail, and others when nobody can be told.
import type { Campaign } from '../domain/campaign/campaign.ts';
import type { Audience, Channel, Definition } from '../domain/campaign/definition.ts';
import { type Addressee, audienceOf } from '../domain/chase/audience.ts';
import type { ScheduledRung } from '../domain/chase/ladder.ts';
import { localDay, nextWorkingMoment } from '../domain/chase/working-time.ts';
import { endOfDay } from '../domain/chase/zone.ts';
import type { UpstreamError } from '../domain/errors.ts';
import type { Directory } from '../domain/review/directory.ts';
import type { Docket } from '../domain/review/docket.ts';
import type { Person } from '../domain/review/person.ts';
import { type Instant, latest, MINUTE_MS, plusMs } from '../domain/time.ts';
import { askWhose } from './ask-whose.ts';
import { liveDockets, openItemsOf, viewDocket } from './docket-view.ts';
import type { Environment } from './environment.ts';
import { mapConcurrently } from './in-batches.ts';
import { loadSnapshot } from './load.ts';
import type { LinkMail } from './review-links.ts';
import type { NoticeOutcome, NoticeRequest, SendNotice } from './send-notice.ts';
import { MAX_DOCKETS } from './settle-notice.ts';
import { reached, type TellPerson } from './tell-person.ts';

const CHANNELS: readonly Channel[] = ['slack', 'email'];
/** Items shown in one digest; the rest are one click away. */
const SCREENFUL = 8;
/** Items whose owners are read to find the backups of a docket. */
const LOOKED_AT = 100;
/** When to look again for what became of a claim that somebody else may have died with. */
const LOOK_AGAIN_MS = 15 * MINUTE_MS;

/** What the chase is given. */
export interface ChaseDeps {
  readonly environment: Environment;
  readonly send: SendNotice;
  readonly tell: TellPerson;
  /** Makes the review link of an e-mail; each mail has its own. */
  readonly linkMail: LinkMail;
}

/** A docket with what its chase rests on. */
export interface Chase {
  readonly docket: Docket;
  readonly campaign: Campaign;
  readonly definition: Definition;
  readonly directory: Directory;
  readonly now: Instant;
}

/**
 * What telling one person came to. `capped`: they had their digest of the day, and this was not in it. `down`: the channel
 * failed, which says nothing about the person.
 */
type Told = 'told' | 'capped' | 'in-flight' | 'down' | 'unreachable';

const BEST_FIRST: readonly Told[] = ['in-flight', 'told', 'capped', 'down'];
/** Tries at one message on a channel that fails, before the person is reached by another channel only. */
const TRIES = 2;

/** Serves a rung. @returns undefined when it is served, or when to try again */
export async function serveRung(
  deps: ChaseDeps,
  chase: Chase,
  rung: ScheduledRung,
): Promise<Instant | undefined> {
  const outcomes = new Map<string, Told>();
  const failures: UpstreamError[] = [];
  for (const to of await addresseesOf(deps, chase, rung.audience)) {
    outcomes.set(to.person.personId, await notify(deps, chase, rung, to, failures));
  }
  // Nobody the rung names could be reached: the orphan path, at once.
  if ([...outcomes.values()].every(isUnreachable)) {
    for (const to of await addresseesOf(deps, chase, ['backup', 'manager', 'fallback'])) {
      if (outcomes.has(to.person.personId)) continue;
      const told = await notify(deps, chase, rung, to, failures);
      outcomes.set(to.person.personId, told);
      if (told === 'told') break;
    }
  }
  if (rung.rungId === 'open') await askTeams(deps, chase);
  const [failure] = failures;
  if (failure && !isServedInPart(outcomes)) throw failure;
  return triedAgainAt(chase, outcomes);
}

function isUnreachable(told: Told): boolean {
  return told === 'unreachable';
}

function isUnreached(told: Told): boolean {
  return told === 'unreachable' || told === 'down';
}

/** Whether waiting for a channel that failed is needless: somebody was reached, or will be looked at again anyway. */
function isServedInPart(outcomes: ReadonlyMap<string, Told>): boolean {
  return [...outcomes.values()].some((told) => told === 'told' || told === 'in-flight' || told === 'capped');
}

function triedAgainAt(
  { docket, directory, now }: Chase,
  outcomes: ReadonlyMap<string, Told>,
): Instant | undefined {
  const results = [...outcomes.values()];
  if (results.includes('in-flight')) return plusMs(now, LOOK_AGAIN_MS);
  const isTold = results.includes('told') && outcomes.get(docket.reviewerId) !== 'capped';
  if (isTold || !results.includes('capped')) return undefined;
  const person = directory.person(docket.reviewerId);
  const zones = [...outcomes.keys()].map((personId) => directory.person(personId)?.timeZone ?? 'UTC');
  const tomorrow = latest(now, ...zones.map((zone) => plusMs(endOfDay(localDay(now, zone), zone), 1)));
  return person ? nextWorkingMoment(tomorrow, person) : tomorrow;
}

async function askTeams({ environment, tell }: ChaseDeps, { campaign, docket }: Chase): Promise<void> {
  const items = await openItemsOf(environment, campaign, docket.reviewerId);
  await askWhose(environment, tell, campaign, docket.reviewerId, items);
}

/** The people a rung speaks to. Whose backups are told is seen from the worst items: they may belong to several teams. */
async function addresseesOf(
  { environment }: ChaseDeps,
  { docket, campaign, definition, directory, now }: Chase,
  audience: readonly Audience[],
): Promise<readonly Addressee[]> {
  const { reviewerId } = docket;
  const items = audience.includes('backup') ? await openItemsOf(environment, campaign, reviewerId) : [];
  const owners = await mapConcurrently(items.slice(0, LOOKED_AT), 8, async ({ snapshot }) => {
    return (await loadSnapshot(environment.blobs, snapshot)).owners;
  });
  return audienceOf({ audience, reviewerId, owners, directory, definition, now });
}

/** Tells one person on the rung's channels; on all others when those fail. What channels failed with is put in `failures`. */
async function notify(
  deps: ChaseDeps,
  chase: Chase,
  rung: ScheduledRung,
  to: Addressee,
  failures: UpstreamError[],
): Promise<Told> {
  const usable = CHANNELS.filter((channel) => channel === 'email' || to.person.slack !== undefined);
  const wanted = usable.filter((channel) => rung.channels.includes(channel));
  const spare = usable.filter((channel) => !wanted.includes(channel));
  const outcomes: Told[] = [];
  for (const channel of wanted) outcomes.push(await sendOne(deps, chase, rung, to, channel, failures));
  for (const channel of spare) {
    if (!outcomes.every(isUnreached)) break;
    outcomes.push(await sendOne(deps, chase, rung, to, channel, failures));
  }
  return BEST_FIRST.find((told) => outcomes.includes(told)) ?? 'unreachable';
}

async function sendOne(
  deps: ChaseDeps,
  chase: Chase,
  rung: ScheduledRung,
  to: Addressee,
  channel: Channel,
  failures: UpstreamError[],
): Promise<Told> {
  const { request, newestSince } = await requestFor(deps, chase, rung, to, channel);
  const result = await deps.send(request);
  if (result.outcome === 'down') {
    if (result.failure.retryable && result.notice.attempts < TRIES) return 'in-flight';
    failures.push(result.failure);
    return 'down';
  }
  if (result.outcome === 'in-flight') return 'in-flight';
  if (!reached(result)) return 'unreachable';
  return result.outcome === 'earlier' && !covers(result, chase, newestSince) ? 'capped' : 'told';
}

/** Whether the digest of the day, sent before, spoke of this docket with all that is in it now. */
function covers({ notice }: Pick<NoticeOutcome, 'notice'>, { docket }: Chase, newestSince: Instant): boolean {
  const named = notice?.rungs.some(
    ({ campaignId, reviewerId }) => campaignId === docket.campaignId && reviewerId === docket.reviewerId,
  );
  return named === true && notice !== undefined && notice.claimedAt >= newestSince;
}

/** One digest a day per person and channel over all campaigns; a warning is outside that cap. */
async function requestFor(
  deps: ChaseDeps,
  chase: Chase,
  rung: ScheduledRung,
  to: Addressee,
  channel: Channel,
): Promise<{ request: NoticeRequest; newestSince: Instant }> {
  const { environment } = deps;
  const { docket, campaign, now } = chase;
  const { person } = to;
  const about = await docketsFor(deps, chase, rung, person);
  const rungs = about.map((one) => ({
    campaignId: one.docket.campaignId,
    reviewerId: one.docket.reviewerId,
    rungId: one.docket.campaignId === docket.campaignId ? rung.rungId : 'merged',
    as: to.as,
  }));
  const items = await Promise.all(
    about.map((one) => openItemsOf(environment, one.campaign, one.docket.reviewerId)),
  );
  const purpose = rung.warning ? ('switch-off-warning' as const) : ('digest' as const);
  const own = items[0] ?? [];
  return {
    newestSince: latest(docket.createdAt, ...own.map(({ reviewerSince }) => reviewerSince)),
    request: {
      to: person,
      channel,
      purpose,
      occasion: rung.warning
        ? `${campaign.campaignId}/${docket.reviewerId}/${rung.rungId}`
        : localDay(now, person.timeZone),
      rungs,
      shown: items.flat().map(({ snapshot }) => snapshot),
      body: async () => ({
        purpose,
        rung: rung.rungId,
        dockets: await Promise.all(
          about.map((one) => viewDocket(environment, one.campaign, one.docket.reviewerId, SCREENFUL)),
        ),
        link: channel === 'email' ? await deps.linkMail(person.personId) : undefined,
      }),
    },
  };
}

/** The docket at hand first; in the reviewer's own digest, every other that still waits for them. */
async function docketsFor(
  { environment }: ChaseDeps,
  { docket, campaign }: Chase,
  rung: ScheduledRung,
  to: Person,
): Promise<readonly { readonly docket: Docket; readonly campaign: Campaign }[]> {
  const own = { docket, campaign };
  if (to.personId !== docket.reviewerId || rung.warning) return [own];
  const others = (await liveDockets(environment, to.personId)).filter(
    (one) => one.docket.state === 'chasing' && one.docket.campaignId !== docket.campaignId,
  );
  return [own, ...others].slice(0, MAX_DOCKETS);
}
