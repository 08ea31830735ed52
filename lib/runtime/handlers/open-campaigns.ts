// On a definition's schedule, or when launched: opens a campaign over a frozen population.
import * as z from 'zod';
import type { Log } from '../log.ts';
import type { UseCases } from '../use-cases.ts';

const OpenEvent = z.object({
  definitionId: z.string().min(1),
  launchedBy: z.string().default('schedule'),
  campaignId: z.string().optional(),
});

/** Makes the scheduled function. */
export function createHandler({
  useCases,
  log,
}: {
  readonly useCases: Pick<UseCases, 'openCampaign'>;
  readonly log: Log;
}) {
  return async (event: unknown): Promise<{ readonly campaignId: string }> => {
    const campaign = await useCases.openCampaign(OpenEvent.parse(event));
    log.info('campaign opened', { campaignId: campaign.campaignId, ...campaign.counts });
    return { campaignId: campaign.campaignId };
  };
}
