// Everything the store and the ledger hold at the end of the quarter: what summary and expectations are made from.

import type { Page, PageRequest } from '../../application/ports/review-store.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import { PopulationEntry } from '../../domain/campaign/population.ts';
import type { Notice } from '../../domain/chase/notice.ts';
import type { Removal } from '../../domain/removal/removal.ts';
import type { Docket } from '../../domain/review/docket.ts';
import type { RiskException } from '../../domain/review/exception.ts';
import type { PromiseToChange } from '../../domain/review/promise.ts';
import type { ReviewItem } from '../../domain/review/review-item.ts';
import type { LocalStack } from '../stack.ts';

/** The quarter as recorded. */
export interface QuarterRecord {
  readonly campaigns: readonly Campaign[];
  readonly population: readonly PopulationEntry[];
  readonly items: readonly ReviewItem[];
  readonly dockets: readonly Docket[];
  readonly removals: readonly Removal[];
  readonly promises: readonly PromiseToChange[];
  readonly exceptions: readonly RiskException[];
  readonly notices: readonly Notice[];
}

/** Reads it, campaign by campaign and identity by identity: by key and by bounded queries, as the product does. */
export async function readQuarter(stack: LocalStack): Promise<QuarterRecord> {
  const { store, blobs, people } = stack.environment;
  const campaigns = (await store.campaigns()).toReversed();
  const population: PopulationEntry[] = [];
  const items: ReviewItem[] = [];
  const dockets: Docket[] = [];
  const removals: Removal[] = [];
  for (const { campaignId, populationDigest } of campaigns) {
    const entries: PopulationEntry[] = [];
    for await (const line of blobs.lines(populationDigest ?? ''))
      entries.push(PopulationEntry.parse(JSON.parse(line)));
    population.push(...entries);
    const keys = entries
      .filter(({ included }) => included)
      .map(({ identityKey }) => ({ campaignId, identityKey }));
    items.push(...(await store.getMany('item', keys)).filter((item) => item !== undefined));
    dockets.push(...(await everything((page) => store.docketsIn(campaignId, page))));
    removals.push(...(await everything((page) => store.removalsIn(campaignId, page))));
  }
  const decided = [
    ...new Set(items.filter(({ answers }) => answers > 0).map(({ identityKey }) => identityKey)),
  ];
  const promises: PromiseToChange[] = [];
  const exceptions: RiskException[] = [];
  for (const identityKey of decided) {
    promises.push(...(await store.promisesOf(identityKey)));
    exceptions.push(...(await store.exceptionsOf(identityKey)));
  }
  const notices: Notice[] = [];
  for (const { personId } of (await people.directory()).everyone()) {
    notices.push(...(await everything((page) => store.noticesOf(personId, page))));
  }
  return { campaigns, population, items, dockets, removals, promises, exceptions, notices };
}

async function everything<T>(read: (page: PageRequest) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read({ cursor, limit: 100 });
    all.push(...page.entries);
    cursor = page.next;
  } while (cursor !== undefined);
  return all;
}
