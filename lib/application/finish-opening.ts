// Makes a campaign visible once all its batches are done: one manifest, its dockets, one statement, one commit.
import { CAMPAIGN_LIFECYCLE, type Campaign } from '../domain/campaign/campaign.ts';
import type { Definition } from '../domain/campaign/definition.ts';
import { type Timeline, timelineOf } from '../domain/campaign/timeline.ts';
import { ConflictError } from '../domain/errors.ts';
import { transition } from '../domain/lifecycle.ts';
import type { Docket } from '../domain/review/docket.ts';
import { untilNoConflict } from './conflict.ts';
import type { Environment } from './environment.ts';
import { mapConcurrently } from './in-batches.ts';
import { loadCampaign, loadDefinition, loadDirectory } from './load.ts';
import { type DoneBatch, doneBatches } from './opening-parts.ts';
import type { Blobs } from './ports/blobs.ts';
import { create, type ReviewStore, update } from './ports/review-store.ts';

/** Parts of the manifest read ahead. */
const PARTS_AT_ONCE = 16;
/** Each docket takes two rows of a transaction. */
const DOCKETS_A_COMMIT = 25;
const COMMITS_AT_ONCE = 4;
const DECODER = new TextDecoder();

/**
 * Makes the use case. Finishing twice, also at once, gives the one opened campaign.
 * @throws UpstreamError NOT_READY (retryable) while batches are not done, saying how many
 */
export function finishOpening(environment: Environment) {
  return async (campaignId: string): Promise<Campaign> => {
    const { store, blobs } = environment;
    const begun = await loadCampaign(store, campaignId);
    if (begun.state !== 'opening') return begun;
    const population = await gather(blobs, await doneBatches(store, begun));
    const definition = await loadDefinition(blobs, begun.definitionDigest);
    const timeline = await timelineFor(environment, begun, definition, population.reviewers);
    await createDockets(store, begun, population.reviewers);
    return untilNoConflict(async () => {
      const campaign = await loadCampaign(store, campaignId);
      if (campaign.state !== 'opening') return campaign;
      return open(environment, campaign, definition, population, timeline);
    });
  };
}

interface Population {
  /** Digest of the manifest. */
  readonly digest: string;
  readonly considered: number;
  readonly included: number;
  /** Sorted. */
  readonly reviewers: readonly string[];
}

async function gather(blobs: Blobs, batches: readonly DoneBatch[]): Promise<Population> {
  const sumOf = (count: (batch: DoneBatch) => number) =>
    batches.reduce((sum, batch) => sum + count(batch), 0);
  return {
    digest: await joinManifest(blobs, batches),
    considered: sumOf(({ considered }) => considered),
    included: sumOf(({ included }) => included),
    reviewers: [...new Set(batches.flatMap(({ reviewers }) => reviewers))].toSorted(),
  };
}

/** The parts one after the other: the bytes are the same however the population was cut. */
async function joinManifest(blobs: Blobs, batches: readonly DoneBatch[]): Promise<string> {
  const manifest = await blobs.writer();
  try {
    for (let at = 0; at < batches.length; at += PARTS_AT_ONCE) {
      const next = batches.slice(at, at + PARTS_AT_ONCE);
      for (const part of await Promise.all(next.map((batch) => blobs.get(batch.manifest)))) {
        for (const line of DECODER.decode(part).split('\n').slice(0, -1)) await manifest.line(line);
      }
    }
  } catch (error) {
    await manifest.abort();
    throw error;
  }
  return manifest.close();
}

async function timelineFor(
  { blobs }: Environment,
  { startedAt, directoryDigest, events }: Campaign,
  definition: Definition,
  reviewers: readonly string[],
): Promise<Timeline> {
  const directory = await loadDirectory(blobs, directoryDigest);
  const zones = reviewers.map((reviewerId) => directory.person(reviewerId)?.timeZone ?? 'UTC');
  return timelineOf({ startedAt, definition, zones, reviewDays: events?.reviewDays });
}

/** Each only if it is not there: whoever finishes late must not undo what has been done with a docket since. */
async function createDockets(
  store: ReviewStore,
  { campaignId, startedAt }: Campaign,
  reviewers: readonly string[],
): Promise<void> {
  const dockets = reviewers.map(
    (reviewerId): Docket => ({
      schemaVersion: 1,
      version: 1,
      campaignId,
      reviewerId,
      state: 'chasing',
      createdAt: startedAt,
      servedRungs: [],
      tellings: [],
      nextDueAt: startedAt,
    }),
  );
  const chunks = Array.from({ length: Math.ceil(dockets.length / DOCKETS_A_COMMIT) }, (_, n) =>
    dockets.slice(n * DOCKETS_A_COMMIT, (n + 1) * DOCKETS_A_COMMIT),
  );
  await mapConcurrently(chunks, COMMITS_AT_ONCE, (chunk) => createMissing(store, chunk));
}

async function createMissing(store: ReviewStore, dockets: readonly Docket[]): Promise<void> {
  let missing = dockets;
  await untilNoConflict(async () => {
    if (missing.length === 0) return;
    try {
      await store.commit(missing.map((docket) => create('docket', docket)));
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      const there = await store.getMany('docket', dockets);
      missing = dockets.filter((_, n) => there[n] === undefined);
      throw error;
    }
  });
}

async function open(
  { store, attestor, clock }: Environment,
  begun: Campaign,
  definition: Definition,
  { digest, considered, included, reviewers }: Population,
  timeline: Timeline,
): Promise<Campaign> {
  const openedAt = clock.now();
  const counts = { considered, included, excluded: considered - included, dockets: reviewers.length };
  const signed = await attestor.attest(
    {
      name: 'campaign-opened',
      subject: { name: `population/${begun.campaignId}`, sha256: digest },
      step: 'opened',
      ordinal: 0,
      predicate: {
        build: attestor.build,
        actor: attestor.system,
        at: openedAt,
        campaignId: begun.campaignId,
        definitionDigest: begun.definitionDigest,
        title: begun.title,
        // A few identities between two reviews are no review that a control asks for.
        controls: begun.events ? [] : definition.controls,
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
    populationDigest: digest,
    counts,
    ...timeline,
    nextDueAt: timeline.dueAt,
  });
  await store.commit([opened, ...signed.writes]);
  return opened.record;
}
