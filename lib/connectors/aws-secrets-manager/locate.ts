// From the secret the reviewer was shown to the one that is there now, by ARN: a later secret of the same name has another.
import type { Located, RemovalTarget } from '../../application/ports/connector.ts';
import { RefusedError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import { chosenCredential } from '../aws/acts.ts';
import type { Caller } from '../aws/session.ts';
import { lastUseOf } from './collect.ts';
import { manifest } from './manifest.ts';
import type { SecretDescription } from './schema.ts';
import { deniesReading } from './secret-policy.ts';
import type { Secrets } from './secrets.ts';
import type { SecretState } from './target-state.ts';

/** What locating works with. */
export interface LocateParts {
  readonly secrets: Secrets;
  readonly caller: () => Promise<Caller>;
  readonly now: () => Instant;
}

/** Reads the target's present state. @throws RefusedError NOT_SUPPORTED for a replica, which is switched off where it was made. */
export async function locateTarget(parts: LocateParts, target: RemovalTarget): Promise<Located> {
  chosenCredential(target);
  const { region, arn } = await addressOf(parts, target);
  const live = await parts.secrets.describe(region, arn);
  if (!live) return { found: 'vanished', reason: `there is no secret ${arn} any more` };
  if (live.ARN !== arn) {
    return { found: 'ambiguous', reason: `${live.Name} is now ${live.ARN}, not the secret reviewed` };
  }
  refuseReplica(live, region);
  const deletedAt = live.DeletedDate ?? null;
  // AWS keeps the policy of a secret whose deletion is scheduled from view.
  const policy = deletedAt === null ? await parts.secrets.readPolicy(region, arn) : null;
  const detail: SecretState = { region, arn, policy, deletedAt, replicas: live.ReplicationStatus };
  return {
    found: 'one',
    state: {
      label: `secret ${live.Name} in ${region}`,
      enabled: deletedAt === null && !deniesReading(policy),
      lastUse: lastUseOf({ ...live, PrimaryRegion: primaryOf(live) }, region),
      observedAt: parts.now(),
      detail,
    },
  };
}

function primaryOf({ PrimaryRegion, ReplicationStatus }: SecretDescription): string | undefined {
  return PrimaryRegion ?? ReplicationStatus[0];
}

/** `<region>/<name-with-suffix>` as collected, as an ARN of the partition these credentials are for. */
async function addressOf(
  { caller }: LocateParts,
  { identityId, reviewed }: RemovalTarget,
): Promise<{ readonly region: string; readonly arn: string }> {
  const at = reviewed.nativeId.indexOf('/');
  if (reviewed.kind !== 'secret' || at <= 0) {
    const message = `${manifest.id}: ${reviewed.kind} ${identityId} is not switched off here`;
    throw new RefusedError({ code: 'NOT_SUPPORTED', message });
  }
  const partition = (await caller()).arn.split(':')[1] ?? 'aws';
  const region = reviewed.nativeId.slice(0, at);
  const resource = reviewed.nativeId.slice(at + 1);
  return { region, arn: `arn:${partition}:secretsmanager:${region}:${reviewed.scope}:secret:${resource}` };
}

function refuseReplica({ Name, PrimaryRegion }: SecretDescription, region: string): void {
  if (!PrimaryRegion || PrimaryRegion === region) return;
  const message = `${Name} in ${region} is a replica: it is switched off where it was made, in ${PrimaryRegion}`;
  throw new RefusedError({ code: 'NOT_SUPPORTED', message });
}
