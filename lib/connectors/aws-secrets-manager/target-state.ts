// What a switch-off of this connector remembers of a secret: its policy as it stood, and whether its deletion was scheduled.
import * as z from 'zod';
import { IntegrityError } from '../../domain/errors.ts';
import { Instant } from '../../domain/time.ts';

/** `detail` of this connector's ObservedState and PreImage. */
export const SecretState = z.strictObject({
  region: z.string(),
  arn: z.string(),
  /** The resource policy as AWS gave it; null when there was none, or when the deletion was scheduled: then it is kept from view. */
  policy: z.string().nullable(),
  /** When AWS deletes it, where that was scheduled. */
  deletedAt: Instant.nullable(),
  /** Regions it was replicated to. */
  replicas: z.array(z.string()),
});
export type SecretState = z.infer<typeof SecretState>;

/** Reads a stored `detail` back. @throws IntegrityError CORRUPT_RECORD when it is not one this connector wrote. */
export function parseSecretState(detail: unknown): SecretState {
  const parsed = SecretState.safeParse(detail);
  if (parsed.success) return parsed.data;
  throw new IntegrityError({
    code: 'CORRUPT_RECORD',
    message: 'the recorded state of this removal is not one the aws-secrets-manager connector wrote',
    cause: parsed.error,
  });
}
