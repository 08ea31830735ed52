import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { manifest as awsIam } from '../../lib/connectors/aws-iam/manifest.ts';
import {
  FUNCTION_NAMES,
  FUNCTIONS,
  type FunctionName,
  type FunctionUses,
  QUEUES,
} from '../../lib/functions.ts';
import { exampleWith } from './example-config.ts';
import { flat, resourcesOf, type Statement, statementsOf, synthesise } from './synthesise.ts';

let template: Template;
let local: Template;

beforeAll(async () => {
  template = (await synthesise()).template('-Service');
  // The same, with a connector that works in the installation's own account.
  const configFolder = exampleWith([[['connectors', 0, 'settings', 'assumeRole'], undefined]]);
  local = (await synthesise({ configFolder })).template('-Service');
});

const roleOf = (name: FunctionName) => `countersign-example-${name}`;

/** Permissions as `action on resource`, resources without partition, region and account. */
function permissionsOf(from: Template, name: FunctionName, effect = 'Allow'): string[] {
  const lines = statementsOf(from, roleOf(name))
    .filter(({ Effect }) => Effect === effect)
    .flatMap(({ Action, Resource }) =>
      Action.flatMap((action) => Resource.map((resource) => `${action} on ${plain(flat(resource))}`)),
    );
  return [...new Set(lines)].toSorted();
}

function plain(arn: string): string {
  return arn
    .replace(/^arn:<AWS::Partition>:(\w+):(<AWS::Region>)?:(<AWS::AccountId>)?:?/, '$1:')
    .replace(/cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>\/[0-9a-f]{64}/, 'assets/<hash>')
    .replace(
      /<[A-Za-z]*?(?<name>Queue|Function)(?<id>[a-z]+?)(?:Queue|Function)[0-9A-F]{8}\.Arn>/,
      '$<name> $<id>',
    );
}

const each = (actions: readonly string[], ...resources: string[]): string[] =>
  resources.flatMap((resource) => actions.map((action) => `${action} on ${resource}`));

const ROWS = ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'];
const joined = (name: string): string => name.replaceAll('-', '');

