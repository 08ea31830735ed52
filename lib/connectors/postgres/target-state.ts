// What a switch-off of this connector remembers: the role by name and by oid, and everything ALTER ROLE could change of it.
import * as z from 'zod';
import { IntegrityError } from '../../domain/errors.ts';
import type { TargetRow } from './schema.ts';

/** `detail` of this connector's ObservedState and PreImage. */
export const TargetState = z.strictObject({
  role: z.string().min(1),
  /** A role that was dropped and made anew has another. */
  oid: z.string().regex(/^\d+$/),
  canLogin: z.boolean(),
  /** As PostgreSQL writes it, in UTC and to the microsecond; null when none was ever set. */
  validUntil: z.string().nullable(),
  connectionLimit: z.int(),
  /** Roles that have this one's privileges by membership, sorted: one that comes later is named as a new way in. */
  members: z.array(z.string()),
});
export type TargetState = z.infer<typeof TargetState>;

/** The state of a role as read. */
export function stateOfRow(row: TargetRow, members: readonly string[]): TargetState {
  return {
    role: row.rolname,
    oid: row.oid,
    canLogin: row.rolcanlogin,
    validUntil: row.rolvaliduntil,
    connectionLimit: row.rolconnlimit,
    members: [...members],
  };
}

/** Reads a stored `detail` back. @throws IntegrityError CORRUPT_RECORD when it is not one this connector wrote */
export function parseTargetState(detail: unknown): TargetState {
  const parsed = TargetState.safeParse(detail);
  if (parsed.success) return parsed.data;
  throw new IntegrityError({
    code: 'CORRUPT_RECORD',
    message: 'the recorded state of this removal is not one the postgres connector wrote',
    cause: parsed.error,
  });
}
