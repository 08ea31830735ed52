// What the store adapters agree on: how a record is named, and which shard a name falls into.
import type { RecordKeys, RecordKind, Records } from '../../application/ports/records.ts';
import type { DueRef } from '../../application/ports/review-store.ts';
import type { Instant } from '../../domain/time.ts';

/** Kinds whose `nextDueAt` puts them on the due index. */
export type DueKind = DueRef['kind'];

const KEY_FIELDS: { readonly [K in RecordKind]: readonly (keyof RecordKeys[K] & string)[] } = {
  campaign: ['campaignId'],
  item: ['campaignId', 'identityKey'],
  docket: ['campaignId', 'reviewerId'],
  notice: ['personId', 'noticeId'],
  removal: ['identityKey', 'removalId'],
  exception: ['identityKey', 'exceptionId'],
  promise: ['identityKey', 'promiseId'],
  identity: ['identityKey'],
  inventory: ['connector', 'scope'],
  definition: ['definitionId'],
  desk: ['personId'],
  link: ['tokenDigest'],
  code: ['codeId'],
  counter: ['counterId'],
  switch: ['switchId'],
  'role-book': ['bookId'],
  attested: ['attestationId'],
  inbox: ['receivedAt', 'attestationId'],
  'ledger-pointer': ['pointer'],
  handled: ['messageId'],
  'opening-part': ['campaignId', 'batch'],
  'act-request': ['requestId'],
  delegation: ['from', 'delegationId'],
  event: ['identityKey', 'eventId'],
  'directory-seen': ['name'],
  'slack-members': ['teamId'],
};

/** The key a record is looked up by. */
export function keyOf<K extends RecordKind>(kind: K, record: Records[K]): RecordKeys[K] {
  const fields = record as unknown as Readonly<Record<string, unknown>>;
  return Object.fromEntries(KEY_FIELDS[kind].map((name) => [name, fields[name]])) as unknown as RecordKeys[K];
}

/** The key as one text, distinct for distinct keys of a kind. */
export function textOfKey<K extends RecordKind>(kind: K, key: RecordKeys[K]): string {
  const fields = key as unknown as Readonly<Record<string, unknown>>;
  return KEY_FIELDS[kind].map((name) => String(fields[name])).join('#');
}

const DUE_KINDS: ReadonlySet<RecordKind> = new Set<DueKind>([
  'campaign',
  'docket',
  'removal',
  'exception',
  'event',
  'directory-seen',
  'slack-members',
  'promise',
  'desk',
]);

/** When the record is next due, if it is of a kind that falls due and something is left to do. */
export function nextDueOf(kind: RecordKind, record: Records[RecordKind]): Instant | undefined {
  return DUE_KINDS.has(kind) && 'nextDueAt' in record ? record.nextDueAt : undefined;
}

/** The shard of a text among `shards`: FNV-1a, so that it is the same everywhere and for ever. */
export function shardOf(text: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0) % shards;
}

/** The shard of the due index that a record falls into. */
export function dueShardOf<K extends RecordKind>(kind: K, key: RecordKeys[K], shards: number): number {
  return shardOf(`${kind}#${textOfKey(kind, key)}`, shards);
}
