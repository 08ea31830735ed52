/** Files that are written once and never changed or deleted: S3 Object Lock in compliance mode, or a folder. */
export interface LockedFiles {
  /**
   * Stores a file under a name of `[A-Za-z0-9._-]` segments parted by `/`. The same bytes again are a no-op.
   * @throws IntegrityError `FORK` when the name is taken by other bytes; InvalidInputError `BAD_ARGUMENT` for the name
   */
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** Reads a file; undefined when there is none. @throws InvalidInputError `BAD_ARGUMENT` for the name */
  get(name: string): Promise<Uint8Array | undefined>;
  /** Names that begin with `prefix`, in order of text. */
  list(prefix: string): AsyncIterable<string>;
}
