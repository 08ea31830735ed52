// The command's side of a deployed installation: requests signed with the caller's own AWS credentials.
import { randomUUID } from 'node:crypto';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { AwsClient } from 'aws4fetch';
import * as z from 'zod';
import { UpstreamError } from '../domain/errors.ts';
import type { InstallationResult } from '../runtime/control/installation-handlers.ts';
import type {
  InstallationCommand,
  InstallationCommandOf,
  InstallationRequest,
  InstallationVerb,
} from '../runtime/control/installation-protocol.ts';
import { jsonOrNothing } from '../runtime/control/json-or-nothing.ts';
import { ANSWER_TYPE } from '../runtime/control/protocol.ts';
import { readAnswer, unavailable } from './control-answer.ts';
import type { Endpoint } from './endpoint.ts';

/** A deployed installation, as the command sees it. */
export interface InstallationClient {
  readonly endpoint: Endpoint;
  /** Asks for one thing. Throws the error the installation answered with, as its own class. */
  ask<V extends InstallationVerb>(command: InstallationCommandOf<V>): Promise<InstallationResult<V>>;
}

/** API Gateway ends a request after 30 seconds. */
const TIMEOUT_MS = 40_000;
const SERVICE = 'execute-api';

/** Connects to an installation. Credentials are looked for as every AWS tool does: variables, profile, SSO, role. */
export function connectInstallation(endpoint: Endpoint, interrupted: AbortSignal): InstallationClient {
  const credentials = defaultProvider();
  return {
    endpoint,
    ask: async <V extends InstallationVerb>(command: InstallationCommandOf<V>) => {
      const response = await post(endpoint, command, await signed(credentials), interrupted);
      return (await readAnswer(response, 'the installation', undefined)) as InstallationResult<V>;
    },
  };
}

type Provider = ReturnType<typeof defaultProvider>;
type Credentials = Awaited<ReturnType<Provider>>;

async function signed(credentials: Provider): Promise<Credentials> {
  try {
    return await credentials();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw denied(
      `no credentials to sign the call with (${why}); sign in, for example with "aws sso login", and say which with AWS_PROFILE`,
      cause,
    );
  }
}

async function post(
  { url, region }: Endpoint,
  command: InstallationCommand,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  interrupted: AbortSignal,
): Promise<Response> {
  const request: InstallationRequest = { requestId: randomUUID(), command };
  const signer = new AwsClient({
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    service: SERVICE,
    region,
  });
  const call = await signer.sign(`${url}/control`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  let response: Response;
  try {
    response = await fetch(call, {
      redirect: 'error',
      signal: AbortSignal.any([interrupted, AbortSignal.timeout(TIMEOUT_MS)]),
    });
  } catch (cause) {
    throw unavailable(
      PROVIDER,
      `${url} does not answer; check --endpoint and the way there (proxy, VPN)`,
      cause,
    );
  }
  // Its own answers, refusals included, are lines; all else is what stands before it.
  if (response.headers.get('content-type')?.startsWith(ANSWER_TYPE) === true) return response;
  throw await gatewayError(response, url, region);
}

const PROVIDER = 'installation';
const GatewayMessage = z.object({ message: z.string() });

async function gatewayError(response: Response, url: string, region: string): Promise<UpstreamError> {
  const { status } = response;
  const parsed = GatewayMessage.safeParse(jsonOrNothing(await response.text()));
  const said = parsed.success ? ` ("${parsed.data.message.slice(0, 500)}")` : '';
  if (status === 401 || status === 403) {
    return denied(
      `AWS refused the call${said}; the credentials have to be fresh and allowed execute-api:Invoke on this API, which is called in ${region} (another: --region)`,
    );
  }
  if (status === 404)
    return unavailable(PROVIDER, `there is no installation at ${url}${said}; check --endpoint`);
  if (status === 503 || status === 504) {
    return unavailable(
      PROVIDER,
      `${url} did not answer in time${said}; what was asked may still be done: look before you ask again`,
    );
  }
  return unavailable(PROVIDER, `${url} answered ${status}${said}`);
}

function denied(message: string, cause?: unknown): UpstreamError {
  return new UpstreamError({ code: 'DENIED', provider: 'AWS', retryable: false, message, cause });
}
