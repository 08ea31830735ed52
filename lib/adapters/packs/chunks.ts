// Text and bytes of a file gathered into pieces worth a system call.
import type { FileContent } from '../../evidence/pack-sink.ts';

const CHUNK_BYTES = 1 << 18;

/** The content in pieces of about 256 KiB. */
export async function* chunksOf(content: FileContent): AsyncGenerator<Buffer> {
  if (typeof content === 'string' || content instanceof Uint8Array) {
    yield Buffer.from(content as string);
    return;
  }
  let pending: Buffer[] = [];
  let bytes = 0;
  for await (const part of content) {
    const piece = Buffer.from(part as string);
    pending.push(piece);
    bytes += piece.length;
    if (bytes < CHUNK_BYTES) continue;
    yield Buffer.concat(pending);
    pending = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(pending);
}
