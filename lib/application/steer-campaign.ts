// What moves a campaign on: time (due, grace over, closing) and its manager (hold, resume, extend, cancel).
import { CAMPAIGN_LIFECYCLE, type Campaign, type CampaignEvent } from '../domain/campaign/campaign.ts';
import { InvalidInputError, RefusedError, UpstreamError } from '../domain/errors.ts';
import { transition } from '../domain/lifecycle.ts';
import type { Authenticated } from '../domain/review/decision.ts';
import { earliest, latest, plusDays, plusMs } from '../domain/time.ts';
import { UNFINISHED_OPENING_MS } from './begin-opening.ts';
import { type CountAttestations, closeCampaign, tellFindings } from './close-campaign.ts';
import { untilNoConflict } from './conflict.ts';
import type { Environment } from './environment.ts';
import { loadCampaign, loadDefinition } from './load.ts';
import type { Message } from './ports/queue.ts';
import type { RecordKeys } from './ports/records.ts';
import { update } from './ports/review-store.ts';
import { drawSamples } from './sampling/draw-samples.ts';
import { peopleNamed, type TellPerson } from './tell-person.ts';

/** Takes up an opening that ended half-way, here or elsewhere; it may go on after this has resolved. */
export type ResumeOpening = (campaignId: Campaign['campaignId'], definitionId: string) => Promise<void>;

/** What advancing needs. */
export interface AdvanceDeps {
  readonly environment: Environment;
  readonly tell: TellPerson;
  /** `lapse` messages go to the docket workers. */
  readonly enqueueLapse: (messages: readonly Message[]) => Promise<void>;
  readonly resumeOpening: ResumeOpening;
  readonly countAttestations?: CountAttestations | undefined;
}

/** What happens when a campaign's time has come. */
export function advanceCampaign(deps: AdvanceDeps) {
  const { environment, tell, enqueueLapse, countAttestations } = deps;
  return async (key: RecordKeys['campaign']): Promise<Campaign['state'] | 'nothing'> => {
    const { store, clock } = environment;
    const campaign = await store.get('campaign', key);
    const now = clock.now();
    if (!campaign || campaign.nextDueAt === undefined || campaign.nextDueAt > now) return 'nothing';
    switch (campaign.state) {
      case 'opening':
        return resume(deps, campaign);
      case 'open':
        await sample(environment, campaign);
        return move(environment, campaign, 'due-passed', { nextDueAt: campaign.graceEndsAt });
      case 'grace':
        await sample(environment, campaign);
        return move(environment, campaign, 'grace-ended', { nextDueAt: now });
      case 'enforcing':
        if (now >= campaign.closeBy) return closeCampaign(environment, tell, countAttestations)(campaign);
        await lapseEveryDocket(environment, campaign, enqueueLapse);
        // Every day again: a lapse that was lost must not keep access by silence.
        return move(environment, campaign, undefined, {
          nextDueAt: earliest(plusDays(now, 1), campaign.closeBy),
        });
      case 'held':
        if (now >= campaign.closeBy) return closeCampaign(environment, tell, countAttestations)(campaign);
        return move(environment, campaign, undefined, { nextDueAt: campaign.closeBy });
      case 'closed':
      case 'closed-with-findings':
        return tellFindings(environment, tell, campaign);
      default:
        return move(environment, campaign, undefined, { nextDueAt: undefined });
    }
  };
}

/** Most answers are in when it is due, the others when grace is over; drawn before it moves on, so that a crash loses none. */
async function sample(environment: Environment, campaign: Campaign): Promise<void> {
  const definition = await loadDefinition(environment.blobs, campaign.definitionDigest);
  await drawSamples(environment, campaign, definition);
}

/** An opening that is long overdue ended half-way: it goes on where it stopped, once nobody else is at it. */
async function resume(
  { environment, resumeOpening }: AdvanceDeps,
  campaign: Campaign,
): Promise<Campaign['state']> {
  const { store, clock } = environment;
  // Moved on first: should this try fail, too, the next one comes by itself.
  const nextDueAt = plusMs(clock.now(), UNFINISHED_OPENING_MS);
  await store.commit([update('campaign', campaign, { nextDueAt })]);
  try {
    await resumeOpening(campaign.campaignId, campaign.definitionId);
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.code !== 'NOT_READY') throw error;
  }
  return (await loadCampaign(store, campaign.campaignId)).state;
}

async function move(
  environment: Environment,
  campaign: Campaign,
  event: CampaignEvent | undefined,
  change: Partial<Campaign>,
): Promise<Campaign['state']> {
  const state = event ? transition(CAMPAIGN_LIFECYCLE, 'campaign', campaign.state, event) : campaign.state;
  await environment.store.commit([update('campaign', campaign, { ...change, state })]);
  return state;
}

