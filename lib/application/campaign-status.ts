// How far a campaign has come, counted exactly from its items and removals as of now.
import type { Campaign } from '../domain/campaign/campaign.ts';
import { type ReconciliationSums, sumsOf } from '../domain/metrics/reconciliation.ts';
import type { DocketState } from '../domain/review/docket.ts';
import type { Instant } from '../domain/time.ts';
import { reconcileCampaign } from './close-campaign.ts';
import type { Environment } from './environment.ts';
import { type ListedException, listExceptions } from './list-exceptions.ts';
import { loadCampaign } from './load.ts';

/** Progress of one campaign. */
export interface CampaignStatus {
  readonly campaign: Campaign;
  readonly asOf: Instant;
  readonly sums: ReconciliationSums;
  /** Answered of included. */
  readonly answered: { readonly numerator: number; readonly denominator: number };
  /** Asked for and granted; what ends first comes first. */
  readonly exceptions: readonly ListedException[];
  /** Who still has something open, most first. */
  readonly waitingFor: readonly {
    readonly personId: string;
    readonly name: string;
    readonly state: DocketState;
    readonly open: number;
    readonly firstToldAt: Instant | undefined;
  }[];
}

/** Makes the use case. */
export function campaignStatus(environment: Environment) {
  return async (campaignId: string): Promise<CampaignStatus> => {
    const campaign = await loadCampaign(environment.store, campaignId);
    const rows = [];
    for await (const row of reconcileCampaign(environment, campaign)) rows.push(row);
    const sums = sumsOf(rows);
    const { excluded, open, 'not-due': notDue, 'no-response': silent } = sums.answers;
    const denominator = rows.length - excluded - notDue;
    return {
      campaign,
      asOf: environment.clock.now(),
      sums,
      answered: { numerator: denominator - open - silent, denominator },
      exceptions: await listExceptions(environment)({ campaignId }),
      waitingFor: await waitingFor(environment, campaign),
    };
  };
}

async function waitingFor(
  { store, people }: Environment,
  { campaignId }: Campaign,
): Promise<CampaignStatus['waitingFor']> {
  const directory = await people.directory();
  const waiting: CampaignStatus['waitingFor'][number][] = [];
  let cursor: string | undefined;
  do {
    const page = await store.docketsIn(campaignId, { cursor, limit: 100 });
    for (const { reviewerId, state, firstToldAt } of page.entries) {
      const open = await store.countOpenItems(campaignId, reviewerId);
      if (open === 0) continue;
      const name = directory.person(reviewerId)?.name ?? reviewerId;
      waiting.push({ personId: reviewerId, name, state, open, firstToldAt });
    }
    cursor = page.next;
  } while (cursor !== undefined);
  return waiting.toSorted((a, b) => b.open - a.open || (a.personId < b.personId ? -1 : 1));
}
