// Blobs in memory, for tests and trials.
import type { Blobs } from '../../application/ports/blobs.ts';
import { sha256Hex } from '../../domain/attestation/bytes/sha256.ts';
import { IntegrityError } from '../../domain/errors.ts';

/** Blobs that live as long as the process. */
export function createMemoryBlobs(): Blobs {
  const files = new Map<string, Uint8Array>();
  const put = (bytes: Uint8Array): string => {
    const digest = sha256Hex(bytes);
    files.set(digest, bytes.slice());
    return digest;
  };
  const get = (digest: string): Uint8Array => {
    const bytes = files.get(digest);
    if (bytes) return bytes;
    throw new IntegrityError({ code: 'DIGEST_MISMATCH', message: `The file ${digest} is missing.` });
  };
  return {
    put: async (bytes) => put(bytes),
    putMany: async (many) => many.map(put),
    get: async (digest) => get(digest),
    has: async (digest) => files.has(digest),
    async writer() {
      const lines: string[] = [];
      return {
        line: async (text) => void lines.push(`${text}\n`),
        close: async () => put(new TextEncoder().encode(lines.join(''))),
        abort: async () => void lines.splice(0),
      };
    },
    async *lines(digest) {
      for (const line of new TextDecoder().decode(get(digest)).split('\n')) if (line !== '') yield line;
    },
  };
}
