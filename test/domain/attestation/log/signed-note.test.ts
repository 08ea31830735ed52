import { sign } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateKey } from '../../../../lib/adapters/crypto/key-file.ts';
import { cosigner, noteSigner } from '../../../../lib/adapters/crypto/signers.ts';
import { verifyEd25519 } from '../../../../lib/adapters/crypto/verify-signatures.ts';
import { parseCheckpoint } from '../../../../lib/domain/attestation/log/checkpoint.ts';
import {
  cosignedMessage,
  decodeCosignature,
  encodeCosignature,
} from '../../../../lib/domain/attestation/log/cosignature.ts';
import { cosignCheckpoint, signCheckpoint } from '../../../../lib/domain/attestation/log/sign-checkpoint.ts';
import {
  checkNote,
  formatNote,
  openNote,
  parseNote,
} from '../../../../lib/domain/attestation/log/signed-note.ts';
import {
  formatVerifierKey,
  parseVerifierKey,
  SIGNATURE_TYPE,
  verifierKey,
} from '../../../../lib/domain/attestation/log/verifier-key.ts';
import { IntegrityError, InvalidInputError } from '../../../../lib/domain/errors.ts';
import { answerOrRefusal, fixture } from '../fixture.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const vectors = fixture('note-vectors.json') as {
  signedNoteExample: string;
  cosignatureExample: string;
  goNote: { verifierKey: string; note: string; wrongLengthKey: string; unknownTypeKey: string };
  verifierKeys: string[];
  liveCheckpoint: { verifierKeys: string[]; note: string };
};

const log = noteSigner('example.com/log', generateKey('ed25519'));
const witness = cosigner('example.com/witness', generateKey('ed25519'));
const logKey = verifierKey(log.name, SIGNATURE_TYPE.ed25519, log.publicKey32);
const witnessKey = verifierKey(witness.name, SIGNATURE_TYPE.cosignature, witness.publicKey32);
const TEXT = 'example.com/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n';

async function signedBoth(text: string, atSeconds = 1_700_000_000): Promise<string> {
  const { size, root } = parseCheckpoint(text);
  return cosignCheckpoint(await signCheckpoint({ size, root }, log), witness, atSeconds);
}

describe('published notes', () => {
  it.each([
    vectors.signedNoteExample,
    vectors.cosignatureExample,
    vectors.goNote.note,
    vectors.liveCheckpoint.note,
  ])('are read and written again, byte for byte', (note) => {
    expect(formatNote(parseNote(bytes(note)))).toBe(note);
  });

  it('may have blank lines in their text', () => {
    expect(parseNote(bytes(vectors.signedNoteExample)).text).toBe(
      'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n',
    );
  });

  it('of Go verify, and fail when altered', () => {
    const key = parseVerifierKey(vectors.goNote.verifierKey);

    expect(openNote(bytes(vectors.goNote.note), [key], verifyEd25519).verified).toEqual([{ key }]);
    expect(() =>
      openNote(bytes(vectors.goNote.note.replace('answer', 'Answer')), [key], verifyEd25519),
    ).toThrow('The signature of PeterNeumann on the note is wrong.');
  });

  it('of a live log verify with the log’s key and its witnesses’, with the times they name', () => {
    const keys = vectors.liveCheckpoint.verifierKeys.map(parseVerifierKey);
    const note = parseNote(bytes(vectors.liveCheckpoint.note));

    const { verified, failed, unknownCount } = checkNote(note, keys, verifyEd25519);

    expect(failed).toEqual([]);
    expect(verified.map(({ key, atSeconds }) => [key.name, atSeconds])).toEqual([
      ['arche2025h1.staging.ct.transparency.dev', undefined],
      ['transparency.dev/DEV:witness-little-garden', 1_779_573_024],
      ['remora.n621.de', 1_779_573_024],
    ]);
    expect(unknownCount).toBe(2);
    expect(
      checkNote({ ...note, text: note.text.replace('1432088532', '42') }, keys, verifyEd25519),
    ).toMatchObject({
      verified: [],
      failed: [{}, {}, {}],
    });
  });
});

