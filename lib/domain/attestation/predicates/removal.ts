// Facts about taking access away and giving it back.
import * as z from 'zod';
import { RiskTier } from '../../identity/risk-tier.ts';
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

/** What enforcement would have done in shadow, and whether the target was used later [subject: the snapshot]. */
export const ShadowVerdictPredicate = z.strictObject({
  ...removal,
  connector: z.string(),
  tier: RiskTier,
  verdict: z.enum(['go', 'hold', 'manual', 'vanished']),
  cause: z.string().optional(),
  wouldAt: Instant,
  watchedUntil: Instant,
  laterUsedAt: Instant.optional(),
  laterUsedBy: z.string().optional(),
});

/** A target was switched off for a short while, or back on [subject: the snapshot]. */
export const BrownOutPredicate = z.strictObject({
  ...removal,
  step: z.enum(['off', 'on', 'screamed']),
  round: z.int().positive(),
  minutes: z.int().positive(),
  /** Calls refused meanwhile; absent where no log was there to listen to. */
  refused: z.int().nonnegative().optional(),
  caller: z.string().optional(),
  source: z.string().optional(),
});

/** Logged use was replayed against a removal or a reduction [subject: the snapshot]. */
export const ImpactPredicate = z.strictObject({
  ...aboutIdentity,
  removalId: z.string().optional(),
  credentialId: z.string().optional(),
  /** SHA-256 (hex) of the whole finding. */
  finding: z.string(),
  from: Instant,
  until: Instant,
  calls: z.int().nonnegative(),
  refused: z.int().nonnegative(),
  completeness: z.enum(['complete', 'partial', 'unknown']),
  source: z.string(),
});

/** A window of later logs was closed over a switch-off [subject: the snapshot]. */
export const ObservationClosedPredicate = z.strictObject({
  ...removal,
  source: z.string(),
  classes: z.array(z.string()),
  lagMinutes: z.int().nonnegative(),
  from: Instant,
  until: Instant,
  laterUses: z.int().nonnegative(),
});

/** The exact prior state was put back [subject: the snapshot]. */
export const RestorationPredicate = z.strictObject({
  ...removal,
  why: z.string(),
  evidence: z.array(z.string()),
});
