// What a real server says of its roles, and how the connector behaves when the way there, or the server, fails.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFaultProxy } from '../../../support/postgres/fault-proxy.ts';
import { connectorFor, makeOwnRole, OWN, PASSWORD, truthOf } from '../../../support/postgres/scene.ts';
import { type PostgresServer, startPostgres } from '../../../support/postgres/start-postgres.ts';

let server: PostgresServer;
let made = 0;

beforeAll(async () => {
  server = await startPostgres();
  await makeOwnRole(server);
});

afterAll(async () => {
  await server.stop();
});

async function aRole(options = ''): Promise<string> {
  made += 1;
  const name = `svc_${made}`;
  await server.admin(`create role ${name} login password '${PASSWORD}' ${options}`);
  return name;
}

describe('a collection', () => {
  test('tells of each login role what it may do, who owns it, and who is connected', async () => {
    const role = await aRole("valid until '2027-01-01 00:00:00+00' connection limit 20");
    await server.admin('create role readers');
    await server.admin('create table public.orders (id int)');
    await server.admin('create table public.secrets (id int)');
    await server.admin('grant select on public.orders to readers');
    await server.admin(`grant readers to ${role}`);
    await server.admin(`grant insert on public.secrets to ${role}`);
    await server.admin(`comment on role ${role} is 'owner=ana@example.com; ticket=OPS-12; env=production'`);
    await server.admin(`alter role ${role} set app.api_key = 'a-value-that-is-not-told'`);
    const client = await server.login(role, PASSWORD);
    await client.query("set application_name = 'billing-api'");

    const scene = connectorFor(server.port);
    const collection = scene.connector.collect();
    const identities = [];
    for await (const identity of collection.identities) identities.push(identity);
    await client.end();

    const found = identities.find(({ name }) => name === role);
    expect(found).toMatchObject({
      identityId: `postgres/orders-db/service-account/${role}`,
      consumers: { known: true, value: ['billing-api from 127.0.0.1'] },
      lastUse: { state: 'used', service: 'postgres', caller: 'billing-api from 127.0.0.1' },
      environment: { known: true, value: 'production' },
      approval: { known: true, value: 'OPS-12' },
      ownerHints: [{ role: 'accountable', value: 'ana@example.com' }],
      credentials: [
        { type: 'password', status: 'unknown', expiresAt: { value: '2027-01-01T00:00:00.000Z' } },
      ],
      entitlements: {
        level: 'write',
        admin: 'no',
        services: ['postgres'],
        policies: [
          { name: 'readers', via: 'group' },
          { name: 'privileges in postgres', via: 'grant' },
        ],
      },
      protection: { protected: false },
    });
    expect(found?.tags).toMatchObject({
      'postgres:connection-limit': '20',
      'postgres:settings': 'app.api_key',
    });
    expect(JSON.stringify(identities)).not.toContain('a-value-that-is-not-told');
    expect(collection.report()).toMatchObject({
      completeness: 'complete',
      independentCounts: [{ what: 'login roles', theirs: identities.length, ours: identities.length }],
    });
    expect(collection.report().gaps).toContain(
      '1 role(s) without LOGIN are not listed: groups, owners, and what was switched off',
    );
  });

  test('says of each protected role why it is', async () => {
    await server.admin('create role dba login superuser');
    await server.admin('create role standby login replication');
    await server.admin('create role rds_superuser');
    await server.admin('create role admin_of_rds login in role rds_superuser');
    await server.admin("create role glass login; comment on role glass is 'break-glass=yes'");
    await server.admin('create role enforcer login');

    const { all } = connectorFor(server.port, { ownRoles: ['enforcer'] });
    const reasons = new Map(
      (await all())
        .filter(({ protection }) => protection.protected)
        .map(({ name, protection }) => [name, protection.reason]),
    );

    expect(Object.fromEntries(reasons)).toEqual({
      postgres: 'it owns the database cluster',
      dba: 'it is a superuser',
      standby: 'it may replicate: standbys and backups depend on such roles',
      [OWN.name]: 'Countersign itself works with it',
      enforcer: 'Countersign itself works with it',
      admin_of_rds: 'it administers the managed server (rds_superuser)',
      glass: 'declared break-glass by the comment on it',
    });
  });

  test('comes to the same in pages of two as in one', async () => {
    const few = connectorFor(server.port, { pageSize: 2 });
    const many = connectorFor(server.port);

    expect(await few.all()).toEqual(await many.all());
    const collection = few.connector.collect();
    for await (const _identity of collection.identities);
    const listed = collection.report().calls.find(({ action }) => action === 'list roles');
    expect(listed?.pages).toBeGreaterThan(8);
  });

  test('that breaks off between two pages is partial, and says what it has', async () => {
    const proxy = await startFaultProxy(server.port);
    const { connector } = connectorFor(proxy.port, { pageSize: 5, retryBudget: 0 });
    // Connect, prepare, read server, read identifier, first page; the sixth call is the second page.
    proxy.failCall(6);
    const collection = connector.collect();
    const found = [];
    for await (const identity of collection.identities) found.push(identity);
    await proxy.close();

    expect(found.length).toBeGreaterThan(0);
    expect(collection.report()).toMatchObject({ completeness: 'partial', identities: found.length });
    expect(collection.report().gaps[0]).toMatch(/^roles are incomplete \(list roles: /);
    expect(collection.report().calls.find(({ action }) => action === 'list roles')?.failures).toHaveLength(1);
  });

  test('says what may not be seen without pg_read_all_stats', async () => {
    const role = await aRole();
    const client = await server.login(role, PASSWORD);
    await server.admin(`revoke pg_read_all_stats from ${OWN.name}`);
    try {
      const { connector } = connectorFor(server.port);
      const collection = connector.collect();
      const found = [];
      for await (const identity of collection.identities) found.push(identity);

      expect(found.find(({ name }) => name === role)).toMatchObject({
        lastUse: { state: 'used' },
        consumers: { value: ['a session whose origin may not be read'] },
      });
      expect(collection.report().gaps.join('\n')).toContain('grant pg_read_all_stats');
    } finally {
      await server.admin(`grant pg_read_all_stats to ${OWN.name}`);
      await client.end();
    }
  });
});

describe('what may not be switched off', () => {
  test('is looked at again right before: a role that has become a superuser stays as it is', async () => {
    const role = await aRole();
    const scene = connectorFor(server.port);
    const target = await scene.target(role);
    const state = await scene.stateOf(target);
    await server.admin(`alter role ${role} superuser`);
    const before = await truthOf(server, role);

    await expect(scene.connector.disable(target, state)).rejects.toMatchObject({
      code: 'PROTECTED',
      message: `role ${role} is protected: it is a superuser`,
    });
    expect(await truthOf(server, role)).toEqual(before);
  });

  test('includes the role it works as, whatever the reviewer was shown', async () => {
    const scene = connectorFor(server.port);
    const target = await scene.target(OWN.name);
    const shown = { ...target.reviewed, protection: { protected: false, reason: '' } };

    await expect(
      scene.connector.disable({ ...target, reviewed: shown }, await scene.stateOf(target)),
    ).rejects.toMatchObject({ code: 'PROTECTED', message: expect.stringContaining('Countersign itself') });
  });

  test('is not begun when its sessions could not be ended', async () => {
    const role = await aRole();
    const scene = connectorFor(server.port);
    const target = await scene.target(role);
    const state = await scene.stateOf(target);
    const before = await truthOf(server, role);
    await server.admin(`revoke pg_signal_backend from ${OWN.name}`);
    try {
      await expect(scene.connector.disable(target, state)).rejects.toMatchObject({
        code: 'DENIED',
        retryable: false,
        message: expect.stringContaining('grant pg_signal_backend'),
      });
      expect(await truthOf(server, role)).toEqual(before);
    } finally {
      await server.admin(`grant pg_signal_backend to ${OWN.name}`);
    }
  });

  test('without CREATEROLE is denied, and says where the grants are', async () => {
    const role = await aRole();
    const scene = connectorFor(server.port);
    const target = await scene.target(role);
    const state = await scene.stateOf(target);
    await server.admin(`alter role ${OWN.name} nocreaterole`);
    try {
      await expect(scene.connector.disable(target, state)).rejects.toMatchObject({
        code: 'DENIED',
        message: expect.stringContaining('README'),
      });
    } finally {
      await server.admin(`alter role ${OWN.name} createrole`);
    }
  });

  test.each([
    ['was renamed', 'alter role $ rename to $_new', /renamed to svc_\d+_new/, 'CONFLICT'],
    ['was dropped and made anew', 'drop role $; create role $ login', /made anew/, 'CONFLICT'],
  ])('is held when the role %s', async (_what, sql, reason, code) => {
    const role = await aRole();
    const scene = connectorFor(server.port);
    const target = await scene.target(role);
    const state = await scene.stateOf(target);
    await server.admin(sql.replaceAll('$', role));

    expect(await scene.connector.locate(target)).toEqual({
      found: 'ambiguous',
      reason: expect.stringMatching(reason),
    });
    await expect(scene.connector.disable(target, state)).rejects.toMatchObject({ code });
  });

  test('is held on another server than the one reviewed', async () => {
    const scene = connectorFor(server.port);
    const target = await scene.target(await aRole());
    const tags = { ...target.reviewed.tags, 'postgres:system-identifier': '7000000000000000001' };

    expect(await scene.connector.locate({ ...target, reviewed: { ...target.reviewed, tags } })).toMatchObject(
      {
        found: 'ambiguous',
        reason: expect.stringContaining('another server'),
      },
    );
  });
});

describe('deleting', () => {
  test('drops a role on which nothing depends, once', async () => {
    const role = await aRole();
    const scene = connectorFor(server.port);
    const target = await scene.target(role);
    const { preImage } = await scene.connector.disable(target, await scene.stateOf(target));

    const { evidence } = await scene.connector.remove(target, preImage);

    expect(evidence[0]).toMatch(/^DROP ROLE in transaction \d+$/);
    expect(await truthOf(server, role)).toBeUndefined();
    expect(await scene.connector.remove(target, preImage)).toEqual({
      evidence: [`role ${role} was gone already`],
    });
  });

  test('is left to a person where something depends, named place by place', async () => {
    const role = await aRole();
    const member = await aRole();
    await server.admin(`create schema authorization ${role}`);
    await server.admin(`grant ${role} to ${member}`);
    const scene = connectorFor(server.port);
    const target = await scene.target(role);
    const { preImage } = await scene.connector.disable(target, await scene.stateOf(target));

    await expect(scene.connector.remove(target, preImage)).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      message: `role ${role} stays, switched off: 1 owned in database postgres; its members ${member}. A person must REASSIGN OWNED or REVOKE first`,
    });
    expect(await truthOf(server, role)).toBeDefined();
  });

  test('is refused when the role may log in again', async () => {
    const role = await aRole();
    const scene = connectorFor(server.port);
    const target = await scene.target(role);
    const { preImage } = await scene.connector.disable(target, await scene.stateOf(target));
    await server.admin(`alter role ${role} login`);

    await expect(scene.connector.remove(target, preImage)).rejects.toMatchObject({
      code: 'ILLEGAL_TRANSITION',
    });
  });
});

