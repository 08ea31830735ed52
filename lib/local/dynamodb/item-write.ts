// One write of one item: key and condition checked against what is there, then planned. Nothing is applied here.

import type { Answer, ParsedRequest } from './engine.ts';
import { database, refuse, runActionNow } from './engine.ts';
import type { EnginePart } from './engine-store.ts';
import { createEngineStore } from './engine-store.ts';
import { ServiceFault } from './fault.ts';
import type { KeyValueStore } from './key-value-store.ts';
import type { PlannedWrite } from './planned-write.ts';
import { planWrite } from './planned-write.ts';
import { itemKey } from './row-keys.ts';
import type { Table, TableCatalog } from './table-catalog.ts';
import type { Item } from './values.ts';
import type { WriteGroup } from './write-queue.ts';

/** What a write needs to look things up. */
export interface WriteContext {
  readonly store: KeyValueStore;
  readonly catalog: TableCatalog;
  /** Tables whose policy allows inserting only. */
  readonly insertOnly: ReadonlySet<string>;
}

/** What can be done to one item. */
export type ItemAction = 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheck';

/** A checked request for one item. */
export interface ItemWrite {
  readonly action: ItemAction;
  readonly request: ParsedRequest;
  /** Whether a failed condition shows the item that was there. */
  readonly showsOnFailure: boolean;
}

/** A planned write (none for a condition check) and the attributes asked for. */
export interface ItemOutcome {
  readonly write: PlannedWrite | undefined;
  readonly attributes: Item | undefined;
}

/** Table and place of the item a request is about. @throws ServiceFault when the key does not fit the table */
export function locateItem(
  { catalog }: WriteContext,
  { action, request }: Pick<ItemWrite, 'action' | 'request'>,
): { readonly table: Table; readonly key: string } {
  const table = catalog.active(request.TableName);
  if (action === 'PutItem') {
    const item = request.Item ?? {};
    refuse(database.validateItem(item, table.description));
    return { table, key: itemKey(table.description, item) };
  }
  const key = request.Key ?? {};
  refuse(database.validateKey(key, table.description));
  return { table, key: itemKey(table.description, key) };
}

/** Plans one write against the present state. @throws ServiceFault ConditionalCheckFailedException, ValidationException */
export function planItemWrite(context: WriteContext, group: WriteGroup, itemWrite: ItemWrite): ItemOutcome {
  const { table, key } = locateItem(context, itemWrite);
  const previous = group.read(key);
  try {
    return planOn(context, itemWrite, table, key, previous);
  } catch (failure) {
    throw showing(failure, itemWrite.showsOnFailure ? previous : undefined);
  }
}

function planOn(
  context: WriteContext,
  { action, request }: ItemWrite,
  table: Table,
  key: string,
  previous: Item | undefined,
): ItemOutcome {
  if (action === 'UpdateItem') return planUpdate(context, request, table, key, previous);
  refuse(database.checkConditional(request, previous));
  if (action === 'ConditionCheck') return { write: undefined, attributes: undefined };
  const next = action === 'PutItem' ? request.Item : undefined;
  return {
    write: planWrite(table, key, { previous, next }),
    attributes: request.ReturnValues === 'ALL_OLD' ? previous : undefined,
  };
}

/** The engine applies the update expression; it is shown the one item and what it writes back is caught. */
function planUpdate(
  { store, catalog }: WriteContext,
  request: ParsedRequest,
  table: Table,
  key: string,
  previous: Item | undefined,
): ItemOutcome {
  let next: Item | undefined;
  const base = createEngineStore(store, catalog);
  const part: EnginePart = {
    ...base.getItemDb(request.TableName),
    get: (_key, done) => done(null, previous),
    put: (_key, value, done) => {
      next = value as Item;
      done(null);
    },
  };
  const discarded: EnginePart = {
    ...part,
    put: (_key, _value, done) => done(null),
    del: (_key, done) => done(null),
  };
  const answer = runActionNow(
    'UpdateItem',
    { ...request },
    {
      ...base,
      getItemDb: () => part,
      getIndexDb: () => discarded,
    },
  );
  return {
    write: planWrite(table, key, { previous, next }),
    attributes: answer['Attributes'] as Item | undefined,
  };
}

function showing(failure: unknown, item: Item | undefined): unknown {
  if (item === undefined || !(failure instanceof ServiceFault)) return failure;
  if (failure.code !== 'ConditionalCheckFailedException') return failure;
  return new ServiceFault({ ...failure.body, Item: item }, failure.statusCode);
}

/** Members of an answer that are there only when asked for. */
export function answerOf(attributes: Item | undefined, more: Answer): Answer {
  return attributes === undefined || Object.keys(attributes).length === 0
    ? more
    : { Attributes: attributes, ...more };
}
