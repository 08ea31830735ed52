// Which server, as whom, and how the way there is protected. Secrets are named here, never held.
import ipaddr from 'ipaddr.js';
import * as z from 'zod';

/** Ranges that are no database: link-local (where metadata services are), any, broadcast, multicast. */
const NO_SERVER = new Set(['linkLocal', 'unspecified', 'broadcast', 'multicast']);
/** EC2's metadata service over IPv6. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html */
const METADATA = new Set(['fd00:ec2::254', 'fd00:ec2:0:0:0:0:0:254']);

/** A name, an address, or the folder of a Unix socket. Attacker-controlled: metadata services are refused. */
const Host = z
  .string()
  .regex(
    /^(\/[\w./-]+|[\w.-]+|[0-9A-Fa-f:.]+)$/,
    'must be a host name, an address or a folder of a Unix socket',
  )
  .refine((host) => {
    if (!ipaddr.isValid(host)) return !/^\d+$|^0x/i.test(host);
    const address = ipaddr.process(host);
    return !NO_SERVER.has(address.range()) && !METADATA.has(address.toString());
  }, 'link-local and metadata addresses are refused');

/** Whether a host is this machine: a Unix socket or a loopback address. */
export function isThisMachine(host: string): boolean {
  if (host.startsWith('/') || host === 'localhost') return true;
  return ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback';
}

const Secret = z.string().min(1).max(2048);

/** A role whose login may be tried after it was switched off, to see it refused. */
export const Canary = z.strictObject({
  role: z.string().min(1),
  /** Name of the secret that holds the role's password, as plain text. Absent: pg_hba.conf asks this machine for none. */
  passwordSecret: Secret.optional(),
});
export type Canary = z.infer<typeof Canary>;

const Fields = z.strictObject({
  /** What the server is called in identity ids. Never change it: ids begin with it. */
  system: z
    .string()
    .regex(/^[^/\s]+$/)
    .max(200)
    .optional(),
  host: Host.optional(),
  port: z.int().min(1).max(65_535).default(5432),
  database: z.string().min(1).default('postgres'),
  user: z.string().min(1).optional(),
  /** Name of the secret that holds the user's password, as plain text. Absent: the server asks for none. */
  passwordSecret: Secret.optional(),
  /** `verify-full`: TLS, certificate and name checked. `disable`: plain, to this machine only. There is nothing between. */
  sslmode: z.enum(['verify-full', 'disable']).optional(),
  /** Certificates of the authorities to trust instead of the system's, as PEM text. */
  ca: z.string().startsWith('-----BEGIN CERTIFICATE-----').optional(),
  /** Recorded rows instead of a server: roles, and who is a member of what. Nothing can be switched off then. */
  from: z.array(z.string()).min(1).optional(),
  /** Further roles of Countersign's own: reviewed, never switched off. What it works as is recognised without being named. */
  ownRoles: z.array(z.string()).default([]),
  canaries: z.array(Canary).default([]),
  /** Rows a query brings at most. */
  pageSize: z.int().min(1).max(10_000).default(1_000),
  statementTimeoutMs: z.int().min(100).max(120_000).default(15_000),
  connectTimeoutMs: z.int().min(100).max(60_000).default(10_000),
  /** How long an answer may take beyond the statement's own deadline: the way there and back. */
  answerWaitMs: z.int().min(100).max(60_000).default(5_000),
  /** Further tries after a failure that may pass, shared by a whole collection or one act. */
  retryBudget: z.int().min(0).max(100).default(4),
});

/** Settings of the postgres connector. */
export const PostgresSettings = Fields.superRefine((settings, context) => {
  const wrong = (path: string, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message });
  const { from, host, user, sslmode } = settings;
  if (from !== undefined) {
    if (host !== undefined) wrong('from', 'is instead of a server: give host or from');
    return;
  }
  if (host === undefined) {
    wrong('host', 'is missing: which server, or from: which recorded rows');
    return;
  }
  if (user === undefined) wrong('user', 'is missing: the role to work as');
  if (sslmode === undefined) {
    wrong('sslmode', 'is missing: verify-full, or disable for a server on this machine');
  } else if (sslmode === 'disable' && !isThisMachine(host)) {
    wrong(
      'sslmode',
      'disable is for this machine only; elsewhere the connection must be encrypted and checked',
    );
  } else if (sslmode === 'verify-full' && host.startsWith('/')) {
    wrong('sslmode', 'a Unix socket has no TLS: disable');
  }
});
export type PostgresSettings = z.infer<typeof PostgresSettings>;

/** How to reach a server. */
export interface ServerSettings {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly passwordSecret: string | undefined;
  /** Undefined: plain. */
  readonly tls: { readonly ca: string | undefined } | undefined;
  readonly statementTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly answerWaitMs: number;
}

/** The server of the settings; undefined when they name recorded rows. */
export function serverOf(settings: PostgresSettings): ServerSettings | undefined {
  const { host, user, port, database, passwordSecret } = settings;
  const { statementTimeoutMs, connectTimeoutMs, answerWaitMs } = settings;
  if (host === undefined || user === undefined) return undefined;
  return {
    host,
    port,
    database,
    user,
    passwordSecret,
    tls: settings.sslmode === 'disable' ? undefined : { ca: settings.ca },
    statementTimeoutMs,
    connectTimeoutMs,
    answerWaitMs,
  };
}

/** The scope of everything collected with these settings. */
export function systemOf({ system, host, port }: PostgresSettings): string {
  if (system !== undefined) return system;
  if (host === undefined) return 'recorded-server';
  if (host.startsWith('/')) return 'this-machine';
  return port === 5432 ? host : `${host}:${port}`;
}
