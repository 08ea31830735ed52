// Everything mutable that is stored, by kind, and the key each kind is looked up by.
import type { Campaign, CampaignId } from '../../domain/campaign/campaign.ts';
import type { EventCause } from '../../domain/campaign/event.ts';
import type { Notice } from '../../domain/chase/notice.ts';
import type { Identity } from '../../domain/identity/identity.ts';
import type { IdentityId, IdentityKey } from '../../domain/identity/identity-id.ts';
import type { Removal } from '../../domain/removal/removal.ts';
import type { Authenticated } from '../../domain/review/decision.ts';
import type { Delegation } from '../../domain/review/delegation.ts';
import type { Docket } from '../../domain/review/docket.ts';
import type { RiskException } from '../../domain/review/exception.ts';
import type { Role } from '../../domain/review/person.ts';
import type { PromiseToChange } from '../../domain/review/promise.ts';
import type { ReviewItem } from '../../domain/review/review-item.ts';
import type { Instant } from '../../domain/time.ts';
import type { CodeRecord, DeskRecord, LinkRecord } from './desk-records.ts';
import type { AttestedRecord, InboxRecord, LedgerPointer, LedgerPointerRecord } from './ledger-records.ts';
import type { Versioned } from './versioned.ts';

/** The register's current row of an identity. */
export interface IdentityRecord extends Versioned {
  readonly identityKey: IdentityKey;
  readonly identityId: IdentityId;
  readonly identity: Identity;
  /** SHA-256 (hex) of the identity without `observedAt`: unchanged rows are not written again. */
  readonly contentDigest: string;
  readonly firstSeenAt: Instant;
  /** When a secret of it was last reported exposed. */
  readonly exposedAt?: Instant | undefined;
}

/** The newest inventory of one connector and scope. */
export interface InventoryRecord extends Versioned {
  readonly connector: string;
  readonly scope: string;
  /** Blob of JSON Lines, one Identity a line. */
  readonly inventory: string;
  /** Blob of the CollectionReport. */
  readonly report: string;
  readonly completeness: 'complete' | 'partial';
  readonly collectedAt: Instant;
  readonly identities: number;
}

/** A definition as applied: the running version of each id. */
export interface DefinitionRecord extends Versioned {
  readonly definitionId: string;
  readonly definitionVersion: number;
  /** Blob of the definition in canonical JSON. */
  readonly digest: string;
  readonly appliedAt: Instant;
  readonly appliedBy: string;
}

/**
 * A counter that safeguards read: removals executed per campaign, connector, owner or day; what shadow came to per
 * connector and tier.
 */
export interface CounterRecord extends Versioned {
  readonly counterId: string;
  readonly count: number;
  /** Cap lifted to, by a second person. */
  readonly liftedTo?: number | undefined;
  /** When it was counted up for the first time; only of counters of shadow. */
  readonly since?: Instant | undefined;
}

/** The global stop, or one connector and tier (or `*`) sent back to shadow. */
export type SwitchId = 'enforcement' | `shadow/${string}/${string}`;

/** The global stop switch, and connectors sent back to shadow. */
export interface SwitchRecord extends Versioned {
  readonly switchId: SwitchId;
  readonly stopped: boolean;
  readonly by: string;
  readonly at: Instant;
  readonly reason: string;
}

/** Who may do what in the tool, as last attested: the directory is compared with it. */
export interface RoleBookRecord extends Versioned {
  readonly bookId: 'tool';
  /** Roles beyond `owner`, which everybody has, by person id. */
  readonly roles: Readonly<Record<string, readonly Role[]>>;
  /** Everything found at installation is in it: from now on grants take two people. */
  readonly installed: boolean;
  readonly at: Instant;
}

/** A message already worked on: makes at-least-once delivery count once. Expires after `expiresAt`. */
export interface HandledRecord extends Versioned {
  readonly messageId: string;
  readonly handledAt: Instant;
  readonly expiresAt: Instant;
  /** What came of it, for the sender of a duplicate. */
  readonly outcome: string;
  /** The person whose act it was, where it is to be found among what they did. */
  readonly by?: string | undefined;
}

/** An act that takes two people, asked for by one and waiting for the other. It lapses at `expiresAt`. */
export interface ActRequestRecord extends Versioned {
  readonly requestId: string;
  /** What is asked, in words: `definitions apply`. */
  readonly act: string;
  /** Blob of exactly what is asked; the second person has to ask for the same. */
  readonly asked: string;
  readonly by: Authenticated;
  readonly expiresAt: Instant;
  /** The second person, once they acted: from then on it is used up. */
  readonly approval?: Authenticated | undefined;
}

/** One batch of a population being written: claimed by one writer at a time, then done. Expires after `expiresAt`. */
export interface OpeningPartRecord extends Versioned {
  readonly campaignId: CampaignId;
  /** Its place in the plan, from 0. */
  readonly batch: number;
  /** By wall clock: until then nobody else writes this batch. */
  readonly claimedUntil: Instant;
  readonly expiresAt: Instant;
  /** What came of it; once there, it never changes. */
  readonly done?:
    | {
        /** Blob of its lines of the population manifest. */
        readonly manifest: string;
        readonly considered: number;
        readonly included: number;
        /** Ids of everybody who got an item, sorted. */
        readonly reviewers: readonly string[];
      }
    | undefined;
}

