// Where a deployed installation is, as people write it.
import { badArgument } from './arguments.ts';

/** A deployed installation's address, and the region its API is in. */
export interface Endpoint {
  /** Without a slash at the end. */
  readonly url: string;
  readonly region: string;
}

/**
 * Reads `--endpoint` and `--region`. The region is that of `--region`, else the one in the API's own host name, else that of
 * AWS_REGION or AWS_DEFAULT_REGION.
 * @throws InvalidInputError BAD_ARGUMENT
 */
export function readEndpoint(
  text: string,
  region: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Endpoint {
  const url = URL.parse(text);
  if (!url || !isSafe(url) || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw badArgument(
      '--endpoint',
      text,
      'an address (https://…) of an installation, as its deployment printed it',
    );
  }
  const found =
    region ?? regionIn(url.hostname) ?? nonEmpty(env['AWS_REGION']) ?? nonEmpty(env['AWS_DEFAULT_REGION']);
  if (found === undefined || !/^[a-z]{2}(-[a-z]+)+-\d$/.test(found)) {
    throw badArgument(
      '--region',
      found ?? '',
      'an AWS region (eu-central-1), which --endpoint does not tell',
    );
  }
  return { url: `${url.origin}${url.pathname}`.replace(/\/+$/, ''), region: found };
}

/** Requests are signed, not secret: only a server on this machine is spoken to without TLS. */
function isSafe({ protocol, hostname }: URL): boolean {
  const isHere = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isHere);
}

function regionIn(hostname: string): string | undefined {
  return /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/.exec(hostname)?.[1];
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
