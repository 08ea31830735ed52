// What an owners file declares: who answers for which identity, and what it is for. It speaks before any tag does.
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import * as z from 'zod';
import type { Declare } from '../../application/collect-identities.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import { known } from '../../domain/identity/fact.ts';
import type { Identity, OwnerHint } from '../../domain/identity/identity.ts';

const Cell = z
  .string()
  .trim()
  .max(512)
  .transform((text) => (text === '' ? undefined : text))
  .optional();

/** One declaration. `identity` is a name, an ARN, a native id or an identity id; `*` stands for any characters. */
export const OwnerDeclaration = z.object({
  identity: z.string().trim().min(1).max(1024),
  owner: Cell,
  technical_owner: Cell,
  business_owner: Cell,
  team: Cell,
  backup_owner: Cell,
  purpose: Cell,
  environment: Cell,
  bound_to: Cell,
});
export type OwnerDeclaration = z.infer<typeof OwnerDeclaration>;

/** Declarations with where they stand. */
export interface DeclaredOwners {
  readonly file: string;
  readonly rows: readonly (OwnerDeclaration & { readonly line: number })[];
}

const ROLES = [
  ['owner', 'accountable'],
  ['technical_owner', 'technical'],
  ['business_owner', 'business'],
  ['team', 'team'],
  ['backup_owner', 'backup'],
] as const;

/**
 * Reads an owners file: CSV with a heading that has `identity` and at least one of `owner`, `technical_owner`,
 * `business_owner`, `team`, `backup_owner`.
 * @throws InvalidInputError MISSING_COLUMN or MALFORMED_FILE, naming file and line
 */
export function readOwnersFile(path: string): Promise<DeclaredOwners> {
  return readOwners(path, createReadStream(path));
}

/** Reads the text of an owners file; `file` is what to call it. Throws as `readOwnersFile` does. */
export function readOwnersText(file: string, text: string): Promise<DeclaredOwners> {
  return readOwners(file, Readable.from([text]));
}

async function readOwners(path: string, source: Readable): Promise<DeclaredOwners> {
  const rows: (OwnerDeclaration & { line: number })[] = [];
  const parser = parse({
    bom: true,
    skip_empty_lines: true,
    info: true,
    columns: (heading: string[]) => checkHeading(path, heading),
  });
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    for await (const entry of parser as AsyncIterable<{ record: unknown; info: { lines: number } }>) {
      rows.push({ ...readRow(path, entry.record, entry.info.lines), line: entry.info.lines });
    }
  } catch (error) {
    if (error instanceof InvalidInputError) throw error;
    const message = `${path}: ${error instanceof Error ? error.message : 'cannot be read'}`;
    if (error instanceof CsvError || (error instanceof Error && 'code' in error)) {
      throw new InvalidInputError({ code: 'MALFORMED_FILE', message, cause: error });
    }
    throw error;
  } finally {
    source.destroy();
  }
  return { file: path, rows };
}

function checkHeading(path: string, heading: readonly string[]): string[] {
  const names = heading.map((name) => name.trim().toLowerCase().replaceAll(/[ -]/g, '_'));
  const lacks = !names.includes('identity')
    ? 'identity'
    : ROLES.some(([column]) => names.includes(column))
      ? undefined
      : 'owner or team';
  if (lacks === undefined) return names;
  throw new InvalidInputError({
    code: 'MISSING_COLUMN',
    message: `${path}: line 1: needs the column ${lacks}`,
  });
}

function readRow(path: string, record: unknown, line: number): OwnerDeclaration {
  const parsed = OwnerDeclaration.safeParse(record);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const message = `${path}: line ${line}, column ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
  throw new InvalidInputError({ code: 'MALFORMED_FILE', message, cause: parsed.error });
}

/** Adds what the file declares to an identity; the first row that matches counts. */
export function declareFrom({ file, rows }: DeclaredOwners): Declare {
  const exact = new Map<string, OwnerDeclaration & { line: number }>();
  const patterns: { readonly pattern: RegExp; readonly row: OwnerDeclaration & { line: number } }[] = [];
  for (const row of rows) {
    if (row.identity.includes('*')) patterns.push({ pattern: patternOf(row.identity), row });
    else if (!exact.has(row.identity.toLowerCase())) exact.set(row.identity.toLowerCase(), row);
  }
  return (identity) => {
    const names = namesOf(identity);
    const row =
      names.map((name) => exact.get(name.toLowerCase())).find((found) => found !== undefined) ??
      patterns.find(({ pattern }) => names.some((name) => pattern.test(name)))?.row;
    return row ? declared(identity, row, `${file}, line ${row.line}`) : identity;
  };
}

function declared(identity: Identity, row: OwnerDeclaration, where: string): Identity {
  const hints = ROLES.flatMap(([column, role]): OwnerHint[] => {
    const value = row[column];
    return value === undefined
      ? []
      : [{ role, value, source: 'declared-file', detail: `${where}, column ${column}` }];
  });
  return {
    ...identity,
    ownerHints: [...hints, ...identity.ownerHints],
    ...(row.purpose === undefined ? {} : { purpose: known(row.purpose, where) }),
    ...(row.environment === undefined ? {} : { environment: known(row.environment, where) }),
    ...(row.bound_to === undefined ? {} : { boundTo: known(row.bound_to, where) }),
  };
}

/** What people may call an identity in a file: also its user, when it is one key of a person. */
function namesOf({ identityId, nativeId, name, scope, connector }: Identity): string[] {
  const [resource = ''] = nativeId.split('#');
  const arn =
    connector === 'aws-iam' ? [`arn:aws:iam::${scope}:${nativeId}`, `arn:aws:iam::${scope}:${resource}`] : [];
  return [name, identityId, nativeId, ...arn, resource.slice(resource.lastIndexOf('/') + 1)];
}

function patternOf(text: string): RegExp {
  const source = text
    .split('*')
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`, 'iu');
}