/** One person lets another answer for them, in the reviews that were open when they said so. */
export interface DelegationRecord extends Versioned, Delegation {
  readonly delegationId: string;
  /** Reviews it holds in; each has a statement of it in the ledger. */
  readonly campaignIds: readonly CampaignId[];
  readonly reason: string;
  readonly givenAt: Instant;
  /** Taken back before its end. */
  readonly endedAt?: Instant | undefined;
}

/** Something that happened to an identity, until it is asked about or there is nothing to ask. */
export interface EventRecord extends Versioned {
  readonly identityKey: IdentityKey;
  readonly eventId: string;
  readonly event: EventCause;
  /** What happened, in a sentence for the reviewer. */
  readonly cause: string;
  readonly at: Instant;
  readonly state: 'noted' | 'asked' | 'settled';
  /** The campaign it is asked about in. */
  readonly campaignId?: CampaignId | undefined;
  /** Why nothing more is asked. */
  readonly outcome?: string | undefined;
  readonly nextDueAt?: Instant | undefined;
}

/** The directory as it was compared last, to see who has gone since. */
export interface DirectorySeenRecord extends Versioned {
  readonly name: 'people';
  /** Blob of the directory. */
  readonly digest: string;
  readonly at: Instant;
  readonly nextDueAt: Instant;
}

/** Slack's members as read last, for every function; and how far the pass that reads them again has come. */
export interface SlackMembersRecord extends Versioned {
  readonly teamId: string;
  /** The last pass that came to its end; missing before the first did. */
  readonly read?:
    | {
        /** Blob of the members. */
        readonly digest: string;
        /** When the pass began: changes since then are not in it. */
        readonly at: Instant;
        readonly members: number;
      }
    | undefined;
  /** The pass under way. */
  readonly pass?:
    | {
        readonly startedAt: Instant;
        /** Where Slack goes on; missing before the first page. */
        readonly cursor?: string | undefined;
        /** Blobs of the pages read, in their order. */
        readonly pages: readonly string[];
      }
    | undefined;
  /** When the pass goes on, or the next begins; missing where there is no such Slack any more. */
  readonly nextDueAt?: Instant | undefined;
}

/** Record kinds and their shapes. */
export interface Records {
  readonly campaign: Campaign;
  readonly item: ReviewItem;
  readonly docket: Docket;
  readonly notice: Notice;
  readonly removal: Removal;
  readonly exception: RiskException;
  readonly promise: PromiseToChange;
  readonly identity: IdentityRecord;
  readonly inventory: InventoryRecord;
  readonly definition: DefinitionRecord;
  readonly desk: DeskRecord;
  readonly link: LinkRecord;
  readonly code: CodeRecord;
  readonly counter: CounterRecord;
  readonly switch: SwitchRecord;
  readonly 'role-book': RoleBookRecord;
  readonly attested: AttestedRecord;
  readonly inbox: InboxRecord;
  readonly 'ledger-pointer': LedgerPointerRecord;
  readonly handled: HandledRecord;
  readonly 'opening-part': OpeningPartRecord;
  readonly 'act-request': ActRequestRecord;
  readonly delegation: DelegationRecord;
  readonly event: EventRecord;
  readonly 'directory-seen': DirectorySeenRecord;
  readonly 'slack-members': SlackMembersRecord;
}

/** A kind of record. */
export type RecordKind = keyof Records;

/** What a record of each kind is looked up by. */
export interface RecordKeys {
  readonly campaign: { readonly campaignId: CampaignId };
  readonly item: { readonly campaignId: CampaignId; readonly identityKey: IdentityKey };
  readonly docket: { readonly campaignId: CampaignId; readonly reviewerId: string };
  readonly notice: { readonly personId: string; readonly noticeId: string };
  readonly removal: { readonly identityKey: IdentityKey; readonly removalId: string };
  readonly exception: { readonly identityKey: IdentityKey; readonly exceptionId: string };
  readonly promise: { readonly identityKey: IdentityKey; readonly promiseId: string };
  readonly identity: { readonly identityKey: IdentityKey };
  readonly inventory: { readonly connector: string; readonly scope: string };
  readonly definition: { readonly definitionId: string };
  readonly desk: { readonly personId: string };
  readonly link: { readonly tokenDigest: string };
  readonly code: { readonly codeId: string };
  readonly counter: { readonly counterId: string };
  readonly switch: { readonly switchId: SwitchId };
  readonly 'role-book': { readonly bookId: 'tool' };
  readonly attested: { readonly attestationId: string };
  readonly 'ledger-pointer': { readonly pointer: LedgerPointer };
  /** The time comes first, so that a shard of the inbox is read oldest first. */
  readonly inbox: { readonly receivedAt: Instant; readonly attestationId: string };
  readonly handled: { readonly messageId: string };
  readonly 'opening-part': { readonly campaignId: CampaignId; readonly batch: number };
  readonly 'act-request': { readonly requestId: string };
  readonly delegation: { readonly from: string; readonly delegationId: string };
  readonly event: { readonly identityKey: IdentityKey; readonly eventId: string };
  readonly 'directory-seen': { readonly name: 'people' };
  readonly 'slack-members': { readonly teamId: string };
}