describe('verifier keys', () => {
  it.each([vectors.goNote.verifierKey, ...vectors.verifierKeys, ...vectors.liveCheckpoint.verifierKeys])(
    '%s is read and written again',
    (text) => {
      expect(formatVerifierKey(parseVerifierKey(text))).toBe(text);
    },
  );

  it('are refused after any cut or single change', () => {
    const text = vectors.goNote.verifierKey;
    const parts: string[] = [vectors.goNote.wrongLengthKey, vectors.goNote.unknownTypeKey];
    for (let from = 0; from < text.length; from++) {
      parts.push(text.slice(from + 1), text.slice(0, from));
      parts.push(text.slice(0, from) + String.fromCharCode(text.charCodeAt(from) + 1) + text.slice(from + 1));
    }

    for (const part of parts) expect(() => parseVerifierKey(part)).toThrow(InvalidInputError);
  });

  it.each(['', 'a b', 'a+b', 'a\u2003b', 'a\u0085b', 'a\nb', '\ud800'])('are not named %j', (name) => {
    expect(() => verifierKey(name, SIGNATURE_TYPE.ed25519, log.publicKey32)).toThrow(InvalidInputError);
  });

  it('have another id for each type and name', () => {
    const ids = [
      verifierKey('a', SIGNATURE_TYPE.ed25519, log.publicKey32),
      verifierKey('a', SIGNATURE_TYPE.cosignature, log.publicKey32),
      verifierKey('b', SIGNATURE_TYPE.ed25519, log.publicKey32),
    ].map(formatVerifierKey);

    expect(new Set(ids).size).toBe(3);
    expect(() => verifierKey('a', SIGNATURE_TYPE.ed25519, new Uint8Array(31))).toThrow(InvalidInputError);
  });
});

describe('signed note', () => {
  it('opens for whoever knows one of its keys', async () => {
    const note = bytes(await signedBoth(TEXT));

    expect(openNote(note, [logKey], verifyEd25519)).toEqual({ text: TEXT, verified: [{ key: logKey }] });
    expect(openNote(note, [witnessKey, logKey], verifyEd25519).verified).toEqual([
      { key: logKey },
      { key: witnessKey, atSeconds: 1_700_000_000 },
    ]);
    expect(() => openNote(note, [], verifyEd25519)).toThrow('No known key signed the note.');
  });

  it('keeps any text and signatures', () => {
    const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/\p{Cc}/gu, ''));
    const text = fc.array(line, { minLength: 1 }).map((lines) => `${lines.join('\n')}\n`);
    const signature = fc.record({
      name: fc.stringMatching(/^[a-z./]{1,20}$/),
      keyId4: fc.uint8Array({ minLength: 4, maxLength: 4 }),
      signature: fc.uint8Array({ minLength: 1, maxLength: 80 }),
    });
    const note = fc.record({ text, signatures: fc.array(signature, { minLength: 1, maxLength: 20 }) });

    fc.assert(
      fc.property(note, (parts) => {
        expect(parseNote(bytes(formatNote(parts)))).toEqual(parts);
      }),
    );
  });

  it('with any single bit flipped is refused or loses a signature', async () => {
    const note = bytes(await signedBoth(TEXT));
    const keys = [logKey, witnessKey];
    for (let bit = 0; bit < note.length * 8; bit++) {
      const flipped = note.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const opened = answerOrRefusal(() => openNote(flipped, keys, verifyEd25519), IntegrityError);

      expect('verified' in opened ? opened.verified.length : 0).toBeLessThan(2);
    }
  });

  it('is judged by the key, though a name or an id is shared', async () => {
    const signed = parseNote(bytes(await signedBoth(TEXT)));
    const [logLine] = signed.signatures;
    const other = noteSigner(log.name, generateKey('ed25519'));
    const sameName = verifierKey(log.name, SIGNATURE_TYPE.ed25519, other.publicKey32);
    const collision = { ...sameName, keyId4: logKey.keyId4 };
    const forged = { ...logLine!, signature: await other.sign(bytes(TEXT)) };

    expect(checkNote(signed, [sameName], verifyEd25519)).toEqual({
      verified: [],
      failed: [],
      unknownCount: 2,
    });
    expect(checkNote(signed, [collision], verifyEd25519).failed).toEqual([collision]);
    expect(checkNote(signed, [collision, logKey], verifyEd25519).verified).toEqual([{ key: logKey }]);
    const twice = { text: TEXT, signatures: [logLine!, forged] };
    expect(checkNote(twice, [logKey], verifyEd25519)).toMatchObject({ verified: [{}], failed: [logKey] });
    const repeated = { text: TEXT, signatures: [logLine!, logLine!] };
    expect(checkNote(repeated, [logKey], verifyEd25519).verified).toHaveLength(1);
  });

  it.each([
    ['no blank line', 'a\n— x AAAAAAA=\n'],
    ['no signature', 'a\n\n'],
    ['no newline at the end', 'a\n\n— x AAAAAAA='],
    ['a signature without a signature', 'a\n\n— x AAAAAA==\n'],
    ['a hyphen for a dash', 'a\n\n- x AAAAAAA=\n'],
    ['two spaces', 'a\n\n—  x AAAAAAA=\n'],
    ['a plus in the name', 'a\n\n— x+y AAAAAAA=\n'],
    ['a space that is not ASCII in the name', 'a\n\n— x\u2003y AAAAAAA=\n'],
    ['signature text that is not base64', 'a\n\n— x AAAAAAB=\n'],
    ['a control character', 'a\tb\n\n— x AAAAAAA=\n'],
    ['a carriage return', 'a\r\n\n— x AAAAAAA=\n'],
    ['no text', '\n— x AAAAAAA=\n'],
    ['101 signatures', `a\n\n${'— x AAAAAAA=\n'.repeat(101)}`],
    ['a million bytes', `${'a'.repeat(1_000_000)}\n\n— x AAAAAAA=\n`],
  ])('with %s is refused', (_, note) => {
    expect(() => parseNote(bytes(note))).toThrow(IntegrityError);
  });

  it('that is not UTF-8 is refused', () => {
    expect(() => parseNote(Uint8Array.of(0xff, 0x0a, 0x0a))).toThrow('UTF-8');
  });

  it('with 100 signatures is read', () => {
    expect(parseNote(bytes(`a\n\n${'— x AAAAAAA=\n'.repeat(100)}`)).signatures).toHaveLength(100);
  });

  it.each([
    {
      text: 'no newline',
      signatures: [{ name: 'x', keyId4: new Uint8Array(4), signature: new Uint8Array(1) }],
    },
    { text: 'a\n', signatures: [] },
    { text: 'a\tb\n', signatures: [{ name: 'x', keyId4: new Uint8Array(4), signature: new Uint8Array(1) }] },
    { text: 'a\n', signatures: [{ name: 'x y', keyId4: new Uint8Array(4), signature: new Uint8Array(1) }] },
    { text: 'a\n', signatures: [{ name: 'x', keyId4: new Uint8Array(3), signature: new Uint8Array(1) }] },
  ])('is not written from bad parts (%#)', (parts) => {
    expect(() => formatNote(parts)).toThrow(IntegrityError);
  });
});

