// What security writes in the thread of a docket goes to its reviewer. It decides nothing.
import { RefusedError } from '../../domain/errors.ts';
import { isHere } from '../../domain/review/resolve-owner.ts';
import type { Environment } from '../environment.ts';
import { loadCampaign } from '../load.ts';
import type { ReviewActions } from '../review-actions.ts';
import type { TellPerson } from '../tell-person.ts';
import { askedIn } from './question-thread.ts';

/** Makes the use case. One message of the thread is one notice, however often it comes in. */
export function passAnswerOn(environment: Environment, tell: TellPerson): ReviewActions['passAnswerOn'] {
  return async ({ thread, messageTs, text, who }) => {
    const { store, people, clock } = environment;
    const about = await askedIn(environment, thread);
    if (!about)
      throw new RefusedError({ code: 'NOT_FOUND', message: 'No question was asked in this thread.' });
    if (about.reviewerId === who.personId) return { text: 'One’s own words are no answer to oneself.' };
    const directory = await people.directory();
    const to = directory.person(about.reviewerId);
    if (!to || !isHere(to, clock.now())) return { text: 'Who asked is not here any more.' };
    const campaign = await loadCampaign(store, about.campaignId);
    await tell({
      to,
      purpose: 'security-answer',
      occasion: `${thread.channelId}/${messageTs}`,
      shown: [],
      body: async () => ({
        purpose: 'security-answer',
        campaignId: campaign.campaignId,
        title: campaign.title,
        from: directory.person(who.personId)?.name ?? who.personId,
        text,
      }),
    });
    return { text: `${to.name} was told.` };
  };
}
