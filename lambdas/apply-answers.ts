// Carries out what people answered in Slack: signs, commits, and brings what they see up to date.
import { liveDigestOf } from '../lib/application/live-digest.ts';
import { openInventory } from '../lib/deployed/inventory.ts';
import { openOpening } from '../lib/deployed/opening.ts';
import { start } from '../lib/deployed/start.ts';
import { openUseCases } from '../lib/deployed/use-cases.ts';
import { InvalidInputError } from '../lib/domain/errors.ts';
import { campaignActs } from '../lib/runtime/campaign-acts.ts';
import { createHandler } from '../lib/runtime/handlers/apply-answers.ts';

/** Invoked by its queue. */
export const handler = await start('apply-answers', async (base) => {
  const { cases, environment, doors } = await openUseCases(base, await openInventory(base));
  if (!doors.slack) {
    throw new InvalidInputError({
      code: 'BAD_SETTING',
      message: 'Answers arrived from Slack, but this installation has no Slack.',
    });
  }
  const opening = openOpening(base);
  const campaigns = campaignActs({
    environment,
    steerCampaign: cases.steerCampaign,
    startOpening: (input) => opening(input),
  });
  const deps = {
    ...doors.slack,
    actions: cases.actions,
    campaigns,
    liveDigest: liveDigestOf(environment),
    people: environment.people,
    clock: base.clock,
  };
  return createHandler(deps, base.log);
});
