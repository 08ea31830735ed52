import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { InvalidInputError } from '../../lib/domain/errors.ts';
import { readStage, readWitness } from '../../lib/infrastructure/config/read-stage.ts';
import { type Change, exampleWith } from './example-config.ts';

const ROOT = join(import.meta.dirname, '..', '..');

async function problemOf(read: () => unknown): Promise<string> {
  try {
    await read();
  } catch (error) {
    if (error instanceof InvalidInputError && error.code === 'BAD_SETTING') return error.message;
    throw error;
  }
  return 'nothing is wrong';
}

describe('the example configuration', () => {
  test('is read with people, owners and everything it leaves to defaults', async () => {
    const { config, organisation } = await readStage(join(ROOT, 'config'), 'example');

    expect(config).toMatchObject({
      stage: 'example',
      retention: { logDays: 400, packDays: 30 },
      witnesses: [],
    });
    expect(organisation.directory.people.length).toBeGreaterThan(3);
    expect(organisation.owners?.text).toContain('ci-deployer');
  });

  test('takes CODEOWNERS files and catalogues along, as they are', async () => {
    const folder = exampleWith([
      [['codeowners'], [{ repository: 'github.com/acme/infra', file: 'example/CODEOWNERS' }]],
      [['catalog'], ['example/catalog-info.yaml']],
    ]);
    const catalog =
      'apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: { name: money }\nspec: { owner: finance }\n';
    writeFileSync(join(folder, 'example', 'CODEOWNERS'), '* @acme/platform\n');
    writeFileSync(join(folder, 'example', 'catalog-info.yaml'), catalog);

    const { organisation } = await readStage(folder, 'example');

    expect(organisation).toMatchObject({
      codeowners: [
        { repository: 'github.com/acme/infra', file: 'example/CODEOWNERS', text: '* @acme/platform\n' },
      ],
      catalog: { entities: [{ ref: 'system:default/money', ownerRef: 'group:default/finance' }] },
    });
  });

  test('needs no more than the keys that have no default', async () => {
    const folder = exampleWith(
      ['slack', 'owners', 'alarms', 'retention', 'concurrency', 'memberRole'].map((key) => [
        [key],
        undefined,
      ]),
    );

    const { config } = await readStage(folder, 'example');

    expect(config).toMatchObject({
      alarms: {},
      retention: { logDays: 400, lockedDays: 2557, packDays: 30 },
      concurrency: { reserved: { 'seal-ledger': 2, 'enforce-removals': 4 }, workers: {} },
      memberRole: { name: 'countersign-member', enforce: false },
    });
  });
});

