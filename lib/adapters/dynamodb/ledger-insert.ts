// Inserting into the `ledger` table. PartiQL INSERT is the one write its policy allows: it cannot overwrite a row.
import { BatchExecuteStatementCommand, type BatchStatementResponse } from '@aws-sdk/client-dynamodb';
import { UpstreamError } from '../../domain/errors.ts';
import { backoffMs } from './backoff.ts';
import { callTable } from './failures.ts';
import type { Row } from './row-codec.ts';
import type { TableAccess } from './table-access.ts';

const ROWS_PER_CALL = 25;
const CALLS_AT_ONCE = 8;
const TRIES = 10;

const BUSY: ReadonlySet<string> = new Set([
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
  'InternalServerError',
  'TransactionConflict',
]);

/**
 * Inserts rows of attributes pk, sk and r. Returns the positions of those whose key was taken: by another row, or by
 * this very one when an earlier answer got lost.
 */
export async function insertLedgerRows(access: TableAccess, rows: readonly Row[]): Promise<number[]> {
  const taken: number[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < rows.length) {
      const start = next;
      next += ROWS_PER_CALL;
      const chunk = rows.slice(start, start + ROWS_PER_CALL);
      taken.push(...(await insertChunk(access, chunk)).map((at) => start + at));
    }
  };
  const workers = Math.min(CALLS_AT_ONCE, Math.ceil(rows.length / ROWS_PER_CALL));
  await Promise.all(Array.from({ length: workers }, worker));
  return taken.sort((a, b) => a - b);
}

async function insertChunk(access: TableAccess, chunk: readonly Row[]): Promise<number[]> {
  const { client, table, sleep } = access;
  const Statement = `INSERT INTO "${table}" VALUE {'pk': ?, 'sk': ?, 'r': ?}`;
  const taken: number[] = [];
  let left = chunk.map((_, at) => at);
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const Statements = left.map((at) => ({ Statement, Parameters: parametersOf(chunk[at]) }));
    const command = new BatchExecuteStatementCommand({ Statements });
    const { Responses = [] } = await callTable('insert rows', () => client.send(command));
    const busy: number[] = [];
    left.forEach((at, position) => {
      const outcome = outcomeOf(Responses[position]);
      if (outcome === 'taken') taken.push(at);
      if (outcome === 'busy') busy.push(at);
    });
    if (busy.length === 0) return taken;
    left = busy;
    await sleep(backoffMs(attempt));
  }
  throw new UpstreamError({
    code: 'THROTTLED',
    provider: 'dynamodb',
    retryable: true,
    message: `DynamoDB did not take ${left.length} rows of the ledger in ${TRIES} tries.`,
  });
}

function parametersOf(row: Row | undefined) {
  const { pk, sk, r } = row ?? {};
  if (pk === undefined || sk === undefined || r === undefined)
    throw new RangeError('A row lacks its attributes.');
  return [pk, sk, r];
}

function outcomeOf(response: BatchStatementResponse | undefined): 'inserted' | 'taken' | 'busy' {
  if (response === undefined) return 'busy';
  const { Error: failure } = response;
  if (failure === undefined) return 'inserted';
  if (failure.Code === 'DuplicateItem') return 'taken';
  if (BUSY.has(failure.Code ?? '')) return 'busy';
  throw new UpstreamError({
    code: failure.Code === 'AccessDenied' ? 'DENIED' : 'REJECTED',
    provider: 'dynamodb',
    retryable: false,
    message: `DynamoDB refused a row of the ledger: ${failure.Code} ${failure.Message ?? ''}`,
  });
}
