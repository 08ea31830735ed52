// Roles in the tool. The directory says who has them; a grant counts once two other people confirmed it, and every grant
// and taking away is attested. Taking away needs nobody: the directory's word is enough, at once.
import { RefusedError } from '../../domain/errors.ts';
import type { Authenticated } from '../../domain/review/decision.ts';
import type { Directory } from '../../domain/review/directory.ts';
import type { Person, Role } from '../../domain/review/person.ts';
import type { Instant } from '../../domain/time.ts';
import { untilNoConflict } from '../conflict.ts';
import type { Environment } from '../environment.ts';
import { fileBytes } from '../plain-json.ts';
import type { People } from '../ports/people.ts';
import type { RoleBookRecord } from '../ports/records.ts';
import { create, update } from '../ports/review-store.ts';

/** What keeping the book needs. `people` is the directory itself, before any role is held back. */
export type RoleDeps = Pick<Environment, 'store' | 'blobs' | 'attestor' | 'clock'> & {
  readonly people: People;
};

/** A role that the directory gives or takes, and the book does not know of yet. */
export interface RoleChange {
  readonly personId: string;
  readonly role: Role;
  readonly granted: boolean;
}

/** Roles as they are. */
export interface RolesNow {
  /** Roles that count, by person id; `owner`, which everybody has, is left out. */
  readonly roles: Readonly<Record<string, readonly Role[]>>;
  /** In the directory, but without effect until two people confirm them. */
  readonly pending: readonly RoleChange[];
  readonly asOf: Instant;
}

type Roles = RoleBookRecord['roles'];

const CONFIRMERS: readonly Role[] = ['admin', 'security', 'compliance-manager'];
/** A change is two writes, the book one; a transaction has at most 25. */
const CHANGES_AT_ONCE = 12;

