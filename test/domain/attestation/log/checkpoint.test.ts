import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatCheckpoint,
  parseCheckpoint,
  treeSizeOf,
} from '../../../../lib/domain/attestation/log/checkpoint.ts';
import { formatLogProof, parseLogProof } from '../../../../lib/domain/attestation/log/log-proof.ts';
import { parseNote } from '../../../../lib/domain/attestation/log/signed-note.ts';
import { IntegrityError } from '../../../../lib/domain/errors.ts';
import { fixture } from '../fixture.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const published = (fixture('note-vectors.json') as { cosignatureExample: string }).cosignatureExample;
const ROOT = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';
const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });
const line = fc.stringMatching(/^[^\n]{1,30}$/);

describe('checkpoint', () => {
  it('is read from the published example', () => {
    const { text } = parseNote(bytes(published));

    expect(parseCheckpoint(text)).toMatchObject({
      origin: 'example.com/behind-the-sofa',
      size: 20_852_163n,
      extensions: [],
    });
    expect(formatCheckpoint(parseCheckpoint(text))).toBe(text);
    expect(treeSizeOf(parseCheckpoint(text))).toBe(20_852_163);
  });

  it('is read as it was written', () => {
    const size = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
    const checkpoint = fc.record({ origin: line, size, root: digest, extensions: fc.array(line) });

    fc.assert(
      fc.property(checkpoint, (head) => {
        expect(parseCheckpoint(formatCheckpoint(head))).toEqual(head);
      }),
    );
  });

  it.each([
    `o\n1\n${ROOT}`,
    `o\n1\n`,
    `\n1\n${ROOT}\n`,
    `o\n01\n${ROOT}\n`,
    `o\n+1\n${ROOT}\n`,
    `o\n-1\n${ROOT}\n`,
    `o\n1.0\n${ROOT}\n`,
    `o\n\n${ROOT}\n`,
    `o\n18446744073709551616\n${ROOT}\n`,
    `o\n99999999999999999999\n${ROOT}\n`,
    `o\n1\n${ROOT}\n\n`,
    `o\n1\n${ROOT}\nx\n\n`,
    `o\n1\n${ROOT.replace('=', '')}\n`,
    `o\n1\n${ROOT.replace('U=', 'V=')}\n`,
    `o\n1\nAAAA\n`,
    `o\r\n1\r\n${ROOT}\r\n`,
    '',
  ])('is not %j', (text) => {
    expect(() => parseCheckpoint(text)).toThrow(IntegrityError);
  });

  it('is not written from parts that would read differently', () => {
    const root = new Uint8Array(32);

    expect(() => formatCheckpoint({ origin: 'a\n5', size: 1, root })).toThrow(IntegrityError);
    expect(() => formatCheckpoint({ origin: `a\n5\n${ROOT}`, size: 1, root })).toThrow(IntegrityError);
    expect(() => formatCheckpoint({ origin: '', size: 1, root })).toThrow(IntegrityError);
    expect(() => formatCheckpoint({ origin: 'a', size: 1.5, root })).toThrow(IntegrityError);
    expect(() => formatCheckpoint({ origin: 'a', size: 1, root: new Uint8Array(31) })).toThrow(
      IntegrityError,
    );
    expect(() => formatCheckpoint({ origin: 'a', size: 1, root, extensions: [''] })).toThrow(IntegrityError);
  });

  it('has a size our own logs can count to, or says so', () => {
    expect(() => treeSizeOf({ size: 1n << 53n })).toThrow(IntegrityError);
    expect(treeSizeOf({ size: (1n << 53n) - 1n })).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe('proof file', () => {
  const proof = fc.record(
    {
      index: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      path: fc.array(digest, { maxLength: 64 }),
      checkpointNote: fc.constant(published),
      extra: fc.uint8Array(),
    },
    { requiredKeys: ['index', 'path', 'checkpointNote'] },
  );

  it('is read as it was written', () => {
    fc.assert(
      fc.property(proof, (parts) => {
        expect(parseLogProof(bytes(formatLogProof(parts)))).toEqual(parts);
      }),
    );
  });

  it('has the published form', () => {
    const text = formatLogProof({
      index: 73_894n,
      path: [new Uint8Array(32)],
      checkpointNote: published,
      extra: bytes('hi'),
    });

    expect(text).toBe(
      `c2sp.org/tlog-proof@v1\nextra aGk=\nindex 73894\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n${published}`,
    );
  });

  it.each([
    'c2sp.org/tlog-proof@v2\nindex 0\n\nx',
    'c2sp.org/tlog-proof@v1\nindex 00\n\nx',
    'c2sp.org/tlog-proof@v1\nindex -1\n\nx',
    'c2sp.org/tlog-proof@v1\n\nx',
    'c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\nx',
    'c2sp.org/tlog-proof@v1\nindex 0\nextra aGk=\n\nx',
    'c2sp.org/tlog-proof@v1\nextra a\nindex 0\n\nx',
    'c2sp.org/tlog-proof@v1\nindex 0\n',
    `c2sp.org/tlog-proof@v1\nindex 0\n${`${ROOT}\n`.repeat(65)}\nx`,
    'index 0\n\nx',
  ])('is not %j', (text) => {
    expect(() => parseLogProof(bytes(text))).toThrow(IntegrityError);
  });
});
