// The collection report in the making.
import type { Clock } from '../../application/ports/clock.ts';
import type { CollectionReport, SourceCall } from '../../domain/identity/collection.ts';
import type { Identity } from '../../domain/identity/identity.ts';
import type { Instant } from '../../domain/time.ts';
import { manifest } from './manifest.ts';
import type { Obtained } from './source.ts';

/** Version of what this connector makes of its input; raised whenever the same input would give other identities. */
const CONNECTOR_VERSION = '1';

/** Counts and findings of one collection. */
export interface Tally {
  readonly startedAt: Instant;
  gap(text: string): void;
  /** A gap that means that something may be missing: the collection is partial. */
  partial(text: string): void;
  warn(text: string): void;
  identity(identity: Identity): void;
  /** What was obtained; notes what is missing. */
  take<T>(obtained: Obtained<T>): T | undefined;
  /** Compares login roles with the source's own count. */
  compare(theirs: number | undefined): void;
  end(finished: boolean): void;
  report(): CollectionReport;
}

/** Makes a tally. */
export function createTally(clock: Clock, scope: string, calls: () => SourceCall[]): Tally {
  const startedAt = clock.now();
  const gaps: string[] = [];
  const warnings: string[] = [];
  const independentCounts: CollectionReport['independentCounts'] = [];
  const count = { identities: 0, credentials: 0, excluded: 0 };
  let endedAt: Instant | undefined;
  let complete = true;

  const partial = (text: string): void => {
    complete = false;
    gaps.push(text);
  };
  return {
    startedAt,
    gap: (text) => void gaps.push(text),
    partial,
    warn: (text) => void warnings.push(text),
    identity({ credentials }) {
      count.identities += 1;
      count.credentials += credentials.length;
    },
    take(obtained) {
      if (obtained.had) {
        gaps.push(...(obtained.gaps ?? []));
        return obtained.value;
      }
      if (obtained.partial) partial(obtained.gap);
      else gaps.push(obtained.gap);
      return undefined;
    },
    compare(theirs) {
      if (theirs === undefined) return;
      const ours = count.identities;
      independentCounts.push({ what: 'login roles', theirs, ours });
      if (ours < theirs) partial(`the server counts ${theirs} login roles, this collection saw ${ours}`);
    },
    end(finished) {
      if (!finished) partial('the collection ended before everything was read');
      endedAt = clock.now();
    },
    report: () => ({
      schemaVersion: 1,
      connector: manifest.id,
      connectorVersion: CONNECTOR_VERSION,
      scope,
      startedAt,
      endedAt: endedAt ?? clock.now(),
      completeness: complete ? 'complete' : 'partial',
      gaps: [...gaps],
      calls: calls(),
      ...count,
      independentCounts: [...independentCounts],
      warnings: [...warnings],
    }),
  };
}
