// Facts about taking access away and giving it back.
import * as z from 'zod';
import { RemovalCause } from '../../removal/removal.ts';
import { VerificationLevel } from '../../removal/verification-level.ts';
import { Instant } from '../../time.ts';
import { aboutIdentity, inCampaign } from './common.ts';

const removal = {
  ...aboutIdentity,
  removalId: z.string(),
  credentialId: z.string().optional(),
} as const;

/** A removal took a step [subject: the snapshot]. The actor of an automatic one is the system. */
export const RemovalPredicate = z.strictObject({
  ...removal,
  step: z.enum([
    'planned',
    'executed',
    'manual-task-opened',
    'manual-task-confirmed',
    'failed',
    'cancelled',
    'vanished',
    'quarantined',
    'deleted',
  ]),
  cause: RemovalCause,
  /** Attestation id of the decision or no-response that is its live reason. */
  becauseOf: z.string(),
  mode: z.enum(['shadow', 'armed']),
  /** SHA-256 (hex) of the canonical pre-image. */
  preImageDigest: z.string().optional(),
  changed: z.boolean().optional(),
  evidence: z.array(z.string()),
  note: z.string(),
  quarantineUntil: Instant.optional(),
});

/** A removal was held [subject: the snapshot]. */
export const HoldPredicate = z.strictObject({
  ...removal,
  code: z.string(),
  cause: z.string(),
  holdUntil: Instant,
  owner: z.string(),
});

/** A hold was released [subject: the snapshot]. */
export const HoldReleasedPredicate = z.strictObject({ ...removal, code: z.string(), why: z.string() });

/** A second person lifted a blast-radius cap [subject: the population file]. */
export const CapLiftedPredicate = z.strictObject({
  ...inCampaign,
  cap: z.string(),
  from: z.int(),
  to: z.int(),
  why: z.string(),
});

/** A switch-off was verified; exactly one level [subject: the snapshot]. */
export const VerificationPredicate = z.strictObject({
  ...removal,
  level: VerificationLevel,
  reasons: z.array(z.string()),
  drifted: z.boolean(),
  sessionsMayLiveUntil: Instant.optional(),
});

/** The exact prior state was put back [subject: the snapshot]. */
export const RestorationPredicate = z.strictObject({
  ...removal,
  why: z.string(),
  evidence: z.array(z.string()),
});
