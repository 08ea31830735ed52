// The fallback knows whose an unowned identity is: that person is asked to claim it. Nothing is handed over.
import { RefusedError } from '../domain/errors.ts';
import type { Directory } from '../domain/review/directory.ts';
import { personToHandTo } from '../domain/review/hand-over.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import type { DecisionContext } from './decision-context.ts';
import type { Environment } from './environment.ts';
import { gatherLine } from './gather-line.ts';
import { update } from './ports/review-store.ts';
import { remember } from './remember-act.ts';
import type { ActOutcome } from './review-actions.ts';

/**
 * Notes the proposal. The fallback may not keep an identity, so it must not choose who does: the person proposed has to
 * claim it, and somebody who is neither of the two confirms.
 */
export async function proposeOwner(
  { store }: Environment,
  directory: Directory,
  { item, person, at }: Pick<DecisionContext, 'item' | 'person' | 'at'>,
  asked: { readonly to: string; readonly reason: string; readonly actId: string },
): Promise<ActOutcome> {
  const to = personToHandTo(asked.to, directory, at);
  if (to.personId === person.personId)
    throw new RefusedError({ code: 'CONFLICT', message: 'If it is yours, please claim it.' });
  if (item.state !== 'open')
    throw new RefusedError({ code: 'CONFLICT', message: `${item.name} is not open any more.` });
  if (item.claim)
    throw new RefusedError({
      code: 'CONFLICT',
      message: `${item.name} was claimed already; that waits for a second person.`,
    });
  const text = `${to.name} is asked whether ${item.name} is theirs. It stays with you until they claim it and a second person confirms.`;
  const proposed = update('item', item, {
    proposal: { personId: to.personId, by: person.personId, at, reason: asked.reason },
  });
  await store.commit([proposed, remember(asked.actId, at, text)]);
  return { text, item: proposed.record };
}

/** Has the person proposed asked; does nothing when nobody is, or they claimed it. */
export async function askProposed(environment: Environment, item: ReviewItem): Promise<void> {
  const { proposal } = item;
  if (!proposal || item.claim || item.state !== 'open' || item.routedBy !== 'fallback') return;
  const to = (await environment.people.directory()).person(proposal.personId);
  if (!to) return;
  const of = `${item.campaignId}/${item.identityKey}/proposed-${proposal.at}`;
  await gatherLine(environment, 'singly', { what: 'claim-wanted', of }, [to]);
}
