// What changed about an identity between two looks, in sentences, and whether it can now do more than before.
import type { Instant } from '../time.ts';
import type { Credential } from './credential.ts';
import { secretSince } from './credential-age.ts';
import { dormancyOf } from './dormancy.ts';
import type { TrustedPrincipal } from './entitlement.ts';
import { type Fact, valueOf } from './fact.ts';
import type { Identity } from './identity.ts';
import { widenings } from './widening.ts';

type Compare = (before: Identity, after: Identity) => readonly string[];

/** Sentences on what changed, most important first; empty when nothing that matters did. */
export function changesSince(before: Identity, after: Identity): string[] {
  return COMPARISONS.flatMap((compare) => compare(before, after));
}

/** Whether privileges or trust grew: what was vouched for is no longer what is there. */
export function widened(before: Identity, after: Identity): boolean {
  return widenings(before, after).length > 0;
}

function narrowings(before: Identity, after: Identity): readonly string[] {
  const from = before.entitlements;
  const to = after.entitlements;
  const sentences: string[] = [];
  if (from.admin === 'yes' && to.admin === 'no') sentences.push('It can no longer act as administrator.');
  if (from.level !== 'unknown' && to.level === 'unknown') {
    sentences.push(`What it can do can no longer be read: ${to.adminReason}`);
  }
  for (const name of missing(
    from.policies.filter(({ via }) => via !== 'boundary').map(policyName),
    to.policies.map(policyName),
  )) {
    sentences.push(`Policy taken away: ${name}.`);
  }
  const still = (entry: TrustedPrincipal) => to.trust.some(({ principal }) => principal === entry.principal);
  for (const entry of from.trust.filter((one) => !still(one))) {
    sentences.push(`No longer trusted: ${entry.principal}.`);
  }
  return sentences;
}

function credentials(before: Identity, after: Identity): readonly string[] {
  const old = new Map(before.credentials.map((credential) => [credential.credentialId, credential]));
  const now = new Set(after.credentials.map(({ credentialId }) => credentialId));
  return [
    ...after.credentials.flatMap((credential) =>
      credentialChanges(old.get(credential.credentialId), credential),
    ),
    ...before.credentials
      .filter(({ credentialId }) => !now.has(credentialId))
      .map(({ credentialId }) => `Credential gone: ${credentialId}.`),
  ];
}

function credentialChanges(before: Credential | undefined, after: Credential): readonly string[] {
  const name = after.credentialId;
  if (!before) return [`New credential: ${name} (${after.type}).`];
  const changes: string[] = [];
  const since = secretSince(after);
  if (isAnother(before, after)) {
    changes.push(`${name} is another credential than before.`);
  } else if (since !== undefined && since > (secretSince(before) ?? since)) {
    changes.push(`${name} was rotated on ${day(since)}.`);
  }
  if (before.status !== after.status) changes.push(`${name} went from ${before.status} to ${after.status}.`);
  return changes;
}

/** Whether the slot now holds another credential: the provider's own id says so. */
export function isAnother(before: Credential, after: Credential): boolean {
  return (
    before.providerId !== undefined &&
    after.providerId !== undefined &&
    before.providerId !== after.providerId
  );
}

function facts(before: Identity, after: Identity): readonly string[] {
  return [
    ...factChange('Purpose', before.purpose, after.purpose),
    ...factChange('Environment', before.environment, after.environment),
    ...factChange('Bound to', before.boundTo, after.boundTo),
    ...factChange('Owning code', before.ownedByCode, after.ownedByCode),
    ...missing(valueOf(after.consumers) ?? [], valueOf(before.consumers) ?? []).map(
      (name) => `New consumer: ${name}.`,
    ),
    ...missing(valueOf(before.consumers) ?? [], valueOf(after.consumers) ?? []).map(
      (name) => `Consumer gone: ${name}.`,
    ),
  ];
}

function factChange(label: string, before: Fact<string>, after: Fact<string>): readonly string[] {
  const from = valueOf(before);
  const to = valueOf(after);
  if (from === to) return [];
  return [`${label} changed from ${from ?? 'unknown'} to ${to ?? 'unknown'}.`];
}

function owners(before: Identity, after: Identity): readonly string[] {
  const names = ({ ownerHints }: Identity) =>
    ownerHints.map(({ role, value, source }) => `${value} (${role}, ${source})`);
  return [
    ...missing(names(after), names(before)).map((name) => `New owner named: ${name}.`),
    ...missing(names(before), names(after)).map((name) => `Owner no longer named: ${name}.`),
  ];
}

/** Use is expected to go on; what matters is waking up or falling asleep. */
function use(before: Identity, after: Identity): readonly string[] {
  const from = dormancyOf(before.lastUse, before.createdAt, before.observedAt);
  const to = dormancyOf(after.lastUse, after.createdAt, after.observedAt);
  if (before.lastUse.state === 'never' && after.lastUse.state === 'used')
    return ['It was used for the first time.'];
  if (from.use === 'dormant' && to.use === 'in-use') return ['It was dormant and is in use again.'];
  return from.use !== 'dormant' && to.use === 'dormant' ? ['It fell out of use.'] : [];
}

function nature(before: Identity, after: Identity): readonly string[] {
  return [
    ...missing(after.traits, before.traits).map((trait) => `It is now marked ${trait}.`),
    ...missing(before.traits, after.traits).map((trait) => `It is no longer marked ${trait}.`),
    ...(before.protection.protected === after.protection.protected
      ? []
      : [after.protection.protected ? 'It became protected.' : 'It is no longer protected.']),
  ];
}

const COMPARISONS: readonly Compare[] = [widenings, narrowings, credentials, owners, facts, use, nature];

function policyName({ name, via }: Identity['entitlements']['policies'][number]): string {
  return `${name} (${via})`;
}

function missing<T>(wanted: readonly T[], among: readonly T[]): readonly T[] {
  return wanted.filter((one) => !among.includes(one));
}

function day(at: Instant): string {
  return at.slice(0, 10);
}
