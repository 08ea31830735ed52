// PartiQL, in the one form the ledger uses: INSERT INTO "table" VALUE {'name': ?, …}. It cannot overwrite a row,
// which is why an insert-only table allows it and refuses everything else.
import * as z from 'zod';
import { consumedByWrites } from './capacity.ts';
import type { Answer } from './engine.ts';
import { parseRequest } from './engine.ts';
import { createEngineStore } from './engine-store.ts';
import { modelFault, ServiceFault, validationFault } from './fault.ts';
import { refuseOnInsertOnly } from './insert-only.ts';
import type { ItemWrite, WriteContext } from './item-write.ts';
import { locateItem } from './item-write.ts';
import { parseWith } from './parse-with.ts';
import type { PlannedWrite } from './planned-write.ts';
import { planWrite } from './planned-write.ts';
import type { WriteGroup, WriteQueue } from './write-queue.ts';

const Statement = z.object({
  Statement: z.string().min(1).max(8192),
  Parameters: z.array(z.record(z.string(), z.unknown())).min(1).optional(),
  ReturnConsumedCapacity: z.enum(['TOTAL', 'INDEXES', 'NONE']).optional(),
});
type Statement = z.infer<typeof Statement>;

const BatchRequest = z.object({
  Statements: z.array(Statement).min(1).max(25),
  ReturnConsumedCapacity: z.enum(['TOTAL', 'INDEXES', 'NONE']).optional(),
});

/** A table name and the attributes to insert, by position of their parameters. */
interface Insert {
  readonly table: string;
  readonly names: readonly string[];
}

const INSERT = /^\s*INSERT\s+INTO\s+"([A-Za-z0-9_.-]{3,255})"\s+VALUE\s+\{([\s\S]*)\}\s*;?\s*$/i;
const MEMBER = /^\s*'((?:[^']|'')*)'\s*:\s*\?\s*(?:,|$)/;

/** The table a statement speaks of; empty when it speaks of none. */
function tableOf(statement: string): string {
  return /(?:\bINTO|\bFROM|\bUPDATE)\s+"?([A-Za-z0-9_.-]+)/i.exec(statement)?.[1] ?? '';
}

/** On an insert-only table, changing rows is refused before the statement is looked at closely. */
function refuseStatement(context: WriteContext, statement: string): void {
  const verb = /^\s*(UPDATE|DELETE)\b/i.exec(statement)?.[1]?.toUpperCase();
  if (verb === 'UPDATE') refuseOnInsertOnly(context, 'PartiQLUpdate', tableOf(statement));
  if (verb === 'DELETE') refuseOnInsertOnly(context, 'PartiQLDelete', tableOf(statement));
}

function readInsert(statement: string): Insert {
  const shaped = INSERT.exec(statement);
  if (!shaped) {
    throw validationFault(
      'Unsupported PartiQL statement: these tables understand only INSERT INTO "table" VALUE {\'name\': ?, ...}',
    );
  }
  const [, table = '', members = ''] = shaped;
  const names: string[] = [];
  let rest = members;
  while (rest.trim() !== '') {
    const member = MEMBER.exec(rest);
    if (!member)
      throw validationFault(`Statement wasn't well formed, can't be processed: near ${rest.trim()}`);
    names.push((member[1] ?? '').replaceAll("''", "'"));
    rest = rest.slice(member[0].length);
  }
  if (new Set(names).size < names.length) throw validationFault('Duplicate attribute in the inserted value');
  return { table, names };
}

function parseInsert(context: WriteContext, { Statement: text, Parameters = [] }: Statement): ItemWrite {
  refuseStatement(context, text);
  const { table, names } = readInsert(text);
  if (names.length !== Parameters.length) {
    throw validationFault("Number of parameters in request and statement don't match.");
  }
  const Item = Object.fromEntries(names.map((name, position) => [name, Parameters[position]]));
  const store = createEngineStore(context.store, context.catalog);
  return {
    action: 'PutItem',
    request: parseRequest('PutItem', { TableName: table, Item }, store),
    showsOnFailure: false,
  };
}

function insert(context: WriteContext, group: WriteGroup, itemWrite: ItemWrite): PlannedWrite {
  const { table, key } = locateItem(context, itemWrite);
  if (group.read(key) !== undefined) {
    throw modelFault('DuplicateItemException', 'Duplicate primary key exists in table');
  }
  const write = planWrite(table, key, { previous: undefined, next: itemWrite.request.Item });
  group.apply([write]);
  return write;
}

/** Answers ExecuteStatement. @throws ServiceFault DuplicateItemException when the key exists */
export async function executeStatement(
  context: WriteContext,
  queue: WriteQueue,
  body: unknown,
): Promise<Answer> {
  const statement = parseWith(Statement, body);
  const itemWrite = parseInsert(context, statement);
  return queue.write((group) => {
    const [consumed] = consumedByWrites(statement.ReturnConsumedCapacity, [
      insert(context, group, itemWrite),
    ]);
    return { Items: [], ...(consumed ? { ConsumedCapacity: consumed } : {}) };
  });
}

const CODES: Readonly<Record<string, string>> = {
  ValidationException: 'ValidationError',
  ResourceNotFoundException: 'ResourceNotFound',
  DuplicateItemException: 'DuplicateItem',
  AccessDeniedException: 'AccessDenied',
};

/** Answers BatchExecuteStatement: each statement on its own, its error in its own place. @throws ServiceFault */
export async function executeStatements(
  context: WriteContext,
  queue: WriteQueue,
  body: unknown,
): Promise<Answer> {
  const { Statements, ReturnConsumedCapacity } = parseWith(BatchRequest, body);
  return queue.write((group) => {
    const writes: PlannedWrite[] = [];
    const Responses = Statements.map((statement) => {
      const table = tableOf(statement.Statement);
      try {
        writes.push(insert(context, group, parseInsert(context, statement)));
        return { TableName: table };
      } catch (failure) {
        return { TableName: table, Error: errorOf(failure) };
      }
    });
    const consumed = consumedByWrites(ReturnConsumedCapacity, writes);
    return { Responses, ...(consumed.length > 0 ? { ConsumedCapacity: consumed } : {}) };
  });
}

function errorOf(failure: unknown): Answer {
  const code = failure instanceof ServiceFault ? CODES[failure.code] : undefined;
  if (code === undefined || !(failure instanceof ServiceFault)) throw failure;
  return { Code: code, Message: failure.message };
}
