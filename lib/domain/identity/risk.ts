// How risky an identity is, as a sum of points each with its reason. Nothing is scored that cannot be explained.
import { daysBetween, type Instant } from '../time.ts';
import type { Credential } from './credential.ts';
import { isStatic, secretAgeDays } from './credential-age.ts';
import { dormancyOf } from './dormancy.ts';
import { valueOf } from './fact.ts';
import type { Identity, SpecialTrait } from './identity.ts';
import type { Risk, RiskTier } from './risk-tier.ts';

type Reason = Risk['reasons'][number];
type RiskRule = (identity: Identity, now: Instant) => readonly Reason[];

/**
 * Lowest score of each tier. An administrator alone is high and a root user alone is critical; everything else has to
 * add up. Below 25 is low.
 */
export const TIER_THRESHOLDS: Readonly<Record<Exclude<RiskTier, 'low'>, number>> = {
  critical: 75,
  high: 50,
  medium: 25,
};

/** The tier a score falls into. */
export function tierOf(score: number): RiskTier {
  if (score >= TIER_THRESHOLDS.critical) return 'critical';
  if (score >= TIER_THRESHOLDS.high) return 'high';
  return score >= TIER_THRESHOLDS.medium ? 'medium' : 'low';
}

/** Scores an identity as of `now`. Reasons come strongest first; negative points lower the score. */
export function riskOf(identity: Identity, now: Instant): Risk {
  const reasons = RULES.flatMap((rule) => rule(identity, now)).toSorted((a, b) => b.points - a.points);
  const sum = reasons.reduce((total, reason) => total + reason.points, 0);
  const score = Math.min(100, Math.max(0, sum));
  return { score, tier: tierOf(score), reasons };
}

/** Whether the environment's name says that it is production. */
export function isProduction(identity: Identity): boolean {
  return /^(prod|prd|production|live)\b/i.test(valueOf(identity.environment) ?? '');
}

const reason = (points: number, text: string): readonly Reason[] => [{ points, reason: text }];

function privileges({ kind, entitlements }: Identity): readonly Reason[] {
  const found: Reason[] = [];
  if (kind === 'root-account') found.push({ points: 75, reason: 'It is the root user of the account.' });
  if (entitlements.admin === 'yes') {
    found.push({ points: 50, reason: `It can act as administrator: ${entitlements.adminReason}` });
  } else if (entitlements.level === 'write') {
    found.push({ points: 15, reason: 'It can change things (write access).' });
  }
  if (entitlements.admin === 'unknown') {
    found.push({ points: 10, reason: `What it can do is not fully known: ${entitlements.adminReason}` });
  }
  return found;
}

function trust({ entitlements }: Identity): readonly Reason[] {
  const wildcard = entitlements.trust.find((entry) => entry.wildcard);
  if (wildcard) return reason(35, `Its trust is open: ${wildcard.principal} may use it.`);
  const external = entitlements.trust.find((entry) => entry.external);
  return external ? reason(15, `It is trusted from outside: ${external.principal} may use it.`) : [];
}

const ROTATION_STEPS = [
  { days: 365, points: 20 },
  { days: 180, points: 15 },
  { days: 90, points: 10 },
] as const;

function rotation(identity: Identity, now: Instant): readonly Reason[] {
  const scored = activeStatic(identity).map((credential) => rotationOf(credential, now));
  const worst = scored.reduce<Reason | undefined>(
    (a, b) => (b && (!a || b.points > a.points) ? b : a),
    undefined,
  );
  return worst ? [worst] : [];
}

function rotationOf(credential: Credential, now: Instant): Reason | undefined {
  const age = secretAgeDays(credential, now);
  if (age === undefined) {
    return { points: 5, reason: `When ${credential.credentialId} was last rotated is not known.` };
  }
  const step = ROTATION_STEPS.find(({ days }) => age > days);
  return (
    step && { points: step.points, reason: `${credential.credentialId} was not rotated for ${age} days.` }
  );
}

function use(identity: Identity, now: Instant): readonly Reason[] {
  const found = dormancyOf(identity.lastUse, identity.createdAt, now);
  if (found.use === 'unknown') {
    return reason(5, 'Whether it is used is not known (unknown is not unused).');
  }
  if (found.use !== 'dormant') return [];
  return found.everUsed
    ? reason(15, `It was last used ${found.days} days ago.`)
    : reason(20, `It was never used in the ${found.days} days since it was created.`);
}

/** A second key that nobody uses hides behind one that is used. */
function idleCredentials(identity: Identity, now: Instant): readonly Reason[] {
  if (dormancyOf(identity.lastUse, identity.createdAt, now).use === 'dormant') return [];
  const idle = activeStatic(identity).find(
    (credential) => dormancyOf(credential.lastUse, credential.createdAt, now).use === 'dormant',
  );
  return idle ? reason(10, `${idle.credentialId} is active but not in use.`) : [];
}

function expiry(identity: Identity, now: Instant): readonly Reason[] {
  const active = identity.credentials.filter((credential) => credential.status === 'active');
  const past = active.find((credential) => {
    const expiresAt = valueOf(credential.expiresAt);
    return expiresAt !== undefined && daysBetween(expiresAt, now) >= 0;
  });
  if (past) return reason(5, `${past.credentialId} is still active after its expiry.`);
  const endless = activeStatic(identity).find((credential) => !credential.expiresAt.known);
  return endless ? reason(5, `${endless.credentialId} has no known expiry.`) : [];
}

function twoKeys(identity: Identity): readonly Reason[] {
  const keys = activeStatic(identity).filter((credential) => credential.type === 'access-key');
  return keys.length > 1 ? reason(5, `It has ${keys.length} active access keys.`) : [];
}

/** Without an active credential or anybody trusted to use it, nobody can act as it today. */
function asleep(identity: Identity): readonly Reason[] {
  const { credentials, entitlements } = identity;
  const off = credentials.every(({ status }) => status === 'inactive' || status === 'expired');
  const closed = credentials.length > 0 && off && entitlements.trust.length === 0;
  return closed ? reason(-20, 'None of its credentials is active.') : [];
}

function ownership(identity: Identity): readonly Reason[] {
  return identity.ownerHints.length === 0 ? reason(15, 'Nobody is named as its owner.') : [];
}

function purpose(identity: Identity): readonly Reason[] {
  return identity.purpose.known ? [] : reason(5, 'What it is for is not recorded.');
}

function production(identity: Identity): readonly Reason[] {
  return isProduction(identity) ? reason(10, 'It belongs to production.') : [];
}

const TRAIT_REASONS: Readonly<Partial<Record<SpecialTrait, Reason>>> = {
  'vendor-managed': { points: 10, reason: 'A vendor manages it (third-party exposure).' },
  shared: { points: 10, reason: 'It is shared by several consumers.' },
  'break-glass': { points: 10, reason: 'It is an emergency access.' },
  legacy: { points: 5, reason: 'It is a long-lived legacy identity.' },
};

function traits(identity: Identity): readonly Reason[] {
  const found = identity.traits.flatMap((trait) => TRAIT_REASONS[trait] ?? []);
  return identity.kind === 'ai-agent'
    ? [...found, { points: 10, reason: 'It is an AI agent that acts by itself.' }]
    : found;
}

const RULES: readonly RiskRule[] = [
  privileges,
  trust,
  rotation,
  use,
  idleCredentials,
  expiry,
  twoKeys,
  asleep,
  ownership,
  purpose,
  production,
  traits,
];

function activeStatic(identity: Identity): readonly Credential[] {
  return identity.credentials.filter((credential) => credential.status === 'active' && isStatic(credential));
}
