// Pointer rows: what makes a record findable other than by its key. They change in the record's own transaction.
import type { RecordKind, Records } from '../../application/ports/records.ts';
import { asksForWord } from '../../domain/chase/asking.ts';
import { millisOf } from '../../domain/time.ts';
import { shardOf } from '../records/record-keys.ts';
import {
  type Address,
  ALONE,
  CAMPAIGN_SHARDS,
  OPEN_ITEM_SHARDS,
  openItemPartition,
  providerPartition,
  removalPartition,
} from './addresses.ts';
import { keyAttributes, type Row } from './row-codec.ts';

type PointersOf<K extends RecordKind> = (record: Records[K]) => Row[];

/** Digits of 100 − risk, so that the worst sorts first. */
function inverseRisk(risk: number): string {
  return String(100 - risk).padStart(3, '0');
}

/** What an open-item pointer's sort key says. */
export function openItemAt(sk: string): { readonly risk: number; readonly identityKey: string } {
  return { risk: 100 - Number(sk.slice(0, 3)), identityKey: sk.slice(4) };
}

function ofItem({ campaignId, reviewerId, identityKey, risk, state }: Records['item']): Row[] {
  if (state !== 'open') return [];
  const pk = openItemPartition(campaignId, reviewerId, shardOf(identityKey, OPEN_ITEM_SHARDS));
  return [keyAttributes({ pk, sk: `${inverseRisk(risk)}#${identityKey}` })];
}

function ofDocket({ campaignId, reviewerId, createdAt }: Records['docket']): Row[] {
  return [keyAttributes({ pk: `P#${reviewerId}`, sk: `DOCKET#${createdAt}#${campaignId}` })];
}

function ofRemoval({ campaignId, identityKey, removalId }: Records['removal']): Row[] {
  const pk = removalPartition(campaignId, shardOf(identityKey, CAMPAIGN_SHARDS));
  return [keyAttributes({ pk, sk: `${identityKey}#${removalId}` })];
}

function ofNotice(notice: Records['notice']): Row[] {
  const { personId, noticeId, claimedAt, channel, providerId } = notice;
  const lists = asksForWord(notice.purpose) ? ['NT', 'ASK'] : ['NT'];
  const rows: Row[] = lists.map((list) =>
    keyAttributes({ pk: `P#${personId}`, sk: `${list}#${claimedAt}#${noticeId}` }),
  );
  if (providerId !== undefined) {
    const address: Address = { pk: providerPartition(channel, providerId), sk: ALONE };
    rows.push({ ...keyAttributes(address), p: { S: personId }, n: { S: noticeId } });
  }
  return rows;
}

function ofDelegation({ from, to, delegationId }: Records['delegation']): Row[] {
  return [keyAttributes({ pk: `P#${to}`, sk: `GOT#${from}#${delegationId}` })];
}

function ofHandled({ by, handledAt, messageId, expiresAt }: Records['handled']): Row[] {
  if (by === undefined) return [];
  const key = keyAttributes({ pk: `P#${by}`, sk: `ACT#${handledAt}#${messageId}` });
  return [{ ...key, ttl: { N: String(Math.ceil(millisOf(expiresAt) / 1000)) } }];
}

const POINTERS: { readonly [K in RecordKind]?: PointersOf<K> } = {
  item: ofItem,
  docket: ofDocket,
  removal: ofRemoval,
  notice: ofNotice,
  delegation: ofDelegation,
  handled: ofHandled,
};

/** The pointer rows a record must have. */
export function pointersOf<K extends RecordKind>(kind: K, record: Records[K] | undefined): Row[] {
  const make: PointersOf<K> | undefined = POINTERS[kind];
  return record && make ? make(record) : [];
}

/** A row's key as one text. */
export function textOfRow(row: Row): string {
  return `${row['pk']?.S}\n${row['sk']?.S}`;
}

/** What must change among pointers when `record` replaces `previous`. */
export function pointerChanges<K extends RecordKind>(
  kind: K,
  previous: Records[K] | undefined,
  record: Records[K] | undefined,
): { readonly puts: readonly Row[]; readonly removes: readonly Row[] } {
  const before = new Map(pointersOf(kind, previous).map((row) => [textOfRow(row), row]));
  const after = new Map(pointersOf(kind, record).map((row) => [textOfRow(row), row]));
  return {
    puts: [...after].flatMap(([text, row]) => (before.has(text) ? [] : [row])),
    removes: [...before].flatMap(([text, row]) => (after.has(text) ? [] : [row])),
  };
}
