// Switching off, back on, and deleting. Everything is idempotent; the pre-image is what was located first.
import * as z from 'zod';
import type { RemovalReceipt } from '../../application/ports/connector.ts';
import { RefusedError, UpstreamError } from '../../domain/errors.ts';
import type { ObservedState, PreImage } from '../../domain/removal/pre-image.ts';
import { manifest } from './manifest.ts';
import { DEPENDANTS_OF, END_SESSIONS, MAY_END_SESSIONS, TAKE_TURNS, TRANSACTION } from './queries.ts';
import { nativeIdOf, quoteLiteral, quoteRole } from './role-name.ts';
import type { TargetRow } from './schema.ts';
import type { Server, Sleep } from './server.ts';
import type { Session } from './session.ts';
import { findRoles, membersOf, refuseProtectedNow, sameRole } from './target.ts';
import { parseTargetState, type TargetState } from './target-state.ts';

/** What switching works with. */
export interface SwitchParts {
  readonly server: Server;
  /** Roles the settings name as Countersign's own. */
  readonly ownRoles: readonly string[];
  readonly sleep: Sleep;
}

type Evidence = { readonly evidence: readonly string[] };

/**
 * Takes LOGIN away, and only once that is committed ends the sessions: a crash between the two leaves nobody able to come
 * in, and whoever repeats ends the sessions. The pre-image is made from `state`, recorded before the first try.
 */
export async function disableTarget(parts: SwitchParts, state: ObservedState): Promise<RemovalReceipt> {
  const before = parseTargetState(state.detail);
  const preImage: PreImage = {
    connector: manifest.id,
    label: state.label,
    wasEnabled: state.enabled,
    takenAt: state.observedAt,
    detail: state.detail,
  };
  const altered = await parts.server.within((session) =>
    inTransaction(session, before.oid, async () => {
      const row = await sameRole(session, before);
      await refuseProtectedNow(session, row, parts.ownRoles);
      await refuseWithoutSignal(session, row);
      if (!row.rolcanlogin) return [];
      return alter(session, row, ['NOLOGIN'], ({ rolcanlogin }) => !rolcanlogin);
    }),
  );
  const ended = await endSessions(parts, before.oid);
  const evidence = [...altered, ...ended];
  return evidence.length > 0
    ? { preImage, changed: true, evidence }
    : { preImage, changed: false, evidence: ['already NOLOGIN, no session open'] };
}

/** Puts back what ALTER ROLE can put back, as far as it differs: what could not log in before still cannot. */
export async function restoreTarget({ server }: SwitchParts, preImage: PreImage): Promise<Evidence> {
  const before = parseTargetState(preImage.detail);
  const evidence = await server.within((session) =>
    inTransaction(session, before.oid, async () => {
      const row = await sameRole(session, before);
      const options = differences(before, row);
      if (options.length === 0) return [];
      return alter(session, row, options, (now) => differences(before, now).length === 0);
    }),
  );
  return { evidence: evidence.length > 0 ? evidence : ['already as before'] };
}

/**
 * Drops the role when nothing depends on it.
 * @throws RefusedError ILLEGAL_TRANSITION when it may log in again; NOT_SUPPORTED naming what depends on it
 */
export async function removeTarget(parts: SwitchParts, preImage: PreImage): Promise<Evidence> {
  const before = parseTargetState(preImage.detail);
  const name = nativeIdOf(before.role);
  const evidence = await parts.server.within((session) =>
    inTransaction(session, before.oid, async () => {
      if ((await findRoles(session, before.oid, before.role)).length === 0) {
        return [`role ${name} was gone already`];
      }
      const row = await sameRole(session, before);
      await refuseProtectedNow(session, row, parts.ownRoles);
      if (row.rolcanlogin) {
        const message = `role ${name} may log in again and is not dropped`;
        throw new RefusedError({ code: 'ILLEGAL_TRANSITION', message });
      }
      const dependants = await dependantsOf(session, row);
      if (dependants.length > 0) {
        throw new RefusedError({
          code: 'NOT_SUPPORTED',
          message: `role ${name} stays, switched off: ${dependants.join('; ')}. A person must REASSIGN OWNED or REVOKE first`,
        });
      }
      await session.run('drop role', `drop role ${quoteRole(row.rolname)}`);
      return [`DROP ROLE in ${await transactionOf(session)}`];
    }),
  );
  return { evidence };
}

