// Who did it: the system itself, or a person under a pseudonym. Names live outside the signed bytes.
import * as z from 'zod';
import { AuthenticationMethod } from '../review/decision.ts';
import { Instant } from '../time.ts';

/** A person as signed bytes carry them: salted pseudonym, how known, and why they may do this. */
export const PersonActor = z.strictObject({
  kind: z.literal('person'),
  /** Lowercase hex SHA-256 of salt and person id. */
  pseudonym: z.string(),
  authn: z.strictObject({
    method: AuthenticationMethod,
    issuer: z.string(),
    at: Instant,
    evidenceDigest: z.string(),
  }),
  /** Why this person may do this, and how that was found. */
  eligibility: z.string(),
});
export type PersonActor = z.infer<typeof PersonActor>;

/** The actor of a statement. An automatic disable is the system's act, never an owner's word. */
export const Actor = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('system') }),
  PersonActor,
]);
export type Actor = z.infer<typeof Actor>;