async function lapseEveryDocket(
  environment: Environment,
  campaign: Campaign,
  enqueueLapse: (messages: readonly Message[]) => Promise<void>,
): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await environment.store.docketsIn(campaign.campaignId, { cursor, limit: 100 });
    const chased = page.entries.filter(({ state }) => state === 'chasing');
    const messages = chased.map(({ campaignId, reviewerId }) => ({
      id: `lapse/${campaignId}/${reviewerId}`,
      body: { work: 'lapse-docket', key: { campaignId, reviewerId } },
    }));
    if (messages.length > 0) await enqueueLapse(messages);
    cursor = page.next;
  } while (cursor !== undefined);
}

/** What a manager can do to a running campaign. */
export type Steering =
  | { readonly act: 'hold'; readonly reason: string }
  | { readonly act: 'resume'; readonly reason: string }
  | { readonly act: 'cancel'; readonly reason: string }
  | { readonly act: 'extend'; readonly days: number; readonly reason: string };

/** Holds, resumes, extends or cancels a campaign, attested. Only its manager and admins may. */
export function steerCampaign(environment: Environment) {
  return (campaignId: string, steering: Steering, who: Authenticated): Promise<Campaign> =>
    untilNoConflict(async () => {
      const { store, blobs, people, attestor, clock } = environment;
      const campaign = await loadCampaign(store, campaignId);
      const definition = await loadDefinition(blobs, campaign.definitionDigest);
      const directory = await people.directory();
      const isManager = peopleNamed(directory, definition.reviewers.manager).some(
        ({ personId }) => personId === who.personId,
      );
      const roles = directory.person(who.personId)?.roles ?? [];
      if (!isManager && !roles.includes('admin') && !roles.includes('compliance-manager')) {
        throw new RefusedError({
          code: 'NOT_ELIGIBLE',
          message: 'Only the campaign manager, compliance managers and admins steer a campaign.',
        });
      }
      const change = steered(campaign, steering, clock.now());
      const at = clock.now();
      const closeBy = change.closeBy ?? campaign.closeBy;
      const signed = await attestor.attest(
        {
          name: 'campaign-steered',
          subject: {
            name: `population/${campaign.campaignId}`,
            sha256: campaign.populationDigest ?? campaign.definitionDigest,
          },
          step: steering.act,
          ordinal: campaign.version,
          predicate: {
            build: attestor.build,
            actor: attestor.person(who, isManager ? 'campaign manager' : `role ${roles.join(', ')}`),
            at,
            campaignId: campaign.campaignId,
            definitionDigest: campaign.definitionDigest,
            act: PAST[steering.act],
            reason: steering.reason,
            closeBy,
          },
        },
        at,
      );
      const write = update('campaign', campaign, change);
      await store.commit([write, ...signed.writes]);
      return write.record;
    });
}

const PAST = { hold: 'held', resume: 'resumed', cancel: 'cancelled', extend: 'extended' } as const;

/** Nothing is hidden by waiting: no longer than a review may last in the first place. */
const MAX_EXTENSION_DAYS = 120;

function steered(campaign: Campaign, steering: Steering, now: Campaign['dueAt']): Partial<Campaign> {
  switch (steering.act) {
    case 'hold': {
      const state = transition(CAMPAIGN_LIFECYCLE, 'campaign', campaign.state, 'hold');
      const heldFrom = campaign.state === 'open' || campaign.state === 'grace' ? campaign.state : 'enforcing';
      return { state, heldFrom, heldReason: steering.reason, nextDueAt: campaign.closeBy };
    }
    case 'resume': {
      const from = campaign.heldFrom ?? 'open';
      const state = transition(CAMPAIGN_LIFECYCLE, 'campaign', campaign.state, `resume-${from}`);
      // It goes on where it was: what was not over yet ends at its own time.
      const ends = { open: campaign.dueAt, grace: campaign.graceEndsAt, enforcing: now }[from];
      return { state, heldFrom: undefined, heldReason: undefined, nextDueAt: latest(now, ends) };
    }
    case 'cancel':
      return {
        state: transition(CAMPAIGN_LIFECYCLE, 'campaign', campaign.state, 'cancel'),
        nextDueAt: undefined,
      };
    case 'extend': {
      if (campaign.state !== 'open') {
        throw new RefusedError({
          code: 'ILLEGAL_TRANSITION',
          message: `A campaign that is ${campaign.state} cannot be extended; only an open one can.`,
        });
      }
      if (!Number.isInteger(steering.days) || steering.days < 1 || steering.days > MAX_EXTENSION_DAYS) {
        throw new InvalidInputError({
          code: 'BAD_ARGUMENT',
          message: `A campaign is extended by 1 to ${MAX_EXTENSION_DAYS} whole days, not by ${steering.days}.`,
        });
      }
      const dueAt = plusDays(campaign.dueAt, steering.days);
      return {
        dueAt,
        graceEndsAt: plusDays(campaign.graceEndsAt, steering.days),
        closeBy: plusDays(campaign.closeBy, steering.days),
        nextDueAt: dueAt,
      };
    }
    default:
      return steering satisfies never;
  }
}
