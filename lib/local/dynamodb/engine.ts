// The one door to dynalite: its parsers, its checks and its actions, with types. The package ships none,
// and its parts are CommonJS files without an index of their own.
import { createRequire } from 'node:module';
import type { EngineStore } from './engine-store.ts';
import type { FaultBody } from './fault.ts';
import { ServiceFault } from './fault.ts';
import type { AttributeValue, Item } from './values.ts';

/** `HASH` first, then `RANGE` where there is one. */
export type KeySchema = readonly { readonly AttributeName: string; readonly KeyType: string }[];

/** A secondary index as CreateTable describes it. */
export interface IndexDescription {
  readonly IndexName: string;
  readonly KeySchema: KeySchema;
  readonly Projection: { readonly ProjectionType?: string; readonly NonKeyAttributes?: readonly string[] };
}

/** A table as DescribeTable describes it; members we never look at pass through untouched. */
export interface TableDescription {
  readonly TableName: string;
  readonly TableArn: string;
  readonly TableStatus: string;
  readonly KeySchema: KeySchema;
  readonly AttributeDefinitions: readonly {
    readonly AttributeName: string;
    readonly AttributeType: string;
  }[];
  readonly GlobalSecondaryIndexes?: readonly IndexDescription[];
  readonly LocalSecondaryIndexes?: readonly IndexDescription[];
  readonly DeletionProtectionEnabled?: boolean;
}

/** A request after the engine has checked and parsed it. Expressions hang on it in parsed, private form. */
export interface ParsedRequest {
  TableName: string;
  readonly Item?: Item;
  readonly Key?: Item;
  readonly IndexName?: string;
  readonly ExclusiveStartKey?: Item;
  readonly ReturnValues?: string;
  readonly ReturnConsumedCapacity?: string;
  readonly ConditionExpression?: string;
  readonly RequestItems?: Readonly<Record<string, readonly BatchedWrite[]>>;
}

/** One write of a BatchWriteItem. */
export interface BatchedWrite {
  readonly PutRequest?: { readonly Item: Item };
  readonly DeleteRequest?: { readonly Key: Item };
}

/** An answer of the engine, ready to be written as JSON. */
export type Answer = Readonly<Record<string, unknown>>;

type Done<T> = (failure: unknown, result?: T) => void;
type Action = (store: EngineStore, data: ParsedRequest, done: Done<Answer>) => void;

interface Validation {
  readonly types: Readonly<Record<string, unknown>>;
  readonly custom?: (data: ParsedRequest, store: EngineStore) => string | undefined;
}

interface Validations {
  checkTypes(data: unknown, types: Validation['types']): ParsedRequest;
  checkValidations(
    data: ParsedRequest,
    types: Validation['types'],
    custom: Validation['custom'],
    store: EngineStore,
  ): void;
}

/** A level database as dynalite opens it; values are JSON. */
export interface LevelDatabase {
  open(): Promise<void>;
  close(): Promise<void>;
  getSync(key: string): unknown;
  batch(operations: readonly object[]): Promise<void>;
  clear(range: object): Promise<void>;
  iterator(range: object): {
    nextv(size: number): Promise<readonly (readonly [string, unknown])[]>;
    close(): Promise<void>;
  };
}

interface Database {
  create(options: { readonly path: string }): { readonly db: LevelDatabase };
  validateKey(key: Item, table: TableDescription): unknown;
  validateItem(item: Item, table: TableDescription): unknown;
  createKey(item: Item, table: TableDescription, schema?: KeySchema): string;
  createIndexKey(item: Item, table: TableDescription, schema: KeySchema): string;
  hashPrefix(value: string | undefined, type: string): string;
  toRangeStr(value: AttributeValue): string;
  checkConditional(request: ParsedRequest, existing: Item | undefined): unknown;
}

const require = createRequire(import.meta.url);
/** The engine's own functions on keys, items and conditions. They return an error instead of throwing it. */
export const database = require('dynalite/db/index.js') as Database;
const validations = require('dynalite/validations/index.js') as Validations;

const ENGINE_OPERATIONS = [
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'PutItem',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
  'UpdateItem',
  'UpdateTable',
] as const;

/** An operation the engine knows. */
export type EngineOperation = (typeof ENGINE_OPERATIONS)[number];

function loadParts<T>(folder: string): Readonly<Record<EngineOperation, T>> {
  const parts = ENGINE_OPERATIONS.map((operation) => {
    const file = operation.charAt(0).toLowerCase() + operation.slice(1);
    return [operation, require(`dynalite/${folder}/${file}.js`) as T];
  });
  return Object.fromEntries(parts) as Readonly<Record<EngineOperation, T>>;
}

const checks = loadParts<Validation>('validations');
const actions = loadParts<Action>('actions');

/** An error of the engine as a fault; `undefined` when there is none. @throws what is not a refusal */
export function faultOf(failure: unknown): ServiceFault | undefined {
  if (failure === undefined || failure === null) return undefined;
  if (failure instanceof ServiceFault) return failure;
  const { statusCode, body } = failure as { readonly statusCode?: number; readonly body?: FaultBody };
  if (statusCode === undefined || body === undefined) throw failure;
  const message = body.message ?? (body as { readonly Message?: string }).Message ?? '';
  return new ServiceFault({ ...body, message }, statusCode);
}

/** Throws the error a function of the engine returned, if it did. @throws ServiceFault */
export function refuse(failure: unknown): void {
  const fault = faultOf(failure);
  if (fault) throw fault;
}

/** Checks a request's shape and parses its expressions. @throws ServiceFault ValidationException, SerializationException */
export function parseRequest(operation: EngineOperation, body: unknown, store: EngineStore): ParsedRequest {
  const { types, custom } = checks[operation];
  try {
    const parsed = validations.checkTypes(body, types);
    validations.checkValidations(parsed, types, custom, store);
    return parsed;
  } catch (failure) {
    throw faultOf(failure) ?? failure;
  }
}

/** Runs one of the engine's actions on a store. @throws ServiceFault */
export function runAction(
  operation: EngineOperation,
  request: ParsedRequest,
  store: EngineStore,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    actions[operation](store, request, (failure, answer) => {
      if (failure === undefined || failure === null) resolve(answer ?? {});
      else reject(asError(failure));
    });
  });
}

function asError(failure: unknown): Error {
  try {
    return faultOf(failure) ?? new Error('the engine failed without saying why');
  } catch (cause) {
    return cause instanceof Error ? cause : new Error('the engine failed', { cause });
  }
}

/** Runs an action on a store whose every call answers at once, and returns its answer at once. @throws ServiceFault */
export function runActionNow(operation: EngineOperation, request: ParsedRequest, store: EngineStore): Answer {
  let outcome: { readonly failure: unknown; readonly answer: Answer } | undefined;
  actions[operation](store, request, (failure, answer) => {
    outcome = { failure, answer: answer ?? {} };
  });
  if (outcome === undefined) throw new Error(`the engine did not finish ${operation} at once`);
  refuse(outcome.failure);
  return outcome.answer;
}
