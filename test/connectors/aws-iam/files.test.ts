import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAwsIam } from '../../../lib/connectors/aws-iam/connector.ts';
import { AwsIamSettings } from '../../../lib/connectors/aws-iam/settings.ts';
import { Identity } from '../../../lib/domain/identity/identity.ts';
import { collect, START } from './account.ts';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/aws-iam/${name}`, import.meta.url));

const read = (...from: string[]) =>
  collect(
    createAwsIam(AwsIamSettings.parse({ from }), {
      clock: { now: () => START },
      note: () => {},
    }),
  );

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});
async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const HEADING =
  'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated';
const SVC =
  'svc,arn:aws:iam::123456789012:user/svc,2020-01-01T00:00:00+00:00,false,N/A,N/A,N/A,false,true,2020-01-01T00:00:00+00:00,no_information,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A';

describe('a credential report alone', () => {
  it('gives users and keys, with rights unknown and the root key warned of', async () => {
    const { identities, report } = await read(fixture('credential-report-2018.csv'));

    for (const identity of identities) expect(Identity.parse(identity)).toEqual(identity);
    expect(identities.map(({ kind, nativeId }) => [kind, nativeId])).toEqual([
      ['root-account', 'root'],
      ['service-account', 'user/charmworld'],
      ['service-account', 'user/Hazmat'],
      ['api-key', 'user/kaleb#access-key-1'],
      ['service-account', 'user/kapilt'],
      ['service-account', 'user/rome'],
      ['service-account', 'user/syracuse'],
      ['service-account', 'user/tyre'],
    ]);
    expect(identities[0]?.credentials.map(({ credentialId, status }) => [credentialId, status])).toEqual([
      ['access-key-1', 'active'],
      ['access-key-2', 'inactive'],
      ['signing-certificate-1', 'active'],
    ]);
    expect(report).toMatchObject({ scope: '619193117841', identities: 8, excluded: 0, credentials: 10 });
    expect(report.warnings.join()).toContain('ROOT ACCESS KEY');
    expect(identities[1]?.entitlements.admin).toBe('unknown');
    expect(report.gaps.join()).toContain('no authorization details given');
  });

  it('tells never used, not used since records began, and unknown apart', async () => {
    const { identities } = await read(fixture('credential-report-2018.csv'));
    const use = (nativeId: string) => identities.find((each) => each.nativeId === nativeId)?.lastUse;

    expect(use('user/kapilt')).toEqual({ state: 'never', source: 'IAM credential report' });
    expect(use('user/charmworld')).toMatchObject({ state: 'never', since: '2015-04-22T00:00:00.000Z' });
    expect(use('user/rome')).toMatchObject({ state: 'used', at: '2016-11-25T09:38:00.000Z' });
    const unknown = await read(await file('r.csv', `${HEADING}\n${SVC}\n`));
    expect(unknown.identities[0]?.lastUse).toMatchObject({ state: 'unknown' });
  });

  it('computes last use from use, never from a creation date (cloud-custodian#3274, #9993)', async () => {
    const { identities } = await read(fixture('credential-report-two-keys.csv'));

    expect(identities.map(({ nativeId, lastUse, createdAt }) => [nativeId, lastUse, createdAt])).toEqual([
      [
        'user/kapil#access-key-1',
        expect.objectContaining({ state: 'used', at: '2018-11-21T06:54:00.000Z', service: 'ecr' }),
        expect.objectContaining({ value: '2019-12-14T10:26:37.000Z' }),
      ],
      [
        'user/kapil#access-key-2',
        expect.objectContaining({ state: 'used', at: '2018-12-01T22:25:00.000Z', service: 'sts' }),
        expect.objectContaining({ value: '2016-06-24T20:30:37.000Z' }),
      ],
    ]);
  });

  it('is read from the CLI’s JSON as well, plain or in base64', async () => {
    const csv = `${HEADING}\n${SVC}\n`;
    const json = { Content: Buffer.from(csv).toString('base64'), GeneratedTime: '2026-02-28T00:00:00+00:00' };

    const encoded = await read(await file('report.json', JSON.stringify(json)));
    const plain = await read(fixture('credential-report-cli.json'));

    expect(encoded.identities).toHaveLength(1);
    expect(encoded.report.sourceGeneratedAt).toBe('2026-02-28T00:00:00.000Z');
    expect(plain.identities.map(({ nativeId }) => nativeId)).toContain('user/user#access-key-2');
  });

  it('counts each ARN once, also over several files', async () => {
    const path = fixture('credential-report-2018.csv');
    const { identities, report } = await read(path, path);

    expect(identities).toHaveLength(8);
    expect(report.warnings.join()).toContain('8 row(s) repeat an ARN');
  });

  it('takes columns by name, in any order, with a byte-order mark', async () => {
    const order = (line: string) => line.split(',').toReversed().join(',');
    const path = await file('reversed.csv', `\uFEFF${order(HEADING)}\r\n${order(SVC)}\r\n`);

    const { identities } = await read(path);

    expect(identities[0]).toMatchObject({
      nativeId: 'user/svc',
      credentials: [{ credentialId: 'access-key-1' }],
    });
  });

  it('names columns it does not know, and credentials the report does not show', async () => {
    const heading = `${HEADING},additional_credentials_info,favourite_colour`;
    const path = await file('wide.csv', `${heading}\n${SVC},2 more access keys,blue\n`);

    const { report } = await read(path);

    expect(report.gaps.join()).toContain(
      'columns not understood, kept in the raw input only: favourite_colour',
    );
    expect(report.gaps.join()).toContain('2 more access keys');
  });

  it('does without columns it can do without, and says what that leaves unknown', async () => {
    const cut = (line: string) => line.split(',').slice(0, 18).join(',');
    const path = await file('narrow.csv', `${cut(HEADING)}\n${cut(SVC)}\n`);

    const { identities, report } = await read(path);

    expect(identities).toHaveLength(1);
    expect(report.gaps.join()).toContain('signing certificates unknown');
  });
});

describe('a malformed file is refused with file, line and column', () => {
  it.each([
    [
      'a missing column',
      HEADING.replace('password_enabled', 'x'),
      'MISSING_COLUMN',
      /line 1: .*password_enabled/,
    ],
    ['a doubled column', `${HEADING},arn`, 'MALFORMED_FILE', /line 1: column "arn" appears twice/],
    ['nothing in it', '', 'MALFORMED_FILE', /is empty/],
    ['a short row', `${HEADING}\nsvc,arn:aws:iam::1:user/svc`, 'MALFORMED_FILE', /line 2/],
    ['an open quote', `${HEADING}\n"svc`, 'MALFORMED_FILE', /line 2/],
    [
      'no ARN',
      `${HEADING}\n${SVC.replace('arn:aws:iam', 'urn:aws:iam')}`,
      'MALFORMED_FILE',
      /line 2, column arn/,
    ],
    [
      'no flag',
      `${HEADING}\n${SVC.replace(',true,', ',perhaps,')}`,
      'MALFORMED_FILE',
      /column access_key_1_active: "perhaps"/,
    ],
    [
      'no time',
      `${HEADING}\n${SVC}\n${SVC.replace('2020-01-01T00:00:00+00:00', 'yesterday')}`,
      'MALFORMED_FILE',
      /line 3, column user_creation_time/,
    ],
    ['other JSON', '{"a":1}', 'MALFORMED_FILE', /neither a credential report/],
    ['broken JSON', '{"a":', 'MALFORMED_JSON', /not JSON/],
    ['a user without name', '{"UserDetailList":[{"Arn":"x"}]}', 'MALFORMED_FILE', /UserDetailList\.0/],
  ])('%s', async (_what, content, code, message) => {
    const path = await file('bad', content);

    const attempt = read(path);

    await expect(attempt).rejects.toMatchObject({ name: 'InvalidInputError', code });
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toThrow(path);
  });

  it('a file that is not there', async () => {
    await expect(read(join(folder, 'absent.csv'))).rejects.toMatchObject({ code: 'MALFORMED_FILE' });
  });
});

