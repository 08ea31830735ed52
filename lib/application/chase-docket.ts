// One look at one docket: serve the rung that is due, to its audience, and know when to look again.
import type { Campaign } from '../domain/campaign/campaign.ts';
import type { Audience, Channel, Definition } from '../domain/campaign/definition.ts';
import { nextRung, type ScheduledRung } from '../domain/chase/ladder.ts';
import { localDay, nextWorkingMoment } from '../domain/chase/working-time.ts';
import { transition } from '../domain/lifecycle.ts';
import type { Directory } from '../domain/review/directory.ts';
import { DOCKET_LIFECYCLE, type Docket } from '../domain/review/docket.ts';
import type { Person } from '../domain/review/person.ts';
import { earliest, type Instant, plusDays } from '../domain/time.ts';
import { askWhose } from './ask-whose.ts';
import { untilNoConflict } from './conflict.ts';
import { liveDockets, openItemsOf, viewDocket } from './docket-view.ts';
import type { Environment } from './environment.ts';
import { lapseItems } from './lapse-items.ts';
import { loadCampaign, loadDefinition } from './load.ts';
import type { RecordKeys } from './ports/records.ts';
import { update } from './ports/review-store.ts';
import type { LinkMail } from './review-links.ts';
import type { NoticeRequest, SendNotice } from './send-notice.ts';
import { peopleNamed, reached, type TellPerson } from './tell-person.ts';

/** Items shown in one digest; the rest are one click away. */
const SCREENFUL = 8;

/** What the chase is given. */
export interface ChaseDeps {
  readonly environment: Environment;
  readonly send: SendNotice;
  readonly tell: TellPerson;
  /** Makes the review link of an e-mail; each mail has its own. */
  readonly linkMail: LinkMail;
}

/** Makes the use case: works on one due docket. */
export function chaseDocket(deps: ChaseDeps) {
  return async (key: RecordKeys['docket']): Promise<'nothing' | 'later' | 'served' | 'silent' | 'lapsed'> => {
    const { store, blobs, clock, people } = deps.environment;
    const docket = await store.get('docket', key);
    const now = clock.now();
    if (!docket || docket.nextDueAt === undefined || docket.nextDueAt > now || docket.state !== 'chasing')
      return 'nothing';
    const campaign = await loadCampaign(store, docket.campaignId);
    if (campaign.state === 'opening' || campaign.state === 'held')
      return lookAgain(deps, docket, plusDays(now, 1 / 24));
    if (campaign.state === 'enforcing') return chaseReopened(deps, docket, campaign, now);
    if (!['open', 'grace'].includes(campaign.state)) return lookAgain(deps, docket, undefined);
    if ((await store.countOpenItems(docket.campaignId, docket.reviewerId)) === 0)
      return fallSilent(deps, docket);
    const definition = await loadDefinition(blobs, campaign.definitionDigest);
    const directory = await people.directory();
    const person = directory.person(docket.reviewerId);
    const rung = nextRung({ definition, campaign, docket, person, now });
    if (!rung) return lookAgain(deps, docket, undefined);
    if (rung.dueAt > now) return lookAgain(deps, docket, rung.dueAt);
    await serve(deps, { docket, campaign, definition, directory }, rung, now);
    return 'served';
  };
}

interface Served {
  readonly docket: Docket;
  readonly campaign: Campaign;
  readonly definition: Definition;
  readonly directory: Directory;
}

async function serve(deps: ChaseDeps, at: Served, rung: ScheduledRung, now: Instant): Promise<void> {
  const { store } = deps.environment;
  const reviewer = at.directory.person(at.docket.reviewerId);
  let told = false;
  for (const to of audienceOf(at, rung.audience)) {
    told = (await notify(deps, at, rung, to, now)) || told;
  }
  if (!told) {
    // Nobody the rung names could be reached: the orphan path, at once.
    for (const to of audienceOf(at, ['backup', 'manager', 'fallback'])) {
      if (await notify(deps, at, rung, to, now)) break;
    }
  }
  if (rung.rungId === 'open') {
    const items = await openItemsOf(deps.environment, at.campaign, at.docket.reviewerId);
    await askWhose(deps.environment, deps.tell, at.campaign, at.docket.reviewerId, items);
  }
  await untilNoConflict(async () => {
    const current = await store.get('docket', {
      campaignId: at.docket.campaignId,
      reviewerId: at.docket.reviewerId,
    });
    if (!current || current.state !== 'chasing') return;
    const servedRungs = [...new Set([...current.servedRungs, ...rung.serves])];
    const next = nextRung({ ...at, docket: { ...current, servedRungs }, person: reviewer, now });
    await store.commit([update('docket', current, { servedRungs, nextDueAt: next?.dueAt })]);
  });
}

/** The people a rung speaks to, each once, the closest to the identity first. */
function audienceOf({ docket, definition, directory }: Served, audience: readonly Audience[]): Person[] {
  const people = new Map<string, Person>();
  const add = (person: Person | undefined) => {
    if (person?.active) people.set(person.personId, person);
  };
  for (const member of audience) {
    switch (member) {
      case 'reviewer':
        add(directory.person(docket.reviewerId));
        break;
      case 'backup':
        for (const team of directory.teamsOf(docket.reviewerId)) add(directory.person(team.backupId ?? ''));
        break;
      case 'manager':
        add(directory.managerOf(docket.reviewerId));
        break;
      case 'fallback':
        add(peopleNamed(directory, definition.reviewers.fallback)[0]);
        break;
      case 'security':
        for (const person of directory.everyone()) if (person.roles.includes('security')) add(person);
        break;
      default:
        member satisfies never;
    }
  }
  return [...people.values()];
}

