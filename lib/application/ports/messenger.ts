// How people are told things. One message model per purpose; adapters render it for their channel.
import type { NoticePurpose } from '../../domain/chase/notice.ts';
import type { Removal } from '../../domain/removal/removal.ts';
import type { ToldAs } from '../../domain/review/docket.ts';
import type { Person } from '../../domain/review/person.ts';
import type { ReviewItem } from '../../domain/review/review-item.ts';
import type { Snapshot } from '../../domain/review/snapshot.ts';
import type { Instant } from '../../domain/time.ts';
import type { PendingApproval } from '../review-actions.ts';

/** One item with the evidence to show. */
export interface ItemView {
  readonly item: ReviewItem;
  readonly snapshot: Snapshot;
}

/** Everything one person has to answer in one campaign. `items` holds the worst first, at most a screenful. */
export interface DocketView {
  readonly campaignId: string;
  readonly title: string;
  /** Whose it is, when somebody else answers for them. */
  readonly forPersonId?: string | undefined;
  readonly dueAt: Instant;
  readonly graceEndsAt: Instant;
  /** Its reviewer has put reminders off, which is done once. */
  readonly snoozed?: boolean | undefined;
  /** Security can be asked about it. */
  readonly asksSecurity?: true | undefined;
  readonly open: number;
  readonly byTier: Readonly<Record<'critical' | 'high' | 'medium' | 'low', number>>;
  readonly items: readonly ItemView[];
  /** Items that may be kept in bulk, by group. */
  readonly groups: readonly {
    readonly group: string;
    readonly label: string;
    readonly count: number;
    /** Names what the members are now: keeping them counts while it is so. */
    readonly seen: string;
    /** There may be more of them than were read, so that they are kept by name and not as a group. */
    readonly part?: true | undefined;
  }[];
}

/** One docket that somebody besides its reviewer is told about. */
export interface EscalationLine {
  /** Name of the reviewer who has not answered. */
  readonly reviewer: string;
  /** As what the person is told. A backup may answer. */
  readonly as: ToldAs;
  readonly docket: DocketView;
}

/** One piece of news about a removal. */
export interface RemovalNews {
  readonly what: 'switched-off' | 'held' | 'restored';
  readonly removal: Removal;
  readonly text: string;
  readonly undoUntil: Instant | undefined;
}

/** How one campaign stands, for the people who steer it. */
export interface CampaignLine {
  readonly campaignId: string;
  readonly title: string;
  readonly state: string;
  readonly dueAt: Instant;
  readonly items: number;
  readonly open: number;
  /** Open items whose time is over. */
  readonly late: number;
  readonly held: number;
  readonly findings: number;
  /** Names of people with most still open, at most a handful. */
  readonly waitingFor: readonly { readonly name: string; readonly open: number }[];
}

/** What a message says, by purpose. */
export type MessageBody =
  | {
      readonly purpose: 'digest' | 'switch-off-warning';
      readonly dockets: readonly DocketView[];
      readonly rung: string;
      /** Link to the read-only review page; e-mail only. */
      readonly link: string | undefined;
    }
  | {
      readonly purpose: 'escalation';
      /** The last call before switch-off. */
      readonly warning: boolean;
      readonly lines: readonly EscalationLine[];
      /** Dockets escalated to the person that this message does not name. */
      readonly more: number;
    }
  | {
      readonly purpose:
        | 'switched-off'
        | 'restored'
        | 'held'
        | 'drift'
        | 'manual-task'
        | 'removal-warning'
        | 'brown-out'
        | 'screamed';
      readonly removal: Removal;
      readonly text: string;
      readonly undoUntil: Instant | undefined;
    }
  | {
      /** News of several removals in one message. */
      readonly purpose: 'removal-list';
      readonly news: readonly RemovalNews[];
      /** News that the message does not name. */
      readonly more: number;
    }
  | {
      readonly purpose: 'second-approval';
      readonly item: ItemView;
      readonly askedBy: string;
      readonly text: string;
    }
  | {
      /** Several words of a second person wanted, in one message. */
      readonly purpose: 'approval-list';
      readonly approvals: readonly PendingApproval[];
      readonly more: number;
    }
  | {
      /** A second look at a keep that was drawn at random. */
      readonly purpose: 'sample-wanted';
      readonly item: ItemView;
      /** Name of who kept it. */
      readonly keptBy: string;
      readonly sampleId: string;
      readonly text: string;
    }
  | {
      /** Told to both sides when somebody may answer for another, and when that ends. */
      readonly purpose: 'delegation';
      /** Names of both. */
      readonly from: string;
      readonly to: string;
      /** When it starts, where that lies ahead. */
      readonly fromAt?: Instant | undefined;
      readonly until: Instant;
      readonly campaigns: readonly string[];
      readonly reason: string;
      readonly ended: boolean;
    }
  | {
      /** What security answered to a reviewer's question. */
      readonly purpose: 'security-answer';
      readonly campaignId: string;
      readonly title: string;
      /** Name of who answered. */
      readonly from: string;
      readonly text: string;
    }
  | {
      readonly purpose: 'weekly-summary';
      readonly campaigns: readonly CampaignLine[];
      /** Where the person can stop these summaries with one click (RFC 8058); e-mail only. */
      readonly unsubscribe: string | undefined;
    }
  | {
      readonly purpose: 'exception-request' | 'exception-ending' | 'promise-reminder';
      readonly identityName: string;
      readonly ref: { readonly campaignId: string; readonly identityKey: string; readonly id: string };
      readonly text: string;
      readonly until: Instant;
    }
  | { readonly purpose: 'claim-wanted'; readonly items: readonly ItemView[]; readonly text: string }
  | { readonly purpose: 'one-time-code'; readonly code: string; readonly minutes: number }
  | {
      readonly purpose: 'findings';
      readonly campaignId: string;
      readonly title: string;
      readonly findings: readonly { readonly code: string; readonly text: string; readonly count: number }[];
    };

/** A message to one person. */
export interface OutboundMessage {
  readonly noticeId: string;
  readonly to: Person;
  readonly body: MessageBody & { readonly purpose: NoticePurpose };
  readonly now: Instant;
}

/** What the provider said. A retryable failure is thrown as UpstreamError instead. */
export type SendResult =
  | {
      readonly outcome: 'accepted';
      readonly providerId: string;
      /** Whether acceptance already counts as delivered (Slack, active member) or an event will follow (SES). */
      readonly delivered: boolean;
    }
  | { readonly outcome: 'undeliverable'; readonly reason: string };

/** One channel to people. */
export interface Messenger {
  readonly channel: 'slack' | 'email';
  send(message: OutboundMessage): Promise<SendResult>;
  /** Brings a message sent before up to date, where the channel can (Slack); otherwise does nothing. */
  revise(providerId: string, message: OutboundMessage): Promise<void>;
}
