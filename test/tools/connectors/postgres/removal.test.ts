// From an owner's answer to a refused login and back: the whole process over a real server.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plusDays } from '../../../../lib/domain/time.ts';
import { connectorFor, makeOwnRole, PASSWORD } from '../../../support/postgres/scene.ts';
import { type PostgresServer, startPostgres } from '../../../support/postgres/start-postgres.ts';
import { answer, bringBack, itemRef, storedItem, storedRemoval } from '../../../support/reviews.ts';
import { targetSystem } from '../../../support/target-system.ts';
import { MONDAY, type World, world } from '../../../support/world.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
  await makeOwnRole(server);
});

afterAll(async () => {
  await server.stop();
});

async function loginOf(role: string): Promise<string> {
  try {
    const client = await server.login(role, PASSWORD);
    await client.end();
    return 'let in';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

/** A world whose one system is the server. */
async function reviewOf(...roles: string[]) {
  for (const role of roles) {
    await server.admin(`create role ${role} login password '${PASSWORD}'`);
    await server.admin(`comment on role ${role} is 'owner=ada@acme.example'`);
  }
  let w: World | undefined;
  const now = () => w?.clock.now() ?? MONDAY;
  const canaries = roles.map((role) => ({ role, passwordSecret: 'env:ROLE' }));
  const { connector, target } = connectorFor(server.port, { canaries }, now);
  w = await world({ identities: [], target: { ...targetSystem([], { now }), connector } });
  return { w, target };
}

test('what its owner revokes is switched off, seen refused, watched, and brought back exactly', async () => {
  const { w, target } = await reviewOf('svc_import');
  const session = await server.login('svc_import', PASSWORD);
  const campaign = await w.open();
  const ref = itemRef(campaign, await target('svc_import'));

  await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'the import has moved' });
  await w.until(plusDays(MONDAY, 2));

  const off = await storedRemoval(w, ref);
  expect(off).toMatchObject({ state: 'quarantined', verification: { level: 'refused' } });
  expect(off.verification?.reasons.join('\n')).toContain('SQLSTATE 28000');
  expect(
    await session.query('select 1').then(
      () => 'open',
      () => 'ended',
    ),
  ).toBe('ended');
  expect(await loginOf('svc_import')).toBe('28000');

  await bringBack(w, ref, off.removalId, 'ada');

  expect((await storedRemoval(w, ref)).state).toBe('restored');
  expect(await loginOf('svc_import')).toBe('let in');
});

test('what is used although it was shown as of unknown use is held, and stays on', async () => {
  const { w, target } = await reviewOf('svc_report');
  const campaign = await w.open();
  const ref = itemRef(campaign, await target('svc_report'));
  await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'nobody knows it' });
  const session = await server.login('svc_report', PASSWORD);

  await w.until(plusDays(MONDAY, 2));

  expect(await storedRemoval(w, ref)).toMatchObject({
    state: 'held',
    holds: [
      { code: 'contradiction', cause: expect.stringContaining('shown as of unknown use, but was used') },
    ],
  });
  expect(
    await session.query('select 1').then(
      () => 'open',
      () => 'ended',
    ),
  ).toBe('open');
  await session.end();
});

test('what somebody switches on again in quarantine is drift, and is asked about again', async () => {
  const { w, target } = await reviewOf('svc_sync');
  const campaign = await w.open();
  const ref = itemRef(campaign, await target('svc_sync'));
  await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'gone' });
  await w.until(plusDays(MONDAY, 2));
  expect(await storedRemoval(w, ref)).toMatchObject({ state: 'quarantined' });

  await server.admin('alter role svc_sync login');
  await w.until(plusDays(MONDAY, 4));

  expect(await storedRemoval(w, ref)).toMatchObject({
    verification: { level: 'failed', reasons: ['role svc_sync may log in again'] },
    driftedAt: expect.any(String),
  });
  expect((await storedItem(w, ref)).state).toBe('open');
  expect(w.sent.some(({ body }) => body.purpose === 'drift')).toBe(true);
});
