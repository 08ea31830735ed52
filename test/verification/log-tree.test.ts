import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hexText, utf8Bytes } from '../../lib/domain/attestation/bytes/text-bytes.ts';
import { rootOf } from '../../lib/domain/attestation/log/frontier.ts';
import { leafHash } from '../../lib/domain/attestation/log/merkle-hash.ts';
import { leafHasher, logTree } from '../../lib/verification/history/log-tree.ts';
import { verifyHistory } from '../../lib/verification/history/verify-history.ts';

const envelopes = fc.array(fc.string({ unit: 'binary' }), { maxLength: 70 });

describe('the fast tree', () => {
  test('has the hashes and the root of the domain’s', () => {
    fc.assert(
      fc.property(envelopes, (texts) => {
        const tree = logTree();
        const hasher = leafHasher();
        const hashes = texts.map((text) => leafHash(utf8Bytes(text)));

        const found = texts.map((text) => tree.addEnvelope(text));

        expect(found).toEqual(hashes.map(hexText));
        expect(texts.map(hasher)).toEqual(found);
        expect(tree.root()).toBe(hexText(rootOf(hashes)));
        expect(tree.size).toBe(texts.length);
      }),
    );
  });

  test('a history is told from any other by its root', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 70 }), fc.nat(), (texts, at) => {
        const root = hexText(rootOf(texts.map((text) => leafHash(utf8Bytes(text)))));
        expect(verifyHistory(texts, { root }).problems).toEqual([]);

        const changed = texts.with(at % texts.length, `${texts[at % texts.length]}x`);
        expect(verifyHistory(changed, { root }).problems).toEqual(['The rows do not give the root.']);
      }),
    );
  });

  test('reading statements finds what is none', () => {
    const texts = [
      'nonsense',
      '{"payload":"e30=","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":"',
    ];
    const root = hexText(rootOf(texts.map((text) => leafHash(utf8Bytes(text)))));

    expect(verifyHistory(texts, { root }, { read: true }).problems).toEqual([
      'Row 0 is no envelope.',
      expect.stringContaining('Row 1 is no in-toto statement'),
    ]);
  });
});
