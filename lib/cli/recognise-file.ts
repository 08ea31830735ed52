// Which connector reads a file: told by its beginning, not by its name.
import { open } from 'node:fs/promises';
import { InvalidInputError } from '../domain/errors.ts';

/** Top-level keys of what AWS gives out about an account. */
const AWS_KEYS = [
  'Content',
  'SummaryMap',
  'UserDetailList',
  'RoleDetailList',
  'GroupDetailList',
  'Policies',
  'ServiceSpecificCredentials',
];
/** Any of these in a heading makes it a credential report, even one that lacks others it needs. */
const REPORT_COLUMNS = ['arn', 'user_creation_time', 'password_enabled', 'access_key_1_active'];
const LOOK_BYTES = 65_536;

/** Columns of recorded rows of PostgreSQL: roles, and who is a member of what. */
const POSTGRES_ROWS = /^(\[|\{[\s\S]*?"rows"\s*:\s*\[)\s*\{[^}]*"(rolname|member)"\s*:/;

/**
 * `aws-iam` for a credential report, authorization details and the like; `postgres` for recorded rows of roles; `file` for
 * rows of any other system.
 */
export async function connectorOf(path: string): Promise<'aws-iam' | 'file' | 'postgres'> {
  const start = (await beginningOf(path)).replace(/^\uFEFF/, '').trimStart();
  if (POSTGRES_ROWS.test(start)) return 'postgres';
  const lineEnd = start.search(/\r?\n/);
  const firstLine = lineEnd < 0 ? start : start.slice(0, lineEnd);
  return start.startsWith('{') ? connectorOfJson(firstLine, lineEnd >= 0) : connectorOfCsv(firstLine);
}

function connectorOfJson(firstLine: string, isWhole: boolean): 'aws-iam' | 'file' {
  try {
    const row = JSON.parse(firstLine) as Record<string, unknown>;
    return AWS_KEYS.some((key) => Object.hasOwn(row, key)) ? 'aws-iam' : 'file';
  } catch {
    // No object on its first line: one document over many lines, or a broken row that says it has an id.
    return isWhole && /^\{\s*"id"\s*:/.test(firstLine) ? 'file' : 'aws-iam';
  }
}

function connectorOfCsv(heading: string): 'aws-iam' | 'file' {
  const names = heading.split(',').map((name) => name.trim().replaceAll('"', '').toLowerCase());
  if (names.includes('id')) return 'file';
  return REPORT_COLUMNS.some((column) => names.includes(column)) ? 'aws-iam' : 'file';
}

async function beginningOf(path: string): Promise<string> {
  try {
    await using handle = await open(path, 'r');
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(LOOK_BYTES), 0, LOOK_BYTES, 0);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } catch (cause) {
    const why =
      cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
        ? 'does not exist'
        : 'cannot be read';
    throw new InvalidInputError({ code: 'MALFORMED_FILE', message: `${path}: ${why}`, cause });
  }
}
