import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  ledgerTableDefinition,
  reviewsTableDefinition,
  TTL_ATTRIBUTE,
} from '../../lib/adapters/dynamodb/tables.ts';
import { FUNCTION_NAMES, FUNCTIONS } from '../../lib/functions.ts';
import { DATA_PARAMETERS } from '../../lib/infrastructure/data-parameters.ts';
import { flat, resourcesOf, synthesise } from './synthesise.ts';

let template: Template;

beforeAll(async () => {
  template = (await synthesise()).template('-Data');
});

const tables = () => {
  const found = resourcesOf(template, 'AWS::DynamoDB::Table');
  const reviews = found.find(({ properties }) => 'StreamSpecification' in properties);
  const ledger = found.find(({ properties }) => !('StreamSpecification' in properties));
  return { reviews: reviews!, ledger: ledger! };
};

describe('tables', () => {
  test('both outlive the stack, are protected, and can be taken back to any moment of 35 days', () => {
    for (const { whole, properties } of Object.values(tables())) {
      expect(whole).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
      expect(properties).toMatchObject({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
        BillingMode: 'PAY_PER_REQUEST',
      });
    }
  });

  test('they are what the adapters make where there is no CloudFormation', () => {
    const { reviews, ledger } = tables();
    const shapeOf = (definition: ReturnType<typeof reviewsTableDefinition>) => ({
      KeySchema: definition.KeySchema,
      AttributeDefinitions: expect.arrayContaining(definition.AttributeDefinitions ?? []),
    });
    const made = reviewsTableDefinition('reviews');

    expect(reviews.properties).toMatchObject({
      ...shapeOf(made),
      GlobalSecondaryIndexes: made.GlobalSecondaryIndexes,
      StreamSpecification: { StreamViewType: made.StreamSpecification?.StreamViewType },
      TimeToLiveSpecification: { AttributeName: TTL_ATTRIBUTE, Enabled: true },
    });
    expect(ledger.properties).toMatchObject(shapeOf(ledgerTableDefinition('ledger')));
  });

  test('the table of everything mutable is encrypted with the product’s key, the ledger with no key anybody here can delete', () => {
    const { reviews, ledger } = tables();

    expect(reviews.properties['SSESpecification']).toMatchObject({ SSEEnabled: true, SSEType: 'KMS' });
    expect(ledger.properties['SSESpecification']).toBeUndefined();
  });

  test('nobody changes or removes a row of the ledger, nor lets rows expire', () => {
    expect(tables().ledger.properties['ResourcePolicy']).toEqual({
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'RowsAreOnlyInserted',
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: [
              'dynamodb:BatchWriteItem',
              'dynamodb:DeleteItem',
              'dynamodb:PartiQLDelete',
              'dynamodb:PartiQLUpdate',
              'dynamodb:PutItem',
              'dynamodb:UpdateItem',
              'dynamodb:UpdateTimeToLive',
            ],
            Resource: '*',
          },
        ],
      },
    });
  });
});

describe('keys', () => {
  test.each([
    ['ECC_NIST_P256', 'ECDSA_SHA_256', 'DIGEST', FUNCTION_NAMES.filter((name) => FUNCTIONS[name].attests)],
    [
      'ECC_NIST_EDWARDS25519',
      'ED25519_SHA_512',
      'RAW',
      FUNCTION_NAMES.filter((name) => FUNCTIONS[name].ledger === 'write'),
    ],
  ])('%s signs with %s (%s), by the roles that do so and no other', (spec, algorithm, messageType, names) => {
    const [key] = resourcesOf(template, 'AWS::KMS::Key').filter(
      ({ properties }) => properties['KeySpec'] === spec,
    );

    expect(key?.whole).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(key?.properties['KeyUsage']).toBe('SIGN_VERIFY');
    const policy = JSON.stringify(key?.properties['KeyPolicy']);
    expect(policy).not.toContain('kms:*');
    const { Statement } = key!.properties['KeyPolicy'] as { Statement: Record<string, unknown>[] };
    const signing = Statement.filter(({ Action }) => [Action].flat().includes('kms:Sign'));
    expect(signing).toHaveLength(1);
    const { Condition } = signing[0] as { Condition: Record<string, Record<string, unknown>> };
    expect(Condition['StringEquals']).toEqual({
      'kms:SigningAlgorithm': algorithm,
      'kms:MessageType': messageType,
    });
    const roles = [Condition['ArnEquals']?.['aws:PrincipalArn']].flat().map(flat);
    expect(names.length).toBeGreaterThan(0);
    expect(roles.map((arn) => arn.split(':role/countersign-example-')[1])).toEqual(names);
  });

  test('the data key turns every year', () => {
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true, KeySpec: Match.absent() });
  });
});

describe('buckets', () => {
  const buckets = () => resourcesOf(template, 'AWS::S3::Bucket');

  test('are private, kept, owned by the account, and answer over TLS 1.2 only', () => {
    expect(buckets()).toHaveLength(4);
    for (const { id, whole, properties } of buckets()) {
      expect(whole).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
      expect(properties).toMatchObject({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      });
      template.hasResourceProperties('AWS::S3::BucketPolicy', {
        Bucket: { Ref: id },
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
            Match.objectLike({
              Effect: 'Deny',
              Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } },
            }),
          ]),
        },
      });
    }
  });

  test('the locked one keeps every version for the configured years, whoever asks, with no key of this account', () => {
    const [locked, ...others] = buckets().filter(({ properties }) => 'ObjectLockEnabled' in properties);

    expect(others).toEqual([]);
    expect(locked?.properties).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 2557 } },
      },
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    });
  });

  test('packs are removed when their days are over, drafts after a week, unfinished uploads everywhere', () => {
    const rules = buckets().map(({ properties }) => JSON.stringify(properties['LifecycleConfiguration']));

    for (const rule of rules) expect(rule).toContain('"DaysAfterInitiation":7');
    expect(rules.filter((rule) => rule.includes('"ExpirationInDays":30,"Id":"ExpirePacks"'))).toHaveLength(1);
    expect(rules.filter((rule) => rule.includes('"Prefix":"drafts/"'))).toHaveLength(1);
  });
});

describe('what the stack tells', () => {
  test('secrets are made there and nowhere written down', () => {
    const secrets = resourcesOf(template, 'AWS::SecretsManager::Secret');

    expect(secrets).toHaveLength(3);
    for (const { whole, properties } of secrets) {
      expect(whole).toMatchObject({ DeletionPolicy: 'Retain' });
      expect(properties).not.toHaveProperty('SecretString');
      expect(properties).toMatchObject({ GenerateSecretString: { PasswordLength: 64 } });
    }
  });

  test('each parameter of the service stack is written, and no other', () => {
    const names = resourcesOf(template, 'AWS::SSM::Parameter').map(({ properties }) => properties['Name']);

    expect(names.map(String).toSorted()).toEqual(
      DATA_PARAMETERS.map((name) => `/countersign/example/${name}`).toSorted(),
    );
  });

  test('nothing is exported: an export in use could never change', () => {
    const outputs = Object.values(template.findOutputs('*'));

    expect(outputs.length).toBeGreaterThan(0);
    for (const output of outputs) expect(output).not.toHaveProperty('Export');
  });
});
