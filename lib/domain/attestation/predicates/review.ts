// Facts about answers and about asking.
import * as z from 'zod';
import { Instant } from '../../time.ts';
import { aboutIdentity, common, inCampaign } from './common.ts';

/** A person decided [subject: the snapshot they saw]. */
export const DecisionPredicate = z.strictObject({
  ...aboutIdentity,
  verdict: z.enum(['certify', 'revoke', 'reduce', 'rotate', 'retire', 'except', 'reassign', 'not-mine']),
  reason: z.string(),
  /** What the product recommended, shown and never pre-selected. */
  recommendation: z.enum(['keep', 'switch-off', 'look']),
  tier: z.enum(['critical', 'high', 'medium', 'low']),
  credentialIds: z.array(z.string()).optional(),
  validUntil: Instant.optional(),
  promise: z.strictObject({ dueAt: Instant, expectation: z.string() }).optional(),
  exception: z.strictObject({ until: Instant, compensatingControl: z.string() }).optional(),
  /** Pseudonym of the next reviewer, for reassign. */
  to: z.string().optional(),
  purpose: z.string().optional(),
  /** One of many decided with one act. */
  bulk: z.strictObject({ group: z.string(), size: z.int() }).optional(),
  /** It counts only once a second approver agrees. */
  awaitingSecond: z.boolean(),
  /** The decision this one confirms as second approver, or supersedes. */
  confirms: z.string().optional(),
  supersedes: z.string().optional(),
});

/** Nobody answered in time [subject: the snapshot]. */
export const NoResponsePredicate = z.strictObject({
  ...aboutIdentity,
  /** Pseudonym of the reviewer who was silent. */
  reviewer: z.string(),
  notices: z.array(
    z.strictObject({ noticeId: z.string(), channel: z.string(), deliveredAt: Instant.optional() }),
  ),
  firstToldAt: Instant.optional(),
  action: z.enum(['disable', 'accept-recommendation', 'report-only']),
});

/** One person was told about a docket [subject: the list of snapshots in it]. */
export const NoticePredicate = z.strictObject({
  ...common,
  noticeId: z.string(),
  /** Pseudonym of the person told. */
  person: z.string(),
  channel: z.enum(['slack', 'email']),
  purpose: z.string(),
  campaigns: z.array(z.string()),
  rungs: z.array(z.string()),
  outcome: z.enum(['accepted', 'delivered', 'undeliverable']),
  maybeDuplicate: z.boolean(),
  failure: z.string().optional(),
});

/** Ownership of an identity changed [subject: the snapshot]. */
export const OwnerChangedPredicate = z.strictObject({
  ...aboutIdentity,
  from: z.string().optional(),
  to: z.string(),
  how: z.enum(['claim', 'reassign', 'not-mine', 'left', 'confirmed']),
});

/** A person let another decide for a time [subject: the docket's snapshot list]. */
export const DelegationPredicate = z.strictObject({
  ...inCampaign,
  from: z.string(),
  to: z.string(),
  until: Instant,
  hops: z.int(),
});

/** A second person was asked to look again at keeps drawn at random [subject: the list of their snapshots]. */
export const SampleAskedPredicate = z.strictObject({
  ...inCampaign,
  /** Pseudonym of the reviewer whose keeps were drawn. */
  reviewer: z.string(),
  signs: z.array(z.strictObject({ sign: z.string(), numerator: z.int(), denominator: z.int() })),
  /** Keeps it was drawn from. */
  keeps: z.int(),
  identityIds: z.array(z.string()),
});

/** A second person looked again at a keep drawn at random [subject: the snapshot]. */
export const SampleAnsweredPredicate = z.strictObject({
  ...aboutIdentity,
  /** Attestation id of the decision looked at. */
  decision: z.string(),
  agrees: z.boolean(),
  reason: z.string(),
});

/** Somebody reported that a secret of the identity was exposed [subject: the snapshot or the inventory]. */
export const ExposureReportedPredicate = z.strictObject({
  ...common,
  identityId: z.string(),
  credentialId: z.string().optional(),
  source: z.string(),
  note: z.string(),
});

/** An exception was granted [subject: the snapshot]. */
export const ExceptionGrantedPredicate = z.strictObject({
  ...aboutIdentity,
  exceptionId: z.string(),
  requestedBy: z.string(),
  until: Instant,
  compensatingControl: z.string(),
  renewals: z.int(),
  decision: z.string(),
});

/** An exception ended [subject: the snapshot]. */
export const ExceptionEndedPredicate = z.strictObject({
  ...aboutIdentity,
  exceptionId: z.string(),
  why: z.enum(['expired', 'superseded', 'refused', 'withdrawn']),
});

const settledPromise = {
  ...aboutIdentity,
  promiseId: z.string(),
  decision: z.string(),
  finding: z.string(),
  inventory: z.string(),
} as const;

/** A promise was found kept on re-collection [subject: the snapshot]. */
export const PromiseKeptPredicate = z.strictObject(settledPromise);

/** A promise was found broken on re-collection [subject: the snapshot]. */
export const PromiseMissedPredicate = z.strictObject(settledPromise);
