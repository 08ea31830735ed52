// What survives a restart: one JSON line per change, the last line of a key wins.
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { InvalidInputError } from '../../domain/errors.ts';
import { SlackChannel, WireMessage } from './message.ts';

/** One kept change. A message of `null` was deleted. */
export const JournalEntry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('channel'), key: z.string(), channel: SlackChannel }),
  z.object({
    kind: z.literal('message'),
    key: z.string(),
    channel: z.string(),
    message: WireMessage.nullable(),
  }),
  z.object({ kind: z.literal('home'), key: z.string(), view: z.looseObject({ id: z.string() }) }),
  z.object({
    kind: z.literal('read'),
    key: z.string(),
    user: z.string(),
    channel: z.string(),
    ts: z.string(),
  }),
  z.object({ kind: z.literal('status'), key: z.string(), status: z.enum(['active', 'deactivated']) }),
]);
export type JournalEntry = z.infer<typeof JournalEntry>;

/** Where changes are written down. */
export interface Journal {
  /** What an earlier run left, last change per key, in order of first writing. */
  readonly kept: readonly JournalEntry[];
  append(entry: JournalEntry): void;
}

/** Forgets everything at exit. */
export const noJournal: Journal = { kept: [], append: () => {} };

/**
 * Opens (or starts) the journal in a file and rewrites it compactly. A torn last line, left by a crash, is dropped.
 * @throws InvalidInputError MALFORMED_FILE when any other line cannot be read
 */
export function openJournal(file: string): Journal {
  mkdirSync(dirname(file), { recursive: true });
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const entries = lines.flatMap((line, position) =>
    readLine(line, position === lines.length - 1, `${file}:${position + 1}`),
  );
  const kept = [...new Map(entries.map((entry) => [`${entry.kind} ${entry.key}`, entry])).values()];
  const compact = `${file}.compact`;
  writeFileSync(compact, kept.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  renameSync(compact, file);
  return { kept, append: (entry) => appendFileSync(file, `${JSON.stringify(entry)}\n`) };
}

function readLine(line: string, isLast: boolean, place: string): JournalEntry[] {
  if (line === '') return [];
  try {
    return [JournalEntry.parse(JSON.parse(line))];
  } catch (cause) {
    if (isLast) return [];
    throw new InvalidInputError({
      code: 'MALFORMED_FILE',
      message: `${place}: not a line of a Slack stand-in's data file`,
      cause,
    });
  }
}
