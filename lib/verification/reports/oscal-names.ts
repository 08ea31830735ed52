// Names in OSCAL documents: UUIDs that the same thing always has, tokens, lines of text.
import { createHash } from 'node:crypto';

/** Where properties of ours are defined. */
export const NAMESPACE = 'https://countersign.dev/ns/oscal';

/** A UUID of version 5 (RFC 9562 §5.5): the same thing always has the same one. */
export function uuidOf(...parts: readonly (string | number)[]): string {
  const namespace = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');
  const name = `${NAMESPACE}/${JSON.stringify(parts)}`;
  const bytes = createHash('sha1').update(namespace).update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** A control's id as an OSCAL token: letters, digits, `.`, `-`, `_`, not starting with a digit. */
export function controlToken(control: string): string {
  const token = control.replaceAll(/[^\p{L}\p{N}._-]/gu, '_');
  return /^[\p{L}_]/u.test(token) ? token : `_${token}`;
}

/** One line that is not empty; OSCAL's texts must be. */
export function line(value: string): string {
  return value.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim() || '-';
}
