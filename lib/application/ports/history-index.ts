// What happened, findable by whom and what it was about. Derived from the ledger; can be thrown away and made again.
import type { PredicateName } from '../../domain/attestation/predicates/registry.ts';
import type { Instant } from '../../domain/time.ts';
import type { Page, PageRequest } from './review-store.ts';

/** One sealed attestation, in the words people search by. */
export interface HistoryEntry {
  readonly index: number;
  readonly leafHash: string;
  readonly name: PredicateName;
  /** Business time of the fact. */
  readonly at: Instant;
  readonly identityId?: string | undefined;
  readonly campaignIds: readonly string[];
  /** Pseudonyms of everybody it names. */
  readonly people: readonly string[];
  /** Controls it names itself: those of a campaign are on its `campaign-opened`. */
  readonly controls: readonly string[];
}

/** What entries are listed by. */
export type HistoryFacet =
  | { readonly by: 'identity' | 'person' | 'campaign' | 'control'; readonly value: string }
  | { readonly by: 'time' };

/** Which entries of a facet: `since` inclusive, `until` exclusive. */
export interface HistoryRange {
  readonly facet: HistoryFacet;
  readonly since?: Instant | undefined;
  readonly until?: Instant | undefined;
}

/** The index port. Adapters: memory and DynamoDB; both pass one contract. */
export interface HistoryIndex {
  /** Adds entries under every facet they have. The same entry again changes nothing. */
  put(entries: readonly HistoryEntry[]): Promise<void>;
  /** Entries in order of time, then index. */
  list(range: HistoryRange, page?: PageRequest): Promise<Page<HistoryEntry>>;
}
