// A pack as the verifier sees it: names and bytes, whether in a directory or in a zip. Everything in it is attacker-controlled.

/** Reads a pack. Names are relative, parted by `/`, without `.`, `..` or links: the adapter refuses others. */
export interface PackSource {
  /** Every file, in order of text. */
  readonly names: readonly string[];
  has(name: string): boolean;
  /** Uncompressed bytes, as far as is known before reading. */
  sizeOf(name: string): number;
  /** The bytes of a file, chunk by chunk. @throws InvalidInputError `MALFORMED_FILE` when missing or broken */
  read(name: string): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}
