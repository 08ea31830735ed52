// Rows of PostgreSQL's catalogs: only the columns needed, so that a password's hash in a recorded row goes no further.
import * as z from 'zod';

const Oid = z.union([z.string().regex(/^\d+$/), z.int().nonnegative()]).transform(String);
const Names = z.array(z.string());
const Attribute = z.boolean().default(false);

/** A row of pg_roles. https://www.postgresql.org/docs/15/view-pg-roles.html */
export const RoleRow = z.object({
  /** Recordings may lack it. */
  oid: Oid.optional(),
  rolname: z.string().min(1),
  rolcanlogin: z.boolean(),
  rolsuper: Attribute,
  rolcreaterole: Attribute,
  rolcreatedb: Attribute,
  rolreplication: Attribute,
  rolbypassrls: Attribute,
  rolconnlimit: z.int().default(-1),
  rolvaliduntil: z
    .string()
    .nullish()
    .transform((text) => text ?? null),
  /** Comment on the role. */
  comment: z
    .string()
    .nullish()
    .transform((text) => text ?? null),
  /** Names of the settings made for it; their values may be secrets and are not read. */
  settings: Names.nullish().transform((names) => names ?? []),
});
export type RoleRow = z.infer<typeof RoleRow>;

/** A row of pg_auth_members, by name. https://www.postgresql.org/docs/15/catalog-pg-auth-members.html */
export const MembershipRow = z.object({
  role: z.string().min(1),
  member: z.string().min(1),
  admin_option: Attribute,
  /** PostgreSQL 16 has memberships that give nothing but the right to grant them. */
  usable: z.boolean().default(true),
});
export type MembershipRow = z.infer<typeof MembershipRow>;

/** What a role owns or was granted in one database, from pg_shdepend. Without a database: shared by all. */
export const DependencyRow = z.object({
  role: z.string(),
  database: z.string().nullable(),
  owns: z.boolean(),
  objects: z.int(),
});
export type DependencyRow = z.infer<typeof DependencyRow>;

/** Whether a role may change anything in the database that was connected to. */
export const GrantRow = z.object({ role: z.string(), writes: z.boolean() });
export type GrantRow = z.infer<typeof GrantRow>;

/** A database and who owns it. */
export const DatabaseRow = z.object({ database: z.string(), owner: z.string() });
export type DatabaseRow = z.infer<typeof DatabaseRow>;

/** Sessions of one role from one place, from pg_stat_activity. */
export const SessionRow = z.object({
  role: z.string(),
  application: z.string().nullable(),
  address: z.string().nullable(),
  database: z.string().nullable(),
  sessions: z.int(),
  /** Null where who works as the connector may not see it. */
  active_at: z.string().nullable(),
});
export type SessionRow = z.infer<typeof SessionRow>;

/** A server, and as whom it was asked. */
export const AboutRow = z.object({
  version: z.string(),
  database: z.string(),
  session_user: z.string(),
  current_user: z.string(),
  is_standby: z.boolean(),
});
export type AboutRow = z.infer<typeof AboutRow>;

/** One role as it is looked at before, while and after it is switched. */
export const TargetRow = RoleRow.extend({ oid: Oid });
export type TargetRow = z.infer<typeof TargetRow>;

/** A recorded file: rows alone, or with the query and the server they came from. */
export const RecordedFile = z.union([
  z.array(z.unknown()).transform((rows) => ({ rows, server: undefined })),
  z.object({ rows: z.array(z.unknown()), server: z.string().optional() }),
]);
