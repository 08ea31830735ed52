// Blobs in memory, for tests and trials.
import type { Blobs } from '../../application/ports/blobs.ts';
import { blobDigest, checkDigest, checkLine, checkRange, missingBlob } from '../files/blob-errors.ts';
import { splitLines } from '../files/split-lines.ts';

/** Blobs that live as long as the process; bytes are copied on the way in and out. */
export function createMemoryBlobs(): Blobs {
  const files = new Map<string, Uint8Array>();
  const put = (bytes: Uint8Array): string => {
    const digest = blobDigest(bytes);
    if (!files.has(digest)) files.set(digest, Uint8Array.from(bytes));
    return digest;
  };
  const get = (digest: string): Uint8Array => {
    checkDigest(digest);
    const bytes = files.get(digest);
    if (!bytes) throw missingBlob(digest);
    return Uint8Array.from(bytes);
  };
  return {
    put: async (bytes) => put(bytes),
    putMany: async (many) => many.map(put),
    get: async (digest) => get(digest),
    range: async (digest, start, end) => {
      checkRange(start, end);
      return get(digest).subarray(start, end);
    },
    has: async (digest) => {
      checkDigest(digest);
      return files.has(digest);
    },
    async writer() {
      const lines: string[] = [];
      return {
        line: async (text) => {
          checkLine(text);
          lines.push(text, '\n');
        },
        close: async () => put(Buffer.from(lines.join(''), 'utf8')),
        abort: async () => void lines.splice(0),
      };
    },
    async *lines(digest) {
      yield* splitLines([get(digest)]);
    },
  };
}
