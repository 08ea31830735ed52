// DynamoDB's wire: POST /, `X-Amz-Target: DynamoDB_20120810.<operation>`, JSON 1.0 both ways.
import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Answer } from './engine.ts';
import { coralFault, ServiceFault } from './fault.ts';
import type { Operations } from './operations.ts';

/** A request, however it arrived. Header names are in lower case. */
export interface WireRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** What goes back. */
export interface WireAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const JSON_TYPE = 'application/x-amz-json-1.0';
const TARGET = /^DynamoDB_20120810\.([A-Za-z]+)$/;

function headerOf({ headers }: WireRequest, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

function wire(statusCode: number, body: string): WireAnswer {
  return {
    statusCode,
    headers: {
      'content-type': JSON_TYPE,
      'content-length': String(Buffer.byteLength(body)),
      'x-amz-crc32': String(crc32(body)),
      'x-amzn-requestid': randomUUID(),
    },
    body,
  };
}

/**
 * Any signature will do, as on every local table, but there must be one: a web page cannot send this header
 * across origins without asking first, and nobody answers that question here.
 */
function refuseUnsigned(request: WireRequest): void {
  if (headerOf(request, 'authorization').startsWith('AWS4-')) return;
  throw coralFault('MissingAuthenticationTokenException', 'Request is missing Authentication Token');
}

function parseBody(text: string): object {
  try {
    const body: unknown = JSON.parse(text === '' ? '{}' : text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw coralFault('SerializationException', 'The request body is not a JSON object');
}

async function answerOf(operations: Operations, request: WireRequest): Promise<Answer> {
  const operation = TARGET.exec(headerOf(request, 'x-amz-target'))?.[1];
  if (request.method !== 'POST' || operation === undefined) {
    throw coralFault('UnknownOperationException', '');
  }
  refuseUnsigned(request);
  return operations.answer(operation, parseBody(request.body));
}

/** Answers one request; never throws. What is not a refusal is our failure: HTTP 500, and a warning with its stack. */
export async function answerRequest(operations: Operations, request: WireRequest): Promise<WireAnswer> {
  try {
    return wire(200, JSON.stringify(await answerOf(operations, request)));
  } catch (failure) {
    if (failure instanceof ServiceFault) return wire(failure.statusCode, JSON.stringify(failure.body));
    process.emitWarning(failure instanceof Error ? failure : new Error(String(failure)));
    return wire(
      500,
      JSON.stringify({
        __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError',
        message: 'the local tables failed to answer',
      }),
    );
  }
}
