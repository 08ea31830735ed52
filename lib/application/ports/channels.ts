// Channels of the workspace that are told things besides the people who have to act.
import type { Instant } from '../../domain/time.ts';
import type { CampaignLine, MessageBody } from './messenger.ts';

/** `claim`: whose is this? `security`: answers that are missing. */
export const CHANNEL_ROLES = ['claim', 'security'] as const;
export type ChannelRole = (typeof CHANNEL_ROLES)[number];

/** What a post says. */
export type PostBody =
  | Extract<MessageBody, { readonly purpose: 'claim-wanted' }>
  | {
      readonly purpose: 'answers-missing';
      readonly line: CampaignLine;
      /** The last call before switch-off. */
      readonly warning: boolean;
    }
  | {
      /** Begins the thread of a docket's questions. */
      readonly purpose: 'questions';
      /** Name of who asks. */
      readonly reviewer: string;
      readonly campaignId: string;
      readonly title: string;
      readonly dueAt: Instant;
    }
  | { readonly purpose: 'question'; readonly from: string; readonly text: string };

/** A thread of a channel, by the message it began with. */
export interface ThreadRef {
  readonly channelId: string;
  readonly ts: string;
}

/**
 * Posts to channels. A post is nobody's notice: nobody counts as told by one.
 */
export interface Channels {
  /** Whether the installation names a channel for it. */
  has(role: ChannelRole): boolean;
  /**
   * Resolves to `channel:ts`, or to why nothing can be posted there: it is not there, the app is not in it, or it is shared with
   * another organisation. @throws UpstreamError for anything that may pass
   */
  post(
    role: ChannelRole,
    post: {
      readonly postId: string;
      readonly body: PostBody;
      readonly now: Instant;
      /** Where it goes, when it is not a message of its own. */
      readonly thread?: ThreadRef | undefined;
    },
  ): Promise<{ readonly providerId: string } | { readonly refused: string }>;
}
