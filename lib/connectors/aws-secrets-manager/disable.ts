// Switching off by policy, putting back, and scheduling deletion. Everything is idempotent; the pre-image is what was located.
import type { RemovalReceipt } from '../../application/ports/connector.ts';
import { RefusedError } from '../../domain/errors.ts';
import type { ObservedState, PreImage } from '../../domain/removal/pre-image.ts';
import { preImageOf } from '../aws/acts.ts';
import { refuseProtectedNow } from './collect.ts';
import { manifest } from './manifest.ts';
import type { SecretDescription } from './schema.ts';
import { deniesReading, isMarked, isSamePolicy, withDeny, withoutDeny } from './secret-policy.ts';
import type { Secrets } from './secrets.ts';
import type { AwsSecretsManagerSettings } from './settings.ts';
import { parseSecretState, type SecretState } from './target-state.ts';

/** What switching works with. */
export interface SwitchParts {
  readonly secrets: Secrets;
  readonly settings: AwsSecretsManagerSettings;
}

type Evidence = { readonly evidence: readonly string[] };

const AS_BEFORE = 'already as before';

/** Denies reading its value to everybody. @throws RefusedError PROTECTED, NOT_FOUND */
export async function disableTarget(
  { secrets, settings }: SwitchParts,
  state: ObservedState,
): Promise<RemovalReceipt> {
  const before = parseSecretState(state.detail);
  const preImage = preImageOf(manifest.id, state);
  const live = await describeOrRefuse(secrets, before, 'it cannot be switched off');
  refuseProtectedNow(live, settings);
  if (live.DeletedDate) {
    return {
      preImage,
      changed: false,
      evidence: [`its deletion was scheduled already (${live.DeletedDate})`],
    };
  }
  const policy = await secrets.readPolicy(before.region, before.arn);
  if (deniesReading(policy)) {
    return { preImage, changed: false, evidence: ['reading it was denied to everybody already'] };
  }
  const request = await secrets.writePolicy(before.region, before.arn, withDeny(policy));
  return { preImage, changed: true, evidence: [request] };
}

/**
 * Puts back what was there: a deletion scheduled since is taken back, our statement goes, and where nobody else changed the
 * policy it is the prior one again to the letter. What others changed in it stays.
 */
export async function restoreTarget({ secrets }: SwitchParts, preImage: PreImage): Promise<Evidence> {
  const before = parseSecretState(preImage.detail);
  const { arn, region } = before;
  const live = await describeOrRefuse(secrets, before, 'it was deleted and cannot be restored');
  // Its deletion was scheduled before we came: it stays so.
  if (before.deletedAt !== null) return { evidence: [AS_BEFORE] };
  const evidence: string[] = [];
  if (live.DeletedDate) evidence.push(await secrets.takeDeletionBack(region, arn));
  const policy = await secrets.readPolicy(region, arn);
  const left = withoutDeny(policy);
  if (isMarked(policy) && !isSamePolicy(policy, before.policy)) {
    const untouched = isSamePolicy(left, withoutDeny(before.policy));
    evidence.push(await secrets.writePolicy(region, arn, untouched ? before.policy : left));
    if (!untouched) evidence.push('its policy was changed by others meanwhile, and keeps those changes');
  } else if (!isSamePolicy(policy, before.policy)) {
    evidence.push('its policy was changed by others meanwhile, and was left alone');
  }
  return { evidence: evidence.length > 0 ? evidence : [AS_BEFORE] };
}

/**
 * Schedules its deletion. AWS deletes it when the recovery window ends; until then it can be had back.
 * @throws RefusedError ILLEGAL_TRANSITION when it can be read again, NOT_SUPPORTED while it has replicas
 */
export async function removeTarget(
  { secrets, settings }: SwitchParts,
  preImage: PreImage,
): Promise<Evidence> {
  const before = parseSecretState(preImage.detail);
  const { arn, region } = before;
  const live = await secrets.describe(region, arn);
  if (!live) return { evidence: [`${arn} was gone already`] };
  refuseProtectedNow(live, settings);
  if (live.DeletedDate) return { evidence: [`its deletion was scheduled already (${live.DeletedDate})`] };
  if (!deniesReading(await secrets.readPolicy(region, arn))) {
    const message = `${live.Name} can be read again and is not deleted`;
    throw new RefusedError({ code: 'ILLEGAL_TRANSITION', message });
  }
  if (live.ReplicationStatus.length > 0) {
    const message = `${live.Name} is replicated to ${live.ReplicationStatus.join(', ')}: AWS deletes it only once somebody has removed those`;
    throw new RefusedError({ code: 'NOT_SUPPORTED', message });
  }
  const { at, request } = await secrets.scheduleDeletion(region, arn);
  const when = at?.toISOString() ?? 'an unknown time';
  return { evidence: [request, `AWS deletes it after ${when}; until then RestoreSecret brings it back`] };
}

async function describeOrRefuse(
  secrets: Secrets,
  { arn, region }: SecretState,
  consequence: string,
): Promise<SecretDescription> {
  const live = await secrets.describe(region, arn);
  if (live) return live;
  throw new RefusedError({ code: 'NOT_FOUND', message: `secret ${arn} no longer exists: ${consequence}` });
}
