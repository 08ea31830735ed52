// Whether a promise was kept, told from a collection made after it was due.
import { widened } from '../identity/changes.ts';
import type { Credential } from '../identity/credential.ts';
import { secretSince } from '../identity/credential-age.ts';
import type { Entitlements } from '../identity/entitlement.ts';
import type { Identity } from '../identity/identity.ts';
import type { PromiseToChange } from './promise.ts';

/** Kept or not, and what was found, in a sentence. */
export interface PromiseFinding {
  readonly kept: boolean;
  readonly finding: string;
}

/**
 * Compares what was shown with what is there now. Rotate: each credential named is gone, off, or newer than the promise.
 * Reduce: something was taken away and nothing was added; whether it is what was promised stays a person's judgement.
 * Retire: nothing admits anyone any more.
 */
export function promiseKept(promise: PromiseToChange, shown: Identity, current: Identity): PromiseFinding {
  switch (promise.verdict) {
    case 'rotate':
      return rotated(promise, current);
    case 'reduce':
      return reduced(shown, current);
    case 'retire':
      return retired(promise, current);
  }
}

function rotated(promise: PromiseToChange, current: Identity): PromiseFinding {
  const left = named(promise, current).filter(
    (credential) => isOn(credential) && !newerThan(credential, promise),
  );
  if (left.length === 0) return { kept: true, finding: 'Every credential was rotated or switched off.' };
  return { kept: false, finding: `Not rotated since the promise: ${idsOf(left)}.` };
}

function retired(promise: PromiseToChange, current: Identity): PromiseFinding {
  const left = named(promise, current).filter(isOn);
  if (left.length > 0) return { kept: false, finding: `Still active: ${idsOf(left)}.` };
  if (promise.credentialIds === undefined && current.entitlements.trust.length > 0) {
    return { kept: false, finding: 'It can still be assumed by those it trusts.' };
  }
  return { kept: true, finding: 'None of its credentials is active.' };
}

function reduced(shown: Identity, current: Identity): PromiseFinding {
  if (widened(shown, current)) return { kept: false, finding: 'Its access grew instead.' };
  if (current.entitlements.level === 'unknown') {
    return { kept: false, finding: 'What it can do could not be read.' };
  }
  const taken = takenAway(shown.entitlements, current.entitlements);
  return taken.length > 0
    ? { kept: true, finding: `Taken away: ${taken.join(', ')}.` }
    : { kept: false, finding: 'Its access is what it was.' };
}

function takenAway(from: Entitlements, to: Entitlements): readonly string[] {
  const policies = to.policies.map(({ name, via }) => `${name} (${via})`);
  const principals = to.trust.map(({ principal }) => principal);
  const bounded = to.policies.filter(({ name, via }) => {
    return via === 'boundary' && !from.policies.some((old) => old.via === via && old.name === name);
  });
  return [
    ...(from.admin === 'yes' && to.admin === 'no' ? ['administrator rights'] : []),
    ...(from.level === to.level || from.level === 'unknown' ? [] : [`${from.level} access`]),
    ...from.services.filter((service) => !to.services.includes(service)),
    ...from.policies
      .map(({ name, via }) => `${name} (${via})`)
      .filter((policy) => !policies.includes(policy)),
    ...from.trust.map(({ principal }) => principal).filter((principal) => !principals.includes(principal)),
    ...bounded.map(({ name }) => `everything outside the boundary ${name}`),
  ];
}

function named({ credentialIds }: PromiseToChange, current: Identity): readonly Credential[] {
  return current.credentials.filter(
    ({ credentialId }) => credentialIds === undefined || credentialIds.includes(credentialId),
  );
}

function isOn({ status }: Credential): boolean {
  return status === 'active' || status === 'unknown';
}

function newerThan(credential: Credential, { madeAt }: PromiseToChange): boolean {
  const since = secretSince(credential);
  return since !== undefined && since > madeAt;
}

function idsOf(credentials: readonly Credential[]): string {
  return credentials.map(({ credentialId }) => credentialId).join(', ');
}
