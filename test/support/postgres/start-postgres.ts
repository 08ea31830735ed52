// A PostgreSQL server of one's own, from the machine's packages: made, started and thrown away.
import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

/** A running server. */
export interface PostgresServer {
  readonly port: number;
  /** Folder of its Unix socket, where everybody is let in without a password. */
  readonly socketFolder: string;
  /** Certificate of the authority that signed the server's, as PEM. It is for `localhost`, not for 127.0.0.1. */
  readonly ca: string;
  /** Runs statements as the superuser and gives the rows of the last. */
  admin(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** A connection as somebody: by password over TCP, or without one by socket. The caller ends it. */
  login(user: string, password?: string): Promise<Client>;
  stop(): Promise<void>;
}

const OPENSSL = 'openssl';
const PACKAGES = '/usr/lib/postgresql';

/** Starts a server. Passwords are wanted over TCP (SCRAM), with TLS or without. @throws Error when no server is installed */
export async function startPostgres(): Promise<PostgresServer> {
  const bin = installedIn();
  const owner = unprivileged();
  const folder = mkdtempSync(join(tmpdir(), 'countersign-postgres-'));
  const data = join(folder, 'data');
  mkdirSync(data);
  makeCertificates(folder);
  for (const path of [folder, data, ...readdirSync(folder).map((name) => join(folder, name))]) {
    if (owner) chownSync(path, owner.uid, owner.gid);
  }
  chmodSync(data, 0o700);
  chmodSync(join(folder, 'server.key'), 0o600);
  // English messages and no wait for disks; `-U` is the name of the role that owns the cluster.
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--no-sync', '--auth=trust'],
    { ...owner, cwd: folder, stdio: 'pipe' },
  );
  writeFileSync(
    join(data, 'pg_hba.conf'),
    'local all all trust\nlocal replication all trust\nhost all all 127.0.0.1/32 scram-sha-256\n',
  );
  const port = await freePort();
  appendFileSync(
    join(data, 'postgresql.conf'),
    [
      `port = ${port}`,
      "listen_addresses = '127.0.0.1'",
      `unix_socket_directories = '${folder}'`,
      'fsync = off',
      "password_encryption = 'scram-sha-256'",
      'ssl = on',
      `ssl_cert_file = '${join(folder, 'server.crt')}'`,
      `ssl_key_file = '${join(folder, 'server.key')}'`,
      '',
    ].join('\n'),
  );
  const child = spawn(join(bin, 'postgres'), ['-D', data], {
    ...owner,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      // Fast shutdown: sessions are ended. https://www.postgresql.org/docs/15/server-shutdown.html
      child.kill('SIGINT');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  await ready(child.stderr, child).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const connect = async (user: string, password: string | undefined): Promise<Client> => {
    const host = password === undefined ? folder : '127.0.0.1';
    const client = new Client({
      host,
      port,
      user,
      password: password ?? 'none',
      database: 'postgres',
      ssl: false,
    });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const superuser = await connect('postgres', undefined);
  return {
    port,
    socketFolder: folder,
    ca: readFileSync(join(folder, 'ca.crt'), 'utf8'),
    async admin(text, values) {
      const { rows } = await superuser.query<Record<string, unknown>>(text, values && [...values]);
      return rows ?? [];
    },
    login: connect,
    async stop() {
      await superuser.end();
      await stop();
    },
  };
}

function installedIn(): string {
  const versions = existsSync(PACKAGES)
    ? readdirSync(PACKAGES).toSorted((a, b) => Number(b) - Number(a))
    : [];
  const bin = versions
    .map((version) => join(PACKAGES, version, 'bin'))
    .find((path) => existsSync(join(path, 'postgres')));
  if (bin !== undefined) return bin;
  throw new Error(
    `There is no PostgreSQL server in ${PACKAGES}: apt-get install --no-install-recommends postgresql`,
  );
}

/** PostgreSQL refuses to run as root: as the packages' user then, or as nobody. Undefined: as whoever this is. */
function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  const line = ['postgres', 'nobody']
    .map((name) => lines.find((each) => each.startsWith(`${name}:`)))
    .find(Boolean);
  const [, , uid, gid] = (line ?? '').split(':').map(Number);
  if (!uid || gid === undefined) throw new Error('There is no unprivileged user to run PostgreSQL as.');
  return { uid, gid };
}

function makeCertificates(folder: string): void {
  writeFileSync(join(folder, 'server.ext'), 'subjectAltName = DNS:localhost\n');
  const key = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes';
  for (const step of [
    `req -x509 ${key} -keyout ca.key -out ca.crt -days 2 -subj /CN=authority`,
    `req ${key} -keyout server.key -out server.csr -subj /CN=localhost`,
    'x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -out server.crt -days 2 -extfile server.ext',
  ]) {
    execFileSync(OPENSSL, step.split(' '), { cwd: folder, stdio: 'pipe' });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Resolves when it says that it takes connections. */
function ready(
  stderr: NodeJS.ReadableStream,
  child: { once(event: 'exit', listener: () => void): unknown },
): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.once('exit', () => reject(new Error(`PostgreSQL did not start: ${said}`)));
    stderr.on('data', (chunk: Buffer) => {
      if (said.length < 20_000) said += chunk.toString();
      if (said.includes('database system is ready to accept connections')) resolve();
    });
  });
}
