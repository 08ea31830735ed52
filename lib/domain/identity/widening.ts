// Growth of privileges or trust. Learning more about what was unknown is no growth, unless it shows an administrator.
import type { Entitlements, PrivilegeLevel, TrustedPrincipal } from './entitlement.ts';
import type { Identity } from './identity.ts';

const RANK: Readonly<Record<Exclude<PrivilegeLevel, 'unknown'>, number>> = {
  none: 0,
  read: 1,
  write: 2,
  admin: 3,
};

/** Sentences on what grew; empty when nothing did. */
export function widenings(before: Identity, after: Identity): readonly string[] {
  const from = before.entitlements;
  const to = after.entitlements;
  return [...level(from, to), ...services(from, to), ...policies(from, to), ...trust(from, to)];
}

function level(from: Entitlements, to: Entitlements): readonly string[] {
  if (from.admin !== 'yes' && to.admin === 'yes') {
    return [`It can now act as administrator: ${to.adminReason}`];
  }
  if (from.level === 'unknown' || to.level === 'unknown' || RANK[to.level] <= RANK[from.level]) return [];
  return [`Its access grew from ${from.level} to ${to.level}.`];
}

function services(from: Entitlements, to: Entitlements): readonly string[] {
  if (from.level === 'unknown' || from.services.includes('*')) return [];
  const added = to.services.filter((service) => !from.services.includes(service));
  return added.length > 0 ? [`It may now use: ${added.join(', ')}.`] : [];
}

function policies(from: Entitlements, to: Entitlements): readonly string[] {
  if (from.level === 'unknown') return [];
  const has = (entitlements: Entitlements, name: string, via: string) =>
    entitlements.policies.some((policy) => policy.name === name && policy.via === via);
  const added = to.policies.filter(({ name, via }) => via !== 'boundary' && !has(from, name, via));
  const unbound = from.policies.filter(({ name, via }) => via === 'boundary' && !has(to, name, via));
  return [
    ...added.map(({ name, via }) => `New policy: ${name} (${via}).`),
    ...unbound.map(({ name }) => `Its permissions boundary ${name} was taken away.`),
  ];
}

/** An entry is no growth when the same principal was trusted at least as widely before. */
function trust(from: Entitlements, to: Entitlements): readonly string[] {
  const covered = (entry: TrustedPrincipal) =>
    from.trust.some(
      (old) =>
        old.principal === entry.principal &&
        old.conditions.every((condition) => entry.conditions.includes(condition)) &&
        (old.wildcard || !entry.wildcard) &&
        (old.external || !entry.external),
    );
  return to.trust
    .filter((entry) => !covered(entry))
    .map((entry) =>
      from.trust.some(({ principal }) => principal === entry.principal)
        ? `Its trust in ${entry.principal} grew.`
        : `Newly trusted: ${entry.principal}.`,
    );
}
