// One byte string per signature. OpenSSL refuses BER oddities too; checking here keeps that true on every build,
// so an envelope cannot be altered into another that still verifies.

/** Order of the P-256 group (SEC 2 §2.4.2), as 32 bytes of hexadecimal. */
const P256_ORDER = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';

/**
 * Whether the bytes are the DER of an ECDSA signature `SEQUENCE { r INTEGER, s INTEGER }` with minimal lengths,
 * minimal integers, 0 < r, s < n, and nothing after (X.690 §8.3, §10.1; RFC 3279 §2.2.3).
 */
export function isStrictEcdsaDer(der: Uint8Array): boolean {
  // 72 bytes at most, so every length is in short form: one byte below 0x80.
  if (der.length < 8 || der.length > 72 || der[0] !== 0x30 || der[1] !== der.length - 2) return false;
  const afterR = endOfInteger(der, 2);
  return afterR !== undefined && endOfInteger(der, afterR) === der.length;
}

function endOfInteger(der: Uint8Array, start: number): number | undefined {
  const length = der[start + 1];
  if (der[start] !== 0x02 || length === undefined || length < 1 || length > 33) return undefined;
  const end = start + 2 + length;
  if (end > der.length) return undefined;
  return isScalar(der.subarray(start + 2, end)) ? end : undefined;
}

function isScalar(integer: Uint8Array): boolean {
  const [first = 0, second = 0] = integer;
  if (first >= 0x80) return false;
  if (first === 0x00 && integer.length > 1 && second < 0x80) return false;
  const hex = Buffer.from(integer).toString('hex').padStart(64, '0').slice(-64);
  // Same length, so the order of texts is the order of numbers.
  return (integer.length < 33 || first === 0x00) && /[^0]/.test(hex) && hex < P256_ORDER;
}
