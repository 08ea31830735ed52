// Keeps the history index in step with the ledger. The index may be lost: it is made again from the ledger alone.
import type { HistoryIndex } from '../ports/history-index.ts';
import { MAX_PASS_LEAVES } from '../ports/ledger-rows.ts';
import { describeLeaf } from './describe-leaf.ts';
import { type FollowDeps, followLedger, nextPlace } from './follow-ledger.ts';
import { openLedger, readLeaves } from './read-ledger.ts';

/** What indexing needs. */
export interface IndexDeps extends FollowDeps {
  readonly history: HistoryIndex;
}

/** Makes the use case: indexes what was sealed since the last run. */
export function indexHistory(deps: IndexDeps): () => Promise<void> {
  return () =>
    followLedger(deps, 'indexed', async (from) => {
      const next = await nextPlace(deps.ledger, from);
      await indexLeaves(deps, from.size, next.size);
      return next;
    });
}

/** Makes the use case that indexes the whole ledger again, over whatever is left of the index. Returns how many leaves. */
export function rebuildHistory(deps: IndexDeps): () => Promise<number> {
  return async () => {
    const { size } = (await openLedger(deps)).head;
    for (let start = 0; start < size; start += MAX_PASS_LEAVES) {
      await indexLeaves(deps, start, Math.min(size, start + MAX_PASS_LEAVES));
    }
    return size;
  };
}

async function indexLeaves({ ledger, history }: IndexDeps, start: number, end: number): Promise<void> {
  const leaves = await readLeaves(ledger, start, end);
  await history.put(leaves.flatMap((leaf) => describeLeaf(leaf) ?? []));
}
