import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Entitlements } from '../../../lib/domain/identity/entitlement.ts';
import type { AttachedPolicy } from '../../../lib/domain/identity/policy-document.ts';
import { assessEntitlements, type PolicyEvidence } from '../../../lib/domain/identity/policy-entitlements.ts';
import type { Instant } from '../../../lib/domain/time.ts';

const asOf = '2026-01-01T00:00:00.000Z' as Instant;
const ARN = 'arn:aws:iam::123456789012:user/svc';

type Statement = Readonly<Record<string, unknown>>;

const inline = (name: string, ...statements: Statement[]): AttachedPolicy => ({
  name,
  via: 'inline',
  document: { Version: '2012-10-17', Statement: statements },
});
const allow = (
  Action: string | string[],
  Resource: string | string[] = '*',
  more: Statement = {},
): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const deny = (Action: string, more: Statement = {}): Statement => ({
  Effect: 'Deny',
  Action,
  Resource: '*',
  ...more,
});

function assess(policies: AttachedPolicy[], more: Partial<PolicyEvidence> = {}): Entitlements {
  const principal = { arn: ARN, attachedPolicyArns: [], groupNames: [] };
  return Entitlements.parse(assessEntitlements({ principal, policies, asOf, ...more }));
}

describe('who is administrator', () => {
  it('is one who may do everything, and the reason names policy and statement', () => {
    const rights = assess([inline('all', { Sid: 'Everything', ...allow('*') })]);

    expect(rights).toMatchObject({ level: 'admin', admin: 'yes', services: ['*'] });
    expect(rights.adminReason).toBe('allows * on * (policy all (inline), statement Everything)');
  });

  it.each([['iam:*'], ['iam:Put*'], ['IAM:PUTUSERPOLICY']])('is one who may %s', (action) => {
    expect(assess([inline('p', allow(action))])).toMatchObject({ admin: 'yes', level: 'admin' });
  });

  it('is one who may write policies to himself only', () => {
    const own = assess([inline('p', allow('iam:PutUserPolicy', ARN))]);
    const byVariable = assess([
      inline('p', allow('iam:PutUserPolicy', 'arn:aws:iam::123456789012:user/${aws:username}')),
    ]);

    expect([own.admin, byVariable.admin]).toEqual(['yes', 'yes']);
  });

  it('is not one who may manage only his own keys', () => {
    const rights = assess([
      inline('p', allow('iam:CreateAccessKey', 'arn:aws:iam::123456789012:user/${aws:username}')),
    ]);

    expect(rights).toMatchObject({ admin: 'no', level: 'write', services: ['iam'] });
  });

  it('is not one whom a Deny stops, and the reason names it', () => {
    const rights = assess([inline('a', allow('*')), inline('d', { Sid: 'Stop', ...deny('*') })]);

    expect(rights).toMatchObject({ admin: 'no', level: 'none', services: [] });
    expect(rights.adminReason).toContain('policy d (inline), statement Stop');
  });

  it('is still one when the Deny has a condition that can be met', () => {
    const mfa = { Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } } };

    expect(assess([inline('a', allow('*')), inline('d', deny('*', mfa))]).admin).toBe('yes');
  });

  it('is held back by a permissions boundary, and by an unreadable one until it is read', () => {
    const all = inline('all', allow('*'));
    const boundary = (document: unknown): AttachedPolicy => ({ name: 'edge', via: 'boundary', document });

    const within = assess([all], { boundary: boundary({ Statement: allow('s3:*') }) });
    const unread = assess([all], { boundary: boundary(undefined) });
    const useless = assess([all], { boundary: boundary({ Statement: allow('*') }) });

    expect(within).toMatchObject({ admin: 'no' });
    expect(unread).toMatchObject({ admin: 'unknown', level: 'unknown' });
    expect(unread.adminReason).toContain('edge');
    expect(useless.admin).toBe('yes');
    expect(useless.policies).toContainEqual({ name: 'edge', via: 'boundary' });
  });

  it('may be one by NotAction, and not by NotResource that leaves IAM out', () => {
    const notAction = assess([inline('p', { Effect: 'Allow', NotAction: 's3:*', Resource: '*' })]);
    const notResource = assess([
      inline('p', { Effect: 'Allow', Action: 'iam:*', NotResource: 'arn:aws:iam::*:*' }),
    ]);

    expect(notAction.admin).toBe('yes');
    expect(notResource.admin).toBe('no');
  });

  it('passes any role to a function of his own', () => {
    const rights = assess([
      inline('p', allow(['iam:PassRole', 'lambda:CreateFunction', 'lambda:InvokeFunction'])),
    ]);

    expect(rights.admin).toBe('yes');
    expect(rights.adminReason).toContain('iam:PassRole with lambda:CreateFunction and lambda:InvokeFunction');
  });

  it('passes one named role: that depends on the role, so it is unknown', () => {
    const rights = assess([
      inline(
        'p',
        allow('iam:PassRole', 'arn:aws:iam::123456789012:role/runner'),
        allow(['lambda:CreateFunction', 'lambda:InvokeFunction']),
      ),
    ]);

    expect(rights).toMatchObject({ admin: 'unknown', level: 'write' });
    expect(rights.adminReason).toContain('role/runner');
  });

  it('passes roles to another service only: no way', () => {
    const only = { Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } } };
    const rights = assess([inline('p', allow('iam:PassRole', '*', only), allow('lambda:CreateFunction'))]);

    expect(rights.admin).toBe('no');
  });

  it('assumes any role, unless the roles are known and none is administrator', () => {
    const policies = [inline('p', allow('sts:AssumeRole'))];
    const trust = [{ principal: 'AWS:123456789012', external: false, wildcard: false, conditions: [] }];
    const role = { arn: 'arn:aws:iam::123456789012:role/boss', trust };

    expect(assess(policies).admin).toBe('yes');
    expect(assess(policies, { adminRoles: [] }).admin).toBe('no');
    expect(assess(policies, { adminRoles: [role] }).adminReason).toContain('role/boss');
    expect(assess([], { adminRoles: [role] }).admin).toBe('no');
  });
});

