// Begins a campaign: freezes what it is opened over and cuts that into batches. Nobody sees it yet.
import { type Campaign, CampaignId } from '../domain/campaign/campaign.ts';
import type { Definition } from '../domain/campaign/definition.ts';
import { FIRST_SEEN_BUSINESS_DAYS } from '../domain/campaign/due-scope.ts';
import { eventWords } from '../domain/campaign/event.ts';
import { timelineOf } from '../domain/campaign/timeline.ts';
import { addBusinessDays } from '../domain/chase/working-time.ts';
import { RefusedError } from '../domain/errors.ts';
import { daysBetween, type Instant, MINUTE_MS, plusMs } from '../domain/time.ts';
import { untilNoConflict } from './conflict.ts';
import type { Environment } from './environment.ts';
import { watchPeople } from './events/people-gone.ts';
import { attestSelection, type Selection } from './events/select-identities.ts';
import { freezeDirectory, loadCampaign, loadDefinition } from './load.ts';
import { batchesLeft } from './opening-parts.ts';
import { type PlanSizes, planBatches } from './plan-batches.ts';
import { create, update } from './ports/review-store.ts';

/** What to open. */
export interface BeginOpeningInput {
  readonly definitionId: string;
  /** Person id, `schedule` or `event`. */
  readonly launchedBy: string;
  /** A name of one's own; by default `<definition>-<yyyymmdd>`. */
  readonly campaignId?: string | undefined;
  /** Only these, because something happened to them; by default every identity of the newest inventories. */
  readonly only?: Selection | undefined;
}

/** A campaign that was begun, now or before. */
export interface BegunOpening {
  readonly campaign: Campaign;
  /** Batches that are not done yet; none once it is opened. */
  readonly batches: readonly number[];
}

/** After this time, in ms, an opening that is not finished is looked after. */
export const UNFINISHED_OPENING_MS = 20 * MINUTE_MS;

/**
 * Makes the use case. Beginning twice, also at once, gives the one campaign with the one plan.
 * @throws RefusedError NOT_FOUND without such a definition, or before anything was collected
 */
export function beginOpening(environment: Environment, sizes?: PlanSizes) {
  return async (input: BeginOpeningInput): Promise<BegunOpening> => {
    const begun = await planned(environment, await untilNoConflict(() => begin(environment, input)), sizes);
    if (begun.state !== 'opening') return { campaign: begun, batches: [] };
    return { campaign: begun, batches: await batchesLeft(environment.store, begun) };
  };
}

async function begin(environment: Environment, input: BeginOpeningInput): Promise<Campaign> {
  const { store, blobs, people, clock } = environment;
  const definitionRow = await store.get('definition', { definitionId: input.definitionId });
  if (!definitionRow) {
    throw new RefusedError({
      code: 'NOT_FOUND',
      message: `There is no definition "${input.definitionId}"; apply it first.`,
    });
  }
  const startedAt = clock.now();
  const campaignId = CampaignId.parse(
    input.campaignId ?? `${input.definitionId}-${startedAt.slice(0, 10).replaceAll('-', '')}`,
  );
  const existing = await store.get('campaign', { campaignId });
  if (existing) return existing;
  const inventories = await store.inventories();
  if (inventories.length === 0) {
    throw new RefusedError({
      code: 'NOT_FOUND',
      message: 'There is no inventory yet; collect identities first.',
    });
  }
  const definition = await loadDefinition(blobs, definitionRow.digest);
  const { only } = input;
  const events = only && eventsOf(definition, only, startedAt);
  const directoryDigest = await freezeDirectory(blobs, await people.directory());
  await watchPeople(environment, directoryDigest);
  const campaign: Campaign = {
    schemaVersion: 1,
    version: 1,
    campaignId,
    definitionId: input.definitionId,
    definitionVersion: definition.version,
    definitionDigest: definitionRow.digest,
    title: events ? titleOf(definition, events) : definition.title,
    state: 'opening',
    startedAt,
    ...timelineOf({ startedAt, definition, zones: ['UTC'], reviewDays: events?.reviewDays }),
    inventories: only ? [only.inventory] : inventories.map(({ inventory }) => inventory).toSorted(),
    directoryDigest,
    launchedBy: input.launchedBy,
    ...(events ? { events } : {}),
    findings: [],
    nextDueAt: plusMs(startedAt, UNFINISHED_OPENING_MS),
  };
  const made = only && (await attestSelection(environment, campaignId, only, startedAt));
  // When somebody else began it at the same moment, the next look finds theirs: it is the one campaign.
  await store.commit([create('campaign', campaign), ...(made?.writes ?? [])]);
  return campaign;
}

/** How a campaign about chosen identities says so. What is first seen has to be reviewed within 5 business days. */
function eventsOf(
  definition: Definition,
  { chosen, chosenDigest }: Selection,
  startedAt: Instant,
): NonNullable<Campaign['events']> {
  const events = chosen.flatMap((one) => one.events);
  const latestDays = events
    .filter(({ event }) => event === 'first-seen')
    .map(({ at }) => daysBetween(startedAt, addBusinessDays(at, FIRST_SEEN_BUSINESS_DAYS, 'UTC')));
  const usual = definition.events?.reviewDays ?? definition.timeline.reviewDays;
  return {
    chosen: chosenDigest,
    kinds: [...new Set(events.map(({ event }) => event))].toSorted(),
    identities: chosen.length,
    reviewDays: Math.max(1, Math.min(usual, ...latestDays)),
  };
}

function titleOf({ title }: Definition, { kinds }: NonNullable<Campaign['events']>): string {
  return `${title}: ${kinds.map(eventWords).join(', ')}`;
}

/** The campaign with its plan. Whether it is the first one is settled here, so that every batch goes by the same. */
async function planned(
  environment: Environment,
  begun: Campaign,
  sizes: PlanSizes | undefined,
): Promise<Campaign> {
  const { store, blobs } = environment;
  if (begun.state !== 'opening' || begun.plan) return begun;
  const { digest, batches } = await planBatches(blobs, begun.inventories, sizes);
  return untilNoConflict(async () => {
    const campaign = await loadCampaign(store, begun.campaignId);
    if (campaign.state !== 'opening' || campaign.plan) return campaign;
    const others = (await store.campaigns()).filter(({ campaignId }) => campaignId !== campaign.campaignId);
    const write = update('campaign', campaign, {
      plan: { digest, batches, isFirstCampaign: others.length === 0 },
    });
    await store.commit([write]);
    return write.record;
  });
}
