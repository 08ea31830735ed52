// The history index in the `reviews` table: derived rows, a copy of the entry under each facet.
//
//   H#identity#<digest>#<0>   H#person#<digest>#<0..3>   H#campaign#… H#control#… H#time#<0..15>     <at>#<index>
import * as z from 'zod';
import type {
  HistoryEntry,
  HistoryFacet,
  HistoryIndex,
  HistoryRange,
} from '../../application/ports/history-index.ts';
import type { PageRequest } from '../../application/ports/review-store.ts';
import { sha256Hex } from '../../domain/attestation/bytes/sha256.ts';
import { utf8Bytes } from '../../domain/attestation/bytes/text-bytes.ts';
import { limitOf, packCursor, readCursor } from '../records/cursor.ts';
import { facetsOf, positionOf, textOfFacet } from '../records/history-lanes.ts';
import { clocklessAccess, type OpenTable } from './ledger-access.ts';
import { putRows } from './put-rows.ts';
import { addressIn, keyAttributes, type Row } from './row-codec.ts';
import { queryRows, type TableAccess } from './table-access.ts';

/** Partitions a facet's entries are spread over: all of a campaign's attestations may come at once, an identity's do not. */
const SHARDS: { readonly [By in HistoryFacet['by']]: number } = {
  identity: 1,
  person: 4,
  campaign: 16,
  control: 4,
  time: 16,
};

/** Opens the index in the `reviews` table. Every method throws UpstreamError (provider `dynamodb`) when the service fails. */
export function createHistoryIndex(options: OpenTable): HistoryIndex {
  const access = clocklessAccess(options);
  return {
    put: (entries) => putRows(access, entries.flatMap(rowsOf)),
    list: (range, page) => list(access, range, page),
  };
}

/** Names and ids may be long and hold anything: the partition is named by their digest. */
function partitionOf(facet: HistoryFacet, shard: number): string {
  const value = facet.by === 'time' ? '' : `#${sha256Hex(utf8Bytes(textOfFacet(facet))).slice(0, 40)}`;
  return `H#${facet.by}${value}#${shard}`;
}

function rowsOf(entry: HistoryEntry): Row[] {
  return facetsOf(entry).map((facet) => ({
    ...keyAttributes({ pk: partitionOf(facet, entry.index % SHARDS[facet.by]), sk: positionOf(entry) }),
    h: { S: JSON.stringify(entry) },
  }));
}

/** Each shard is in order, so the first `limit` of all are among the first of each. */
async function list(
  access: TableAccess,
  { facet, since, until }: HistoryRange,
  page: PageRequest | undefined,
) {
  const limit = limitOf(page);
  if (since !== undefined && until !== undefined && since >= until) return { entries: [], next: undefined };
  // `since` itself is a prefix of its entries' positions, so it sorts right before them; `until` likewise.
  const after = readCursor(z.string(), page?.cursor) ?? since;
  const shards = await Promise.all(
    Array.from({ length: SHARDS[facet.by] }, (_, shard) =>
      queryRows(
        access,
        { pk: partitionOf(facet, shard), after, ...(until === undefined ? {} : { upTo: until }) },
        limit + 1,
      ),
    ),
  );
  const sorted = shards
    .flat()
    .map((row) => ({ position: addressIn(row).sk, row }))
    .sort((a, b) => (a.position < b.position ? -1 : 1));
  const shown = sorted.slice(0, limit);
  return {
    entries: shown.map(({ row }) => JSON.parse(row['h']?.S ?? 'null') as HistoryEntry),
    next: sorted.length > limit ? packCursor(shown.at(-1)?.position) : undefined,
  };
}
