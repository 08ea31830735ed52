// What stands before a deployed installation: an HTTP API that checks signatures, and a bucket that hands out packs.
import { AwsV4Signer } from 'aws4fetch';
import { startLocalWeb } from '../../lib/local/web-server.ts';
import { gatewayEvent, type TestInstallation } from './installation.ts';

/** Keys that sign, and the principals they belong to. */
export interface SigningKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly arn: string;
}

export const REGION = 'eu-central-1';

/** Starts it. Until an installation is set, nothing answers. */
export async function startGateway(keys: readonly SigningKey[]) {
  const web = await startLocalWeb({ port: 0 });
  let behind: TestInstallation | undefined;
  const seen: { readonly authorization: string; readonly path: string }[] = [];
  web.serve(async (request) => {
    const { pathname } = new URL(request.url);
    const pack = behind?.shelf.files.get(pathname.slice(1));
    if (request.method === 'GET' && pack) return new Response(pack);
    const authorization = request.headers.get('authorization') ?? '';
    seen.push({ authorization, path: pathname });
    if (pathname !== '/prod/control') return gatewayAnswer(404, 'Not Found');
    const body = await request.text();
    const arn = await principalOf(request, body, keys);
    if (arn === undefined || !behind) return gatewayAnswer(403, 'Forbidden');
    const headers = { 'accept-encoding': request.headers.get('accept-encoding') ?? '' };
    const answer = await behind.handle(gatewayEvent(arn, body, { headers }));
    const bytes = answer.isBase64Encoded ? Buffer.from(answer.body, 'base64') : answer.body;
    return new Response(bytes, { status: answer.statusCode, headers: answer.headers });
  });
  return {
    url: `${web.url}/prod`,
    packsUrl: web.url,
    seen,
    setBehind: (installation: TestInstallation) => {
      behind = installation;
    },
    close: () => web.close(),
  };
}

function gatewayAnswer(status: number, message: string): Response {
  return Response.json({ message }, { status });
}

const SHAPE =
  /^AWS4-HMAC-SHA256 Credential=([A-Z0-9]+)\/(\d{8})\/([a-z0-9-]+)\/execute-api\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/;

/** Signs the request again with the secret, as the service does, and compares. */
async function principalOf(
  request: Request,
  body: string,
  keys: readonly SigningKey[],
): Promise<string | undefined> {
  const given = request.headers.get('authorization') ?? '';
  const [, accessKeyId, , region, signedHeaders = ''] = SHAPE.exec(given) ?? [];
  const key = keys.find((each) => each.accessKeyId === accessKeyId);
  if (!key || region !== REGION) return undefined;
  if ((request.headers.get('x-amz-security-token') ?? undefined) !== key.sessionToken) return undefined;
  const named = signedHeaders
    .split(';')
    .filter((name) => name !== 'host' && name !== 'x-amz-date' && name !== 'x-amz-security-token');
  const signer = new AwsV4Signer({
    ...key,
    method: request.method,
    url: request.url,
    headers: Object.fromEntries(named.map((name) => [name, request.headers.get(name) ?? ''])),
    body,
    service: 'execute-api',
    region,
    datetime: request.headers.get('x-amz-date') ?? '',
  });
  return (await signer.authHeader()) === given ? key.arn : undefined;
}
