// The command's requests: API Gateway checked their signature, the directory says who that is, one command is answered.
import { gzipSync } from 'node:zlib';
import * as z from 'zod';
import { InvalidInputError, RefusedError } from '../../domain/errors.ts';
import type { Authenticated } from '../../domain/review/decision.ts';
import type { ControlDeps } from '../control/call.ts';
import { CallerArn, callerOf, refuseAs } from '../control/caller.ts';
import { errorLine } from '../control/error-line.ts';
import { installationHandlers } from '../control/installation-handlers.ts';
import { type InstallationCommand, InstallationRequest } from '../control/installation-protocol.ts';
import type { InstallationCall, InstallationDeps } from '../control/on-installation.ts';
import { ANSWER_TYPE, type ControlLine } from '../control/protocol.ts';
import { requireRight } from '../control/rights.ts';
import type { Log } from '../log.ts';

/** What the function is made of. */
export type ServeControlDeps = ControlDeps & InstallationDeps & { readonly log: Log };

/** What API Gateway gives back to the caller (payload format 2.0). */
export interface ControlAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/**
 * What is read of an HTTP API's event, payload format 2.0, on a route with an IAM authorizer
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).
 */
const ControlEvent = z.object({
  headers: z.record(z.string(), z.string().optional()).default({}),
  requestContext: z.object({
    requestId: z.string(),
    http: z.object({ method: z.string() }),
    authorizer: z.object({ iam: z.object({ userArn: CallerArn }) }),
  }),
  body: z
    .string()
    .nullish()
    .transform((body) => body ?? ''),
  isBase64Encoded: z.boolean().default(false),
});
type ControlEvent = z.infer<typeof ControlEvent>;

/** Larger requests are refused: the largest real ones are definitions. */
const MAX_BODY_BYTES = 1_048_576;
/** Larger answers are packed, where the caller takes that. */
const PACK_FROM_BYTES = 262_144;
/** What a function may answer, in bytes, with room for the envelope (Lambda's limit is 6 MB). */
const MAX_ANSWER_BYTES = 5_900_000;

/** Makes the HTTP function. */
export function createHandler(deps: ServeControlDeps): (event: unknown) => Promise<ControlAnswer> {
  return async (event) => {
    const parsed = ControlEvent.safeParse(event);
    if (!parsed.success) {
      // Without a principal there is nobody to answer; the route refuses such requests before they get here.
      deps.log.warn('request without a caller', { path: parsed.error.issues[0]?.path.join('.') });
      return failed(403, new RefusedError({ code: 'NOT_ELIGIBLE', message: 'The call has no signature.' }));
    }
    const { requestId: gatewayRequestId } = parsed.data.requestContext;
    try {
      const { command, caller, result } = await answer(parsed.data, deps);
      const { personId, evidenceDigest } = caller;
      deps.log.info('command answered', { command, personId, evidenceDigest, gatewayRequestId });
      return packed(200, { result: result ?? null }, parsed.data.headers);
    } catch (error) {
      return refusal(error, gatewayRequestId, deps.log);
    }
  };
}

async function answer(
  event: ControlEvent,
  deps: ServeControlDeps,
): Promise<{ readonly command: string; readonly caller: Authenticated; readonly result: unknown }> {
  const body = bodyOf(event);
  const { requestId, command } = readRequest(body);
  const { environment } = deps;
  const caller = callerOf(await environment.people.directory(), {
    arn: event.requestContext.authorizer.iam.userArn,
    body,
    at: environment.clock.now(),
  });
  await requireRight(environment, command.do, caller.personId);
  const result = await dispatch(command, callBy(caller, requestId, command, deps));
  return { command: command.do, caller, result };
}

function callBy(
  caller: Authenticated,
  requestId: string,
  command: InstallationCommand,
  deps: ServeControlDeps,
): InstallationCall {
  return {
    ...deps,
    // The id is the caller's choice: it names nothing of anybody else's.
    actId: `control/${caller.personId}/${requestId}`,
    who: async (as) => {
      refuseAs(as);
      return caller;
    },
    // The minute's tick does what an act made due.
    settle: async () => undefined,
    second: {
      by: 'acts',
      requireMay: (personId) => requireRight(deps.environment, command.do, personId),
    },
  };
}

function dispatch(command: InstallationCommand, call: InstallationCall): Promise<unknown> {
  const handler = installationHandlers[command.do] as (
    command: InstallationCommand,
    call: InstallationCall,
  ) => Promise<unknown>;
  return handler(command, call);
}

function bodyOf({ body, isBase64Encoded, requestContext }: ControlEvent): string {
  if (requestContext.http.method !== 'POST') throw malformed('only POST is answered');
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) throw new TooLarge(`the request is larger than ${MAX_BODY_BYTES} bytes`);
  return bytes.toString('utf8');
}

class TooLarge extends Error {}

function readRequest(body: string): InstallationRequest {
  const parsed = InstallationRequest.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw malformed(`${issue?.path.slice(1).join('.') ?? ''}: ${issue?.message ?? 'not understood'}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown) => {
      // Half a character is nothing a digest or an address can be made of.
      if (typeof value === 'string' && !value.isWellFormed()) throw new SyntaxError('not well-formed');
      return value;
    });
  } catch {
    // Refused by the caller's schema.
    return undefined;
  }
}

function malformed(message: string): InvalidInputError {
  return new InvalidInputError({ code: 'MALFORMED_REQUEST', message });
}

function refusal(error: unknown, gatewayRequestId: string, log: Log): ControlAnswer {
  if (error instanceof TooLarge) return failed(413, malformed(error.message));
  const { family, code } = errorLine(error);
  if (family === 'unexpected' || family === 'integrity') {
    log.error('command failed', { error, gatewayRequestId });
    // What went wrong inside is for the log.
    const message = `Something went wrong; the log of serve-control has it under ${gatewayRequestId}.`;
    return failed(500, family === 'integrity' ? error : new Error(message));
  }
  log.info('command refused', { family, code, gatewayRequestId });
  return failed(family === 'refused' && code === 'NOT_FOUND' ? 404 : STATUS[family], error);
}

const STATUS = { refused: 403, invalid: 400, conflict: 409, upstream: 502 } as const;

function failed(statusCode: number, error: unknown): ControlAnswer {
  return plain(statusCode, { error: errorLine(error) });
}

function packed(
  statusCode: number,
  line: ControlLine,
  headers: Readonly<Record<string, string | undefined>>,
): ControlAnswer {
  const whole = plain(statusCode, line);
  const bytes = Buffer.byteLength(whole.body);
  const takesGzip = /\bgzip\b/.test(headers['accept-encoding'] ?? '');
  if (bytes <= PACK_FROM_BYTES || (!takesGzip && bytes <= MAX_ANSWER_BYTES)) return whole;
  const body = takesGzip ? gzipSync(whole.body).toString('base64') : whole.body;
  if (body.length > MAX_ANSWER_BYTES) {
    const message = 'The answer is larger than a function may give; ask for less, for example with --where.';
    return failed(413, new InvalidInputError({ code: 'BAD_ARGUMENT', message }));
  }
  return {
    ...whole,
    headers: { ...whole.headers, 'content-encoding': 'gzip' },
    body,
    isBase64Encoded: true,
  };
}

function plain(statusCode: number, line: ControlLine): ControlAnswer {
  return {
    statusCode,
    headers: { 'content-type': ANSWER_TYPE, 'cache-control': 'no-store' },
    body: `${JSON.stringify(line)}\n`,
    isBase64Encoded: false,
  };
}
