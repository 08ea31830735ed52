// Signatures by the emulator's KMS, checked with OpenSSL and with the code that auditors run.
import { createPublicKey, verify } from 'node:crypto';
import { CreateKeyCommand, type KeySpec, type KeyUsageType, KMSClient } from '@aws-sdk/client-kms';
import { afterAll, describe, expect, it } from 'vitest';
import { ed25519Pem } from '../../../lib/adapters/crypto/public-keys.ts';
import { verifyEd25519, verifyP256 } from '../../../lib/adapters/crypto/verify-signatures.ts';
import { createKmsCosigner, createKmsNoteSigner } from '../../../lib/adapters/kms/kms-note-signer.ts';
import { createKmsSigner } from '../../../lib/adapters/kms/kms-signer.ts';
import { sha256Hex } from '../../../lib/domain/attestation/bytes/sha256.ts';
import { utf8Bytes } from '../../../lib/domain/attestation/bytes/text-bytes.ts';
import { EMPTY_ROOT } from '../../../lib/domain/attestation/log/merkle-hash.ts';
import { cosignCheckpoint, signCheckpoint } from '../../../lib/domain/attestation/log/sign-checkpoint.ts';
import { checkNote, parseNote } from '../../../lib/domain/attestation/log/signed-note.ts';
import { SIGNATURE_TYPE, verifierKey } from '../../../lib/domain/attestation/log/verifier-key.ts';
import { emulator } from './emulator.ts';

const client = new KMSClient(emulator());
afterAll(() => client.destroy());

async function newKey(KeySpec: KeySpec, KeyUsage: KeyUsageType = 'SIGN_VERIFY'): Promise<string> {
  const { KeyMetadata } = await client.send(new CreateKeyCommand({ KeySpec, KeyUsage }));
  return KeyMetadata?.Arn ?? '';
}

describe('attestations signed by KMS', () => {
  it('verify offline, longer ones than KMS takes included', async () => {
    const signer = await createKmsSigner({ client, keyId: await newKey('ECC_NIST_P256') });
    const key = createPublicKey({ key: Buffer.from(signer.publicKeySpki), format: 'der', type: 'spki' });

    expect(signer.keyId).toBe(sha256Hex(signer.publicKeySpki));
    for (const message of ['', 'message', 'x'.repeat(100_000)].map(utf8Bytes)) {
      const signature = await signer.sign(message);
      expect(verify('sha256', message, key, signature)).toBe(true);
      expect(verifyP256(signer.publicKeySpki, message, signature)).toBe(true);
      expect(verifyP256(signer.publicKeySpki, utf8Bytes('other'), signature)).toBe(false);
    }
  });

  it('need a P-256 key that signs', async () => {
    for (const keyId of [
      await newKey('ECC_NIST_EDWARDS25519'),
      await newKey('ECC_NIST_P384'),
      await newKey('RSA_2048'),
    ]) {
      await expect(createKmsSigner({ client, keyId })).rejects.toMatchObject({ code: 'BAD_SETTING' });
    }
    const missing = 'arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000000';
    await expect(createKmsSigner({ client, keyId: missing })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      provider: 'kms',
    });
  });
});

describe('checkpoints signed by KMS', () => {
  it('are signed notes of the log, cosigned by a witness', async () => {
    const log = await createKmsNoteSigner({
      client,
      keyId: await newKey('ECC_NIST_EDWARDS25519'),
      name: 'log.example/reviews',
    });
    const witness = await createKmsCosigner({
      client,
      keyId: await newKey('ECC_NIST_EDWARDS25519'),
      name: 'witness.example',
    });

    const signed = await signCheckpoint({ size: 0, root: EMPTY_ROOT }, log);
    const note = parseNote(utf8Bytes(await cosignCheckpoint(signed, witness, 1_770_000_000)));

    const keys = [
      verifierKey(log.name, SIGNATURE_TYPE.ed25519, log.publicKey32),
      verifierKey(witness.name, SIGNATURE_TYPE.cosignature, witness.publicKey32),
    ];
    const { verified, failed } = checkNote(note, keys, verifyEd25519);
    expect(failed).toEqual([]);
    expect(verified).toEqual([{ key: keys[0] }, { key: keys[1], atSeconds: 1_770_000_000 }]);
    const [line] = note.signatures;
    const pem = createPublicKey(ed25519Pem(log.publicKey32));
    expect(verify(null, utf8Bytes(note.text), pem, line?.signature ?? new Uint8Array())).toBe(true);
  });

  it('may have up to 4096 bytes', async () => {
    const log = await createKmsNoteSigner({
      client,
      keyId: await newKey('ECC_NIST_EDWARDS25519'),
      name: 'a',
    });

    expect(await log.sign(new Uint8Array(4096))).toHaveLength(64);
    await expect(log.sign(new Uint8Array(4097))).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  });

  it('need an Ed25519 key', async () => {
    const key = { client, keyId: await newKey('ECC_NIST_P256'), name: 'a' };

    await expect(createKmsNoteSigner(key)).rejects.toMatchObject({ code: 'BAD_SETTING' });
    await expect(createKmsCosigner(key)).rejects.toMatchObject({ code: 'BAD_SETTING' });
  });
});
