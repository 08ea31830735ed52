// Work that has come due, from a sparse index of hourly buckets. Visits the hours from the watermark to now on days that
// are marked to have work; a gap of months costs nothing but the days in it that really have some.
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { DueRef, Page, PageRequest, ReviewStore } from '../../application/ports/review-store.ts';
import { type Instant, plusMs } from '../../domain/time.ts';
import { limitOf, packCursor, readCursor } from '../records/cursor.ts';
import { dayOf, dueRefOf, hourOf, TRAIL_MS } from './due-attributes.ts';
import { duePartition, WATERMARK } from './due-days.ts';
import { callTable } from './failures.ts';
import { keyAttributes, type Row } from './row-codec.ts';
import { queryRows, type TableAccess } from './table-access.ts';

/** Name of the sparse, keys-only index of due work. */
export const DUE_INDEX = 'due';

const HOURS_AT_ONCE = 8;

interface Coverage {
  /** `yyyymmddHH` up to which nothing is left; absent before the first advance. */
  readonly watermark: string | undefined;
  /** Marked days up to today, oldest first. */
  readonly days: readonly string[];
}

async function coverageOf(access: TableAccess, shard: number, now: Instant): Promise<Coverage> {
  const rows = await queryRows(access, { pk: duePartition(shard), upTo: dayOf(now) });
  const days = rows.map((row) => row['sk']?.S ?? '').filter((sk) => sk !== WATERMARK);
  const watermark = rows.find((row) => row['sk']?.S === WATERMARK)?.['h']?.S;
  return { watermark, days };
}

/** Hours of the marked days, from the watermark (or `from`, if that is later) up to and with `until`. */
function hoursOf({ watermark = '', days }: Coverage, from: string, until: string): string[] {
  const start = from > watermark ? from : watermark;
  return days.flatMap((day) =>
    Array.from({ length: 24 }, (_, hour) => `${day}${String(hour).padStart(2, '0')}`).filter(
      (hour) => hour >= start && hour <= until,
    ),
  );
}

interface Bucket {
  readonly hour: string;
  readonly shard: number;
  /** Entries due after this are not wanted. */
  readonly now: Instant;
}

async function bucketRows(
  { client, table }: TableAccess,
  { hour, shard, now }: Bucket,
  limit: number,
  start: Row | undefined,
): Promise<Row[]> {
  const rows: Row[] = [];
  let from = start;
  do {
    const command = new QueryCommand({
      TableName: table,
      IndexName: DUE_INDEX,
      KeyConditionExpression: 'duePk = :bucket AND dueSk < :until',
      // `$` follows `#`, so everything due at `now` itself is included.
      ExpressionAttributeValues: { ':bucket': { S: `${hour}#${shard}` }, ':until': { S: `${now}$` } },
      Limit: limit - rows.length,
      ...(from ? { ExclusiveStartKey: from } : {}),
    });
    const answer = await callTable('read the due index', () => client.send(command));
    rows.push(...(answer.Items ?? []));
    from = answer.LastEvaluatedKey;
  } while (from && rows.length < limit);
  return rows;
}

const Position = z.strictObject({ pk: z.string(), sk: z.string(), duePk: z.string(), dueSk: z.string() });
type Position = z.infer<typeof Position>;

function rowAt({ pk, sk, duePk, dueSk }: Position): Row {
  return { ...keyAttributes({ pk, sk }), duePk: { S: duePk }, dueSk: { S: dueSk } };
}

function positionOf(row: Row): Position {
  const text = (name: string): string => row[name]?.S ?? '';
  return { pk: text('pk'), sk: text('sk'), duePk: text('duePk'), dueSk: text('dueSk') };
}

