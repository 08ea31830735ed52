// An account on the IAM stand-in, and the connector over the real SDK.

import type * as z from 'zod';
import type { Connector, RemovalTarget } from '../../../lib/application/ports/connector.ts';
import { createAwsIam } from '../../../lib/connectors/aws-iam/connector.ts';
import { AwsIamSettings } from '../../../lib/connectors/aws-iam/settings.ts';
import type { ConnectorContext } from '../../../lib/connectors/connector.ts';
import type { CollectionReport } from '../../../lib/domain/identity/collection.ts';
import type { Identity } from '../../../lib/domain/identity/identity.ts';
import { type Instant, plusMs } from '../../../lib/domain/time.ts';
import { type AccountSeedInput, parseAccountSeed } from '../../../lib/local/iam/account-seed.ts';
import { type IamStandIn, startIam } from '../../../lib/local/iam/start-iam.ts';

/** When the tests take place. */
export const START = '2026-03-01T09:00:00.000Z' as Instant;

const TRUST_EC2 = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** A small account with one of everything the connector has to tell apart. */
export const ACCOUNT: AccountSeedInput = {
  accountId: '123456789012',
  root: { createdAt: '2015-01-01T00:00:00Z' },
  users: [
    {
      userName: 'deploy',
      path: '/ci/',
      createdAt: '2020-01-01T00:00:00Z',
      keys: [
        {
          slot: 1,
          createdAt: '2020-01-01T00:00:05Z',
          lastUse: { state: 'used', at: '2026-02-28T10:00:00Z', service: 's3', region: 'eu-west-1' },
        },
        { slot: 2, createdAt: '2021-06-01T12:00:00Z', lastUse: { state: 'never' } },
      ],
      certificates: [{ slot: 1, uploadedAt: '2020-02-02T00:00:00Z' }],
      serviceCredentials: [{ serviceName: 'codecommit.amazonaws.com', createdAt: '2022-01-01T00:00:00Z' }],
      tags: {
        Owner: 'ada@example.com',
        team: 'payments',
        environment: 'production',
        purpose: 'Deploys the shop',
        repo: 'acme/shop',
        ticket: 'OPS-1',
        'created-by': 'grace@example.com',
      },
      attachedPolicies: [
        { policyName: 'ReadOnlyAccess', policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
      ],
    },
    {
      userName: 'bob',
      createdAt: '2019-01-01T00:00:00Z',
      console: 'yes',
      keys: [
        { slot: 1, createdAt: '2019-01-02T00:00:00Z', lastUse: { state: 'never' } },
        { slot: 2, status: 'Inactive', createdAt: '2020-01-02T00:00:00Z' },
      ],
    },
    { userName: 'carol', createdAt: '2019-01-01T00:00:00Z', console: 'yes' },
    {
      userName: 'emergency',
      createdAt: '2019-01-01T00:00:00Z',
      keys: [{ slot: 1, createdAt: '2019-01-02T00:00:00Z' }],
      tags: { 'break-glass': 'true' },
    },
  ],
  roles: [
    {
      roleName: 'batch',
      path: '/apps/',
      createdAt: '2024-01-01T00:00:00Z',
      trust: TRUST_EC2,
      inlinePolicies: {
        work: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] },
      },
      lastUsed: { at: '2026-02-20T00:00:00Z', region: 'eu-west-1' },
    },
    { roleName: 'young', createdAt: '2026-01-01T00:00:00Z', trust: TRUST_EC2 },
    { roleName: 'old', createdAt: '2018-01-01T00:00:00Z', trust: TRUST_EC2 },
    { roleName: 'countersign', createdAt: '2025-01-01T00:00:00Z', trust: TRUST_EC2 },
    {
      roleName: 'AWSServiceRoleForSupport',
      path: '/aws-service-role/support.amazonaws.com/',
      createdAt: '2018-01-01T00:00:00Z',
      trust: TRUST_EC2,
    },
    {
      roleName: 'AWSReservedSSO_Admin_0123456789abcdef',
      path: '/aws-reserved/sso.amazonaws.com/',
      createdAt: '2018-01-01T00:00:00Z',
      trust: TRUST_EC2,
    },
  ],
};

/** An account that runs, a clock that can be moved, a connector, and what it was told. */
export interface Running {
  readonly iam: IamStandIn;
  readonly connector: Connector;
  readonly notes: string[];
  readonly waits: number[];
  readonly raw: Map<string, string>;
  now: () => Instant;
  advance: (ms: number) => void;
  make: (settings?: AwsIamSettingsInput, secret?: ConnectorContext['secret']) => Connector;
}

type AwsIamSettingsInput = Partial<z.input<typeof AwsIamSettings>>;

/** Starts the stand-in over an account. Close `iam` afterwards. */
export async function start(
  account: AccountSeedInput = ACCOUNT,
  options: { readonly pageSize?: number; readonly reportPolls?: number } = {},
): Promise<Running> {
  let now = START;
  const clock = { now: () => now };
  const iam = await startIam({ account: parseAccountSeed(account), clock, ...options });
  const notes: string[] = [];
  const waits: number[] = [];
  const raw = new Map<string, string>();
  const make: Running['make'] = (settings = {}, secret) =>
    createAwsIam(
      AwsIamSettings.parse({
        endpoint: iam.endpoint,
        emulatorKeys: iam.operatorCredentials,
        attemptsPerRequest: 1,
        retryBudget: 2,
        ...settings,
      }),
      {
        clock,
        note: (message) => void notes.push(message),
        secret,
        keepRaw: (name, chunk) =>
          void raw.set(name, (raw.get(name) ?? '') + Buffer.from(chunk).toString('utf8')),
      },
      async (ms) => void waits.push(ms),
    );
  return {
    iam,
    connector: make(),
    notes,
    waits,
    raw,
    now: () => now,
    advance: (ms) => {
      now = plusMs(now, ms);
    },
    make,
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

/** The identity whose native id is this. */
export async function reviewed(connector: Connector, nativeId: string): Promise<Identity> {
  const { identities } = await collect(connector);
  const found = identities.find((identity) => identity.nativeId === nativeId);
  if (!found) throw new Error(`no ${nativeId} among ${identities.map((each) => each.nativeId).join(', ')}`);
  return found;
}

/** A target as a reviewer decided on it. */
export async function targetOf(
  connector: Connector,
  nativeId: string,
  credentialId?: string,
): Promise<RemovalTarget> {
  const identity = await reviewed(connector, nativeId);
  return { identityId: identity.identityId, credentialId, reviewed: identity };
}