describe('authorization details', () => {
  it('alone give users whose keys and console are unknown, and roles', async () => {
    const { identities, report } = await read(fixture('authorization-details.json'));

    for (const identity of identities) expect(Identity.parse(identity)).toEqual(identity);
    const start = identities.find(({ nativeId }) => nativeId === 'user/obama');
    expect(start).toMatchObject({ kind: 'service-account', credentials: [], lastUse: { state: 'unknown' } });
    expect(start?.entitlements).toMatchObject({ admin: 'yes', level: 'admin' });
    expect(
      identities.filter(({ exclusion }) => exclusion?.code === 'service-linked-role').length,
    ).toBeGreaterThan(3);
    expect(report.gaps.join()).toContain('no credential report given');
    expect(report.independentCounts).toEqual([]);
  });

  it('follow roles that lead to administrator', async () => {
    const { identities } = await read(fixture('authorization-details.json'));
    const verdict = (nativeId: string) => identities.find((each) => each.nativeId === nativeId)?.entitlements;

    const chain = ['starting', 'intermediate', 'ending'].map((part) =>
      verdict(`role/privesc-AssumeRole-${part}-role`),
    );
    expect(chain.map((each) => each?.admin)).toEqual(['yes', 'yes', 'yes']);
    expect(chain[0]?.adminReason).toContain('privesc-AssumeRole-intermediate-role');
    expect(verdict('role/OrganizationAccountAccessRole')).toMatchObject({
      admin: 'yes',
      trust: [{ principal: 'AWS:arn:aws:iam::072528804237:root', external: true }],
    });
  });

  it('are joined with the report by ARN', async () => {
    const name = 'privesc10-PutUserPolicy-user';
    const row = SVC.replace('user/svc', `user/${name}`).replace('svc,', `${name},`);
    const report = await file('r.csv', `${HEADING}\n${row.replace('123456789012', '200611803367')}\n`);

    const { identities } = await read(report, fixture('authorization-details.json'));
    const found = identities.filter(({ nativeId }) => nativeId === `user/${name}`);

    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ credentials: [{ type: 'access-key' }], entitlements: { admin: 'yes' } });
  });

  it('of a small real account read like the rest, and its summary shows what was not seen', async () => {
    const { identities, report } = await read(
      fixture('authorization-details-small.json'),
      fixture('credential-report-root-key.csv'),
      fixture('account-summary.json'),
    );

    for (const identity of identities) expect(Identity.parse(identity)).toEqual(identity);
    expect(report.independentCounts).toContainEqual({ what: 'roles', theirs: 9, ours: 4 });
    expect(report).toMatchObject({ completeness: 'partial' });
    expect(report.gaps.join()).toContain('AWS counts 9 roles, this collection saw 4');
    const bad = identities.find(({ name }) => name === 'bad_role');
    expect(bad?.entitlements).toMatchObject({ admin: 'yes', trust: [{ external: true, wildcard: true }] });
  });
});
