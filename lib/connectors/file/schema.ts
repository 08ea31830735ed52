// One row of the file. Everything is optional but the id; what is absent is unknown, not "no".
import * as z from 'zod';
import { CredentialType } from '../../domain/identity/credential.ts';
import { PrivilegeLevel } from '../../domain/identity/entitlement.ts';
import { IdentityKind } from '../../domain/identity/identity.ts';
import { type Instant, parseInstant } from '../../domain/time.ts';

/** A time with an offset, or a plain date, taken as its first instant in UTC. */
const When = z.string().transform((text, context): Instant => {
  const at = parseInstant(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (at !== undefined) return at;
  context.addIssue({ code: 'custom', message: 'is neither a date nor a time with an offset' });
  return z.NEVER;
});

const Text = z.string().max(1024);
const Names = z.string().max(512);
const YesNo = z
  .string()
  .toLowerCase()
  .pipe(z.enum(['yes', 'no', 'unknown', 'true', 'false']))
  .transform((word) => (word === 'true' ? 'yes' : word === 'false' ? 'no' : word));

/** A row, with unknown columns left to the caller. Empty cells count as absent. */
export const FileRow = z.object({
  id: z
    .string()
    .min(1)
    .max(600)
    .regex(/^[^\r\n\u2028\u2029]+$/, 'must be one line'),
  kind: IdentityKind.exclude(['person', 'root-account']).optional(),
  name: Text.optional(),
  system: z
    .string()
    .max(200)
    .transform((text) => text.trim().replaceAll(/[/\s]+/g, '-'))
    .optional(),
  environment: Text.optional(),
  purpose: Text.optional(),
  bound_to: Text.optional(),
  consumers: Text.optional(),
  approval: Text.optional(),
  owned_by_code: Text.optional(),
  owner: Names.optional(),
  technical_owner: Names.optional(),
  business_owner: Names.optional(),
  backup_owner: Names.optional(),
  team: Names.optional(),
  created_by: Names.optional(),
  created_at: When.optional(),
  last_used_at: z.union([z.literal('never'), When]).optional(),
  rotated_at: When.optional(),
  expires_at: When.optional(),
  credential_type: CredentialType.optional(),
  status: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['active', 'inactive', 'disabled', 'expired', 'unknown']))
    .optional(),
  privileges: Text.optional(),
  level: PrivilegeLevel.optional(),
  admin: YesNo.optional(),
  removal_path: Text.optional(),
});
export type FileRow = z.infer<typeof FileRow>;

/** Columns with a meaning of their own; any other is kept as a tag. */
export const FILE_COLUMNS: ReadonlySet<string> = new Set(Object.keys(FileRow.shape));
