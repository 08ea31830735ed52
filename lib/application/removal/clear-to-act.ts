// Right before acting: may it, must it wait, or does something contradict what was decided on?

import { earliestSwitchOff } from '../../domain/chase/earliest-switch-off.ts';
import type { ObservedState } from '../../domain/removal/pre-image.ts';
import { recheck } from '../../domain/removal/recheck.ts';
import type { Hold } from '../../domain/removal/removal.ts';
import { checkSafeguards, mayRun } from '../../domain/removal/safeguards.ts';
import { HOUR_MS, type Instant, millisOf, plusMs } from '../../domain/time.ts';
import { inventoryOf } from '../inventory-of.ts';
import type { Capability } from '../ports/connector.ts';
import type { InventoryRecord } from '../ports/records.ts';
import { readCounters } from './counters.ts';
import type { RemovalCase, RemovalDeps } from './workbench.ts';

/** The verdict on one due removal. */
export type Clearance =
  | { readonly verdict: 'go'; readonly state: ObservedState }
  | { readonly verdict: 'hold'; readonly hold: Pick<Hold, 'code' | 'cause'> }
  | { readonly verdict: 'wait'; readonly until: Instant }
  | { readonly verdict: 'cancel'; readonly why: string; readonly shadow: boolean }
  | { readonly verdict: 'vanished'; readonly why: string }
  | { readonly verdict: 'manual'; readonly why: string };

/** Goes through every safeguard, cheapest first; the target is read last, just before acting. */
export async function clearToAct(deps: RemovalDeps, found: RemovalCase): Promise<Clearance> {
  const { store, clock } = deps.environment;
  const now = clock.now();
  const stopped = await store.get('switch', { switchId: 'enforcement' });
  if (stopped?.stopped || found.campaign.state === 'held')
    return { verdict: 'wait', until: plusMs(now, HOUR_MS) };
  if (found.campaign.state === 'cancelled') {
    return { verdict: 'cancel', why: 'the campaign was cancelled', shadow: false };
  }
  if (found.removal.mode === 'shadow') {
    return { verdict: 'cancel', why: 'shadow mode: it would have been switched off now', shadow: true };
  }
  const told = await toldInTime(deps, found, now);
  if (told) return told;
  const capability = capabilityOf(found);
  if (capability.how !== 'automatic') {
    return {
      verdict: 'manual',
      why: capability.how === 'manual-task' ? capability.description : capability.reason,
    };
  }
  return checkTarget(deps, found, now);
}

function capabilityOf({ connector, removal, snapshot }: RemovalCase): Capability {
  const credential = snapshot.identity.credentials.find(
    ({ credentialId }) => credentialId === removal.credentialId,
  );
  const what = credential?.type ?? snapshot.identity.kind;
  return (
    connector.manifest.capabilities.disable[what] ?? {
      how: 'unsupported',
      reason: `the ${connector.manifest.title} connector cannot switch off a ${what}`,
    }
  );
}

/** Nobody is switched off for silence unless someone answerable was demonstrably told, in time. */
async function toldInTime(
  deps: RemovalDeps,
  found: RemovalCase,
  now: Instant,
): Promise<Clearance | undefined> {
  const { removal, campaign, item } = found;
  if (removal.cause !== 'no-response') return undefined;
  const { store, people } = deps.environment;
  const docket = await store.get('docket', { campaignId: campaign.campaignId, reviewerId: item.reviewerId });
  const person = (await people.directory()).person(item.reviewerId);
  const earliest = earliestSwitchOff({
    docket,
    item,
    timeZone: person?.timeZone ?? 'UTC',
    holidays: person?.holidays ?? [],
  });
  if (!earliest.told) return { verdict: 'hold', hold: { code: 'nobody-told', cause: earliest.why } };
  return earliest.at > now ? { verdict: 'wait', until: earliest.at } : undefined;
}

async function checkTarget(deps: RemovalDeps, found: RemovalCase, now: Instant): Promise<Clearance> {
  const { store, expressions } = deps.environment;
  const { removal, definition, connector, target, snapshot, item, campaign } = found;
  const inventory = await freshInventory(deps, found, now);
  const current = await store.get('identity', { identityKey: removal.identityKey });
  const identity = current?.identity ?? snapshot.identity;
  const counters = await readCounters(store, definition.enforcement.caps, removal, now);
  const protectedBy = definition.enforcement.protect.find(({ where }) =>
    expressions.compile(where)({ identity, risk: snapshot.risk }),
  );
  const safeguards = checkSafeguards({
    removal,
    definition,
    identity,
    protectedBy: protectedBy?.reason,
    included: campaign.counts?.included ?? 0,
    counters: [...counters].map(([per, counter]) => ({
      per,
      count: counter.count,
      liftedTo: counter.liftedTo,
    })),
    inventory: inventory
      ? { ageMs: millisOf(now) - millisOf(inventory.collectedAt), completeness: inventory.completeness }
      : undefined,
    now,
  });
  if (safeguards.verdict === 'wait') return safeguards;
  if (safeguards.verdict === 'hold' && !mayRun(removal, safeguards.hold.code, now)) return safeguards;
  const located = await connector.locate(target);
  if (located.found === 'vanished') return { verdict: 'vanished', why: located.reason };
  if (located.found === 'ambiguous')
    return { verdict: 'hold', hold: { code: 'ambiguous', cause: located.reason } };
  const rechecked = recheck({
    shown: snapshot.identity,
    current: identity,
    state: located.state,
    item,
    removal,
  });
  if (rechecked.contradiction !== undefined && !mayRun(removal, rechecked.code, now)) {
    return { verdict: 'hold', hold: { code: rechecked.code, cause: rechecked.contradiction } };
  }
  return { verdict: 'go', state: located.state };
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
  await deps.collect(connector.manifest.id);
  return inventoryOf(store, snapshot.identity);
}
