// Finding and switching off stale access keys, beside Cloud Custodian: calls, time, and what each gets wrong. Both work on
// an account of their own made from the same seed, through a proxy that adds 20 ms to a call; the emulator pages as AWS
// does (100 entries unless asked for more, 1000 at most), and the account's credential report is there already.
import { GenerateCredentialReportCommand, IAMClient } from '@aws-sdk/client-iam';
import type { Connector, RemovalTarget } from '../lib/application/ports/connector.ts';
import { createAwsIam } from '../lib/connectors/aws-iam/connector.ts';
import { AwsIamSettings } from '../lib/connectors/aws-iam/settings.ts';
import type { Credential } from '../lib/domain/identity/credential.ts';
import { valueOf } from '../lib/domain/identity/fact.ts';
import { daysBetween, type Instant, instantOf } from '../lib/domain/time.ts';
import { startIam } from '../lib/local/iam/start-iam.ts';
import { CUSTODIAN_VERSION, ensureCustodian, runCustodian } from './support/custodian.ts';
import { type ProxiedCall, type SlowProxy, startSlowProxy } from './support/slow-proxy.ts';
import { STALE_DAYS, type StaleKeysAccount, staleKeysAccount } from './support/stale-keys-account.ts';

const FULL_SIZE = 2_000;
const DELAY_MS = 20;
const GOAL = 80;

/** How one side did. */
export interface Conduct {
  /** From its first call until everything is known that it acts on. */
  readonly collectMs: number;
  readonly collectCalls: number;
  readonly actMs: number;
  readonly actCalls: number;
  readonly callsByAction: Readonly<Record<string, number>>;
  /** Calls that list keys while acting, for each key that is stale. */
  readonly listAccessKeysPerStaleKey: number;
  /** Keys switched off that were in use, new or off already. */
  readonly wrongDisables: number;
  /** Stale keys left on. */
  readonly missedDisables: number;
  /** Changes asked for by a second run right after, when nothing is left to change. */
  readonly repeatedMutations: number;
}

/** Result: users collected a second, and all else that was counted. `ratio` = ours / peer. */
export interface BenchResult {
  readonly name: string;
  readonly ours: number;
  readonly peer: number;
  readonly ratio: number;
  readonly goal: number;
  readonly unit: string;
  readonly users: number;
  readonly staleKeys: number;
  /** ⌈users / 100⌉ + 4 */
  readonly collectCallsAllowed: number;
  readonly addedMsPerCall: number;
  readonly custodianVersion: string;
  readonly countersign: Conduct;
  readonly custodian: Conduct;
}

/** Runs both at `size` users. @throws Error when Cloud Custodian cannot be installed; it says what it needs. */
export async function run({
  size = FULL_SIZE,
  json = false,
}: {
  readonly size?: number;
  readonly json?: boolean;
} = {}): Promise<BenchResult> {
  const command = await ensureCustodian();
  const countersign = await measure(size, ({ proxy, credentials }) => {
    const settings = AwsIamSettings.parse({ endpoint: proxy.endpoint, emulatorKeys: credentials });
    return () => cleanUp(createAwsIam(settings, { clock, note: () => {} }));
  });
  const custodian = await measure(size, ({ proxy, credentials }) => async () => {
    await runCustodian(command, { endpoint: proxy.endpoint, credentials });
    return undefined;
  });
  const { stale } = staleKeysAccount(size, clock.now());
  const perSecond = ({ collectMs }: Conduct) => size / (collectMs / 1_000);
  const [ours, peer] = [perSecond(countersign), perSecond(custodian)];
  const result = {
    name: 'collect-vs-custodian',
    ours: Math.round(ours),
    peer: Number(peer.toFixed(1)),
    ratio: Number((ours / peer).toFixed(1)),
    goal: GOAL,
    unit: 'users/s',
    users: size,
    staleKeys: stale.size,
    collectCallsAllowed: Math.ceil(size / 100) + 4,
    addedMsPerCall: DELAY_MS,
    custodianVersion: CUSTODIAN_VERSION,
    countersign,
    custodian,
  };
  if (!json) console.log(describe(result));
  return result;
}

const clock = { now: () => instantOf(Math.floor(Date.now() / 1_000) * 1_000) };

interface Stage {
  readonly proxy: SlowProxy;
  readonly credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
}

