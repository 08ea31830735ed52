import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { InvalidInputError } from '../../../lib/domain/errors.ts';
import { openAccount } from '../../../lib/local/iam/account.ts';
import { deriveAccessKeyId } from '../../../lib/local/iam/derived-ids.ts';
import { seedFromFiles } from '../../../lib/local/iam/seed-from-files.ts';

const FIXTURES = new URL('../../fixtures/iam/', import.meta.url).pathname;
const HEADER =
  'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated';
const ROW =
  'robot,arn:aws:iam::123456789012:user/robot,2019-05-07T15:35:54Z,false,N/A,N/A,N/A,false,true,2019-05-07T15:35:55Z,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A';

const csv = (text: string) => seedFromFiles({ credentialReport: Readable.from([Buffer.from(text)]) });

async function file(name: string, content: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'seed-')), name);
  await writeFile(path, content);
  return path;
}

async function refusal(attempt: Promise<unknown>): Promise<InvalidInputError> {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InvalidInputError);
  return error as InvalidInputError;
}

describe('a credential report', () => {
  test('without a trailing newline yields root and every user, with the keys that exist', async () => {
    const seed = await seedFromFiles({ credentialReport: `${FIXTURES}report-eight-users.csv` });

    expect(seed.accountId).toBe('619193117841');
    expect(seed.users).toHaveLength(7);
    // active=false with a rotation date is an inactive key, not no key
    expect(seed.root?.keys.map(({ slot, status }) => [slot, status])).toEqual([
      [1, 'Active'],
      [2, 'Inactive'],
    ]);
    expect(seed.root?.certificates).toHaveLength(1);
    expect(seed.users.flatMap(({ keys }) => keys)).toHaveLength(7);
    expect(seed.known).toEqual({
      credentialReport: true,
      authorizationDetails: false,
      otherCredentials: false,
    });
  });

  test('inside the JSON of aws-cli, plain or base64, or of a recorder, says the same as the bare CSV', async () => {
    const bare = await seedFromFiles({ credentialReport: `${FIXTURES}report-cloudmapper.csv` });
    const wrapped = await seedFromFiles({ credentialReport: `${FIXTURES}report-cloudmapper.json` });
    const text = await readFile(`${FIXTURES}report-cloudmapper.csv`, 'utf8');
    const base64 = await csv(JSON.stringify({ Content: Buffer.from(text).toString('base64') }));
    const placebo = await seedFromFiles({ credentialReport: `${FIXTURES}report-placebo.json` });
    const decoded = await seedFromFiles({ credentialReport: `${FIXTURES}report-one-user.csv` });

    expect(wrapped).toEqual(bare);
    expect(base64).toEqual(bare);
    expect(placebo).toEqual(decoded);
  });

  test('may have a byte order mark, CRLF, shuffled and extra columns, and Z times', async () => {
    const names = [...HEADER.split(','), 'additional_credentials_info'].reverse();
    const cells = [...ROW.split(','), 'N/A'].reverse();

    const seed = await csv(`\uFEFF${names.join(',')}\r\n${cells.join(',')}\r\n`);

    expect(seed).toEqual({ ...(await csv(`${HEADER}\n${ROW}`)), reportColumns: 23 });
    expect(seed.users[0]?.createdAt).toBe('2019-05-07T15:35:54.000Z');
  });

  test('without last-used columns knows the key but not its use', async () => {
    const without = (line: string) =>
      line
        .split(',')
        .filter((_, index) => !HEADER.split(',')[index]?.includes('last_used'))
        .join(',');

    const seed = await csv(`${without(HEADER)}\n${without(ROW)}`);

    expect(seed.users[0]?.keys[0]?.lastUse).toEqual({ state: 'unknown' });
  });

  test('repeating a row counts the user once', async () => {
    const seed = await csv([HEADER, ROW, ROW, ''].join('\n'));

    expect(seed.users).toHaveLength(1);
  });

  test('of five thousand users is streamed', async () => {
    const rows = Array.from({ length: 5000 }, (_, index) => `${ROW.replaceAll('robot', `robot-${index}`)}\n`);

    const seed = await seedFromFiles({ credentialReport: Readable.from([`${HEADER}\n`, ...rows]) });

    expect(seed.users).toHaveLength(5000);
  });

  test.each([
    [
      'a bad time',
      ROW.replace('2019-05-07T15:35:55Z', 'yesterday'),
      /line 2, column access_key_1_last_rotated/,
    ],
    ['a bad flag', ROW.replace(',true,', ',maybe,'), /line 2, column access_key_1_active/],
    ['a bad ARN', ROW.replace('arn:aws:iam', 'arn:aws:s3'), /line 2, column arn/],
    ['a name that is not the ARN’s', ROW.replace('robot,', 'other,'), /line 2, column user/],
    ['a short row', 'robot,arn', /line 2/],
    ['a stray quote', ROW.replace('robot,', 'ro"bot,'), /line 2/],
    ['two accounts', `${ROW}\n${ROW.replaceAll('123456789012', '210987654321')}`, /line 3, column arn/],
    ['no rows', '', /line 2/],
  ])('with %s is refused naming the place', async (_, rows, place) => {
    const error = await refusal(csv(`${HEADER}\n${rows}`));

    expect(error.message).toMatch(place);
  });

  test('without the columns that say which keys exist is refused', async () => {
    const error = await refusal(csv('user,arn\nrobot,arn:aws:iam::123456789012:user/robot\n'));

    expect(error.code).toBe('MISSING_COLUMN');
    expect(error.message).toContain('access_key_1_active');
  });

  test('that does not exist is refused naming the file', async () => {
    expect((await refusal(seedFromFiles({ credentialReport: '/nowhere/report.csv' }))).message).toContain(
      '/nowhere/report.csv',
    );
  });

  test('gives the derived key ids of (ARN, slot), the same every time', async () => {
    const seed = await csv(`${HEADER}\n${ROW}`);
    const [key] = openAccount(seed).users()[0]?.keys ?? [];

    expect(key?.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
    expect(key?.accessKeyId).toBe(deriveAccessKeyId('arn:aws:iam::123456789012:user/robot', 1));
  });
});

describe('authorization details', () => {
  const load = async () => JSON.parse(await readFile(`${FIXTURES}details-cloudsplaining-v2.json`, 'utf8'));

  test('alone make users of unknown console and keys', async () => {
    const seed = await seedFromFiles({ authorizationDetails: `${FIXTURES}details-cloudsplaining-v2.json` });

    expect(seed.accountId).toBe('012345678901');
    expect(seed.users[0]).toMatchObject({
      userName: 'BlakeBortles',
      console: 'unknown',
      keys: [],
      inReport: false,
    });
    expect(seed.users[0]?.createdAt).toBe('2019-12-18T19:10:08.000Z');
    expect(seed.roles).toHaveLength(2);
    expect(seed.known.credentialReport).toBe(false);
  });

  test('say the same as one page, as merged pages, wrapped, and with URL-encoded documents', async () => {
    const plain = await seedFromFiles({ authorizationDetails: `${FIXTURES}details-cloudsplaining-v2.json` });
    const page = await load();
    const encoded = structuredClone(page);
    for (const role of encoded.RoleDetailList) {
      role.AssumeRolePolicyDocument = encodeURIComponent(JSON.stringify(role.AssumeRolePolicyDocument));
    }
    const pages = [
      { UserDetailList: page.UserDetailList, IsTruncated: true, Marker: 'm' },
      { ...page, IsTruncated: false },
    ];
    const variants = [
      pages,
      { data: page, status_code: 200 },
      { GetAccountAuthorizationDetailsResponse: page },
      encoded,
    ];

    for (const variant of variants) {
      const path = await file('details.json', `\uFEFF${JSON.stringify(variant)}`);
      expect(await seedFromFiles({ authorizationDetails: path })).toEqual(plain);
    }
  });

  test('with both files join users by ARN and keep those only one file has', async () => {
    const seed = await seedFromFiles({
      credentialReport: `${FIXTURES}report-cloudmapper.csv`,
      authorizationDetails: `${FIXTURES}details-cloudmapper.json`,
    });

    expect(seed.accountId).toBe('123456789012');
    expect(seed.users.map(({ userName, inReport, inDetails }) => [userName, inReport, inDetails])).toEqual([
      ['USER_WITH_BAD_INLINE_POLICY', false, true],
      ['USER', false, true],
      ['auditor_tmp', true, false],
      ['user', true, false],
    ]);
  });

  test('of another account than the report are refused', async () => {
    const error = await refusal(
      seedFromFiles({
        credentialReport: `${FIXTURES}report-cloudmapper.csv`,
        authorizationDetails: `${FIXTURES}details-cloudsplaining-v2.json`,
      }),
    );

    expect(error.message).toMatch(/012345678901.*123456789012/);
  });

  test('that stop at a truncated page are refused: identities would be missing', async () => {
    const path = await file('details.json', JSON.stringify({ ...(await load()), IsTruncated: true }));

    expect((await refusal(seedFromFiles({ authorizationDetails: path }))).message).toContain(
      'pages are missing',
    );
  });

  test('that are no JSON are refused with line and column', async () => {
    const path = await file('details.json', '{\n  "UserDetailList": [\n    nope\n  ]\n}');

    expect((await refusal(seedFromFiles({ authorizationDetails: path }))).message).toContain(
      'line 3, column 5',
    );
  });

  test('cut short are refused at their end', async () => {
    const path = await file('details.json', '{\n  "UserDetailList": [');

    expect((await refusal(seedFromFiles({ authorizationDetails: path }))).message).toMatch(
      /line 2, column \d+/,
    );
  });

  test('with a value of the wrong shape are refused with line, column and path', async () => {
    const page = await load();
    page.RoleDetailList[1].RoleName = 7;
    const path = await file('details.json', JSON.stringify(page, undefined, 2));
    const text = await readFile(path, 'utf8');
    const line = text.slice(0, text.indexOf('"RoleName": 7')).split('\n').length;

    expect((await refusal(seedFromFiles({ authorizationDetails: path }))).message).toContain(
      `line ${line}, column 19: RoleDetailList.1.RoleName`,
    );
  });

  test('with a document that is no JSON are refused', async () => {
    const page = await load();
    page.RoleDetailList[0].AssumeRolePolicyDocument = '%7Bnot json';
    const path = await file('details.json', JSON.stringify(page));

    expect((await refusal(seedFromFiles({ authorizationDetails: path }))).message).toContain(
      'AssumeRolePolicyDocument',
    );
  });

  test('that are something else are refused', async () => {
    const path = await file('details.json', '{"Users":[]}');

    expect((await refusal(seedFromFiles({ authorizationDetails: path }))).message).toContain(
      'not account authorization',
    );
  });
});

test('no file at all is a bad argument', async () => {
  expect((await refusal(seedFromFiles({}))).code).toBe('BAD_ARGUMENT');
});
