// What dynalite's actions see when they ask for their database: our key space, in the calls they know.
import { Stream } from 'node:stream';
import type { ParsedRequest, TableDescription } from './engine.ts';
import { database } from './engine.ts';
import { notFoundFault } from './fault.ts';
import type { KeyRange, KeyValueStore, Operation } from './key-value-store.ts';
import { keysUnder } from './key-value-store.ts';
import { indexOrderKey, prefixes } from './row-keys.ts';
import type { TableCatalog } from './table-catalog.ts';
import { clearTable } from './table-catalog.ts';

type Done<T = unknown> = (failure: unknown, result?: T) => void;
type Release = (done: Done) => Done;

/** A part of the key space, as the engine's actions use one. */
export interface EnginePart {
  get(key: string, done: Done): void;
  put(key: string, value: unknown, done: Done): void;
  del(key: string, done: Done): void;
  batch(operations: readonly Operation[], done: Done): void;
  lock(key: string, run: (release: Release) => void): void;
  createKeyStream(range?: KeyRange): Stream;
  createValueStream(range?: KeyRange): Stream;
}

/** The `store` argument of the engine's actions. */
export interface EngineStore {
  readonly options: Readonly<Record<string, number>>;
  readonly tableDb: EnginePart & { readonly awsAccountId: string; readonly awsRegion: string };
  getTable(name: string, checkStatus: boolean | Done<TableDescription>, done?: Done<TableDescription>): void;
  getItemDb(table: string): EnginePart;
  getIndexDb(kind: string, table: string, index: string): EnginePart;
  getTagDb(table: string): EnginePart;
  deleteItemDb(table: string, done: Done): void;
  deleteIndexDb(kind: string, table: string, index: string, done: Done): void;
  deleteTagDb(table: string, done: Done): void;
}

/** The account and region the tables are said to be in. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

const OPTIONS = {
  createTableMs: 0,
  deleteTableMs: 0,
  updateTableMs: 0,
  maxItemSizeKb: 400,
  maxItemSize: 409_600,
};

/** Writes are ordered by the write queue, so the engine's own locks have nothing to do. */
function lockNothing(_key: string, run: (release: Release) => void): void {
  run((done) => done);
}

function settle(work: Promise<unknown>, answer: Done): void {
  work.then(
    () => answer(null),
    (failure: unknown) => answer(failure),
  );
}

function prefixed(prefix: string, { gt, gte, lt, lte, reverse, limit }: KeyRange): KeyRange {
  const all = keysUnder(prefix);
  const from = gte === undefined && gt === undefined ? { gte: all.gte } : {};
  const to = lte === undefined && lt === undefined ? { lt: all.lt } : {};
  return {
    ...from,
    ...to,
    ...(gte === undefined ? {} : { gte: prefix + gte }),
    ...(gt === undefined ? {} : { gt: prefix + gt }),
    ...(lte === undefined ? {} : { lte: prefix + lte }),
    ...(lt === undefined ? {} : { lt: prefix + lt }),
    ...(reverse === undefined ? {} : { reverse }),
    ...(limit === undefined ? {} : { limit }),
  };
}

/** A walk as the old kind of stream, which is what the engine reads: `data` until destroyed, then `end`. */
function streamOf(
  store: KeyValueStore,
  range: KeyRange,
  pick: (key: string, value: unknown) => unknown,
): Stream {
  let isWanted = true;
  const stream = Object.assign(new Stream(), {
    destroy: () => {
      isWanted = false;
    },
  });
  setImmediate(() => {
    store
      .walk(range, (key, value) => {
        if (isWanted) stream.emit('data', pick(key, value));
        return isWanted;
      })
      .then(() => isWanted && stream.emit('end'))
      .catch((failure: unknown) => stream.emit('error', failure));
  });
  return stream;
}

