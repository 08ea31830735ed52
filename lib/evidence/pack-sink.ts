// Where a pack is written: a directory or a zip. Files come one after the other, each streamed.

/** The bytes of a file, as they are made. */
export type FileContent =
  | string
  | Uint8Array
  | AsyncIterable<string | Uint8Array>
  | Iterable<string | Uint8Array>;

/** Writes one pack. Nothing is visible under its final name before `close`. */
export interface PackSink {
  /** Writes a file. Names are relative, parted by `/`. */
  file(name: string, content: FileContent): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}