/** What is between the role as it is and as it was, as options of ALTER ROLE. */
function differences(before: TargetState, now: TargetRow): string[] {
  // "None" cannot be put back once something else was set: infinity is the same to PostgreSQL, and the only way there.
  const validUntil = before.validUntil ?? 'infinity';
  return [
    ...(before.canLogin && !now.rolcanlogin ? ['LOGIN'] : []),
    ...((now.rolvaliduntil ?? 'infinity') === validUntil ? [] : [`VALID UNTIL ${quoteLiteral(validUntil)}`]),
    ...(now.rolconnlimit === before.connectionLimit ? [] : [`CONNECTION LIMIT ${before.connectionLimit}`]),
  ];
}

/** Alters the role by name, and looks that it was this one: names are not locked, rows are once they are altered. */
async function alter(
  session: Session,
  { oid, rolname }: TargetRow,
  options: readonly string[],
  holds: (row: TargetRow) => boolean,
): Promise<string[]> {
  await session.run('alter role', `alter role ${quoteRole(rolname)} ${options.join(' ')}`);
  const now = await sameRole(session, { oid, role: rolname });
  if (!holds(now)) {
    throw new UpstreamError({
      provider: 'postgres',
      code: 'REJECTED',
      retryable: false,
      message: `alter role: ${options.join(' ')} was accepted, and role ${nativeIdOf(rolname)} is not so`,
    });
  }
  return [`ALTER ROLE ${options.join(' ')} in ${await transactionOf(session)}`];
}

async function transactionOf(session: Session): Promise<string> {
  const [row] = await session.rows('name transaction', z.object({ id: z.string() }), TRANSACTION);
  return `transaction ${row?.id ?? ''}`;
}

/** One transaction on a role at a time, of ours. A failure on the way leaves the transaction to end with its connection. */
async function inTransaction<T>(session: Session, oid: string, work: () => Promise<T>): Promise<T> {
  await session.run('begin', 'begin');
  await session.rows('take turns', z.unknown(), TAKE_TURNS, [oid]);
  const result = await work();
  await session.run('commit', 'commit');
  return result;
}

/** Half a switch-off would be worse than none: the right to end sessions is asked for before LOGIN is taken away. */
async function refuseWithoutSignal(session: Session, { oid }: TargetRow): Promise<void> {
  const [row] = await session.rows('check rights', z.object({ may: z.boolean() }), MAY_END_SESSIONS, [oid]);
  if (row?.may === true) return;
  throw new UpstreamError({
    provider: 'postgres',
    code: 'DENIED',
    retryable: false,
    message:
      'check rights: sessions of the role may not be ended; nothing was changed: grant pg_signal_backend',
  });
}

const EndedRow = z.object({
  pid: z.string(),
  application: z.string().nullable(),
  address: z.string().nullable(),
  told: z.boolean(),
});

const ROUNDS = 20;
const ROUND_MS = 100;

/** Ends sessions until two looks find none: one that was just logging in shows itself a moment later. */
async function endSessions({ server, sleep }: SwitchParts, oid: string): Promise<string[]> {
  const ended = new Map<string, string>();
  let quiet = 0;
  for (let round = 0; round < ROUNDS && quiet < 2; round += 1) {
    if (round > 0) await sleep(ROUND_MS);
    const open = await server.within((session) =>
      session.rows('end sessions', EndedRow, END_SESSIONS, [oid]),
    );
    for (const { pid, application, address } of open) {
      const name = nativeIdOf(application ?? 'unnamed').slice(0, 120);
      ended.set(pid, `ended session ${pid} (${name} from ${address ?? 'this server'})`);
    }
    quiet = open.length === 0 ? quiet + 1 : 0;
  }
  const lasting = quiet === 0 ? ['a session has not ended yet; verification looks again'] : [];
  return [...ended.values(), ...lasting];
}

/** Members would lose what they have through the role; DROP ROLE itself would not ask. */
async function dependantsOf(session: Session, { oid }: TargetRow): Promise<string[]> {
  const Dependant = z.object({ place: z.string(), how: z.string(), objects: z.int() });
  const rows = await session.rows('list dependants', Dependant, DEPENDANTS_OF, [oid]);
  const members = await membersOf(session, oid);
  return [
    ...rows.map(({ place, how, objects }) => `${objects} ${how} in ${nativeIdOf(place)}`),
    ...(members.length === 0 ? [] : [`its members ${members.slice(0, 10).map(nativeIdOf).join(', ')}`]),
  ];
}