function createPart(store: KeyValueStore, prefix: string, adjust: (range: KeyRange) => KeyRange): EnginePart {
  return {
    get: (key, done) => done(null, store.get(prefix + key)),
    put: (key, value, done) => settle(store.batch([{ type: 'put', key: prefix + key, value }]), done),
    del: (key, done) => settle(store.batch([{ type: 'del', key: prefix + key }]), done),
    batch: (operations, done) => {
      settle(
        store.batch(operations.map((operation) => ({ ...operation, key: prefix + operation.key }))),
        done,
      );
    },
    lock: lockNothing,
    createKeyStream: (range = {}) =>
      streamOf(store, prefixed(prefix, adjust(range)), (key) => key.slice(prefix.length)),
    createValueStream: (range = {}) =>
      streamOf(store, prefixed(prefix, adjust(range)), (_key, value) => value),
  };
}

const asItIs = (range: KeyRange): KeyRange => range;

/**
 * Where the page before this one ended, in our index order. The engine names that place with its own, shorter index
 * key; a range that begins or ends exactly there is the continuation of a page.
 */
function continuation(
  catalog: TableCatalog,
  request: ParsedRequest | undefined,
): (range: KeyRange) => KeyRange {
  const start = request?.ExclusiveStartKey;
  const table = catalog.find(request?.TableName ?? '');
  const index = table?.indexes.find(({ IndexName }) => IndexName === request?.IndexName);
  if (start === undefined || table === undefined || index === undefined) return asItIs;
  return (range) => {
    const engineKey = database.createIndexKey(start, table.description, index.KeySchema);
    const ourKey = indexOrderKey(table.description, index.KeySchema, start);
    if (range.gt === engineKey) return { ...range, gt: ourKey };
    return range.lt === engineKey ? { ...range, lt: ourKey } : range;
  };
}

function createTablePart(store: KeyValueStore, catalog: TableCatalog): EngineStore['tableDb'] {
  return {
    ...createPart(store, prefixes.table, asItIs),
    awsAccountId: ACCOUNT,
    awsRegion: REGION,
    get: (name, done) => done(null, structuredClone(catalog.find(name)?.description)),
    put: (_name, value, done) => settle(catalog.describe(structuredClone(value) as TableDescription), done),
    del: (name, done) => settle(catalog.remove(name), done),
  };
}

/** The store for one action. A query or scan passes its request, so that the next page begins in the right place. */
export function createEngineStore(
  store: KeyValueStore,
  catalog: TableCatalog,
  request?: ParsedRequest,
): EngineStore {
  return {
    options: OPTIONS,
    tableDb: createTablePart(store, catalog),
    getTable: (name, checkStatus, done) => {
      const answer = typeof checkStatus === 'function' ? checkStatus : done;
      const table = catalog.find(name)?.description;
      const isGone = table === undefined || (checkStatus !== false && isChanging(table));
      if (isGone) answer?.(tableNotFound(name, checkStatus !== false));
      else answer?.(null, checkStatus === false ? structuredClone(table) : table);
    },
    getItemDb: (table) => createPart(store, prefixes.item(table), asItIs),
    getIndexDb: (_kind, table, index) =>
      createPart(store, prefixes.index(table, index), continuation(catalog, request)),
    getTagDb: (table) => createPart(store, prefixes.tag(table), asItIs),
    deleteItemDb: (table, done) => settle(clearTable(store, table), done),
    deleteIndexDb: (_kind, table, index, done) =>
      settle(store.clear(keysUnder(prefixes.index(table, index))), done),
    deleteTagDb: (table, done) => settle(store.clear(keysUnder(prefixes.tag(table))), done),
  };
}

function isChanging({ TableStatus }: TableDescription): boolean {
  return TableStatus === 'CREATING' || TableStatus === 'DELETING';
}

/** The engine looks at the name and rewrites the message, so this error is one it can write to. */
function tableNotFound(name: string, isPlain: boolean): unknown {
  const { message, body, statusCode } = notFoundFault(
    isPlain ? undefined : `Requested resource not found: Table: ${name} not found`,
  );
  return Object.assign(new Error(message), { name: 'NotFoundError', statusCode, body: { ...body } });
}
