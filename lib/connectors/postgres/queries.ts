// What is asked of the server. search_path is pg_catalog; text comes as text, and oids as text too.

/**
 * Rows of RoleRow, of `pg_roles r`. The password's hash is not among the columns: pg_roles hides it. Names of settings are
 * gathered for all roles at once: looked up role by role, the table would be read once for each.
 */
const ROLE_ROWS = `select r.oid::text as oid, r.rolname::text as rolname, r.rolcanlogin, r.rolsuper, r.rolcreaterole,
    r.rolcreatedb, r.rolreplication, r.rolbypassrls, r.rolconnlimit, r.rolvaliduntil::text as rolvaliduntil,
    shobj_description(r.oid, 'pg_authid') as comment, s.settings
  from pg_roles r left join (select setrole, array_agg(distinct split_part(setting, '=', 1)) as settings
    from pg_db_role_setting, unnest(setconfig) setting group by setrole) s on s.setrole = r.oid`;

/** Roles after an oid ($1), at most $2. */
export const ROLES = `${ROLE_ROWS} where r.oid > $1::oid order by r.oid limit $2`;

/** The roles with an oid ($1) or a name ($2): one, unless one was renamed and another has its name now. */
export const ROLE_BY_OID_OR_NAME = `${ROLE_ROWS} where r.oid = $1::oid or r.rolname = $2 order by r.oid`;

/** Login roles, as the server counts them. */
export const COUNT_LOGIN_ROLES = 'select count(*)::int as roles from pg_roles where rolcanlogin';

/** The server, and as whom it is asked. */
export const ABOUT = `select current_setting('server_version') as version, current_database()::text as database,
  session_user::text as session_user, current_user::text as current_user, pg_is_in_recovery() as is_standby`;

/** Tells one server from another, and stays with it when a standby takes over. */
export const SYSTEM_IDENTIFIER = 'select system_identifier::text as id from pg_control_system()';

/** PostgreSQL 16 has INHERIT and SET on each membership; before, every membership has SET. */
const USABLE = `coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)
  or coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, true)`;

/** Memberships after a pair of oids ($1, $2), at most $3, with the pair to go on from. */
export const MEMBERSHIPS = `select g.rolname::text as role, u.rolname::text as member, m.admin_option, m.usable,
    m.roleid::text as role_oid, m.member::text as member_oid
  from (select m.roleid, m.member, bool_or(m.admin_option) as admin_option, bool_or(${USABLE}) as usable
      from pg_auth_members m where (m.roleid, m.member) > ($1::oid, $2::oid)
      group by m.roleid, m.member order by m.roleid, m.member limit $3) m
    join pg_roles g on g.oid = m.roleid join pg_roles u on u.oid = m.member
  order by m.roleid, m.member`;

/** What roles own and were granted, in all databases: after a role's oid ($1), of at most $2 roles. */
export const DEPENDENCIES = `select r.rolname::text as role, d.datname::text as database, s.deptype = 'o' as owns,
    count(*)::int as objects, r.oid::text as role_oid
  from pg_shdepend s join pg_roles r on r.oid = s.refobjid left join pg_database d on d.oid = s.dbid
  where s.refclassid = 'pg_authid'::regclass and s.deptype in ('o', 'a') and s.refobjid in
    (select distinct refobjid from pg_shdepend where refclassid = 'pg_authid'::regclass and refobjid > $1::oid
      order by refobjid limit $2)
  group by r.rolname, r.oid, d.datname, s.deptype order by r.oid`;

/** Whether roles were granted more than reading on tables, views and sequences here: after an oid ($1), at most $2. */
export const GRANTS = `select r.rolname::text as role, r.oid::text as role_oid,
    bool_or(a.privilege_type not in ('SELECT', 'USAGE')) as writes
  from pg_class c, aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
  where a.grantee > $1::oid group by r.rolname, r.oid order by r.oid limit $2`;

/** Databases and their owners. */
export const DATABASES = `select datname::text as database, pg_get_userbyid(datdba)::text as owner
  from pg_database where not datistemplate order by 1`;

const SESSION_COLUMNS = `nullif(a.application_name, '') as application, host(a.client_addr) as address,
  a.datname::text as database, count(*)::int as sessions,
  max(coalesce(a.state_change, a.backend_start))::text as active_at`;

/** Sessions of roles other than this one, at most $1 kinds of them. */
export const SESSIONS = `select r.rolname::text as role, ${SESSION_COLUMNS}
  from pg_stat_activity a join pg_roles r on r.oid = a.usesysid where a.pid <> pg_backend_pid()
  group by r.rolname, a.application_name, a.client_addr, a.datname
  order by r.rolname, a.application_name, a.client_addr, a.datname limit $1`;

/** Sessions of one role ($1, its oid). */
export const SESSIONS_OF = `select r.rolname::text as role, ${SESSION_COLUMNS}
  from pg_stat_activity a join pg_roles r on r.oid = a.usesysid
  where a.usesysid = $1::oid and a.pid <> pg_backend_pid()
  group by r.rolname, a.application_name, a.client_addr, a.datname order by max(a.backend_start), 2, 3`;

/** Roles that have, directly or not, what the role of an oid ($1) has: they may act with its privileges. */
export const MEMBERS_OF = `with recursive inside(member) as (
    select m.member from pg_auth_members m where m.roleid = $1::oid and (${USABLE})
    union select m.member from pg_auth_members m join inside i on m.roleid = i.member where ${USABLE})
  select r.rolname::text as member from inside i join pg_roles r on r.oid = i.member order by 1 limit 1000`;

/** Whether who works here may end sessions of a role ($1, its oid): asked before anything is changed. */
export const MAY_END_SESSIONS = `select coalesce((select rolsuper from pg_roles where rolname = current_user), false)
  or pg_has_role(current_user, 'pg_signal_backend', 'USAGE') or pg_has_role(current_user, $1::oid, 'USAGE') as may`;

/** Ends the sessions of a role ($1, its oid) and names them. */
export const END_SESSIONS = `select a.pid::text as pid, nullif(a.application_name, '') as application,
    host(a.client_addr) as address, pg_terminate_backend(a.pid) as told
  from pg_stat_activity a where a.usesysid = $1::oid and a.pid <> pg_backend_pid() order by a.pid`;

/** Waits for whoever else of ours is at work on a role ($1, its oid), until this transaction ends. The high half spells CSTG. */
export const TAKE_TURNS =
  'select pg_advisory_xact_lock((1129534535::bigint << 32) | $1::bigint) is null as alone';

/** Names the transaction at work. */
export const TRANSACTION = 'select txid_current()::text as id';

/** What keeps a role ($1, its oid) from being dropped. */
export const DEPENDANTS_OF = `select coalesce('database ' || d.datname, 'the server as a whole') as place,
    case s.deptype when 'o' then 'owned' when 'a' then 'granted' else 'other' end as how, count(*)::int as objects
  from pg_shdepend s left join pg_database d on d.oid = s.dbid
  where s.refclassid = 'pg_authid'::regclass and s.refobjid = $1::oid group by 1, 2 order by 1, 2`;
