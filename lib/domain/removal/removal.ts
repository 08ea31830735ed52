// Taking access away: planned, perhaps held, executed, verified, quarantined, deleted; restorable until deletion.
import * as z from 'zod';
import { CampaignId } from '../campaign/campaign.ts';
import { EnforcementMode } from '../campaign/definition.ts';
import { IdentityId, IdentityKey } from '../identity/identity-id.ts';
import { RiskTier } from '../identity/risk-tier.ts';
import type { TransitionTable } from '../lifecycle.ts';
import { Authenticated } from '../review/decision.ts';
import { Instant } from '../time.ts';
import { PreImage } from './pre-image.ts';
import { VerificationLevel } from './verification-level.ts';

/**
 * States of a removal. `manual-open`: a person has the task. `vanished`: it was gone before we acted. `brown-out`: off for
 * a short while, to see who misses it.
 */
export const RemovalState = z.enum([
  'planned',
  'held',
  'brown-out',
  'executing',
  'manual-open',
  'executed',
  'quarantined',
  'deleted',
  'restored',
  'cancelled',
  'failed',
  'vanished',
]);
export type RemovalState = z.infer<typeof RemovalState>;

/** What can happen to a removal. */
export type RemovalEvent =
  | 'hold'
  | 'release'
  | 'cancel'
  | 'begin'
  | 'brown-out'
  | 'scream'
  | 'hand-over'
  | 'executed'
  | 'fail'
  | 'vanish'
  | 'quarantine'
  | 'restore'
  | 'delete'
  | 'retry';

/** The whole life of a removal. */
export const REMOVAL_LIFECYCLE: TransitionTable<RemovalState, RemovalEvent> = {
  planned: {
    hold: 'held',
    cancel: 'cancelled',
    begin: 'executing',
    vanish: 'vanished',
    'brown-out': 'brown-out',
  },
  // It is off meanwhile: every way out puts the prior state back first.
  'brown-out': {
    'brown-out': 'brown-out',
    release: 'planned',
    scream: 'restored',
    restore: 'restored',
    fail: 'failed',
  },
  held: { hold: 'held', release: 'planned', cancel: 'cancelled' },
  executing: {
    executed: 'executed',
    'hand-over': 'manual-open',
    fail: 'failed',
    vanish: 'vanished',
    hold: 'held',
    begin: 'executing',
  },
  'manual-open': { executed: 'executed', cancel: 'cancelled', fail: 'failed' },
  executed: { quarantine: 'quarantined', restore: 'restored', fail: 'failed' },
  quarantined: { restore: 'restored', delete: 'deleted', quarantine: 'quarantined', fail: 'failed' },
  deleted: {},
  restored: {},
  cancelled: {},
  // What failed may have taken effect in part: the exact prior state can still be put back.
  failed: { retry: 'planned', cancel: 'cancelled', restore: 'restored' },
  vanished: {},
};

/** Why access is taken away. */
export const RemovalCause = z.enum([
  'no-response',
  'revoked',
  'retired',
  'exception-ended',
  'promise-missed',
  'drift',
]);
export type RemovalCause = z.infer<typeof RemovalCause>;

/** A pause with a cause, an owner and an end. At most 2 holds, 14 days in total. */
export const Hold = z.strictObject({
  code: z.enum([
    'blast-radius',
    'contradiction',
    'ambiguous',
    'nobody-told',
    'stale-inventory',
    'protected',
    'person',
    'missing-approval',
    'dependency',
    'disarmed',
  ]),
  cause: z.string(),
  /** Of a cap: what it is per. */
  per: z.enum(['campaign', 'connector', 'owner', 'day']).optional(),
  ownerId: z.string(),
  heldAt: Instant,
  holdUntil: Instant,
  releasedAt: Instant.optional(),
  releasedBy: z.string().optional(),
});
export type Hold = z.infer<typeof Hold>;

/** What enforcement would have done in shadow, and whether what it would have cut was used later. */
export const ShadowVerdict = z.strictObject({
  wouldAt: Instant,
  verdict: z.enum(['go', 'hold', 'manual', 'vanished']),
  cause: z.string().optional(),
  /** Until then use is looked for. */
  watchUntil: Instant,
  laterUsedAt: Instant.optional(),
  laterUsedBy: z.string().optional(),
  /** The watch is over, or was ended by use. */
  closedAt: Instant.optional(),
});
export type ShadowVerdict = z.infer<typeof ShadowVerdict>;

