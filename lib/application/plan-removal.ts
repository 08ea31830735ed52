// Plans taking access away: a removal that waits for its time, with the attested reason it rests on.

import type { Actor } from '../domain/attestation/actor.ts';
import type { PredicateBody } from '../domain/attestation/predicates/registry.ts';
import type { Campaign } from '../domain/campaign/campaign.ts';
import { type Definition, modeFor } from '../domain/campaign/definition.ts';
import type { Removal, RemovalCause } from '../domain/removal/removal.ts';
import { removalIdOf } from '../domain/removal/removal-id.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import { type Instant, latest } from '../domain/time.ts';
import type { Environment } from './environment.ts';
import { create, type Write } from './ports/review-store.ts';
import { aboutRemoval } from './removal/about-removal.ts';

/** Removals planned, with the writes that make them so. */
export interface PlannedRemovals {
  readonly removals: readonly Removal[];
  readonly writes: readonly Write[];
}

/** Plans the removal of an identity as a whole, or of each credential named. */
export async function planRemovals(
  environment: Environment,
  plan: {
    readonly campaign: Campaign;
    readonly definition: Definition;
    readonly item: ReviewItem;
    readonly cause: RemovalCause;
    readonly becauseOf: string;
    readonly executeAfter: Instant;
    readonly credentialIds?: readonly string[] | undefined;
    /** Tells apart repeated plans for one item: its round and answers. */
    readonly ordinal: number;
  },
): Promise<PlannedRemovals> {
  const { campaign, definition, item } = plan;
  const at = environment.clock.now();
  const removals: Removal[] = [];
  const writes: Write[] = [];
  for (const credentialId of plan.credentialIds ?? [undefined]) {
    const removal: Removal = {
      schemaVersion: 1,
      version: 1,
      removalId: removalIdOf({
        campaignId: campaign.campaignId,
        identityKey: item.identityKey,
        credentialId,
        ordinal: plan.ordinal,
      }),
      campaignId: campaign.campaignId,
      identityKey: item.identityKey,
      identityId: item.identityId,
      connector: item.connector,
      tier: item.tier,
      name: item.name,
      ...(credentialId === undefined ? {} : { credentialId }),
      ownerId: item.reviewerId,
      cause: plan.cause,
      becauseOf: plan.becauseOf,
      snapshot: item.snapshot,
      mode: modeFor(definition, item.connector, item.tier),
      state: 'planned',
      plannedAt: at,
      executeAfter: latest(plan.executeAfter, at),
      holds: [],
      approvals: [],
      attempts: 0,
      steps: 1,
      nextDueAt: latest(plan.executeAfter, at),
    };
    const signed = await attestRemovalStep(environment, removal, campaign.definitionDigest, {
      step: 'planned',
      ordinal: 0,
      note: `planned because of ${plan.cause}`,
    });
    removals.push(removal);
    writes.push(create('removal', removal), ...signed.writes);
  }
  return { removals, writes };
}

/** Attests one step of a removal. The actor is the system unless a person's act is named. */
export async function attestRemovalStep(
  environment: Environment,
  removal: Removal,
  definitionDigest: string,
  step: {
    readonly step: PredicateBody<'removal'>['step'];
    readonly ordinal: number;
    readonly note: string;
    readonly actor?: Actor;
    readonly evidence?: readonly string[];
    readonly changed?: boolean;
    readonly preImageDigest?: string;
    readonly quarantineUntil?: Instant;
  },
) {
  const { attestor, clock } = environment;
  const at = clock.now();
  return attestor.attest(
    {
      name: 'removal',
      subject: { name: removal.identityId, sha256: removal.snapshot },
      step: `${removal.removalId}/${step.step}`,
      ordinal: step.ordinal,
      predicate: {
        build: attestor.build,
        actor: step.actor ?? attestor.system,
        at,
        ...aboutRemoval(removal, definitionDigest),
        step: step.step,
        cause: removal.cause,
        becauseOf: removal.becauseOf,
        mode: removal.mode,
        ...(step.preImageDigest === undefined ? {} : { preImageDigest: step.preImageDigest }),
        ...(step.changed === undefined ? {} : { changed: step.changed }),
        evidence: [...(step.evidence ?? [])],
        note: step.note,
        ...(step.quarantineUntil === undefined ? {} : { quarantineUntil: step.quarantineUntil }),
      },
    },
    at,
  );
}
