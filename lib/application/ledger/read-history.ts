// What happened to an identity, by a person, in a campaign, under a control, in a time: from the index, a page at a time.
import * as z from 'zod';
import { InvalidInputError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { HistoryEntry, HistoryFacet, HistoryIndex } from '../ports/history-index.ts';
import type { Page, PageRequest } from '../ports/review-store.ts';

/** What is asked for; conditions given together must all hold. */
export interface HistoryQuestion {
  readonly identityId?: string | undefined;
  /** Pseudonym (`Pseudonyms.of`). */
  readonly person?: string | undefined;
  readonly campaignId?: string | undefined;
  /** `framework/id`, as in definitions. */
  readonly control?: string | undefined;
  /** Inclusive. */
  readonly since?: Instant | undefined;
  /** Exclusive. */
  readonly until?: Instant | undefined;
}

const Position = z.strictObject({ lane: z.int().nonnegative(), cursor: z.string().optional() });
type Position = z.infer<typeof Position>;

/**
 * Makes the use case. Entries come in order of time; by control, campaign after campaign in the order they were opened.
 */
export function readHistory(deps: {
  readonly history: HistoryIndex;
}): (question: HistoryQuestion, page?: PageRequest) => Promise<Page<HistoryEntry>> {
  return async (question, page = {}) => {
    const limit = page.limit ?? 100;
    const facets = await facetsOf(deps.history, question);
    const entries: HistoryEntry[] = [];
    let { lane, cursor } = readPosition(page.cursor);
    for (;;) {
      const facet = facets[lane];
      if (facet === undefined) return { entries, next: undefined };
      if (entries.length === limit) return { entries, next: packPosition({ lane, cursor }) };
      const { since, until } = question;
      const found = await deps.history.list(
        { facet, since, until },
        { limit: limit - entries.length, cursor },
      );
      entries.push(...found.entries.filter((entry) => matches(question, entry, facet)));
      [lane, cursor] = found.next === undefined ? [lane + 1, undefined] : [lane, found.next];
    }
  };
}

/** The narrowest list that has all answers. Controls are named by campaigns, so they are a list of campaigns. */
async function facetsOf(history: HistoryIndex, question: HistoryQuestion): Promise<HistoryFacet[]> {
  const { identityId, person, campaignId, control } = question;
  if (control !== undefined) {
    const campaigns = await campaignsUnder(history, control);
    const own: HistoryFacet = { by: 'control', value: control };
    const wanted = campaigns.filter((id) => campaignId === undefined || id === campaignId);
    return [
      ...(campaignId === undefined ? [own] : []),
      ...wanted.map((value): HistoryFacet => ({ by: 'campaign', value })),
    ];
  }
  if (identityId !== undefined) return [{ by: 'identity', value: identityId }];
  if (person !== undefined) return [{ by: 'person', value: person }];
  if (campaignId !== undefined) return [{ by: 'campaign', value: campaignId }];
  return [{ by: 'time' }];
}

async function campaignsUnder(history: HistoryIndex, control: string): Promise<string[]> {
  const campaigns = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await history.list({ facet: { by: 'control', value: control } }, { limit: 1000, cursor });
    for (const { campaignIds } of page.entries) for (const id of campaignIds) campaigns.add(id);
    cursor = page.next;
  } while (cursor !== undefined);
  return [...campaigns];
}

function matches(question: HistoryQuestion, entry: HistoryEntry, facet: HistoryFacet): boolean {
  const { identityId, person, campaignId } = question;
  // What belongs to a campaign is listed with the campaign.
  if (facet.by === 'control' && entry.campaignIds.length > 0) return false;
  return (
    (identityId === undefined || entry.identityId === identityId) &&
    (person === undefined || entry.people.includes(person)) &&
    (campaignId === undefined || entry.campaignIds.includes(campaignId))
  );
}

function packPosition(position: Position): string {
  return JSON.stringify(position);
}

function readPosition(cursor: string | undefined): Position {
  if (cursor === undefined) return { lane: 0 };
  try {
    return Position.parse(JSON.parse(cursor));
  } catch (cause) {
    const message = 'The page cursor is not one of ours.';
    throw new InvalidInputError({ code: 'MALFORMED_REQUEST', message, cause });
  }
}
