// What one write does to the key space: the item, its index entries, its expiry, and what it costs.
import type { IndexDescription } from './engine.ts';
import { validationFault } from './fault.ts';
import type { Operation } from './key-value-store.ts';
import { indexOrderKey, prefixes } from './row-keys.ts';
import type { Table } from './table-catalog.ts';
import type { AttributeValue, Item } from './values.ts';
import { equalJson, MAX_ITEM_BYTES, MAX_NESTING, measureItem, nestingOf } from './values.ts';

/** A write that has passed every check and needs only to be applied. */
export interface PlannedWrite {
  readonly table: Table;
  /** Where the item lies. */
  readonly key: string;
  readonly previous: Item | undefined;
  /** The item afterwards; undefined when it is deleted. */
  readonly next: Item | undefined;
  readonly operations: readonly Operation[];
  /** Write units by index name. */
  readonly indexUnits: ReadonlyMap<string, number>;
  /** Set when time to live deleted the item, not a caller. */
  readonly isExpiry: boolean;
}

const KIB = 1024;

/** Write units for an item of this size, not counting indexes. */
export function writeUnits(item: Item | undefined): number {
  return item === undefined ? 1 : Math.max(1, Math.ceil(measureItem(item) / KIB));
}

/** @throws ServiceFault ValidationException when an item is too large or nested too deep to be stored */
export function checkItem(item: Item): void {
  if (measureItem(item) > MAX_ITEM_BYTES) {
    throw validationFault('Item size has exceeded the maximum allowed size');
  }
  if (nestingOf(item) > MAX_NESTING) {
    throw validationFault('Nesting Levels have exceeded supported limits');
  }
}

/** Works out what replacing `previous` by `next` changes. @throws ServiceFault ValidationException */
export function planWrite(
  table: Table,
  key: string,
  {
    previous,
    next,
    isExpiry = false,
  }: { previous: Item | undefined; next: Item | undefined; isExpiry?: boolean },
): PlannedWrite {
  if (next) checkItem(next);
  const operations: Operation[] = [next ? { type: 'put', key, value: next } : { type: 'del', key }];
  const indexUnits = new Map<string, number>();
  for (const index of table.indexes) {
    const changes = planIndex(table, index, previous, next);
    if (changes.length === 0) continue;
    operations.push(...changes);
    indexUnits.set(
      index.IndexName,
      changes.reduce((sum, change) => sum + unitsOf(change), 0),
    );
  }
  if (table.expiryAttribute !== undefined) operations.push(...planExpiry(table, key, previous, next));
  return { table, key, previous, next, operations, indexUnits, isExpiry };
}

function unitsOf(operation: Operation): number {
  return operation.type === 'put' ? writeUnits(operation.value as Item) : 1;
}

function planIndex(
  table: Table,
  index: IndexDescription,
  previous: Item | undefined,
  next: Item | undefined,
): readonly Operation[] {
  const prefix = prefixes.index(table.description.TableName, index.IndexName);
  const before = previous && isIndexed(index, previous) ? previous : undefined;
  const after = next && isIndexed(index, next) ? next : undefined;
  if (after) refuseEmptyKeys(index, after);
  const oldKey = before && prefix + indexOrderKey(table.description, index.KeySchema, before);
  const newKey = after && prefix + indexOrderKey(table.description, index.KeySchema, after);
  const operations: Operation[] = [];
  if (oldKey !== undefined && oldKey !== newKey) operations.push({ type: 'del', key: oldKey });
  if (after && newKey !== undefined) {
    const entry = project(table, index, after);
    const isSame = before && oldKey === newKey && equalJson(project(table, index, before), entry);
    if (!isSame) operations.push({ type: 'put', key: newKey, value: entry });
  }
  return operations;
}

function isIndexed({ KeySchema }: IndexDescription, item: Item): boolean {
  return KeySchema.every(({ AttributeName }) => item[AttributeName] !== undefined);
}

function refuseEmptyKeys({ IndexName, KeySchema }: IndexDescription, item: Item): void {
  for (const { AttributeName } of KeySchema) {
    const value = item[AttributeName];
    if (value?.S !== '' && value?.B !== '') continue;
    throw validationFault(
      'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
        'The AttributeValue for a key attribute cannot contain an empty string value. ' +
        `IndexName: ${IndexName}, IndexKey: ${AttributeName}`,
    );
  }
}

function project(table: Table, { KeySchema, Projection }: IndexDescription, item: Item): Item {
  if (Projection.ProjectionType === 'ALL') return item;
  const names = [
    ...KeySchema.map(({ AttributeName }) => AttributeName),
    ...table.description.KeySchema.map(({ AttributeName }) => AttributeName),
    ...(Projection.NonKeyAttributes ?? []),
  ];
  const entry: Record<string, AttributeValue> = {};
  for (const name of names) {
    const value = item[name];
    if (value !== undefined) entry[name] = value;
  }
  return entry;
}

const EPOCH_DIGITS = 12;

/** Where the expiry of an item that expires at this epoch second is noted; the item's own key ends it. */
export function expiryKey(table: Table, epochSeconds: number, key: string): string {
  return `${prefixes.expiry(table.description.TableName)}${String(epochSeconds).padStart(EPOCH_DIGITS, '0')}~${key}`;
}

/** When an item expires, in epoch seconds; undefined when its attribute is missing or no such number. */
export function expiryOf(table: Table, item: Item | undefined): number | undefined {
  const text = table.expiryAttribute === undefined ? undefined : item?.[table.expiryAttribute]?.N;
  const epochSeconds = Math.floor(Number(text));
  return epochSeconds >= 0 && epochSeconds < 10 ** EPOCH_DIGITS ? epochSeconds : undefined;
}

function planExpiry(
  table: Table,
  key: string,
  previous: Item | undefined,
  next: Item | undefined,
): readonly Operation[] {
  const before = expiryOf(table, previous);
  const after = expiryOf(table, next);
  if (before === after) return [];
  const operations: Operation[] = [];
  if (before !== undefined) operations.push({ type: 'del', key: expiryKey(table, before, key) });
  if (after !== undefined) operations.push({ type: 'put', key: expiryKey(table, after, key), value: '' });
  return operations;
}
