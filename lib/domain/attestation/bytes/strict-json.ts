// JSON that reads one way only. JSON.parse takes the last of two equal keys, other readers the first: a signed
// text with both could mean two things. One cheap scan plus JSON.parse plus one walk; slow work only to explain.
import { InvalidInputError } from '../../errors.ts';
import { utf8Text } from './text-bytes.ts';

/** How strictly to read. */
export interface StrictJsonOptions {
  /** Deepest nesting of arrays and objects allowed. @default 64 */
  readonly maxDepth?: number;
  /** Allow only integers up to 2^53−1, written as plain digits. @default true */
  readonly integersOnly?: boolean;
}

/** Nesting allowed where nothing else is said. */
export const DEFAULT_MAX_DEPTH = 64;

const [QUOTE, DOT, COLON, UPPER_E, LOWER_E] = [0x22, 0x2e, 0x3a, 0x45, 0x65];
const [BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5c, 0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Parses JSON (RFC 8259) from outside. Refuses duplicate keys (however escaped), `__proto__` as a key, lone
 * surrogates, a byte order mark, invalid UTF-8, trailing text, too deep nesting and numbers that would not
 * survive a double.
 * @returns the value, built of plain objects, arrays, strings, numbers, booleans and null
 * @throws InvalidInputError `MALFORMED_JSON`, naming the position (in UTF-16 units) or the key
 * @example parseStrictJson('{"a":1,"\\u0061":2}') // throws: Duplicate key "a" at position 7
 */
export function parseStrictJson(source: string | Uint8Array, options: StrictJsonOptions = {}): unknown {
  const text = typeof source === 'string' ? source : utf8OfJson(source);
  const integersOnly = options.integersOnly ?? true;
  const keyCount = scanTokens(text, options.maxDepth ?? DEFAULT_MAX_DEPTH, integersOnly);
  const value = parseOrRefuse(text);
  // JSON.parse drops the earlier of two equal keys, so a tree with fewer keys than colons had a duplicate.
  if (countKeys(value, integersOnly) !== keyCount) throw refuseDuplicate(text);
  return value;
}

function utf8OfJson(bytes: Uint8Array): string {
  try {
    return utf8Text(bytes);
  } catch (cause) {
    throw malformed('JSON is not valid UTF-8', cause);
  }
}

function parseOrRefuse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    // V8's message quotes the text, which may be confidential: keep the position only.
    const position = cause instanceof Error ? /position (\d+)/.exec(cause.message)?.[1] : undefined;
    throw malformed(position === undefined ? 'Not JSON' : `Not JSON at position ${position}`);
  }
}

/** Counts colons outside strings; checks depth and number spelling. Safe on text that is not JSON. */
function scanTokens(text: string, maxDepth: number, integersOnly: boolean): number {
  let depth = 0;
  let colons = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case COLON:
        colons++;
        break;
      case OPEN_OBJECT:
      case OPEN_LIST:
        if (++depth > maxDepth) throw malformed(`Nesting deeper than ${maxDepth} at position ${at}`);
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        depth--;
        break;
      case DOT:
      case UPPER_E:
      case LOWER_E:
        if (integersOnly && isDigit(text.charCodeAt(at - 1))) {
          throw malformed(`A number is not a plain integer at position ${at}`);
        }
        break;
    }
  }
  return colons;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Position of the quote that closes the string opened at `start`; the text's end if none does. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1) {
    let before = end - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    if ((end - 1 - before) % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}

/** Number of keys in the whole tree; checks every string and number on the way. */
function countKeys(value: unknown, integersOnly: boolean): number {
  if (typeof value === 'string') return checkText(value);
  if (typeof value === 'number') return checkNumber(value, integersOnly);
  if (value === null || typeof value !== 'object') return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countKeys(item, integersOnly);
    return count;
  }
  for (const key of Object.keys(value)) {
    if (key === '__proto__') throw malformed('Key "__proto__" is not allowed');
    checkText(key);
    count += 1 + countKeys((value as Record<string, unknown>)[key], integersOnly);
  }
  return count;
}

function checkText(text: string): 0 {
  if (!text.isWellFormed()) throw malformed('A string holds a lone surrogate');
  return 0;
}

function checkNumber(value: number, integersOnly: boolean): 0 {
  if (!Number.isFinite(value)) throw malformed('A number is too large');
  if (integersOnly && (!Number.isSafeInteger(value) || Object.is(value, -0))) {
    throw malformed(`Number ${Object.is(value, -0) ? '-0' : value} is not an integer within ±(2^53−1)`);
  }
  return 0;
}

/** Reads again, slowly, to name the key. Called only on text that is valid JSON. */
function refuseDuplicate(text: string): InvalidInputError {
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === OPEN_OBJECT || code === OPEN_LIST) open.push(new Set());
    else if (code === CLOSE_OBJECT || code === CLOSE_LIST) open.pop();
    else if (code === QUOTE) {
      const end = endOfString(text, at);
      if (/^\s*:/.test(text.slice(end + 1, end + 64))) {
        const key = JSON.parse(text.slice(at, end + 1)) as string;
        if (open.at(-1)?.has(key)) return malformed(`Duplicate key ${JSON.stringify(key)} at position ${at}`);
        open.at(-1)?.add(key);
      }
      at = end;
    }
  }
  return malformed('Duplicate key');
}

function malformed(message: string, cause?: unknown): InvalidInputError {
  return new InvalidInputError({ code: 'MALFORMED_JSON', message: `${message}.`, cause });
}
