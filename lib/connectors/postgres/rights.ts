// What a role may do, its own and through membership, in a summary a reviewer can read.
import type { Entitlements, PrivilegeLevel } from '../../domain/identity/entitlement.ts';
import { administersManaged } from './protection.ts';
import { nativeIdOf } from './role-name.ts';
import type { MembershipRow, RoleRow } from './schema.ts';
import type { RightsRows } from './source.ts';

/** Everything a verdict on rights needs, by role name. */
export interface RightsContext {
  readonly roles: ReadonlyMap<string, RoleRow>;
  /** Undefined: not read. */
  readonly memberships: readonly MembershipRow[] | undefined;
  readonly rights: RightsRows | undefined;
  /** Major version of the server. */
  readonly version: number | undefined;
  /** The database that grants were read in. */
  readonly database: string | undefined;
}

/** Entitlements of each role. */
export interface RightsReader {
  of(role: RoleRow): Entitlements;
  /** Roles whose privileges a role has, directly or not. */
  groupsOf(roleName: string): readonly string[];
}

/** Members of these reach the server's files and programs, and through them everything. */
const SERVER_ROLES = new Set(['pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files']);
const WRITING_ROLES = new Set(['pg_write_all_data']);
const READING_ROLES = new Set(['pg_read_all_data']);

/** Makes a reader of entitlements. */
export function createRightsReader(context: RightsContext): RightsReader {
  const memberships = context.memberships ?? [];
  // Who may grant a role may grant it to themselves.
  const reachable = memberships.filter(({ usable, admin_option }) => usable || admin_option);
  const groups = Map.groupBy(reachable, ({ member }) => member);
  const members = Map.groupBy(
    memberships.filter(({ usable }) => usable),
    ({ role }) => role,
  );
  const owned = Map.groupBy(context.rights?.dependencies ?? [], ({ role }) => role);
  const databases = Map.groupBy(context.rights?.databases ?? [], ({ owner }) => owner);
  const grants = new Map((context.rights?.grants ?? []).map(({ role, writes }) => [role, writes]));

  const groupsOf = (roleName: string): readonly string[] => {
    const found = new Set<string>();
    const ahead = [roleName];
    for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
      for (const { role } of groups.get(next) ?? []) {
        if (found.has(role) || role === roleName) continue;
        found.add(role);
        ahead.push(role);
      }
    }
    return [...found].sort();
  };
  return {
    groupsOf,
    of(role) {
      const inside = groupsOf(role.rolname);
      const all = [role, ...inside.flatMap((name) => context.roles.get(name) ?? [])];
      const names = [role.rolname, ...inside];
      const places = names.flatMap((name) => placesOf(owned.get(name) ?? [], databases.get(name) ?? []));
      const admin = adminOf(all, inside, context);
      const level = levelOf(all, names, { admin: admin.admin, places, grants, context });
      return {
        level,
        ...admin,
        services: admin.admin === 'yes' ? ['*'] : [...new Set(places.map(({ place }) => place))].sort(),
        policies: [
          ...attributesOf(role).map((name) => ({ name, via: 'inline' as const })),
          ...inside.map((name) => ({ name: nativeIdOf(name), via: 'group' as const })),
          ...[...new Set(places.map(({ name }) => name))]
            .sort()
            .map((name) => ({ name, via: 'grant' as const })),
        ],
        // Whoever is a member has what the role has, whether the role itself may log in or not.
        trust: (members.get(role.rolname) ?? [])
          .map(({ member }) => `Role:${nativeIdOf(member)}`)
          .sort()
          .map((principal) => ({ principal, external: false, wildcard: false, conditions: [] })),
      };
    },
  };
}

interface Place {
  readonly name: string;
  readonly place: string;
  readonly owns: boolean;
}

function placesOf(
  dependencies: readonly { readonly database: string | null; readonly owns: boolean }[],
  databases: readonly { readonly database: string }[],
): Place[] {
  return [
    ...databases.map(({ database }) => ({
      name: `owner of database ${database}`,
      place: database,
      owns: true,
    })),
    ...dependencies.flatMap(({ database, owns }) =>
      database === null
        ? []
        : [{ name: `${owns ? 'owner of objects' : 'privileges'} in ${database}`, place: database, owns }],
    ),
  ];
}

const ATTRIBUTES = [
  ['rolsuper', 'SUPERUSER'],
  ['rolcreaterole', 'CREATEROLE'],
  ['rolcreatedb', 'CREATEDB'],
  ['rolreplication', 'REPLICATION'],
  ['rolbypassrls', 'BYPASSRLS'],
] as const;

function attributesOf(role: RoleRow): string[] {
  return ATTRIBUTES.flatMap(([column, name]) => (role[column] ? [name] : []));
}

/** Whether it can make itself master of the server. */
function adminOf(
  all: readonly RoleRow[],
  groups: readonly string[],
  { memberships, version }: RightsContext,
): Pick<Entitlements, 'admin' | 'adminReason'> {
  const yes = (adminReason: string) => ({ admin: 'yes' as const, adminReason });
  const by = ({ rolname }: RoleRow) => (rolname === all[0]?.rolname ? '' : ` through ${nativeIdOf(rolname)}`);
  const superuser = all.find(({ rolsuper }) => rolsuper);
  if (superuser) return yes(`SUPERUSER${by(superuser)}`);
  const server = groups.find((name) => SERVER_ROLES.has(name));
  if (server !== undefined) return yes(`member of ${server}, which reaches the server’s files and programs`);
  const managed = groups.find(administersManaged);
  if (managed !== undefined) return yes(`member of ${managed}, which administers the managed server`);
  const maker = all.find(({ rolcreaterole }) => rolcreaterole);
  if (maker && (version === undefined || version < 16)) {
    return yes(`CREATEROLE${by(maker)}: before PostgreSQL 16 it grants itself any role that is no superuser`);
  }
  if (memberships === undefined) {
    return { admin: 'unknown', adminReason: 'who is a member of what was not read' };
  }
  return {
    admin: 'no',
    adminReason: 'no superuser, no CREATEROLE that reaches further, no role of the server’s files',
  };
}

function levelOf(
  all: readonly RoleRow[],
  names: readonly string[],
  seen: {
    readonly admin: Entitlements['admin'];
    readonly places: readonly Place[];
    readonly grants: ReadonlyMap<string, boolean>;
    readonly context: RightsContext;
  },
): PrivilegeLevel {
  const { admin, places, grants, context } = seen;
  if (admin === 'yes') return 'admin';
  const writes =
    all.some(({ rolcreatedb, rolcreaterole }) => rolcreatedb || rolcreaterole) ||
    names.some((name) => WRITING_ROLES.has(name) || grants.get(name) === true) ||
    places.some(({ owns }) => owns);
  if (writes) return 'write';
  // Elsewhere it is known that something was granted, not what.
  const elsewhere = places.some(({ place }) => place !== context.database);
  if (context.rights === undefined || context.memberships === undefined || elsewhere) return 'unknown';
  const reads =
    all.some(({ rolreplication }) => rolreplication) ||
    names.some((name) => READING_ROLES.has(name) || grants.has(name)) ||
    places.length > 0;
  return reads ? 'read' : 'none';
}
