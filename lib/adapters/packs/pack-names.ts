// Names inside a pack. Whoever unpacks it with another tool must not be led out of its directory.
import { InvalidInputError } from '../../domain/errors.ts';
import type { PackSource } from '../../verification/pack/pack-source.ts';

/** More files than a pack of a million identities needs; bounds what an attacker's listing can occupy. */
export const MAX_PACK_FILES = 3_000_000;

/** @throws InvalidInputError `MALFORMED_FILE` for absolute names, `..`, backslashes, control characters, drive letters */
export function assertPackName(name: string): void {
  const isPlain = /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/.test(name) && name.length <= 512;
  if (isPlain && !name.split('/').some((part) => /^\.+$/.test(part))) return;
  throw new InvalidInputError({
    code: 'MALFORMED_FILE',
    message: `${JSON.stringify(name.slice(0, 120))} is no name for a file of a pack.`,
  });
}

/** A source over a listing. */
export function sourceOf(given: {
  readonly sizes: ReadonlyMap<string, number>;
  read(name: string): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}): PackSource {
  const names = [...given.sizes.keys()].toSorted();
  return {
    names,
    has: (name) => given.sizes.has(name),
    sizeOf: (name) => given.sizes.get(name) ?? 0,
    read(name) {
      if (given.sizes.has(name)) return given.read(name);
      throw new InvalidInputError({ code: 'MALFORMED_FILE', message: `${name} is missing.` });
    },
    close: () => given.close(),
  };
}
