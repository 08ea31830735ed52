// What a switch-off of this connector remembers: which credentials (or which role policy) were in which state.
import * as z from 'zod';
import { IntegrityError } from '../../domain/errors.ts';
import { Instant } from '../../domain/time.ts';

/** What kinds of user credential can be switched off, in the register's words. */
export const SwitchableType = z.enum([
  'access-key',
  'signing-certificate',
  'service-specific-credential',
  'ssh-public-key',
]);
export type SwitchableType = z.infer<typeof SwitchableType>;

/** One credential as IAM lists it. */
export const ListedCredential = z.strictObject({
  type: SwitchableType,
  id: z.string().min(1),
  status: z.enum(['Active', 'Inactive', 'Expired']),
  createdAt: Instant.nullable(),
});
export type ListedCredential = z.infer<typeof ListedCredential>;

/** Credentials of one user. `whole`: the user as such is the target, so that a new credential is a finding. */
export const UserState = z.strictObject({
  target: z.literal('user'),
  user: z.string(),
  whole: z.boolean(),
  credentials: z.array(ListedCredential),
  /** What could not be looked at, each with the reason. */
  unread: z.array(z.string()),
  /**
   * The policy that stood under our session policy's name: null when there was none. Absent: sessions are not cut,
   * because another credential of the user may need them, or because the policy could not be read.
   */
  sessions: z.strictObject({ priorPolicy: z.string().nullable() }).optional(),
});
export type UserState = z.infer<typeof UserState>;

/** A role, and the policy that stood under our policy's name before: null when there was none. */
export const RoleState = z.strictObject({
  target: z.literal('role'),
  role: z.string(),
  arn: z.string(),
  priorPolicy: z.string().nullable(),
  /** Tells it from a later role of the same name. */
  createdAt: Instant.optional(),
});
export type RoleState = z.infer<typeof RoleState>;

/** `detail` of this connector's ObservedState and PreImage. */
export const TargetState = z.discriminatedUnion('target', [UserState, RoleState]);
export type TargetState = z.infer<typeof TargetState>;

/** Reads a stored `detail` back. @throws IntegrityError CORRUPT_RECORD when it is not one this connector wrote. */
export function parseTargetState(detail: unknown): TargetState {
  const parsed = TargetState.safeParse(detail);
  if (parsed.success) return parsed.data;
  throw new IntegrityError({
    code: 'CORRUPT_RECORD',
    message: 'the recorded state of this removal is not one the aws-iam connector wrote',
    cause: parsed.error,
  });
}
