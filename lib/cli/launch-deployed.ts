// `campaign launch` on a deployed installation: started, then followed until the campaign is open.
import type { Campaign } from '../domain/campaign/campaign.ts';
import { MINUTE_MS } from '../domain/time.ts';
import type { CliContext } from './context.ts';
import { unavailable } from './control-answer.ts';
import { follow } from './follow.ts';
import type { InstallationClient } from './installation-client.ts';
import { withProgress } from './on-stack.ts';

/** A campaign that was launched; without it where nobody waited. */
export interface Launched {
  readonly campaignId: string;
  /** The execution that opens it; null when it was open before. */
  readonly executionArn: string | null;
  readonly campaign: Campaign | undefined;
}

const PATIENCE = { everyMs: 3_000, forMs: 30 * MINUTE_MS };
/** An execution that has not written its campaign by now has failed. */
const BEGINS_WITHIN_MS = 3 * MINUTE_MS;

/** Launches, and waits unless told not to. @throws UpstreamError when it does not open in time */
export async function launchDeployed(
  context: CliContext,
  installation: InstallationClient,
  asked: { readonly definitionId: string; readonly campaignId?: string },
  wait: boolean,
): Promise<Launched> {
  const started = await installation.ask({ do: 'start-launch', ...asked });
  if (!wait) return { ...started, campaign: undefined };
  const { campaignId, executionArn } = started;
  const campaign = await withProgress(context, (onProgress) =>
    follow(context, PATIENCE, async (followedMs) => {
      const campaigns = await installation.ask({ do: 'campaigns' });
      const found = campaigns.find((each) => each.campaignId === campaignId);
      if (found && found.state !== 'opening') return found;
      if (!found && followedMs > BEGINS_WITHIN_MS) {
        throw late(`the opening of ${campaignId} did not begin; see the execution ${executionArn ?? ''}`);
      }
      onProgress(0, found ? 'opening' : 'starting');
      return undefined;
    }),
  );
  if (campaign) return { ...started, campaign };
  throw late(
    `${campaignId} is still opening; "countersign campaign status ${campaignId}" says when it is open`,
  );
}

function late(message: string) {
  return unavailable('installation', message);
}
