// Plays what a log says of a target's use against switching it off, keeps the finding, and attests it.
import { findingOf, findingWithoutLog, ImpactFinding, impactRefOf } from '../../domain/activity/finding.ts';
import { replay } from '../../domain/activity/replay.ts';
import type { CampaignId } from '../../domain/campaign/campaign.ts';
import { RefusedError, UpstreamError } from '../../domain/errors.ts';
import type { ImpactRef } from '../../domain/removal/removal.ts';
import { plusDays } from '../../domain/time.ts';
import type { SignedFact } from '../attest.ts';
import type { Environment } from '../environment.ts';
import { fileBytes } from '../plain-json.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Connector, RemovalTarget } from '../ports/connector.ts';

/** Days of the log played where a definition does not say. */
export const IMPACT_DAYS = 90;

/** What is played: a target, over so many days before now. */
export interface ReplayOf {
  readonly connector: Connector;
  readonly target: RemovalTarget;
  readonly days?: number | undefined;
}

/** A finding, where it is kept, and its short form. */
export interface Impact {
  readonly finding: ImpactFinding;
  readonly ref: ImpactRef;
}

/**
 * Reads the log and plays it against switching the target off. Where there is no log, or it may not be read, the finding is
 * `unknown` and says why: never "no calls".
 * @throws UpstreamError retryable, when the log could not be read just now
 */
export async function replayImpact(environment: Environment, asked: ReplayOf): Promise<Impact> {
  const finding = await findImpact(environment, asked);
  const digest = await environment.blobs.put(fileBytes(finding));
  return { finding, ref: impactRefOf(finding, digest) };
}

async function findImpact(
  { clock }: Environment,
  { connector, target, days = IMPACT_DAYS }: ReplayOf,
): Promise<ImpactFinding> {
  const until = clock.now();
  const from = plusDays(until, -days);
  const about = {
    identityId: target.identityId,
    ...(target.credentialId === undefined ? {} : { credentialId: target.credentialId }),
    change: 'disable' as const,
  };
  if (!connector.activity)
    return findingWithoutLog(about, { from, until }, `nothing is read by ${connector.manifest.title}`);
  try {
    const report = await connector.activity(target, from, until);
    return findingOf(about, report, replay(report.events, { kind: 'disable' }));
  } catch (error) {
    const final = error instanceof RefusedError || (error instanceof UpstreamError && !error.retryable);
    if (!final) throw error;
    return findingWithoutLog(about, { from, until }, error.message);
  }
}

/** Reads a kept finding. @throws IntegrityError when its bytes are not those that were kept */
export async function loadFinding(blobs: Blobs, digest: string): Promise<ImpactFinding> {
  return ImpactFinding.parse(JSON.parse(new TextDecoder().decode(await blobs.get(digest))));
}

/** What an attested replay was about. */
export interface AttestedReplay {
  readonly campaignId: CampaignId;
  readonly definitionDigest: string;
  /** Digest of the evidence it belongs to: the subject. */
  readonly snapshot: string;
  readonly removalId?: string | undefined;
  /** With the subject it tells the fact apart. */
  readonly step: string;
  readonly ordinal: number;
}

/** Signs that a replay was made. */
export function attestImpact(
  { attestor, clock }: Environment,
  { finding, ref }: Impact,
  of: AttestedReplay,
): Promise<SignedFact> {
  const at = clock.now();
  const { identityId, credentialId } = finding;
  const { digest, from, until, calls, refused, completeness, source } = ref;
  return attestor.attest(
    {
      name: 'impact',
      subject: { name: identityId, sha256: of.snapshot },
      step: of.step,
      ordinal: of.ordinal,
      predicate: {
        build: attestor.build,
        actor: attestor.system,
        at,
        campaignId: of.campaignId,
        definitionDigest: of.definitionDigest,
        identityId,
        ...(of.removalId === undefined ? {} : { removalId: of.removalId }),
        ...(credentialId === undefined ? {} : { credentialId }),
        finding: digest,
        from,
        until,
        calls,
        refused,
        completeness,
        source,
      },
    },
    at,
  );
}
