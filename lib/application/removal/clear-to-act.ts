// Right before acting: may it, must it wait, or does something contradict what was decided on?

import { earliestSwitchOff } from '../../domain/chase/earliest-switch-off.ts';
import { RefusedError } from '../../domain/errors.ts';
import type { Identity } from '../../domain/identity/identity.ts';
import type { ObservedState } from '../../domain/removal/pre-image.ts';
import { recheck } from '../../domain/removal/recheck.ts';
import type { Hold, ShadowVerdict } from '../../domain/removal/removal.ts';
import { checkSafeguards, mayRun, type SafeguardVerdict } from '../../domain/removal/safeguards.ts';
import { HOUR_MS, type Instant, millisOf, plusMs } from '../../domain/time.ts';
import { readSwitches } from '../enforcement/back-to-shadow.ts';
import { inventoryOf } from '../inventory-of.ts';
import type { Capability, Located } from '../ports/connector.ts';
import type { InventoryRecord } from '../ports/records.ts';
import { type CapCounters, readCounters } from './counters.ts';
import { needsPart, populationParts } from './population-parts.ts';
import type { RemovalCase, RemovalDeps } from './workbench.ts';

/** The verdict on one due removal. */
export type Clearance =
  | { readonly verdict: 'go'; readonly state: ObservedState; readonly counters: CapCounters }
  | { readonly verdict: 'hold'; readonly hold: Pick<Hold, 'code' | 'cause' | 'per'> }
  | { readonly verdict: 'wait'; readonly until: Instant }
  | { readonly verdict: 'cancel'; readonly why: string }
  | { readonly verdict: 'shadow'; readonly would: Pick<ShadowVerdict, 'verdict' | 'cause'> }
  | { readonly verdict: 'vanished'; readonly why: string }
  | { readonly verdict: 'manual'; readonly why: string; readonly counters: CapCounters };

/** Goes through every safeguard, cheapest first; the target is read last, just before acting. */
export async function clearToAct(deps: RemovalDeps, found: RemovalCase): Promise<Clearance> {
  const { removal, campaign, item } = found;
  const now = deps.environment.clock.now();
  const { stopped, disarmed } = await readSwitches(deps.environment, removal);
  if (stopped || campaign.state === 'held') return { verdict: 'wait', until: plusMs(now, HOUR_MS) };
  if (campaign.state === 'cancelled') return { verdict: 'cancel', why: 'the campaign was cancelled' };
  if (item.state === 'open') {
    const why = 'the question was opened again: its next answer, or silence, decides';
    return { verdict: 'cancel', why };
  }
  if (removal.mode === 'armed' && disarmed && !mayRun(removal, 'disarmed', now)) {
    const cause = `${removal.connector} was sent back to shadow: ${disarmed.reason}`;
    return { verdict: 'hold', hold: { code: 'disarmed', cause } };
  }
  const clearance = (await toldInTime(deps, found, now)) ?? (await checkTarget(deps, found, now));
  return removal.mode === 'shadow' ? inShadow(clearance) : clearance;
}

/** In shadow everything is looked at as if it were to be done, and then not done. */
function inShadow(clearance: Clearance): Clearance {
  switch (clearance.verdict) {
    case 'go':
      return { verdict: 'shadow', would: { verdict: 'go' } };
    case 'hold':
      return { verdict: 'shadow', would: { verdict: 'hold', cause: clearance.hold.cause } };
    case 'manual':
    case 'vanished':
      return { verdict: 'shadow', would: { verdict: clearance.verdict, cause: clearance.why } };
    default:
      return clearance;
  }
}

const VERBS = { disable: 'switch off', restore: 'switch on', remove: 'delete' } as const;

/** How the connector can do something to what a removal is about. */
export function capabilityOf(
  { connector, removal, snapshot }: RemovalCase,
  act: 'disable' | 'restore' | 'remove',
): Capability {
  const credential = snapshot.identity.credentials.find(
    ({ credentialId }) => credentialId === removal.credentialId,
  );
  const what = credential?.type ?? snapshot.identity.kind;
  const known = connector.manifest.capabilities[act];
  return (
    known[what] ??
    known['*'] ?? {
      how: 'unsupported',
      reason: `the ${connector.manifest.title} connector cannot ${VERBS[act]} a ${what}`,
    }
  );
}

/** Nobody is switched off for silence unless someone answerable was demonstrably told, in time. */
export async function toldInTime(
  deps: RemovalDeps,
  found: RemovalCase,
  now: Instant,
): Promise<Clearance | undefined> {
  const { removal, campaign, item } = found;
  if (removal.cause !== 'no-response') return undefined;
  const { store, people } = deps.environment;
  const { campaignId } = campaign;
  const reviewers = [...new Set([item.reviewerId, ...item.hops])];
  const [docket, ...earlier] = await store.getMany(
    'docket',
    reviewers.map((reviewerId) => ({ campaignId, reviewerId })),
  );
  const person = (await people.directory()).person(item.reviewerId);
  const earliest = earliestSwitchOff({
    docket,
    earlierDockets: earlier.filter((one) => one !== undefined),
    item,
    timeZone: person?.timeZone ?? 'UTC',
    holidays: person?.holidays ?? [],
  });
  if (!earliest.told) return { verdict: 'hold', hold: { code: 'nobody-told', cause: earliest.why } };
  return earliest.at > now ? { verdict: 'wait', until: earliest.at } : undefined;
}

