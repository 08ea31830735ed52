// High risk is never settled by e-mail link and code alone.
import { RefusedError } from '../domain/errors.ts';
import { atLeast, type RiskTier } from '../domain/identity/risk-tier.ts';
import type { AuthenticationMethod } from '../domain/review/decision.ts';

/** @throws RefusedError STRONGER_PROOF when the tier wants more than a mailbox. */
export function requireStrongProof(tier: RiskTier, method: AuthenticationMethod): void {
  if (method !== 'email-link-and-code' || !atLeast(tier, 'high')) return;
  throw new RefusedError({
    code: 'STRONGER_PROOF',
    message: `At ${tier} risk this takes more than an e-mail: please use Slack or sign in.`,
  });
}
