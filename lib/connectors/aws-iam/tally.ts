// The collection report in the making.
import type { Clock } from '../../application/ports/clock.ts';
import type { CollectionReport, SourceCall } from '../../domain/identity/collection.ts';
import type { Identity } from '../../domain/identity/identity.ts';
import type { Instant } from '../../domain/time.ts';
import { CONNECTOR_ID } from './identity-parts.ts';

/** Version of what this connector makes of its input; raised whenever the same input would give other identities. */
export const CONNECTOR_VERSION = '1';

/** Counts and findings of one collection. */
export interface Tally {
  readonly startedAt: Instant;
  scope(account: string | undefined): void;
  generatedAt(at: Instant): void;
  gap(text: string): void;
  /** A gap that means identities may be missing: the collection is partial. */
  partial(text: string): void;
  warn(text: string): void;
  user(arn: string): void;
  role(): void;
  identity(identity: Identity): void;
  /** Compares with `GetAccountSummary`. */
  compare(summary: Readonly<Record<string, number>>): void;
  stopEarly(): void;
  end(): void;
  report(): CollectionReport;
}

/** Exclusions that are still NHIs by the counting rule: a role is one, whoever governs it (process.md §8). */
const COUNTED_EXCLUSIONS: ReadonlySet<string> = new Set(['service-linked-role', 'sso-reserved-role']);

interface Counts {
  identities: number;
  credentials: number;
  excluded: number;
  users: number;
  roles: number;
  rootKeys: number;
}

/** Makes a tally. */
export function createTally(clock: Clock, calls: () => SourceCall[]): Tally {
  const startedAt = clock.now();
  const gaps: string[] = [];
  const warnings: string[] = [];
  const accounts = new Set<string>();
  const independentCounts: CollectionReport['independentCounts'] = [];
  const count: Counts = { identities: 0, credentials: 0, excluded: 0, users: 0, roles: 0, rootKeys: 0 };
  let endedAt: Instant | undefined;
  let generated: Instant | undefined;
  let complete = true;

  const partial = (text: string): void => {
    complete = false;
    gaps.push(text);
  };
  return {
    startedAt,
    scope: (account) => void (account !== undefined && accounts.add(account)),
    // Of several reports the oldest counts: the whole is no fresher than that.
    generatedAt(at) {
      generated = generated === undefined || at < generated ? at : generated;
    },
    gap: (text) => void gaps.push(text),
    partial,
    warn: (text) => void warnings.push(text),
    user: (arn) => void (count.users += arn.endsWith(':root') ? 0 : 1),
    role: () => void (count.roles += 1),
    identity(identity) {
      accounts.add(identity.scope);
      countIdentity(count, identity);
    },
    compare(summary) {
      const compared = compareCounts(summary, count);
      independentCounts.push(...compared);
      for (const { what, theirs, ours } of compared) {
        if (ours < theirs) partial(`AWS counts ${theirs} ${what}, this collection saw ${ours}`);
      }
    },
    stopEarly: () => partial('the collection ended before everything was read'),
    end() {
      endedAt = clock.now();
    },
    report: () => ({
      schemaVersion: 1,
      connector: CONNECTOR_ID,
      connectorVersion: CONNECTOR_VERSION,
      scope: accounts.size === 0 ? 'unknown' : [...accounts].sort().join(','),
      startedAt,
      endedAt: endedAt ?? clock.now(),
      ...(generated !== undefined && { sourceGeneratedAt: generated }),
      completeness: complete ? 'complete' : 'partial',
      gaps: [...gaps],
      calls: calls(),
      identities: count.identities,
      credentials: count.credentials,
      excluded: count.excluded,
      independentCounts: [...independentCounts],
      warnings: [...warnings],
    }),
  };
}

function countIdentity(count: Counts, identity: Identity): void {
  if (identity.exclusion) count.excluded += 1;
  if (!identity.exclusion || COUNTED_EXCLUSIONS.has(identity.exclusion.code)) {
    count.identities += 1;
    count.credentials += identity.credentials.length;
  }
  if (identity.kind === 'root-account') count.rootKeys += activeKeys(identity);
}

function compareCounts(
  summary: Readonly<Record<string, number>>,
  count: Counts,
): CollectionReport['independentCounts'] {
  const pairs = [
    ['users', summary['Users'], count.users],
    ['roles', summary['Roles'], count.roles],
    ['root access keys present', summary['AccountAccessKeysPresent'], Math.min(1, count.rootKeys)],
  ] as const;
  return pairs.flatMap(([what, theirs, ours]) => (theirs === undefined ? [] : [{ what, theirs, ours }]));
}

function activeKeys({ credentials }: Identity): number {
  return credentials.filter(({ type, status }) => type === 'access-key' && status === 'active').length;
}
