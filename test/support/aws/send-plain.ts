// Plain requests to the emulator, whose certificate it signed itself.
import { request } from 'node:https';

/** A request. */
export interface PlainRequest {
  readonly url: string;
  /** The certificate to trust. */
  readonly ca: string;
  readonly method?: string;
  /** A `host` among them stands in for DNS, which knows none of the emulator's names. */
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
  readonly body?: string | Uint8Array;
}

/** What came back. */
export interface PlainAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

const LIMIT_MS = 60_000;

/** Sends it and reads the whole answer. @throws Error when nothing answers */
export function sendPlain({
  url,
  ca,
  method = 'GET',
  headers = {},
  body,
}: PlainRequest): Promise<PlainAnswer> {
  return new Promise((resolve, reject) => {
    const options = { method, headers, ca, servername: 'localhost', timeout: LIMIT_MS };
    const sent = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    sent.once('error', reject);
    sent.once('timeout', () => sent.destroy(new Error(`No answer from ${url} in ${LIMIT_MS / 1000} s`)));
    sent.end(body);
  });
}
