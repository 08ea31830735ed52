// Where a request may go: a checked address of the open internet, or what the settings allow by name. Refuses the rest,
// so that a changed setting or DNS answer cannot turn Countersign on its own network.
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { RefusedError, UpstreamError } from '../../domain/errors.ts';

/** An address that was looked up once and checked; the connection goes to it and to no other. */
export interface CheckedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Looks a host name up: every address it has. @throws Error when there is none. */
export type Resolve = (hostname: string) => Promise<readonly { readonly address: string }[]>;

/** What the settings allow beyond the open internet. */
export interface Allowed {
  /** Private networks in CIDR notation that the automation may be in. */
  readonly networks: readonly string[];
  /** Whether it may run on this machine: loopback addresses, and plain HTTP to them. */
  readonly local: boolean;
}

/** Networks `networks` may open. Loopback, link-local, metadata, multicast, mapped and translated ones never open. */
const PRIVATE: ReadonlySet<string> = new Set(['private', 'uniqueLocal', 'carrierGradeNat']);

/** Metadata addresses of AWS, Google Cloud, Alibaba, Oracle and Azure that are not link-local, whatever is allowed. */
const METADATA: readonly string[] = [
  'fd00:ec2::/32',
  'fd20:ce::/32',
  '100.100.100.200/32',
  '192.0.0.192/32',
  '168.63.129.16/32',
];

/** The only addresses given out for the open internet (https://www.iana.org/assignments/ipv6-address-space). */
const GLOBAL_IPV6 = '2000::/3';

/** Why nothing may be sent to an address; undefined when something may. */
export function addressFault(address: string, { networks, local }: Allowed): string | undefined {
  // Only the plain notations: what a socket would be given, not octal, hexadecimal or zoned look-alikes.
  if (isIP(address) === 0 || !ipaddr.isValid(address) || address.includes('%')) return 'is not an address';
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (METADATA.some((network) => isIn(parsed, network))) return 'is a metadata address';
  if (range === 'loopback' && local) return undefined;
  if (PRIVATE.has(range)) {
    return networks.some((network) => isIn(parsed, network)) ? undefined : `is in a ${range} network`;
  }
  if (range !== 'unicast') return `is a ${range} address`;
  return parsed.kind() === 'ipv4' || isIn(parsed, GLOBAL_IPV6) ? undefined : 'is not a global address';
}

/** Why nothing may be sent to a URL, whatever its host resolves to; undefined when something may. */
export function urlFault(text: string, allowed: Allowed): string | undefined {
  if (!URL.canParse(text)) return 'is not a URL';
  const { protocol, username, password, hostname, port, hash } = new URL(text);
  if (username !== '' || password !== '') return 'must hold no user name or password';
  if (hash !== '') return 'must have no fragment';
  const literal = literalOf(hostname);
  const fault = literal === undefined ? undefined : addressFault(literal, allowed);
  if (fault !== undefined) return `its host ${fault}`;
  const onThisMachine = literal !== undefined && ipaddr.parse(literal).range() === 'loopback';
  if (protocol !== 'https:' && !(protocol === 'http:' && onThisMachine)) {
    return 'must be https, or http to a loopback address where `local` is set';
  }
  // Below 1024 live mail, shells and directories, which must not be handed a request.
  const isOdd = port !== '' && Number(port) < 1024 && Number(port) !== 443 && protocol === 'https:';
  return isOdd ? 'must use port 443 or one from 1024 up' : undefined;
}

/**
 * Looks the host up, once, and checks every address it has: one that is refused refuses the host.
 * @throws RefusedError NOT_SUPPORTED when the URL or an address is refused; UpstreamError when the name does not resolve
 */
export async function checkedAddress(
  url: string,
  allowed: Allowed,
  resolve: Resolve,
): Promise<CheckedAddress> {
  const fault = urlFault(url, allowed);
  if (fault !== undefined) throw refused(`the address of the automation ${fault}`);
  const { hostname } = new URL(url);
  const literal = literalOf(hostname);
  const addresses = literal === undefined ? await resolveOnce(hostname, resolve) : [literal];
  for (const address of addresses) {
    const fault = addressFault(address, allowed);
    if (fault !== undefined)
      throw refused(`${hostname} resolves to ${JSON.stringify(address)}, which ${fault}`);
  }
  const [address] = addresses;
  if (address === undefined) throw unresolved(hostname, undefined);
  return { address, family: isIP(address) === 6 ? 6 : 4 };
}

async function resolveOnce(hostname: string, resolve: Resolve): Promise<string[]> {
  try {
    return (await resolve(hostname)).map(({ address }) => address);
  } catch (error) {
    throw unresolved(hostname, error);
  }
}

/** The host where it is an address itself; the URL parser has put every spelling of one into its plain form. */
function literalOf(hostname: string): string | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(bare) === 0 ? undefined : bare;
}

function isIn(address: ipaddr.IPv4 | ipaddr.IPv6, network: string): boolean {
  const [base, bits] = ipaddr.parseCIDR(network);
  return address.kind() === base.kind() && address.match(base, bits);
}

function refused(message: string): RefusedError {
  return new RefusedError({ code: 'NOT_SUPPORTED', message });
}

function unresolved(hostname: string, cause: unknown): UpstreamError {
  const message = `${hostname} does not resolve to an address`;
  return new UpstreamError({ provider: 'webhook', code: 'UNAVAILABLE', retryable: true, message, cause });
}