/** Roles beyond `owner` that a directory gives. Who has left has none. */
export function rolesIn(directory: Directory): Roles {
  const given = directory.everyone().flatMap(({ personId, roles, active }) => {
    const beyond = active ? roles.filter((role) => role !== 'owner').toSorted() : [];
    return beyond.length > 0 ? [[personId, [...new Set(beyond)]] as const] : [];
  });
  return Object.fromEntries(given.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** What has to happen to a book for it to say what the directory says. */
export function roleChanges(book: Roles, directory: Roles): RoleChange[] {
  const people = [...new Set([...Object.keys(book), ...Object.keys(directory)])].toSorted();
  return people.flatMap((personId) => {
    const [before, after] = [book[personId] ?? [], directory[personId] ?? []];
    const taken = before.filter((role) => !after.includes(role));
    const given = after.filter((role) => !before.includes(role));
    return [
      ...taken.map((role): RoleChange => ({ personId, role, granted: false })),
      ...given.map((role): RoleChange => ({ personId, role, granted: true })),
    ];
  });
}

/**
 * Makes the use case for a start or a tick: attests what the directory took away and, the very first time, everything it
 * gives, as found at installation. Resolves to the roles as they are then.
 */
export function noteRoles(deps: RoleDeps) {
  return async (): Promise<RolesNow> => {
    while (await noteSome(deps));
    return readRoles(deps)();
  };
}

/** One transaction's worth; false when there is nothing left. */
function noteSome(deps: RoleDeps): Promise<boolean> {
  return untilNoConflict(async () => {
    const { book, changes } = await compare(deps);
    const installed = book?.installed === true;
    const due = installed ? changes.filter(({ granted }) => !granted) : changes;
    if (installed && due.length === 0) return false;
    await enter(deps, book, due.slice(0, CHANGES_AT_ONCE), {
      installed: installed || due.length <= CHANGES_AT_ONCE,
    });
    return true;
  });
}

/** Makes the query. */
export function readRoles(deps: Pick<RoleDeps, 'store' | 'people' | 'clock'>) {
  return async (): Promise<RolesNow> => {
    const { book, changes, directory } = await compare(deps);
    const installed = book?.installed === true;
    return {
      roles: installed ? rolesThatCount(book.roles, directory) : directory,
      pending: installed ? changes.filter(({ granted }) => granted) : [],
      asOf: deps.clock.now(),
    };
  };
}

/**
 * Makes the use case: two people confirm grants that the directory shows, all of them or one person's.
 * @throws RefusedError `NOT_FOUND` when nothing is pending, `SECOND_PERSON` or `NOT_ELIGIBLE` for who may not confirm
 */
export function confirmRoles(deps: RoleDeps) {
  return async (
    who: Authenticated,
    approverId: string,
    personId?: string,
  ): Promise<readonly RoleChange[]> => {
    const { pending, roles } = await noteRoles(deps)();
    const wanted = pending.filter((change) => personId === undefined || change.personId === personId);
    if (wanted.length === 0) {
      throw new RefusedError({ code: 'NOT_FOUND', message: 'No grant of a role waits to be confirmed.' });
    }
    if (who.personId === approverId) {
      const message = 'A role is granted by two people; the approver must be somebody else.';
      throw new RefusedError({ code: 'SECOND_PERSON', message });
    }
    const directory = await deps.people.directory();
    for (const id of [who.personId, approverId]) requireConfirmer(directory.person(id), id, roles, wanted);
    for (let start = 0; start < wanted.length; start += CHANGES_AT_ONCE) {
      const some = wanted.slice(start, start + CHANGES_AT_ONCE);
      await untilNoConflict(async () => {
        const { book } = await compare(deps);
        await enter(deps, book, some, { installed: true, by: { who, approverId } });
      });
    }
    return wanted;
  };
}

function requireConfirmer(
  person: Person | undefined,
  personId: string,
  roles: Roles,
  wanted: readonly RoleChange[],
): void {
  if (wanted.some((change) => change.personId === personId)) {
    const message = `"${personId}" cannot confirm a role of their own.`;
    throw new RefusedError({ code: 'SECOND_PERSON', message });
  }
  const own = roles[personId] ?? [];
  if (person?.active === true && person.fullMember && own.some((role) => CONFIRMERS.includes(role))) return;
  throw new RefusedError({
    code: 'NOT_ELIGIBLE',
    message: `Only admins, security and compliance managers confirm roles; "${personId}" is none of them.`,
  });
}

async function compare({ store, people }: Pick<RoleDeps, 'store' | 'people'>) {
  const book = await store.get('role-book', { bookId: 'tool' });
  const directory = rolesIn(await people.directory());
  return { book, directory, changes: roleChanges(book?.roles ?? {}, directory) };
}

/** What both the book and the directory give. */
export function rolesThatCount(book: Roles, directory: Roles): Roles {
  const both = Object.entries(book).flatMap(([personId, roles]) => {
    const kept = roles.filter((role) => directory[personId]?.includes(role));
    return kept.length > 0 ? [[personId, kept] as const] : [];
  });
  return Object.fromEntries(both);
}

function withChanges(book: Roles, changes: readonly RoleChange[]): Roles {
  const next = new Map(Object.entries(book).map(([personId, roles]) => [personId, new Set(roles)]));
  for (const { personId, role, granted } of changes) {
    const roles = next.get(personId) ?? new Set<Role>();
    if (granted) roles.add(role);
    else roles.delete(role);
    next.set(personId, roles);
  }
  const kept = [...next].filter(([, roles]) => roles.size > 0).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(kept.map(([personId, roles]) => [personId, [...roles].toSorted()]));
}

async function enter(
  { store, blobs, attestor, clock }: RoleDeps,
  book: RoleBookRecord | undefined,
  changes: readonly RoleChange[],
  how: {
    readonly installed: boolean;
    readonly by?: { readonly who: Authenticated; readonly approverId: string };
  },
): Promise<void> {
  const at = clock.now();
  const roles = withChanges(book?.roles ?? {}, changes);
  const sha256 = await blobs.put(fileBytes({ schemaVersion: 1, roles }));
  const next = { roles, installed: how.installed, at };
  const write = book
    ? update('role-book', book, next)
    : create('role-book', { schemaVersion: 1, version: 1, bookId: 'tool', ...next });
  const { by } = how;
  const signed = await Promise.all(
    changes.map(({ personId, role, granted }) =>
      attestor.attest(
        {
          name: 'role-granted',
          subject: { name: 'roles', sha256 },
          step: `${attestor.pseudonym(personId)}/${role}`,
          ordinal: write.record.version,
          predicate: {
            build: attestor.build,
            actor: by ? attestor.person(by.who, 'confirms roles') : attestor.system,
            at,
            person: attestor.pseudonym(personId),
            role,
            granted,
            ...(by ? { approver: attestor.pseudonym(by.approverId) } : {}),
          },
        },
        at,
      ),
    ),
  );
  await store.commit([write, ...signed.flatMap(({ writes }) => writes)]);
}
