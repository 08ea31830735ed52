// What every step of a removal works with, and the way its steps are committed.
import type { Campaign } from '../../domain/campaign/campaign.ts';
import type { Definition } from '../../domain/campaign/definition.ts';
import { IntegrityError } from '../../domain/errors.ts';
import { transition } from '../../domain/lifecycle.ts';
import { REMOVAL_LIFECYCLE, type Removal, type RemovalEvent } from '../../domain/removal/removal.ts';
import type { ReviewItem } from '../../domain/review/review-item.ts';
import type { Snapshot } from '../../domain/review/snapshot.ts';
import type { CollectIdentities } from '../collect-identities.ts';
import type { Environment } from '../environment.ts';
import { loadCampaign, loadDefinition, loadSnapshot } from '../load.ts';
import { attestRemovalStep } from '../plan-removal.ts';
import type { Connector, RemovalTarget } from '../ports/connector.ts';
import type { RecordKeys } from '../ports/records.ts';
import { update, type Write } from '../ports/review-store.ts';
import type { TellPerson } from '../tell-person.ts';

/** What the removal use cases are given. */
export interface RemovalDeps {
  readonly environment: Environment;
  readonly collect: CollectIdentities;
  readonly tell: TellPerson;
}

/** A removal with everything it rests on. */
export interface RemovalCase {
  readonly removal: Removal;
  readonly campaign: Campaign;
  readonly definition: Definition;
  readonly item: ReviewItem;
  readonly snapshot: Snapshot;
  readonly connector: Connector;
  readonly target: RemovalTarget;
}

/** Reads a removal and what it rests on; undefined when there is no such removal. */
export async function openCase(
  environment: Environment,
  key: RecordKeys['removal'],
): Promise<RemovalCase | undefined> {
  const { store, blobs, connectors } = environment;
  const removal = await store.get('removal', key);
  if (!removal) return undefined;
  const campaign = await loadCampaign(store, removal.campaignId);
  const item = await store.get('item', { campaignId: removal.campaignId, identityKey: removal.identityKey });
  if (!item) {
    throw new IntegrityError({
      code: 'CORRUPT_RECORD',
      message: `Removal ${removal.removalId} has no review item.`,
    });
  }
  const snapshot = await loadSnapshot(blobs, removal.snapshot);
  return {
    removal,
    campaign,
    definition: await loadDefinition(blobs, campaign.definitionDigest),
    item,
    snapshot,
    connector: connectors.chosen(removal.connector, snapshot.identity.scope)[0],
    target: {
      identityId: removal.identityId,
      credentialId: removal.credentialId,
      reviewed: snapshot.identity,
    },
  };
}

type StepDetails = Parameters<typeof attestRemovalStep>[3];

/** Takes a removal over one arrow of its lifecycle, attested, with whatever else must happen at once. */
export async function takeStep(
  environment: Environment,
  { removal, campaign }: Pick<RemovalCase, 'removal' | 'campaign'>,
  event: RemovalEvent,
  change: Partial<Removal>,
  step: Omit<StepDetails, 'ordinal'>,
  alongside: readonly Write[] = [],
): Promise<Removal> {
  const state = transition(REMOVAL_LIFECYCLE, 'removal', removal.state, event);
  const write = update('removal', removal, { ...change, state, steps: removal.steps + 1 });
  const signed = await attestRemovalStep(environment, write.record, campaign.definitionDigest, {
    ...step,
    ordinal: removal.steps,
  });
  await environment.store.commit([write, ...alongside, ...signed.writes]);
  return write.record;
}

/** Moves a removal's next look without a step of its lifecycle. */
export async function postpone(
  environment: Environment,
  removal: Removal,
  nextDueAt: Removal['nextDueAt'],
): Promise<Removal> {
  const write = update('removal', removal, { nextDueAt });
  await environment.store.commit([write]);
  return write.record;
}
