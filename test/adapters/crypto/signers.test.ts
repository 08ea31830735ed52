import { createPrivateKey, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateKey, openKeyFile } from '../../../lib/adapters/crypto/key-file.ts';
import { ed25519Pem, rawEd25519 } from '../../../lib/adapters/crypto/public-keys.ts';
import { cosigner, noteSigner, p256Signer } from '../../../lib/adapters/crypto/signers.ts';
import { verifyEd25519 } from '../../../lib/adapters/crypto/verify-signatures.ts';
import { sha256Hex } from '../../../lib/domain/attestation/bytes/sha256.ts';
import { base64Bytes } from '../../../lib/domain/attestation/bytes/text-bytes.ts';
import { formatNote, parseNote } from '../../../lib/domain/attestation/log/signed-note.ts';
import { parseVerifierKey } from '../../../lib/domain/attestation/log/verifier-key.ts';
import { InvalidInputError } from '../../../lib/domain/errors.ts';
import { fixture } from '../../domain/attestation/fixture.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-keys-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('key file', () => {
  it('is made once, for its owner only, and read again', async () => {
    const path = join(folder, 'deep', 'signing.pem');

    const made = await openKeyFile(path, 'p256');
    const read = await openKeyFile(path, 'p256');

    expect(read.equals(made)).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'deep'))).mode & 0o777).toBe(0o700);
    expect(await readFile(path, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(await readdir(join(folder, 'deep'))).toEqual(['signing.pem']);
  });

  it('is the same for all who ask at once', async () => {
    const path = join(folder, 'log.pem');

    const keys = await Promise.all(Array.from({ length: 8 }, () => openKeyFile(path, 'ed25519')));

    for (const key of keys) expect(key.equals(keys[0]!)).toBe(true);
    expect(await readdir(folder)).toEqual(['log.pem']);
  });

  it('is refused when others may read it', async () => {
    const path = join(folder, 'open.pem');
    await openKeyFile(path, 'p256');
    await chmod(path, 0o640);

    await expect(openKeyFile(path, 'p256')).rejects.toThrow(/may be read by others/);
  });

  it('is refused when it holds something else, and is left as it was', async () => {
    const path = join(folder, 'other.pem');
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
    for (const content of ['not a key', p384.export({ format: 'pem', type: 'pkcs8' }), '']) {
      await writeFile(path, content, { mode: 0o600 });

      await expect(openKeyFile(path, 'p256')).rejects.toThrow(InvalidInputError);
      expect(await readFile(path, 'utf8')).toBe(content);
    }
    await expect(openKeyFile(folder, 'p256')).rejects.toThrow(/EISDIR/);
  });

  it('does not pass for a key of the other kind', async () => {
    await openKeyFile(join(folder, 'log.pem'), 'ed25519');

    await expect(openKeyFile(join(folder, 'log.pem'), 'p256')).rejects.toThrow('does not hold a p256 key');
  });
});

describe('signers', () => {
  const message = new TextEncoder().encode('message');

  it('name an attestation key by the digest of its public half', async () => {
    const key = generateKey('p256');
    const signer = p256Signer(key);

    expect(signer.keyId).toBe(sha256Hex(signer.publicKeySpki));
    expect(signer.publicKeySpki).toHaveLength(91);
    expect(verify('sha256', message, createPublicKey(key), await signer.sign(message))).toBe(true);
  });

  it('reproduce the published note of Go from its published key', async () => {
    const { goNote } = fixture('note-vectors.json') as {
      goNote: { verifierKey: string; seed: string; note: string };
    };
    const seed = base64Bytes(goNote.seed).slice(1);
    const privateKey = createPrivateKey({
      key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
      format: 'der',
      type: 'pkcs8',
    });
    const signer = noteSigner('PeterNeumann', privateKey);
    const { text } = parseNote(new TextEncoder().encode(goNote.note));

    const signature = await signer.sign(new TextEncoder().encode(text));

    expect(signer.keyId4).toEqual(parseVerifierKey(goNote.verifierKey).keyId4);
    expect(formatNote({ text, signatures: [{ name: signer.name, keyId4: signer.keyId4, signature }] })).toBe(
      goNote.note,
    );
  });

  it('give a log and a witness other key ids for one key', () => {
    const key = generateKey('ed25519');

    expect(cosigner('a', key).keyId4).not.toEqual(noteSigner('a', key).keyId4);
    expect(cosigner('a', key).publicKey32).toEqual(rawEd25519(createPublicKey(key)));
  });

  it('publish a log key as PEM that verifies its signatures', async () => {
    const signer = noteSigner('a', generateKey('ed25519'));
    const signature = await signer.sign(message);

    expect(verify(null, message, createPublicKey(ed25519Pem(signer.publicKey32)), signature)).toBe(true);
    expect(verifyEd25519(signer.publicKey32, message, signature)).toBe(true);
  });

  it('refuse keys that do not fit', () => {
    expect(() => p256Signer(generateKey('ed25519'))).toThrow(InvalidInputError);
    expect(() => noteSigner('a', generateKey('p256'))).toThrow(InvalidInputError);
    expect(() => cosigner('a b', generateKey('ed25519'))).toThrow(InvalidInputError);
    expect(() => p256Signer(createPublicKey(generateKey('p256')))).toThrow(InvalidInputError);
  });
});
