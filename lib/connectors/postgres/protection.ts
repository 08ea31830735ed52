// Roles that are reviewed but never switched off from here, and why.
import type { RoleRow } from './schema.ts';

/** Oid of the role that initdb made: it owns the database cluster. (BOOTSTRAP_SUPERUSERID in pg_authid.dat) */
const CLUSTER_OWNER = '10';

/** Roles through which a provider of managed servers administers them. */
const MANAGED = new Set([
  'rds_superuser',
  'rdsadmin',
  'cloudsqlsuperuser',
  'cloudsqladmin',
  'azure_pg_admin',
  'azuresu',
  'alloydbsuperuser',
]);

/** Whether a role administers a managed server, or is one its provider made. */
export function administersManaged(roleName: string): boolean {
  return MANAGED.has(roleName);
}

/**
 * Why a role is protected; undefined when it is not.
 * @param own whether Countersign itself works as it
 * @param groups roles it has the privileges of
 */
export function protectionOf(
  role: Pick<RoleRow, 'oid' | 'rolname' | 'rolsuper' | 'rolreplication'>,
  own: boolean,
  groups: Iterable<string>,
): string | undefined {
  if (role.oid === CLUSTER_OWNER) return 'it owns the database cluster';
  if (role.rolsuper) return 'it is a superuser';
  if (role.rolname.startsWith('pg_')) return 'names that begin with pg_ are PostgreSQL’s own';
  if (role.rolreplication) return 'it may replicate: standbys and backups depend on such roles';
  if (own) return 'Countersign itself works with it';
  const managed = [role.rolname, ...groups].find(administersManaged);
  return managed === undefined ? undefined : `it administers the managed server (${managed})`;
}
