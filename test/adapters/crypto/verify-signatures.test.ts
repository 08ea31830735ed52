import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { generateKey } from '../../../lib/adapters/crypto/key-file.ts';
import { p256Signer } from '../../../lib/adapters/crypto/signers.ts';
import { isStrictEcdsaDer } from '../../../lib/adapters/crypto/strict-der.ts';
import {
  verifyEd25519,
  verifyP256,
  verifyP256InPool,
} from '../../../lib/adapters/crypto/verify-signatures.ts';
import { preAuthEncoding } from '../../../lib/domain/attestation/bytes/envelope.ts';
import { fixture } from '../../domain/attestation/fixture.ts';

interface Wycheproof {
  readonly testGroups: readonly {
    readonly publicKeyDer: string;
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly msg: string;
      readonly sig: string;
      readonly result: 'valid' | 'invalid';
    }[];
  }[];
}

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

function cases(file: string) {
  return (fixture(file) as Wycheproof).testGroups.flatMap(({ publicKeyDer, tests }) =>
    tests.map((test) => ({ ...test, key: hex(publicKeyDer), name: `${test.tcId}: ${test.comment}` })),
  );
}

const ecdsa = cases('wycheproof-ecdsa-p256-sha256.json');
const ed25519 = cases('wycheproof-ed25519.json');

describe('Wycheproof ECDSA P-256', () => {
  it.each(ecdsa)('$name is $result', async ({ key, msg, sig, result }) => {
    expect(verifyP256(key, hex(msg), hex(sig))).toBe(result === 'valid');
    expect(await verifyP256InPool(key, hex(msg), hex(sig))).toBe(result === 'valid');
  });

  it('is judged by OpenSSL alone as with our own check of the encoding', () => {
    for (const { key, msg, sig, result } of ecdsa) {
      const publicKey = createPublicKey({ key: Buffer.from(key), format: 'der', type: 'spki' });

      expect(verify('sha256', hex(msg), publicKey, hex(sig))).toBe(result === 'valid');
    }
  });

  it('has cases that only the arithmetic can refuse', () => {
    expect(ecdsa.some(({ sig, result }) => result === 'invalid' && isStrictEcdsaDer(hex(sig)))).toBe(true);
  });
});

describe('Wycheproof Ed25519', () => {
  it.each(ed25519)('$name is $result', ({ key, msg, sig, result }) => {
    expect(verifyEd25519(key.slice(-32), hex(msg), hex(sig))).toBe(result === 'valid');
  });
});

describe('the DSSE protocol vector', () => {
  const vector = fixture('dsse-protocol-vector.json') as {
    payloadType: string;
    body: string;
    key: { x: string; y: string };
    envelope: { signatures: { sig: string }[] };
  };
  const coordinate = (decimal: string): Buffer =>
    Buffer.from(BigInt(decimal).toString(16).padStart(64, '0'), 'hex');
  const key = createPublicKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      x: coordinate(vector.key.x).toString('base64url'),
      y: coordinate(vector.key.y).toString('base64url'),
    },
  });
  const message = preAuthEncoding(vector.payloadType, new TextEncoder().encode(vector.body));
  const raw = Buffer.from(vector.envelope.signatures[0]!.sig, 'base64');

  it('verifies over our encoding, raw and as DER', () => {
    const spki = new Uint8Array(key.export({ format: 'der', type: 'spki' }));

    expect(verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, raw)).toBe(true);
    expect(verifyP256(spki, message, derOf(raw))).toBe(true);
    expect(verifyP256(spki, message, new Uint8Array(raw))).toBe(false);
  });
});

function derOf(raw: Uint8Array): Uint8Array {
  const integer = (bytes: Uint8Array): number[] => {
    const digits = Array.from(bytes.subarray(bytes.findIndex((byte) => byte !== 0)));
    const signed = digits[0]! >= 0x80 ? [0, ...digits] : digits;
    return [0x02, signed.length, ...signed];
  };
  const body = [...integer(raw.slice(0, 32)), ...integer(raw.slice(32))];
  return Uint8Array.of(0x30, body.length, ...body);
}

