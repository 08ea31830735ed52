// What tests about reviews say again and again.
import type { Identity, OwnerHint } from '../../lib/domain/identity/identity.ts';
import { identityKeyOf } from '../../lib/domain/identity/identity-id.ts';
import type { Authenticated, DecisionRequest, ItemRef } from '../../lib/domain/review/decision.ts';
import type { ReviewItem } from '../../lib/domain/review/review-item.ts';
import { sampleIdentity } from './sample-identity.ts';
import type { World } from './world.ts';

const ownedBy = (value: string): OwnerHint[] => [
  { role: 'technical', value, source: 'tag', detail: 'tag owner' },
];

/** An identity owned by a person of the test organisation; by nobody when `owner` is empty. */
export const ownedIdentity = (name: string, owner: string, more: Partial<Identity> = {}): Identity =>
  sampleIdentity({ name, ownerHints: owner === '' ? [] : ownedBy(`${owner}@acme.example`), ...more });

/** The item of an identity in a campaign. */
export const itemRef = (
  { campaignId }: { readonly campaignId: string },
  { identityId }: Pick<Identity, 'identityId'>,
): ItemRef => ({ campaignId, identityKey: identityKeyOf(identityId) });

/** The item as stored now. */
export async function storedItem(w: World, ref: ItemRef): Promise<ReviewItem> {
  const item = await w.environment.store.get('item', ref as never);
  if (!item) throw new Error('no item');
  return item;
}

/** The one removal of an item, as stored now. */
export async function storedRemoval(w: World, ref: Pick<ItemRef, 'identityKey'>) {
  const [removal, ...others] = await w.environment.store.removalsOf(ref.identityKey);
  if (!removal || others.length > 0) throw new Error(`${others.length + (removal ? 1 : 0)} removals`);
  return removal;
}

let acts = 0;

/** Somebody answers. */
export const answer = (
  w: World,
  ref: ItemRef,
  personId: string,
  request: DecisionRequest,
  method?: Authenticated['method'],
) => {
  acts += 1;
  return w.actions.decide({ item: ref, request, who: w.who(personId, method), actId: `answer-${acts}` });
};

/** Somebody brings a removal back. */
export const bringBack = (w: World, ref: ItemRef, removalId: string, personId: string) => {
  acts += 1;
  return w.actions.undo({
    identityKey: ref.identityKey,
    removalId,
    reason: 'still needed',
    who: w.who(personId),
    actId: `undo-${acts}`,
  });
};
