// Canonical JSON (RFC 8785, JCS): the one byte string a value is signed as.
import canonicalize from 'canonicalize';
import { InvalidInputError } from '../../errors.ts';
import { DEFAULT_MAX_DEPTH } from './strict-json.ts';
import { utf8Bytes } from './text-bytes.ts';

/** What a value may hold to be written canonically. */
export interface CanonicalOptions {
  /** Allow numbers that are not integers within ±(2^53−1). Signed statements never do. @default false */
  readonly floats?: boolean;
  /** Deepest nesting allowed; also what stops a cycle. @default 64 */
  readonly maxDepth?: number;
}

/**
 * UTF-8 JCS of a value. The value is checked first, because the serialiser, like JSON.stringify, writes holes as
 * `null`, drops `undefined`, follows `toJSON` and reads getters: what is signed would not be what was given.
 * @throws InvalidInputError `BAD_ARGUMENT`, naming the path, for anything but plain JSON data
 */
export function canonicalBytes(value: unknown, options: CanonicalOptions = {}): Uint8Array {
  return utf8Bytes(canonicalText(value, options));
}

/** As `canonicalBytes`, before encoding as UTF-8. */
export function canonicalText(value: unknown, options: CanonicalOptions = {}): string {
  const rules = { floats: options.floats ?? false, maxDepth: options.maxDepth ?? DEFAULT_MAX_DEPTH };
  assertPlain(value, '$', 0, rules);
  const text = canonicalize(value);
  if (text === undefined) throw refuse('$', 'has no JSON form');
  return text;
}

type Rules = Required<CanonicalOptions>;

function assertPlain(value: unknown, path: string, depth: number, rules: Rules): void {
  switch (typeof value) {
    case 'boolean':
      return;
    case 'string':
      if (!value.isWellFormed()) throw refuse(path, 'holds a lone surrogate');
      return;
    case 'number':
      return assertNumber(value, path, rules);
    case 'object':
      if (value === null) return;
      // A cycle ends here too.
      if (depth >= rules.maxDepth) throw refuse(path, `is nested deeper than ${rules.maxDepth}`);
      return Array.isArray(value)
        ? assertPlainArray(value, path, depth, rules)
        : assertPlainObject(value, path, depth, rules);
    case 'undefined':
    case 'function':
    case 'symbol':
    case 'bigint':
      throw refuse(path, `is ${typeof value}, which JSON has no form for`);
  }
}

function assertNumber(value: number, path: string, rules: Rules): void {
  if (!Number.isFinite(value)) throw refuse(path, 'is not a finite number');
  if (!rules.floats && (!Number.isSafeInteger(value) || Object.is(value, -0))) {
    throw refuse(path, 'is not an integer within ±(2^53−1)');
  }
}

function assertPlainArray(list: readonly unknown[], path: string, depth: number, rules: Rules): void {
  if (Object.getPrototypeOf(list) !== Array.prototype) throw refuse(path, 'is not a plain array');
  // One own key per element and `length`: neither holes nor named extras.
  if (Reflect.ownKeys(list).length !== list.length + 1) throw refuse(path, 'is a sparse or extended array');
  for (let index = 0; index < list.length; index++) {
    assertPlain(ownData(list, String(index), path), `${path}[${index}]`, depth + 1, rules);
  }
}

function assertPlainObject(object: object, path: string, depth: number, rules: Rules): void {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) throw refuse(path, 'is not a plain object');
  for (const key of Reflect.ownKeys(object)) {
    if (typeof key === 'symbol') throw refuse(path, 'has a symbol as a key');
    // Assigning this key elsewhere would change a prototype instead of adding a member.
    if (key === '__proto__') throw refuse(path, 'has the key "__proto__"');
    if (!key.isWellFormed()) throw refuse(path, 'has a key with a lone surrogate');
    assertPlain(ownData(object, key, path), `${path}.${key}`, depth + 1, rules);
  }
}

/** The value of an ordinary property. A getter could answer differently the second time it is read. */
function ownData(object: object, key: string, path: string): unknown {
  const property = Object.getOwnPropertyDescriptor(object, key);
  if (property === undefined) throw refuse(path, 'is a sparse array');
  if (!('value' in property) || property.enumerable !== true) {
    throw refuse(`${path}.${key}`, 'is not an ordinary property');
  }
  return property.value;
}

function refuse(path: string, what: string): InvalidInputError {
  return new InvalidInputError({ code: 'BAD_ARGUMENT', message: `Cannot be signed: ${path} ${what}.` });
}