describe('cosignature', () => {
  it('signs the published message form', () => {
    const { text, signatures } = parseNote(bytes(vectors.cosignatureExample));
    const published = decodeCosignature(signatures[1]!.signature);

    expect(published?.atSeconds).toBe(1_679_315_147);
    expect(new TextDecoder().decode(cosignedMessage(text, 1_679_315_147))).toBe(
      'cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n' +
        'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n',
    );
  });

  it('keeps its time in eight bytes', () => {
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        (atSeconds, signature) => {
          expect(decodeCosignature(encodeCosignature({ atSeconds, signature }))).toEqual({
            atSeconds,
            signature,
          });
        },
      ),
    );
  });

  it('is not one of another length, or from the far future', async () => {
    expect(decodeCosignature(new Uint8Array(64))).toBeUndefined();
    expect(decodeCosignature(new Uint8Array(72).fill(0xff))).toBeUndefined();
    expect(() => encodeCosignature({ atSeconds: 1, signature: new Uint8Array(63) })).toThrow(RangeError);
    await expect(witness.cosign(TEXT, 1.5)).rejects.toThrow(RangeError);
    await expect(witness.cosign(TEXT, -1)).rejects.toThrow(RangeError);
  });

  it('does not verify with its time changed, nor as a log’s signature', async () => {
    const signature = await witness.cosign(TEXT, 1_700_000_000);
    const later = signature.slice();
    later[7]! ^= 1;
    const asLog = verifierKey(witness.name, SIGNATURE_TYPE.ed25519, witness.publicKey32);
    const line = { name: witness.name, keyId4: witness.keyId4 };

    expect(
      checkNote({ text: TEXT, signatures: [{ ...line, signature: later }] }, [witnessKey], verifyEd25519),
    ).toEqual({ verified: [], failed: [witnessKey], unknownCount: 0 });
    expect(
      checkNote(
        { text: TEXT, signatures: [{ ...line, signature: signature.slice(8) }] },
        [witnessKey],
        verifyEd25519,
      ).failed,
    ).toEqual([witnessKey]);
    expect(
      checkNote({ text: TEXT, signatures: [{ ...line, signature }] }, [asLog], verifyEd25519).unknownCount,
    ).toBe(1);
  });
});

it('a log signs the same text with the same bytes', async () => {
  const key = generateKey('ed25519');

  expect(await noteSigner('a', key).sign(bytes(TEXT))).toEqual(new Uint8Array(sign(null, bytes(TEXT), key)));
});
