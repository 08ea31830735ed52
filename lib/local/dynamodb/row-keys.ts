// How rows are named in the key space. Table and index names cannot contain `~`, so no prefix begins another.
import { hash } from 'node:crypto';
import type { KeySchema, TableDescription } from './engine.ts';
import { database } from './engine.ts';
import type { AttributeValue, Item } from './values.ts';

/** Under which keys things lie. */
export const prefixes = {
  table: 'table~',
  item: (table: string) => `item~${table}~`,
  index: (table: string, index: string) => `index~${table}~${index}~`,
  indexes: (table: string) => `index~${table}~`,
  tag: (table: string) => `tag~${table}~`,
  expiry: (table: string) => `expiry~${table}~`,
  token: 'token~',
  feed: 'feed~',
};

/** The last sequence number given to a change. */
export const SEQUENCE_KEY = 'meta~sequence';

// Same text as the engine's `hashPrefix` and `toRangeStr`, which its queries build their ranges from; strings, the
// common case, are done here because one md5 call instead of a hash object halves the cost of a key.
function hashPart(value: AttributeValue): string {
  if (value.S !== undefined) return hash('md5', `Outliers${value.S}`, 'hex').slice(0, 6);
  return value.N === undefined ? database.hashPrefix(value.B, 'B') : database.hashPrefix(value.N, 'N');
}

function sortPart(value: AttributeValue): string {
  return value.S === undefined ? database.toRangeStr(value) : Buffer.from(value.S, 'utf8').toString('hex');
}

/** The key of an item or index entry in its order: hash, partition key, sort key. All key attributes must be there. */
export function orderKey(item: Item, schema: KeySchema): string {
  let key = '';
  for (const { AttributeName } of schema) {
    const value = item[AttributeName];
    if (value === undefined) throw new Error(`key attribute ${AttributeName} is missing`);
    key += key === '' ? `${hashPart(value)}/${sortPart(value)}/` : `${sortPart(value)}/`;
  }
  return key;
}

/** Where an item lies. */
export function itemKey(table: TableDescription, item: Item): string {
  return prefixes.item(table.TableName) + orderKey(item, table.KeySchema);
}

/**
 * Order of an item's entry in an index. It ends in the item's own key: the engine ends it in 24 bits of a hash,
 * which lets two items with the same index key overwrite each other.
 */
export function indexOrderKey(table: TableDescription, schema: KeySchema, item: Item): string {
  return orderKey(item, schema) + orderKey(item, table.KeySchema);
}

/** The key attributes of an item. */
export function keyAttributes(table: TableDescription, item: Item): Item {
  const key: Record<string, AttributeValue> = {};
  for (const { AttributeName } of table.KeySchema) {
    const value = item[AttributeName];
    if (value !== undefined) key[AttributeName] = value;
  }
  return key;
}
