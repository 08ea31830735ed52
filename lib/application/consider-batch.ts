// Considers one batch of a population: its items, snapshots and lines of the manifest. Safe to repeat, in any order.
import { sha256Hex } from '../domain/attestation/bytes/sha256.ts';
import type { Campaign } from '../domain/campaign/campaign.ts';
import { IntegrityError, InvalidInputError, UpstreamError } from '../domain/errors.ts';
import type { Identity } from '../domain/identity/identity.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import { considerWith } from './consider-identity.ts';
import type { Environment } from './environment.ts';
import { loadChosen, reasonsOf } from './events/chosen.ts';
import { mapConcurrently } from './in-batches.ts';
import { loadCampaign, loadDefinition, loadDirectory } from './load.ts';
import {
  checkClaim,
  claimBatch,
  type DoneBatch,
  giveBack,
  isPlanned,
  type PlannedCampaign,
  settleBatch,
} from './opening-parts.ts';
import { neverReviewed, pastOf } from './past-of.ts';
import { fileBytes, fileText } from './plain-json.ts';
import { loadPlan, type PlannedBatch } from './plan-batches.ts';
import type { Blobs } from './ports/blobs.ts';
import type { OpeningPartRecord } from './ports/records.ts';

/** One batch of a campaign that is being opened. */
export interface BatchRef {
  readonly campaignId: string;
  /** Its place in the plan, from 0. */
  readonly batch: number;
}

/** What came of a batch, now or before; nothing when the campaign is not being opened any more. */
export interface ConsideredBatch {
  readonly batch: number;
  readonly considered: number;
  readonly included: number;
}

const HISTORIES_AT_ONCE = 16;
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Makes the use case. What the batches of one campaign share is read once.
 * @throws UpstreamError NOT_READY (retryable) while another writer has the batch, or there is no plan yet
 * @throws IntegrityError DIGEST_MISMATCH when the inventory's bytes are not those that were planned
 * @throws InvalidInputError BAD_ARGUMENT when there is no such batch
 */
export function considerBatch(environment: Environment) {
  const sharedOf = keepLast((campaign) => loadShared(environment, campaign));
  return async ({ campaignId, batch }: BatchRef): Promise<ConsideredBatch> => {
    const campaign = await loadCampaign(environment.store, campaignId);
    if (campaign.state !== 'opening') return { batch, considered: 0, included: 0 };
    const planned = withBatch(campaign, batch);
    const claim = await claimBatch(environment, planned, batch);
    const { considered, included } =
      claim.done ?? (await writeClaimed(environment, planned, claim, sharedOf));
    return { batch, considered, included };
  };
}

function withBatch(campaign: Campaign, batch: number): PlannedCampaign {
  if (!isPlanned(campaign)) {
    throw new UpstreamError({
      code: 'NOT_READY',
      provider: 'countersign',
      retryable: true,
      message: `The population of campaign ${campaign.campaignId} is not cut into batches yet.`,
    });
  }
  const { batches } = campaign.plan;
  if (Number.isInteger(batch) && batch >= 0 && batch < batches) return campaign;
  throw new InvalidInputError({
    code: 'BAD_ARGUMENT',
    message: `Campaign ${campaign.campaignId} has ${batches} batches, from 0; ${batch} is none of them.`,
  });
}

/** What every batch of a campaign needs. */
interface Shared {
  readonly plan: readonly PlannedBatch[];
  readonly consider: ReturnType<typeof considerWith>;
}

async function loadShared(environment: Environment, campaign: PlannedCampaign): Promise<Shared> {
  const { blobs, expressions, attestor } = environment;
  const [plan, definition, directory, chosen] = await Promise.all([
    loadPlan(blobs, campaign.plan.digest),
    loadDefinition(blobs, campaign.definitionDigest),
    loadDirectory(blobs, campaign.directoryDigest),
    campaign.events ? loadChosen(blobs, campaign.events.chosen) : undefined,
  ]);
  // A keyed hash for every item would cost more than considering it; there are far fewer people.
  const pseudonyms = new Map<string, string>();
  const pseudonym = (personId: string): string => {
    const known = pseudonyms.get(personId) ?? attestor.pseudonym(personId);
    pseudonyms.set(personId, known);
    return known;
  };
  const reasons = chosen && reasonsOf(chosen);
  return {
    plan,
    consider: considerWith({ campaign, definition, directory, expressions, pseudonym, chosen: reasons }),
  };
}

