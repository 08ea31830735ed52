// A server on this machine that speaks AWS's protocols, for the real clients: JSON by target, REST by path, STS by query.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** An error as the service names it. */
export class AwsFault extends Error {
  override readonly name: string;
  readonly status: number;

  constructor(name: string, message: string, status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

/** A request, understood. */
export interface Asked {
  /** `ListSecrets`, or `GET /profiles` of a REST service. */
  readonly action: string;
  readonly region: string;
  /** Access key it was signed with. */
  readonly key: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
}

/**
 * How the next request of an action goes wrong. `lost-answer`: it takes effect, and the line breaks; `silence`: nothing
 * happens, and the line stays open.
 */
export type Trouble = 'throttled' | 'outage' | 'denied' | 'lost-answer' | 'nonsense' | 'silence';

const FAULTS: Readonly<Record<Exclude<Trouble, 'lost-answer' | 'nonsense' | 'silence'>, AwsFault>> = {
  throttled: new AwsFault('ThrottlingException', 'Rate exceeded'),
  outage: new AwsFault('InternalServiceError', 'An error occurred on the server side.', 500),
  denied: new AwsFault('AccessDeniedException', 'User: somebody is not authorized to perform this', 403),
};

/** A running stand-in. */
export interface StandIn {
  readonly endpoint: string;
  /** How often each action was asked for. */
  calls(): Readonly<Record<string, number>>;
  /** Lets the next `times` requests of an action go wrong; `ListSecrets in eu-west-1` means those to one Region. */
  trouble(action: string, kind: Trouble, times?: number): void;
  close(): Promise<void>;
}

/** Keys the stand-in takes. */
export const KEYS = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'not-a-secret' };

/** The account everything is in. */
export const ACCOUNT = '123456789012';

/** Starts a server that answers with what `answer` makes of a request; an AwsFault it throws is sent as the service would. */
export async function startStandIn(answer: (asked: Asked) => unknown): Promise<StandIn> {
  const counts: Record<string, number> = {};
  const troubles = new Map<string, Trouble[]>();
  const server = createServer((request, response) => {
    void (async () => {
      const asked = await understand(request);
      counts[asked.action] = (counts[asked.action] ?? 0) + 1;
      const here = troubles.get(`${asked.action} in ${asked.region}`);
      const trouble = (here ?? troubles.get(asked.action))?.shift();
      if (trouble === 'silence') return;
      if (trouble === 'nonsense') {
        send(response, 200, '{"SecretList": 7, "ARN": 7, "Certificate": 7, "profiles": 7, "profile": 7}');
        return;
      }
      const isSts = asked.action.startsWith('STS ');
      if (trouble !== undefined && trouble !== 'lost-answer') {
        if (isSts) sendStsFault(response, FAULTS[trouble]);
        else sendFault(response, FAULTS[trouble]);
        return;
      }
      if (isSts && trouble === 'lost-answer') response.destroy();
      else if (isSts) sendSts(response, asked);
      else sendAnswer(response, asked, answer, trouble === 'lost-answer');
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    calls: () => ({ ...counts }),
    trouble: (action, kind, times = 1) =>
      void troubles.set(action, [...(troubles.get(action) ?? []), ...Array<Trouble>(times).fill(kind)]),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function understand(request: IncomingMessage): Promise<Asked> {
  const body = await text(request);
  const url = new URL(request.url ?? '/', 'http://stand-in');
  const scope = /Credential=([^/]+)\/\d{8}\/([^/]+)\//.exec(request.headers.authorization ?? '');
  const target = request.headers['x-amz-target'];
  const common = {
    region: scope?.[2] ?? '',
    key: scope?.[1] ?? '',
    path: url.pathname,
    query: url.searchParams,
  };
  if (typeof target === 'string') {
    return { ...common, action: target.split('.').at(-1) ?? '', body: JSON.parse(body) as Asked['body'] };
  }
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    const form = new URLSearchParams(body);
    return { ...common, action: `STS ${form.get('Action') ?? ''}`, body: Object.fromEntries(form) };
  }
  const place = url.pathname.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '*');
  return { ...common, action: `${request.method ?? ''} ${place}`, body: {} };
}

function sendAnswer(
  response: ServerResponse,
  asked: Asked,
  answer: (asked: Asked) => unknown,
  isLost: boolean,
): void {
  try {
    const made = answer(asked);
    if (isLost) response.destroy();
    else send(response, 200, JSON.stringify(made));
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    sendFault(response, error);
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': '00000000-0000-4000-8000-000000000000',
    ...headers,
  });
  response.end(body);
}

function sendFault(response: ServerResponse, { message, name, status }: AwsFault): void {
  send(response, status, JSON.stringify({ __type: name, message, Message: message }), {
    'x-amzn-errortype': `${name}:http://internal.amazon.com/`,
  });
}

function sendStsFault(response: ServerResponse, { message, name, status }: AwsFault): void {
  response.writeHead(status, { 'content-type': 'text/xml' });
  response.end(
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${name}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
  );
}

function sendSts(response: ServerResponse, { action, body }: Asked): void {
  const made =
    action === 'STS AssumeRole'
      ? `<Credentials><AccessKeyId>ASIAASSUMED</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser><Arn>${String(body['RoleArn'])}</Arn><AssumedRoleId>A:c</AssumedRoleId></AssumedRoleUser>`
      : `<Arn>arn:aws:iam::${ACCOUNT}:user/countersign</Arn><UserId>AIDA</UserId><Account>${ACCOUNT}</Account>`;
  const name = action.slice('STS '.length);
  response.writeHead(200, { 'content-type': 'text/xml' });
  response.end(
    `<${name}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${name}Result>${made}</${name}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${name}Response>`,
  );
}
