// Rows of a CSV or JSON Lines file, streamed, each with its line; malformed ones are refused by file, line and column.
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { CsvError, parse } from 'csv-parse';
import { InvalidInputError } from '../../domain/errors.ts';
import { malformedCsv } from '../csv-fault.ts';
import { FILE_COLUMNS, FileRow } from './schema.ts';

/** A row as read, with the columns that have no meaning here. */
export interface ReadRow {
  readonly line: number;
  readonly row: FileRow;
  readonly others: Readonly<Record<string, string>>;
}

/** Streams the rows. @throws InvalidInputError MALFORMED_FILE, MALFORMED_JSON or MISSING_COLUMN. */
export async function* readRows(path: string): AsyncGenerator<ReadRow, void, undefined> {
  const seen = new Map<string, number>();
  const records = (await startsWithBrace(path)) ? jsonLines(path) : csvRecords(path);
  for await (const { line, record } of records) {
    const read = readRow(path, line, record);
    const key = `${read.row.system ?? ''}\n${read.row.kind ?? ''}\n${read.row.id}`;
    const before = seen.get(key);
    if (before !== undefined) {
      throw malformed(path, line, 'id', `${JSON.stringify(read.row.id)} stands on line ${before} already`);
    }
    seen.set(key, line);
    yield read;
  }
}

interface Raw {
  readonly line: number;
  readonly record: Readonly<Record<string, string>>;
}

function readRow(path: string, line: number, record: Readonly<Record<string, string>>): ReadRow {
  const filled = Object.entries(record).filter(([, value]) => value !== '');
  const known = Object.fromEntries(filled.filter(([key]) => FILE_COLUMNS.has(key)));
  const others = Object.fromEntries(filled.filter(([key]) => !FILE_COLUMNS.has(key)));
  const parsed = FileRow.safeParse(known);
  if (parsed.success) return { line, row: parsed.data, others };
  const issue = parsed.error.issues[0];
  const column = String(issue?.path[0] ?? 'id');
  const text = record[column] ?? '';
  const value = text === '' ? 'is missing' : JSON.stringify(text.slice(0, 80));
  throw malformed(path, line, column, `${value}: ${issue?.message ?? 'not understood'}`);
}

function malformed(path: string, line: number, column: string, fault: string): InvalidInputError {
  return new InvalidInputError({
    code: 'MALFORMED_FILE',
    message: `${path}: line ${line}, column ${column}: ${fault}`,
  });
}

async function startsWithBrace(path: string): Promise<boolean> {
  try {
    await using handle = await open(path, 'r');
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
    return /^\uFEFF?\s*\{/.test(buffer.subarray(0, bytesRead).toString('utf8'));
  } catch (error) {
    const message = `${path}: ${error instanceof Error ? error.message : 'cannot be read'}`;
    throw new InvalidInputError({ code: 'MALFORMED_FILE', message, cause: error });
  }
}

async function* csvRecords(path: string): AsyncGenerator<Raw, void, undefined> {
  const source = createReadStream(path);
  const columns = (heading: string[]): string[] => checkHeading(path, heading);
  const parser = parse({ bom: true, skip_empty_lines: true, columns, info: true });
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let line = 1;
  try {
    for await (const entry of parser as AsyncIterable<{
      record: Record<string, string>;
      info: { lines: number };
    }>) {
      line = entry.info.lines;
      yield { line, record: entry.record };
    }
  } catch (error) {
    throw error instanceof CsvError ? malformedCsv(error, path, line) : error;
  } finally {
    source.destroy();
  }
}

function checkHeading(path: string, heading: readonly string[]): string[] {
  const names = heading.map((name) => name.trim());
  const doubled = names.find((name, index) => names.indexOf(name) !== index);
  if (doubled !== undefined) throw malformed(path, 1, doubled, 'stands in the heading twice');
  if (!names.includes('id')) {
    throw new InvalidInputError({ code: 'MISSING_COLUMN', message: `${path}: line 1: needs the column id` });
  }
  return names;
}

async function* jsonLines(path: string): AsyncGenerator<Raw, void, undefined> {
  const source = createReadStream(path, 'utf8');
  let line = 0;
  try {
    for await (const text of createInterface({ input: source, crlfDelay: Number.POSITIVE_INFINITY })) {
      line += 1;
      const bare = text.replace(/^\uFEFF/, '').trim();
      if (bare !== '') yield { line, record: asTexts(path, line, bare) };
    }
  } finally {
    source.destroy();
  }
}

function asTexts(path: string, line: number, text: string): Record<string, string> {
  const value = parseLine(path, line, text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidInputError({
      code: 'MALFORMED_JSON',
      message: `${path}: line ${line}: not a JSON object`,
    });
  }
  const entries = Object.entries(value).filter(([, cell]) => cell !== null && cell !== undefined);
  return Object.fromEntries(entries.map(([key, cell]) => [key, textOf(path, line, key, cell)]));
}

function parseLine(path: string, line: number, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const message = `${path}: line ${line}: not JSON: ${error instanceof Error ? error.message : ''}`;
    throw new InvalidInputError({ code: 'MALFORMED_JSON', message, cause: error });
  }
}

function textOf(path: string, line: number, column: string, cell: unknown): string {
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  if (Array.isArray(cell) && cell.every((each) => typeof each === 'string')) return cell.join(', ');
  throw malformed(path, line, column, 'must be text, a number, true or false, or a list of texts');
}
