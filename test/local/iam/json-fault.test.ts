import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { findJsonFault } from '../../../lib/local/iam/json-fault.ts';
import { locateJson } from '../../../lib/local/iam/json-position.ts';

test('no fault is found inside well-formed JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      expect(findJsonFault(text)).toBe(text.length);
    }),
  );
});

test.each([
  ['{"a": nope}', 6],
  ['{"a": 1,}', 8],
  ['[1 2]', 3],
  ['{"a" 1}', 5],
  ['{a: 1}', 1],
  ['["a\nb"]', 1],
  ['[1]]', 3],
  ['{"a": [1}', 8],
  ['{"a":', 5],
  ['', 0],
  ['[01]', 1],
])('%j goes wrong at offset %i', (text, offset) => {
  expect(findJsonFault(text)).toBe(offset);
});

test('every value is found where it stands', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), fc.nat(), (values, pick) => {
      const index = pick % values.length;
      const text = `[\n${values.map((value) => JSON.stringify(value)).join(',\n')}\n]`;
      expect(locateJson(text, [index]).start).toEqual({ line: index + 2, column: 1 });
    }),
  );
});
