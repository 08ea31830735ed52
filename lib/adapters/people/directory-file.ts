// People and teams from a file (YAML or JSON) of `people`, `teams` and `calendars`, for organisations without a connected directory.
import { LineCounter, parseDocument } from 'yaml';
import { InvalidInputError } from '../../domain/errors.ts';
import type { Directory } from '../../domain/review/directory.ts';
import { DirectoryFile, directoryFrom } from './directory-schema.ts';

/** Bytes of a directory file that are read at most. */
const MAX_LENGTH = 32 * 1024 * 1024;

/**
 * Reads the text of a directory file; JSON is read as the YAML it is.
 * @param file what to call the file in messages
 * @throws InvalidInputError MALFORMED_FILE naming the file, and each path or line that is wrong
 */
export function parseDirectoryFile(text: string, file: string): Directory {
  const parsed = DirectoryFile.safeParse(parseYaml(text, file));
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || '(top)'}: ${message}`);
    throw malformed(file, issues);
  }
  const problems = problemsOf(parsed.data);
  if (problems.length > 0) throw malformed(file, problems);
  return directoryFrom(parsed.data);
}

const SHOWN = 20;

function malformed(file: string, problems: readonly string[], cause?: unknown): InvalidInputError {
  const more = problems.length > SHOWN ? ` (and ${problems.length - SHOWN} more)` : '';
  return new InvalidInputError({
    code: 'MALFORMED_FILE',
    message: `${file}: ${problems.slice(0, SHOWN).join('; ')}${more}`,
    cause,
  });
}

function parseYaml(text: string, file: string): unknown {
  if (text.length > MAX_LENGTH) throw malformed(file, [`is longer than ${MAX_LENGTH} characters`]);
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: true });
  if (document.errors.length > 0) {
    const lines = document.errors.map(({ pos, message }) => {
      const { line, col } = lineCounter.linePos(pos[0]);
      return `line ${line}, column ${col}: ${message}`;
    });
    throw malformed(file, lines, document.errors[0]);
  }
  try {
    // Aliases can make a small text enormous ("billion laughs"); a directory needs few.
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw malformed(file, [cause instanceof Error ? cause.message : 'cannot be read'], cause);
  }
}

/** What a schema cannot see: names that stand for nobody, or for two. */
function problemsOf({ people, teams, calendars }: DirectoryFile): string[] {
  const known = new Set(people.map(({ personId }) => personId));
  const nobody = (path: string, personId: string | undefined): string[] =>
    personId === undefined || known.has(personId) ? [] : [`${path}: nobody has the id "${personId}"`];
  return [
    ...repeated(
      'people',
      people.map(({ personId }) => personId),
    ),
    ...repeated(
      'teams',
      teams.map(({ teamId }) => teamId),
    ),
    ...people.flatMap(({ managerId, timeZone, calendar }, index) => [
      ...nobody(`people.${index}.managerId`, managerId),
      ...(timeZone === undefined || isTimeZone(timeZone)
        ? []
        : [`people.${index}.timeZone: "${timeZone}" is no IANA time zone`]),
      ...(calendar === undefined || Object.hasOwn(calendars, calendar)
        ? []
        : [`people.${index}.calendar: there is no calendar "${calendar}"`]),
    ]),
    ...teams.flatMap(({ accountableId, backupId, memberIds }, index) => [
      ...nobody(`teams.${index}.accountableId`, accountableId),
      ...nobody(`teams.${index}.backupId`, backupId),
      ...memberIds.flatMap((memberId, at) => nobody(`teams.${index}.memberIds.${at}`, memberId)),
    ]),
  ];
}

function repeated(path: string, ids: readonly string[]): string[] {
  const seen = new Set<string>();
  return ids.flatMap((id, index) => {
    if (seen.has(id)) return [`${path}.${index}: the id "${id}" is taken already`];
    seen.add(id);
    return [];
  });
}

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
