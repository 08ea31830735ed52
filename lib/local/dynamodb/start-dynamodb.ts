// Tables on this machine that speak DynamoDB, for the real SDK: dynalite for expressions, queries and paging, and our
// own write path for what it lacks: transactions, atomic index upkeep, time to live, a change feed, PartiQL inserts.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../application/ports/clock.ts';
import type { ConsumeChanges } from './change-feed.ts';
import { openChangeFeed } from './change-feed.ts';
import type { RequestHandler } from './in-process-transport.ts';
import { createInProcessTransport } from './in-process-transport.ts';
import { openLevelStore } from './key-value-store.ts';
import { createMemoryStore } from './memory-store.ts';
import type { Operations } from './operations.ts';
import { createOperations } from './operations.ts';
import { answerRequest } from './request-answer.ts';
import { openTableCatalog } from './table-catalog.ts';
import { openTransactionTokens } from './transaction-tokens.ts';
import { createWriteQueue } from './write-queue.ts';

/** How to start the tables. */
export interface DynamoDbOptions {
  /** Folder to keep rows in, created when missing; without it they live in memory. One process at a time. */
  readonly dataDir?: string | undefined;
  /** TCP port on 127.0.0.1; 0 or nothing takes any free one. */
  readonly port?: number | undefined;
  /** When items expire and what time change records bear. */
  readonly clock: Clock;
  /** Takes the change records of all tables, in order of commit; called again with the same ones if it fails. */
  readonly onChange?: ConsumeChanges | undefined;
  /** Tables that refuse every write but a PartiQL INSERT, as the ledger's resource policy does. */
  readonly insertOnlyTables?: readonly string[] | undefined;
  /** Wall clock for the ten minutes of a client request token. @default Date.now */
  readonly wallClockMs?: (() => number) | undefined;
}

/** Running tables. */
export interface DynamoDb {
  /** `http://127.0.0.1:<port>`, for the SDK's `endpoint`. Any region and credentials will do. */
  readonly endpoint: string;
  /** Instead of the network, for a client in this process that writes a lot: `new DynamoDBClient({ endpoint, requestHandler })`. */
  readonly requestHandler: RequestHandler;
  /** Deletes every item whose time to live has passed by the clock; resolves to how many. */
  sweepExpired(): Promise<number>;
  /** Resolves when `onChange` has taken every change committed so far. */
  drained(): Promise<void>;
  /** Finishes the requests under way and closes the folder. */
  close(): Promise<void>;
}

const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

/** Opens the tables and listens. @throws Error when the folder is in use or the port is taken */
export async function startDynamoDb(options: DynamoDbOptions): Promise<DynamoDb> {
  const store = options.dataDir === undefined ? createMemoryStore() : await openLevelStore(options.dataDir);
  const catalog = await openTableCatalog(store);
  const tokens = await openTransactionTokens(store, options.wallClockMs ?? Date.now);
  const feed = await openChangeFeed(store, options.clock, options.onChange);
  const queue = createWriteQueue(store, feed);
  const context = { store, catalog, insertOnly: new Set(options.insertOnlyTables) };
  const operations = createOperations(context, queue, { tokens, clock: options.clock });

  const server = createServer((request, response) => void serve(operations, request, response));
  const shut = async (): Promise<void> => {
    await queue.idle();
    await feed.close();
    await store.close();
  };
  const port = await listen(server, options.port ?? 0).catch(async (failure: unknown) => {
    await shut();
    throw failure;
  });
  let closing: Promise<void> | undefined;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requestHandler: createInProcessTransport(operations),
    sweepExpired: () => operations.sweepExpired(),
    drained: async () => {
      await queue.idle();
      await feed.drained();
    },
    close: () => (closing ??= stopListening(server).then(shut)),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_REQUEST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes).toString('utf8');
}

async function serve(
  operations: Operations,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const body = await readBody(request);
    if (body === undefined) {
      response.writeHead(413, { connection: 'close' }).end();
      return;
    }
    const { method = '', headers } = request;
    const answer = await answerRequest(operations, { method, headers, body });
    response.writeHead(answer.statusCode, answer.headers).end(answer.body);
  } catch (failure) {
    // Only reading the request can fail here: the caller went away.
    response.destroy(failure instanceof Error ? failure : undefined);
  }
}
