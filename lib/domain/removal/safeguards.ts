// What must hold before anything is switched off, whoever asked for it: protection, freshness, freezes, caps.
import type { Cap, Definition } from '../campaign/definition.ts';
import type { Identity, SpecialTrait } from '../identity/identity.ts';
import { DAY_MS, HOUR_MS, type Instant, instantOf, latest, millisOf, plusDays } from '../time.ts';
import { mayActFrom } from './acting-time.ts';
import type { Hold, Removal } from './removal.ts';

/** Removals counted so far against one cap. */
export interface CapCounter {
  readonly per: Cap['per'];
  readonly count: number;
  /** Cap lifted to, by a second person. */
  readonly liftedTo?: number | undefined;
  /** Included identities of that connector or owner, for percentages; the campaign's when absent. */
  readonly of?: number | undefined;
}

/** What safeguards look at. */
export interface SafeguardInput {
  readonly removal: Removal;
  readonly definition: Definition;
  /** As collected last. */
  readonly identity: Identity;
  /** As the reviewer was shown it: what protected it then protects it still. */
  readonly shown?: Identity | undefined;
  /** Reason of the definition's protect rule that admits it. */
  readonly protectedBy?: string | undefined;
  /** Included identities of the campaign. */
  readonly included: number;
  readonly counters: readonly CapCounter[];
  /** The connector's newest inventory; undefined when there is none. */
  readonly inventory: { readonly ageMs: number; readonly completeness: 'complete' | 'partial' } | undefined;
  readonly now: Instant;
}

/** Go; wait (nobody needs to do anything) until a time; or hold, for a person to look at. */
export type SafeguardVerdict =
  | { readonly verdict: 'go' }
  | { readonly verdict: 'wait'; readonly until: Instant }
  | { readonly verdict: 'hold'; readonly hold: Pick<Hold, 'code' | 'cause' | 'per'> };

/** Consumers from which on an identity counts as shared, where the definition does not say. */
const SHARED_FROM = 2;
/** Holds of one removal that a contradiction can cause, and the days they may last together. */
export const MAX_HOLDS = 2;
export const MAX_HOLD_DAYS = 14;
/** Holds that count towards both limits. All others end only when their cause does. */
const LIMITED: ReadonlySet<Hold['code']> = new Set(['contradiction']);

const NEVER_AUTOMATIC: Readonly<Partial<Record<SpecialTrait, string>>> = {
  'break-glass': 'It is an emergency access; lying idle is its purpose.',
  'own-infrastructure': 'It belongs to Countersign itself.',
  'service-linked': 'It is linked to a provider service and cannot be edited.',
  'sso-reserved': 'It is reserved for single sign-on and cannot be edited.',
};

/** The first safeguard that forbids acting now, the most absolute first. */
export function checkSafeguards(input: SafeguardInput): SafeguardVerdict {
  const { removal, definition, now } = input;
  const { identity, shown = identity, protectedBy } = input;
  const shield = whyProtected({ identity, protectedBy }) ?? whyProtected({ identity: shown, protectedBy });
  if (shield !== undefined) return hold('protected', shield);
  const until = mayActFrom(definition.enforcement, latest(now, removal.executeAfter));
  if (until > now) return { verdict: 'wait', until };
  const stale = whyStale(input);
  if (stale !== undefined) return hold('stale-inventory', stale);
  const shared = whyShared(input);
  if (shared !== undefined) return hold('dependency', shared);
  return checkCaps(input);
}

/** Used by several, or run by a vendor: a second person has to agree that they were thought of. */
function whyShared({ identity, removal, definition }: SafeguardInput): string | undefined {
  if (removal.approvals.some(({ what, personId }) => what === 'dependency' && personId !== removal.ownerId)) {
    return undefined;
  }
  const consumers = identity.consumers.known ? identity.consumers.value : [];
  const from = definition.enforcement.sharedConsumersFrom ?? SHARED_FROM;
  if (consumers.length >= from) {
    const named = consumers.slice(0, 3).join(', ');
    return `It is used by ${consumers.length}: ${named}${consumers.length > 3 ? ', …' : ''}. A second person has to agree.`;
  }
  if (identity.traits.includes('shared')) return 'It is shared. A second person has to agree.';
  if (identity.traits.includes('vendor-managed')) {
    return 'A vendor runs it. A second person has to agree that the vendor was told.';
  }
  return undefined;
}

