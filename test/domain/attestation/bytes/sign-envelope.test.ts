import { expect, it } from 'vitest';
import { generateKey } from '../../../../lib/adapters/crypto/key-file.ts';
import { p256Signer } from '../../../../lib/adapters/crypto/signers.ts';
import { verifyP256 } from '../../../../lib/adapters/crypto/verify-signatures.ts';
import { canonicalBytes } from '../../../../lib/domain/attestation/bytes/canonical-json.ts';
import { decodeEnvelope, STATEMENT_PAYLOAD_TYPE } from '../../../../lib/domain/attestation/bytes/envelope.ts';
import { signEnvelope } from '../../../../lib/domain/attestation/bytes/sign-envelope.ts';
import { parseStrictJson } from '../../../../lib/domain/attestation/bytes/strict-json.ts';

it('a statement is signed, shipped, taken apart, verified and read', async () => {
  const signer = p256Signer(generateKey('p256'));
  const statement = { _type: 'https://in-toto.io/Statement/v1', subject: [{ name: 'aws-iam/1/user/é' }] };

  const bytes = await signEnvelope(STATEMENT_PAYLOAD_TYPE, canonicalBytes(statement), signer);
  const { body, preAuthEncoding, signatures } = decodeEnvelope(bytes);

  expect(signatures.map(({ keyId }) => keyId)).toEqual([signer.keyId]);
  expect(verifyP256(signer.publicKeySpki, preAuthEncoding, signatures[0]!.signature)).toBe(true);
  expect(verifyP256(signer.publicKeySpki, body, signatures[0]!.signature)).toBe(false);
  expect(parseStrictJson(body)).toEqual(statement);
});
