// What a witness signs: a checkpoint, and the time it was the newest one it knew (c2sp.org/tlog-cosignature).
import { utf8Bytes } from '../bytes/text-bytes.ts';

/** Bytes of a cosignature without its key id: uint64-be seconds ‖ Ed25519 signature. */
export const COSIGNATURE_BYTES = 8 + 64;

/** A witness's signature and the time it names, in seconds since the epoch. */
export interface Cosignature {
  readonly atSeconds: number;
  readonly signature: Uint8Array;
}

/** The signed message: `cosignature/v1`, the time, then the whole checkpoint text with its final newline. */
export function cosignedMessage(checkpointText: string, atSeconds: number): Uint8Array {
  assertSeconds(atSeconds);
  return utf8Bytes(`cosignature/v1\ntime ${atSeconds}\n${checkpointText}`);
}

/** The bytes after the key id. @throws RangeError for a bad time or signature length */
export function encodeCosignature({ atSeconds, signature }: Cosignature): Uint8Array {
  assertSeconds(atSeconds);
  if (signature.length !== 64) throw new RangeError('An Ed25519 signature has 64 bytes.');
  const bytes = new Uint8Array(COSIGNATURE_BYTES);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(atSeconds));
  bytes.set(signature, 8);
  return bytes;
}

/** Undoes `encodeCosignature`; undefined for another length or a time past 2^53 seconds. */
export function decodeCosignature(bytes: Uint8Array): Cosignature | undefined {
  if (bytes.length !== COSIGNATURE_BYTES) return undefined;
  const wide = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0);
  if (wide > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  return { atSeconds: Number(wide), signature: bytes.slice(8) };
}

function assertSeconds(atSeconds: number): void {
  if (!Number.isSafeInteger(atSeconds) || atSeconds < 0) {
    throw new RangeError(`${atSeconds} is not whole seconds since the epoch.`);
  }
}
