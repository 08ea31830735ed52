// What goes over the wire: requests as we make them, replies as the automation must.
import * as z from 'zod';
import { CredentialStatus, CredentialType } from '../../domain/identity/credential.ts';
import { PrivilegeLevel } from '../../domain/identity/entitlement.ts';
import { IdentityKind, SpecialTrait } from '../../domain/identity/identity.ts';
import { type Instant, parseInstant } from '../../domain/time.ts';

/** What is asked: three acts read, three change something. */
export type Act = 'list' | 'locate' | 'verify' | 'disable' | 'restore' | 'remove';

/** Largest request or reply, in bytes. */
export const MAX_BODY_BYTES = 262_144;

/** Largest state of a target, in bytes of UTF-8. */
export const MAX_STATE_BYTES = 8_192;

/** Body of a request, as sent. */
export interface WebhookRequest {
  readonly schemaVersion: 1;
  /** The same for the same act on the same target at the same revision: a repetition starts nothing anew. */
  readonly requestId: string;
  /** Different in every request, so that no two signatures are alike. */
  readonly nonce: string;
  readonly act: Act;
  readonly sentAt: Instant;
  readonly system: string;
  readonly target?: {
    readonly identityId: string;
    readonly kind: string;
    readonly nativeId: string;
    readonly name: string;
    readonly credentialId?: string;
    readonly credentialProviderId?: string;
  };
  /** SHA-256 of the identity as its reviewer was shown it (the JSON text of the snapshot's identity). */
  readonly reviewedDigest?: string;
  /** Of acts that change something: what `locate` answered just before. */
  readonly revision?: string;
  /** Of acts that change something: not to be begun after. */
  readonly deadlineAt?: Instant;
  /** Of `restore`: what was there before. */
  readonly restoreTo?: { readonly enabled: boolean; readonly state: string };
  /** Of `list`: where the page before said to go on. */
  readonly page?: string;
  readonly callbackUrl?: string;
}

const When = z
  .string()
  .max(40)
  .transform((text, context): Instant => {
    const at = parseInstant(text);
    if (at !== undefined) return at;
    context.addIssue({ code: 'custom', message: 'is not a time with an offset' });
    return z.NEVER;
  });
const LastUsed = z.union([z.literal('never'), When]);
const Text = z.string().max(1024);
const Short = z.string().min(1).max(512);

/** The exact state of a target, as the automation reads it. */
export const TargetState = z.object({
  enabled: z.boolean(),
  /** The automation's own description of everything `restore` needs; kept and sent back byte for byte. */
  state: z
    .string()
    .refine((text) => Buffer.byteLength(text) <= MAX_STATE_BYTES, `is longer than ${MAX_STATE_BYTES} bytes`),
  /** Changes whenever the automation changed the target, and is never the same again. */
  revision: z.string().min(1).max(128),
  lastUsedAt: LastUsed.optional(),
});
export type TargetState = z.infer<typeof TargetState>;

const Reason = z.string().max(2_000).default('');
const Evidence = z.array(z.string().max(2_000)).max(20).default([]);
const NOT_DONE = [
  /** May not be done, ever: a person must decide. */
  z.object({ status: z.literal('refused'), reason: Reason }),
  /** Was tried and did not work. */
  z.object({ status: z.literal('failed'), reason: Reason }),
  /** Cannot be told now. */
  z.object({ status: z.literal('unknown'), reason: Reason }),
] as const;

/** Answer to `locate` and `verify`. */
export const LookReply = z.discriminatedUnion('status', [
  z.discriminatedUnion('found', [
    z.object({ status: z.literal('done'), found: z.literal('one'), target: TargetState }),
    z.object({ status: z.literal('done'), found: z.enum(['vanished', 'ambiguous']), reason: Reason }),
  ]),
  ...NOT_DONE,
]);
export type LookReply = z.infer<typeof LookReply>;

/** Answer to `disable`, `restore` and `remove`. */
export const ActReply = z.discriminatedUnion('status', [
  z.object({ status: z.literal('done'), evidence: Evidence }),
  /** Taken on; the same request again asks how it goes. */
  z.object({ status: z.literal('accepted'), acceptedAt: When }),
  ...NOT_DONE,
]);
export type ActReply = z.infer<typeof ActReply>;

/** A reply that says neither `done` nor `accepted`. */
export type NotDone = Exclude<ActReply, { readonly status: 'done' | 'accepted' }>;

const ListedCredential = z.object({
  id: z.string().min(1).max(256),
  type: CredentialType,
  status: CredentialStatus.default('unknown'),
  providerId: Short.optional(),
  createdAt: When.optional(),
  rotatedAt: When.optional(),
  expiresAt: When.optional(),
  lastUsedAt: LastUsed.optional(),
});

/** One identity of a page. What is absent is unknown, not "no". */
export const ListedIdentity = z.object({
  id: z
    .string()
    .min(1)
    .max(600)
    .regex(/^[^\r\n\u2028\u2029]+$/, 'must be one line'),
  kind: IdentityKind.exclude(['person', 'root-account']),
  name: Text.optional(),
  environment: Text.optional(),
  purpose: Text.optional(),
  boundTo: Text.optional(),
  consumers: z.array(Text).max(100).optional(),
  ownedByCode: Text.optional(),
  approval: Text.optional(),
  createdAt: When.optional(),
  createdBy: Short.optional(),
  lastUsedAt: LastUsed.optional(),
  owner: Short.optional(),
  technicalOwner: Short.optional(),
  businessOwner: Short.optional(),
  backupOwner: Short.optional(),
  team: Short.optional(),
  credentials: z.array(ListedCredential).max(50).default([]),
  level: PrivilegeLevel.optional(),
  admin: z.enum(['yes', 'no', 'unknown']).default('unknown'),
  privileges: z.array(Text).max(100).default([]),
  traits: z.array(SpecialTrait).max(10).default([]),
  /** Why it must never be switched off; absent where it may be. */
  protectedBecause: Text.optional(),
  tags: z.record(z.string().max(200), Text).default({}),
});
export type ListedIdentity = z.infer<typeof ListedIdentity>;

/** Answer to `list`. */
export const ListReply = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('done'),
    identities: z.array(ListedIdentity).max(1_000),
    /** Where the next page begins; absent on the last. */
    next: z.string().min(1).max(1_024).optional(),
    /** How many identities there are by the automation's own count. */
    total: z.int().nonnegative().optional(),
  }),
  ...NOT_DONE,
]);

/** What every reply holds beside its answer. */
export const ReplyEnvelope = z.looseObject({ schemaVersion: z.literal(1), requestId: z.string().max(100) });
