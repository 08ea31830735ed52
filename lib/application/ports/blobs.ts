/** Immutable files named by the SHA-256 (lowercase hex) of their exact bytes: snapshots, manifests, inventories. */
export interface Blobs {
  /** Stores bytes; storing the same bytes again is a no-op. Returns their digest. */
  put(bytes: Uint8Array): Promise<string>;
  /** Stores many small files at once. Returns their digests in order. */
  putMany(files: readonly Uint8Array[]): Promise<string[]>;
  /** Reads a file. @throws IntegrityError DIGEST_MISMATCH when its bytes are not what its name says. */
  get(digest: string): Promise<Uint8Array>;
  /**
   * The bytes of a file from `start` up to, not including, `end`; what lies beyond its end is left out. Part of a file
   * cannot be checked against its name: whoever reads it must know its digest from elsewhere.
   * @throws RangeError unless 0 <= start < end, in whole bytes
   * @throws IntegrityError CORRUPT_RECORD when there is no such file
   */
  range(digest: string, start: number, end: number): Promise<Uint8Array>;
  has(digest: string): Promise<boolean>;
  /** Writes a large file as it is made; the digest is known when the writer is closed. Nothing is visible before. */
  writer(): Promise<BlobWriter>;
  /** Reads a JSON Lines file line by line, without holding it. */
  lines(digest: string): AsyncIterable<string>;
}

/** Writes one large file, line by line. */
export interface BlobWriter {
  /** Adds a line; the newline is added by the writer. */
  line(text: string): Promise<void>;
  close(): Promise<string>;
  abort(): Promise<void>;
}
