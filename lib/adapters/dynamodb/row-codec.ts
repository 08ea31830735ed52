// Records as rows: the record is one JSON text, beside its key, its version and what indexes need.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { RecordKind, Records } from '../../application/ports/records.ts';
import { IntegrityError } from '../../domain/errors.ts';
import { DAY_MS, type Instant, millisOf } from '../../domain/time.ts';
import { keyOf } from '../records/record-keys.ts';
import { type Address, addressOf, kindAt } from './addresses.ts';
import { lengthen, shorten } from './compact-item.ts';
import { type DueAttributes, dueAttributesOf } from './due-attributes.ts';
import { type StoredRecord, upgrade } from './upgrade.ts';

/** A row as the SDK takes it. Attributes: pk, sk, v version, r record, w write mark, duePk and dueSk, ttl, p and n. */
export type Row = Record<string, AttributeValue>;

/** What a row's making depends on besides the record. */
export interface RowContext {
  readonly now: Instant;
  readonly dueShards: number;
  readonly inboxShards: number;
}

/** Rows DynamoDB may delete by itself, and how long after `expiresAt`, so that "expired" can still be told from "unknown". */
const KEPT_AFTER_EXPIRY_MS: Readonly<Partial<Record<RecordKind, number>>> = {
  handled: 0,
  'opening-part': 0,
  'act-request': 30 * DAY_MS,
  code: DAY_MS,
  link: 30 * DAY_MS,
};

/** The attribute values of a primary key. */
export function keyAttributes({ pk, sk }: Address): Row {
  return { pk: { S: pk }, sk: { S: sk } };
}

/** The row of a record. */
export function rowOf<K extends RecordKind>(kind: K, record: Records[K], context: RowContext): Row {
  const key = keyOf(kind, record);
  const { pk, sk } = addressOf(kind, key, context.inboxShards);
  const stored = kind === 'item' ? shorten(record as unknown as StoredRecord) : record;
  const row: Row = {
    pk: { S: pk },
    sk: { S: sk },
    v: { N: String(record.version) },
    r: { S: JSON.stringify(stored) },
  };
  const due: DueAttributes | undefined = dueAttributesOf(kind, record, context);
  if (due) {
    row['duePk'] = { S: due.duePk };
    row['dueSk'] = { S: due.dueSk };
  }
  const keptMs = KEPT_AFTER_EXPIRY_MS[kind];
  if (keptMs !== undefined && 'expiresAt' in record) {
    row['ttl'] = { N: String(Math.ceil((millisOf(record.expiresAt) + keptMs) / 1000)) };
  }
  return row;
}

/** The address of a row. */
export function addressIn(row: Row): Address {
  const { pk, sk } = row;
  if (pk?.S === undefined || sk?.S === undefined) {
    throw new IntegrityError({ code: 'CORRUPT_RECORD', message: 'A row of the reviews table has no key.' });
  }
  return { pk: pk.S, sk: sk.S };
}

/** A record with its kind. */
export type KindAndRecord = {
  readonly [K in RecordKind]: { readonly kind: K; readonly record: Records[K] };
}[RecordKind];

/** Reads any row, for example from the change stream; undefined when it is no record (a pointer, a marker). */
export function readRow(row: Row): KindAndRecord | undefined {
  const kind = kindAt(addressIn(row));
  return kind === undefined ? undefined : ({ kind, record: recordIn(kind, row) } as KindAndRecord);
}

/** The record in a row of a known kind. @throws IntegrityError CORRUPT_RECORD naming the row. */
export function recordIn<K extends RecordKind>(kind: K, row: Row): Records[K] {
  const address = addressIn(row);
  const version = Number(row['v']?.N);
  const text = row['r']?.S;
  if (text === undefined || !Number.isInteger(version)) throw corrupt(kind, address, 'holds no record');
  const stored = parse(kind, address, text);
  const record = upgrade(kind, kind === 'item' ? lengthen(stored, itemKeyIn(address, version)) : stored);
  if (typeof record === 'string') throw corrupt(kind, address, record);
  if (record['version'] !== version) throw corrupt(kind, address, 'contradicts its version attribute');
  return record as unknown as Records[K];
}

function itemKeyIn({ pk, sk }: Address, version: number): StoredRecord {
  return { campaignId: sk.slice('ITEM#'.length), identityKey: pk.slice('ID#'.length), version };
}

function parse(kind: RecordKind, address: Address, text: string): StoredRecord {
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch (cause) {
    throw corrupt(kind, address, 'is not JSON', cause);
  }
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) {
    throw corrupt(kind, address, 'is not a JSON object');
  }
  return stored as StoredRecord;
}

function corrupt(kind: RecordKind, { pk, sk }: Address, what: string, cause?: unknown): IntegrityError {
  return new IntegrityError({
    code: 'CORRUPT_RECORD',
    message: `Stored ${kind} at (${pk}, ${sk}) ${what}.`,
    cause,
  });
}