describe('restoring', () => {
  test('puts back what others changed of it meanwhile; “none” as infinity, which is the same', async () => {
    const role = await aRole('connection limit 5');
    const scene = connectorFor(server.port);
    const target = await scene.target(role);
    const { preImage } = await scene.connector.disable(target, await scene.stateOf(target));
    await server.admin(`alter role ${role} valid until '2020-01-01' connection limit 0`);

    const { evidence } = await scene.connector.restore(target, preImage);

    expect(evidence[0]).toMatch(/^ALTER ROLE LOGIN VALID UNTIL 'infinity' CONNECTION LIMIT 5 in transaction/);
    expect(await scene.connector.restore(target, preImage)).toEqual({ evidence: ['already as before'] });
  });

  test('does not let in a role that was not let in before', async () => {
    const role = await aRole();
    const scene = connectorFor(server.port);
    const target = await scene.target(role);
    await server.admin(`alter role ${role} nologin`);
    const { preImage, changed } = await scene.connector.disable(target, await scene.stateOf(target));
    const before = await truthOf(server, role);

    await scene.connector.restore(target, preImage);

    expect(changed).toBe(false);
    expect(await truthOf(server, role)).toEqual(before);
  });
});

describe('a server that fails on the way', () => {
  test('is asked again, on a new connection, wherever it broke: the end is the same', async () => {
    const role = await aRole();
    const proxy = await startFaultProxy(server.port);
    const scene = connectorFor(proxy.port);
    const target = await scene.target(role);
    const state = await scene.stateOf(target);
    const from = proxy.calls();
    const first = await scene.connector.disable(target, state);
    const calls = proxy.calls() - from;
    const off = await truthOf(server, role);

    for (let n = 1; n <= calls; n += 1) {
      for (const fault of ['failCall', 'timeoutAfterEffect'] as const) {
        await scene.connector.restore(target, first.preImage);
        proxy[fault](n);

        const { preImage } = await scene.connector.disable(target, state);

        expect(preImage, `${fault} ${n}`).toEqual(first.preImage);
        expect(await truthOf(server, role), `${fault} ${n}`).toEqual(off);
      }
    }
    expect(calls).toBeGreaterThan(8);
    expect(scene.notes.length).toBeGreaterThanOrEqual(2 * calls);
    await proxy.close();
  });

  test('and never answers a commit that took effect is given up in time, and found done', async () => {
    const role = await aRole();
    const proxy = await startFaultProxy(server.port);
    const scene = connectorFor(proxy.port, { statementTimeoutMs: 200, answerWaitMs: 300 });
    const target = await scene.target(role);
    const state = await scene.stateOf(target);
    const session = await server.login(role, PASSWORD);
    const from = proxy.calls();
    const whole = await scene.connector.disable(target, state);
    const calls = proxy.calls() - from;
    await scene.connector.restore(target, whole.preImage);
    await session.end().catch(() => undefined);

    for (let n = 2; n <= calls; n += 1) {
      proxy.neverAnswer(n);
      const { preImage } = await scene.connector.disable(target, state);
      expect(preImage).toEqual(whole.preImage);
      expect(await truthOf(server, role)).toMatchObject({ role: { rolcanlogin: false } });
      await scene.connector.restore(target, preImage);
    }
    expect(scene.notes.some((note) => note.startsWith('commit: '))).toBe(true);
    await proxy.close();
  });

  test('whose row somebody else holds is waited for no longer than a statement may take', async () => {
    const role = await aRole();
    const scene = connectorFor(server.port, { statementTimeoutMs: 150, retryBudget: 1 });
    const target = await scene.target(role);
    const state = await scene.stateOf(target);
    const other = await server.login('postgres');
    await other.query('begin');
    await other.query(`alter role ${role} connection limit 9`);

    await expect(scene.connector.disable(target, state)).rejects.toMatchObject({
      code: 'TIMEOUT',
      retryable: true,
    });
    expect(scene.notes).toHaveLength(1);
    await other.query('rollback');
    await other.end();
    expect(await truthOf(server, role)).toMatchObject({ role: { rolcanlogin: true } });
  });

  test('lets four enforcers of one role come to one end', async () => {
    const role = await aRole();
    const scene = connectorFor(server.port);
    const target = await scene.target(role);
    const state = await scene.stateOf(target);

    const receipts = await Promise.all(
      [1, 2, 3, 4].map(() => connectorFor(server.port).connector.disable(target, state)),
    );

    expect(new Set(receipts.map(({ preImage }) => JSON.stringify(preImage))).size).toBe(1);
    expect(receipts.filter(({ changed }) => changed).length).toBe(1);
  });
});

