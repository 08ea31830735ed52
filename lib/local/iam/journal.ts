// What changed since the start, one JSON object a line, so that a stand-in picks up where it stopped.
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import type * as z from 'zod';
import { IntegrityError } from '../../domain/errors.ts';

/** An append-only file of changes. */
export interface Journal<Entry> {
  /** What earlier runs left, oldest first. */
  readonly earlier: readonly Entry[];
  /** Writes one entry; it has reached the operating system when this returns. */
  append(entry: Entry): void;
}

/**
 * Opens a journal; without a file nothing is kept. A last line torn by a crash is cut off.
 * @throws IntegrityError CORRUPT_RECORD when any other line cannot be read.
 */
export function openJournal<Entry>(file: string | undefined, schema: z.ZodType<Entry>): Journal<Entry> {
  if (file === undefined) return { earlier: [], append: () => undefined };
  return {
    earlier: existsSync(file) ? readEntries(file, schema) : [],
    append: (entry) => appendFileSync(file, `${JSON.stringify(entry)}\n`, { mode: 0o600 }),
  };
}

function readEntries<Entry>(file: string, schema: z.ZodType<Entry>): Entry[] {
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf(0x0a) + 1;
  if (end < bytes.length) truncateSync(file, end);
  const lines = bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
  return lines.map((line, index) => {
    try {
      return schema.parse(JSON.parse(line));
    } catch (error) {
      throw new IntegrityError({
        code: 'CORRUPT_RECORD',
        message: `${file}: line ${index + 1}: not a change this version wrote; move the file away to start afresh`,
        cause: error,
      });
    }
  });
}
