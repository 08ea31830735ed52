// SES v2's REST-JSON door: find the operation, check the signature, run, render.
import { Hono } from 'hono';
import type { Fault, FaultPlan } from '../iam/faults.ts';
import { isSignedWith, readSignatureClaim, type SignedRequest } from '../iam/sigv4.ts';
import { type SesErrorType, SesFailure } from './ses-failure.ts';
import { SES_OPERATIONS, type SesContext } from './ses-operations.ts';

/** What the door needs. */
export interface SesDoor {
  readonly context: SesContext;
  readonly faults: FaultPlan<SesErrorType>;
  /** When given, requests must be signed with exactly these; otherwise any well-formed SES signature passes. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  newRequestId(): string;
  record(operation: string): void;
}

/** What @hono/node-server puts beside a request. */
export interface NodeBindings {
  readonly incoming: { readonly socket: { destroy(): void } };
}

const MAX_BODY_BYTES = 56 * 1024 * 1024;
const PLAYED_MESSAGE = 'Played by the stand-in.';

/** The app that answers under `/v2/email`. */
export function sesApi(door: SesDoor): Hono<{ Bindings: NodeBindings }> {
  const app = new Hono<{ Bindings: NodeBindings }>();
  app.all('/v2/*', async (c) => {
    const requestId = door.newRequestId();
    try {
      const answer = await run(door, c.req.raw);
      if (answer.fault === 'lost-answer') c.env.incoming.socket.destroy();
      return Response.json(answer.body, { headers: { 'x-amzn-requestid': requestId } });
    } catch (error) {
      if (error instanceof SesFailure) return error.toResponse(requestId);
      throw error;
    }
  });
  return app;
}

async function run(
  door: SesDoor,
  request: Request,
): Promise<{ body: object; fault: Fault<SesErrorType> | undefined }> {
  const url = new URL(request.url);
  const operation = SES_OPERATIONS.find(
    ({ method, path }) => method === request.method && path.test(url.pathname),
  );
  door.record(operation?.name ?? '(unknown)');
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) {
    throw new SesFailure('BadRequestException', 'The request is larger than 40 MB of message.');
  }
  const body = await request.text();
  const region = signedRegion(door, {
    method: request.method,
    path: url.pathname,
    query: url.searchParams,
    header: (name) => request.headers.get(name) ?? undefined,
    body,
  });
  if (!operation) throw new SesFailure('UnknownOperationException', 'The stand-in has no such operation.');
  const fault = door.faults.take(operation.name);
  if (fault !== undefined && fault !== 'lost-answer') throw new SesFailure(fault, PLAYED_MESSAGE);
  const subject = decodedSegment(operation.path.exec(url.pathname)?.[1] ?? '');
  return {
    body: operation.run(door.context, { region, subject, query: url.searchParams, json: jsonOf(body) }),
    fault,
  };
}

/** The region the request was signed for. @throws SesFailure when it is not signed as it must be. */
function signedRegion(door: SesDoor, request: SignedRequest): string {
  if (request.header('authorization') === undefined) {
    throw new SesFailure('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const claim = readSignatureClaim(request);
  if (claim?.service !== 'ses') {
    throw new SesFailure(
      'InvalidSignatureException',
      "Credential should be scoped to correct service: 'ses'.",
    );
  }
  if (!door.credentials) return claim.region;
  if (claim.accessKeyId !== door.credentials.accessKeyId) {
    throw new SesFailure(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    );
  }
  if (!isSignedWith(request, claim, door.credentials.secretAccessKey)) {
    throw new SesFailure(
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided.',
    );
  }
  return claim.region;
}

function decodedSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError)
      throw new SesFailure('BadRequestException', 'The path is not URL-encoded.');
    throw error;
  }
}

function jsonOf(body: string): unknown {
  if (body === '') return {};
  try {
    return JSON.parse(body) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) throw new SesFailure('BadRequestException', 'The body is no JSON.');
    throw error;
  }
}
