// Which file to read, and what a row is when it does not say.
import * as z from 'zod';
import { IdentityKind } from '../../domain/identity/identity.ts';

/** Settings of the file connector. */
export const FileSettings = z.strictObject({
  /** A CSV file (RFC 4180, with a heading) or JSON Lines (one object a line). Told apart by content. */
  path: z.string().min(1),
  /** Kind of a row without a `kind`. */
  kind: IdentityKind.exclude(['person', 'root-account']).default('service-account'),
  /** System of a row without a `system`. */
  system: z
    .string()
    .regex(/^[^/\s]+$/)
    .default('unnamed-system'),
});
export type FileSettings = z.infer<typeof FileSettings>;
