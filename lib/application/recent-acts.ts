// What was switched off lately, as the person who was told of it can still take it back.
import type { Notice } from '../domain/chase/notice.ts';
import { accepts } from '../domain/lifecycle.ts';
import { REMOVAL_LIFECYCLE } from '../domain/removal/removal.ts';
import { DAY_MS, plusMs } from '../domain/time.ts';
import type { Environment } from './environment.ts';
import { removalCalled } from './pending-approvals.ts';
import type { RecentAct } from './review-actions.ts';
import { gatheredFor, toldBy } from './told-lines.ts';

const MOST = 10;
/** Switch-offs looked at; those of one list are alike. */
const LOOKED_AT = 60;

/** What was switched off lately, newest first: from what is gathered for the person, and from their newest notices. */
export async function recentActs(
  environment: Environment,
  personId: string,
  notices: readonly Notice[],
): Promise<RecentAct[]> {
  const gathered = await gatheredFor(environment, personId);
  const lines = [...gathered.toReversed(), ...(await toldBy(environment, notices))];
  const occasions = lines.flatMap(({ purpose, occasion }) => (purpose === 'switched-off' ? [occasion] : []));
  const recent: RecentAct[] = [];
  for (const occasion of [...new Set(occasions)].slice(0, LOOKED_AT)) {
    if (recent.length === MOST) break;
    const removal = await removalCalled(environment, occasion);
    if (!removal?.executedAt) continue;
    const { identityKey, removalId, name, cause, executedAt } = removal;
    const until = removal.quarantineUntil ?? plusMs(executedAt, 30 * DAY_MS);
    const undoable = accepts(REMOVAL_LIFECYCLE, removal.state, 'restore');
    recent.push({
      at: executedAt,
      text: `${name} was switched off (${cause})`,
      ...(undoable ? { undo: { identityKey, removalId, until } } : {}),
    });
  }
  return recent;
}