/** Starts an account, lets one side find and switch off twice, and reads what it did from its calls. */
async function measure(
  size: number,
  prepare: (stage: Stage) => () => Promise<number | undefined>,
): Promise<Conduct> {
  const account = staleKeysAccount(size, clock.now());
  const iam = await startIam({ account: account.seed, clock, reportPolls: 0 });
  const proxy = await startSlowProxy(iam.endpoint, DELAY_MS);
  try {
    const { operatorCredentials: credentials, endpoint } = iam;
    await makeReport(new IAMClient({ endpoint, region: 'us-east-1', credentials: { ...credentials } }));
    const sweep = prepare({ proxy, credentials });
    const collectedMs = await sweep();
    const first = proxy.take();
    await sweep();
    return conductOf(account, { first, second: proxy.take(), collectedMs });
  } finally {
    await proxy.close();
    await iam.close();
  }
}

/** AWS keeps a report for four hours: both find one, and neither waits for it to be made. */
async function makeReport(client: IAMClient): Promise<void> {
  for (let look = 0; look < 5; look += 1) {
    const { State } = await client.send(new GenerateCredentialReportCommand({}));
    if (State === 'COMPLETE') {
      client.destroy();
      return;
    }
  }
  throw new Error('the emulator made no credential report');
}

/**
 * Ours: collect everything, then look at each stale key again and switch it off, one after the other. Answers when it
 * was all collected and understood (`performance.now()`).
 */
async function cleanUp(connector: Connector): Promise<number> {
  const stale: RemovalTarget[] = [];
  for await (const reviewed of connector.collect().identities) {
    for (const credential of reviewed.credentials) {
      if (!isStale(credential, clock.now())) continue;
      const { credentialId } = credential;
      stale.push({ identityId: reviewed.identityId, credentialId, reviewed });
    }
  }
  const collectedMs = performance.now();
  for (const target of stale) {
    const located = await connector.locate(target);
    if (located.found === 'one' && located.state.enabled) await connector.disable(target, located.state);
  }
  return collectedMs;
}

function isStale({ type, status, lastUse, createdAt }: Credential, now: Instant): boolean {
  if (type !== 'access-key' || status !== 'active') return false;
  const since = lastUse.state === 'used' ? lastUse.at : lastUse.state === 'never' && valueOf(createdAt);
  return typeof since === 'string' && daysBetween(since, now) >= STALE_DAYS;
}

const READING = /^(Get|List|Generate)/;

/** The calls of a side. Where it does not say when it had collected: until it first listed a user's keys, to act. */
interface Sweeps {
  readonly first: readonly ProxiedCall[];
  readonly second: readonly ProxiedCall[];
  readonly collectedMs: number | undefined;
}

function conductOf({ stale }: StaleKeysAccount, { first, second, collectedMs }: Sweeps): Conduct {
  const acting = first.find(({ action }) => action === 'ListAccessKeys');
  const beganMs = first[0]?.beganMs ?? 0;
  const endedMs = first.at(-1)?.endedMs ?? beganMs;
  const betweenMs = collectedMs ?? acting?.beganMs ?? endedMs;
  const collecting = first.filter((call) => call.beganMs < betweenMs);
  const off = switchedOff(first);
  const callsByAction: Record<string, number> = {};
  for (const { action } of first) callsByAction[action] = (callsByAction[action] ?? 0) + 1;
  return {
    collectMs: Math.round(betweenMs - beganMs),
    collectCalls: collecting.length,
    actMs: Math.round(endedMs - betweenMs),
    actCalls: first.length - collecting.length,
    callsByAction,
    listAccessKeysPerStaleKey: Number(((callsByAction['ListAccessKeys'] ?? 0) / stale.size).toFixed(2)),
    wrongDisables: [...off].filter((id) => !stale.has(id)).length,
    missedDisables: [...stale].filter((id) => !off.has(id)).length,
    repeatedMutations: second.filter(({ action }) => !READING.test(action)).length,
  };
}

function switchedOff(calls: readonly ProxiedCall[]): Set<string> {
  const done = calls.filter(
    ({ action, params, status }) =>
      action === 'UpdateAccessKey' && params.get('Status') === 'Inactive' && status === 200,
  );
  return new Set(done.map(({ params }) => params.get('AccessKeyId') ?? ''));
}

function describe({ users, staleKeys, collectCallsAllowed, countersign, custodian }: BenchResult): string {
  const line = (who: string, c: Conduct) =>
    `${who}: collected in ${c.collectMs} ms with ${c.collectCalls} calls, acted in ${c.actMs} ms with ${c.actCalls}; ${c.wrongDisables} wrong, ${c.missedDisables} missed, ${c.repeatedMutations} changes repeated by a rerun`;
  return [
    `${users} users, ${staleKeys} stale keys, at most ${collectCallsAllowed} calls to collect`,
    line('Countersign', countersign),
    line(`Cloud Custodian ${CUSTODIAN_VERSION}`, custodian),
  ].join('\n');
}
