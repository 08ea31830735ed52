// Opens a campaign: freezes the population, writes items and dockets nobody can see yet, and attests it all at once.
import { CAMPAIGN_LIFECYCLE, type Campaign, CampaignId } from '../domain/campaign/campaign.ts';
import type { Definition } from '../domain/campaign/definition.ts';
import { timelineOf } from '../domain/campaign/timeline.ts';
import { RefusedError } from '../domain/errors.ts';
import type { Identity } from '../domain/identity/identity.ts';
import { identityKeyOf } from '../domain/identity/identity-id.ts';
import { transition } from '../domain/lifecycle.ts';
import type { Directory } from '../domain/review/directory.ts';
import type { Docket } from '../domain/review/docket.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import { earliest, type Instant, MINUTE_MS, plusMs } from '../domain/time.ts';
import { considerWith, type Past } from './consider-identity.ts';
import type { Environment } from './environment.ts';
import { inBatches, inFlight, mapConcurrently } from './in-batches.ts';
import { freezeDirectory, loadDefinition, loadDirectory, loadSnapshot } from './load.ts';
import { type OpeningLease, takeOpeningLease } from './opening-lease.ts';
import { fileBytes, fileText } from './plain-json.ts';
import { create, update } from './ports/review-store.ts';
import { historyOf } from './standing-of.ts';

/** What to open. */
export interface OpenCampaignInput {
  readonly definitionId: string;
  /** Person id, or `schedule`. */
  readonly launchedBy: string;
  /** A name of one's own; by default `<definition>-<yyyymmdd>`. */
  readonly campaignId?: string | undefined;
  /** Told as identities are considered. */
  readonly progress?: ((considered: number) => void) | undefined;
}

/** Opens or resumes opening; opening twice gives the one campaign. */
export type OpenCampaign = (input: OpenCampaignInput) => Promise<Campaign>;

/** After this time, in ms, an opening that is not finished has no writer any more. */
export const UNFINISHED_OPENING_MS = 20 * MINUTE_MS;

const BATCH = 200;
/** Batches of items being written while the next are considered. */
const WRITES_IN_FLIGHT = 4;

/** Makes the use case. */
export function openCampaign(environment: Environment): OpenCampaign {
  return async (input) => {
    const begun = await begin(environment, input);
    if (begun.state !== 'opening') return begun;
    const lease = await takeOpeningLease(environment, begun);
    const definition = await loadDefinition(environment.blobs, begun.definitionDigest);
    const directory = await loadDirectory(environment.blobs, begun.directoryDigest);
    const population = await writePopulation(environment, lease, definition, directory, input.progress);
    return finish(environment, await lease.keep(), definition, directory, population);
  };
}

async function begin(environment: Environment, input: OpenCampaignInput): Promise<Campaign> {
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
  const campaign: Campaign = {
    schemaVersion: 1,
    version: 1,
    campaignId,
    definitionId: input.definitionId,
    definitionVersion: definition.version,
    definitionDigest: definitionRow.digest,
    title: definition.title,
    state: 'opening',
    startedAt,
    ...timelineOf({ startedAt, definition, zones: ['UTC'] }),
    inventories: inventories.map(({ inventory }) => inventory).toSorted(),
    directoryDigest: await freezeDirectory(blobs, await people.directory()),
    launchedBy: input.launchedBy,
    findings: [],
    nextDueAt: plusMs(startedAt, UNFINISHED_OPENING_MS),
  };
  await store.commit([create('campaign', campaign)]);
  return campaign;
}

interface Population {
  readonly digest: string;
  readonly considered: number;
  readonly included: number;
  readonly reviewers: ReadonlySet<string>;
}

