// Serving one rung of a docket: its reviewer told, on other channels when some fail, and others named who are to hear of it.
import type { Campaign } from '../domain/campaign/campaign.ts';
import type { Audience, Channel, Definition } from '../domain/campaign/definition.ts';
import { type Addressee, audienceOf } from '../domain/chase/audience.ts';
import type { ScheduledRung } from '../domain/chase/ladder.ts';
import { localDay, nextWorkingMoment } from '../domain/chase/working-time.ts';
import { endOfDay } from '../domain/chase/zone.ts';
import type { UpstreamError } from '../domain/errors.ts';
import type { RiskTier } from '../domain/identity/risk-tier.ts';
import type { Directory } from '../domain/review/directory.ts';
import type { Docket, Escalation } from '../domain/review/docket.ts';
import type { Person } from '../domain/review/person.ts';
import { type Instant, latest, plusMs } from '../domain/time.ts';
import { askWhose } from './ask-whose.ts';
import { tellChannel } from './channels/channel-desk.ts';
import { delegateInPlace } from './delegate-in-place.ts';
import { liveDockets, openItemsOf, viewDocket } from './docket-view.ts';
import type { Environment } from './environment.ts';
import { escalationsTo } from './escalations-to.ts';
import { mapConcurrently } from './in-batches.ts';
import { loadSnapshot } from './load.ts';
import type { LinkMail } from './review-links.ts';
import type { NoticeOutcome, NoticeRequest, SendNotice } from './send-notice.ts';
import { MAX_DOCKETS } from './settle-notice.ts';
import { lookAgainAt, type Told, tellByChannels, toldBy } from './tell-by-channels.ts';

/** Items shown in one digest; the rest are one click away. */
const SCREENFUL = 8;
/** Items whose owners are read to find the backups of a docket. */
const LOOKED_AT = 100;
/** Who is told, one after the other, when the reviewer cannot be. */
const INSTEAD: readonly Audience[] = ['backup', 'manager', 'fallback'];

/** What the chase is given. */
export interface ChaseDeps {
  readonly environment: Environment;
  readonly send: SendNotice;
  /** Makes the review link of an e-mail; each mail has its own. */
  readonly linkMail: LinkMail;
  /** Has what logs say of a docket's items worked out, by whoever may read logs. */
  readonly askImpact?: ((docket: Docket) => Promise<void>) | undefined;
}

/** A docket with what its chase rests on. */
export interface Chase {
  readonly docket: Docket;
  readonly campaign: Campaign;
  readonly definition: Definition;
  readonly directory: Directory;
  readonly now: Instant;
  /** Tiers of what is open in it, where the ladder depends on them. */
  readonly tiers: ReadonlySet<RiskTier> | undefined;
}

/** What serving a rung came to: when to try again, or who besides the reviewer is to hear of it. */
export type ServedRung =
  | { readonly again: Instant }
  | { readonly again: undefined; readonly escalations: readonly Escalation[] };

/** Serves a rung. @throws UpstreamError when every channel to the reviewer failed */
export async function serveRung(deps: ChaseDeps, chase: Chase, rung: ScheduledRung): Promise<ServedRung> {
  const addressees = await addresseesOf(deps, chase, rung.audience);
  const { reviewerId } = chase.docket;
  await tellSecurityChannel(deps, chase, rung);
  const reviewer = addressees.find(({ person }) => person.personId === reviewerId);
  const others = addressees.filter((one) => one !== reviewer);
  const instead = reviewer && (await delegateInPlace(deps.environment, chase, reviewerId));
  const delegate = instead ? [{ person: instead, as: 'backup' } as const] : [];
  if (instead && !rung.warning) {
    // Who lets another answer is left in peace meanwhile.
    if (rung.rungId === 'open') await askTeams(deps, chase);
    const rest = others.filter(({ person }) => person.personId !== instead.personId);
    const inPlace = escalationsTo(chase, rung, delegate, true);
    return { again: undefined, escalations: [...inPlace, ...escalationsTo(chase, rung, rest)] };
  }
  const failures: UpstreamError[] = [];
  const told = reviewer && (await notify(deps, chase, rung, reviewer, failures));
  const [failure] = failures;
  if (told === 'down' && failure) throw failure;
  if (told === 'in-flight') return { again: lookAgainAt(chase.now) };
  if (told === 'capped' && reviewer) return { again: tomorrow(chase.now, reviewer.person) };
  if (rung.rungId === 'open') await askTeams(deps, chase);
  if (told === 'told') {
    const all = [...delegate, ...others.filter(({ person }) => person !== instead)];
    return { again: undefined, escalations: escalationsTo(chase, rung, all) };
  }
  // The reviewer cannot be told, or is not named by the rung: then whoever it names, or else the orphan path.
  const next = others.length > 0 ? others : (await standIns(deps, chase)).slice(0, 1);
  return { again: undefined, escalations: escalationsTo(chase, rung, next, true) };
}

