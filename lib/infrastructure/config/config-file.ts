// A configuration file, read so that everything wrong with it can be said at once: file, line, key, value, what is allowed.
import { existsSync, readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import * as z from 'zod';
import { InvalidInputError } from '../../domain/errors.ts';

/** One thing that is wrong: where, and in words that end the sentence "… is wrong:". */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly what: string;
}

/** A YAML file with the lines its keys stand on. */
export interface ConfigFile {
  /** As it is named in messages: `config/example.yaml`. */
  readonly name: string;
  readonly data: unknown;
  lineOf(path: readonly PropertyKey[]): number | undefined;
}

/** Reads a YAML file. @throws InvalidInputError BAD_SETTING when it is missing or is not YAML, naming line and column */
export function readConfigFile(path: string, name: string): ConfigFile {
  if (!existsSync(path)) throw badSetting([`${name}: there is no such file`]);
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, 'utf8'), { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw badSetting(
      document.errors.map(({ pos, message }) => {
        const { line, col } = lines.linePos(pos[0]);
        return `${name}:${line}: column ${col}: ${message}`;
      }),
    );
  }
  const lineOf = (path: readonly PropertyKey[]): number | undefined => {
    for (let length = path.length; length > 0; length -= 1) {
      const node: unknown = document.getIn(path.slice(0, length), true);
      const range = z.object({ range: z.tuple([z.number()]).rest(z.unknown()) }).safeParse(node);
      if (range.success) return lines.linePos(range.data.range[0]).line;
    }
    return undefined;
  };
  return { name, data: document.toJS({ maxAliasCount: 100 }), lineOf };
}

/** The file's content by its schema. @throws InvalidInputError BAD_SETTING naming every problem */
export function parseConfig<T>(file: ConfigFile, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(file.data);
  if (parsed.success) return parsed.data;
  throw problemsIn(
    file,
    parsed.error.issues.flatMap((issue) => problemsOf(schema, issue)),
  );
}

/** All of a file's problems as one error. */
export function problemsIn(file: ConfigFile, problems: readonly Problem[]): InvalidInputError {
  return badSetting(
    problems.map(({ path, what }) => {
      const line = file.lineOf(path);
      const found = describe(valueAt(file.data, path));
      const key = path.map(String).join('.') || '(the whole file)';
      return `${file.name}${line === undefined ? '' : `:${line}`}: ${key}: found ${found}; ${what}`;
    }),
  );
}

/** An error that names what is wrong with the configuration, a line each. */
export function badSetting(lines: readonly string[]): InvalidInputError {
  return new InvalidInputError({ code: 'BAD_SETTING', message: lines.join('\n') });
}

function problemsOf(schema: z.ZodType, issue: z.core.$ZodIssue): Problem[] {
  const { path, message } = issue;
  switch (issue.code) {
    case 'unrecognized_keys': {
      const allowed = keysAt(schema, path).join(', ');
      return issue.keys.map((key) => ({ path: [...path, key], what: `no such key; allowed: ${allowed}` }));
    }
    case 'invalid_value':
      return [{ path, what: `allowed: ${issue.values.map(String).join(', ')}` }];
    case 'invalid_type':
      return [{ path, what: `expected ${issue.expected}` }];
    case 'custom':
      return [{ path, what: message }];
    default:
      return [{ path, what: /expected/.test(message) ? message : `expected ${message}` }];
  }
}

/** Keys the schema knows at that place. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: unknown = bare(schema);
  for (const step of path) {
    if (at instanceof z.ZodObject) at = bare(at.shape[String(step)]);
    else if (at instanceof z.ZodArray) at = bare(at.element);
  }
  if (at instanceof z.ZodRecord && at.keyType instanceof z.ZodEnum) return at.keyType.options.map(String);
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function bare(schema: unknown): unknown {
  const isWrapped =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return isWrapped ? bare(schema.unwrap()) : schema;
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, step) => {
    if (typeof at !== 'object' || at === null) return undefined;
    return Reflect.get(at, step);
  }, data);
}

const SHOWN = 80;

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
