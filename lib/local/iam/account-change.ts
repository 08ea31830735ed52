// Everything that can change in the stand-in's account, as data: journaled, then applied.
import * as z from 'zod';
import { Instant } from '../../domain/time.ts';
import { CredentialState, SeedAccessKey, SeedRole, SeedUser } from './account-seed.ts';

const PolicyHolder = z.enum(['user', 'role', 'group']);
/** Who holds a policy. */
export type PolicyHolder = z.infer<typeof PolicyHolder>;

/** One change to the account. */
export const AccountChange = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('user-created'), user: SeedUser }),
  z.strictObject({ kind: z.literal('user-deleted'), userName: z.string() }),
  z.strictObject({ kind: z.literal('role-created'), role: SeedRole }),
  z.strictObject({
    kind: z.literal('role-used'),
    roleName: z.string(),
    at: Instant,
    region: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal('access-key-created'), userName: z.string(), key: SeedAccessKey }),
  z.strictObject({ kind: z.literal('access-key-status'), accessKeyId: z.string(), status: CredentialState }),
  z.strictObject({ kind: z.literal('access-key-deleted'), accessKeyId: z.string() }),
  z.strictObject({
    kind: z.literal('access-key-used'),
    accessKeyId: z.string(),
    at: Instant,
    region: z.string(),
    service: z.string(),
  }),
  z.strictObject({
    kind: z.literal('credential-status'),
    type: z.enum(['service-specific', 'ssh', 'certificate']),
    credentialId: z.string(),
    status: CredentialState,
  }),
  z.strictObject({
    kind: z.literal('inline-policy-put'),
    on: PolicyHolder,
    name: z.string(),
    policyName: z.string(),
    document: z.string(),
  }),
  z.strictObject({
    kind: z.literal('inline-policy-deleted'),
    on: PolicyHolder,
    name: z.string(),
    policyName: z.string(),
  }),
  z.strictObject({
    kind: z.literal('policy-attached'),
    on: PolicyHolder,
    name: z.string(),
    policyName: z.string(),
    policyArn: z.string(),
  }),
  z.strictObject({
    kind: z.literal('policy-detached'),
    on: PolicyHolder,
    name: z.string(),
    policyArn: z.string(),
  }),
  z.strictObject({ kind: z.literal('trust-changed'), roleName: z.string(), document: z.string() }),
  z.strictObject({
    kind: z.literal('tags-set'),
    on: z.enum(['user', 'role']),
    name: z.string(),
    tags: z.record(z.string(), z.string()),
  }),
]);
export type AccountChange = z.infer<typeof AccountChange>;
