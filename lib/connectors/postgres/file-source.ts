// The inventory from recorded rows: each file is recognised by its rows, not by its name. Nothing is called.
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { InvalidInputError } from '../../domain/errors.ts';
import { majorVersion } from './live-source.ts';
import { MembershipRow, RecordedFile, RoleRow } from './schema.ts';
import { missing, type RoleSource } from './source.ts';

interface Recorded {
  readonly roles: RoleRow[];
  readonly memberships: MembershipRow[][];
  readonly versions: number[];
}

/** Makes a source that reads the files. @throws InvalidInputError from its methods, naming file, row and field */
export function createFileSource(files: readonly string[]): RoleSource {
  let reading: Promise<Recorded> | undefined;
  const all = (): Promise<Recorded> => {
    reading ??= recogniseAll(files);
    return reading;
  };
  return {
    async about() {
      const { versions } = await all();
      return {
        version: versions[0],
        database: undefined,
        systemIdentifier: undefined,
        own: [],
        isStandby: false,
      };
    },
    async *roles() {
      yield (await all()).roles;
    },
    async memberships() {
      const { memberships } = await all();
      if (memberships.length > 0) return { had: true, value: memberships.flat() };
      return missing('no recorded memberships given: who is a member of what is unknown');
    },
    rights: async () => missing('recorded rows do not say what roles own or were granted'),
    sessions: async () => missing('recorded rows do not say who is connected'),
    count: async () => undefined,
    calls: () => [],
    close: () => undefined,
  };
}

const OfRoles = z.looseObject({ rolname: z.unknown() });
const OfMembers = z.looseObject({ role: z.unknown(), member: z.unknown() });

async function recogniseAll(files: readonly string[]): Promise<Recorded> {
  const found: Recorded = { roles: [], memberships: [], versions: [] };
  const roleFiles: string[] = [];
  for (const file of files) {
    const { rows, server } = await readRecorded(file);
    const major = server === undefined ? undefined : majorVersion(server);
    if (major !== undefined) found.versions.push(major);
    if (rows.length === 0 || OfMembers.safeParse(rows[0]).success) {
      found.memberships.push(readRows(MembershipRow, rows, file));
    } else if (OfRoles.safeParse(rows[0]).success) {
      roleFiles.push(file);
      found.roles.push(...readRows(RoleRow, rows, file));
    } else {
      throw malformed(`${file}: neither rows of pg_roles (rolname) nor memberships (role, member)`);
    }
  }
  const seen = new Set<string>();
  for (const { rolname } of found.roles) {
    if (seen.has(rolname)) {
      const role = JSON.stringify(rolname);
      throw malformed(`${roleFiles.join(', ')}: role ${role} is there twice; give one server at a time`);
    }
    seen.add(rolname);
  }
  if (roleFiles.length === 0) throw malformed(`${files.join(', ')}: no rows of pg_roles (rolname) to read`);
  return found;
}

async function readRecorded(file: string): Promise<z.infer<typeof RecordedFile>> {
  const parsed = RecordedFile.safeParse(parseText(await readText(file), file));
  if (parsed.success) return parsed.data;
  throw malformed(`${file}: neither a list of rows nor an object with rows`, parsed.error);
}

async function readText(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    throw malformed(`${file}: ${error instanceof Error ? error.message : 'cannot be read'}`, error);
  }
}

function parseText(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = `${file}: not JSON: ${error instanceof Error ? error.message : ''}`;
    throw new InvalidInputError({ code: 'MALFORMED_JSON', message, cause: error });
  }
}

function readRows<T extends z.ZodType>(row: T, rows: readonly unknown[], file: string): z.infer<T>[] {
  return rows.map((each, at) => {
    const parsed = row.safeParse(each);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw malformed(
      `${file}: row ${at + 1}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
      parsed.error,
    );
  });
}

function malformed(message: string, cause?: unknown): InvalidInputError {
  return new InvalidInputError({ code: 'MALFORMED_FILE', message, cause });
}
