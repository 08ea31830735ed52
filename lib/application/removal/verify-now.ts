// Verifying a switch-off because somebody asks, not because it is due.
import { RefusedError } from '../../domain/errors.ts';
import type { Removal } from '../../domain/removal/removal.ts';
import { findRemoval } from '../list-removals.ts';
import { verifyRemoval } from './verify-removal.ts';
import { postpone, type RemovalDeps } from './workbench.ts';

/** What a check found. */
export interface VerifiedNow {
  readonly outcome: Awaited<ReturnType<ReturnType<typeof verifyRemoval>>>;
  readonly removal: Removal;
}

/** Makes the use case. @throws RefusedError CONFLICT when the removal is not in force. */
export function verifyNow(deps: RemovalDeps) {
  const verify = verifyRemoval(deps);
  return async (removalId: string, campaignId?: string): Promise<VerifiedNow> => {
    const { environment } = deps;
    const { store, clock } = environment;
    const removal = await findRemoval(environment, removalId, campaignId);
    if (removal.state !== 'executed' && removal.state !== 'quarantined') {
      throw new RefusedError({
        code: 'CONFLICT',
        message: `${removal.name} is ${removal.state}; only what is switched off can be verified.`,
      });
    }
    const now = clock.now();
    if (removal.nextDueAt === undefined || removal.nextDueAt > now) await postpone(environment, removal, now);
    const key = { identityKey: removal.identityKey, removalId };
    const outcome = await verify(key);
    return { outcome, removal: (await store.get('removal', key)) ?? removal };
  };
}
