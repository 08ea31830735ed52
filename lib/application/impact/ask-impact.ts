// Asks for what logs say of a docket's items: whoever chases may not read logs.
import type { Docket } from '../../domain/review/docket.ts';
import type { Queue } from '../ports/queue.ts';
import type { Work } from '../work.ts';

/** Makes the ask. Asked twice for one look at a docket, it is done once. */
export function askImpact(queue: Queue) {
  return async ({ campaignId, reviewerId, nextDueAt }: Docket): Promise<void> => {
    const body: Work = { work: 'show-impact', key: { campaignId, reviewerId } };
    await queue.send([{ id: `show-impact/${campaignId}/${reviewerId}/${nextDueAt ?? ''}`, body }]);
  };
}
