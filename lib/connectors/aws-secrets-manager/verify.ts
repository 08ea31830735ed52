// How well a switch-off is known to hold. Says what was seen, never more.
import type { VerificationResult } from '../../application/ports/connector.ts';
import { UpstreamError } from '../../domain/errors.ts';
import type { PreImage } from '../../domain/removal/pre-image.ts';
import type { Instant } from '../../domain/time.ts';
import { deniesReading } from './secret-policy.ts';
import type { Secrets } from './secrets.ts';
import { parseSecretState, type SecretState } from './target-state.ts';

/** The connector has no right to read values and wants none, so that nobody who gets hold of it can read any. */
const NOT_ATTEMPTED = 'reading it was not attempted: Countersign has no right to read values';
const COPIES = 'copies read before live on with whoever has them';

/** Reads the policy back here and in replicas, and looks for later use. */
export async function verifyTarget(
  secrets: Secrets,
  preImage: PreImage,
  disabledAt: Instant,
): Promise<VerificationResult> {
  const { arn, region } = parseSecretState(preImage.detail);
  const live = await secrets.describe(region, arn);
  if (!live) return result('confirmed', [`secret ${arn} no longer exists`]);
  if (live.DeletedDate) {
    return result('confirmed', [
      `its deletion is scheduled (${live.DeletedDate}), which keeps it from being read`,
      COPIES,
    ]);
  }
  if (!deniesReading(await secrets.readPolicy(region, arn))) {
    return result('failed', [`the policy of ${live.Name} does not deny reading it to everybody`], true);
  }
  const { LastAccessedDate: used } = live;
  if (used && used > disabledAt) {
    return result('failed', [
      `Secrets Manager records that it was read on ${used.slice(0, 10)}, after the switch-off`,
    ]);
  }
  const replicas = await Promise.all(
    live.ReplicationStatus.map((place) => replicaFinding(secrets, arn, region, place)),
  );
  const reasons = [
    `the statement that denies reading it to everybody was read back in ${region}`,
    ...replicas.map(({ reason }) => reason),
    used ? `no read is recorded after ${used.slice(0, 10)}` : 'no read is recorded',
    NOT_ATTEMPTED,
    COPIES,
  ];
  return result(worst(replicas), reasons);
}

interface ReplicaFinding {
  readonly level: 'confirmed' | 'unchecked' | 'failed';
  readonly reason: string;
}

/** Secrets Manager copies the policy to replicas by itself; whether it has is looked at in each place. */
async function replicaFinding(
  secrets: Secrets,
  arn: SecretState['arn'],
  home: string,
  region: string,
): Promise<ReplicaFinding> {
  try {
    const policy = await secrets.readPolicy(region, arn.replace(`:${home}:`, `:${region}:`));
    if (deniesReading(policy)) return { level: 'confirmed', reason: `it was read back in ${region}, too` };
    return { level: 'failed', reason: `its replica in ${region} can still be read` };
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.retryable) throw error;
    if (error.code === 'NOT_FOUND') return { level: 'confirmed', reason: `its replica in ${region} is gone` };
    return { level: 'unchecked', reason: `its replica in ${region} was not looked at (${error.message})` };
  }
}

function worst(findings: readonly ReplicaFinding[]): ReplicaFinding['level'] {
  const levels = new Set(findings.map(({ level }) => level));
  if (levels.has('failed')) return 'failed';
  return levels.has('unchecked') ? 'unchecked' : 'confirmed';
}

/** Reading a value makes no session that could live on. */
function result(
  level: VerificationResult['level'],
  reasons: readonly string[],
  drifted = false,
): VerificationResult {
  return { level, reasons, sessionsMayLiveUntil: undefined, drifted };
}