describe('signature checks', () => {
  const message = new TextEncoder().encode('message');

  it('accept what our signer signs, and nothing with a bit flipped', async () => {
    const signer = p256Signer(generateKey('p256'));
    const der = await signer.sign(message);

    expect(verifyP256(signer.publicKeySpki, message, der)).toBe(true);
    for (let bit = 0; bit < der.length * 8; bit++) {
      const flipped = der.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(verifyP256(signer.publicKeySpki, message, flipped)).toBe(false);
    }
  });

  it('accept every DER length a signer makes', async () => {
    const signer = p256Signer(generateKey('p256'));
    for (let round = 0; round < 300; round++) {
      const one = Uint8Array.of(round & 0xff, round >> 8);
      expect(verifyP256(signer.publicKeySpki, one, await signer.sign(one))).toBe(true);
    }
  });

  it('take the key in one form only', async () => {
    const signer = p256Signer(generateKey('p256'));
    const der = await signer.sign(message);
    const point = Buffer.from(signer.publicKeySpki.slice(-64));
    const compressed = Buffer.concat([
      Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex'),
      Uint8Array.of(point[63]! % 2 === 0 ? 2 : 3),
      point.subarray(0, 32),
    ]);
    const plainKey = createPublicKey({ key: compressed, format: 'der', type: 'spki' });

    expect(verify('sha256', message, plainKey, der)).toBe(true);
    expect(verifyP256(new Uint8Array(compressed), message, der)).toBe(false);
    expect(verifyP256(Uint8Array.of(...signer.publicKeySpki, 0), message, der)).toBe(false);
  });

  it('do not take keys of other kinds or off the curve', async () => {
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const spki = new Uint8Array(p384.publicKey.export({ format: 'der', type: 'spki' }));
    const offCurve = p256Signer(generateKey('p256')).publicKeySpki.slice();
    offCurve[90]! ^= 1;
    const der = new Uint8Array(sign('sha256', message, p384.privateKey));

    expect(verifyP256(spki, message, der)).toBe(false);
    expect(verifyP256(offCurve, message, hex('3006020101020101'))).toBe(false);
    expect(verifyP256(new Uint8Array(), message, der)).toBe(false);
    expect(await verifyP256InPool(offCurve, message, hex('3006020101020101'))).toBe(false);
    expect(verifyEd25519(new Uint8Array(31), message, new Uint8Array(64))).toBe(false);
    expect(verifyEd25519(new Uint8Array(32).fill(0xff), message, new Uint8Array(64))).toBe(false);
  });

  it('still answer after more keys than are kept', async () => {
    const signer = p256Signer(generateKey('p256'));
    const der = await signer.sign(message);
    expect(verifyP256(signer.publicKeySpki, message, der)).toBe(true);

    for (let at = 0; at < 300; at++) verifyEd25519(new Uint8Array(32).fill(at), message, new Uint8Array(64));

    expect(verifyP256(signer.publicKeySpki, message, der)).toBe(true);
  });
});

describe('strict DER', () => {
  it.each([
    '3006020101020101',
    '3007020101020200ff',
    `3046022100${'ff'.repeat(4)}00000000${'ff'.repeat(8)}bce6faada7179e84f3b9cac2fc632550022100${'ff'.repeat(4)}00000000${'ff'.repeat(8)}bce6faada7179e84f3b9cac2fc632550`,
  ])('accepts %s', (der) => {
    expect(isStrictEcdsaDer(hex(der))).toBe(true);
  });

  it.each([
    '',
    '30',
    '3000',
    '3006020100020101',
    '3006020101020100',
    '30060201010201ff',
    '300702010102020001',
    '300602010102010101',
    '3007020101020101',
    '3106020101020101',
    '3006030101020101',
    '3006020101030101',
    '308106020101020101',
    '3009020101020101020101',
    '3006020001020101',
    `3026020101022100${'ff'.repeat(4)}00000000${'ff'.repeat(8)}bce6faada7179e84f3b9cac2fc632551`,
    `3026020101022101${'00'.repeat(31)}01`,
  ])('refuses %s', (der) => {
    expect(isStrictEcdsaDer(hex(der))).toBe(false);
  });
});