/** Who is told when the reviewer cannot be, in this order, until one of them is. */
export async function standIns(deps: ChaseDeps, chase: Chase): Promise<readonly Addressee[]> {
  const all = await addresseesOf(deps, chase, INSTEAD);
  return all.filter(({ person }) => person.personId !== chase.docket.reviewerId);
}

/** The person's next working moment after today. */
export function tomorrow(now: Instant, person: Person): Instant {
  const { timeZone } = person;
  return nextWorkingMoment(latest(now, plusMs(endOfDay(localDay(now, timeZone), timeZone), 1)), person);
}

/** One line for all of a review at this rung, whoever it is that has not answered. */
async function tellSecurityChannel(
  { environment }: ChaseDeps,
  { docket }: Chase,
  { audience, warning, rungId }: ScheduledRung,
): Promise<void> {
  if (!audience.includes('security-channel')) return;
  const what = warning ? 'switch-off-warning' : 'escalation';
  await tellChannel(environment, 'security', { what, of: `${docket.campaignId}/${rungId}` });
}

async function askTeams({ environment }: ChaseDeps, { campaign, docket }: Chase): Promise<void> {
  const items = await openItemsOf(environment, campaign, docket.reviewerId);
  await askWhose(environment, campaign, docket.reviewerId, items);
}

/** The people a rung speaks to. Whose backups are told is seen from the worst items: they may belong to several teams. */
async function addresseesOf(
  { environment }: ChaseDeps,
  { docket, campaign, definition, directory, now }: Chase,
  audience: readonly Audience[],
): Promise<readonly Addressee[]> {
  const { reviewerId } = docket;
  const items =
    audience.includes('backup') || audience.includes('group')
      ? await openItemsOf(environment, campaign, reviewerId)
      : [];
  const owners = await mapConcurrently(items.slice(0, LOOKED_AT), 8, async ({ snapshot }) => {
    return (await loadSnapshot(environment.blobs, snapshot)).owners;
  });
  return audienceOf({ audience, reviewerId, owners, directory, definition, now });
}

/** Tells the reviewer on the rung's channels; on all others when those fail. What channels failed with is put in `failures`. */
function notify(
  deps: ChaseDeps,
  chase: Chase,
  rung: ScheduledRung,
  to: Addressee,
  failures: UpstreamError[],
): Promise<Told> {
  return tellByChannels(to.person, rung.channels, async (channel) => {
    const { request, newestSince } = await requestFor(deps, chase, rung, to, channel);
    return toldBy(await deps.send(request), (result) => covers(result, chase, newestSince), failures);
  });
}

/** Whether the digest of the day, sent before, spoke of this docket with all that is in it now. */
function covers({ notice }: NoticeOutcome, { docket }: Chase, newestSince: Instant): boolean {
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
  { person, as }: Addressee,
  channel: Channel,
): Promise<{ request: NoticeRequest; newestSince: Instant }> {
  const { environment } = deps;
  const { docket, campaign, now } = chase;
  const about = await docketsFor(deps, chase, rung);
  const rungs = about.map((one) => ({
    campaignId: one.docket.campaignId,
    reviewerId: one.docket.reviewerId,
    rungId: one.docket.campaignId === docket.campaignId ? rung.rungId : 'merged',
    as,
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

/** The docket at hand first; in a digest, every other that still waits for the reviewer. */
async function docketsFor(
  { environment }: ChaseDeps,
  { docket, campaign }: Chase,
  rung: ScheduledRung,
): Promise<readonly { readonly docket: Docket; readonly campaign: Campaign }[]> {
  const own = { docket, campaign };
  if (rung.warning) return [own];
  const others = (await liveDockets(environment, docket.reviewerId)).filter(
    (one) => one.docket.state === 'chasing' && one.docket.campaignId !== docket.campaignId,
  );
  return [own, ...others].slice(0, MAX_DOCKETS);
}
