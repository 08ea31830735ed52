// A real server, real logins: what switching off does, and how it is told from what only looks like it.
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectorFor, makeOwnRole, PASSWORD, quoted, truthOf } from '../../../support/postgres/scene.ts';
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

/** A login role of its own for each test. */
async function aRole(options = ''): Promise<string> {
  made += 1;
  const name = `svc_${made}`;
  await server.admin(`create role ${name} login password '${PASSWORD}' ${options}`);
  return name;
}

/** How a login with the right password ends: `let in`, or the SQLSTATE. */
async function loginOf(role: string, password = PASSWORD): Promise<string> {
  try {
    const client = await server.login(role, password);
    await client.end();
    return 'let in';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

/** Whether a session still answers. */
async function isOpen(client: Client): Promise<boolean> {
  return client.query('select 1').then(
    () => true,
    () => false,
  );
}

describe('a login role that is switched off', () => {
  test('is let in before; its sessions end, its next login is refused with 28000; restored, it is let in again', async () => {
    const role = await aRole();
    const scene = connectorFor(server.port, { canaries: [{ role, passwordSecret: 'env:ROLE' }] });
    const target = await scene.target(role);
    const sessions = [await server.login(role, PASSWORD), await server.login(role, PASSWORD)];
    expect(await loginOf(role)).toBe('let in');

    const { preImage, changed, evidence } = await scene.connector.disable(
      target,
      await scene.stateOf(target),
    );

    expect(changed).toBe(true);
    expect(evidence[0]).toMatch(/^ALTER ROLE NOLOGIN in transaction \d+$/);
    expect(evidence.filter((line) => /^ended session \d+ \(.* from 127\.0\.0\.1\)$/.test(line))).toHaveLength(
      2,
    );
    expect(await Promise.all(sessions.map(isOpen))).toEqual([false, false]);
    expect(await loginOf(role)).toBe('28000');
    expect(await scene.connector.verify(target, preImage, scene.now())).toMatchObject({
      level: 'refused',
      drifted: false,
      reasons: [
        `role ${role} read back NOLOGIN; no session is open on this server`,
        `login refused with SQLSTATE 28000: role "${role}" is not permitted to log in`,
      ],
    });

    await scene.connector.restore(target, preImage);

    expect(await loginOf(role)).toBe('let in');
    expect(await scene.connector.verify(target, preImage, scene.now())).toMatchObject({
      level: 'failed',
      drifted: true,
      reasons: [`role ${role} may log in again`],
    });
  });

  test.each([
    [
      'a wrong password',
      { passwordSecret: 'env:WRONG' },
      'alter role $ nologin',
      /28P01, which proves nothing/,
    ],
    [
      'an expired password',
      { passwordSecret: 'env:ROLE' },
      "alter role $ valid until '2020-01-01'",
      /28P01, which proves nothing/,
    ],
    ['no password where one is asked for', {}, 'alter role $ nologin', /settings name no secret/],
  ])('is confirmed, not refused, when the canary is stopped by %s', async (_what, canary, sql, reason) => {
    const role = await aRole();
    const scene = connectorFor(server.port, { canaries: [{ role, ...canary }] });
    const target = await scene.target(role);
    const { preImage } = await scene.connector.disable(target, await scene.stateOf(target));
    await server.admin(sql.replace('$', role));

    const { level, reasons } = await scene.connector.verify(target, preImage, scene.now());

    expect(level).toBe('confirmed');
    expect(reasons.join('\n')).toMatch(reason);
  });

  test('is confirmed where no canary is held, and that is said', async () => {
    const role = await aRole();
    const scene = connectorFor(server.port);
    const target = await scene.target(role);
    const { preImage } = await scene.connector.disable(target, await scene.stateOf(target));

    const { level, reasons } = await scene.connector.verify(target, preImage, scene.now());

    expect(level).toBe('confirmed');
    expect(reasons).toContain('no login was tried: no canary is held for this role');
  });

  test('is refused without a password too, where the server trusts this machine', async () => {
    const role = await aRole();
    const bySocket = { host: server.socketFolder, passwordSecret: undefined, canaries: [{ role }] };
    const scene = connectorFor(server.port, bySocket);
    const target = await scene.target(role);
    const { preImage } = await scene.connector.disable(target, await scene.stateOf(target));

    const { level, reasons } = await scene.connector.verify(target, preImage, scene.now());

    expect(level).toBe('refused');
    expect(reasons.join('\n')).toContain('28000');
    expect(scene.asked).toEqual([]);
  });

  test('that a client logs in to again and again has no session left at the end', async () => {
    const role = await aRole();
    const scene = connectorFor(server.port);
    const target = await scene.target(role);
    const state = await scene.stateOf(target);
    const clients: Client[] = [];
    const stop = new AbortController();
    const again = async (): Promise<void> => {
      while (!stop.signal.aborted) {
        const client = await server.login(role, PASSWORD).catch(() => undefined);
        if (client) clients.push(client);
      }
    };
    const trying = [again(), again()];

    const { preImage } = await scene.connector.disable(target, state);
    const verified = await scene.connector.verify(target, preImage, scene.now());
    stop.abort();
    await Promise.all(trying);

    expect(clients.length).toBeGreaterThan(0);
    expect(verified.level).toBe('confirmed');
    expect((await Promise.all(clients.map(isOpen))).includes(true)).toBe(false);
  });

  test('with a session that was opened behind our back is not called off', async () => {
    const role = await aRole();
    const scene = connectorFor(server.port);
    const target = await scene.target(role);
    const { preImage } = await scene.connector.disable(target, await scene.stateOf(target));
    await server.admin(`alter role ${role} login`);
    const session = await server.login(role, PASSWORD);
    await server.admin(`alter role ${role} nologin`);

    const found = await scene.connector.verify(target, preImage, scene.now());
    const again = await scene.connector.disable(target, await scene.stateOf(target));

    expect(found).toMatchObject({ level: 'failed', drifted: false });
    expect(found.reasons).toContain('sessions still open: 1 (an unnamed application from 127.0.0.1)');
    expect(again).toMatchObject({ changed: true });
    expect(await isOpen(session)).toBe(false);
    expect((await scene.connector.verify(target, preImage, scene.now())).level).toBe('confirmed');
  });

  test('names who still acts with its privileges, and who does so only since', async () => {
    const role = await aRole();
    const [before, since] = [await aRole(), await aRole()];
    await server.admin(`grant ${role} to ${before}`);
    const scene = connectorFor(server.port);
    const target = await scene.target(role);
    const { preImage } = await scene.connector.disable(target, await scene.stateOf(target));
    await server.admin(`grant ${before} to ${since}`);

    const { level, reasons } = await scene.connector.verify(target, preImage, scene.now());

    expect(level).toBe('confirmed');
    expect(reasons).toContain(
      `a new way to its privileges since it was switched off: membership of ${since} (SET ROLE)`,
    );
    expect(reasons).toContain(`not cut: members act with its privileges by SET ROLE: ${before}`);
  });

  test('and renamed or dropped by somebody is off, and nobody logs in to see', async () => {
    const [renamed, dropped] = [await aRole(), await aRole()];
    const scene = connectorFor(server.port, {
      canaries: [renamed, dropped].map((role) => ({ role, passwordSecret: 'env:ROLE' })),
    });
    const reasons = [];
    for (const [role, sql] of [
      [renamed, `alter role ${renamed} rename to ${renamed}_old`],
      [dropped, `drop role ${dropped}`],
    ] as const) {
      const target = await scene.target(role);
      const { preImage } = await scene.connector.disable(target, await scene.stateOf(target));
      await server.admin(sql);
      const verified = await scene.connector.verify(target, preImage, scene.now());
      expect(verified).toMatchObject({ level: 'confirmed', drifted: false });
      reasons.push(...verified.reasons);
    }

    expect(reasons).toEqual([
      `role ${renamed}, now named ${renamed}_old read back NOLOGIN; no session is open on this server`,
      `role ${dropped} no longer exists; no session is open on this server`,
    ]);
    expect(scene.asked).not.toContain('env:ROLE');
  });

  test('and made anew under its name is drift', async () => {
    const role = await aRole();
    const scene = connectorFor(server.port);
    const target = await scene.target(role);
    const { preImage } = await scene.connector.disable(target, await scene.stateOf(target));
    await server.admin(`drop role ${role}`);
    await server.admin(`create role ${role} login`);

    expect(await scene.connector.verify(target, preImage, scene.now())).toMatchObject({
      level: 'failed',
      drifted: true,
      reasons: [`role ${role} was made anew and may log in`],
    });
    await expect(scene.connector.restore(target, preImage)).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

/** Names that try to be something else; up to 63 bytes each. */
const HOSTILE = [
  'svc-with-dash@corp',
  'Robert"; drop role bystander; --',
  '"',
  '""',
  "it's \\' a \\ name",
  'two\nlines\r\tand\u001b[31m a colour',
  'public" nosuperuser',
  'current_user',
  'percent%41%2F/slash',
  'right‮to‬left\u200b',
  'тест-роль-с-кириллицей-6',
  '🔑'.repeat(15),
  'x'.repeat(63),
  ' leading and trailing ',
  '$1',
  '__proto__',
];

describe('a role whose name is hostile', () => {
  test.each(HOSTILE)('%j is collected, switched off and restored, and nothing else is', async (name) => {
    await server.admin('create role bystander login');
    await server.admin(`create role ${quoted(name)} login password '${PASSWORD}' connection limit 3`);
    const scene = connectorFor(server.port);
    const identity = (await scene.all()).find(
      ({ tags, nativeId }) => tags['postgres:oid'] && decodeURIComponent(nativeId) === name,
    )!;
    const target = { identityId: identity.identityId, credentialId: undefined, reviewed: identity };
    const [before, bystander] = [await truthOf(server, name), await truthOf(server, 'bystander')];
    expect(before).toBeDefined();

    const { preImage } = await scene.connector.disable(target, await scene.stateOf(target));

    expect(await loginOf(name)).toBe('28000');
    expect(await truthOf(server, name)).not.toEqual(before);
    await scene.connector.restore(target, preImage);
    expect(await truthOf(server, name)).toEqual(before);
    expect(await truthOf(server, 'bystander')).toEqual(bystander);
    await scene.connector.disable(target, await scene.stateOf(target));
    await scene.connector.remove(target, preImage);
    expect(await truthOf(server, name)).toBeUndefined();
    await server.admin('drop role bystander');
  });
});
