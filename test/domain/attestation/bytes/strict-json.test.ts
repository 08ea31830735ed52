import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrictJson } from '../../../../lib/domain/attestation/bytes/strict-json.ts';
import { InvalidInputError } from '../../../../lib/domain/errors.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('strict JSON', () => {
  it('reads what JSON.parse reads where nothing is ambiguous', () => {
    const json = fc.jsonValue({ noUnicodeString: false }).filter((value) => isReadable(value));

    fc.assert(
      fc.property(json, fc.integer({ min: 0, max: 3 }), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parseStrictJson(text, { integersOnly: false })).toEqual(JSON.parse(text));
        expect(parseStrictJson(bytes(text), { integersOnly: false })).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['{"a":1,"a":2}', 'Duplicate key "a" at position 7'],
    ['{"a":1,"\\u0061":1}', 'Duplicate key "a" at position 7'],
    ['{"x":[{"k":{},"l":0,"k" \n: []}]}', 'Duplicate key "k" at position 20'],
    [`{"a":0,"a"${' '.repeat(100)}:0}`, 'Duplicate key.'],
    ['{"":0,"":0}', 'Duplicate key "" at position 6'],
    ['{"a\\"b:":0,"a\\u0022b\\u003a":1}', 'Duplicate key "a\\"b:" at position 11'],
    ['{"__proto__":1}', '__proto__'],
    ['{"\\u005f_proto__":1}', '__proto__'],
    ['{"a":"\\ud800"}', 'lone surrogate'],
    ['{"\\udc00":1}', 'lone surrogate'],
    ['["\\ud83d\\u0041"]', 'lone surrogate'],
    ['{} {}', 'position 3'],
    ['{"a":1}x', 'position 7'],
    ['', 'Not JSON'],
    ['{"a":1', 'Not JSON'],
    ['"open', 'Not JSON'],
    ['"open\\"', 'Not JSON'],
    ['\uFEFF{}', 'Not JSON'],
    ['[01]', 'Not JSON'],
    ["{'a':1}", 'Not JSON'],
    ['[1,]', 'Not JSON'],
    ['NaN', 'Not JSON'],
    ['[9007199254740992]', '2^53'],
    ['[-9007199254740993]', '2^53'],
    ['[9007199254740993]', '2^53'],
    ['[1e400]', 'plain integer at position 2'],
    ['[1.0]', 'plain integer'],
    ['[1E2]', 'plain integer'],
    ['[-0]', '-0'],
    ['[0.5]', 'plain integer'],
  ])('refuses %s', (text, reason) => {
    expect(() => parseStrictJson(text)).toThrow(InvalidInputError);
    expect(() => parseStrictJson(text)).toThrow(reason);
  });

  it('refuses numbers too large for a double even where fractions are allowed', () => {
    expect(() => parseStrictJson('[1e400]', { integersOnly: false })).toThrow('too large');
    expect(parseStrictJson('[1.5e3,-0]', { integersOnly: false })).toEqual([1500, -0]);
  });

  it('keeps equal keys of different objects', () => {
    const text = '[{"a":{"a":[{"a":1},{"a":2}]}},{"a":"a:\\"a\\":"}]';

    expect(parseStrictJson(text)).toEqual(JSON.parse(text));
  });

  it('refuses a duplicate wherever it is planted', () => {
    const key = fc.string({ unit: 'grapheme' }).filter((text) => text !== '__proto__');
    const entry = fc.tuple(key, fc.integer());

    fc.assert(
      fc.property(fc.array(entry, { minLength: 1 }), fc.nat(), fc.nat(), (entries, pick, place) => {
        const members = [...new Map(entries)].map(([key, value]) => `${JSON.stringify(key)}:${value}`);
        const again = escapeAll(JSON.parse(members[pick % members.length]!.replace(/:-?\d+$/, '')) as string);
        members.splice(place % (members.length + 1), 0, `"${again}":{"inner":[]}`);

        expect(() => parseStrictJson(`{"before":[{}],"in":{${members.join(',')}}}`)).toThrow(/Duplicate key/);
      }),
    );
  });

  it('refuses bytes that are not UTF-8, and a byte order mark', () => {
    const latin1 = Uint8Array.of(0x22, 0xe9, 0x22);
    const overlong = Uint8Array.of(0x22, 0xc0, 0xaf, 0x22);
    const surrogate = Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22);
    const marked = Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d);

    for (const bad of [latin1, overlong, surrogate]) expect(() => parseStrictJson(bad)).toThrow('UTF-8');
    expect(() => parseStrictJson(marked)).toThrow('Not JSON');
  });

  it('allows nesting up to the limit and no deeper', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

    expect(() => parseStrictJson(nested(64))).not.toThrow();
    expect(() => parseStrictJson(nested(65))).toThrow('deeper than 64 at position 64');
    expect(() => parseStrictJson(nested(1_000_000))).toThrow('deeper than 64');
    expect(() => parseStrictJson('{"a":{"b":1}}', { maxDepth: 1 })).toThrow('deeper than 1');
    expect(parseStrictJson('["[[[["]', { maxDepth: 1 })).toEqual(['[[[[']);
  });

  it('does not repeat the text in its message', () => {
    expect(() => parseStrictJson('{"secret": hunter2}')).toThrow(/^Not JSON\.$/);
    expect(() => parseStrictJson('{"secret": 1 "hunter2"}')).toThrow(/^Not JSON at position 13\.$/);
  });
});

function escapeAll(text: string): string {
  return Array.from({ length: text.length }, (_, at) => {
    return `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }).join('');
}

function isReadable(value: unknown): boolean {
  return !JSON.stringify(value).includes('"__proto__":');
}
