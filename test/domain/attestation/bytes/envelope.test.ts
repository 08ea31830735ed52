import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeEnvelope,
  encodeEnvelope,
  MAX_ENVELOPE_BYTES,
  preAuthEncoding,
  STATEMENT_PAYLOAD_TYPE,
  sealEnvelope,
} from '../../../../lib/domain/attestation/bytes/envelope.ts';
import { keyIdOf } from '../../../../lib/domain/attestation/bytes/key-id.ts';
import { IntegrityError, InvalidInputError } from '../../../../lib/domain/errors.ts';
import { answerOrRefusal, fixture } from '../fixture.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (of: Uint8Array): string => new TextDecoder().decode(of);

const KEY_ID = 'ab'.repeat(32);
const good = {
  payload: 'e30=',
  payloadType: STATEMENT_PAYLOAD_TYPE,
  signatures: [{ keyid: KEY_ID, sig: 'MAYCAQECAQE=' }],
};
const goodText =
  `{"payload":"e30=","payloadType":"application/vnd.in-toto+json",` +
  `"signatures":[{"keyid":"${KEY_ID}","sig":"MAYCAQECAQE="}]}`;

const openedEnvelope = fc.record({
  payloadType: fc.constantFrom(STATEMENT_PAYLOAD_TYPE, 'text/plain'),
  body: fc.uint8Array({ maxLength: 300 }),
  signatures: fc.uniqueArray(
    fc.record({
      keyId: fc.uint8Array({ minLength: 91, maxLength: 91 }).map(keyIdOf),
      signature: fc.uint8Array({ minLength: 1, maxLength: 80 }),
    }),
    { minLength: 1, maxLength: 3, selector: ({ keyId }) => keyId },
  ),
});

describe('pre-authentication encoding', () => {
  it('writes the published vector', () => {
    const vector = fixture('dsse-protocol-vector.json') as { payloadType: string; body: string; pae: string };

    expect(text(preAuthEncoding(vector.payloadType, bytes(vector.body)))).toBe(vector.pae);
  });

  it('counts bytes, not characters', () => {
    expect(text(preAuthEncoding('é', bytes('€')))).toBe('DSSEv1 2 é 3 €');
    expect(text(preAuthEncoding(STATEMENT_PAYLOAD_TYPE, bytes('')))).toBe(
      'DSSEv1 28 application/vnd.in-toto+json 0 ',
    );
  });
});

describe('envelope', () => {
  it('is written as one canonical line', () => {
    expect(text(encodeEnvelope(good))).toBe(goodText);
  });

  it('is taken apart into what was sealed', () => {
    fc.assert(
      fc.property(openedEnvelope, (opened) => {
        const sealed = sealEnvelope(opened);
        const decoded = decodeEnvelope(sealed);

        expect(decoded).toEqual({
          ...opened,
          preAuthEncoding: preAuthEncoding(opened.payloadType, opened.body),
        });
        expect(sealEnvelope(decoded)).toEqual(sealed);
      }),
    );
  });

  it.each([
    ['a key smuggled in', goodText.replace('{', '{"note":"x",'), /Unrecognized key/],
    [
      'a key smuggled into a signature',
      goodText.replace('"keyid"', '"cert":"x","keyid"'),
      /Unrecognized key/,
    ],
    [
      'a duplicated key',
      goodText.replace('"payloadType"', '"payload":"e30=","payloadType"'),
      /Duplicate key/,
    ],
    [
      'a key duplicated by an escape',
      goodText.replace('{', '{"p\\u0061yload":"",'),
      /Duplicate key "payload"/,
    ],
    ['a duplicated signature key', goodText.replace('"sig"', '"sig":"AA==","sig"'), /Duplicate key "sig"/],
    ['a space', goodText.replace(':', ': '), /RFC 8785/],
    ['a newline at the end', `${goodText}\n`, /RFC 8785/],
    ['text after the end', `${goodText}{}`, /Not JSON/],
    [
      'other key order',
      goodText.replace('"payload":"e30=",', '').replace('}]}', '}],"payload":"e30="}'),
      /RFC 8785/,
    ],
    ['an escaped character', goodText.replace('e30=', 'e3\\u0030='), /RFC 8785/],
    ['a byte order mark', `\uFEFF${goodText}`, /Not JSON/],
    ['no signature', goodText.replace(/\[.*\]/, '[]'), /Too small/],
    ['padding bits in the payload', goodText.replace('e30=', 'e31='), /base64/],
    ['missing padding', goodText.replace('e30=', 'e30'), /base64/],
    ['URL-safe letters', goodText.replace('e30=', 'e-_='), /base64/],
    ['a short key id', goodText.replace(KEY_ID, 'ab'), /64 lowercase/],
    ['an uppercase key id', goodText.replace(KEY_ID, KEY_ID.toUpperCase()), /64 lowercase/],
    ['one key twice', goodText.replace('}]}', `},{"keyid":"${KEY_ID}","sig":"AA=="}]}`), /same key/],
    ['a payload type with a quote', goodText.replace('vnd.', 'v\\"nd.'), /printable/],
    ['nothing', '', /Not JSON/],
  ])('with %s is refused', (_, altered, reason) => {
    expect(() => decodeEnvelope(bytes(altered))).toThrow(IntegrityError);
    expect(() => decodeEnvelope(bytes(altered))).toThrow(reason);
  });

  it('is refused or reads differently after any single bit is flipped', () => {
    const sealed = bytes(goodText);
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const flipped = sealed.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const decoded = answerOrRefusal(() => decodeEnvelope(flipped), IntegrityError);

      expect(decoded).not.toEqual(decodeEnvelope(sealed));
    }
  });

  it('may have 65,535 bytes and no more', () => {
    const empty = encodeEnvelope({ ...good, payload: '' }).length;
    const largest = Math.floor((MAX_ENVELOPE_BYTES - empty) / 4) * 4;

    expect(encodeEnvelope({ ...good, payload: 'A'.repeat(largest) }).length).toBeLessThanOrEqual(65_535);
    expect(() => encodeEnvelope({ ...good, payload: 'A'.repeat(largest + 4) })).toThrow(InvalidInputError);
    expect(() => decodeEnvelope(bytes(goodText.replace('e30=', 'A'.repeat(65_536))))).toThrow(
      'over the limit',
    );
  });

  it('is not written when malformed', () => {
    expect(() => encodeEnvelope({ ...good, signatures: [] })).toThrow(InvalidInputError);
    expect(() => encodeEnvelope({ ...good, payload: '!' })).toThrow(InvalidInputError);
    expect(() => encodeEnvelope({ ...good, extra: 1 } as typeof good)).toThrow(InvalidInputError);
  });
});
