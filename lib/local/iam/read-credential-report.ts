// Reads an IAM credential report as it was downloaded: CSV, or the JSON that aws-cli prints around it.
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import * as z from 'zod';
import { InvalidInputError } from '../../domain/errors.ts';
import { parseJson } from './read-json.ts';
import { type ReportRow, reportRow } from './report-row.ts';

/** A report's rows, one per ARN, in file order. */
export interface CredentialReportFile {
  readonly accountId: string;
  readonly columns: readonly string[];
  readonly rows: readonly ReportRow[];
}

/** A report without these says too little to know which keys exist. The others may be missing (21 to 23 columns). */
const REQUIRED_COLUMNS = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'access_key_1_active',
  'access_key_1_last_rotated',
  'access_key_2_active',
  'access_key_2_last_rotated',
] as const;

const ParsedRecord = z.object({
  record: z.record(z.string(), z.string()),
  info: z.object({ lines: z.int() }),
});

/** aws-cli's output, bare or in a recorder's `data`; `Content` is the CSV itself (v1) or base64 of it (v2). */
const ReportJson = z.union([
  z.object({ Content: z.string() }),
  z.object({ data: z.object({ Content: z.string() }) }).transform(({ data }) => data),
]);

/**
 * Streams a credential report. Rows are de-duplicated by ARN (the first counts).
 * @throws InvalidInputError MALFORMED_FILE, MISSING_COLUMN or MALFORMED_JSON naming file, line and column.
 */
export async function readCredentialReport(source: string | Readable): Promise<CredentialReportFile> {
  const file = typeof source === 'string' ? source : 'credential report';
  const rows = new Map<string, ReportRow>();
  let columns: readonly string[] = [];
  try {
    const bytes = typeof source === 'string' ? createReadStream(source) : source;
    for await (const { record, line, header } of records(await csvOf(bytes, file), file)) {
      columns = header;
      const row = reportRow(record, file, line);
      refuseSecondAccount(rows.values().next().value, row, file, line);
      if (!rows.has(row.arn)) rows.set(row.arn, row);
    }
  } catch (error) {
    throw asRefusal(error, file);
  }
  const first = rows.values().next().value;
  if (!first) {
    throw new InvalidInputError({
      code: 'MALFORMED_FILE',
      message: `${file}: line 2: no rows: a credential report has at least one`,
    });
  }
  return { accountId: first.accountId, columns, rows: [...rows.values()] };
}

/** The CSV bytes: the stream itself, or the CSV inside the JSON when the first character is `{`. */
async function csvOf(source: Readable, file: string): Promise<Readable> {
  const chunks = source[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done === true) return Readable.from([]);
  const head = Buffer.from(first.value as Uint8Array | string);
  const start = head.subarray(0, 64).toString('utf8').replace('\uFEFF', '').trimStart();
  const whole = (async function* rejoined(): AsyncGenerator<Buffer> {
    yield head;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
      yield Buffer.from(next.value as Uint8Array | string);
    }
  })();
  if (!start.startsWith('{')) return Readable.from(whole, { objectMode: false });
  const parts: Buffer[] = [];
  for await (const part of whole) parts.push(part);
  return Readable.from([csvInJson(Buffer.concat(parts).toString('utf8').replace('\uFEFF', ''), file)], {
    objectMode: false,
  });
}

function csvInJson(text: string, file: string): string {
  const parsed = ReportJson.safeParse(parseJson(text, file));
  if (!parsed.success) {
    throw new InvalidInputError({
      code: 'MALFORMED_FILE',
      message: `${file}: line 1, column 1: JSON without the credential report's Content`,
      cause: parsed.error,
    });
  }
  const content = parsed.data.Content;
  return content.includes(',') ? content : Buffer.from(content, 'base64').toString('utf8');
}

async function* records(
  csv: Readable,
  file: string,
): AsyncGenerator<{ record: Record<string, string>; line: number; header: readonly string[] }> {
  let header: readonly string[] = [];
  const parser = parse({
    bom: true,
    info: true,
    trim: true,
    skip_empty_lines: true,
    max_record_size: 65_536,
    columns: (names: string[]) => {
      header = checkedHeader(names, file);
      return names;
    },
  });
  csv.on('error', (error) => parser.destroy(error));
  csv.pipe(parser);
  for await (const parsed of parser) {
    const { record, info } = ParsedRecord.parse(parsed);
    yield { record, line: info.lines, header };
  }
}

function checkedHeader(names: readonly string[], file: string): readonly string[] {
  const missing = REQUIRED_COLUMNS.filter((column) => !names.includes(column));
  if (missing.length > 0) {
    throw new InvalidInputError({
      code: 'MISSING_COLUMN',
      message: `${file}: line 1: not a credential report: no column ${missing.join(', ')}`,
    });
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return names;
  throw new InvalidInputError({
    code: 'MALFORMED_FILE',
    message: `${file}: line 1, column ${twice}: appears twice`,
  });
}

function refuseSecondAccount(first: ReportRow | undefined, row: ReportRow, file: string, line: number): void {
  if (!first || first.accountId === row.accountId) return;
  throw new InvalidInputError({
    code: 'MALFORMED_FILE',
    message: `${file}: line ${line}, column arn: account ${row.accountId} in a report of account ${first.accountId}: give one file per account`,
  });
}

function asRefusal(error: unknown, file: string): unknown {
  if (error instanceof InvalidInputError) return error;
  if (error instanceof CsvError) {
    const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
    const column = typeof error['column'] === 'string' ? `, column ${error['column']}` : '';
    return new InvalidInputError({
      code: 'MALFORMED_FILE',
      message: `${file}: line ${line}${column}: ${error.message}`,
      cause: error,
    });
  }
  if (error instanceof Error && 'syscall' in error) {
    return new InvalidInputError({
      code: 'MALFORMED_FILE',
      message: `${file}: cannot be read: ${error.message}`,
      cause: error,
    });
  }
  return error;
}
