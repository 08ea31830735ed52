// The acts and views of people, put together.
import { approve } from './approve/approve.ts';
import { claimIdentity } from './approve/approve-claim.ts';
import { askSecondPerson } from './ask-second-person.ts';
import { askSecurity } from './channels/ask-security.ts';
import { passAnswerOn } from './channels/pass-answer-on.ts';
import { askedIn } from './channels/question-thread.ts';
import { untilNoConflict } from './conflict.ts';
import { decide } from './decide.ts';
import { delegate } from './delegate.ts';
import { candidatesFor, viewDesk, viewOneItem } from './desk.ts';
import { findOpenItems } from './find-open-items.ts';
import { keepGroup } from './keep-group.ts';
import { viewOwnActs } from './own-acts.ts';
import { remember } from './remember-act.ts';
import { restoreRemoval } from './removal/restore-removal.ts';
import { tellRestored } from './removal/tell-restored.ts';
import type { RemovalDeps } from './removal/workbench.ts';
import type { ReviewActions } from './review-actions.ts';
import { snoozeDocket } from './snooze-docket.ts';
import { viewGroup } from './view-group.ts';

/** Makes everything people can do. */
export function reviewDesk(deps: RemovalDeps): ReviewActions {
  const { environment } = deps;
  const decideOne = decide(environment, deps.collect, askSecondPerson(environment));
  const restore = restoreRemoval(deps);
  return {
    decide: (input) => decideOne(input),
    keepGroup: keepGroup(environment, decideOne),
    approve: approve(deps),
    claim: claimIdentity(environment),
    undo: (input) =>
      untilNoConflict(async () => {
        const { store, clock } = environment;
        const earlier = await store.get('handled', { messageId: input.actId });
        if (earlier) return { text: earlier.outcome };
        const removal = await restore(input);
        await tellRestored(environment, removal);
        const item = await store.get('item', removal);
        const due =
          item?.state === 'open' && item.dueAt
            ? ` Its review is open again, due on ${item.dueAt.slice(0, 10)}.`
            : '';
        const text = `${removal.name} is back exactly as it was.${due}`;
        await store.commit([remember(input.actId, clock.now(), text, input.who.personId)]);
        return { text, removal };
      }),
    delegate: delegate(environment, deps.tell),
    snooze: snoozeDocket(environment),
    askSecurity: askSecurity(environment),
    isQuestionThread: async (thread) => (await askedIn(environment, thread)) !== undefined,
    passAnswerOn: passAnswerOn(environment, deps.tell),
    desk: viewDesk(environment),
    history: viewOwnActs(environment),
    group: viewGroup(environment),
    find: findOpenItems(environment),
    item: viewOneItem(environment),
    candidates: candidatesFor(environment),
  };
}
