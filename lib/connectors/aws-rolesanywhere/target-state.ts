// What a switch-off of this connector remembers.
import * as z from 'zod';
import { IntegrityError } from '../../domain/errors.ts';

/** A profile or trust anchor: on or off, and how long the sessions it gave may be. */
export const SwitchState = z.strictObject({
  target: z.enum(['profile', 'trust-anchor']),
  region: z.string(),
  id: z.string(),
  enabled: z.boolean(),
  longestSessionSeconds: z.int().positive(),
});
export type SwitchState = z.infer<typeof SwitchState>;

/** A subject, or one of its certificates. */
export const SubjectState = z.strictObject({
  target: z.literal('subject'),
  region: z.string(),
  id: z.string(),
  certificates: z.array(z.strictObject({ id: z.string(), enabled: z.boolean() })),
});
export type SubjectState = z.infer<typeof SubjectState>;

/** `detail` of this connector's ObservedState and PreImage. */
export const TargetState = z.discriminatedUnion('target', [SwitchState, SubjectState]);
export type TargetState = z.infer<typeof TargetState>;

/** Reads a stored `detail` back. @throws IntegrityError CORRUPT_RECORD when it is not one this connector wrote. */
export function parseTargetState(detail: unknown): TargetState {
  const parsed = TargetState.safeParse(detail);
  if (parsed.success) return parsed.data;
  throw new IntegrityError({
    code: 'CORRUPT_RECORD',
    message: 'the recorded state of this removal is not one the aws-rolesanywhere connector wrote',
    cause: parsed.error,
  });
}
