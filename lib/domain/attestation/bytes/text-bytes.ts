// Between bytes and text, refusing whatever two readers could read differently.
import { InvalidInputError } from '../../errors.ts';

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 bytes of well-formed text. @throws InvalidInputError `BAD_ARGUMENT` on a lone surrogate. */
export function utf8Bytes(text: string): Uint8Array {
  // A TextEncoder would silently write U+FFFD and so give two texts the same bytes.
  if (!text.isWellFormed()) {
    throw new InvalidInputError({ code: 'BAD_ARGUMENT', message: 'Text holds a lone surrogate.' });
  }
  return ENCODER.encode(text);
}

/** Text of valid UTF-8; a byte order mark is kept as U+FEFF. @throws InvalidInputError `MALFORMED_FILE`. */
export function utf8Text(bytes: Uint8Array): string {
  try {
    return DECODER.decode(bytes);
  } catch (cause) {
    throw new InvalidInputError({ code: 'MALFORMED_FILE', message: 'Bytes are not valid UTF-8.', cause });
  }
}

/** Standard base64 with padding (RFC 4648 §4). */
export function base64Text(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('base64');
}

/**
 * Bytes of standard base64, of the one text that encodes them: padding present, unused bits zero, no
 * whitespace, no URL-safe letters. @throws InvalidInputError `MALFORMED_REQUEST`.
 */
export function base64Bytes(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  // Node decodes leniently, so a second text for the same bytes is caught by writing them back.
  if (bytes.toString('base64') !== text) {
    throw new InvalidInputError({ code: 'MALFORMED_REQUEST', message: 'Text is not canonical base64.' });
  }
  return asPlain(bytes);
}

/** Lowercase hexadecimal. */
export function hexText(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('hex');
}

/** Bytes of lowercase hexadecimal. @throws InvalidInputError `MALFORMED_REQUEST`. */
export function hexBytes(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'hex');
  if (bytes.toString('hex') !== text) {
    throw new InvalidInputError({ code: 'MALFORMED_REQUEST', message: 'Text is not lowercase hexadecimal.' });
  }
  return asPlain(bytes);
}

/** The parts, one after the other, in memory of their own. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  return asPlain(Buffer.concat(parts));
}

/** Whether two byte strings are equal. For public values only: it is not constant-time. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && asBuffer(left).equals(right);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function asPlain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
