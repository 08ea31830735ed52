// All writes or none. One row without pointers is a conditional put; anything more is a transaction.
import { randomBytes, randomUUID } from 'node:crypto';
import {
  type CancellationReason,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { Write } from '../../application/ports/review-store.ts';
import { checkWrites, conflictAt, type LooseWrite } from '../records/check-writes.ts';
import { keyOf } from '../records/record-keys.ts';
import { addressOf } from './addresses.ts';
import { backoffMs } from './backoff.ts';
import type { MarkDays } from './due-days.ts';
import { nameOf, upstreamFailure } from './failures.ts';
import { pointerChanges, textOfRow } from './pointers.ts';
import { keyAttributes, type Row, type RowContext, rowOf } from './row-codec.ts';
import { rowContext, type TableAccess } from './table-access.ts';

/** DynamoDB's limit on actions in one transaction. */
const MAX_ACTIONS = 100;
const TRIES = 8;

/** One row's change. `position` is that of its write; pointers have none and no condition. */
interface Action {
  readonly position: number | undefined;
  readonly put: Row | undefined;
  readonly remove: Row | undefined;
  /** The version that must be there; 0 = no row; undefined = whatever is there. */
  readonly expected: number | undefined;
}

/** Commits writes atomically. */
export type Commit = (writes: readonly Write[]) => Promise<void>;

/** Makes the commit of a store. */
export function commitTo(access: TableAccess, markDays: MarkDays): Commit {
  // Every row says which commit wrote it. A call repeated by the SDK after its answer got lost meets its own row; two
  // workers who write the very same content at once must still not both be told that they were first.
  const author = randomBytes(6).toString('base64url');
  let commits = 0;
  return async (writes) => {
    const checked = checkWrites(writes);
    commits += 1;
    const mark = `${author}${commits.toString(36)}`;
    const actions = actionsFor(checked, mark, rowContext(access));
    if (actions.length > MAX_ACTIONS) {
      throw new RangeError(
        `A commit of ${writes.length} writes changes ${actions.length} rows; a transaction takes ${MAX_ACTIONS}.`,
      );
    }
    await markDays(actions.flatMap(({ put }) => (put ? [put] : [])));
    const [only, ...others] = actions;
    if (only && others.length === 0) await writeAlone(access, checked, only, mark);
    else await transact(access, checked, actions, mark);
  };
}

function actionsFor(writes: readonly LooseWrite[], mark: string, context: RowContext): Action[] {
  const pointers = new Map<string, Action>();
  const actions = writes.map((write, position): Action => {
    const { puts, removes } = pointerChanges(write.kind, write.previous, write.record);
    for (const row of removes) {
      // Another write of this commit may put what this one removes: what is put stays.
      const text = textOfRow(row);
      if (!pointers.has(text)) pointers.set(text, pointer(undefined, row));
    }
    for (const row of puts) pointers.set(textOfRow(row), pointer(row, undefined));
    return actionFor(write, position, mark, context);
  });
  return [...actions, ...pointers.values()];
}

function pointer(put: Row | undefined, row: Row | undefined): Action {
  const remove = row && { pk: row['pk'] as Row[string], sk: row['sk'] as Row[string] };
  return { position: undefined, put, remove, expected: undefined };
}

function actionFor(write: LooseWrite, position: number, mark: string, context: RowContext): Action {
  const { kind, record, previous } = write;
  const expected = previous?.version ?? 0;
  if (record) {
    return {
      position,
      expected,
      put: { ...rowOf(kind, record, context), w: { S: mark } },
      remove: undefined,
    };
  }
  if (!previous) throw new RangeError('A write has neither record nor previous.');
  const address = addressOf(kind, keyOf(kind, previous), context.inboxShards);
  return { position, expected, put: undefined, remove: keyAttributes(address) };
}

function conditionOf({ expected }: Action): {
  ConditionExpression?: string;
  ExpressionAttributeValues?: Row;
  ReturnValuesOnConditionCheckFailure?: 'ALL_OLD';
} {
  if (expected === undefined) return {};
  const ReturnValuesOnConditionCheckFailure = 'ALL_OLD' as const;
  if (expected === 0) {
    return { ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure };
  }
  return {
    ConditionExpression: 'v = :v',
    ExpressionAttributeValues: { ':v': { N: String(expected) } },
    ReturnValuesOnConditionCheckFailure,
  };
}

async function writeAlone(
  access: TableAccess,
  writes: readonly LooseWrite[],
  action: Action,
  mark: string,
): Promise<void> {
  const { client, table: TableName } = access;
  await repeatWhileBusy(access, async () => {
    try {
      if (action.put) {
        await client.send(new PutItemCommand({ TableName, Item: action.put, ...conditionOf(action) }));
      } else {
        await client.send(new DeleteItemCommand({ TableName, Key: action.remove, ...conditionOf(action) }));
      }
    } catch (failure) {
      if (!(failure instanceof ConditionalCheckFailedException)) throw failure;
      if (isOwn(failure.Item, mark)) return;
      // A deletion leaves no mark. It was ours if the SDK had to ask twice and the row is gone.
      const wasRepeated = (failure.$metadata.attempts ?? 1) > 1;
      if (action.remove && !failure.Item && wasRepeated) return;
      throw conflictAt(writes, [0], failure);
    }
  }).catch((failure: unknown) => {
    throw asOutcome(failure, writes);
  });
}

function isOwn(row: Row | undefined, mark: string): boolean {
  return row?.['w']?.S === mark;
}

async function transact(
  access: TableAccess,
  writes: readonly LooseWrite[],
  actions: readonly Action[],
  mark: string,
): Promise<void> {
  const { client, table: TableName } = access;
  const command = new TransactWriteItemsCommand({
    ClientRequestToken: randomUUID(),
    TransactItems: actions.map((action): TransactWriteItem => {
      if (action.put) return { Put: { TableName, Item: action.put, ...conditionOf(action) } };
      return { Delete: { TableName, Key: action.remove, ...conditionOf(action) } };
    }),
  });
  await repeatWhileBusy(access, async () => {
    try {
      await client.send(command);
    } catch (failure) {
      if (!(failure instanceof TransactionCanceledException)) throw failure;
      const failed = failedPositions(actions, failure.CancellationReasons ?? []);
      if (failed.length === 0) throw failure;
      if (failed.every(({ row }) => isOwn(row, mark))) return;
      throw conflictAt(
        writes,
        failed.map(({ position }) => position),
        failure,
      );
    }
  }).catch((failure: unknown) => {
    throw asOutcome(failure, writes);
  });
}

function failedPositions(actions: readonly Action[], reasons: readonly CancellationReason[]) {
  return reasons.flatMap(({ Code, Item }, index) => {
    const position = actions[index]?.position;
    return Code === 'ConditionalCheckFailed' && position !== undefined ? [{ position, row: Item }] : [];
  });
}

const BUSY_REASONS: ReadonlySet<string> = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

/** Another transaction holds one of the rows, or a partition is busy: nothing was written, and asking again may help. */
function isBusy(failure: unknown): boolean {
  if (failure instanceof TransactionCanceledException) {
    const codes = (failure.CancellationReasons ?? []).map(({ Code = 'None' }) => Code);
    return codes.every((code) => code === 'None' || BUSY_REASONS.has(code));
  }
  return ['TransactionConflictException', 'TransactionInProgressException'].includes(nameOf(failure));
}

async function repeatWhileBusy({ sleep }: TableAccess, attempt: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await attempt();
      return;
    } catch (failure) {
      if (!isBusy(failure) || tries >= TRIES) throw failure;
      await sleep(backoffMs(tries));
    }
  }
}

/** Rows that stay held by other transactions are a conflict: read again and decide again. */
function asOutcome(failure: unknown, writes: readonly LooseWrite[]): unknown {
  if (nameOf(failure) === 'ConflictError') return failure;
  const held = isBusy(failure) ? heldPositions(failure, writes) : [];
  return held.length > 0 ? conflictAt(writes, held, failure) : upstreamFailure(failure, 'commit');
}

function heldPositions(failure: unknown, writes: readonly LooseWrite[]): number[] {
  if (!(failure instanceof TransactionCanceledException)) return [0];
  // Actions of writes come first, in order, then those of pointers.
  const reasons = failure.CancellationReasons ?? [];
  return reasons.flatMap(({ Code }, index) =>
    Code === 'TransactionConflict' ? [Math.min(index, writes.length - 1)] : [],
  );
}
