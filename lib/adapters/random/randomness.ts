// Unguessable tokens and codes from the operating system.
import { randomBytes, randomInt } from 'node:crypto';
import type { Randomness } from '../../application/ports/secrets.ts';

/** Randomness from node:crypto. */
export function cryptoRandomness(): Randomness {
  return {
    token: (bytes) => randomBytes(bytes).toString('base64url'),
    code: (digits) => String(randomInt(10 ** digits)).padStart(digits, '0'),
  };
}