type SharedOf = (campaign: PlannedCampaign) => Promise<Shared>;

/** What is loaded never changes; a function works on one campaign after the other. */
function keepLast(load: SharedOf): SharedOf {
  let kept: { readonly of: string; readonly shared: Promise<Shared> } | undefined;
  return async (campaign) => {
    const loading =
      kept?.of === campaign.campaignId ? kept : { of: campaign.campaignId, shared: load(campaign) };
    kept = loading;
    try {
      return await loading.shared;
    } catch (error) {
      if (kept === loading) kept = undefined;
      throw error;
    }
  };
}

async function writeClaimed(
  environment: Environment,
  campaign: PlannedCampaign,
  claim: OpeningPartRecord,
  sharedOf: SharedOf,
): Promise<DoneBatch> {
  try {
    const done = await writeBatch(environment, campaign, claim, await sharedOf(campaign));
    await settleBatch(environment, claim, done);
    return done;
  } catch (error) {
    // It runs out by itself when it cannot be given back.
    await giveBack(environment, claim).catch(() => undefined);
    throw error;
  }
}

async function writeBatch(
  environment: Environment,
  campaign: PlannedCampaign,
  claim: OpeningPartRecord,
  { plan, consider }: Shared,
): Promise<DoneBatch> {
  const { store, blobs } = environment;
  const planned = plan[claim.batch];
  if (!planned) {
    throw new IntegrityError({
      code: 'CORRUPT_RECORD',
      message: `The plan of campaign ${campaign.campaignId} has no batch ${claim.batch}.`,
    });
  }
  const { items, lines } = await considerAll(environment, campaign, planned, consider);
  checkClaim(environment, claim);
  await store.putNew('item', items);
  return {
    manifest: await blobs.put(ENCODER.encode(lines.map((line) => `${line}\n`).join(''))),
    considered: lines.length,
    included: items.length,
    reviewers: [...new Set(items.map(({ reviewerId }) => reviewerId))].toSorted(),
  };
}

/** Items and lines of the manifest; snapshots are stored. All else is let go before the long wait for the store. */
async function considerAll(
  environment: Environment,
  campaign: PlannedCampaign,
  planned: PlannedBatch,
  consider: Shared['consider'],
): Promise<{ readonly items: readonly ReviewItem[]; readonly lines: readonly string[] }> {
  const { blobs } = environment;
  const { startedAt } = campaign;
  const identities = await readIdentities(blobs, planned);
  const pasts = campaign.plan.isFirstCampaign
    ? identities.map((identity) => neverReviewed(identity, startedAt))
    : await mapConcurrently(identities, HISTORIES_AT_ONCE, (identity) =>
        pastOf(environment, identity, startedAt),
      );
  const results = identities.map((identity, index) =>
    consider(identity, planned.inventory, pasts[index] ?? neverReviewed(identity, startedAt)),
  );
  const kept = results.filter((result) => result.included);
  const digests = await blobs.putMany(kept.map(({ snapshot }) => fileBytes(snapshot)));
  const finished = kept.map((result, index) => result.finish(digests[index] ?? ''));
  let next = 0;
  const lines = results.map((result) => fileText(result.included ? finished[next++]?.entry : result.entry));
  return { items: finished.map(({ item }) => item), lines };
}

async function readIdentities(blobs: Blobs, planned: PlannedBatch): Promise<Identity[]> {
  const { inventory, from, to, sha256 } = planned;
  const bytes = await blobs.range(inventory, from, to);
  const actual = sha256Hex(bytes);
  if (actual !== sha256) {
    throw new IntegrityError({
      code: 'DIGEST_MISMATCH',
      message: `Bytes ${from} to ${to} of inventory ${inventory} are not those that were planned (their SHA-256 is ${actual}).`,
    });
  }
  const lines = DECODER.decode(bytes).split('\n');
  // The last line of a file may lack its line feed.
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => JSON.parse(line) as Identity);
}
