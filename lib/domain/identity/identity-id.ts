// How an identity is named, and the short key it is stored under.
import { createHash } from 'node:crypto';
import * as z from 'zod';

/** `<connector>/<scope>/<kind>/<native id>`; the native id may itself contain slashes. At most 1,024 characters. */
export const IdentityId = z
  .string()
  .max(1024)
  .regex(/^[a-z0-9-]+\/[^/\s]+\/[a-z0-9-]+\/.+$/u)
  .brand<'IdentityId'>();
export type IdentityId = z.infer<typeof IdentityId>;

/** 26 base32 characters (RFC 4648 §6, lower case): the first 130 bits of SHA-256 over the identity id. */
export const IdentityKey = z
  .string()
  .regex(/^[a-z2-7]{26}$/)
  .brand<'IdentityKey'>();
export type IdentityKey = z.infer<typeof IdentityKey>;

/** Joins the parts of an identity's name. @throws ZodError when a part cannot be part of a name. */
export function identityIdOf(connector: string, scope: string, kind: string, nativeId: string): IdentityId {
  return IdentityId.parse(`${connector}/${scope}/${kind}/${nativeId}`);
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** The storage key of an identity: native ids are long and contain anything, keys must not. */
export function identityKeyOf(identityId: IdentityId): IdentityKey {
  const digest = createHash('sha256').update(identityId).digest();
  let key = '';
  let bits = 0;
  let pending = 0;
  for (const byte of digest) {
    pending = ((pending << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5 && key.length < 26) {
      bits -= 5;
      key += BASE32[(pending >> bits) & 31];
    }
  }
  return key as IdentityKey;
}
