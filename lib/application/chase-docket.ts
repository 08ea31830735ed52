// One look at one docket: serve the rung that is due, to its audience, and know when to look again.
import type { Campaign } from '../domain/campaign/campaign.ts';
import { type Definition, ladderOf } from '../domain/campaign/definition.ts';
import { nextRung, type ScheduledRung } from '../domain/chase/ladder.ts';
import { nextWorkingMoment } from '../domain/chase/working-time.ts';
import { UpstreamError } from '../domain/errors.ts';
import type { RiskTier } from '../domain/identity/risk-tier.ts';
import { transition } from '../domain/lifecycle.ts';
import { DOCKET_LIFECYCLE, type Docket } from '../domain/review/docket.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import { reopenedDueAt } from '../domain/review/undo.ts';
import { earliest, HOUR_MS, type Instant, latest, MINUTE_MS, plusDays, plusMs } from '../domain/time.ts';
import { untilNoConflict } from './conflict.ts';
import { openItemsOf } from './docket-view.ts';
import type { Environment } from './environment.ts';
import { gather, serveEscalations } from './escalate.ts';
import { nextOf, withEscalations } from './escalations-to.ts';
import { firstAskedAt, waitsUntil } from './first-asked-at.ts';
import { dueAtOf, lapseItems, REOPENED_RUNG, wasAsked, wasAskedAnew } from './lapse-items.ts';
import { loadCampaign, loadDefinition } from './load.ts';
import type { RecordKeys } from './ports/records.ts';
import { update } from './ports/review-store.ts';
import { rehomeDocket } from './rehome-docket.ts';
import { type Chase, type ChaseDeps, type ServedRung, serveRung } from './serve-rung.ts';
import { giveUpUnheard, unheardUntil } from './unheard-mail.ts';

/** What one look came to. */
export type ChaseOutcome = 'nothing' | 'later' | 'served' | 'silent' | 'lapsed';

/** Makes the use case: works on one due docket. */
export function chaseDocket(deps: ChaseDeps) {
  return async (key: RecordKeys['docket']): Promise<ChaseOutcome> => {
    const { store, clock } = deps.environment;
    const { campaignId } = key;
    const [docket, known] = await Promise.all([
      store.get('docket', key),
      store.get('campaign', { campaignId }),
    ]);
    const now = clock.now();
    if (!docket || docket.nextDueAt === undefined || docket.nextDueAt > now) return 'nothing';
    if (docket.state !== 'chasing') return rest(deps, docket, undefined);
    const campaign = known ?? (await loadCampaign(store, campaignId));
    if (campaign.state === 'opening' || campaign.state === 'held')
      return rest(deps, docket, plusMs(now, HOUR_MS));
    if (!['open', 'grace', 'enforcing'].includes(campaign.state)) return rest(deps, docket, undefined);
    return chaseLive(deps, docket, campaign, now);
  };
}

async function chaseLive(
  deps: ChaseDeps,
  docket: Docket,
  campaign: Campaign,
  now: Instant,
): Promise<ChaseOutcome> {
  const { environment } = deps;
  const firstAt = await firstAskedAt(environment, campaign, docket, now);
  if (firstAt !== undefined) {
    await deps.askImpact?.(docket);
    return lookAgain(deps, docket, firstAt);
  }
  const open = await environment.store.countOpenItems(docket.campaignId, docket.reviewerId);
  if (open === 0) return fallSilent(deps, docket);
  if (await giveUpUnheard(environment, docket, now)) return 'later';
  if (await rehomeDocket(environment, campaign, docket)) return 'later';
  const chase = await chaseOf(deps, docket, campaign, now);
  const outcome = await workOn(deps, chase);
  // Before they are first asked, so that it is there when they look, and for what came in since.
  if (outcome === 'served' || docket.servedRungs.length === 0) await deps.askImpact?.(docket);
  return outcome;
}

