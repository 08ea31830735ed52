// Showing heads to auditors, where what was shown cannot be taken back.
import { HOUR_MS, millisOf } from '../../domain/time.ts';
import type { CheckpointBoard } from '../ports/checkpoint-board.ts';
import { type FollowDeps, followLedger } from './follow-ledger.ts';
import { noteOf } from './read-ledger.ts';

/** What posting needs. */
export interface PostDeps extends FollowDeps {
  readonly boards: readonly CheckpointBoard[];
  /** Least time between two posts, so that a busy day does not drown the channel; 0 posts every head. @default 1 hour */
  readonly everyMs?: number;
}

/** Makes the use case: posts the head with its cosignatures, when there is a new one and the last post is old enough. */
export function postCheckpoint(deps: PostDeps): () => Promise<void> {
  const { ledger, clock, boards, everyMs = HOUR_MS } = deps;
  return () =>
    followLedger(deps, 'posted', async ({ record }, head) => {
      if (record && millisOf(clock.now()) - millisOf(record.movedAt) < everyMs) return undefined;
      const note = await noteOf(ledger, head.size);
      if (note === undefined) return undefined;
      for (const board of boards) await board.post(note);
      return head;
    });
}
