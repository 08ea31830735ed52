// An account with secrets on a stand-in that refuses what Secrets Manager refuses, and the connector over the real SDK.
import type { Connector, RemovalTarget } from '../../../lib/application/ports/connector.ts';
import { createAwsSecretsManager } from '../../../lib/connectors/aws-secrets-manager/connector.ts';
import { AwsSecretsManagerSettings } from '../../../lib/connectors/aws-secrets-manager/settings.ts';
import type { CollectionReport } from '../../../lib/domain/identity/collection.ts';
import type { Identity } from '../../../lib/domain/identity/identity.ts';
import { type Instant, plusDays } from '../../../lib/domain/time.ts';
import { ACCOUNT, type Asked, AwsFault, KEYS, type StandIn, startStandIn } from '../aws/stand-in.ts';

/** When the tests take place. */
export const START = '2026-03-01T09:00:00.000Z' as Instant;

/** Something that is in every secret's value, and must be nowhere else. */
export const VALUE = 'correct-horse-battery-staple';

/** A secret as the account has it. */
export interface KeptSecret {
  readonly Name: string;
  readonly ARN: string;
  readonly region: string;
  policy: string | undefined;
  deletedAt: number | undefined;
  replicas: string[];
  lastReadAt: number | undefined;
  /** Regions that Secrets Manager has not copied the policy to yet. */
  readonly lagging: Set<string>;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A secret to make. */
export interface NewSecret {
  readonly name: string;
  readonly region?: string;
  readonly suffix?: string;
  readonly policy?: string;
  readonly replicas?: readonly string[];
  readonly lastReadAt?: Instant;
  readonly tags?: Readonly<Record<string, string>>;
  readonly fields?: Readonly<Record<string, unknown>>;
}

const seconds = (at: Instant): number => Date.parse(at) / 1000;

/** A running account. */
export interface Running {
  readonly standIn: StandIn;
  readonly connector: Connector;
  readonly notes: string[];
  readonly kept: KeptSecret[];
  now: () => Instant;
  advanceDays(days: number): void;
  add(secret: NewSecret): KeptSecret;
  secret(name: string): KeptSecret;
  /** What whoever may read every secret gets: `read`, or the error's name. */
  tryReading(name: string, region?: string): string;
  make(settings?: Partial<AwsSecretsManagerSettings>): Connector;
}

/** Starts an account. `pageSize`: secrets a page. Close `standIn` afterwards. */
export async function start(made: readonly NewSecret[], pageSize = 100): Promise<Running> {
  let now = START;
  const kept: KeptSecret[] = [];
  const standIn = await startStandIn((asked) => answer(kept, asked, pageSize, now));
  const notes: string[] = [];
  const add = (secret: NewSecret): KeptSecret => {
    const region = secret.region ?? 'us-east-1';
    const one: KeptSecret = {
      Name: secret.name,
      ARN: `arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:${secret.name}-${secret.suffix ?? 'AbCdEf'}`,
      region,
      policy: secret.policy,
      deletedAt: undefined,
      replicas: [...(secret.replicas ?? [])],
      lastReadAt: secret.lastReadAt && seconds(secret.lastReadAt),
      lagging: new Set(),
      fields: {
        CreatedDate: seconds('2024-01-01T00:00:00.000Z' as Instant),
        Tags: Object.entries(secret.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
        SecretString: VALUE,
        ...secret.fields,
      },
    };
    kept.push(one);
    return one;
  };
  for (const secret of made) add(secret);
  const secret = (name: string): KeptSecret => {
    const found = kept.find(({ Name }) => Name === name);
    if (!found) throw new Error(`no secret ${name}`);
    return found;
  };
  const make = (settings: Partial<AwsSecretsManagerSettings> = {}): Connector =>
    createAwsSecretsManager(
      AwsSecretsManagerSettings.parse({
        endpoint: standIn.endpoint,
        emulatorKeys: KEYS,
        attemptsPerRequest: 1,
        retryBudget: 2,
        ...settings,
      }),
      { clock: { now: () => now }, note: (message) => void notes.push(message) },
      async () => undefined,
    );
  return {
    standIn,
    connector: make(),
    notes,
    kept,
    now: () => now,
    advanceDays(days) {
      now = plusDays(now, days);
    },
    add,
    secret,
    tryReading(name, region) {
      const one = secret(name);
      if (region !== undefined && !one.replicas.includes(region)) return 'ResourceNotFoundException';
      return refusalToRead(one) ?? 'read';
    },
    make,
  };
}

/** As Secrets Manager weighs it for a caller whom everything else allows to read: an explicit Deny wins. */
function refusalToRead({ deletedAt, policy }: KeptSecret): string | undefined {
  if (deletedAt !== undefined) return 'InvalidRequestException';
  const { Statement = [] } = JSON.parse(policy ?? '{}') as { Statement?: Record<string, unknown>[] };
  const denied = Statement.some(
    ({ Action, Effect, Principal }) =>
      Effect === 'Deny' && Principal === '*' && Action === 'secretsmanager:GetSecretValue',
  );
  return denied ? 'AccessDeniedException' : undefined;
}

function answer(
  kept: KeptSecret[],
  { action, body, region }: Asked,
  pageSize: number,
  now: Instant,
): unknown {
  if (action === 'ListSecrets') return page(kept, region, Number(body['NextToken'] ?? 0), pageSize);
  const id = String(body['SecretId']);
  const home = kept.find(
    (one) =>
      one.ARN === id ||
      (one.replicas.includes(region) && one.ARN.replace(`:${one.region}:`, `:${region}:`) === id),
  );
  if (!home) {
    throw new AwsFault('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }
  const named = { ARN: id, Name: home.Name };
  const marked = () => {
    if (home.deletedAt === undefined) return;
    const message = "You can't perform this operation on the secret because it was marked for deletion.";
    throw new AwsFault('InvalidRequestException', message);
  };
  switch (action) {
    case 'DescribeSecret':
      return described(home);
    case 'GetResourcePolicy':
      marked();
      if (home.policy === undefined || home.lagging.has(region)) return named;
      return { ...named, ResourcePolicy: home.policy };
    case 'PutResourcePolicy':
      marked();
      home.policy = String(body['ResourcePolicy']);
      return named;
    case 'DeleteResourcePolicy':
      marked();
      home.policy = undefined;
      return named;
    case 'DeleteSecret': {
      marked();
      if (home.replicas.length > 0) {
        const message = `You can't delete secret ${home.Name} that still has replica regions [${home.replicas.join(', ')}]`;
        throw new AwsFault('InvalidRequestException', message);
      }
      home.deletedAt = seconds(plusDays(now, Number(body['RecoveryWindowInDays'])));
      return { ...named, DeletionDate: home.deletedAt };
    }
    case 'RestoreSecret':
      home.deletedAt = undefined;
      return named;
    default:
      throw new AwsFault('AccessDeniedException', `not authorized to perform: secretsmanager:${action}`, 403);
  }
}

function page(kept: readonly KeptSecret[], region: string, from: number, pageSize: number): unknown {
  const here = kept.filter((one) => one.region === region);
  const next = from + pageSize;
  return {
    SecretList: here.slice(from, next).map(described),
    ...(next < here.length && { NextToken: String(next) }),
  };
}

function described({ ARN, Name, deletedAt, fields, lastReadAt, replicas }: KeptSecret): unknown {
  return {
    ...fields,
    ARN,
    Name,
    ...(deletedAt !== undefined && { DeletedDate: deletedAt }),
    ...(lastReadAt !== undefined && { LastAccessedDate: lastReadAt }),
    ...(replicas.length > 0 && {
      ReplicationStatus: replicas.map((Region) => ({ Region, Status: 'InSync' })),
    }),
  };
}

/** Collects everything. */
export async function collect(
  connector: Connector,
): Promise<{ readonly identities: Identity[]; readonly report: CollectionReport }> {
  const collection = connector.collect();
  const identities: Identity[] = [];
  for await (const identity of collection.identities) identities.push(identity);
  return { identities, report: collection.report() };
}

/** A target as a reviewer decided on it. */
export async function targetOf(
  connector: Connector,
  name: string,
  credentialId?: string,
): Promise<RemovalTarget> {
  const { identities } = await collect(connector);
  const reviewed = identities.find((identity) => identity.name === name);
  if (!reviewed) throw new Error(`no ${name} among ${identities.map((each) => each.name).join(', ')}`);
  return { identityId: reviewed.identityId, credentialId, reviewed };
}
