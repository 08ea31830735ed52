// Reading a pack's files within bounds: no line and no file can make the verifier run out of memory.
import { createHash } from 'node:crypto';
import { concatBytes, utf8Text } from '../../domain/attestation/bytes/text-bytes.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import type { PackSource } from './pack-source.ts';

/** Longest line read, in bytes: an envelope of 65,535 bytes with every character escaped fits. */
export const MAX_LINE_BYTES = 512 * 1024;
/** Largest file read as a whole, in bytes. */
export const MAX_FILE_BYTES = 16 * 1024 * 1024;

const NEWLINE = 0x0a;

/** A line of a file, numbered from 1. */
export interface Line {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/**
 * Lines of a file, one at a time; the last one needs its newline too.
 * @param seen told of every chunk, for progress and digests
 * @throws InvalidInputError `MALFORMED_FILE` for a line over `MAX_LINE_BYTES` or an unfinished last line
 */
export async function* readLines(
  source: PackSource,
  name: string,
  seen: (chunk: Uint8Array) => void = () => undefined,
): AsyncGenerator<Line> {
  let rest: Uint8Array[] = [];
  let restBytes = 0;
  let number = 0;
  for await (const chunk of source.read(name)) {
    seen(chunk);
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const part = chunk.subarray(start, end);
      if (restBytes + part.length > MAX_LINE_BYTES) throw tooLong(name, number + 1);
      number += 1;
      yield { number, bytes: rest.length === 0 ? part : concatBytes([...rest, part]) };
      rest = [];
      restBytes = 0;
      start = end + 1;
    }
    if (start < chunk.length) {
      rest.push(chunk.slice(start));
      restBytes += chunk.length - start;
      if (restBytes > MAX_LINE_BYTES) throw tooLong(name, number + 1);
    }
  }
  if (restBytes > 0) throw malformed(`${name} ends in the middle of line ${number + 1}`);
}

/** The whole file. @throws InvalidInputError `MALFORMED_FILE` when over `limit` bytes */
export async function readWhole(
  source: PackSource,
  name: string,
  limit: number = MAX_FILE_BYTES,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of source.read(name)) {
    bytes += chunk.length;
    if (bytes > limit) throw malformed(`${name} is over ${limit} bytes`);
    chunks.push(chunk);
  }
  return concatBytes(chunks);
}

/** The whole file as text. */
export async function readText(source: PackSource, name: string, limit?: number): Promise<string> {
  return utf8Text(await readWhole(source, name, limit));
}

/** SHA-256 (hex) of a file, without holding it. */
export async function digestOfFile(source: PackSource, name: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of source.read(name)) hash.update(chunk);
  return hash.digest('hex');
}

function tooLong(name: string, line: number): InvalidInputError {
  return malformed(`Line ${line} of ${name} is over ${MAX_LINE_BYTES} bytes`);
}

function malformed(what: string): InvalidInputError {
  return new InvalidInputError({ code: 'MALFORMED_FILE', message: `${what}.` });
}
