// What must hold of removals at every moment, whatever fails. Each function throws with the name of what broke it.
import { expect } from 'vitest';
import { listRemovals } from '../../lib/application/list-removals.ts';
import type { RemovalTarget } from '../../lib/application/ports/connector.ts';
import { countCampaign } from '../../lib/application/pulse/count-campaign.ts';
import type { Campaign } from '../../lib/domain/campaign/campaign.ts';
import { type Cap, Definition } from '../../lib/domain/campaign/definition.ts';
import { mayActFrom } from '../../lib/domain/removal/acting-time.ts';
import type { Removal, RemovalState } from '../../lib/domain/removal/removal.ts';
import type { ConnectorAct } from './flaky-connector.ts';
import { itemRef, storedItem } from './reviews.ts';
import { DEFINITION, type World } from './world.ts';

/** A world under observation. */
export interface Observed {
  readonly w: World;
  readonly campaign: Campaign;
  readonly enforcement: Definition['enforcement'];
  /** Identities of which nothing may ever be switched off, as the test knows. */
  readonly isProtected: (identityId: string) => boolean;
  /** What was on at the start, by identity. */
  readonly prior: ReadonlyMap<string, boolean>;
  /** The day each removal was seen to have begun on, by removal. */
  readonly begunOn: Map<string, string>;
}

/** Begins to observe, once the campaign is open. */
export function observe(
  w: World,
  campaign: Campaign,
  enforcement: NonNullable<typeof DEFINITION.enforcement>,
  isProtected: Observed['isProtected'] = () => false,
): Observed {
  const definition = Definition.parse({ ...DEFINITION, enforcement });
  const prior = new Map(w.target.enabled);
  return { w, campaign, enforcement: definition.enforcement, isProtected, prior, begunOn: new Map() };
}

/** States in which something may be off. What failed may have taken effect, or not. */
const MAY_BE_OFF: ReadonlySet<RemovalState> = new Set<RemovalState>([
  'brown-out',
  'executing',
  'executed',
  'quarantined',
  'deleted',
  'failed',
]);
const hasBegun = ({ attempts, state }: Removal): boolean => attempts > 0 || state === 'manual-open';

/** Checks everything that can be seen between two ticks. */
export async function holdsEverything(seen: Observed): Promise<void> {
  const removals = await listRemovals(seen.w.environment)(seen.campaign.campaignId);
  neverMoreThanAllowed(seen, removals);
  await nothingOffWithoutReason(seen, removals);
  nothingOffThatShouldBeOn(seen, removals);
  await nothingHalfRemovedUnreported(seen, removals);
}

/** Caps hold exactly; only what a second person lifted a cap for is beyond it. */
export function neverMoreThanAllowed(
  { enforcement, begunOn, w }: Observed,
  removals: readonly Removal[],
): void {
  const begun = removals.filter(hasBegun);
  for (const { removalId } of begun) {
    if (!begunOn.has(removalId)) begunOn.set(removalId, w.clock.now().slice(0, 10));
  }
  for (const { per, count } of enforcement.caps) {
    const counts = new Map<string, number>();
    for (const removal of begun.filter((one) => !isLifted(one, per))) {
      const part = partOf(removal, per, begunOn);
      counts.set(part, (counts.get(part) ?? 0) + 1);
    }
    for (const [part, used] of counts)
      expect(used, `removals of ${part}`).toBeLessThanOrEqual(count ?? Infinity);
  }
}

function isLifted({ approvals }: Removal, per: Cap['per']): boolean {
  return approvals.some(({ what }) => what === 'blast-radius' || what === `blast-radius/${per}`);
}

function partOf(removal: Removal, per: Cap['per'], begunOn: ReadonlyMap<string, string>): string {
  switch (per) {
    case 'owner':
      return removal.ownerId;
    case 'connector':
      return removal.connector;
    case 'day':
      return begunOn.get(removal.removalId) ?? '';
    default:
      return removal.campaignId;
  }
}

