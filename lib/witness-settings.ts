// Settings of the witness's one function, in an account of its own.
import * as z from 'zod';
import { InvalidInputError } from './domain/errors.ts';

/** The variables, by name. */
export const WitnessSettings = z.object({
  /** The witness's name on cosignature lines. */
  COUNTERSIGN_WITNESS_NAME: z.string().min(3),
  /** The log it watches. */
  COUNTERSIGN_LOG_ORIGIN: z.string().min(3),
  /** Verifier keys of that log, parted by spaces: one, or both during a rotation. */
  COUNTERSIGN_LOG_KEYS: z.string().min(1),
  /** Its memory: the insert-only table of heads. */
  COUNTERSIGN_HEADS_TABLE: z.string().min(3),
  /** KMS key that cosigns (Ed25519). */
  COUNTERSIGN_WITNESS_KEY: z.string().startsWith('arn:'),
});
export type WitnessSettings = z.infer<typeof WitnessSettings>;

/** Reads them from environment variables. @throws InvalidInputError BAD_SETTING naming each variable that is missing or wrong */
export function readWitnessSettings(
  variables: Readonly<Record<string, string | undefined>>,
): WitnessSettings {
  const parsed = WitnessSettings.safeParse(variables);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new InvalidInputError({
    code: 'BAD_SETTING',
    message: `The witness cannot start: ${problems.join('; ')}`,
  });
}
