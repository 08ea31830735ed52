// One run of the ledger's function: seal what is waiting, then bring everybody who follows up to date.
import { type PassReport, type SealDeps, sealLedger } from './seal-ledger.ts';

/** What a run needs. */
export interface TendDeps extends SealDeps {
  /** `copyLedger`, `cosignCheckpoint`, `postCheckpoint`, `indexHistory`, as configured; in this order. */
  readonly followers: readonly (() => Promise<void>)[];
  /** Most passes in a run; what is left waits for the next. @default 100 */
  readonly maxPasses?: number;
}

/** What a run did. */
export interface TendReport {
  readonly leaves: number;
  readonly passes: number;
  readonly size: number;
}

/**
 * Makes the use case. Every follower gets its turn, even when another fails.
 * @throws what the first failing follower threw; an AggregateError when several failed
 */
export function tendLedger(deps: TendDeps): () => Promise<TendReport> {
  const seal = sealLedger(deps);
  const { followers, maxPasses = 100 } = deps;
  return async () => {
    let [leaves, passes] = [0, 0];
    let report: PassReport;
    do {
      report = await seal();
      leaves += report.leaves;
      passes += 1;
    } while (report.outcome === 'sealed' && passes < maxPasses);
    const failures: unknown[] = [];
    for (const follow of followers) {
      try {
        await follow();
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, 'Several followers of the ledger failed.');
    return { leaves, passes, size: report.head.size };
  };
}