async function writePopulation(
  environment: Environment,
  lease: OpeningLease,
  definition: Definition,
  directory: Directory,
  progress: ((considered: number) => void) | undefined,
): Promise<Population> {
  const { store, blobs, expressions, attestor } = environment;
  const campaign = await lease.keep();
  const consider = considerWith({
    campaign,
    definition,
    directory,
    expressions,
    pseudonym: attestor.pseudonym,
  });
  const first = (await store.campaigns()).every(({ campaignId }) => campaignId === campaign.campaignId);
  const manifest = await blobs.writer();
  const reviewers = new Set<string>();
  const writes = inFlight(WRITES_IN_FLIGHT);
  let considered = 0;
  let included = 0;
  try {
    for (const inventory of campaign.inventories) {
      for await (const lines of inBatches(blobs.lines(inventory), BATCH)) {
        const identities = lines.map((line) => JSON.parse(line) as Identity);
        const pasts = first
          ? undefined
          : await mapConcurrently(identities, 16, (identity) =>
              pastOf(environment, identity, campaign.startedAt),
            );
        const results = identities.map((identity, index) =>
          consider(identity, inventory, pasts?.[index] ?? neverReviewed(identity, campaign.startedAt)),
        );
        const kept = results.filter((result) => result.included);
        await lease.keep();
        const digests = await blobs.putMany(kept.map(({ snapshot }) => fileBytes(snapshot)));
        const finished = kept.map((result, index) => result.finish(digests[index] ?? ''));
        await writes.add(() =>
          store.putNew(
            'item',
            finished.map(({ item }): ReviewItem => item),
          ),
        );
        let next = 0;
        for (const result of results) {
          const entry = result.included ? finished[next++]?.entry : result.entry;
          await manifest.line(fileText(entry));
        }
        for (const { item } of finished) reviewers.add(item.reviewerId);
        considered += results.length;
        included += finished.length;
        progress?.(considered);
      }
    }
    await writes.done();
  } catch (error) {
    await manifest.abort();
    throw error;
  }
  return { digest: await manifest.close(), considered, included, reviewers };
}

function neverReviewed(identity: Identity, startedAt: Instant): Past {
  const since = identity.createdAt.known ? earliest(identity.createdAt.value, startedAt) : startedAt;
  return { standing: { standing: 'unattested', since, why: 'never reviewed' }, last: undefined };
}

/** What is known about an identity from before a campaign that starts at `startedAt`. */
export async function pastOf(
  environment: Environment,
  identity: Identity,
  startedAt: Instant,
): Promise<Past> {
  const never = neverReviewed(identity, startedAt);
  const { standing, items } = await historyOf(
    environment.store,
    identityKeyOf(identity.identityId),
    never.standing.since,
    startedAt,
  );
  const answered = items.find(
    ({ decision }) => decision?.verdict === 'certify' || decision?.verdict === 'except',
  );
  if (!answered) return { standing, last: undefined };
  const snapshot = await loadSnapshot(environment.blobs, answered.snapshot);
  return { standing, last: { digest: answered.snapshot, identity: snapshot.identity } };
}

async function finish(
  environment: Environment,
  begun: Campaign,
  definition: Definition,
  directory: Directory,
  population: Population,
): Promise<Campaign> {
  const { store, attestor, clock } = environment;
  const reviewers = [...population.reviewers].toSorted();
  const openedAt = clock.now();
  const dockets = reviewers.map(
    (reviewerId): Docket => ({
      schemaVersion: 1,
      version: 1,
      campaignId: begun.campaignId,
      reviewerId,
      state: 'chasing',
      createdAt: begun.startedAt,
      servedRungs: [],
      tellings: [],
      nextDueAt: begun.startedAt,
    }),
  );
  await store.putNew('docket', dockets);
  const zones = reviewers.map((reviewerId) => directory.person(reviewerId)?.timeZone ?? 'UTC');
  const timeline = timelineOf({
    startedAt: begun.startedAt,
    definition,
    zones: zones.length > 0 ? zones : ['UTC'],
  });
  const { considered, included } = population;
  const counts = { considered, included, excluded: considered - included, dockets: dockets.length };
  const signed = await attestor.attest(
    {
      name: 'campaign-opened',
      subject: { name: `population/${begun.campaignId}`, sha256: population.digest },
      step: 'opened',
      ordinal: 0,
      predicate: {
        build: attestor.build,
        actor: attestor.system,
        at: openedAt,
        campaignId: begun.campaignId,
        definitionDigest: begun.definitionDigest,
        title: begun.title,
        controls: definition.controls,
        inventories: begun.inventories,
        counts,
        startedAt: begun.startedAt,
        directoryDigest: begun.directoryDigest,
        ...timeline,
      },
    },
    openedAt,
  );
  const opened = update('campaign', begun, {
    state: transition(CAMPAIGN_LIFECYCLE, 'campaign', begun.state, 'opened'),
    openedAt,
    populationDigest: population.digest,
    counts,
    ...timeline,
    nextDueAt: timeline.dueAt,
    openingLease: undefined,
  });
  await store.commit([opened, ...signed.writes]);
  return opened.record;
}
