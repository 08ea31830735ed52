// Looking for an identity among what waits for one's answer: by its name, or by an id that was pasted.
import { RefusedError } from '../domain/errors.ts';
import { IdentityId, IdentityKey, identityKeyOf } from '../domain/identity/identity-id.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import { delegatedDockets } from './delegations.ts';
import { viewOneItem } from './desk.ts';
import { readDocketPart } from './docket-part.ts';
import { liveDockets, viewItem } from './docket-view.ts';
import type { Environment } from './environment.ts';
import { mapConcurrently } from './in-batches.ts';
import type { ItemView } from './ports/messenger.ts';
import type { ReviewActions } from './review-actions.ts';

/** As many as one looks through. */
const MOST_FOUND = 10;

/** Makes the search: best match first. */
export function findOpenItems(environment: Environment): ReviewActions['find'] {
  return async ({ personId, text }) => {
    const wanted = text.trim().toLowerCase();
    if (wanted === '') return [];
    const named = await byKey(environment, text.trim(), personId);
    if (named.length > 0) return named;
    const rows: ReviewItem[] = [];
    for (const { campaign } of await liveDockets(environment, personId))
      rows.push(...(await readDocketPart(environment, campaign, personId)).rows);
    for (const { campaign, reviewer } of await delegatedDockets(environment, personId))
      rows.push(...(await readDocketPart(environment, campaign, reviewer.personId)).rows);
    const found = rows
      .map((row) => ({ row, rank: rankOf(row, wanted) }))
      .filter(({ rank }) => rank < NO_MATCH)
      .toSorted((a, b) => a.rank - b.rank || b.row.risk - a.row.risk)
      .slice(0, MOST_FOUND);
    return mapConcurrently(found, 8, ({ row }) => viewItem(environment, row));
  };
}

const NO_MATCH = 4;

function rankOf({ name, identityId }: ReviewItem, wanted: string): number {
  const called = name.toLowerCase();
  const native = identityId.split('/').slice(3).join('/').toLowerCase();
  // A provider's own name for it ends with its native id: `arn:…:user/deployer`.
  if (called === wanted || native === wanted || wanted.endsWith(`:${native}`)) return 0;
  if (called.startsWith(wanted)) return 1;
  if (called.includes(wanted)) return 2;
  return identityId.toLowerCase().includes(wanted) ? 3 : NO_MATCH;
}

/** Open items of exactly that identity which the person has to do with. */
async function byKey(environment: Environment, text: string, personId: string): Promise<readonly ItemView[]> {
  const id = IdentityId.safeParse(text).data;
  const key = IdentityKey.safeParse(text).data ?? (id === undefined ? undefined : identityKeyOf(id));
  if (key === undefined) return [];
  const items = (await environment.store.itemsOf(key)).filter(({ state }) => state === 'open');
  const look = viewOneItem(environment);
  const seen: ItemView[] = [];
  for (const item of items.slice(-MOST_FOUND)) {
    try {
      seen.push(await look(item, personId));
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
    }
  }
  return seen;
}