describe('what is wrong is said with file, line, key, value and what is allowed', () => {
  test.each<[string, Change[], RegExp]>([
    [
      'an unknown key',
      [[['alarm'], {}]],
      /example\.yaml:\d+: alarm: found \{\}; no such key; allowed: stage, account, region, log, mail/,
    ],
    [
      'an unknown key further in',
      [[['retention', 'lockDays'], 3]],
      /retention\.lockDays: found 3; no such key; allowed: logDays, lockedDays, packDays/,
    ],
    ['a missing key', [[['people'], undefined]], /: people: found nothing; expected string/],
    [
      'a stage that is not the file’s name',
      [[['stage'], 'prod']],
      /example\.yaml:\d+: stage: found "prod"; must be "example"/,
    ],
    [
      'a stage that cannot name things',
      [[['stage'], 'Prod!']],
      /stage: found "Prod!"; expected 1 to 31 lowercase letters/,
    ],
    ['an account as a number', [[['account'], 111122223333]], /account: found 111122223333; expected string/],
    [
      'an account without a region',
      [[['account'], '111122223333']],
      /region: found nothing; account and region are given together/,
    ],
    [
      'retention CloudWatch does not know',
      [[['retention', 'logDays'], 100]],
      /retention\.logDays: found 100; allowed: 1, 3, 5, 7, 14/,
    ],
    [
      'an unknown connector',
      [[['connectors', 0, 'id'], 'aws']],
      /connectors\.0\.id: found "aws"; no such connector; allowed: (.+, )?aws-iam, (.+, )?file/,
    ],
    [
      'a setting the connector does not know',
      [[['connectors', 0, 'settings', 'acount'], '1']],
      /connectors\.0\.settings: found .*; connector aws-iam: : Unrecognized key: "acount"/,
    ],
    [
      'files where functions call AWS',
      [[['connectors', 0, 'settings', 'from'], ['a.csv']]],
      /connectors\.0\.settings\.from: .*functions call AWS/,
    ],
    [
      'a connector’s file that is not there',
      [[['connectors', 1, 'settings', 'path'], 'none.csv']],
      /connectors\.1\.settings\.path: found "none\.csv"; there is no file none\.csv/,
    ],
    [
      'a connector listed twice',
      [[['connectors', 1], { id: 'aws-iam', settings: { account: '444455556666' } }]],
      /connectors\.1\.id: found "aws-iam"; is listed already \(connectors\.0\)/,
    ],
    ['no connector at all', [[['connectors'], []]], /connectors: found \[\]; Too small/],
    [
      'a cron expression of Unix',
      [[['schedules', 'collect', 'cron'], '0 4 * * *']],
      /schedules\.collect\.cron: found "0 4 \* \* \*"; has 5 fields; EventBridge wants six/,
    ],
    [
      'a time zone nobody knows',
      [[['schedules', 'collect', 'timeZone'], 'Berlin']],
      /schedules\.collect\.timeZone: found "Berlin"; expected an IANA time zone/,
    ],
    [
      'a window longer than a day',
      [[['schedules', 'collect', 'flexibleMinutes'], 1441]],
      /schedules\.collect\.flexibleMinutes: found 1441/,
    ],
    [
      'a definition id with a space',
      [[['schedules', 'campaigns', 0, 'definition'], 'every quarter']],
      /schedules\.campaigns\.0\.definition: found "every quarter"; expected the id of a definition/,
    ],
    [
      'a definition scheduled twice',
      [
        [
          ['schedules', 'campaigns', 1],
          { definition: 'quarterly-access', cron: '0 8 1 * ? *', timeZone: 'UTC' },
        ],
      ],
      /schedules\.campaigns\.1\.definition: .*has a schedule already \(schedules\.campaigns\.0\)/,
    ],
    [
      'mail from elsewhere',
      [[['mail', 'from'], 'a@other.example']],
      /mail\.from: found "a@other\.example"; must be an address of mail\.identity \(reviews\.example\.com\)/,
    ],
    [
      'an address that is none',
      [[['alarms', 'email'], 'on call']],
      /alarms\.email: found "on call"; expected an e-mail address/,
    ],
    [
      'people who are not there',
      [[['people'], 'example/nobody.yaml']],
      /people: found "example\/nobody\.yaml"; there is no file .*example\/nobody\.yaml/,
    ],
    [
      'owners who are not there',
      [[['owners'], 'owners.csv']],
      /owners: found "owners\.csv"; there is no file/,
    ],
    [
      'a CODEOWNERS file that is not there',
      [[['codeowners'], [{ repository: 'acme/infra', file: 'CODEOWNERS' }]]],
      /example\.yaml:\d+: codeowners\.0\.file: found "CODEOWNERS"; there is no file/,
    ],
    [
      'a CODEOWNERS file of no repository',
      [[['codeowners'], [{ file: 'example/owners.csv' }]]],
      /codeowners\.0\.repository: found nothing; expected string/,
    ],
    [
      'a catalogue that is not there',
      [[['catalog'], ['catalog-info.yaml']]],
      /catalog\.0: found "catalog-info\.yaml"; there is no file/,
    ],
    [
      'a catalogue that is none',
      [[['catalog'], ['example/people.yaml']]],
      /example\/people\.yaml, document 1 \(line \d+\): apiVersion: /,
    ],
    [
      'workers for a queue there is not',
      [[['concurrency', 'workers', 'reviews'], 2]],
      /concurrency\.workers\.reviews: found 2; no such key; allowed: campaigns, dockets, removals/,
    ],
    [
      'one worker',
      [[['concurrency', 'workers', 'dockets'], 1]],
      /concurrency\.workers\.dockets: found 1; Too small: expected number to be >=2/,
    ],
    [
      'executions for a function there is not',
      [[['concurrency', 'reserved', 'collect'], 2]],
      /concurrency\.reserved\.collect: found 2; no such key; allowed: collect-identities, open-campaigns/,
    ],
    [
      'fewer executions than workers',
      [[['concurrency', 'reserved', 'enforce-removals'], 1]],
      /concurrency\.reserved\.enforce-removals: found 1; must be at least 2, the workers of the queue removals/,
    ],
    [
      'a witness that is no function',
      [[['witnesses'], [{ functionArn: 'arn:aws:s3:::x', verifierKey: 'k' }]]],
      /witnesses\.0\.functionArn: found "arn:aws:s3:::x"; expected the ARN of a Lambda function/,
    ],
  ])('%s', async (_what, changes, said) => {
    expect(await problemOf(() => readStage(exampleWith(changes), 'example'))).toMatch(said);
  });

  test('two connectors of one id are two when they name different accounts', async () => {
    const second = { id: 'aws-iam', settings: { account: '555566667777' } };

    const { config } = await readStage(exampleWith([[['connectors', 1], second]]), 'example');

    expect(config.connectors.map(({ id }) => id)).toEqual(['aws-iam', 'aws-iam']);
  });

  test('everything at once, a line each', async () => {
    const folder = exampleWith([
      [['people'], 'a.yaml'],
      [['owners'], 'b.csv'],
      [['stage'], 'other'],
    ]);

    const problem = await problemOf(() => readStage(folder, 'example'));

    expect(problem.split('\n')).toHaveLength(3);
  });

  test.each([
    ['people.yaml', 'people: [{personId: ada}]\n', /example\/people\.yaml: people\.0\.name/],
    ['people.yaml', 'people: [\n', /example\/people\.yaml: line \d/],
    ['owners.csv', 'owner\nada\n', /example\/owners\.csv: line 1: needs the column identity/],
  ])('what is wrong in %s', async (name, text, said) => {
    const folder = exampleWith();
    writeFileSync(join(folder, 'example', name), text);

    expect(await problemOf(() => readStage(folder, 'example'))).toMatch(said);
  });

  test('a file that is not YAML, by line', async () => {
    const folder = exampleWith();
    writeFileSync(join(folder, 'example.yaml'), 'stage: example\nlog: [\n');

    expect(await problemOf(() => readStage(folder, 'example'))).toMatch(/example\.yaml:\d: column \d/);
  });

  test('a stage that has no file, with those there are', async () => {
    const folder = exampleWith();

    expect(await problemOf(() => readStage(folder, 'production'))).toMatch(
      /-c stage=production: there is no file .*production\.yaml; there are: example$/,
    );
    expect(await problemOf(() => readStage(folder, '../example'))).toMatch(/there is no file/);
    rmSync(join(folder, 'example.yaml'));
    expect(await problemOf(() => readStage(folder, 'example'))).toMatch(/there are: none/);
  });

  test.each<[string, Change[], RegExp]>([
    ['a name that is not the file’s', [[['name'], 'other']], /name: found "other"; must be "example"/],
    [
      'a key that is none',
      [[['log', 'keys', 0], 'AQAA']],
      /log\.keys\.0: found "AQAA"; expected a verifier key/,
    ],
    [
      'a sealer that is no role',
      [[['sealerRole'], 'seal-ledger']],
      /sealerRole: found "seal-ledger"; expected the ARN/,
    ],
  ])('of a witness: %s', async (_what, changes, said) => {
    const folder = exampleWith(changes, 'example.witness.yaml');

    expect(await problemOf(() => readWitness(folder, 'example'))).toMatch(said);
  });
});

describe('the app', () => {
  test.each([
    [{ stage: 'nowhere' }, /^-c stage=nowhere: there is no file config\/nowhere\.yaml; there are: .*example/],
    [
      { stack: 'everything' },
      /^-c stack=everything: there is no such stack; there are service, witness, member-role/,
    ],
  ])('says so in a line and gives up: %o', async (context, said) => {
    const run = promisify(execFile)(process.execPath, [join(ROOT, 'bin', 'app.ts')], {
      cwd: ROOT,
      env: { ...process.env, CDK_CONTEXT_JSON: JSON.stringify(context) },
    });

    const failure = await run.then(
      () => undefined,
      (error: { code: number; stderr: string }) => error,
    );

    expect(failure?.code).toBe(2);
    expect(failure?.stderr).toMatch(said);
    expect(failure?.stderr).not.toMatch(/\n {4}at /);
  });
});
