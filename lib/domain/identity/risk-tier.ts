// Four tiers of risk; cadence, reasons and safeguards follow the tier.
import * as z from 'zod';

/** Risk tier, worst first. */
export const RiskTier = z.enum(['critical', 'high', 'medium', 'low']);
export type RiskTier = z.infer<typeof RiskTier>;

const RANK: Record<RiskTier, number> = { critical: 0, high: 1, medium: 2, low: 3 };

/** Whether `tier` is at least as risky as `floor`. */
export function atLeast(tier: RiskTier, floor: RiskTier): boolean {
  return RANK[tier] <= RANK[floor];
}

/** A score with the reasons that make it up; `score` 0 to 100 is the sum of the points, capped. */
export const Risk = z.strictObject({
  score: z.int().min(0).max(100),
  tier: RiskTier,
  reasons: z.array(z.strictObject({ points: z.int(), reason: z.string() })),
});
export type Risk = z.infer<typeof Risk>;
