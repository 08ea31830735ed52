import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  base64Bytes,
  base64Text,
  concatBytes,
  hexBytes,
  hexText,
  sameBytes,
  utf8Bytes,
  utf8Text,
} from '../../../../lib/domain/attestation/bytes/text-bytes.ts';
import { InvalidInputError } from '../../../../lib/domain/errors.ts';

describe('bytes and text', () => {
  it('turn into each other without loss', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string({ unit: 'grapheme' }), (bytes, text) => {
        expect(base64Bytes(base64Text(bytes))).toEqual(bytes);
        expect(hexBytes(hexText(bytes))).toEqual(bytes);
        expect(utf8Text(utf8Bytes(text))).toBe(text);
        expect(concatBytes([bytes, utf8Bytes(text)])).toEqual(Uint8Array.of(...bytes, ...utf8Bytes(text)));
      }),
    );
  });

  it('take a view of a larger buffer for what it shows', () => {
    const view = Uint8Array.of(1, 2, 3, 4).subarray(1, 3);

    expect([hexText(view), base64Text(view)]).toEqual(['0203', 'AgM=']);
    expect(hexText(Buffer.from([2, 3]))).toBe('0203');
  });

  it.each(['AA', 'AA=', 'AB==', 'AAA', 'A===', '====', 'AA==\n', ' AA==', 'AA==AA==', '-_==', 'AAAA=', 'é'])(
    'refuse %j as base64',
    (text) => {
      expect(() => base64Bytes(text)).toThrow(InvalidInputError);
    },
  );

  it.each(['a', 'AB', '0g', '00 ', 'xx'])('refuse %j as hexadecimal', (text) => {
    expect(() => hexBytes(text)).toThrow(InvalidInputError);
  });

  it('refuse lone surrogates and broken UTF-8', () => {
    expect(() => utf8Bytes('a\ud800')).toThrow(InvalidInputError);
    expect(() => utf8Text(Uint8Array.of(0xc3))).toThrow(InvalidInputError);
  });

  it('are the same only byte for byte', () => {
    expect(sameBytes(Uint8Array.of(1, 2), Buffer.from([1, 2]))).toBe(true);
    expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(sameBytes(Uint8Array.of(1), Uint8Array.of(1, 2))).toBe(false);
  });
});
