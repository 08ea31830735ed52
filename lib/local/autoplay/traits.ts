// What makes an identity fit a scene, told from what its reviewer is shown.
import type { Credential } from '../../domain/identity/credential.ts';
import { dormancyOf } from '../../domain/identity/dormancy.ts';
import type { LocalStack } from '../stack.ts';
import type { Candidate } from './casting-pool.ts';

/** An identity of the AWS account whose switch-off is automatic and can be undone. */
export function isSwitchable({ snapshot }: Candidate): boolean {
  const { identity } = snapshot;
  const kinds = ['service-account', 'api-key', 'workload-identity'];
  // A user whose keys nobody listed cannot be told apart from one who has none.
  const hasSwitch = identity.kind === 'workload-identity' || identity.credentials.length > 0;
  const isOurs = identity.connector === 'aws-iam' && kinds.includes(identity.kind) && hasSwitch;
  return (
    isOurs &&
    !identity.protection.protected &&
    identity.traits.every((trait) => trait !== 'own-infrastructure')
  );
}

/** Its active access keys. */
export function activeKeys({ snapshot }: Candidate): readonly Credential[] {
  return snapshot.identity.credentials.filter(
    ({ type, status }) => type === 'access-key' && status === 'active',
  );
}

/** A switchable identity with an active access key. */
export function hasActiveKey(candidate: Candidate): boolean {
  return isSwitchable(candidate) && activeKeys(candidate).length > 0;
}

/** A service account with exactly one access key in all, and it is active: there is room for a second one. */
export function hasOneKey(candidate: Candidate): boolean {
  if (candidate.item.kind !== 'service-account') return false;
  const keys = candidate.snapshot.identity.credentials.filter(({ type }) => type === 'access-key');
  return hasActiveKey(candidate) && keys.length === 1;
}

/** Every active key was shown as dormant or never used, so that a use now contradicts. */
export function looksUnused(candidate: Candidate): boolean {
  return hasActiveKey(candidate) && ['dormant', 'not-yet-used'].includes(useOf(candidate));
}

function useOf({ snapshot }: Candidate): string {
  const { identity, takenAt } = snapshot;
  return dormancyOf(identity.lastUse, identity.createdAt, takenAt).use;
}

/** Answered with one click and no second person: below high risk. */
export function isOrdinary({ item }: Candidate): boolean {
  return item.tier === 'low' || item.tier === 'medium';
}

/** Its keys as the account has them now, by slot: one key of a person is not their other one. */
export function liveKeys({ iam }: LocalStack, candidate: Candidate): ReturnType<LocalStack['iam']['keysOf']> {
  const shown = candidate.snapshot.identity.credentials.map(({ credentialId }) => credentialId);
  return iam.keysOf(userOf(candidate)).filter(({ slot }) => shown.includes(`access-key-${slot}`));
}

/** The IAM user behind it. */
export function userOf({ snapshot }: Candidate): string {
  const [resource = ''] = snapshot.identity.nativeId.split('#');
  return resource.slice(resource.lastIndexOf('/') + 1);
}
