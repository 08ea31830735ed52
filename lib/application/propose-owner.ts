// The fallback knows whose an unowned identity is: that person is asked to claim it. Nothing is handed over.
import { RefusedError } from '../domain/errors.ts';
import type { Directory } from '../domain/review/directory.ts';
import { personToHandTo } from '../domain/review/hand-over.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import type { DecisionContext } from './decision-context.ts';
import { viewItem } from './docket-view.ts';
import type { Environment } from './environment.ts';
import { update } from './ports/review-store.ts';
import { remember } from './remember-act.ts';
import type { ActOutcome } from './review-actions.ts';
import type { TellPerson } from './tell-person.ts';

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

/** Asks the person proposed; does nothing when nobody is, or they claimed it. */
export async function askProposed(
  environment: Environment,
  tell: TellPerson,
  item: ReviewItem,
): Promise<void> {
  const { proposal } = item;
  if (!proposal || item.claim || item.state !== 'open' || item.routedBy !== 'fallback') return;
  const directory = await environment.people.directory();
  const to = directory.person(proposal.personId);
  if (!to) return;
  const by = directory.person(proposal.by)?.name ?? proposal.by;
  const why = proposal.reason === '' ? '' : ` They say: ${proposal.reason}`;
  await tell({
    to,
    purpose: 'claim-wanted',
    occasion: `${item.campaignId}/${item.identityKey}/proposed-${proposal.at}`,
    shown: [item.snapshot],
    body: async () => ({
      purpose: 'claim-wanted',
      items: [await viewItem(environment, item)],
      text: `${by} thinks that it is yours.${why}`,
    }),
  });
}