/** What a replay of logged use against a removal found. */
export const ImpactRef = z.strictObject({
  /** Blob of the whole finding. */
  digest: z.string(),
  from: Instant,
  until: Instant,
  calls: z.int().nonnegative(),
  /** Calls that would have been refused. */
  refused: z.int().nonnegative(),
  callers: z.int().nonnegative(),
  /** The log it was read from, and what it does not hold. */
  source: z.string(),
  /** `unknown`: there is no log to replay. Never the same as no calls. */
  completeness: z.enum(['complete', 'partial', 'unknown']),
  summary: z.string(),
});
export type ImpactRef = z.infer<typeof ImpactRef>;

/** One brown-out of a scream test. */
export const BrownOut = z.strictObject({
  step: z.int().positive(),
  plannedAt: Instant,
  minutes: z.int().positive(),
  offAt: Instant.optional(),
  onAt: Instant.optional(),
  /** `unknown`: no log was there to listen to. */
  outcome: z.enum(['quiet', 'screamed', 'unknown']).optional(),
  refused: z.int().nonnegative().optional(),
  caller: z.string().optional(),
});
export type BrownOut = z.infer<typeof BrownOut>;

/** A window of later logs in which use was looked for. */
export const Observation = z.strictObject({
  source: z.string(),
  /** Classes of events the log holds. */
  classes: z.array(z.string()),
  lagMinutes: z.int().nonnegative(),
  from: Instant,
  until: Instant,
  closedAt: Instant.optional(),
  laterUses: z.int().nonnegative(),
});
export type Observation = z.infer<typeof Observation>;

/** One removal of one credential, or of an identity as a whole. */
export const Removal = z.strictObject({
  schemaVersion: z.literal(1),
  version: z.int().positive(),
  removalId: z.string(),
  campaignId: CampaignId,
  identityKey: IdentityKey,
  identityId: IdentityId,
  connector: z.string(),
  tier: RiskTier,
  name: z.string(),
  /** Absent: the identity as a whole. */
  credentialId: z.string().optional(),
  /** Who answered for it, or was silent. */
  ownerId: z.string(),
  cause: RemovalCause,
  /** Attestation id of the decision, no-response, … that is the live reason. */
  becauseOf: z.string(),
  snapshot: z.string(),
  mode: EnforcementMode,
  state: RemovalState,
  plannedAt: Instant,
  executeAfter: Instant,
  holds: z.array(Hold).default([]),
  /** People who approved acting over a hold or a cap. */
  approvals: z.array(z.strictObject({ personId: z.string(), at: Instant, what: z.string() })).default([]),
  preImage: PreImage.optional(),
  executedAt: Instant.optional(),
  manualTaskId: z.string().optional(),
  verification: z
    .strictObject({ level: VerificationLevel, at: Instant, reasons: z.array(z.string()), checks: z.int() })
    .optional(),
  sessionsMayLiveUntil: Instant.optional(),
  quarantineUntil: Instant.optional(),
  restoredAt: Instant.optional(),
  restoredBy: z.string().optional(),
  /** Set once the target was found switched on again. */
  driftedAt: Instant.optional(),
  /** It was found off again after that. */
  driftEndedAt: Instant.optional(),
  shadow: ShadowVerdict.optional(),
  impact: ImpactRef.optional(),
  brownOuts: z.array(BrownOut).max(3).optional(),
  /** When somebody answerable was told that it is about to happen. */
  warnedAt: Instant.optional(),
  observation: Observation.optional(),
  /** Somebody said that it should not have been switched off. */
  wrong: z.strictObject({ at: Instant, by: z.string(), why: z.string() }).optional(),
  /** The prior state is being put back by somebody: until that is recorded, being on is no drift. */
  restoring: z
    .strictObject({
      at: Instant,
      who: Authenticated,
      why: z.string(),
      reason: z.string(),
      /** Whoever asks says that it should not have been switched off. */
      wrong: z.boolean().optional(),
    })
    .optional(),
  /** When its deletion was begun last: until its outcome is known nobody is promised that it comes back. */
  deletingAt: Instant.optional(),
  failure: z.string().optional(),
  attempts: z.int().nonnegative().default(0),
  /** Counts attested steps of this removal; part of attestation ordinals. */
  steps: z.int().nonnegative().default(0),
  nextDueAt: Instant.optional(),
});
export type Removal = z.infer<typeof Removal>;
