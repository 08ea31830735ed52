// Acts on whole campaigns from a chat: the rights are those of the command line.
import type { CampaignActs } from '../application/campaign-acts.ts';
import type { Environment } from '../application/environment.ts';
import { remember } from '../application/remember-act.ts';
import type { ActOutcome } from '../application/review-actions.ts';
import { type InstallationCall, startLaunch } from './control/on-installation.ts';
import type { UseCases } from './use-cases.ts';

/** What the acts are put together from. */
export interface CampaignActsDeps extends Pick<InstallationCall, 'startOpening'> {
  readonly environment: Environment;
  readonly steerCampaign: UseCases['steerCampaign'];
}

/** Makes the acts. Opening and steering say themselves who may. */
export function campaignActs({ environment, steerCampaign, startOpening }: CampaignActsDeps): CampaignActs {
  const once = async (
    { actId, who }: { readonly actId: string; readonly who: { readonly personId: string } },
    act: () => Promise<string>,
  ): Promise<ActOutcome> => {
    const { store, clock } = environment;
    const earlier = await store.get('handled', { messageId: actId });
    if (earlier) return { text: earlier.outcome };
    const text = await act();
    await store.commit([remember(actId, clock.now(), text, who.personId)]);
    return { text };
  };
  return {
    launch: (input) =>
      once(input, async () => {
        const call = { environment, startOpening, who: async () => input.who };
        const command = { do: 'start-launch', definitionId: input.definitionId } as const;
        const { campaignId, executionArn } = await startLaunch(command, call);
        return executionArn === null
          ? `"${campaignId}" is open already.`
          : `"${campaignId}" is being opened. Its reviewers hear of it when everything is in it.`;
      }),
    steer: (input) =>
      once(input, async () => {
        const { act, reason, campaignId } = input;
        const { title, state } = await steerCampaign(campaignId, { act, reason }, input.who);
        return act === 'hold' ? `"${title}" is on hold.` : `"${title}" goes on; it is ${state}.`;
      }),
  };
}
