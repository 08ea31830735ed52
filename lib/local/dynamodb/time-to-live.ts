// Time to live: which attribute says when items expire, and the sweep that deletes them by the embedded clock.
import * as z from 'zod';
import type { Clock } from '../../application/ports/clock.ts';
import { millisOf } from '../../domain/time.ts';
import type { Answer } from './engine.ts';
import { notFoundFault, validationFault } from './fault.ts';
import { refuseOnInsertOnly } from './insert-only.ts';
import type { WriteContext } from './item-write.ts';
import type { Operation } from './key-value-store.ts';
import { keysUnder } from './key-value-store.ts';
import { parseWith } from './parse-with.ts';
import { expiryKey, expiryOf, planWrite } from './planned-write.ts';
import { prefixes } from './row-keys.ts';
import type { Table, TableCatalog } from './table-catalog.ts';
import type { Item } from './values.ts';
import type { WriteGroup, WriteQueue } from './write-queue.ts';

const UpdateRequest = z.object({
  TableName: z.string().min(1),
  TimeToLiveSpecification: z.object({ AttributeName: z.string().min(1).max(255), Enabled: z.boolean() }),
});
const DescribeRequest = z.object({ TableName: z.string().min(1) });

const SWEEP_ITEMS = 500;
const INDEX_OPERATIONS = 1000;
const FIVE_YEARS_SECONDS = 5 * 365 * 86_400;

function tableNamed(catalog: TableCatalog, name: string): Table {
  const table = catalog.find(name);
  if (!table) throw notFoundFault(`Requested resource not found: Table: ${name} not found`);
  return table;
}

/** Answers DescribeTimeToLive. @throws ServiceFault ResourceNotFoundException */
export function describeTimeToLive({ catalog }: WriteContext, body: unknown): Answer {
  const { expiryAttribute } = tableNamed(catalog, parseWith(DescribeRequest, body).TableName);
  return {
    TimeToLiveDescription:
      expiryAttribute === undefined
        ? { TimeToLiveStatus: 'DISABLED' }
        : { TimeToLiveStatus: 'ENABLED', AttributeName: expiryAttribute },
  };
}

/** Answers UpdateTimeToLive; takes effect at once. @throws ServiceFault ValidationException when nothing would change */
export async function updateTimeToLive(
  context: WriteContext,
  queue: WriteQueue,
  body: unknown,
): Promise<Answer> {
  const { TableName, TimeToLiveSpecification: wanted } = parseWith(UpdateRequest, body);
  refuseOnInsertOnly(context, 'UpdateTimeToLive', TableName);
  return queue.alone(async () => {
    const { expiryAttribute } = tableNamed(context.catalog, TableName);
    if (wanted.Enabled === (expiryAttribute !== undefined)) {
      throw validationFault(`TimeToLive is already ${wanted.Enabled ? 'enabled' : 'disabled'}`);
    }
    if (!wanted.Enabled && expiryAttribute !== wanted.AttributeName) {
      throw validationFault(
        `TimeToLive is active on a different AttributeName: current AttributeName is ${expiryAttribute}`,
      );
    }
    await context.store.clear(keysUnder(prefixes.expiry(TableName)));
    await context.catalog.setExpiry(TableName, wanted.Enabled ? wanted.AttributeName : undefined);
    if (wanted.Enabled) await noteExpiries(context, context.catalog.active(TableName));
    return { TimeToLiveSpecification: wanted };
  });
}

async function noteExpiries({ store }: WriteContext, table: Table): Promise<void> {
  const operations: Operation[] = [];
  await store.walk(keysUnder(prefixes.item(table.description.TableName)), (key, item) => {
    const expiry = expiryOf(table, item as Item);
    if (expiry !== undefined) operations.push({ type: 'put', key: expiryKey(table, expiry, key), value: '' });
    return true;
  });
  for (let at = 0; at < operations.length; at += INDEX_OPERATIONS) {
    await store.batch(operations.slice(at, at + INDEX_OPERATIONS));
  }
}

/** Items noted as expired by now; as in the service, not those that expired more than five years ago. */
async function expiredKeys({ store }: WriteContext, table: Table, now: number): Promise<readonly string[]> {
  const prefix = prefixes.expiry(table.description.TableName);
  const keys: string[] = [];
  const from = expiryKey(table, Math.max(0, now - FIVE_YEARS_SECONDS), '');
  await store.walk({ gte: from, lt: expiryKey(table, now, ''), limit: SWEEP_ITEMS }, (key) => {
    keys.push(key.slice(key.indexOf('~', prefix.length) + 1));
    return true;
  });
  return keys;
}

/** Deletes those items that are still expired when their turn comes. */
function expire(group: WriteGroup, table: Table, keys: readonly string[], now: number): number {
  const writes = keys.flatMap((key) => {
    const previous = group.read(key);
    const expiry = expiryOf(table, previous);
    if (previous === undefined || expiry === undefined || expiry >= now) return [];
    return [planWrite(table, key, { previous, next: undefined, isExpiry: true })];
  });
  group.apply(writes);
  return writes.length;
}

/** Deletes every item whose time has come by the clock, table by table; resolves to how many. */
export async function sweepExpired(context: WriteContext, queue: WriteQueue, clock: Clock): Promise<number> {
  const now = Math.floor(millisOf(clock.now()) / 1000);
  let deleted = 0;
  for (const name of context.catalog.names()) {
    for (;;) {
      const table = context.catalog.find(name);
      if (table?.expiryAttribute === undefined) break;
      const keys = await expiredKeys(context, table, now);
      const count = await queue.write((group) => expire(group, table, keys, now));
      deleted += count;
      if (count === 0) break;
    }
  }
  return deleted;
}
