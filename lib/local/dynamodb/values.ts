// Attribute values as they travel in DynamoDB JSON 1.0, and what the service measures on them.

/** One attribute value; exactly one member is set. `B` and `BS` are base64 text, `N` is decimal text. */
export interface AttributeValue {
  readonly S?: string;
  readonly N?: string;
  readonly B?: string;
  readonly BOOL?: boolean;
  readonly NULL?: boolean;
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly string[];
  readonly L?: readonly AttributeValue[];
  readonly M?: Readonly<Record<string, AttributeValue>>;
}

/** A row, or the key of one: attribute name to value. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** The largest item DynamoDB stores, in bytes. */
export const MAX_ITEM_BYTES = 409_600;
/** The deepest nesting of lists and maps DynamoDB stores. */
export const MAX_NESTING = 32;

const PLAIN_NUMBER = /^(?:0|-?[1-9]\d{0,30})$/;

/** Whether two JSON values say the same; the order of object members does not count. */
export function equalJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((value, at) => equalJson(value, right[at]))
    );
  }
  const ours = Object.entries(left);
  const theirs = right as Readonly<Record<string, unknown>>;
  return (
    ours.length === Object.keys(theirs).length &&
    ours.every(([name, value]) => Object.hasOwn(theirs, name) && equalJson(value, theirs[name]))
  );
}

/**
 * Whether a value is in the everyday form that needs none of the engine's checking and rewriting:
 * one member, numbers that are plain integers without leading zeros, no sets. Others are not wrong, only slower.
 */
function isPlainValue(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null || depth > MAX_NESTING) return false;
  const members = Object.entries(value);
  const first = members[0];
  if (first === undefined || members.length > 1) return false;
  const [type, content] = first as [string, unknown];
  switch (type) {
    case 'S':
      return typeof content === 'string';
    case 'N':
      return typeof content === 'string' && PLAIN_NUMBER.test(content);
    case 'BOOL':
      return typeof content === 'boolean';
    case 'NULL':
      return content === true;
    case 'L':
      return Array.isArray(content) && content.every((entry) => isPlainValue(entry, depth + 1));
    case 'M':
      return isPlainMap(content, depth + 1);
    default:
      return false;
  }
}

function isPlainMap(map: unknown, depth: number): map is Item {
  return (
    typeof map === 'object' &&
    map !== null &&
    !Array.isArray(map) &&
    Object.values(map).every((value) => isPlainValue(value, depth))
  );
}

/** Whether an item can be stored as it came: integers without leading zeros, no sets, no bytes, exactly one member a value. */
export function isPlainItem(item: unknown): item is Item {
  return isPlainMap(item, 0);
}

/**
 * Bytes an item counts for, by the rules of the DynamoDB Developer Guide ("item sizes and formats"):
 * names and strings in UTF-8, numbers half a byte a digit plus one, three bytes a list or map plus one an entry.
 */
export function measureItem(item: Item): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) bytes += Buffer.byteLength(name) + measureValue(value);
  return bytes;
}

function measureValue(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return measureNumber(value.N);
  if (value.B !== undefined) return Buffer.byteLength(value.B, 'base64');
  if (value.L !== undefined) return value.L.reduce((sum, entry) => sum + 1 + measureValue(entry), 3);
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + measureItem(value.M);
  if (value.SS !== undefined) return value.SS.reduce((sum, entry) => sum + Buffer.byteLength(entry), 0);
  if (value.NS !== undefined) return value.NS.reduce((sum, entry) => sum + measureNumber(entry), 0);
  if (value.BS !== undefined)
    return value.BS.reduce((sum, entry) => sum + Buffer.byteLength(entry, 'base64'), 0);
  return 1;
}

function measureNumber(number: string): number {
  const digits = number.replace(/^-/, '').replace('.', '').replace(/^0+/, '').replace(/0+$/, '').length;
  return digits === 0 ? 1 : 1 + Math.ceil(digits / 2) + (number.startsWith('-') ? 1 : 0);
}

/** How deep lists and maps are nested in an item; 0 when there are none. */
export function nestingOf(item: Item): number {
  return Object.values(item).reduce((deepest, value) => Math.max(deepest, nestingOfValue(value)), 0);
}

function nestingOfValue(value: AttributeValue): number {
  if (value.L !== undefined) {
    return 1 + value.L.reduce((deepest, entry) => Math.max(deepest, nestingOfValue(entry)), 0);
  }
  return value.M === undefined ? 0 : 1 + nestingOf(value.M);
}
