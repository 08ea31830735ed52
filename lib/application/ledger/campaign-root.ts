// What a campaign's close commits to: how many of its attestations are sealed so far, and the root over them.
import { hexBytes, hexText } from '../../domain/attestation/bytes/text-bytes.ts';
import { rootOf } from '../../domain/attestation/log/frontier.ts';
import type { HistoryIndex } from '../ports/history-index.ts';

/** Count and Merkle root (hexadecimal) over a campaign's leaf hashes in log order. */
export interface CampaignRoot {
  readonly count: number;
  readonly root: string;
}

const PAGE = 1000;

/**
 * Makes the use case. Call it after the ledger was tended, so that the index has what is sealed: attestations that
 * name the campaign, up to and without index `size`.
 */
export function campaignRoot({
  history,
}: {
  readonly history: HistoryIndex;
}): (campaignId: string, size: number) => Promise<CampaignRoot> {
  return async (campaignId, size) => {
    const hashes = new Map<number, string>();
    let cursor: string | undefined;
    do {
      const facet = { by: 'campaign', value: campaignId } as const;
      const page = await history.list({ facet }, { limit: PAGE, cursor });
      for (const { index, leafHash } of page.entries) if (index < size) hashes.set(index, leafHash);
      cursor = page.next;
    } while (cursor !== undefined);
    // The index is in order of business time; the log's order is that of sealing.
    const inLogOrder = [...hashes].sort(([a], [b]) => a - b).map(([, leafHash]) => hexBytes(leafHash));
    return { count: inLogOrder.length, root: hexText(rootOf(inLogOrder)) };
  };
}
