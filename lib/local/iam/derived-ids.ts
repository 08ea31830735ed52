// Ids and secrets the files do not contain, derived so that every run gives the same ones.
import { createHash, createHmac } from 'node:crypto';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** 16 base32 characters (80 bits) of SHA-256 over the parts, which are length-prefixed so they cannot run together. */
function shortHash(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:${part}`);
  let bits = BigInt(`0x${hash.digest('hex').slice(0, 20)}`);
  let text = '';
  for (let index = 0; index < 16; index += 1) {
    text = BASE32.charAt(Number(bits & 31n)) + text;
    bits >>= 5n;
  }
  return text;
}

/** The id of the access key in a slot of the credential report: `AKIA` and 16 base32 characters. */
export function deriveAccessKeyId(ownerArn: string, slot: number | string): string {
  return `AKIA${shortHash('access-key', ownerArn, String(slot))}`;
}

/** A unique id such as IAM gives, with its kind's prefix (`AIDA` user, `AROA` role, `AGPA` group, …). */
export function deriveProviderId(prefix: string, arn: string, slot = ''): string {
  return `${prefix}${shortHash(prefix, arn, slot)}`;
}

/** The stand-in's secret for a key: 40 characters, as IAM's. Only as secret as the stand-in's data; never a real one. */
export function deriveSecret(accessKeyId: string): string {
  return createHmac('sha256', 'countersign stand-in secret')
    .update(accessKeyId)
    .digest('base64')
    .slice(0, 40);
}
