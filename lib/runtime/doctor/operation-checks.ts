// Whether what should happen by itself happens: collections, the clock's work, the log.

import type { Environment } from '../../application/environment.ts';
import { keyRanges, readKeyBook } from '../../application/ledger/key-ranges.ts';
import type { LedgerStore } from '../../application/ports/ledger-store.ts';
import { type Pulse, takePulse } from '../../application/take-pulse.ts';
import { formatVerifierKey, SIGNATURE_TYPE, verifierKey } from '../../domain/attestation/log/verifier-key.ts';
import { DAY_MS, HOUR_MS } from '../../domain/time.ts';
import { PULSE_METRICS } from '../../pulse-metrics.ts';
import { type Check, type Finding, fine, problem } from './examine.ts';

/** What these checks need. */
export interface OperationParts {
  readonly environment: Pick<Environment, 'store' | 'clock'>;
  readonly ledger: LedgerStore;
}

/** The raw key is the end of its SubjectPublicKeyInfo. */
const ED25519_BYTES = 32;
const HOURS = HOUR_MS / 1000;
const DAYS = DAY_MS / 1000;
/** Older inventories lead to no removal where a definition does not say otherwise, in seconds. */
const FRESH_S = 24 * HOURS;

/** Checks of what happens by the clock. */
export function operationChecks({ environment, ledger }: OperationParts): Check[] {
  let taken: Promise<Pulse> | undefined;
  const look = (judge: (values: Pulse['values']) => Finding) => async () => {
    taken ??= takePulse(environment)('auto');
    return judge((await taken).values);
  };
  return [
    { id: 'inventory', title: 'Inventory', run: () => inventory(environment) },
    { id: 'schedules', title: 'Work by the clock', run: look(clockWork) },
    { id: 'log', title: 'The log', run: look(log) },
    { id: 'keys', title: 'Signing keys', run: () => keys({ environment, ledger }) },
    { id: 'campaigns', title: 'Campaigns', run: look(campaigns) },
    { id: 'switch', title: 'Stop switch', run: look(stopSwitch) },
  ];
}

async function inventory({ store, clock }: OperationParts['environment']): Promise<Finding> {
  const inventories = await store.inventories();
  if (inventories.length === 0) return problem('Nothing was collected yet.', 'Run: countersign collect.');
  const named = ({ connector, scope }: { readonly connector: string; readonly scope: string }) =>
    `${connector} (${scope})`;
  const partial = inventories.filter(({ completeness }) => completeness === 'partial');
  if (partial.length > 0) {
    return problem(
      `Partial: ${partial.map(named).join(', ')}. Nothing is switched off on it.`,
      'See the gaps in the collection’s report (countersign collect), and give the connector what it lacks: docs/connectors.md.',
    );
  }
  const now = Date.parse(clock.now());
  const stale = inventories.filter(({ collectedAt }) => now - Date.parse(collectedAt) > FRESH_S * 1000);
  if (stale.length > 0) {
    return problem(
      `Older than a day: ${stale.map(named).join(', ')}. Removals wait for a fresh one.`,
      'Run: countersign collect. Then see why the schedule did not: docs/runbook.md#inventory-stale.',
    );
  }
  const identities = inventories.reduce((sum, each) => sum + each.identities, 0);
  return fine(`${identities} identities of ${inventories.map(named).join(', ')}, complete.`);
}

/** Schedules are known by what they bring about: that is what counts. */
function clockWork({ HeadAge, HeartbeatAge = 0, OldestDueAge = 0 }: Pulse['values']): Finding {
  // Before anything is sealed for the first time, the log says how it stands.
  if (HeadAge !== undefined && HeartbeatAge > 2 * HOURS) {
    return problem(
      `The last heartbeat is ${hours(HeartbeatAge)} old or older.`,
      'The function seal-ledger does not run: docs/runbook.md#head-stale.',
    );
  }
  if (OldestDueAge >= PULSE_METRICS.OldestDueAge.alarm.atLeast) {
    return problem(
      `Work has been due for ${hours(OldestDueAge)}.`,
      'The function dispatch-due-work or a worker does not run: docs/runbook.md#due-work-late.',
    );
  }
  return fine(
    'Nothing due was left undone. (Schedules are known by what they bring about; they themselves are not read.)',
  );
}

