// Where roles come from: a server, or rows that somebody recorded. Both end in the same identities.
import type { SourceCall } from '../../domain/identity/collection.ts';
import type { DatabaseRow, DependencyRow, GrantRow, MembershipRow, RoleRow, SessionRow } from './schema.ts';

/** Something obtained, or why not: the collection goes on without it and says so. */
export type Obtained<T> =
  | { readonly had: true; readonly value: T; readonly gaps?: readonly string[] }
  | { readonly had: false; readonly gap: string; readonly partial: boolean };

/** Without it. `partial`: something failed, rather than not being there to be had. */
export function missing(gap: string, partial = false): Obtained<never> {
  return { had: false, gap, partial };
}

/** The server asked. */
export interface AboutServer {
  /** Major version, where it is known. */
  readonly version: number | undefined;
  /** The database connected to. */
  readonly database: string | undefined;
  readonly systemIdentifier: string | undefined;
  /** Whom the connector works as. */
  readonly own: readonly string[];
  readonly isStandby: boolean;
}

/** Rights in databases. */
export interface RightsRows {
  readonly dependencies: readonly DependencyRow[];
  readonly databases: readonly DatabaseRow[];
  /** In the database connected to. */
  readonly grants: readonly GrantRow[];
}

/** An inventory source. Each method is called once, in this order. */
export interface RoleSource {
  about(): Promise<AboutServer>;
  /** All roles, a page at a time: those without LOGIN are needed to know what membership in them gives. */
  roles(): AsyncIterable<readonly RoleRow[]>;
  memberships(): Promise<Obtained<readonly MembershipRow[]>>;
  rights(): Promise<Obtained<RightsRows>>;
  sessions(): Promise<Obtained<readonly SessionRow[]>>;
  /** Login roles as the source counts them. */
  count(): Promise<number | undefined>;
  calls(): SourceCall[];
  close(): void;
}
