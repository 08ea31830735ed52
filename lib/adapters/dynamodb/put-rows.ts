// Many rows at once, each on its own: batches of 25, several under way, in shuffled order so that no partition is hit alone.
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { UpstreamError } from '../../domain/errors.ts';
import { backoffMs } from './backoff.ts';
import { callTable } from './failures.ts';
import type { Row } from './row-codec.ts';
import type { TableAccess } from './table-access.ts';

const ROWS_PER_CALL = 25;
const CALLS_AT_ONCE = 16;
const TRIES = 12;

interface Put {
  readonly PutRequest: { readonly Item: Row };
}

/**
 * Puts every row, whatever is there. Safe to repeat. When it fails, nothing of it is under way any more: a frozen function
 * may be woken much later, and must not go on writing then.
 * @throws UpstreamError THROTTLED when the table does not take them in the end
 */
export async function putRows(access: TableAccess, rows: readonly Row[]): Promise<void> {
  const puts = shuffled(rows).map((Item): Put => ({ PutRequest: { Item } }));
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < puts.length) {
      const chunk = puts.slice(next, next + ROWS_PER_CALL);
      next += ROWS_PER_CALL;
      try {
        await putChunk(access, chunk);
      } catch (error) {
        next = puts.length;
        throw error;
      }
    }
  };
  const workers = Math.min(CALLS_AT_ONCE, Math.ceil(puts.length / ROWS_PER_CALL));
  const outcomes = await Promise.allSettled(Array.from({ length: workers }, worker));
  const failed = outcomes.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

async function putChunk({ client, table, sleep }: TableAccess, chunk: Put[]): Promise<void> {
  let left = chunk;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const command = new BatchWriteItemCommand({ RequestItems: { [table]: left } });
    const answer = await callTable('write rows', () => client.send(command));
    left = (answer.UnprocessedItems?.[table] ?? []) as Put[];
    if (left.length === 0) return;
    await sleep(backoffMs(attempt));
  }
  throw new UpstreamError({
    code: 'THROTTLED',
    provider: 'dynamodb',
    retryable: true,
    message: `DynamoDB did not take ${left.length} rows in ${TRIES} tries.`,
  });
}

function shuffled<T>(entries: readonly T[]): T[] {
  const mixed = [...entries];
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = Math.floor(Math.random() * (at + 1));
    [mixed[at], mixed[other]] = [mixed[other] as T, mixed[at] as T];
  }
  return mixed;
}
