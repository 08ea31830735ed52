// Counting what shadow came to, per connector and tier.
import type { RiskTier } from '../../domain/identity/risk-tier.ts';
import type { ShadowCounts } from '../../domain/removal/shadow.ts';
import type { Instant } from '../../domain/time.ts';
import { create, type ReviewStore, update, type Write } from '../ports/review-store.ts';

/** What is counted. */
export type ShadowCount = 'would' | 'laterUsed' | 'quiet' | 'unknown';

const COUNTS: readonly ShadowCount[] = ['would', 'laterUsed', 'quiet', 'unknown'];

function counterIdOf(connector: string, tier: RiskTier, what: ShadowCount): string {
  return `shadow/${connector}/${tier}/${what}`;
}

/** The write that counts one more. It conflicts when another was counted meanwhile. */
export async function countShadow(
  store: ReviewStore,
  of: { readonly connector: string; readonly tier: RiskTier },
  what: ShadowCount,
  at: Instant,
): Promise<Write> {
  const counterId = counterIdOf(of.connector, of.tier, what);
  const counter = await store.get('counter', { counterId });
  return counter
    ? update('counter', counter, { count: counter.count + 1 })
    : create('counter', { schemaVersion: 1, version: 1, counterId, count: 1, since: at });
}

/** What shadow has shown for connectors and tiers, in the order asked. */
export async function readShadow(
  store: ReviewStore,
  of: readonly { readonly connector: string; readonly tier: RiskTier }[],
): Promise<ShadowCounts[]> {
  const keys = of.flatMap(({ connector, tier }) =>
    COUNTS.map((what) => ({ counterId: counterIdOf(connector, tier, what) })),
  );
  const rows = await store.getMany('counter', keys);
  return of.map((_, index) => {
    const [would, laterUsed, quiet, unknown] = rows.slice(index * COUNTS.length, (index + 1) * COUNTS.length);
    return {
      would: would?.count ?? 0,
      laterUsed: laterUsed?.count ?? 0,
      quiet: quiet?.count ?? 0,
      unknown: unknown?.count ?? 0,
      since: would?.since,
    };
  });
}