/** What the table's words mean, said a second time and on purpose: a change to one side must be a decision. */
const MEANING: readonly [when: (uses: FunctionUses) => boolean, permissions: readonly string[]][] = [
  [() => true, each(['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], '*')],
  [() => true, each(['s3:GetObject'], 's3:assets/<hash>.json', 's3:assets/<hash>.csv')],
  [() => true, each(ROWS, 'dynamodb:table/<ReviewsTable>', 'dynamodb:table/<ReviewsTable>/index/due')],
  [
    ({ reviews }) => reviews === 'write',
    each(
      ['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:PutItem'],
      'dynamodb:table/<ReviewsTable>',
    ),
  ],
  [
    ({ blobs }) => blobs !== 'none',
    [...each(['s3:ListBucket'], 's3:<DataBucket>'), ...each(['s3:GetObject'], 's3:<DataBucket>/blobs/*')],
  ],
  [
    ({ blobs }) => blobs === 'write',
    [
      ...each(['s3:PutObject'], 's3:<DataBucket>/blobs/*'),
      ...each(
        ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:GetObject', 's3:PutObject'],
        's3:<DataBucket>/drafts/*',
      ),
    ],
  ],
  [
    ({ ledger }) => ledger !== 'none',
    [
      ...each(ROWS, 'dynamodb:table/<LedgerTable>'),
      ...each(['s3:ListBucket'], 's3:<LockedBucket>'),
      ...each(['s3:GetObject'], 's3:<LockedBucket>/*'),
    ],
  ],
  [
    ({ ledger }) => ledger === 'write',
    [
      ...each(['dynamodb:PartiQLInsert'], 'dynamodb:table/<LedgerTable>'),
      ...each(['s3:PutObject'], 's3:<LockedBucket>/*'),
      ...each(['kms:GetPublicKey', 'kms:Sign'], '<LogKey>'),
      ...each(
        ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
        '<ReviewsStream>',
      ),
      ...each(['dynamodb:ListStreams'], '*'),
    ],
  ],
  [({ attests }) => attests, each(['kms:GetPublicKey', 'kms:Sign'], '<AttestationKey>')],
  [({ pseudonyms }) => pseudonyms, each(['secretsmanager:GetSecretValue'], '<PseudonymSecret>')],
  [({ slack }) => slack, each(['secretsmanager:GetSecretValue'], '<SlackSecret>')],
  [({ serves }) => serves, each(['secretsmanager:GetSecretValue'], '<CookieSecret>')],
  [
    ({ mails }) => mails,
    each(['ses:SendEmail'], 'ses:identity/reviews.example.com', 'ses:configuration-set/countersign-example'),
  ],
  [
    ({ inspectsMail }) => inspectsMail,
    [...each(['ses:GetEmailIdentity'], 'ses:identity/reviews.example.com'), ...each(['ses:GetAccount'], '*')],
  ],
  [
    ({ packs }) => packs,
    [
      ...each(['s3:ListBucket'], 's3:<PacksBucket>'),
      ...each(['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'], 's3:<PacksBucket>/*'),
    ],
  ],
  [() => true, each(['kms:Decrypt', 'kms:DescribeKey'], '<DataKey>')],
  [
    ({ reviews, blobs, packs }) => reviews === 'write' || blobs === 'write' || packs,
    each(['kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'], '<DataKey>'),
  ],
  [({ opens }) => opens, each(['states:StartExecution'], '<OpeningMachine>')],
  [
    ({ connectors }) => connectors.length > 0,
    each(['sts:AssumeRole'], 'arn:aws:iam::444455556666:role/countersign-member'),
  ],
];

/** Functions whose failures are set aside where nobody waits for them. */
const SET_ASIDE: readonly string[] = ['seal-ledger', 'collect-identities', 'export-evidence'];

function expected(name: FunctionName): string[] {
  const uses: FunctionUses = FUNCTIONS[name];
  const works = Object.entries(QUEUES).filter(([, worker]) => worker === name);
  return [
    ...MEANING.filter(([when]) => when(uses)).flatMap(([, permissions]) => permissions),
    ...each(['logs:CreateLogStream', 'logs:PutLogEvents'], `<Function${joined(name)}Log>`),
    ...uses.sends.flatMap((queue) => each(['sqs:SendMessage'], `Queue ${joined(queue)}`)),
    ...works.flatMap(([queue]) =>
      each(['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], `Queue ${joined(queue)}`),
    ),
    ...uses.calls.flatMap((called) => each(['lambda:InvokeFunction'], `Function ${joined(called)}`)),
    ...(SET_ASIDE.includes(name) ? each(['sqs:SendMessage'], '<Failures>') : []),
  ].toSorted();
}

/** Logical ids without the hash at their end. */
const unhashed = (line: string): string => line.replaceAll(/[0-9A-F]{8}(?=[.>])(\.Arn)?/g, '');

describe('what functions may do', () => {
  test.each(FUNCTION_NAMES)('%s may do what the table says it uses, and nothing else', (name) => {
    expect(permissionsOf(template, name).map(unhashed)).toEqual(expected(name));
  });

  test('nobody may change or remove a row of the ledger, scan a table, or remove a blob or a locked file', () => {
    const lines = FUNCTION_NAMES.flatMap((name) => permissionsOf(template, name));

    expect(lines.length).toBeGreaterThan(300);
    expect(
      lines.filter((line) => /^dynamodb:(UpdateItem|Scan|DeleteTable|PartiQL(Update|Delete))/.test(line)),
    ).toEqual([]);
    expect(lines.filter((line) => /(Put|Delete|BatchWrite)Item on .*LedgerTable/.test(line))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('s3:Delete') && !line.endsWith('/drafts/*'))).toEqual([]);
    expect(lines.filter((line) => /^(iam|kms:Put|kms:Schedule)/.test(line))).toEqual([]);
  });

  test('no action has a wildcard, and only what AWS knows no resource of is allowed on all', () => {
    const onAll = new Set<string>();
    for (const name of FUNCTION_NAMES) {
      for (const { Action, Resource } of statementsOf(template, roleOf(name))) {
        expect(Action.filter((action) => action.includes('*'))).toEqual([]);
        if (Resource.includes('*')) for (const action of Action) onAll.add(action);
      }
    }

    expect([...onAll].toSorted()).toEqual([
      'dynamodb:ListStreams',
      'ses:GetAccount',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  test('keys sign in their one way only, the data key serves only through the services that hold the data', () => {
    const conditionOf = ({ Condition }: Statement) => JSON.stringify(Condition);
    const statements = FUNCTION_NAMES.flatMap((name) => statementsOf(template, roleOf(name)));
    const signing = statements.filter(({ Action }) => Action.includes('kms:Sign'));
    const opening = statements.filter(({ Action }) => Action.includes('kms:Decrypt'));

    expect(signing).toHaveLength(FUNCTION_NAMES.filter((name) => FUNCTIONS[name].attests).length + 1);
    for (const each of signing) {
      const isLog = flat(each.Resource) === '<LogKey>';
      expect(conditionOf(each)).toBe(
        JSON.stringify({
          StringEquals: {
            'kms:SigningAlgorithm': isLog ? 'ED25519_SHA_512' : 'ECDSA_SHA_256',
            'kms:MessageType': isLog ? 'RAW' : 'DIGEST',
          },
        }),
      );
    }
    expect(opening).toHaveLength(FUNCTION_NAMES.length);
    for (const each of opening) expect(conditionOf(each)).toContain('kms:ViaService');
  });

  test('mail leaves from the one address', () => {
    const statements = FUNCTION_NAMES.flatMap((name) => statementsOf(template, roleOf(name)));
    const sending = statements.filter(({ Action }) => Action.includes('ses:SendEmail'));

    expect(sending).toHaveLength(FUNCTION_NAMES.filter((name) => FUNCTIONS[name].mails).length);
    for (const { Condition } of sending) {
      expect(Condition).toEqual({
        StringEquals: { 'ses:FromAddress': 'countersign@reviews.example.com' },
      });
    }
  });

  test('every role is Lambda’s alone', () => {
    for (const name of FUNCTION_NAMES) {
      const role = resourcesOf(template, 'AWS::IAM::Role').find(
        ({ properties }) => properties['RoleName'] === roleOf(name),
      );
      expect(role?.properties).not.toHaveProperty('ManagedPolicyArns');
      expect(role?.properties['AssumeRolePolicyDocument']).toMatchObject({
        Statement: [{ Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
      });
    }
  });
});

describe('a connector that works in the installation’s own account', () => {
  const iamOf = (name: FunctionName) =>
    permissionsOf(local, name).filter((line) => /^(iam|cloudtrail):/.test(line));

  test.each(FUNCTION_NAMES)('gives %s what its manifest says for what the function does', (name) => {
    const { connectors }: FunctionUses = FUNCTIONS[name];
    const wanted = awsIam.permissions
      .filter((permission) => connectors.includes(permission.for))
      .map(({ action, resource }) => `${action} on ${resource.replace('arn:aws:iam::*:', 'iam:')}`);

    expect(iamOf(name)).toEqual([...new Set(wanted)].toSorted());
  });

  test('whoever may write a policy into a role may not write it into a role of the product', () => {
    const writers = FUNCTION_NAMES.filter((name) =>
      iamOf(name).some((line) => /^iam:(Put|Delete)RolePolicy/.test(line)),
    );

    expect(writers).toContain('enforce-removals');
    for (const name of writers) {
      const denied = permissionsOf(local, name, 'Deny');
      for (const own of FUNCTION_NAMES) {
        expect(denied).toContain(`iam:PutRolePolicy on iam:role/countersign-example-${own}`);
      }
    }
  });
});

describe('connectors whose settings name secrets', () => {
  const secret = (name: string) => `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${name}`;
  const postgres = (settings: Readonly<Record<string, unknown>>) => ({
    id: 'postgres',
    settings: {
      system: 'orders-db',
      host: 'db.example.com',
      user: 'countersign',
      sslmode: 'verify-full',
      ...settings,
    },
  });
  const configured = (settings: Readonly<Record<string, unknown>>) =>
    exampleWith([[['connectors', 2], postgres(settings)]]);

  test('let exactly those be read, by exactly the functions that use connectors', async () => {
    const configFolder = configured({
      passwordSecret: secret('orders/countersign-AbCdEf'),
      canaries: [
        { role: 'svc_etl', passwordSecret: secret('orders/svc_etl-a1B2c3') },
        { role: 'svc_batch' },
        { role: 'svc_again', passwordSecret: secret('orders/countersign-AbCdEf') },
      ],
    });
    const withSecrets = (await synthesise({ configFolder })).template('-Service');

    for (const name of FUNCTION_NAMES) {
      const uses: FunctionUses = FUNCTIONS[name];
      const added = permissionsOf(withSecrets, name).filter(
        (line) => !permissionsOf(template, name).includes(line),
      );
      expect(added, name).toEqual(
        uses.connectors.length > 0
          ? each(
              ['secretsmanager:GetSecretValue'],
              secret('orders/countersign-AbCdEf'),
              secret('orders/svc_etl-a1B2c3'),
            )
          : [],
      );
    }
    expect(FUNCTION_NAMES.filter((name) => FUNCTIONS[name].connectors.length > 0).length).toBeGreaterThan(4);
  });

  test.each([
    [{ passwordSecret: 'orders/countersign' }, /"orders\/countersign" names no secret; give its whole ARN/],
    [{ passwordSecret: 'env:PASSWORD' }, /"env:PASSWORD" names no secret/],
    [{ passwordSecret: secret('orders/*') }, /names no secret/],
    [{ canaries: [{ role: 'a', passwordSecret: secret('*-AbCdEf') }] }, /names no secret/],
    [{ host: '10.1.2.3' }, /connectors\.2\.settings\.host: .*functions run in no VPC/],
    [{ host: 'db.internal' }, /functions run in no VPC/],
    [{ host: '::1' }, /functions run in no VPC/],
    [{ host: '/var/run/postgresql', sslmode: 'disable' }, /functions run in no VPC/],
    [{ host: '127.0.0.1', sslmode: 'disable' }, /functions run in no VPC/],
  ])('are refused before anything is deployed when settings are %j', async (settings, message) => {
    await expect(synthesise({ configFolder: configured(settings) })).rejects.toThrow(message);
  });
});
