// One query-protocol request from door to answer: count, authenticate, authorize, act, render.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Instant } from '../../domain/time.ts';
import { accessKeyActions } from './actions/access-keys.ts';
import { type Action, type ActionCall, type ActionContext, accessDenied } from './actions/action.ts';
import { inlinePolicyActions } from './actions/inline-policies.ts';
import { otherCredentialActions } from './actions/other-credentials.ts';
import { reportActions } from './actions/reports.ts';
import { simulationActions } from './actions/simulate.ts';
import { stsActions } from './actions/sts.ts';
import { userAndRoleActions } from './actions/users-and-roles.ts';
import type { FaultPlan } from './faults.ts';
import { evaluatePolicies, policiesOf } from './policy-evaluation.ts';
import { QueryFailure, renderFailure, renderResponse } from './query-protocol.ts';
import type { SignedRequest } from './sigv4.ts';

/** Error codes that can be played, with what the service sends along. */
const PLAYED = {
  Throttling: [400, 'Rate exceeded'],
  ServiceFailure: [
    500,
    'The request processing has failed because of an unknown error, exception or failure.',
  ],
  ServiceUnavailable: [503, 'The request has failed due to a temporary failure of the server.'],
  AccessDenied: [403, 'Access denied.'],
} as const satisfies Record<string, readonly [number, string]>;
export type PlayedCode = keyof typeof PLAYED;

/** One call as the stand-in saw it. */
export interface Attempt {
  readonly action: string;
  readonly accessKeyId: string | undefined;
  readonly at: Instant;
  /** The error code when it was refused. */
  readonly refusedAs: string | undefined;
}

/** What answering needs. */
export interface Door {
  readonly context: ActionContext;
  readonly faults: FaultPlan<PlayedCode>;
  /** Permissions denied to the operator, for example `iam:ListAccessKeys`. */
  readonly denied: ReadonlySet<string>;
  readonly latencyMs: number;
  newRequestId(): string;
  record(attempt: Attempt): void;
  noteUse(accessKeyId: string, service: string, region: string): void;
}

interface Api {
  readonly service: 'iam' | 'sts';
  readonly namespace: string;
  readonly actions: ReadonlyMap<string, Action>;
}

const IAM: Api = {
  service: 'iam',
  namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  actions: new Map(
    Object.entries({
      ...accessKeyActions,
      ...otherCredentialActions,
      ...userAndRoleActions,
      ...inlinePolicyActions,
      ...reportActions,
      ...simulationActions,
    }),
  ),
};
const APIS: ReadonlyMap<string, Api> = new Map([
  ['2010-05-08', IAM],
  [
    '2011-06-15',
    {
      service: 'sts',
      namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
      actions: new Map(Object.entries(stsActions)),
    },
  ],
]);

const MAX_BODY_CHARACTERS = 1_000_000;

/** Answers one HTTP request. `cutConnection` plays a lost answer. */
export async function answerQuery(
  door: Door,
  request: Request,
  cutConnection: () => void,
): Promise<Response> {
  const requestId = door.newRequestId();
  const body = await request.text();
  const params = new URLSearchParams(body);
  const action = params.get('Action') ?? '';
  const api = APIS.get(params.get('Version') ?? '') ?? IAM;
  const signed = signedRequest(request, body);
  if (door.latencyMs > 0) await sleep(door.latencyMs);
  const fault = door.faults.take(action);
  const accessKeyId = /Credential=(\w{1,128})/.exec(signed.header('authorization') ?? '')?.[1];
  const seen = {
    action: api.actions.has(action) ? action : '(unknown)',
    accessKeyId,
    at: door.context.clock.now(),
  };
  try {
    if (fault !== undefined && fault !== 'lost-answer') throw playedFailure(fault);
    const result = act(door, api, signed, params);
    door.record({ ...seen, refusedAs: undefined });
    if (fault === 'lost-answer') cutConnection();
    return xml(200, renderResponse(action, api.namespace, result, requestId), requestId);
  } catch (error) {
    if (!(error instanceof QueryFailure)) throw error;
    door.record({ ...seen, refusedAs: error.code });
    return xml(error.httpStatus, renderFailure(error, api.namespace, requestId), requestId);
  }
}

function playedFailure(code: PlayedCode): QueryFailure {
  const [httpStatus, message] = PLAYED[code];
  return new QueryFailure(code, httpStatus, message);
}

function act(door: Door, api: Api, signed: SignedRequest, params: URLSearchParams): ReturnType<Action> {
  const { context } = door;
  if (signed.method !== 'POST' || signed.path !== '/' || signed.body.length > MAX_BODY_CHARACTERS) {
    throw new QueryFailure('ValidationError', 400, 'POST a form of at most 1 MB to /.');
  }
  const caller = context.callers.authenticate(signed, api.service);
  const name = params.get('Action') ?? '';
  const action = api.actions.get(name);
  if (!action) {
    throw new QueryFailure(
      'InvalidAction',
      400,
      `Could not find operation ${name} for version ${params.get('Version')}`,
    );
  }
  if (caller.kind === 'user' || caller.kind === 'root') {
    door.noteUse(caller.accessKeyId, api.service, caller.region);
  }
  const call = { action: name, params, caller };
  if (api.service === 'iam') authorize(door, call);
  return action(context, call);
}

/** The operator may do what is not denied to it, root everything, a user what its policies allow. */
function authorize(door: Door, call: ActionCall): void {
  const { caller } = call;
  const permission = `iam:${call.action}`;
  if (caller.kind === 'session') {
    // IAM refuses sessions of GetSessionToken without MFA.
    throw new QueryFailure(
      'InvalidClientTokenId',
      403,
      'The security token included in the request is invalid',
    );
  }
  if (caller.kind === 'operator' && door.denied.has(permission)) throw accessDenied(call);
  if (caller.kind !== 'user' || !caller.user) return;
  const { account } = door.context;
  const resource = resourceOf(door, call);
  const { decision } = evaluatePolicies(policiesOf(account, caller.user), {
    action: permission,
    resource,
    context: new Map([['aws:username', [caller.user.name]]]),
  });
  if (decision !== 'allowed') throw accessDenied(call, 'iam', resource);
}

function resourceOf({ context: { account } }: Door, { params, caller }: ActionCall): string {
  const role = params.get('RoleName');
  if (role !== null) return account.role(role)?.arn ?? `arn:aws:iam::${account.seed.accountId}:role/${role}`;
  const user = params.get('UserName');
  if (user !== null) return account.user(user)?.arn ?? `arn:aws:iam::${account.seed.accountId}:user/${user}`;
  return params.has('AccessKeyId') ? caller.arn : '*';
}

function signedRequest(request: Request, body: string): SignedRequest {
  const url = new URL(request.url);
  return {
    method: request.method,
    path: url.pathname,
    query: url.searchParams,
    header: (name) => request.headers.get(name) ?? undefined,
    body,
  };
}

function xml(status: number, body: string, requestId: string): Response {
  return new Response(body, {
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
  });
}
