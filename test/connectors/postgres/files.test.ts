import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectorModule } from '../../../lib/connectors/registry.ts';
import { Identity } from '../../../lib/domain/identity/identity.ts';
import { instantOf } from '../../../lib/domain/time.ts';

const recorded = (name: string) => join(import.meta.dirname, '..', '..', 'fixtures', 'postgres', name);
const now = instantOf(Date.UTC(2026, 10, 22));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-postgres-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function read(from: readonly string[], settings: Readonly<Record<string, unknown>> = {}) {
  const raw: string[] = [];
  const connector = connectorModule('postgres').create(
    { from, ...settings },
    {
      clock: { now: () => now },
      note: () => undefined,
      keepRaw: (_name, chunk) => void raw.push(Buffer.from(chunk).toString()),
    },
  );
  const collection = connector.collect();
  const identities: Identity[] = [];
  for await (const identity of collection.identities) identities.push(Identity.parse(identity));
  return { connector, identities, report: collection.report(), raw: raw.join('') };
}

describe('recorded rows of a server', () => {
  it('are its login roles, with what the rows say and no more', async () => {
    const { identities, report } = await read([recorded('roles.json'), recorded('role-members.json')]);
    const named = (name: string) => identities.find((identity) => identity.name === name);

    expect(identities.map(({ name }) => name)).toEqual([
      'app_orders',
      'ci_deploy',
      'grafana',
      'legacy_batch',
      'postgres',
      'replica',
      'svc-with-dash@corp',
      'svc_etl_prod',
    ]);
    expect(report).toMatchObject({
      scope: 'recorded-server',
      completeness: 'complete',
      identities: 8,
      credentials: 8,
    });
    expect(named('app_orders')).toMatchObject({
      identityId: 'postgres/recorded-server/service-account/app_orders',
      approval: { known: true, value: 'OPS-12', source: 'comment on the role (ticket)' },
      ownerHints: [{ role: 'accountable', value: 'team-orders' }],
      consumers: { known: false },
      lastUse: { state: 'unknown' },
      tags: { 'postgres:oid': '16384', 'postgres:connection-limit': '20' },
      protection: { protected: false },
    });
    expect(named('grafana')?.entitlements.policies).toEqual([{ name: 'readonly', via: 'group' }]);
    expect(named('legacy_batch')?.credentials[0]).toMatchObject({
      status: 'expired',
      expiresAt: { value: '2020-01-01T00:00:00.000Z' },
    });
    expect(named('ci_deploy')?.entitlements).toMatchObject({ level: 'write', admin: 'no' });
    expect(named('app_orders')?.entitlements.level).toBe('unknown');
    expect(named('postgres')).toMatchObject({
      entitlements: { admin: 'yes', adminReason: 'SUPERUSER' },
      protection: { protected: true, reason: 'it owns the database cluster' },
    });
    expect(named('replica')?.protection.reason).toMatch(/^it may replicate/);
  });

  it('say what is missing without memberships, and that nothing is known of sessions', async () => {
    const { identities, report } = await read([recorded('roles.json')]);

    expect(identities.find(({ name }) => name === 'grafana')?.entitlements.admin).toBe('unknown');
    expect(report.gaps.join('\n')).toMatch(/no recorded memberships/);
    expect(report.gaps.join('\n')).toMatch(/who is connected/);
  });

  it('may be a list alone, with numbers as oids, few columns and unknown ones; hashes go no further', async () => {
    const hash = 'SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy';
    const path = await written('list.json', [
      { oid: 16384, rolname: 'a', rolcanlogin: true, rolpassword: hash, rolvaliduntil: 'infinity' },
      { rolname: 'b', rolcanlogin: true, rolvaliduntil: '-infinity' },
    ]);

    const { identities, raw } = await read([path], { system: 'billing' });

    expect(identities.map(({ identityId }) => identityId)).toEqual([
      'postgres/billing/service-account/a',
      'postgres/billing/service-account/b',
    ]);
    expect(identities.map(({ credentials }) => credentials[0]?.status)).toEqual(['unknown', 'expired']);
    expect(raw).toContain('"rolname":"a"');
    expect(raw + JSON.stringify(identities)).not.toContain('SCRAM');
  });

  it.each([
    ['not JSON', '{"rows": [', 'MALFORMED_JSON', /broken\.json: not JSON/],
    ['no rows', '{"roles": []}', 'MALFORMED_FILE', /broken\.json: neither a list of rows/],
    ['rows of something else', '[{"Arn": "x"}]', 'MALFORMED_FILE', /broken\.json: neither rows of pg_roles/],
    ['a row that is wrong', '[{"rolname":"a","rolcanlogin":"yes"}]', 'MALFORMED_FILE', /row 1: rolcanlogin/],
    [
      'a role twice',
      '[{"rolname":"a","rolcanlogin":true},{"rolname":"a","rolcanlogin":true}]',
      'MALFORMED_FILE',
      /"a" is there twice/,
    ],
    ['memberships alone', '[{"role":"a","member":"b"}]', 'MALFORMED_FILE', /no rows of pg_roles/],
  ])('are refused when they are %s, naming file and row', async (_what, content, code, message) => {
    const path = await written('broken.json', content);

    await expect(read([path])).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('can be reviewed, and not switched off: there is no server', async () => {
    const { connector, identities } = await read([recorded('roles.json')]);
    const reviewed = identities[0]!;
    const target = { identityId: reviewed.identityId, credentialId: undefined, reviewed };

    await expect(connector.locate(target)).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  });
});
