// The way to the tables for a client in the same process: no socket, otherwise the same requests and answers.
// It halves what a write costs on one machine; whatever uses it must work as well with the endpoint alone.
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { Operations } from './operations.ts';
import { answerRequest } from './request-answer.ts';

/** What `DynamoDBClient` takes as `requestHandler`. */
export type RequestHandler = Extract<DynamoDBClientConfig['requestHandler'], { handle: unknown }>;

function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array)
    return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  throw new TypeError('the in-process transport takes requests whose body is text or bytes');
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** The members of the SDK's request that matter here. */
interface SdkRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Hands the SDK's requests straight to the operations. */
export function createInProcessTransport(operations: Operations): RequestHandler {
  return {
    handle: async ({ method, headers, body }: SdkRequest) => {
      const answer = await answerRequest(operations, {
        method,
        headers: lowerCased(headers),
        body: textOf(body),
      });
      return {
        response: {
          statusCode: answer.statusCode,
          headers: { ...answer.headers },
          body: Buffer.from(answer.body, 'utf8'),
        },
      };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}
