// One bundle of a channel's desk: each of its lines is a post, made once.
import { CampaignId } from '../../domain/campaign/campaign.ts';
import { claimsWanted } from '../claims-wanted.ts';
import type { Environment } from '../environment.ts';
import type { ChannelRole, Channels, PostBody } from '../ports/channels.ts';
import type { BundleLine } from '../ports/desk-records.ts';
import { isOver } from '../pulse/count-campaign.ts';
import { campaignLine } from '../summary/campaign-line.ts';
import { postOnce } from './post-once.ts';

/** Posts what is still to be said. @throws UpstreamError for what may pass */
export async function postLines(
  environment: Environment,
  channels: Channels,
  role: ChannelRole,
  about: readonly BundleLine[],
): Promise<void> {
  for (const line of about) {
    const postId = `post/${role}/${line.of}`;
    await postOnce(environment, postId, async () => {
      const body = await bodyOf(environment, line);
      return body && channels.post(role, { postId, body, now: environment.clock.now() });
    });
  }
}

async function bodyOf(
  environment: Environment,
  { what, of, text = '' }: BundleLine,
): Promise<PostBody | undefined> {
  if (what === 'claim-wanted') return claimsWanted(environment, of, text);
  const [campaign = ''] = of.split('/');
  const campaignId = CampaignId.safeParse(campaign);
  const found =
    campaignId.success && (await environment.store.get('campaign', { campaignId: campaignId.data }));
  if (!found || isOver(found)) return undefined;
  const line = await campaignLine(environment, await environment.people.directory(), found);
  if (line.open === 0) return undefined;
  return { purpose: 'answers-missing', line, warning: what === 'switch-off-warning' };
}