describe('the way to a server', () => {
  const tls = { sslmode: 'verify-full', host: 'localhost', retryBudget: 0 };

  test('is TLS, when the certificate is of a trusted authority and for that name', async () => {
    const { all } = connectorFor(server.port, { ...tls, ca: server.ca });

    expect((await all()).length).toBeGreaterThan(3);
    const sessions = await server.admin(
      "select 1 from pg_stat_ssl s join pg_stat_activity a using (pid) where a.application_name = 'countersign' and not s.ssl",
    );
    expect(sessions).toEqual([]);
  });

  test.each([
    ['of an authority nobody named', {}, /self-signed|unable to (verify|get)/i],
    ['for another name', { host: '127.0.0.1', named: true }, /altnames|IP/i],
  ])(
    'is refused when the certificate is %s, before anything is sent',
    async (_what, { named, ...changes }: { named?: boolean; host?: string }, message) => {
      const { all, asked } = connectorFor(server.port, {
        ...tls,
        ...(named && { ca: server.ca }),
        ...changes,
      });

      await expect(all()).rejects.toMatchObject({
        code: 'REJECTED',
        retryable: false,
        message: expect.stringMatching(message),
      });
      expect(asked).toEqual([]);
    },
  );

  test('with a wrong password of its own is denied, and the password is not told', async () => {
    const { all } = connectorFor(server.port, { passwordSecret: 'env:WRONG' });

    await expect(all()).rejects.toMatchObject({
      code: 'DENIED',
      retryable: false,
      message: expect.stringContaining('the connector’s own role was refused'),
    });
  });
});