async function workOn(deps: ChaseDeps, chase: Chase): Promise<ChaseOutcome> {
  const { docket, campaign, now } = chase;
  try {
    if (docket.escalations?.some(({ dueAt }) => dueAt <= now)) return await escalate(deps, chase);
    return await (campaign.state === 'enforcing' ? chaseReopened(deps, chase) : climb(deps, chase));
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.code !== 'THROTTLED') throw error;
    return waitAsAsked(deps, docket, plusMs(now, error.retryAfterMs ?? MINUTE_MS));
  }
}

async function chaseOf(
  { environment }: ChaseDeps,
  docket: Docket,
  campaign: Campaign,
  now: Instant,
): Promise<Chase> {
  const definition = await loadDefinition(environment.blobs, campaign.definitionDigest);
  const directory = await environment.people.directory();
  const tiers = await tiersOf(environment, definition, campaign, docket);
  return { docket, campaign, definition, directory, now, tiers };
}

/** Tiers of what is open in a docket; read only where some rung depends on them. */
async function tiersOf(
  environment: Environment,
  definition: Definition,
  campaign: Campaign,
  { reviewerId }: Docket,
): Promise<ReadonlySet<RiskTier> | undefined> {
  if (!ladderOf(definition).some(({ tiers }) => tiers)) return undefined;
  return new Set((await openItemsOf(environment, campaign, reviewerId)).map(({ tier }) => tier));
}

async function climb(deps: ChaseDeps, chase: Chase): Promise<ChaseOutcome> {
  const { docket, campaign, directory, now } = chase;
  const person = directory.person(docket.reviewerId);
  const rung = nextRung({ ...chase, person });
  if (!rung) return lookAgain(deps, docket, undefined);
  const waits = waitsUntil(rung, campaign, person, now);
  if (waits !== undefined) return lookAgain(deps, docket, waits);
  const result = await serveRung(deps, chase, rung);
  return written(
    deps,
    chase,
    rung,
    result,
    (served) => nextRung({ ...chase, docket: served, person })?.dueAt,
  );
}

/** After grace only what was reopened or handed on is asked about, each with a due time of its own. */
async function chaseReopened(deps: ChaseDeps, chase: Chase): Promise<ChaseOutcome> {
  const { environment } = deps;
  const { docket, campaign, now } = chase;
  const items = await openItemsOf(environment, campaign, docket.reviewerId);
  const overdue = items.filter((item) => dueAtOf(item, campaign) <= now && wasAsked(docket, item));
  if (overdue.length > 0) {
    await lapseItems(environment, campaign, docket, overdue);
    return 'lapsed';
  }
  const unasked = items.filter((item) => !wasAskedAnew(docket, item));
  if (unasked.length > 0) return askReopened(deps, chase, unasked);
  const [first, ...others] = items.map((item) => dueAtOf(item, campaign));
  return lookAgain(deps, docket, first === undefined ? plusDays(now, 1) : earliest(first, ...others));
}

/** Nobody's silence counts before they were asked: what became due meanwhile gets its two business days now. */
async function askReopened(
  deps: ChaseDeps,
  chase: Chase,
  unasked: readonly ReviewItem[],
): Promise<ChaseOutcome> {
  const { store } = deps.environment;
  const { docket, campaign, directory, now } = chase;
  const moment = workingMoment(chase);
  if (moment > now) return lookAgain(deps, docket, moment);
  const person = directory.person(docket.reviewerId);
  const due = reopenedDueAt(now, person?.timeZone ?? 'UTC', person?.holidays ?? []);
  for (const item of unasked) {
    if (dueAtOf(item, campaign) <= now) await store.commit([update('item', item, { dueAt: due })]);
  }
  const [since, ...rest] = unasked.map(({ reviewerSince }) => reviewerSince);
  const rung: ScheduledRung = {
    rungId: REOPENED_RUNG,
    serves: [`${REOPENED_RUNG}@${latest(since ?? now, ...rest)}`],
    dueAt: now,
    channels: ['slack', 'email'],
    audience: ['reviewer'],
    warning: false,
  };
  const result = await serveRung(deps, chase, rung);
  return written(deps, chase, rung, result, () => plusMs(now, HOUR_MS));
}

