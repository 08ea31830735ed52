// What a person decided about an identity: who, how authenticated, why eligible, when, why, on which snapshot.
import * as z from 'zod';
import { IdentityKey } from '../identity/identity-id.ts';
import { Instant } from '../time.ts';

/** The answers a reviewer can give. `reassign` and `not-mine` are events that route the item on, not outcomes. */
export const Verdict = z.enum([
  'certify',
  'revoke',
  'reduce',
  'rotate',
  'retire',
  'except',
  'reassign',
  'not-mine',
]);
export type Verdict = z.infer<typeof Verdict>;

/** Verdicts that answer the question. */
export type FinalVerdict = Exclude<Verdict, 'reassign' | 'not-mine'>;

/** How a person was authenticated, strongest first in attestation-format.md §1. */
export const AuthenticationMethod = z.enum([
  'passkey',
  'oidc',
  'slack-signed-interaction',
  'email-link-and-code',
  'aws-sts',
  'local-demo',
]);
export type AuthenticationMethod = z.infer<typeof AuthenticationMethod>;

/** An authenticated person, as the edge established it. */
export const Authenticated = z.strictObject({
  personId: z.string(),
  method: AuthenticationMethod,
  /** Who vouches for the identity: Slack team, OIDC issuer, AWS account, mailbox domain. */
  issuer: z.string(),
  at: Instant,
  /** SHA-256 (hex) of the evidence: raw signed body, token, code challenge. */
  evidenceDigest: z.string(),
});
export type Authenticated = z.infer<typeof Authenticated>;

const reason = z.string().trim().max(2000).default('');

/** What a reviewer asks for. Parsed at every edge (Slack, web, command). */
export const DecisionRequest = z.discriminatedUnion('verdict', [
  z.strictObject({ verdict: z.literal('certify'), reason, purpose: z.string().max(500).optional() }),
  z.strictObject({ verdict: z.literal('revoke'), reason, credentialIds: z.array(z.string()).optional() }),
  z.strictObject({
    verdict: z.literal('reduce'),
    reason,
    to: z.string().trim().min(1).max(1000),
    dueAt: Instant.optional(),
  }),
  z.strictObject({
    verdict: z.literal('rotate'),
    reason,
    credentialIds: z.array(z.string()).optional(),
    dueAt: Instant.optional(),
  }),
  z.strictObject({ verdict: z.literal('retire'), reason, on: Instant }),
  z.strictObject({
    verdict: z.literal('except'),
    reason,
    until: Instant,
    compensatingControl: z.string().trim().min(1).max(1000),
  }),
  z.strictObject({ verdict: z.literal('reassign'), reason, to: z.string().min(1) }),
  z.strictObject({ verdict: z.literal('not-mine'), reason }),
]);
export type DecisionRequest = z.infer<typeof DecisionRequest>;

/** A decision as kept on the item: the last eligible one wins until a removal is executing. */
export const DecisionRecord = z.strictObject({
  verdict: z.enum(['certify', 'revoke', 'reduce', 'rotate', 'retire', 'except']),
  by: z.string(),
  at: Instant,
  method: AuthenticationMethod,
  reason: z.string(),
  attestationId: z.string(),
  /** How long it restores standing; only for certify and except. */
  validUntil: Instant.optional(),
  /** A second approver is still wanted before it counts. */
  awaitingSecond: z.boolean().optional(),
  credentialIds: z.array(z.string()).optional(),
  /** One of this many decided with one act. */
  bulk: z.int().positive().optional(),
  /** Seconds between being shown the evidence and answering, where that is known. */
  seconds: z.int().nonnegative().optional(),
});
export type DecisionRecord = z.infer<typeof DecisionRecord>;

/** An item, as a person's button, link or command names it. Carries no authority. */
export const ItemRef = z.strictObject({ campaignId: z.string(), identityKey: IdentityKey });
export type ItemRef = z.infer<typeof ItemRef>;
