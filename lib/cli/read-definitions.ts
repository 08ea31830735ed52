// Definitions from YAML files, keeping where everything stands, so that a wrong field is named by file, line and path.
import { readFile } from 'node:fs/promises';
import { type Document, isMap, isNode, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import { problemsOf } from '../application/apply-definition.ts';
import type { Expressions } from '../application/ports/expressions.ts';
import { Definition } from '../domain/campaign/definition.ts';
import { InvalidInputError } from '../domain/errors.ts';
import type { Directory } from '../domain/review/directory.ts';
import type { CliContext } from './context.ts';

/** One definition of a file. */
export interface DefinitionSource {
  readonly file: string;
  /** File and line, for messages. */
  readonly where: string;
  readonly value: unknown;
  /** The line of a path (`reviewers.fallback`, `scope.exclude[0].where`), or of the closest thing around it. */
  lineOf(path: string): number;
}

/** Something wrong with a definition. */
export interface DefinitionProblem {
  readonly file: string;
  readonly line: number;
  readonly path: string;
  readonly problem: string;
}

/** Reads every document of every file. @throws InvalidInputError for what is no YAML, naming file, line and column */
export async function readDefinitionFiles(
  context: Pick<CliContext, 'path'>,
  files: readonly string[],
): Promise<DefinitionSource[]> {
  const sources: DefinitionSource[] = [];
  for (const file of files) sources.push(...(await readOne(file, context.path(file))));
  return sources;
}

async function readOne(file: string, path: string): Promise<DefinitionSource[]> {
  const counter = new LineCounter();
  const documents = parseAllDocuments(await textOf(file, path), {
    lineCounter: counter,
    prettyErrors: false,
  });
  if (!Array.isArray(documents) || documents.length === 0) throw malformed(`${file}: holds no definition`);
  return documents.map((document) => {
    const [error] = document.errors;
    if (error) {
      const { line, col } = counter.linePos(error.pos[0]);
      throw malformed(`${file}:${line}:${col}: ${error.message}`, error);
    }
    const lineAt = (offset: number | undefined) => (offset === undefined ? 1 : counter.linePos(offset).line);
    return {
      file,
      where: `${file}:${lineAt(document.contents?.range?.[0])}`,
      value: toPlain(file, document),
      lineOf: (path) => lineAt(offsetOf(document, keysOf(path))),
    };
  });
}

/** A file may refer to itself (aliases) only so far; beyond that it is refused. */
function toPlain(file: string, document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw malformed(`${file}: ${cause instanceof Error ? cause.message : 'cannot be read'}`, cause);
  }
}

async function textOf(file: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw malformed(`${file}: ${missing ? 'does not exist' : 'cannot be read'}`, cause);
  }
}

/** `scope.exclude[0].where` as keys. */
function keysOf(path: string): (string | number)[] {
  return path
    .split(/[.[\]]+/)
    .filter((key) => key !== '' && key !== '(top)')
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}

function offsetOf(document: Document, keys: readonly (string | number)[]): number | undefined {
  for (let length = keys.length; length >= 0; length -= 1) {
    const offset = offsetOfExactly(document, keys.slice(0, length));
    if (offset !== undefined) return offset;
  }
  return undefined;
}

/** Where the name of a field stands, rather than its value: the value of a map begins a line later. */
function offsetOfExactly(document: Document, keys: readonly (string | number)[]): number | undefined {
  const around = keys.length > 0 ? document.getIn(keys.slice(0, -1), true) : undefined;
  if (isMap(around)) {
    const pair = around.items.find(({ key }) => isScalar(key) && key.value === keys.at(-1));
    return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
  }
  const node = keys.length === 0 ? document.contents : document.getIn(keys, true);
  return isNode(node) ? node.range?.[0] : undefined;
}

/** Checks sources as a whole; reviewers only where a directory is at hand. Empty when all is well. */
export function checkSources(
  sources: readonly DefinitionSource[],
  expressions: Expressions,
  directory: Directory | undefined,
): DefinitionProblem[] {
  return sources.flatMap((source) => {
    const at = (path: string, problem: string) => ({
      file: source.file,
      line: source.lineOf(path),
      path,
      problem,
    });
    const parsed = Definition.safeParse(source.value);
    if (!parsed.success) {
      return parsed.error.issues.map((issue) =>
        at(issue.path.join('.') || '(top)', `${issue.message}${valueText(source.value, issue.path)}`),
      );
    }
    return problemsOf(parsed.data, directory ?? everybodyKnown, expressions).map((text) => {
      const colon = text.indexOf(': ');
      return at(text.slice(0, colon), text.slice(colon + 2));
    });
  });
}

/** The wrong value, where there is one to show. */
function valueText(value: unknown, path: readonly PropertyKey[]): string {
  const found = path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
  return found === undefined || typeof found === 'object'
    ? ''
    : ` (it is ${JSON.stringify(found).slice(0, 80)})`;
}

/** `file:line: path: problem`. */
export function problemText({ file, line, path, problem }: DefinitionProblem): string {
  return `${file}:${line}: ${path}: ${problem}`;
}

/** Stands in where nobody said who there is: reviewers are then not checked, and the command says so. */
const everybodyKnown: Directory = {
  person: () => undefined,
  byEmail: () => undefined,
  bySlack: () => undefined,
  byAwsPrincipal: () => undefined,
  team: (name) => ({ teamId: 'anybody', name, accountableId: '', memberIds: [], aliases: [] }),
  teamsOf: () => [],
  managerOf: () => undefined,
  everyone: () => [],
  teams: () => [],
};

function malformed(message: string, cause?: unknown): InvalidInputError {
  return new InvalidInputError({ code: 'MALFORMED_DEFINITION', message, cause });
}
