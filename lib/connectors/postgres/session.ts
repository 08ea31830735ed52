// One connection to the server: every statement has a deadline, every answer a schema, and a broken one is thrown away.
import { Socket } from 'node:net';
import { Client } from 'pg';
import * as z from 'zod';
import { UpstreamError } from '../../domain/errors.ts';
import type { ServerSettings } from './settings.ts';
import { toUpstream } from './upstream.ts';

/** A secret's value when the server asks for it. */
export type Password = () => Promise<string>;

/** Statements on one connection. Methods throw UpstreamError, after which the connection is of no use. */
export interface Session {
  /** Runs a statement and reads its rows. `action` names it in failures and counts. */
  rows<T extends z.ZodType>(
    action: string,
    row: T,
    text: string,
    values?: readonly unknown[],
  ): Promise<z.infer<T>[]>;
  /** Runs a statement that brings no rows. */
  run(action: string, text: string): Promise<void>;
  /** Ends the connection, at once and without waiting for the other side. */
  close(): void;
}

/** Names from schemas that anyone may write to must not be found before PostgreSQL's own. Times are in one form. */
const PREPARE = `select pg_catalog.set_config('search_path', 'pg_catalog', false),
  pg_catalog.set_config('TimeZone', 'UTC', false), pg_catalog.set_config('DateStyle', 'ISO, YMD', false),
  pg_catalog.set_config('default_transaction_read_only', $1, false)`;

/** Opens a session. `purpose` `reading`: the server refuses whatever would change anything. @throws UpstreamError */
export async function openSession(
  server: ServerSettings,
  password: Password,
  purpose: 'reading' | 'changing',
): Promise<Session> {
  const { client, close } = createClient(server, password);
  const session: Session = {
    async rows(action, row, text, values = []) {
      try {
        // Extended: the server takes one statement and no more, whatever a name in it tries.
        const query = { text, values: [...values], queryMode: 'extended' };
        const { rows } = await client.query(query);
        return parseRows(row, rows, action);
      } catch (error) {
        throw toUpstream(error, action);
      }
    },
    run: async (action, text) => void (await session.rows(action, z.unknown(), text)),
    close,
  };
  try {
    await client.connect();
    await session.rows('prepare', z.unknown(), PREPARE, [purpose === 'reading' ? 'on' : 'off']);
    return session;
  } catch (error) {
    close();
    throw toUpstream(error, `connect to ${server.host}:${server.port}`);
  }
}

/** A client that has not connected yet, and how to be rid of it. */
export function createClient(
  server: ServerSettings,
  password: Password,
): { readonly client: Client; readonly close: () => void } {
  const { host, port, database, user, tls, statementTimeoutMs, connectTimeoutMs } = server;
  const answerTimeoutMs = statementTimeoutMs + server.answerWaitMs;
  const socket = new Socket();
  const client = new Client({
    host,
    port,
    database,
    user,
    password,
    stream: () => socket,
    // Never left out: the environment would decide then.
    ssl:
      tls === undefined ? false : { rejectUnauthorized: true, ...(tls.ca !== undefined && { ca: tls.ca }) },
    application_name: 'countersign',
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    lock_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: answerTimeoutMs,
    query_timeout: answerTimeoutMs,
  });
  // What breaks between two statements is told by the next one.
  client.on('error', () => undefined);
  const close = (): void => {
    // Says goodbye where the other side still listens; whoever does not is not waited for.
    client.end().catch(() => undefined);
    setImmediate(() => socket.destroy());
  };
  return { client, close };
}

function parseRows<T extends z.ZodType>(row: T, rows: readonly unknown[], action: string): z.infer<T>[] {
  return rows.map((each) => {
    const parsed = row.safeParse(each);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw new UpstreamError({
      provider: 'postgres',
      code: 'REJECTED',
      retryable: false,
      message: `${action}: unexpected answer at ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
      cause: parsed.error,
    });
  });
}