async function checkTarget(deps: RemovalDeps, found: RemovalCase, now: Instant): Promise<Clearance> {
  const { store } = deps.environment;
  const { removal, definition, snapshot, item } = found;
  const inventory = await freshInventory(deps, found, now);
  const current = await store.get('identity', { identityKey: removal.identityKey });
  const identity = current?.identity ?? snapshot.identity;
  const counters = await readCounters(store, definition.enforcement.caps, removal, now);
  const safeguards = await safeguard(deps, found, { inventory, identity, counters, now });
  if (safeguards.verdict === 'wait') return safeguards;
  if (safeguards.verdict === 'hold' && !mayRun(removal, safeguards.hold.code, now)) return safeguards;
  const capability = capabilityOf(found, 'disable');
  const located = capability.how === 'automatic' ? await locate(found) : asCollected(identity);
  if (located.found === 'vanished') return { verdict: 'vanished', why: located.reason };
  if (located.found === 'ambiguous')
    return { verdict: 'hold', hold: { code: 'ambiguous', cause: located.reason } };
  const { state } = located;
  const rechecked = recheck({ shown: snapshot.identity, current: identity, state, item, removal });
  if (rechecked.contradiction !== undefined && !mayRun(removal, rechecked.code, now)) {
    return { verdict: 'hold', hold: { code: rechecked.code, cause: rechecked.contradiction } };
  }
  if (capability.how === 'automatic') return { verdict: 'go', state, counters };
  const why = capability.how === 'manual-task' ? capability.description : capability.reason;
  return { verdict: 'manual', why, counters };
}

/** What the connector refuses to look at cannot be told apart either. */
async function locate({ connector, target }: RemovalCase): Promise<Located> {
  try {
    return await connector.locate(target);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return { found: 'ambiguous', reason: error.message };
  }
}

/** What a person is to switch off by hand is compared as it was collected last. */
function asCollected({ name, lastUse, observedAt }: Identity): Located {
  return { found: 'one', state: { label: name, enabled: true, lastUse, observedAt, detail: {} } };
}

async function safeguard(
  deps: RemovalDeps,
  { removal, definition, campaign, snapshot }: RemovalCase,
  given: {
    readonly inventory: InventoryRecord | undefined;
    readonly identity: Identity;
    readonly counters: CapCounters;
    readonly now: Instant;
  },
): Promise<SafeguardVerdict> {
  const { blobs, expressions } = deps.environment;
  const { inventory, identity, counters, now } = given;
  const { caps, protect } = definition.enforcement;
  // What was protected when it was shown stays so, whatever tags it lost since.
  const seen = [identity, snapshot.identity];
  const protectedBy = protect.find(({ where }) =>
    seen.some((one) => expressions.compile(where)({ identity: one, risk: snapshot.risk })),
  );
  const parts = caps.some(needsPart) ? await populationParts(blobs, campaign) : undefined;
  return checkSafeguards({
    removal,
    definition,
    identity,
    shown: snapshot.identity,
    protectedBy: protectedBy?.reason,
    included: campaign.counts?.included ?? 0,
    counters: [...counters].map(([per, { count, liftedTo }]) => ({
      per,
      count,
      liftedTo,
      of: parts?.of(per, removal),
    })),
    inventory: inventory
      ? { ageMs: millisOf(now) - millisOf(inventory.collectedAt), completeness: inventory.completeness }
      : undefined,
    now,
  });
}

/** The connector's inventory, collected anew when it is too old to act on. */
async function freshInventory(
  deps: RemovalDeps,
  { connector, definition, snapshot }: RemovalCase,
  now: Instant,
): Promise<InventoryRecord | undefined> {
  const { store } = deps.environment;
  const maxAgeMs = definition.enforcement.inventoryMaxAgeHours * HOUR_MS;
  const stored = await inventoryOf(store, snapshot.identity);
  if (stored && millisOf(now) - millisOf(stored.collectedAt) <= maxAgeMs) return stored;
  await deps.collect(connector.manifest.id, { scope: snapshot.identity.scope });
  return inventoryOf(store, snapshot.identity);
}

/** Whether the newest inventory of its source is complete and young enough to act on. */
export async function isInventoryFresh(
  deps: RemovalDeps,
  { definition, snapshot }: RemovalCase,
  now: Instant,
): Promise<boolean> {
  const stored = await inventoryOf(deps.environment.store, snapshot.identity);
  const maxAgeMs = definition.enforcement.inventoryMaxAgeHours * HOUR_MS;
  return stored?.completeness === 'complete' && millisOf(now) - millisOf(stored.collectedAt) <= maxAgeMs;
}
