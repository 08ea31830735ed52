// Serves an app on this machine only.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { InvalidInputError } from '../../domain/errors.ts';

/** A server that is up. */
export interface Listening {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1 (`port` 0 or absent: any free one).
 * @throws InvalidInputError BAD_SETTING when the port is taken.
 */
export async function listen(
  fetch: (
    request: Request,
    env: { readonly incoming: { readonly socket: { destroy(): void } } },
  ) => Response | Promise<Response>,
  port = 0,
): Promise<Listening> {
  const server = serve({
    fetch,
    hostname: '127.0.0.1',
    port,
  }) as Server;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('listening', resolve);
  server.once('error', (cause) =>
    reject(
      new InvalidInputError({
        code: 'BAD_SETTING',
        message: `Cannot listen on 127.0.0.1:${port}: ${cause.message}`,
        cause,
      }),
    ),
  );
  if (!server.listening) await promise;
  const { port: bound } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${bound}`,
    close: async () => {
      const closed = Promise.withResolvers<void>();
      server.close((error) => (error ? closed.reject(error) : closed.resolve()));
      server.closeAllConnections();
      await closed.promise;
    },
  };
}
