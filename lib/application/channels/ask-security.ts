// A reviewer asks security about their docket: each docket has one thread, and each question is posted in it once.
import { type Campaign, CampaignId } from '../../domain/campaign/campaign.ts';
import { RefusedError, UpstreamError } from '../../domain/errors.ts';
import { untilNoConflict } from '../conflict.ts';
import type { Environment } from '../environment.ts';
import { loadCampaign } from '../load.ts';
import type { Channels, PostBody, ThreadRef } from '../ports/channels.ts';
import { isOver } from '../pulse/count-campaign.ts';
import { remember } from '../remember-act.ts';
import type { ReviewActions } from '../review-actions.ts';
import { postedAt, postOnce } from './post-once.ts';
import { rememberThread } from './question-thread.ts';

type Asked = Parameters<ReviewActions['askSecurity']>[0];

/** Makes the use case. The same act twice posts once; where nothing can be posted, the reviewer is told why. */
export function askSecurity(environment: Environment): ReviewActions['askSecurity'] {
  return async (input) => {
    const { store, clock, channels } = environment;
    const earlier = await store.get('handled', { messageId: input.actId });
    if (earlier) return { text: earlier.outcome };
    if (!channels?.has('security'))
      throw new RefusedError({ code: 'NOT_SUPPORTED', message: 'There is no channel of security here.' });
    const campaign = await openTo(environment, input);
    const thread = await threadOf(environment, channels, campaign, input);
    const from = await nameOf(environment, input.who.personId);
    const question: PostBody = { purpose: 'question', from, text: input.question };
    await post(environment, channels, `post/security/question/${input.actId}`, question, thread);
    const text = `Security was asked about "${campaign.title}". What they answer comes to you as a message.`;
    await untilNoConflict(async () => {
      if (await store.get('handled', { messageId: input.actId })) return;
      await store.commit([remember(input.actId, clock.now(), text)]);
    });
    return { text };
  };
}

/** The campaign, when its docket still waits for this person. @throws RefusedError NOT_ELIGIBLE otherwise */
async function openTo({ store }: Environment, { campaignId, who }: Asked): Promise<Campaign> {
  const campaign = await loadCampaign(store, campaignId);
  const key = { campaignId: CampaignId.parse(campaignId), reviewerId: who.personId };
  const docket = await store.get('docket', key);
  if (docket?.state === 'chasing' && !isOver(campaign)) return campaign;
  throw new RefusedError({
    code: 'NOT_ELIGIBLE',
    message: `Nothing of "${campaign.title}" waits for your answer just now.`,
  });
}

/** The docket's thread, begun by whichever question comes first. */
async function threadOf(
  environment: Environment,
  channels: Channels,
  { campaignId, title, dueAt }: Campaign,
  { who }: Asked,
): Promise<ThreadRef> {
  const postId = `post/security/questions/${campaignId}/${who.personId}`;
  const reviewer = await nameOf(environment, who.personId);
  await post(environment, channels, postId, { purpose: 'questions', reviewer, campaignId, title, dueAt });
  const [channelId = '', ts = ''] = (await postedAt(environment, postId))?.split(':') ?? [];
  const thread = { channelId, ts };
  await rememberThread(environment, thread, { campaignId, reviewerId: who.personId });
  return thread;
}

/** What was refused is not a post left out for good: the next question tries again. @throws RefusedError NOT_SUPPORTED */
async function post(
  environment: Environment,
  channels: Channels,
  postId: string,
  body: PostBody,
  thread?: ThreadRef,
): Promise<void> {
  let refused: string | undefined;
  try {
    await postOnce(environment, postId, async () => {
      const made = await channels.post('security', { postId, body, now: environment.clock.now(), thread });
      if (!('refused' in made)) return made;
      refused = made.refused;
      throw new UpstreamError({ code: 'REJECTED', provider: 'slack', retryable: false, message: refused });
    });
  } catch (cause) {
    if (refused === undefined) throw cause;
    const message = `Security cannot be asked just now: ${refused}.`;
    throw new RefusedError({ code: 'NOT_SUPPORTED', message, cause });
  }
}

async function nameOf({ people }: Environment, personId: string): Promise<string> {
  return (await people.directory()).person(personId)?.name ?? personId;
}
