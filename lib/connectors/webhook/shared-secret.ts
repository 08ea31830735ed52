// The secret both sides know: read by name, kept for a short while, never told.
import { InvalidInputError } from '../../domain/errors.ts';
import { MINUTE_MS } from '../../domain/time.ts';

/** A secret shorter than this can be guessed. */
const MIN_CHARACTERS = 32;

/** It is read again after this long, so that a new one is taken up. */
const LIFE_MS = 5 * MINUTE_MS;

/**
 * Makes a reader of the secret. `read` is absent where there are no secrets.
 * @throws InvalidInputError BAD_SETTING, from the reader, when there is none or it is too short
 */
export function sharedSecret(
  name: string,
  read: ((name: string) => Promise<string>) | undefined,
  wallClock: () => number,
): () => Promise<string> {
  let kept: { readonly at: number; readonly value: Promise<string> } | undefined;
  return async () => {
    if (!read) throw badSecret('there are no secrets here, and requests must be signed');
    if (!kept || wallClock() - kept.at > LIFE_MS) kept = { at: wallClock(), value: read(name) };
    try {
      const value = await kept.value;
      if (value.length >= MIN_CHARACTERS) return value;
      throw badSecret(`the shared secret needs at least ${MIN_CHARACTERS} characters`);
    } catch (error) {
      kept = undefined;
      throw error;
    }
  };
}

function badSecret(what: string): InvalidInputError {
  return new InvalidInputError({ code: 'BAD_SETTING', message: `connector webhook: secret: ${what}` });
}
