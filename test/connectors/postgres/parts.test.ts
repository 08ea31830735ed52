import fc from 'fast-check';
import { DatabaseError } from 'pg';
import { describe, expect, it } from 'vitest';
import { readRefusal } from '../../../lib/connectors/postgres/canary.ts';
import { createRightsReader } from '../../../lib/connectors/postgres/rights.ts';
import { readComment } from '../../../lib/connectors/postgres/role-comment.ts';
import {
  nativeIdOf,
  quoteLiteral,
  quoteRole,
  roleNameOf,
} from '../../../lib/connectors/postgres/role-name.ts';
import { RoleRow } from '../../../lib/connectors/postgres/schema.ts';
import { parseTargetState } from '../../../lib/connectors/postgres/target-state.ts';
import { toUpstream } from '../../../lib/connectors/postgres/upstream.ts';
import { RefusedError } from '../../../lib/domain/errors.ts';
import { IdentityId } from '../../../lib/domain/identity/identity-id.ts';

/** Any name PostgreSQL could hold: 1 to 63 bytes, no NUL. */
const anyName = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 63 })
  .filter((name) => name.isWellFormed() && !name.includes('\0') && Buffer.byteLength(name) <= 63);

describe('a role’s name', () => {
  it('comes back from its id, and makes an id, whatever it is', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        expect(roleNameOf(nativeIdOf(name))).toBe(name);
        expect(IdentityId.safeParse(`postgres/db/service-account/${nativeIdOf(name)}`).success).toBe(true);
        expect(nativeIdOf(name)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it('is one quoted identifier as SQL: no quote in it ends it', () => {
    fc.assert(
      fc.property(
        anyName.filter((name) => !name.includes('\uFFFD')),
        (name) => {
          const quoted = quoteRole(name);
          expect(quoted).toMatch(/^"(?:[^"]|"")+"$/s);
          expect(quoted.slice(1, -1).replaceAll('""', '"')).toBe(name);
        },
      ),
    );
  });

  it.each(['', 'a\uFFFDb', 'a\0b'])('that is %j is left to a person', (name) => {
    expect(() => quoteRole(name)).toThrow(RefusedError);
  });

  it('and a literal keep their quotes and backslashes', () => {
    expect(quoteLiteral("it's")).toBe("'it''s'");
    expect(quoteLiteral("\\'; drop")).toBe(" E'\\\\''; drop'");
  });
});

describe('the comment on a role', () => {
  it.each([
    [null, {}],
    ['', {}],
    ['nightly import of invoices', { purpose: 'nightly import of invoices' }],
    ['owner=team-orders; ticket=OPS-12', { owner: 'team-orders', ticket: 'OPS-12' }],
    ['Technical_Owner = ana@example.com\nENV=prod', { 'technical-owner': 'ana@example.com', env: 'prod' }],
    ['__proto__=x; owner=a', { owner: 'a' }],
    [`owner=${'x'.repeat(9_999)}`, { owner: 'x'.repeat(512) }],
  ])('%j says %j', (comment, fields) => {
    expect(readComment(comment)).toEqual(fields);
  });
});

function roles(...rows: (Partial<RoleRow> & { rolname: string })[]): ReadonlyMap<string, RoleRow> {
  return new Map(rows.map((row) => [row.rolname, RoleRow.parse({ rolcanlogin: true, ...row })]));
}

describe('what a role may do', () => {
  const context = { memberships: [], rights: undefined, version: 15, database: 'app' };
  const member = (role: string, of: string, usable = true) => ({
    role: of,
    member: role,
    admin_option: false,
    usable,
  });

  it.each([
    [15, 'yes'],
    [16, 'no'],
    [undefined, 'yes'],
  ])('with CREATEROLE on version %s, is administrator: %s', (version, admin) => {
    const all = roles({ rolname: 'maker', rolcreaterole: true });

    expect(createRightsReader({ ...context, roles: all, version }).of(all.get('maker')!).admin).toBe(admin);
  });

  it('reaches through memberships of memberships, in circles too, but not where one is not usable', () => {
    const all = roles({ rolname: 'a' }, { rolname: 'b' }, { rolname: 'boss', rolsuper: true });
    const chain = [member('a', 'b'), member('b', 'a'), member('b', 'boss')];
    const reader = createRightsReader({ ...context, roles: all, memberships: chain });
    const cut = createRightsReader({
      ...context,
      roles: all,
      memberships: [member('a', 'b'), member('b', 'boss', false)],
    });

    expect(reader.of(all.get('a')!)).toMatchObject({ admin: 'yes', adminReason: 'SUPERUSER through boss' });
    expect(cut.of(all.get('a')!)).toMatchObject({ admin: 'no', policies: [{ name: 'b', via: 'group' }] });
    expect(cut.of(all.get('b')!).trust.map(({ principal }) => principal)).toEqual(['Role:a']);
  });

  it('reaches what it may grant to itself, without being trusted as a member for it', () => {
    const all = roles({ rolname: 'a' }, { rolname: 'boss', rolsuper: true });
    const memberships = [{ ...member('a', 'boss', false), admin_option: true }];
    const reader = createRightsReader({ ...context, roles: all, memberships, version: 18 });

    expect(reader.of(all.get('a')!).admin).toBe('yes');
    expect(reader.of(all.get('boss')!).trust).toEqual([]);
  });

  it.each(['pg_execute_server_program', 'pg_write_server_files', 'pg_read_server_files'])(
    'through %s reaches the whole server',
    (group) => {
      const all = roles({ rolname: 'a' }, { rolname: group });
      const reader = createRightsReader({ ...context, roles: all, memberships: [member('a', group)] });

      expect(reader.of(all.get('a')!).admin).toBe('yes');
    },
  );

  const rightsOf = (...changes: { database: string | null; owns: boolean }[]) => ({
    dependencies: changes.map((change) => ({ role: 'a', objects: 1, ...change })),
    databases: [],
    grants: [],
  });

  it.each([
    ['nothing', rightsOf(), 'none'],
    [
      'a grant to read here',
      { ...rightsOf({ database: 'app', owns: false }), grants: [{ role: 'a', writes: false }] },
      'read',
    ],
    [
      'a grant to write here',
      { ...rightsOf({ database: 'app', owns: false }), grants: [{ role: 'a', writes: true }] },
      'write',
    ],
    ['a grant elsewhere', rightsOf({ database: 'other', owns: false }), 'unknown'],
    ['an object of its own elsewhere', rightsOf({ database: 'other', owns: true }), 'write'],
    ['a database of its own', { ...rightsOf(), databases: [{ database: 'app', owner: 'a' }] }, 'write'],
  ])('with %s is of level %s', (_what, rights, level) => {
    const all = roles({ rolname: 'a' });

    expect(createRightsReader({ ...context, roles: all, rights }).of(all.get('a')!).level).toBe(level);
  });
});

function fatal(code: string, routine: string, message = 'said so'): DatabaseError {
  return Object.assign(new DatabaseError(message, message.length, 'error'), {
    code,
    routine,
    severity: 'FATAL',
  });
}

describe('a refused login', () => {
  it.each([
    ['refused', fatal('28000', 'InitializeSessionUserId')],
    // What pg_hba.conf and peer answer is 28000 as well.
    ['inconclusive', fatal('28000', 'ClientAuthentication')],
    ['inconclusive', fatal('28000', 'auth_failed')],
    ['inconclusive', fatal('28P01', 'auth_failed')],
    ['inconclusive', fatal('53300', 'InitializeSessionUserId')],
    ['inconclusive', new Error('Connection terminated unexpectedly')],
  ])('is %s for %s', (ended, error) => {
    expect(readRefusal(error)).toMatchObject({ ended });
  });
});

describe('a failure of the server', () => {
  it.each([
    ['42501', 'DENIED', false],
    ['28P01', 'DENIED', false],
    ['57014', 'TIMEOUT', true],
    ['55P03', 'TIMEOUT', true],
    ['53300', 'THROTTLED', true],
    ['57P01', 'UNAVAILABLE', true],
    ['08006', 'UNAVAILABLE', true],
    ['40P01', 'UNAVAILABLE', true],
    ['25006', 'REJECTED', false],
    ['42601', 'REJECTED', false],
  ])('with SQLSTATE %s is %s, retryable: %s', (state, code, retryable) => {
    expect(toUpstream(fatal(state, 'any'), 'alter role')).toMatchObject({ code, retryable });
  });

  it('that two ALTER ROLE at once cause passes', () => {
    expect(toUpstream(fatal('XX000', 'simple_heap_update'), 'alter role')).toMatchObject({ retryable: true });
    expect(toUpstream(fatal('XX000', 'elsewhere'), 'alter role')).toMatchObject({ retryable: false });
  });
});

describe('a recorded state', () => {
  it('that this connector did not write is not acted on', () => {
    expect(() => parseTargetState({ target: 'user' })).toThrow(/not one the postgres connector wrote/);
  });
});