function log({ HeadAge, OldestInboxAge = 0 }: Pulse['values']): Finding {
  const waitsLong = OldestInboxAge > PULSE_METRICS.OldestInboxAge.alarm.atLeast;
  if (HeadAge === undefined) {
    if (!waitsLong) return fine('Nothing is sealed yet, and nothing waits for long.');
    return problem(
      'Nothing was ever sealed.',
      'The function seal-ledger does not run: docs/runbook.md#head-stale.',
    );
  }
  if (HeadAge > PULSE_METRICS.HeadAge.alarm.atLeast)
    return problem(`Its head is ${hours(HeadAge)} old.`, 'See docs/runbook.md#head-stale.');
  if (waitsLong)
    return problem(
      `Something waits to be sealed for ${hours(OldestInboxAge)}.`,
      'See docs/runbook.md#inbox-deep.',
    );
  return fine('Sealed within the last two hours, and nothing waits for long.');
}

/** With the log's key as verifiers know it: whoever sets up a witness, or checks a pack, needs it from here. */
async function keys({ environment, ledger }: OperationParts): Promise<Finding> {
  const ranges = keyRanges(await readKeyBook(ledger)).filter(({ until }) => until === undefined);
  const uses = new Set(ranges.map(({ use }) => use));
  const missing = (['attestation', 'log'] as const).filter((use) => !uses.has(use));
  if (missing.length > 0) {
    return problem(
      `The log knows no key for ${missing.join(', ')}.`,
      'The first pass of seal-ledger registers them: see that it runs.',
    );
  }
  const origin = await originOf(environment, ledger);
  const named = ranges.map(({ use, keyId, publicKey }) =>
    use === 'log' && origin !== undefined
      ? `log ${formatVerifierKey(verifierKey(origin, SIGNATURE_TYPE.ed25519, publicKey.slice(-ED25519_BYTES)))}`
      : `${use} ${keyId}`,
  );
  return fine(`In use: ${named.join(', ')}.`);
}

/** Name of the log, from its newest checkpoint. */
async function originOf(
  { store }: OperationParts['environment'],
  ledger: LedgerStore,
): Promise<string | undefined> {
  const head = await store.get('ledger-pointer', { pointer: 'sealed' });
  const checkpoint = head && (await ledger.get('checkpoint', { size: head.size }));
  return checkpoint?.note.split('\n')[0];
}

function campaigns({
  LiveCampaigns = 0,
  StuckOpenings = 0,
  UnclosedCampaigns = 0,
}: Pulse['values']): Finding {
  if (StuckOpenings > 0) {
    return problem(`${StuckOpenings} opening for more than an hour.`, 'See docs/runbook.md#opening-failed.');
  }
  if (UnclosedCampaigns > 0)
    return problem(`${UnclosedCampaigns} past the close.`, 'See docs/runbook.md#campaign-unclosed.');
  return fine(LiveCampaigns === 0 ? 'None is under way.' : `${LiveCampaigns} under way.`);
}

function stopSwitch({ EnforcementStopped = 0 }: Pulse['values']): Finding {
  if (EnforcementStopped === 0) return fine('Off: removals run.');
  return problem(
    'Removals are stopped.',
    'When the reason is gone, two people run: countersign switch start --reason <text>.',
  );
}

function hours(seconds: number): string {
  return seconds >= 2 * DAYS ? `${Math.floor(seconds / DAYS)} days` : `${(seconds / HOURS).toFixed(1)} hours`;
}