/** A page of work due at `now` in one shard: hour by hour, within an hour oldest first. */
export async function dueIn(
  access: TableAccess,
  shard: number,
  now: Instant,
  page?: PageRequest,
): Promise<Page<DueRef>> {
  const limit = limitOf(page);
  const after = readCursor(Position, page?.cursor);
  const startHour = after?.duePk.split('#')[0] ?? '';
  const hours = hoursOf(await coverageOf(access, shard, now), startHour, hourOf(now));
  const rows: Row[] = [];
  for (let at = 0; at < hours.length && rows.length <= limit; at += HOURS_AT_ONCE) {
    const buckets = hours.slice(at, at + HOURS_AT_ONCE).map((hour) => {
      const start = after && hour === startHour ? rowAt(after) : undefined;
      return bucketRows(access, { hour, shard, now }, limit + 1, start);
    });
    rows.push(...(await Promise.all(buckets)).flat());
  }
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    entries: shown.map((row) => dueRefOf(row['dueSk']?.S ?? '')),
    next: last && rows.length > limit ? packCursor(positionOf(last)) : undefined,
  };
}

/**
 * Makes what moves the watermark to the hour two hours before `now`, or to the first hour before it that still has work:
 * what was not finished is never left behind. Markers of days wholly behind it are removed. As it never moves back, a shard
 * that was seen to have reached the hour is not read again before the next.
 */
export function watermarksOf(access: TableAccess): ReviewStore['advanceWatermark'] {
  const seen = new Map<number, string>();
  return async (shard, now) => {
    const target = hourOf(plusMs(now, -TRAIL_MS));
    if ((seen.get(shard) ?? '') >= target) return;
    const coverage = await coverageOf(access, shard, now);
    if (coverage.watermark !== undefined && coverage.watermark >= target) seen.set(shard, coverage.watermark);
    else await advanceFrom(access, shard, coverage, plusMs(now, -TRAIL_MS));
  };
}

async function advanceFrom(
  access: TableAccess,
  shard: number,
  coverage: Coverage,
  target: Instant,
): Promise<void> {
  const reached = (await firstHourWithWork(access, shard, coverage, target)) ?? hourOf(target);
  if (coverage.watermark !== undefined && reached <= coverage.watermark) return;
  const isMoved = await moveWatermark(access, shard, reached);
  if (isMoved)
    await forgetDays(
      access,
      shard,
      coverage.days.filter((day) => day < reached.slice(0, 8)),
    );
}

async function firstHourWithWork(
  access: TableAccess,
  shard: number,
  coverage: Coverage,
  target: Instant,
): Promise<string | undefined> {
  const hours = hoursOf(coverage, '', hourOf(target)).filter((hour) => hour < hourOf(target));
  for (let at = 0; at < hours.length; at += HOURS_AT_ONCE) {
    const some = hours.slice(at, at + HOURS_AT_ONCE);
    const found = await Promise.all(
      some.map((hour) => bucketRows(access, { hour, shard, now: target }, 1, undefined)),
    );
    const first = some.find((_, index) => (found[index]?.length ?? 0) > 0);
    if (first !== undefined) return first;
  }
  return undefined;
}

/** Two ticks may race; the later watermark wins. */
async function moveWatermark({ client, table }: TableAccess, shard: number, hour: string): Promise<boolean> {
  const command = new PutItemCommand({
    TableName: table,
    Item: { ...keyAttributes({ pk: duePartition(shard), sk: WATERMARK }), h: { S: hour } },
    ConditionExpression: 'attribute_not_exists(h) OR h < :hour',
    ExpressionAttributeValues: { ':hour': { S: hour } },
  });
  return callTable('move the watermark', async () => {
    try {
      await client.send(command);
      return true;
    } catch (failure) {
      if (failure instanceof ConditionalCheckFailedException) return false;
      throw failure;
    }
  });
}

async function forgetDays(
  { client, table }: TableAccess,
  shard: number,
  days: readonly string[],
): Promise<void> {
  for (const day of days) {
    const Key = keyAttributes({ pk: duePartition(shard), sk: day });
    await callTable('forget a day', () => client.send(new DeleteItemCommand({ TableName: table, Key })));
  }
}
