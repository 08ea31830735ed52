import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { manifest as awsIam } from '../../lib/connectors/aws-iam/manifest.ts';
import { readWitnessSettings, WitnessSettings } from '../../lib/witness-settings.ts';
import { exampleWith } from './example-config.ts';
import { flat, resourcesOf, type Statement, statementsOf, synthesise } from './synthesise.ts';

const only = <T>(found: readonly T[]): T => {
  expect(found).toHaveLength(1);
  return found[0]!;
};

describe('a witness', () => {
  let template: Template;

  beforeAll(async () => {
    template = (await synthesise({ stack: 'witness' })).template('-Witness');
  });

  test('keeps heads in a table where rows are only ever inserted', () => {
    const { whole, properties } = only(resourcesOf(template, 'AWS::DynamoDB::Table'));

    expect(whole).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(properties).toMatchObject({
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    const policy = JSON.stringify(properties['ResourcePolicy']);
    expect(policy).toContain('"Effect":"Deny"');
    for (const action of ['PutItem', 'UpdateItem', 'DeleteItem', 'PartiQLUpdate', 'UpdateTimeToLive']) {
      expect(policy).toContain(`dynamodb:${action}`);
    }
  });

  test('has a key of its own, which its one function signs with', () => {
    const { properties } = only(resourcesOf(template, 'AWS::KMS::Key'));

    expect(properties['KeySpec']).toBe('ECC_NIST_EDWARDS25519');
    expect(JSON.stringify(properties['KeyPolicy'])).toContain(':role/countersign-witness-example"');
  });

  test('may add a head, read the last, cosign, and log; nothing else', () => {
    const actions = statementsOf(template, 'countersign-witness-example').flatMap(({ Action }) => Action);

    expect(actions.toSorted()).toEqual([
      'dynamodb:PartiQLInsert',
      'dynamodb:Query',
      'kms:GetPublicKey',
      'kms:Sign',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  test('answers the sealer of that log and nobody else', () => {
    const { properties } = only(resourcesOf(template, 'AWS::Lambda::Permission'));

    expect(properties).toMatchObject({
      Action: 'lambda:InvokeFunction',
      Principal: 'arn:aws:iam::111122223333:role/countersign-example-seal-ledger',
    });
  });

  test('has exactly the settings it reads', () => {
    const { properties } = only(resourcesOf(template, 'AWS::Lambda::Function'));
    const { Variables } = properties['Environment'] as { Variables: Record<string, unknown> };

    expect(Object.keys(Variables).toSorted()).toEqual(Object.keys(WitnessSettings.shape).toSorted());
    const values = { ...Variables, COUNTERSIGN_HEADS_TABLE: 'heads', COUNTERSIGN_WITNESS_KEY: 'arn:key' };
    expect(readWitnessSettings(values as Record<string, string>).COUNTERSIGN_LOG_ORIGIN).toBe(
      'reviews.example.com/ledger',
    );
  });

  test('is called by the sealer of an installation that lists it, and by no other function', async () => {
    const functionArn = 'arn:aws:lambda:eu-central-1:777788889999:function:countersign-witness-audit';
    const configFolder = exampleWith([[['witnesses'], [{ functionArn, verifierKey: 'w+00000000+AA==' }]]]);
    const service = (await synthesise({ configFolder })).template('-Service');
    const callers = resourcesOf(service, 'AWS::IAM::Policy').filter(({ properties }) =>
      JSON.stringify(properties['PolicyDocument']).includes(functionArn),
    );

    expect(only(callers).id).toMatch(/^Functionsealledger/);
  });
});

describe('a member role', () => {
  const roleIn = async (enforce: boolean) => {
    const configFolder = exampleWith([[['memberRole', 'enforce'], enforce]]);
    return (await synthesise({ stack: 'member-role', configFolder })).template('-MemberRole');
  };
  const allowed = (statements: readonly Statement[]) =>
    [
      ...new Set(statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action)),
    ].toSorted();
  const actionsFor = (...purposes: string[]) =>
    [
      ...new Set(
        awsIam.permissions
          .filter((permission) => purposes.includes(permission.for))
          .map(({ action }) => action),
      ),
    ].toSorted();

  test('is one template that stands alone: parameters, no assets, no bootstrap', async () => {
    const template = await roleIn(false);
    const { Parameters = {}, Rules } = template.toJSON() as {
      Parameters?: Record<string, unknown>;
      Rules?: unknown;
    };

    expect(Object.keys(Parameters).toSorted()).toEqual(['ExternalId', 'TrustedRoleArns']);
    expect(Rules).toBeUndefined();
    expect(JSON.stringify(template.toJSON())).not.toMatch(/cdk-hnb659fds|asset\./);
  });

  test('trusts the named roles, with the external id', async () => {
    const role = only(resourcesOf(await roleIn(false), 'AWS::IAM::Role'));

    expect(role.properties['RoleName']).toBe('countersign-member');
    const { Statement } = role.properties['AssumeRolePolicyDocument'] as {
      Statement: Record<string, unknown>[];
    };
    expect(only(Statement)).toMatchObject({
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Condition: {
        ArnEquals: { 'aws:PrincipalArn': { Ref: 'TrustedRoleArns' } },
        StringEquals: { 'sts:ExternalId': { Ref: 'ExternalId' } },
      },
    });
  });

  test('reads only, unless it is to enforce', async () => {
    const reading = statementsOf(await roleIn(false), 'countersign-member');
    const enforcing = statementsOf(await roleIn(true), 'countersign-member');

    expect(allowed(reading)).toEqual(actionsFor('collect', 'verify', 'activity'));
    expect(allowed(reading).filter((action) => /:(Update|Put|Delete)/.test(action))).toEqual([]);
    expect(allowed(enforcing)).toEqual(
      actionsFor('collect', 'disable', 'restore', 'verify', 'remove', 'activity'),
    );
  });

  test('may not write policies into itself', async () => {
    const denied = statementsOf(await roleIn(true), 'countersign-member').filter(
      ({ Effect }) => Effect === 'Deny',
    );

    expect(only(denied)).toMatchObject({ Action: ['iam:DeleteRolePolicy', 'iam:PutRolePolicy'] });
    expect(only(denied).Resource.map(flat)).toEqual([
      'arn:<AWS::Partition>:iam::<AWS::AccountId>:role/countersign-member',
    ]);
  });
});
