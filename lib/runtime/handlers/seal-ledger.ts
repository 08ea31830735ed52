// Every few minutes: what is attested goes into the log; once an hour the log says that it is alive.

import type { LedgerCases } from '../ledger-cases.ts';
import type { Log } from '../log.ts';

/** Makes the scheduled function. An IntegrityError is thrown on: it must page somebody. */
export function createHandler({
  ledger,
  log,
}: {
  readonly ledger: Pick<LedgerCases, 'heartbeat' | 'tend'>;
  readonly log: Log;
}) {
  return async (): Promise<{ readonly size: number }> => {
    await ledger.heartbeat();
    const { leaves, size } = await ledger.tend();
    if (leaves > 0) log.info('ledger sealed', { leaves, size });
    return { size };
  };
}
