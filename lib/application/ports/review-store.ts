// The store of everything mutable. Look-ups are by key or bounded queries; there is no scan.
import type { CampaignId } from '../../domain/campaign/campaign.ts';
import type { IdentityKey } from '../../domain/identity/identity-id.ts';
import type { Instant } from '../../domain/time.ts';
import type { RecordKeys, RecordKind, Records } from './records.ts';

/**
 * One write: `record` replaces `previous` and only it. `previous: undefined` means it must not exist yet. The record's
 * version must be one more than the previous one's. `record: undefined` deletes `previous` (inbox and handled rows only).
 */
export type Write = {
  readonly [K in RecordKind]:
    | { readonly kind: K; readonly record: Records[K]; readonly previous: Records[K] | undefined }
    | { readonly kind: K; readonly record: undefined; readonly previous: Records[K] };
}[RecordKind];

/** A page of results; `next` is an opaque cursor, absent on the last page. */
export interface Page<T> {
  readonly entries: readonly T[];
  readonly next: string | undefined;
}

/** A docket's pointer to one of its open items, worst risk first. */
export interface OpenItemRef {
  readonly campaignId: CampaignId;
  readonly reviewerId: string;
  readonly identityKey: IdentityKey;
  readonly risk: number;
}

type DueRecordKind =
  | 'campaign'
  | 'docket'
  | 'removal'
  | 'event'
  | 'directory-seen'
  | 'slack-members'
  | 'exception'
  | 'promise'
  | 'desk';

/** A record whose `nextDueAt` has come. The base record must be read again before acting on it. */
export type DueRef = {
  [K in DueRecordKind]: {
    readonly kind: K;
    readonly key: RecordKeys[K];
    readonly dueAt: Instant;
  };
}[DueRecordKind];

/** Options of a page. */
export interface PageRequest {
  /** At most this many entries (default 100). */
  readonly limit?: number;
  readonly cursor?: string | undefined;
}

/** The store port. Adapters: memory and DynamoDB; both pass one contract. */
export interface ReviewStore {
  /** Reads one record, strongly consistent. */
  get<K extends RecordKind>(kind: K, key: RecordKeys[K]): Promise<Records[K] | undefined>;
  /** Reads many of one kind (any number; batched), in the order of the keys; missing ones are undefined. */
  getMany<K extends RecordKind>(kind: K, keys: readonly RecordKeys[K][]): Promise<(Records[K] | undefined)[]>;
  /**
   * All writes or none (at most 25). Keeps every derived row (open-item pointers, lists, due index) in step.
   * @throws ConflictError with the positions whose condition failed: somebody else wrote first.
   */
  commit(writes: readonly Write[]): Promise<void>;
  /**
   * Writes many new records of one kind, in any order, each on its own; a record that exists already with the same
   * version is overwritten with the same content, so a rerun after a crash is safe. Only for records nobody can see yet.
   */
  putNew<K extends 'item' | 'docket' | 'identity'>(kind: K, records: readonly Records[K][]): Promise<void>;

  /** A reviewer's open items in a campaign, worst first. */
  openItems(campaignId: CampaignId, reviewerId: string, page?: PageRequest): Promise<Page<OpenItemRef>>;
  /** Number of a reviewer's open items in a campaign. */
  countOpenItems(campaignId: CampaignId, reviewerId: string): Promise<number>;
  /** A reviewer's dockets over all campaigns, newest first. */
  docketsOf(reviewerId: string): Promise<Records['docket'][]>;
  /** Dockets of a campaign, in no particular order. */
  docketsIn(campaignId: CampaignId, page?: PageRequest): Promise<Page<Records['docket']>>;
  /** Every campaign, newest first. */
  campaigns(): Promise<Records['campaign'][]>;
  /** The items of one identity over all campaigns. */
  itemsOf(identityKey: IdentityKey): Promise<Records['item'][]>;
  removalsOf(identityKey: IdentityKey): Promise<Records['removal'][]>;
  exceptionsOf(identityKey: IdentityKey): Promise<Records['exception'][]>;
  promisesOf(identityKey: IdentityKey): Promise<Records['promise'][]>;
  /** Removals of a campaign, in no particular order. */
  removalsIn(campaignId: CampaignId, page?: PageRequest): Promise<Page<Records['removal']>>;
  /** Notices to one person, newest first. */
  noticesOf(personId: string, page?: PageRequest): Promise<Page<Records['notice']>>;
  /** Notices that ask one person for their word (`asksForWord`), newest first. */
  askingNotices(personId: string, page?: PageRequest): Promise<Page<Records['notice']>>;
  /** What one person did (`handled.by`), newest first. */
  actsOf(personId: string, page?: PageRequest): Promise<Page<Records['handled']>>;
  /** The notice that a provider's message id belongs to. */
  noticeByProviderId(channel: 'slack' | 'email', providerId: string): Promise<Records['notice'] | undefined>;
  /** What this person delegated, ended or not, in no particular order. */
  delegationsFrom(personId: string): Promise<Records['delegation'][]>;
  /** What was delegated to this person, ended or not, in no particular order. */
  delegationsTo(personId: string): Promise<Records['delegation'][]>;
  inventories(): Promise<Records['inventory'][]>;
  definitions(): Promise<Records['definition'][]>;

  /** Shards of the due index; a tick visits each. */
  readonly dueShards: number;
  /** Work due at `now` in one shard, oldest first, from the durable watermark on. */
  due(shard: number, now: Instant, page?: PageRequest): Promise<Page<DueRef>>;
  /** Moves the shard's watermark to two hours before `now`, never back. */
  advanceWatermark(shard: number, now: Instant): Promise<void>;

  /** Shards of the attestation inbox. */
  readonly inboxShards: number;
  /** Attestations waiting to be sealed, one shard, oldest first, strongly consistent. */
  inbox(shard: number, page?: PageRequest): Promise<Page<Records['inbox']>>;
}

/** The next version of a record, as a write. */
export function update<K extends RecordKind>(
  kind: K,
  previous: Records[K],
  change: Partial<Records[K]>,
): { readonly kind: K; readonly record: Records[K]; readonly previous: Records[K] } {
  return { kind, previous, record: { ...previous, ...change, version: previous.version + 1 } };
}

/** The first version of a record, as a write. */
export function create<K extends RecordKind>(
  kind: K,
  record: Records[K],
): { readonly kind: K; readonly record: Records[K]; readonly previous: undefined } {
  return { kind, record, previous: undefined };
}
