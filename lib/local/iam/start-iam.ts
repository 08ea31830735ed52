// IAM and STS on this machine: the query protocol over one account, for the real SDK clients.
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../application/ports/clock.ts';
import { InvalidInputError, RefusedError } from '../../domain/errors.ts';
import { type Instant, MINUTE_MS, millisOf } from '../../domain/time.ts';
import { openAccount } from './account.ts';
import type { AccountSeed } from './account-seed.ts';
import { type Attempt, answerQuery, type PlayedCode } from './answer-query.ts';
import { openCallers, type StandInCredentials } from './callers.ts';
import { openReportDesk } from './credential-report.ts';
import { deriveSecret } from './derived-ids.ts';
import { type Fault, openFaultPlan } from './faults.ts';
import { listen } from './listen.ts';
import { type SceneDrivers, sceneDrivers } from './scene-drivers.ts';

/** How to start the stand-in. */
export interface IamOptions {
  /** Default: any free port. Always on 127.0.0.1. */
  readonly port?: number | undefined;
  readonly account: AccountSeed;
  readonly clock: Clock;
  /** Never more than this many entries a page, whatever MaxItems says. */
  readonly pageSize?: number | undefined;
  readonly latencyMs?: number | undefined;
  /** A file of changes, replayed at the next start over the same account. */
  readonly dataFile?: string | undefined;
  /** How many polls find a credential report in progress (default 1). */
  readonly reportPolls?: number | undefined;
  /** The role the product runs as (default `countersign`). */
  readonly operatorRoleName?: string | undefined;
}

/** IAM and STS while they run. */
export interface IamStandIn extends SceneDrivers {
  /** For `new IAMClient({ endpoint })` and `new STSClient({ endpoint })` alike. */
  readonly endpoint: string;
  readonly accountId: string;
  /** What the product signs with. */
  readonly operatorCredentials: StandInCredentials;
  /** Calls per action since the start, refused ones included. */
  calls(): Readonly<Record<string, number>>;
  /** Every call in order: who, what, when, and the error code when refused. */
  attempts(): readonly Attempt[];
  /** Makes the next calls of an action (`*`: any) fail as the service fails. */
  failNext(action: string, fault: Fault<PlayedCode>, times?: number): void;
  /** Denies an action (`iam:ListAccessKeys`) to the product's own role until `allow`. */
  deny(permission: string): void;
  allow(permission: string): void;
  /** The secret of a seeded or created key: for tests that sign with it. */
  secretOf(accessKeyId: string): string;
  close(): Promise<void>;
}

/**
 * Starts the stand-in. Every request's signature is checked.
 * @throws InvalidInputError BAD_SETTING when the port is taken; IntegrityError when `dataFile` is corrupt.
 * @example
 * const iam = await startIam({ account: await seedFromFiles({ credentialReport }), clock });
 * new IAMClient({ endpoint: iam.endpoint, region: 'us-east-1', credentials: iam.operatorCredentials });
 */
export async function startIam(options: IamOptions): Promise<IamStandIn> {
  const { clock } = options;
  const account = openAccount(options.account, options.dataFile);
  const callers = openCallers(account, clock, options.operatorRoleName ?? 'countersign');
  const desk = openReportDesk(account, clock, options.reportPolls ?? 1);
  const faults = openFaultPlan<PlayedCode>();
  const denied = new Set<string>();
  const attempts: Attempt[] = [];
  const counts = new Map<string, number>();
  const pageSize = options.pageSize ?? 1000;
  if (!Number.isInteger(pageSize) || pageSize < 1) {
    throw new InvalidInputError({
      code: 'BAD_SETTING',
      message: `pageSize must be at least 1, not ${pageSize}`,
    });
  }
  const door = {
    context: { account, clock, desk, callers, pageSize },
    faults,
    denied,
    latencyMs: options.latencyMs ?? 0,
    newRequestId: randomUUID,
    record(attempt: Attempt) {
      attempts.push(attempt);
      counts.set(attempt.action, (counts.get(attempt.action) ?? 0) + 1);
    },
    noteUse(accessKeyId: string, service: string, region: string) {
      noteUse(accessKeyId, service, region, clock.now());
    },
  };
  const noteUse = (accessKeyId: string, service: string, region: string, at: Instant): void => {
    const lastUse = account.keyHolding(accessKeyId)?.key.lastUse;
    // IAM records the first use within 15 minutes only.
    if (lastUse?.state === 'used' && millisOf(at) - millisOf(lastUse.at) < 15 * MINUTE_MS) return;
    if (lastUse) account.commit({ kind: 'access-key-used', accessKeyId, at, region, service });
  };
  const listening = await listen(
    (request, env) => answerQuery(door, request, () => env.incoming.socket.destroy()),
    options.port,
  );
  return {
    endpoint: listening.origin,
    accountId: account.seed.accountId,
    operatorCredentials: callers.operator,
    calls: () => Object.fromEntries(counts),
    attempts: () => [...attempts],
    failNext: (action, fault, times) => faults.plan(action, fault, times),
    deny: (permission) => void denied.add(permission),
    allow: (permission) => void denied.delete(permission),
    secretOf(accessKeyId) {
      if (account.wasIssued(accessKeyId)) return deriveSecret(accessKeyId);
      throw new RefusedError({
        code: 'NOT_FOUND',
        message: `No access key ${accessKeyId} was ever issued here.`,
      });
    },
    ...sceneDrivers(account, clock),
    close: () => listening.close(),
  };
}
