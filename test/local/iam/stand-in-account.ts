// A small made-up account, a clock one can move, and SDK clients for a running stand-in.
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import type { Clock } from '../../../lib/application/ports/clock.ts';
import { HOUR_MS, type Instant, parseInstant, plusMs } from '../../../lib/domain/time.ts';
import { type AccountSeedInput, parseAccountSeed } from '../../../lib/local/iam/account-seed.ts';
import { type IamOptions, type IamStandIn, startIam } from '../../../lib/local/iam/start-iam.ts';

export interface MovableClock extends Clock {
  forwardHours(hours: number): void;
}

export function movableClock(start = '2026-03-02T08:00:00Z'): MovableClock {
  let now = parseInstant(start) as Instant;
  return {
    now: () => now,
    forwardHours(hours) {
      now = plusMs(now, hours * HOUR_MS);
    },
  };
}

const document = (Effect: string, Action: string | string[], Resource: string | string[] = '*') => ({
  Version: '2012-10-17',
  Statement: [{ Effect, Action, Resource }],
});

export const COMPANY: AccountSeedInput = {
  accountId: '111122223333',
  aliases: ['example-company'],
  root: { createdAt: '2015-01-01T00:00:00Z' },
  users: [
    {
      userName: 'ci-deployer',
      path: '/machines/',
      createdAt: '2021-05-01T10:00:00Z',
      tags: { team: 'platform' },
      groups: ['deployers'],
      keys: [
        {
          createdAt: '2021-05-01T10:00:00Z',
          lastUse: { state: 'used', at: '2026-02-27T06:00:00Z', region: 'eu-west-1', service: 's3' },
        },
        { createdAt: '2023-05-01T10:00:00Z', status: 'Inactive', lastUse: { state: 'never' } },
      ],
      inlinePolicies: { artefacts: document('Allow', 's3:*', 'arn:aws:s3:::artefacts/*') },
      serviceCredentials: [{ serviceName: 'codecommit.amazonaws.com', createdAt: '2022-01-01T00:00:00Z' }],
      sshKeys: [{ uploadedAt: '2022-01-01T00:00:00Z' }],
      certificates: [{ uploadedAt: '2022-01-01T00:00:00Z' }],
    },
    {
      userName: 'reporter',
      createdAt: '2022-05-01T10:00:00Z',
      keys: [{ createdAt: '2022-05-01T10:00:00Z' }],
    },
  ],
  groups: [
    {
      groupName: 'deployers',
      createdAt: '2020-01-01T00:00:00Z',
      attachedPolicies: [
        { policyName: 'deny-billing', policyArn: 'arn:aws:iam::111122223333:policy/deny-billing' },
        { policyName: 'PowerUserAccess', policyArn: 'arn:aws:iam::aws:policy/PowerUserAccess' },
      ],
    },
  ],
  roles: [
    {
      roleName: 'etl',
      createdAt: '2020-01-01T00:00:00Z',
      trust: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'glue.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
      inlinePolicies: { read: document('Allow', ['s3:Get*', 's3:List*']) },
      lastUsed: { at: '2026-02-01T00:00:00Z', region: 'eu-west-1' },
    },
    {
      roleName: 'AWSServiceRoleForConfig',
      path: '/aws-service-role/config.amazonaws.com/',
      createdAt: '2020-01-01T00:00:00Z',
      trust: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'config.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
    },
  ],
  policies: [
    {
      policyName: 'deny-billing',
      arn: 'arn:aws:iam::111122223333:policy/deny-billing',
      createdAt: '2020-01-01T00:00:00Z',
      versions: [
        {
          versionId: 'v1',
          isDefault: true,
          createdAt: '2020-01-01T00:00:00Z',
          document: document('Deny', 'billing:*'),
        },
      ],
    },
  ],
};

export interface RunningIam extends AsyncDisposable {
  readonly standIn: IamStandIn;
  readonly iam: IAMClient;
  iamAs(accessKeyId: string): IAMClient;
  stsAs(accessKeyId: string, secretAccessKey?: string): STSClient;
}

export async function running(options: Partial<IamOptions> = {}): Promise<RunningIam> {
  const standIn = await startIam({ account: parseAccountSeed(COMPANY), clock: movableClock(), ...options });
  const common = { endpoint: standIn.endpoint, region: 'eu-west-1', maxAttempts: 1 };
  const signedBy = (accessKeyId: string) => ({
    ...common,
    credentials: { accessKeyId, secretAccessKey: standIn.secretOf(accessKeyId) },
  });
  return {
    standIn,
    iam: new IAMClient({ ...common, credentials: standIn.operatorCredentials }),
    iamAs: (accessKeyId) => new IAMClient(signedBy(accessKeyId)),
    stsAs: (accessKeyId, secretAccessKey) =>
      new STSClient({
        ...common,
        credentials: {
          accessKeyId,
          secretAccessKey: secretAccessKey ?? standIn.secretOf(accessKeyId),
        },
      }),
    [Symbol.asyncDispose]: () => standIn.close(),
  };
}