/** Tells one person on the rung's channels; on all others when those fail. True when somebody was, or had been, told. */
async function notify(
  deps: ChaseDeps,
  at: Served,
  rung: ScheduledRung,
  to: Person,
  now: Instant,
): Promise<boolean> {
  const wanted = rung.channels.filter((channel: Channel) => channel !== 'slack' || to.slack !== undefined);
  const spare = (['slack', 'email'] as const).filter(
    (channel) => !wanted.includes(channel) && (channel === 'email' || to.slack),
  );
  const outcomes = [];
  for (const channel of wanted)
    outcomes.push(await deps.send(await digestFor(deps, at, rung, to, channel, now)));
  if (outcomes.some(reached)) return true;
  for (const channel of spare) {
    if (reached(await deps.send(await digestFor(deps, at, rung, to, channel, now)))) return true;
  }
  return false;
}

/** One digest a day per person and channel over all campaigns; a warning is outside that cap. */
async function digestFor(
  deps: ChaseDeps,
  at: Served,
  rung: ScheduledRung,
  to: Person,
  channel: Channel,
  now: Instant,
): Promise<NoticeRequest> {
  const { environment } = deps;
  const own = to.personId === at.docket.reviewerId;
  const merged =
    own && !rung.warning
      ? await liveDockets(environment, to.personId)
      : [{ docket: at.docket, campaign: at.campaign }];
  const about = merged.filter(
    ({ docket }) => docket.state === 'chasing' || docket.reviewerId === at.docket.reviewerId,
  );
  const rungs = about.map(({ docket }) => ({
    campaignId: docket.campaignId,
    reviewerId: docket.reviewerId,
    rungId: docket.campaignId === at.docket.campaignId ? rung.rungId : 'merged',
  }));
  const shown = await Promise.all(
    about.map(async ({ docket, campaign }) =>
      (await openItemsOf(environment, campaign, docket.reviewerId)).map(({ snapshot }) => snapshot),
    ),
  );
  const purpose = rung.warning ? ('switch-off-warning' as const) : ('digest' as const);
  return {
    to,
    channel,
    purpose,
    occasion: rung.warning
      ? `${at.campaign.campaignId}/${at.docket.reviewerId}/${rung.rungId}`
      : localDay(now, to.timeZone),
    rungs,
    shown: shown.flat(),
    body: async () => ({
      purpose,
      rung: rung.rungId,
      dockets: await Promise.all(
        about.map(({ docket, campaign }) => viewDocket(environment, campaign, docket.reviewerId, SCREENFUL)),
      ),
      link: channel === 'email' ? await deps.linkMail(to.personId) : undefined,
    }),
  };
}

/** After grace only reopened items are asked about, each with a due time of its own. */
async function chaseReopened(deps: ChaseDeps, docket: Docket, campaign: Campaign, now: Instant) {
  const { environment } = deps;
  const items = await openItemsOf(environment, campaign, docket.reviewerId);
  if (items.length === 0) return fallSilent(deps, docket);
  const overdue = items.filter(({ dueAt }) => (dueAt ?? campaign.graceEndsAt) <= now);
  if (overdue.length > 0) {
    await lapseItems(environment, campaign, docket, overdue);
    return 'lapsed' as const;
  }
  const directory = await environment.people.directory();
  const definition = await loadDefinition(environment.blobs, campaign.definitionDigest);
  const person = directory.person(docket.reviewerId);
  const dueAt = earliest(items[0]?.dueAt ?? now, ...items.map((item) => item.dueAt ?? now));
  const moment = person ? nextWorkingMoment(now, person) : now;
  if (moment > now && moment < dueAt) return lookAgain(deps, docket, moment);
  const rung: ScheduledRung = {
    rungId: 'reopened',
    serves: [`reopened-${docket.version}`],
    dueAt: now,
    channels: ['slack', 'email'],
    audience: ['reviewer'],
    warning: false,
  };
  await serve(deps, { docket, campaign, definition, directory }, rung, now);
  await untilNoConflict(async () => {
    const current = await environment.store.get('docket', docket);
    if (current?.state === 'chasing')
      await environment.store.commit([update('docket', current, { nextDueAt: dueAt })]);
  });
  return 'served' as const;
}

async function lookAgain(deps: ChaseDeps, docket: Docket, nextDueAt: Instant | undefined): Promise<'later'> {
  await deps.environment.store.commit([update('docket', docket, { nextDueAt })]);
  return 'later';
}

async function fallSilent(deps: ChaseDeps, docket: Docket): Promise<'silent'> {
  const state = transition(DOCKET_LIFECYCLE, 'docket', docket.state, 'finish');
  await deps.environment.store.commit([update('docket', docket, { state, nextDueAt: undefined })]);
  return 'silent';
}