describe('what cannot be read', () => {
  it('makes the verdict unknown, with the reason', () => {
    const rights = assess([{ name: 'broken', via: 'managed', document: '{' }]);

    expect(rights).toMatchObject({ admin: 'unknown', level: 'unknown' });
    expect(rights.adminReason).toContain('policy broken');
  });

  it.each([
    ['AdministratorAccess', 'yes', 'admin'],
    ['IAMFullAccess', 'yes', 'admin'],
    ['PowerUserAccess', 'unknown', 'write'],
    ['ReadOnlyAccess', 'no', 'read'],
    ['job-function/ViewOnlyAccess', 'no', 'read'],
    ['AmazonS3ReadOnlyAccess', 'no', 'read'],
    ['SomethingNew', 'unknown', 'unknown'],
    ['constructor', 'unknown', 'unknown'],
  ])('judges the AWS-managed policy %s by name', (path, admin, level) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const arn = `arn:aws:iam::aws:policy/${path}`;

    expect(assess([{ name, via: 'managed', arn, document: undefined }])).toMatchObject({ admin, level });
  });

  it('does not trust the name of a customer policy', () => {
    const arn = 'arn:aws:iam::123456789012:policy/ReadOnlyAccess';

    expect(assess([{ name: 'ReadOnlyAccess', via: 'managed', arn, document: undefined }]).admin).toBe(
      'unknown',
    );
  });
});

describe('levels and services', () => {
  it.each([
    ['read', allow(['s3:Get*', 's3:ListBucket', 'ec2:Describe*'])],
    ['write', allow(['s3:GetObject', 's3:PutObject'])],
    ['write', allow('s3:*')],
    ['none', deny('s3:*')],
  ])('%s', (level, statement) => {
    expect(assess([inline('p', statement)]).level).toBe(level);
  });

  it('lists the services touched, sorted, and how each policy is attached', () => {
    const viaGroup: AttachedPolicy = { ...inline('g', allow('s3:GetObject')), via: 'group' };
    const rights = assess([inline('p', allow(['sqs:SendMessage', 'EC2:StartInstances'])), viaGroup]);

    expect(rights.services).toEqual(['ec2', 's3', 'sqs']);
    expect(rights.policies).toEqual([
      { name: 'p', via: 'inline' },
      { name: 'g', via: 'group' },
    ]);
  });
});

/** Users of iam-vulnerable whose way hangs on how powerful somebody else's function, stack or instance is. */
const THIRD_PARTY = new Set([
  'privesc-CloudFormationUpdateStack-user',
  'privesc-ec2InstanceConnect-user',
  'privesc-sageMakerCreatePresignedNotebookURL-user',
  'privesc-ssmSendCommand-user',
  'privesc-ssmStartSession-user',
  'privesc17-EditExistingLambdaFunctionWithRole-user',
  'privesc19-UpdateExistingGlueDevEndpoint-user',
]);

interface Details {
  UserDetailList: {
    UserName: string;
    Arn: string;
    GroupList: string[];
    AttachedManagedPolicies: { PolicyName: string; PolicyArn: string }[];
  }[];
  Policies: { Arn: string; PolicyVersionList: { IsDefaultVersion: boolean; Document: unknown }[] }[];
}

describe('iam-vulnerable', () => {
  const file = new URL('../../fixtures/aws-iam/authorization-details.json', import.meta.url);
  const details = JSON.parse(readFileSync(file, 'utf8')) as Details;
  const verdictOf = (user: Details['UserDetailList'][number]): Entitlements => {
    const policies = user.AttachedManagedPolicies.map(({ PolicyName, PolicyArn }) => ({
      name: PolicyName,
      via: 'managed' as const,
      arn: PolicyArn,
      document: details.Policies.find(({ Arn }) => Arn === PolicyArn)?.PolicyVersionList.find(
        ({ IsDefaultVersion }) => IsDefaultVersion,
      )?.Document,
    }));
    const attachedPolicyArns = policies.map(({ arn }) => arn);
    return assess(policies, { principal: { arn: user.Arn, attachedPolicyArns, groupNames: user.GroupList } });
  };
  const named = (pattern: RegExp) =>
    details.UserDetailList.filter(({ UserName }) => pattern.test(UserName)).map(
      (user) => [user.UserName, user] as const,
    );

  const ways = named(/^(privesc\d|privesc-[a-z].*(PassRole|Connect|Presigned|UpdateStack|ssm))/);
  it.each(ways)('%s', (name, user) => {
    expect(verdictOf(user).admin).toBe(THIRD_PARTY.has(name) ? 'unknown' : 'yes');
  });
  it.each(named(/^fn\d/))('%s, which scanners miss, is found', (_name, user) => {
    expect(verdictOf(user).admin).toBe('yes');
  });
  it.each(named(/^fp\d/))('%s, which only looks like one, is not', (_name, user) => {
    expect(verdictOf(user).admin).toBe('no');
  });
  it('covers them all', () => {
    expect(ways.length).toBe(27);
    expect(named(/^fn\d/)).toHaveLength(4);
    expect(named(/^fp\d/)).toHaveLength(5);
  });
});
