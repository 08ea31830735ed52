// Answers of the real IAM, recorded by other people's tests (placebo files), played back to the real SDK over HTTP.
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';

/** A server that plays recordings back. */
export interface RecordedIam {
  readonly endpoint: string;
  /** Requests in order: the action, and its other parameters. */
  requests(): readonly Readonly<Record<string, string>>[];
  close(): Promise<void>;
}

const Recording = z.object({
  status_code: z.int(),
  data: z.looseObject({ Error: z.object({ Code: z.string(), Message: z.string().optional() }).optional() }),
});
type Recording = z.infer<typeof Recording>;

const Moment = z.object({
  __class__: z.literal('datetime'),
  year: z.int(),
  month: z.int(),
  day: z.int(),
  hour: z.int(),
  minute: z.int(),
  second: z.int(),
});

/**
 * Plays the recordings of a folder (`ListAccessKeys_1.json`, `ListAccessKeys_2.json`, …): each action's answers in
 * order, the last again and again. What was not recorded is denied, as IAM denies it. Who asks is made up.
 */
export async function playRecordings(folder: string, account: string): Promise<RecordedIam> {
  const answers = await recordingsIn(folder);
  const seen: Readonly<Record<string, string>>[] = [];
  const answer = async (incoming: IncomingMessage): Promise<{ status: number; body: string }> => {
    const request = Object.fromEntries(new URLSearchParams(await text(incoming)));
    const { Action: action = '' } = request;
    const turn = seen.filter((each) => each['Action'] === action).length;
    seen.push(request);
    if (action === 'GetCallerIdentity') {
      const data = { Account: account, Arn: `arn:aws:iam::${account}:user/auditor`, UserId: 'AIDAEXAMPLE' };
      return rendered(action, { status_code: 200, data });
    }
    const ofAction = answers.get(action) ?? [];
    return rendered(action, ofAction[turn] ?? ofAction.at(-1) ?? NOT_RECORDED);
  };
  const server = createServer((incoming, response) => {
    void answer(incoming).then(({ status, body }) =>
      response.writeHead(status, { 'content-type': 'text/xml' }).end(body),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    requests: () => [...seen],
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const NOT_RECORDED: Recording = {
  status_code: 403,
  data: { Error: { Code: 'AccessDenied', Message: 'not recorded' } },
};

async function recordingsIn(folder: string): Promise<Map<string, Recording[]>> {
  const byAction = new Map<string, Recording[]>();
  for (const file of (await readdir(folder)).sort()) {
    const [, action = ''] = /^(\w+)_\d+\.json$/.exec(file) ?? [];
    const recording = Recording.parse(JSON.parse(await readFile(`${folder}/${file}`, 'utf8')));
    byAction.set(action, [...(byAction.get(action) ?? []), recording]);
  }
  return byAction;
}

function rendered(
  action: string,
  { status_code: status, data }: Recording,
): { status: number; body: string } {
  const { Error: error, ResponseMetadata: _http, ...result } = data;
  const body = error
    ? `<ErrorResponse><Error><Type>Sender</Type>${element('Code', error.Code)}${element('Message', error.Message ?? '')}</Error></ErrorResponse>`
    : `<${action}Response><${action}Result>${elements(result)}</${action}Result></${action}Response>`;
  return { status, body };
}

function elements(value: Readonly<Record<string, unknown>>): string {
  return Object.entries(value)
    .map(([name, inner]) => element(name, name === 'Content' ? base64(inner) : inner))
    .join('');
}

function element(name: string, value: unknown): string {
  return `<${name}>${content(value)}</${name}>`;
}

function content(value: unknown): string {
  if (Array.isArray(value)) return value.map((each) => element('member', each)).join('');
  const moment = Moment.safeParse(value);
  if (moment.success) {
    const { year, month, day, hour, minute, second } = moment.data;
    return new Date(Date.UTC(year, month - 1, day, hour, minute, second)).toISOString();
  }
  if (typeof value === 'object' && value !== null) return elements(value as Record<string, unknown>);
  return String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Recordings have the report's text; IAM sends it in base64. */
function base64(value: unknown): string {
  return Buffer.from(String(value)).toString('base64');
}
