// How one campaign stands, counted once for everybody who is told of it on the same morning.
import * as z from 'zod';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import { ConflictError } from '../../domain/errors.ts';
import type { Directory } from '../../domain/review/directory.ts';
import { DAY_MS, HOUR_MS, plusMs } from '../../domain/time.ts';
import type { Environment } from '../environment.ts';
import { mapConcurrently } from '../in-batches.ts';
import type { CampaignLine } from '../ports/messenger.ts';
import { create, update } from '../ports/review-store.ts';
import { heldRemovals, waitingDockets } from '../pulse/count-campaign.ts';

/** For how long a count serves the others, in ms: a morning, in every zone that has it at the same time. */
const COUNT_SERVES_MS = 6 * HOUR_MS;
const KEPT_MS = 7 * DAY_MS;
const WIDTH = 32;
/** People named as those with most still open. */
const NAMED = 5;

/** What is kept of a count. People by id: names are looked up when it is told. */
const Count = z.strictObject({
  open: z.int(),
  held: z.int(),
  waitingFor: z.array(z.strictObject({ personId: z.string(), open: z.int() })).max(NAMED),
});
type Count = z.infer<typeof Count>;

/** The line about a campaign, from a count that is at most some hours old. */
export async function campaignLine(
  environment: Environment,
  directory: Directory,
  campaign: Campaign,
): Promise<CampaignLine> {
  const { open, held, waitingFor } = await countOf(environment, campaign);
  const { campaignId, title, state, dueAt, counts, findings } = campaign;
  return {
    campaignId,
    title,
    state,
    dueAt,
    items: counts?.included ?? open,
    open,
    late: dueAt <= environment.clock.now() ? open : 0,
    held,
    findings: findings.length,
    waitingFor: waitingFor.map((one) => ({
      name: directory.person(one.personId)?.name ?? one.personId,
      open: one.open,
    })),
  };
}

async function countOf({ store, clock }: Environment, campaign: Campaign): Promise<Count> {
  const messageId = `campaign-count/${campaign.campaignId}`;
  const before = await store.get('handled', { messageId });
  const now = clock.now();
  const known = before && plusMs(before.handledAt, COUNT_SERVES_MS) > now && countIn(before.outcome);
  if (known) return known;
  const count = await countAnew(store, campaign);
  const fields = { handledAt: now, expiresAt: plusMs(now, KEPT_MS), outcome: JSON.stringify(count) };
  try {
    await store.commit([
      before
        ? update('handled', before, fields)
        : create('handled', { schemaVersion: 1, version: 1, messageId, ...fields }),
    ]);
  } catch (error) {
    // Somebody else counted at the same time.
    if (!(error instanceof ConflictError)) throw error;
  }
  return count;
}

async function countAnew(store: Environment['store'], campaign: Campaign): Promise<Count> {
  const { campaignId } = campaign;
  const waiting = await waitingDockets(store, campaignId);
  const counted = await mapConcurrently(waiting, WIDTH, async ({ reviewerId: personId }) => ({
    personId,
    open: await store.countOpenItems(campaignId, personId),
  }));
  return {
    open: counted.reduce((sum, { open }) => sum + open, 0),
    held: await heldRemovals(store, campaignId),
    waitingFor: counted
      .filter(({ open }) => open > 0)
      .toSorted((a, b) => b.open - a.open || (a.personId < b.personId ? -1 : 1))
      .slice(0, NAMED),
  };
}

/** A count that cannot be read is made again. */
function countIn(outcome: string): Count | undefined {
  try {
    return Count.parse(JSON.parse(outcome));
  } catch {
    return undefined;
  }
}
