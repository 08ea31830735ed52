import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createPostgres } from '../../../lib/connectors/postgres/connector.ts';
import { PostgresSettings, systemOf } from '../../../lib/connectors/postgres/settings.ts';
import { connectorModule } from '../../../lib/connectors/registry.ts';
import { instantOf } from '../../../lib/domain/time.ts';

const context = { clock: { now: () => instantOf(0) }, note: () => undefined };
const server = { host: 'db.example.com', user: 'countersign', sslmode: 'verify-full' };

describe('settings of postgres', () => {
  it.each([
    ['nothing at all', {}, /host: is missing/],
    ['no user', { ...server, user: undefined }, /user: is missing/],
    ['no word on TLS', { ...server, sslmode: undefined }, /sslmode: is missing: verify-full/],
    ['encryption to somebody unknown', { ...server, sslmode: 'require' }, /sslmode/],
    [
      'plain text to another machine',
      { ...server, sslmode: 'disable' },
      /sslmode: disable is for this machine only/,
    ],
    ['plain text to a private address', { ...server, host: '10.0.0.5', sslmode: 'disable' }, /sslmode/],
    [
      'a name that only begins like this machine',
      { ...server, host: 'localhost.example.com', sslmode: 'disable' },
      /sslmode/,
    ],
    ['TLS on a socket', { ...server, host: '/var/run/postgresql' }, /sslmode: a Unix socket has no TLS/],
    ['the metadata service', { ...server, host: '169.254.169.254' }, /host: link-local/],
    ['the metadata service as a number', { ...server, host: '2852039166' }, /host: link-local/],
    ['the metadata service in hexadecimal', { ...server, host: '0xa9.0xfe.0xa9.0xfe' }, /host: link-local/],
    ['the metadata service, mapped', { ...server, host: '::ffff:169.254.169.254' }, /host: link-local/],
    ['the metadata service of version six', { ...server, host: 'fd00:ec2::254' }, /host: link-local/],
    ['no address', { ...server, host: '0.0.0.0' }, /host: link-local/],
    ['a URL', { ...server, host: 'postgres://u:p@db' }, /host: must be a host name/],
    ['a password', { ...server, password: 'x' }, /Unrecognized key: "password"/],
    ['rows and a server', { ...server, from: ['roles.json'] }, /from: is instead of a server/],
    ['a canary of nobody', { ...server, canaries: [{ passwordSecret: 'env:X' }] }, /canaries.0.role/],
  ])('refuse %s', (_what, settings, message) => {
    expect(() => connectorModule('postgres').create(settings, context)).toThrow(message);
  });

  it.each([
    [{ ...server, system: 'orders-db' }, 'orders-db'],
    [server, 'db.example.com'],
    [{ ...server, port: 6432 }, 'db.example.com:6432'],
    [{ ...server, host: '::1', sslmode: 'disable' }, '::1'],
    [{ ...server, host: '/var/run/postgresql', sslmode: 'disable' }, 'this-machine'],
    [{ from: ['roles.json'] }, 'recorded-server'],
  ])('%j are of the scope %s', (settings, scope) => {
    expect(systemOf(PostgresSettings.parse(settings))).toBe(scope);
    expect(connectorModule('postgres').create(settings, context).scope).toBe(scope);
  });
});

describe('a server that offers no TLS', () => {
  it('is sent nothing: no name, no password', async () => {
    const received: Buffer[] = [];
    const plain = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        received.push(chunk);
        socket.write('N');
      });
    });
    await new Promise<void>((resolve) => {
      plain.listen(0, '127.0.0.1', resolve);
    });
    const address = plain.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const asked: string[] = [];
    const connector = createPostgres(
      PostgresSettings.parse({ ...server, host: '127.0.0.1', port, passwordSecret: 'env:X' }),
      {
        ...context,
        async secret(name) {
          asked.push(name);
          return 'a password';
        },
      },
    );

    await expect(connector.collect().identities[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'REJECTED',
      retryable: false,
      message: expect.stringContaining('did not prove who it is'),
    });

    // An SSLRequest, and nothing after the answer.
    expect(Buffer.concat(received)).toEqual(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
    expect(asked).toEqual([]);
    await new Promise((resolve) => {
      plain.close(resolve);
    });
  });
});

describe('a server that is not there', () => {
  it('is asked for again within the budget, and the failure says what functions can reach', async () => {
    const waits: number[] = [];
    const notes: string[] = [];
    const connector = createPostgres(
      PostgresSettings.parse({ ...server, host: '127.0.0.1', port: 1, retryBudget: 3 }),
      { ...context, note: (line) => void notes.push(line) },
      async (ms) => void waits.push(ms),
    );

    await expect(connector.collect().identities[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
      message: expect.stringMatching(
        /^connect to 127\.0\.0\.1:1: .*Functions of an installation are in no VPC/,
      ),
    });

    expect(waits).toEqual([250, 500, 1_000]);
    expect(notes).toHaveLength(3);
  });
});