/** Tells those besides the reviewer whose time has come; the chase itself is looked at next. */
async function escalate(deps: ChaseDeps, chase: Chase): Promise<ChaseOutcome> {
  const { store } = deps.environment;
  const { docket, now } = chase;
  const { left, failures } = await serveEscalations(deps, chase);
  await gather(deps.environment, docket, left);
  await untilNoConflict(async () => {
    const current = await store.get('docket', docket);
    if (current?.state !== 'chasing') return;
    const escalations = left.length > 0 ? [...left] : undefined;
    const nextDueAt = current.nextDueAt === docket.nextDueAt ? now : current.nextDueAt;
    await store.commit([update('docket', current, { escalations, nextDueAt })]);
  });
  const [failure] = failures;
  if (failure) throw failure;
  return 'served';
}

/** Writes down that a rung was served, or when to try again. */
async function written(
  { environment }: ChaseDeps,
  { docket }: Chase,
  rung: ScheduledRung,
  result: ServedRung,
  nextDueAt: (served: Docket) => Instant | undefined,
): Promise<ChaseOutcome> {
  const { store } = environment;
  if (result.again === undefined) await gather(environment, docket, result.escalations);
  await untilNoConflict(async () => {
    const current = await store.get('docket', docket);
    // Something came in, or came back, meanwhile: it was not in what was just sent, and is looked at next.
    if (current?.state !== 'chasing' || current.nextDueAt !== docket.nextDueAt) return;
    const servedRungs = [...new Set([...current.servedRungs, ...rung.serves])];
    const { again } = result;
    if (again !== undefined) {
      await store.commit([update('docket', current, { nextDueAt: nextOf(again, current.escalations) })]);
      return;
    }
    const escalations = withEscalations(current, result.escalations);
    const rungAt = nextDueAt({ ...current, servedRungs });
    const heardBy = unheardUntil(current);
    const next = nextOf(rungAt && heardBy ? earliest(rungAt, heardBy) : (rungAt ?? heardBy), escalations);
    await store.commit([update('docket', current, { servedRungs, escalations, nextDueAt: next })]);
  });
  return result.again === undefined ? 'served' : 'later';
}

function workingMoment({ docket, directory, now }: Chase): Instant {
  const person = directory.person(docket.reviewerId);
  return person ? nextWorkingMoment(now, person) : now;
}

/** A channel that asks to wait is waited for, and nothing has failed: what was sent stays sent, the rest is said then. */
async function waitAsAsked(
  { environment: { store } }: ChaseDeps,
  docket: Docket,
  nextDueAt: Instant,
): Promise<'later'> {
  await untilNoConflict(async () => {
    const current = await store.get('docket', docket);
    if (current?.state !== 'chasing' || current.nextDueAt !== docket.nextDueAt) return;
    await store.commit([update('docket', current, { nextDueAt })]);
  });
  return 'later';
}

/** The chase is looked at again then, or earlier for what others are to hear. */
function lookAgain(deps: ChaseDeps, docket: Docket, nextDueAt: Instant | undefined): Promise<'later'> {
  return rest(deps, docket, nextOf(nextDueAt, docket.escalations));
}

/** Nobody hears anything of it before then; never again when there is no time. */
async function rest(deps: ChaseDeps, docket: Docket, nextDueAt: Instant | undefined): Promise<'later'> {
  const change = nextDueAt === undefined ? { nextDueAt, escalations: undefined } : { nextDueAt };
  await deps.environment.store.commit([update('docket', docket, change)]);
  return 'later';
}

async function fallSilent(deps: ChaseDeps, docket: Docket): Promise<'silent'> {
  const state = transition(DOCKET_LIFECYCLE, 'docket', docket.state, 'finish');
  await deps.environment.store.commit([
    update('docket', docket, { state, nextDueAt: undefined, escalations: undefined }),
  ]);
  return 'silent';
}