/** Whatever is off now and was on before is off because of a removal, and that because of something attested. */
export async function nothingOffWithoutReason(
  { w, prior }: Observed,
  removals: readonly Removal[],
): Promise<void> {
  for (const [identityId, wasOn] of prior) {
    if (!wasOn || w.target.enabled.get(identityId) === true) continue;
    const because = removals.filter((one) => one.identityId === identityId && MAY_BE_OFF.has(one.state));
    expect(because.length, `removals that explain why ${identityId} is off`).toBeGreaterThan(0);
    for (const { becauseOf, name } of because) {
      const fact = await w.environment.store.get('attested', { attestationId: becauseOf });
      expect(fact?.predicateType, `reason of ${name}`).toMatch(/\/(decision|no-response)\//);
    }
  }
}

/** Nothing is off of which no removal has begun, or of which the last one was given up or taken back. */
export function nothingOffThatShouldBeOn({ w, prior }: Observed, removals: readonly Removal[]): void {
  for (const { identityId, state, name } of removals) {
    if (!['planned', 'held', 'cancelled', 'restored', 'manual-open'].includes(state)) continue;
    if (removals.some((other) => other.identityId === identityId && MAY_BE_OFF.has(other.state))) continue;
    expect(w.target.enabled.get(identityId), `${name}, ${state}`).toBe(prior.get(identityId));
  }
}

/** What is neither on nor known to be off is due again or said to have failed, in the list and among the alarms. */
export async function nothingHalfRemovedUnreported(
  { w, campaign }: Observed,
  removals: readonly Removal[],
): Promise<void> {
  for (const { state, name, nextDueAt, failure, preImage } of removals) {
    if (state === 'executing') expect(nextDueAt, `${name} is looked at again`).toBeDefined();
    if (state === 'failed') expect(failure, `${name} says why it failed`).not.toBe('');
    if (MAY_BE_OFF.has(state) && state !== 'failed')
      expect(preImage, `${name} can be put back`).toBeDefined();
  }
  const stored = await w.environment.store.get('campaign', { campaignId: campaign.campaignId });
  const count = await countCampaign(w.environment.store, stored ?? campaign, w.clock.now());
  const failed = removals.filter(({ state }) => state === 'failed');
  if (count) expect(count.values['FailedRemovals'] ?? 0).toBe(failed.length);
}

/** Checked right before a connector switches off or deletes: it may, and for a reason that is still the last word. */
export async function mayActOn(
  { w, campaign, enforcement, isProtected }: Observed,
  act: ConnectorAct,
  { identityId, reviewed }: RemovalTarget,
): Promise<void> {
  if (act !== 'disable' && act !== 'remove') return;
  const { store } = w.environment;
  const now = w.clock.now();
  const item = await storedItem(w, itemRef(campaign, reviewed));
  const removals = await store.removalsOf(item.identityKey);
  // Of two enforcers one may have given up a moment ago: it is said to have failed, and can be put back.
  const acting = removals.find(({ state, preImage }) => MAY_BE_OFF.has(state) && preImage !== undefined);
  if (!acting) throw new Error(`${act} of ${identityId} without a removal that has begun`);
  expect(isProtected(identityId), `${act} of ${identityId}, which is protected`).toBe(false);
  expect(mayActFrom(enforcement, now), `${act} of ${identityId} in a freeze`).toBe(now);
  for (const part of ['enforcement', `shadow/${acting.connector}/${acting.tier}`] as const) {
    const turned = await store.get('switch', { switchId: part });
    expect(turned?.stopped ?? false, `${act} of ${identityId} while ${part} is stopped`).toBe(false);
  }
  if (acting.cause === 'no-response') expect(item.decision, `${identityId} was answered for`).toBeUndefined();
  else expect(item.decision?.attestationId, `last word on ${identityId}`).toBe(acting.becauseOf);
}
