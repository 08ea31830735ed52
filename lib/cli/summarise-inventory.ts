// Counts over the identities of one collection.
import { isStatic, secretAgeDays } from '../domain/identity/credential-age.ts';
import { DORMANT_AFTER_DAYS, dormancyOf } from '../domain/identity/dormancy.ts';
import type { Identity } from '../domain/identity/identity.ts';
import { riskOf } from '../domain/identity/risk.ts';
import type { Instant } from '../domain/time.ts';
import type { InventorySummary } from '../presentation/terminal/collection-text.ts';

/** Makes a counter: hand it every identity, then ask for the sums. Holds no identity. */
export function inventoryCounter(now: Instant) {
  const kinds: Record<string, number> = {};
  const tiers: Record<string, number> = { critical: 0, high: 0, medium: 0, low: 0 };
  const excluded: Record<string, number> = {};
  const sums = { admins: 0, unknownAdmin: 0, dormant: 0, unknownUse: 0, unowned: 0, oldCredentials: 0 };
  return {
    count(identity: Identity): void {
      if (identity.exclusion) return addOne(excluded, identity.exclusion.code);
      addOne(kinds, identity.kind);
      addOne(tiers, riskOf(identity, now).tier);
      const { use } = dormancyOf(identity.lastUse, identity.createdAt, now);
      sums.admins += Number(identity.entitlements.admin === 'yes');
      sums.unknownAdmin += Number(identity.entitlements.admin === 'unknown');
      sums.dormant += Number(use === 'dormant');
      sums.unknownUse += Number(use === 'unknown');
      sums.unowned += Number(!identity.ownerHints.some(({ role }) => role !== 'creator'));
      sums.oldCredentials += oldCredentials(identity, now);
    },
    sums: (): InventorySummary => ({ kinds, tiers, ...sums, excluded }),
  };
}

function oldCredentials({ credentials }: Identity, now: Instant): number {
  return credentials.filter(
    (credential) =>
      credential.status === 'active' &&
      isStatic(credential) &&
      (secretAgeDays(credential, now) ?? 0) > DORMANT_AFTER_DAYS,
  ).length;
}

function addOne(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
