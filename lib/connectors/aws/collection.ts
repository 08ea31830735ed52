// One collection over several Regions: each is read for itself, and what one of them refuses is said, not hidden.
import { UpstreamError } from '../../domain/errors.ts';
import type { CollectionReport } from '../../domain/identity/collection.ts';
import type { Identity } from '../../domain/identity/identity.ts';
import type { Instant } from '../../domain/time.ts';
import type { ConnectorContext } from '../connector.ts';
import { type CallLog, createCallLog, type Sleep } from './call-log.ts';
import type { AwsSession, Caller } from './session.ts';
import type { ConnectionSettings } from './settings.ts';

/** What a Region is read with. */
export interface RegionReading {
  readonly region: string;
  readonly caller: Caller;
  readonly log: CallLog;
  readonly observedAt: Instant;
  /** Something stays unknown, in a sentence; the collection is complete all the same. */
  gap(text: string): void;
  /** Identities may be missing or wrong: the collection is partial. */
  partial(text: string): void;
  warn(text: string): void;
}

/** What a collection is made of. */
export interface CollectionParts {
  readonly connectorId: string;
  /** Raised whenever the same input would give other identities. */
  readonly connectorVersion: string;
  readonly settings: ConnectionSettings;
  readonly session: AwsSession;
  readonly context: ConnectorContext;
  readonly sleep: Sleep;
  read(reading: RegionReading): AsyncIterable<Identity>;
}

/** Lists every identity once; the report is final when the iteration ends, also when it ends early. */
export function collectRegions(parts: CollectionParts): {
  readonly identities: AsyncIterable<Identity>;
  report(): CollectionReport;
} {
  const { connectorId, connectorVersion, context, settings, sleep } = parts;
  const { retryBudget } = settings;
  const log = createCallLog({ provider: connectorId, retryBudget, sleep, note: context.note });
  const startedAt = context.clock.now();
  const found: Findings = { gaps: new Set(), warnings: [], identities: 0, credentials: 0, complete: true };
  const identities = walk(parts, log, startedAt, found);
  return {
    identities,
    report: () => ({
      schemaVersion: 1,
      connector: connectorId,
      connectorVersion,
      scope: found.account ?? settings.account ?? 'unknown',
      startedAt,
      endedAt: found.endedAt ?? context.clock.now(),
      completeness: found.complete && found.endedAt !== undefined ? 'complete' : 'partial',
      gaps: [...found.gaps],
      calls: log.calls(),
      identities: found.identities,
      credentials: found.credentials,
      excluded: 0,
      independentCounts: [],
      warnings: [...found.warnings],
    }),
  };
}

interface Findings {
  readonly gaps: Set<string>;
  readonly warnings: string[];
  identities: number;
  credentials: number;
  complete: boolean;
  account?: string;
  endedAt?: Instant;
}

async function* walk(
  { context, read, session, settings }: CollectionParts,
  log: CallLog,
  observedAt: Instant,
  found: Findings,
): AsyncGenerator<Identity, void, undefined> {
  const partial = (text: string): void => {
    found.complete = false;
    found.gaps.add(text);
  };
  let finished = false;
  try {
    const caller = await log.call('GetCallerIdentity', () => session.caller());
    found.account = caller.account;
    const failures: UpstreamError[] = [];
    for (const region of new Set(settings.regions)) {
      const reading: RegionReading = {
        region,
        caller,
        log,
        observedAt,
        gap: (text) => void found.gaps.add(text),
        partial,
        warn: (text) => void found.warnings.push(text),
      };
      try {
        for await (const identity of read(reading)) {
          found.identities += 1;
          found.credentials += identity.credentials.length;
          yield identity;
        }
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error;
        failures.push(error);
        partial(`${region} was not read to its end (${error.message})`);
      }
    }
    const [first] = failures;
    // Nothing at all could be read: that is a failure, not an empty account.
    if (first && found.identities === 0 && failures.length === new Set(settings.regions).size) throw first;
    finished = true;
  } finally {
    if (!finished) partial('the collection ended before everything was read');
    found.endedAt = context.clock.now();
  }
}
