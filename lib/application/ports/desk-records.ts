// What is stored about telling one person things: what waits to be told, their review links and one-time codes.
import type { CampaignId } from '../../domain/campaign/campaign.ts';
import type { NoticePurpose } from '../../domain/chase/notice.ts';
import type { Instant } from '../../domain/time.ts';
import type { Versioned } from './versioned.ts';

/** Names a docket. */
export interface DocketName {
  readonly campaignId: CampaignId;
  readonly reviewerId: string;
}

/** One thing to tell: a notice's purpose and what it would be about if it came alone. */
export interface BundleLine {
  readonly what: NoticePurpose;
  readonly of: string;
  /** What cannot be read again when it is told. */
  readonly text?: string | undefined;
  /** Who is told if this person cannot be, one after the other. */
  readonly next?: readonly string[] | undefined;
}

/**
 * Things that a person is told together. `news`: what was switched off, at any hour, in one message. `asks`: what waits for
 * their word, in one message in their working hours. `singly`: each in a message of its own, in their working hours. `weekly`:
 * the summary of a week, in the working hours of that week.
 */
export interface Bundle {
  /** The first moment it was to be told; with its kind it names the message. */
  readonly bundleId: Instant;
  readonly kind: 'news' | 'asks' | 'singly' | 'weekly';
  readonly about: readonly BundleLine[];
  readonly dueAt: Instant;
  /** Nothing is added any more: it is being told, or was. */
  readonly closed?: boolean | undefined;
  /** When it was done with. */
  readonly toldAt?: Instant | undefined;
}

/** Where a person's live Slack digest and App Home are, so that they can be brought up to date. */
export interface DeskRecord extends Versioned {
  readonly personId: string;
  readonly digest?: { readonly channel: string; readonly ts: string; readonly noticeId: string } | undefined;
  /** Review link now in the person's mail, by digest of its token. */
  readonly linkDigest?: string | undefined;
  /** Dockets of others that may be escalated to the person now; what is still to be said is on the dockets. */
  readonly escalated?: readonly DocketName[] | undefined;
  /** What the person is to be told together, and what they were told lately. */
  readonly bundles?: readonly Bundle[] | undefined;
  /** When the next of the bundles is due. */
  readonly nextDueAt?: Instant | undefined;
  /** The direct message with the person in Slack, so that it need not be opened before every message. */
  readonly dm?: { readonly userId: string; readonly channel: string; readonly openedAt: Instant } | undefined;
  /** An address whose mail came back for good, by its digest. */
  readonly mailDead?: { readonly addressDigest: string; readonly since: Instant } | undefined;
  /** Since when the person wants no weekly summaries. */
  readonly summariesStopped?: Instant | undefined;
  /** Review links made until then show nothing any more. */
  readonly linksRevokedAt?: Instant | undefined;
}

/**
 * A link in a mail: only its digest is kept. `review`: reading is all it allows. `unsubscribe`: stopping summaries, and nothing
 * else.
 */
export interface LinkRecord extends Versioned {
  readonly tokenDigest: string;
  readonly personId: string;
  readonly purpose: 'review' | 'unsubscribe';
  /** When it was made; missing in links that older releases made. */
  readonly madeAt?: Instant | undefined;
  readonly expiresAt: Instant;
}

/** A one-time code asked for at the moment of deciding; bound to one browser and one person. */
export interface CodeRecord extends Versioned {
  readonly codeId: string;
  readonly personId: string;
  /** SHA-256 (hex) of code and salt. */
  readonly codeDigest: string;
  readonly browserDigest: string;
  readonly expiresAt: Instant;
  readonly triesLeft: number;
  readonly usedAt?: Instant | undefined;
}