/** Why it is never switched off automatically; undefined when it may be. */
export function whyProtected({
  identity,
  protectedBy,
}: Pick<SafeguardInput, 'identity' | 'protectedBy'>): string | undefined {
  if (identity.kind === 'root-account') return 'It is the root user of the account.';
  if (identity.protection.protected) return `It is protected: ${identity.protection.reason}`;
  if (protectedBy !== undefined) return `The definition protects it: ${protectedBy}`;
  return identity.traits.map((trait) => NEVER_AUTOMATIC[trait]).find((why) => why !== undefined);
}

/**
 * How many removals a cap allows: the lower of its count and its percentage, which is rounded down but never below one
 * (a small population must stay cleanable); a second person's lift counts when it is higher.
 */
export function capLimit(cap: Cap, population: number, liftedTo = 0): number {
  const share =
    cap.percent === undefined ? Infinity : Math.max(1, Math.floor((population * cap.percent) / 100));
  return Math.max(liftedTo, Math.min(cap.count ?? Infinity, share));
}

/** What is left of the two holds and 14 days a contradiction may cause; a hold still running counts up to `now`. */
export function holdsLeft(removal: Removal, now: Instant): { readonly holds: number; readonly days: number } {
  const counted = removal.holds.filter(({ code }) => LIMITED.has(code));
  const heldMs = counted.reduce((total, { heldAt, releasedAt }) => {
    return total + Math.max(0, millisOf(releasedAt ?? now) - millisOf(heldAt));
  }, 0);
  return {
    holds: Math.max(0, MAX_HOLDS - counted.length),
    days: Math.max(0, MAX_HOLD_DAYS - heldMs / DAY_MS),
  };
}

/**
 * Until when a contradiction found now may hold the removal; undefined when its holds are used up: then it runs, unless a
 * risk acceptor other than the owner signs an exception.
 */
export function holdUntil(removal: Removal, definition: Definition, now: Instant): Instant | undefined {
  const left = holdsLeft(removal, now);
  if (left.holds === 0 || left.days <= 0) return undefined;
  return plusDays(now, Math.min(definition.enforcement.holdDays, left.days));
}

/**
 * Whether a removal may run although something held it: a contradiction whose holds are used up, or whose hold, like a
 * cap's, somebody else approved acting over. Nothing overrides protection, staleness, ambiguity or silence about it.
 */
export function mayRun(removal: Removal, code: Hold['code'], now: Instant): boolean {
  const approved = removal.approvals.some(
    ({ what, personId }) => what === code && personId !== removal.ownerId,
  );
  if (code === 'disarmed') return approved;
  if (code !== 'contradiction') return false;
  const left = holdsLeft(removal, now);
  return approved || left.holds === 0 || left.days <= 0;
}

function whyStale({ inventory, definition }: SafeguardInput): string | undefined {
  if (!inventory) return 'There is no inventory of its source.';
  if (inventory.completeness === 'partial') return 'The newest inventory of its source is partial.';
  const { inventoryMaxAgeHours } = definition.enforcement;
  return inventory.ageMs > inventoryMaxAgeHours * HOUR_MS
    ? `The newest inventory of its source is older than ${inventoryMaxAgeHours} hours.`
    : undefined;
}

function checkCaps({ definition, counters, included, removal, now }: SafeguardInput): SafeguardVerdict {
  for (const cap of definition.enforcement.caps) {
    if (isLifted(removal, cap.per)) continue;
    const counter = counters.find(({ per }) => per === cap.per);
    const limit = capLimit(cap, counter?.of ?? included, counter?.liftedTo);
    if ((counter?.count ?? 0) < limit) continue;
    // A new day brings a new count by itself.
    if (cap.per === 'day') return { verdict: 'wait', until: nextDay(now) };
    const cause = `The cap of ${limit} per ${cap.per} is reached; a second person can lift it.`;
    return { verdict: 'hold', hold: { code: 'blast-radius', cause, per: cap.per } };
  }
  return { verdict: 'go' };
}

/** Midnight UTC, when the count of the day begins anew. */
function nextDay(now: Instant): Instant {
  return instantOf((Math.floor(millisOf(now) / DAY_MS) + 1) * DAY_MS);
}

/** Whether somebody else lifted a cap for this removal: the cap they were shown, and only it. */
function isLifted({ approvals, ownerId }: Removal, per: Cap['per']): boolean {
  return approvals.some(
    ({ what, personId }) =>
      personId !== ownerId && (what === 'blast-radius' || what === `blast-radius/${per}`),
  );
}

function hold(code: Hold['code'], cause: string): SafeguardVerdict {
  return { verdict: 'hold', hold: { code, cause } };
}
