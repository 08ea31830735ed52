// Calls functions of the installation, and the witness's in another account.
import { InvokeCommand, type InvokeCommandOutput, type LambdaClient } from '@aws-sdk/client-lambda';
import type * as z from 'zod';
import { UpstreamError } from '../../domain/errors.ts';
import { callAws } from '../aws/call-aws.ts';
import { errorOfFunction } from './function-errors.ts';

/** Invokes functions by name or ARN. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export interface Invoker {
  /**
   * Calls a function and waits for its result. The client's request timeout must be longer than the function's.
   * @throws the error of the family that the function's error names; UpstreamError for any other, for a result the schema
   * refuses, and when Lambda cannot be reached
   */
  call<T>(functionName: string, payload: unknown, schema: z.ZodType<T>): Promise<T>;
  /** Has a function called later, once or more; its result is lost. @throws UpstreamError */
  send(functionName: string, payload: unknown): Promise<void>;
}

/** Makes an invoker. */
export function createInvoker({ client }: { readonly client: LambdaClient }): Invoker {
  const invoke = (
    functionName: string,
    payload: unknown,
    InvocationType: 'RequestResponse' | 'Event',
  ): Promise<InvokeCommandOutput> =>
    callAws('lambda', `call ${functionName}`, () =>
      client.send(
        new InvokeCommand({ FunctionName: functionName, InvocationType, Payload: JSON.stringify(payload) }),
      ),
    );
  return {
    call: async (functionName, payload, schema) => {
      const { FunctionError, Payload } = await invoke(functionName, payload, 'RequestResponse');
      const answer = parseJson(functionName, Payload?.transformToString() ?? 'null');
      if (FunctionError !== undefined) throw errorOfFunction(functionName, answer);
      const parsed = schema.safeParse(answer);
      if (parsed.success) return parsed.data;
      const [issue] = parsed.error.issues;
      const where = issue?.path.join('.') ?? '';
      throw unexpected(functionName, `at "${where}": ${issue?.message ?? ''}`, parsed.error);
    },
    send: async (functionName, payload) => {
      await invoke(functionName, payload, 'Event');
    },
  };
}

function parseJson(functionName: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unexpected(functionName, 'not JSON', cause);
  }
}

function unexpected(functionName: string, what: string, cause: unknown): UpstreamError {
  return new UpstreamError({
    code: 'REJECTED',
    provider: 'lambda',
    retryable: false,
    message: `${functionName} answered something unexpected: ${what}`,
    cause,
  });
}
