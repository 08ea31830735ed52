// The tables there are. Kept in memory, because every request asks; each change is written through.

import type { IndexDescription, TableDescription } from './engine.ts';
import { notFoundFault } from './fault.ts';
import type { KeyValueStore } from './key-value-store.ts';
import { keysUnder } from './key-value-store.ts';
import { prefixes } from './row-keys.ts';

/** A table, and what we add to the engine's description of it. */
export interface Table {
  readonly description: TableDescription;
  readonly indexes: readonly IndexDescription[];
  /** The attribute that says in epoch seconds when an item expires, while time to live is enabled. */
  readonly expiryAttribute: string | undefined;
}

/** What is stored of a table. */
interface TableRow {
  readonly description: TableDescription;
  readonly expiryAttribute?: string;
}

/** Look-up and upkeep of tables. */
export interface TableCatalog {
  names(): readonly string[];
  find(name: string): Table | undefined;
  /** A table that can be read and written. @throws ServiceFault ResourceNotFoundException */
  active(name: string): Table;
  /** Creates or replaces a table's description, keeping its time to live. */
  describe(description: TableDescription): Promise<void>;
  /** Switches time to live on (with its attribute) or off. */
  setExpiry(name: string, attribute: string | undefined): Promise<void>;
  remove(name: string): Promise<void>;
}

function tableOf({ description, expiryAttribute }: TableRow): Table {
  const indexes = [
    ...(description.LocalSecondaryIndexes ?? []),
    ...(description.GlobalSecondaryIndexes ?? []),
  ];
  return { description, indexes, expiryAttribute };
}

/** Reads the tables a store holds. One that was still being created or deleted when the process died is finished. */
export async function openTableCatalog(store: KeyValueStore): Promise<TableCatalog> {
  const tables = new Map<string, Table>();
  const rows: TableRow[] = [];
  await store.walk(keysUnder(prefixes.table), (_key, row) => rows.push(row as TableRow) > 0);
  for (const row of rows) tables.set(row.description.TableName, tableOf(row));

  async function save(row: TableRow): Promise<void> {
    const name = row.description.TableName;
    tables.set(name, tableOf(row));
    await store.batch([{ type: 'put', key: prefixes.table + name, value: row }]);
  }

  function find(name: string): Table | undefined {
    return tables.get(name);
  }

  const catalog: TableCatalog = {
    names: () => [...tables.keys()].toSorted(),
    find,
    active: (name) => {
      const table = tables.get(name);
      const status = table?.description.TableStatus;
      if (table === undefined || status === 'CREATING' || status === 'DELETING') throw notFoundFault();
      return table;
    },
    describe: (description) => {
      const attribute = find(description.TableName)?.expiryAttribute;
      return save({ description, ...(attribute === undefined ? {} : { expiryAttribute: attribute }) });
    },
    setExpiry: async (name, attribute) => {
      const { description } = catalog.active(name);
      await save({ description, ...(attribute === undefined ? {} : { expiryAttribute: attribute }) });
    },
    remove: async (name) => {
      tables.delete(name);
      await store.batch([{ type: 'del', key: prefixes.table + name }]);
    },
  };
  for (const { description } of rows) await finish(store, catalog, description);
  return catalog;
}

async function finish(
  store: KeyValueStore,
  catalog: TableCatalog,
  description: TableDescription,
): Promise<void> {
  if (description.TableStatus === 'DELETING') {
    await clearTable(store, description.TableName);
    await catalog.remove(description.TableName);
  } else if (description.TableStatus !== 'ACTIVE') {
    await catalog.describe(asActive(description));
  }
}

/** A description after the change it was in has come to its end. */
export function asActive(description: TableDescription): TableDescription {
  const { GlobalSecondaryIndexes: indexes } = description;
  const active = { ...description, TableStatus: 'ACTIVE' };
  if (indexes === undefined) return active;
  return { ...active, GlobalSecondaryIndexes: indexes.map((index) => ({ ...index, IndexStatus: 'ACTIVE' })) };
}

/** Removes every row, index entry, tag and expiry of a table. */
export async function clearTable(store: KeyValueStore, name: string): Promise<void> {
  for (const prefix of [
    prefixes.item(name),
    prefixes.indexes(name),
    prefixes.tag(name),
    prefixes.expiry(name),
  ]) {
    await store.clear(keysUnder(prefix));
  }
}
