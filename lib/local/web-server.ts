// The HTTP endpoint of this machine: what API Gateway is in AWS.
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';

/** Answers a request. */
export type Fetch = (request: Request) => Promise<Response>;

/** The endpoint while it runs. */
export interface LocalWeb {
  readonly url: string;
  /** Sets who answers; until then everything is 503. */
  serve(fetch: Fetch): void;
  close(): Promise<void>;
}

/** Starts the endpoint on 127.0.0.1. */
export async function startLocalWeb({ port }: { readonly port: number }): Promise<LocalWeb> {
  let answer: Fetch = async () => new Response('starting', { status: 503 });
  const server = await new Promise<ReturnType<typeof serve>>((resolve, reject) => {
    const started = serve({ fetch: (request) => answer(request), port, hostname: '127.0.0.1' }, () =>
      resolve(started),
    );
    started.on('error', reject);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    serve(fetch) {
      answer = fetch;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}
