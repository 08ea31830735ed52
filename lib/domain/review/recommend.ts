// What Countersign would do, with its reasons. Shown, never pre-selected; it may lead to a switch-off, never to a keep.
import { isStatic } from '../identity/credential-age.ts';
import { dormancyOf } from '../identity/dormancy.ts';
import type { Identity } from '../identity/identity.ts';
import { atLeast, type Risk } from '../identity/risk-tier.ts';
import type { Instant } from '../time.ts';
import type { Recommendation } from './snapshot.ts';

/**
 * `switch-off` when it is provably dormant and may be switched off at all; `look` when anything is new, risky or
 * unknown; `keep` only for what is in use, unchanged and of a lower tier.
 */
export function recommend(
  identity: Identity,
  risk: Risk,
  changes: readonly string[],
  now: Instant,
): Recommendation {
  const dormant = dormancySentence(identity, now);
  const spared = whySpared(identity);
  if (dormant && !spared) return { advice: 'switch-off', reasons: [dormant] };
  const reasons = [
    ...(dormant && spared ? [`${dormant} That is expected: ${spared}`] : []),
    ...reasonsToLook(identity, risk, now),
    ...changes.map((change) => `Changed since the last review: ${change}`),
  ];
  if (reasons.length > 0) return { advice: 'look', reasons };
  return { advice: 'keep', reasons: ['It is in use, and nothing about it calls for a closer look.'] };
}

function dormancySentence(identity: Identity, now: Instant): string | undefined {
  const found = dormancyOf(identity.lastUse, identity.createdAt, now);
  if (found.use !== 'dormant') return undefined;
  return found.everUsed
    ? `It was last used ${found.days} days ago.`
    : `It was never used in the ${found.days} days since it was created.`;
}

/** Lying idle is what emergency and protected identities are for. */
function whySpared({ kind, traits, protection }: Identity): string | undefined {
  if (traits.includes('break-glass')) return 'it is an emergency access.';
  if (kind === 'root-account') return 'it is the root user.';
  if (traits.includes('own-infrastructure')) return 'it belongs to Countersign itself.';
  return protection.protected ? `it is protected (${protection.reason}).` : undefined;
}

function reasonsToLook(identity: Identity, risk: Risk, now: Instant): readonly string[] {
  const reasons: string[] = [];
  const found = dormancyOf(identity.lastUse, identity.createdAt, now);
  if (found.use === 'unknown') reasons.push('Whether it is used is not known.');
  if (found.use === 'not-yet-used') {
    const days = found.days === undefined ? '' : `; it is ${found.days} days old`;
    reasons.push(`It was never used${days}.`);
  }
  for (const credential of idleCredentials(identity, now)) {
    reasons.push(`${credential} is active but not in use; it can be switched off alone.`);
  }
  if (!identity.purpose.known) reasons.push('What it is for is not recorded.');
  const strongest = risk.reasons.find(({ points }) => points > 0);
  if (atLeast(risk.tier, 'high') && strongest) reasons.push(strongest.reason);
  return reasons;
}

function idleCredentials(identity: Identity, now: Instant): readonly string[] {
  return identity.credentials
    .filter((credential) => credential.status === 'active' && isStatic(credential))
    .filter(({ lastUse, createdAt }) => dormancyOf(lastUse, createdAt, now).use === 'dormant')
    .map(({ credentialId }) => credentialId);
}
