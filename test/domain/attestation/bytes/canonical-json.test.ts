import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalBytes, canonicalText } from '../../../../lib/domain/attestation/bytes/canonical-json.ts';
import { parseStrictJson } from '../../../../lib/domain/attestation/bytes/strict-json.ts';
import { InvalidInputError } from '../../../../lib/domain/errors.ts';
import { fixtureText } from '../fixture.ts';

const plainJson = fc
  .jsonValue({ noUnicodeString: false })
  .filter((value) => !JSON.stringify(value).includes('"__proto__":'));

describe('canonical JSON', () => {
  it.each(['arrays', 'french', 'structures', 'unicode', 'values', 'weird'])(
    'writes the published vector %s',
    (name) => {
      const input = parseStrictJson(fixtureText(`jcs/input/${name}.json`), { integersOnly: false });

      expect(canonicalText(input, { floats: true })).toBe(fixtureText(`jcs/output/${name}.json`).trimEnd());
    },
  );

  it.each([
    // RFC 8785 appendix B and the samples beside the published vectors: IEEE 754 bits, text.
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4340000000000001', '9007199254740994'],
    ['4340000000000002', '9007199254740996'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the double %s as %s', (bits, text) => {
    const value = Buffer.from(bits, 'hex').readDoubleBE();

    expect(canonicalText(value, { floats: true })).toBe(text);
  });

  it.each(['7fffffffffffffff', '7ff0000000000000', 'fff0000000000000'])('refuses the double %s', (bits) => {
    const value = Buffer.from(bits, 'hex').readDoubleBE();

    expect(() => canonicalText(value, { floats: true })).toThrow(InvalidInputError);
  });

  it('is read back as the same value, and written again as the same bytes', () => {
    fc.assert(
      fc.property(plainJson, (value) => {
        const once = canonicalBytes(value, { floats: true });
        const back = parseStrictJson(once, { integersOnly: false });

        expect(back).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalBytes(back, { floats: true })).toEqual(once);
      }),
    );
  });

  it('does not depend on the order keys were set in', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.integer()), (members) => {
        const entries = Object.entries(members).filter(([key]) => key !== '__proto__');
        const reversed = Object.fromEntries(entries.toReversed());

        expect(canonicalText(reversed)).toBe(canonicalText(Object.fromEntries(entries)));
      }),
    );
  });

  const cycle: unknown[] = [];
  cycle.push(cycle);
  const hidden = Object.defineProperty({}, 'a', { value: 1, enumerable: false });
  it.each<[string, unknown, string]>([
    ['undefined', { a: undefined }, '$.a is undefined'],
    ['undefined at the top', undefined, '$ is undefined'],
    ['a function', { a: () => 1 }, '$.a is function'],
    ['a symbol', [Symbol('s')], '$[0] is symbol'],
    ['a bigint', { a: 1n }, '$.a is bigint'],
    ['a hole', [1, , 3], 'sparse'], // oxlint-disable-line no-sparse-arrays
    ['an array with a name', Object.assign([1], { extra: 2 }), 'extended'],
    ['an array with a hole and a name', Object.assign([1, , 3], { extra: 2 }), 'sparse'], // oxlint-disable-line no-sparse-arrays
    ['a date', { at: new Date(0) }, '$.at is not a plain object'],
    ['a map', new Map(), 'plain object'],
    ['a boxed string', { a: Object('x') as unknown }, 'plain object'],
    ['a typed array', { a: new Uint8Array(1) }, 'plain object'],
    ['an array of another class', new (class extends Array {})(), 'plain array'],
    ['toJSON', { toJSON: () => ({}) }, '$.toJSON is function'],
    ['a getter', Object.defineProperty({}, 'a', { get: () => 1, enumerable: true }), 'ordinary'],
    ['a hidden property', hidden, 'ordinary'],
    ['a symbol key', { [Symbol('s')]: 1 }, 'symbol as a key'],
    ['a __proto__ key', JSON.parse('{"__proto__":1}'), '__proto__'],
    ['a lone surrogate', { a: 'x\ud800' }, '$.a holds a lone surrogate'],
    ['a lone surrogate in a key', { '\udc00': 1 }, 'key with a lone surrogate'],
    ['a fraction', { a: 0.5 }, '$.a is not an integer'],
    ['minus zero', [-0], '$[0] is not an integer'],
    ['a number past 2^53−1', [2 ** 53], 'not an integer within'],
    ['not a number', [Number.NaN], 'finite'],
    ['a cycle', cycle, 'deeper than 64'],
  ])('refuses %s', (_, value, reason) => {
    expect(() => canonicalBytes(value)).toThrow(InvalidInputError);
    expect(() => canonicalBytes(value)).toThrow(reason);
  });

  it('takes objects without a prototype, and repeated objects', () => {
    const shared = { a: 1 };

    expect(canonicalText([shared, shared, Object.assign(Object.create(null), { z: 1, b: null })])).toBe(
      '[{"a":1},{"a":1},{"b":null,"z":1}]',
    );
  });
});
