// Putting reminders about one's docket off: once, with a reason. Warnings before a switch-off come all the same.
import { CampaignId } from '../domain/campaign/campaign.ts';
import { InvalidInputError, RefusedError } from '../domain/errors.ts';
import { latestSnooze } from '../domain/review/snooze.ts';
import { untilNoConflict } from './conflict.ts';
import type { Environment } from './environment.ts';
import { loadCampaign } from './load.ts';
import { update } from './ports/review-store.ts';
import { remember } from './remember-act.ts';
import type { ReviewActions } from './review-actions.ts';

/** Makes the use case. Only who is chased puts it off; the same act twice counts once. */
export function snoozeDocket(environment: Environment): ReviewActions['snooze'] {
  return (input) =>
    untilNoConflict(async () => {
      const { store, clock } = environment;
      const earlier = await store.get('handled', { messageId: input.actId });
      if (earlier) return { text: earlier.outcome };
      const at = clock.now();
      const campaign = await loadCampaign(store, input.campaignId);
      const reviewerId = input.who.personId;
      const docket = await store.get('docket', {
        campaignId: CampaignId.parse(input.campaignId),
        reviewerId,
      });
      if (docket?.state !== 'chasing' || campaign.state !== 'open')
        throw new RefusedError({
          code: 'NOT_ELIGIBLE',
          message: `Nobody is reminding you about "${campaign.title}" just now.`,
        });
      if (docket.snooze !== undefined)
        throw new RefusedError({
          code: 'NOT_SUPPORTED',
          message: `Reminders about "${campaign.title}" were put off once already, and once is all there is.`,
        });
      if (input.reason.trim() === '')
        throw new InvalidInputError({ code: 'BAD_ARGUMENT', message: 'Please say why, in a few words.' });
      const latest = latestSnooze(campaign.dueAt);
      if (input.until <= at || input.until > latest)
        throw new RefusedError({
          code: 'NOT_SUPPORTED',
          message: `It can be put off until ${latest.slice(0, 10)} at the latest, two days before it is due.`,
        });
      const text = `No reminders about "${campaign.title}" until ${input.until.slice(0, 10)}.`;
      const snooze = { at, until: input.until, reason: input.reason.trim().slice(0, 300) };
      await store.commit([
        update('docket', docket, { snoozedUntil: input.until, snooze }),
        remember(input.actId, at, text, reviewerId),
      ]);
      return { text };
    });
}
