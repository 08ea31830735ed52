import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as iamApi from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, test } from 'vitest';
import { seedFromFiles } from '../../../lib/local/iam/seed-from-files.ts';
import { movableClock, running } from './stand-in-account.ts';

const FIXTURES = new URL('../../fixtures/iam/', import.meta.url).pathname;

const refusedAs = (name: string, status?: number) =>
  expect.objectContaining({
    name,
    ...(status === undefined ? {} : { $metadata: expect.objectContaining({ httpStatusCode: status }) }),
  });

describe('a login profile', () => {
  test('is there for a person and missing for a service account', async () => {
    await using it = await running({});
    await expect(it.iam.send(new iamApi.GetLoginProfileCommand({ UserName: 'ci-deployer' }))).rejects.toEqual(
      refusedAs('NoSuchEntityException', 404),
    );
  });
});

describe('the credential report', () => {
  test('is started, in progress, complete, and then cached for four hours', async () => {
    const clock = movableClock();
    await using it = await running({ clock });
    const generate = async () => (await it.iam.send(new iamApi.GenerateCredentialReportCommand())).State;
    const fetch = () => it.iam.send(new iamApi.GetCredentialReportCommand());

    await expect(fetch()).rejects.toEqual(refusedAs('CredentialReportNotPresentException', 410));
    expect(await generate()).toBe('STARTED');
    await expect(fetch()).rejects.toEqual(refusedAs('CredentialReportNotReadyException', 404));
    expect(await generate()).toBe('COMPLETE');
    const first = await fetch();
    const [key] = it.standIn.keysOf('ci-deployer');
    await it.iam.send(
      new iamApi.UpdateAccessKeyCommand({
        UserName: 'ci-deployer',
        AccessKeyId: key?.accessKeyId,
        Status: 'Inactive',
      }),
    );
    clock.forwardHours(3.9);
    expect(await generate()).toBe('COMPLETE');
    expect((await fetch()).Content).toEqual(first.Content);
    clock.forwardHours(0.1);
    await expect(fetch()).rejects.toEqual(refusedAs('CredentialReportExpiredException', 410));
    expect(await generate()).toBe('STARTED');
    expect(await generate()).toBe('INPROGRESS');
    const lines = Buffer.from((await fetch()).Content ?? [])
      .toString('utf8')
      .split('\n');

    expect(lines[0]?.split(',')).toHaveLength(22);
    expect(lines.slice(1)).toEqual([
      '<root_account>,arn:aws:iam::111122223333:root,2015-01-01T00:00:00+00:00,not_supported,no_information,not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A',
      'ci-deployer,arn:aws:iam::111122223333:user/machines/ci-deployer,2021-05-01T10:00:00+00:00,false,N/A,N/A,N/A,false,false,2021-05-01T10:00:00+00:00,2026-02-27T06:00:00+00:00,eu-west-1,s3,false,2023-05-01T10:00:00+00:00,N/A,N/A,N/A,true,2022-01-01T00:00:00+00:00,false,N/A',
      'reporter,arn:aws:iam::111122223333:user/reporter,2022-05-01T10:00:00+00:00,false,N/A,N/A,N/A,false,true,2022-05-01T10:00:00+00:00,no_information,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A',
    ]);
  });

  test('handed out again is cell for cell what the file said', async () => {
    for (const name of ['report-eight-users.csv', 'report-cloudmapper.csv']) {
      const credentialReport = `${FIXTURES}${name}`;
      await using it = await running({ account: await seedFromFiles({ credentialReport }), reportPolls: 0 });
      await it.iam.send(new iamApi.GenerateCredentialReportCommand());
      const { Content } = await it.iam.send(new iamApi.GetCredentialReportCommand());
      const { readFile } = await import('node:fs/promises');

      expect(Buffer.from(Content ?? []).toString('utf8')).toBe(
        (await readFile(credentialReport, 'utf8')).trimEnd(),
      );
    }
  });
});

describe('authorization details', () => {
  test('come in pages of the size asked for, every entity once, documents URL-encoded', async () => {
    await using it = await running({ pageSize: 2 });
    const pages: iamApi.GetAccountAuthorizationDetailsResponse[] = [];
    for await (const page of iamApi.paginateGetAccountAuthorizationDetails(
      { client: it.iam, pageSize: 1000 },
      {},
    )) {
      pages.push(page);
    }
    const roles = pages.flatMap((page) => page.RoleDetailList ?? []);
    const users = pages.flatMap((page) => page.UserDetailList ?? []);

    expect(pages).toHaveLength(3);
    expect(users.map(({ UserName }) => UserName)).toEqual(['ci-deployer', 'reporter']);
    expect(pages.flatMap((page) => page.GroupDetailList ?? [])).toHaveLength(1);
    expect(pages.flatMap((page) => page.Policies ?? [])).toHaveLength(1);
    expect(users[0]).toMatchObject({
      GroupList: ['deployers'],
      Tags: [{ Key: 'team', Value: 'platform' }],
      CreateDate: new Date('2021-05-01T10:00:00Z'),
    });
    expect(roles[0]?.RoleLastUsed).toEqual({
      LastUsedDate: new Date('2026-02-01T00:00:00Z'),
      Region: 'eu-west-1',
    });
    expect(roles[0]?.AssumeRolePolicyDocument).toMatch(/^%7B%22Version%22%3A/);
    expect(JSON.parse(decodeURIComponent(roles[0]?.AssumeRolePolicyDocument ?? ''))).toHaveProperty(
      'Statement',
    );
    expect(it.standIn.calls()).toEqual({ GetAccountAuthorizationDetails: 3 });
  });

  test('can be filtered, and a marker of another call is refused', async () => {
    await using it = await running();

    const roles = await it.iam.send(new iamApi.GetAccountAuthorizationDetailsCommand({ Filter: ['Role'] }));

    expect(roles.RoleDetailList).toHaveLength(2);
    expect(roles.UserDetailList).toEqual([]);
    await expect(
      it.iam.send(new iamApi.GetAccountAuthorizationDetailsCommand({ Marker: 'nonsense' })),
    ).rejects.toEqual(refusedAs('ValidationError', 400));
  });
});

describe('what no file told is answered AccessDenied', () => {
  const denied = refusedAs('AccessDenied', 403);

  test('without a credential report: passwords and keys', async () => {
    const account = await seedFromFiles({
      authorizationDetails: `${FIXTURES}details-cloudsplaining-v2.json`,
    });
    await using it = await running({ account });
    const UserName = 'BlakeBortles';

    await expect(it.iam.send(new iamApi.GenerateCredentialReportCommand())).rejects.toEqual(denied);
    await expect(it.iam.send(new iamApi.ListAccessKeysCommand({ UserName }))).rejects.toEqual(denied);
    await expect(it.iam.send(new iamApi.ListSSHPublicKeysCommand({ UserName }))).rejects.toEqual(denied);
    const details = await it.iam.send(new iamApi.GetAccountAuthorizationDetailsCommand());
    expect(details.RoleDetailList).toHaveLength(2);
  });

  test('without authorization details: roles, policies and tags', async () => {
    const account = await seedFromFiles({ credentialReport: `${FIXTURES}report-eight-users.csv` });
    await using it = await running({ account });

    await expect(it.iam.send(new iamApi.GetAccountAuthorizationDetailsCommand())).rejects.toEqual(denied);
    await expect(it.iam.send(new iamApi.ListRolesCommand())).rejects.toEqual(denied);
    await expect(it.iam.send(new iamApi.ListUserTagsCommand({ UserName: 'rome' }))).rejects.toEqual(denied);
    expect((await it.iam.send(new iamApi.ListUsersCommand())).Users).toHaveLength(7);
    const { SummaryMap } = await it.iam.send(new iamApi.GetAccountSummaryCommand());
    expect(SummaryMap).toMatchObject({ Users: 7, AccountAccessKeysPresent: 1 });
    expect(SummaryMap).not.toHaveProperty('Roles');
  });
});

describe('access keys', () => {
  test('can be switched off and on, and the right refusals are given', async () => {
    await using it = await running();
    const [key] = it.standIn.keysOf('ci-deployer');
    const AccessKeyId = key?.accessKeyId;
    const update = (UserName: string, id: string | undefined) =>
      it.iam.send(new iamApi.UpdateAccessKeyCommand({ UserName, AccessKeyId: id, Status: 'Inactive' }));

    await update('ci-deployer', AccessKeyId);
    const { AccessKeyMetadata } = await it.iam.send(
      new iamApi.ListAccessKeysCommand({ UserName: 'ci-deployer' }),
    );

    expect(AccessKeyMetadata?.map(({ Status }) => Status)).toEqual(['Inactive', 'Inactive']);
    await expect(update('reporter', AccessKeyId)).rejects.toEqual(refusedAs('NoSuchEntityException', 404));
    await expect(update('nobody', AccessKeyId)).rejects.toEqual(refusedAs('NoSuchEntityException', 404));
    await expect(it.iam.send(new iamApi.CreateAccessKeyCommand({ UserName: 'ci-deployer' }))).rejects.toEqual(
      refusedAs('LimitExceededException', 409),
    );
    await expect(
      it.iam.send(new iamApi.UpdateAccessKeyCommand({ AccessKeyId, Status: 'Inactive' })),
    ).rejects.toEqual(refusedAs('ValidationError', 400));
  });

  test('last use is told, never used says N/A, and a foreign key is denied', async () => {
    await using it = await running();
    const [used, unused] = it.standIn.keysOf('ci-deployer');
    const lastUsed = async (AccessKeyId: string | undefined) =>
      (await it.iam.send(new iamApi.GetAccessKeyLastUsedCommand({ AccessKeyId }))).AccessKeyLastUsed;

    it.standIn.useKey(used?.accessKeyId ?? '', 'dynamodb', 'us-east-1');

    expect(await lastUsed(used?.accessKeyId)).toEqual({
      LastUsedDate: new Date('2026-03-02T08:00:00Z'),
      ServiceName: 'dynamodb',
      Region: 'us-east-1',
    });
    expect(await lastUsed(unused?.accessKeyId)).toEqual({ ServiceName: 'N/A', Region: 'N/A' });
    expect(it.standIn.useKey(unused?.accessKeyId ?? '', 's3', 'eu-west-1')).toBe('refused');
    await expect(lastUsed('AKIAAAAAAAAAAAAAAAAA')).rejects.toEqual(refusedAs('AccessDenied', 403));
  });
});

describe('a request signed with an access key', () => {
  const identity = (sts: STSClient) => sts.send(new GetCallerIdentityCommand());

  test('is accepted while the key is active, and counts as its last use', async () => {
    await using it = await running();
    const [key] = it.standIn.keysOf('reporter');
    const id = key?.accessKeyId ?? '';

    expect(await identity(it.stsAs(id))).toMatchObject({
      Account: '111122223333',
      Arn: 'arn:aws:iam::111122223333:user/reporter',
    });
    const used = await it.iam.send(new iamApi.GetAccessKeyLastUsedCommand({ AccessKeyId: id }));
    expect(used.AccessKeyLastUsed).toMatchObject({ ServiceName: 'sts', Region: 'eu-west-1' });
  });

  test('is refused as InvalidClientTokenId once the key is inactive, deleted or unknown', async () => {
    await using it = await running();
    const [key] = it.standIn.keysOf('reporter');
    const id = key?.accessKeyId ?? '';
    const refused = refusedAs('InvalidClientTokenId', 403);

    await it.iam.send(
      new iamApi.UpdateAccessKeyCommand({ UserName: 'reporter', AccessKeyId: id, Status: 'Inactive' }),
    );
    await expect(identity(it.stsAs(id))).rejects.toEqual(refused);
    await expect(it.stsAs(id).send(new GetSessionTokenCommand())).rejects.toEqual(refused);
    it.standIn.reactivate(id);
    expect((await identity(it.stsAs(id))).Account).toBe('111122223333');
    await it.iam.send(new iamApi.DeleteAccessKeyCommand({ UserName: 'reporter', AccessKeyId: id }));
    await expect(identity(it.stsAs(id))).rejects.toEqual(refused);
    await expect(identity(it.stsAs('AKIAAAAAAAAAAAAAAAAA', 'secret'))).rejects.toEqual(refused);
    expect(
      it.standIn.attempts().filter(({ refusedAs }) => refusedAs === 'InvalidClientTokenId'),
    ).toHaveLength(4);
  });

  test('with the wrong secret is refused as SignatureDoesNotMatch', async () => {
    await using it = await running();
    const [key] = it.standIn.keysOf('reporter');

    await expect(identity(it.stsAs(key?.accessKeyId ?? '', 'wrong'))).rejects.toEqual(
      refusedAs('SignatureDoesNotMatch', 403),
    );
  });

  test('unsigned or tampered with is refused', async () => {
    await using it = await running();
    const body = 'Action=ListUsers&Version=2010-05-08';
    const unsigned = await fetch(it.standIn.endpoint, { method: 'POST', body });

    expect(unsigned.status).toBe(403);
    expect(await unsigned.text()).toContain('<Code>MissingAuthenticationToken</Code>');
    it.iam.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { body: string };
        request.body = request.body.replace('reporter', 'repovter');
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low', override: true },
    );
    await expect(it.iam.send(new iamApi.GetUserCommand({ UserName: 'reporter' }))).rejects.toEqual(
      refusedAs('SignatureDoesNotMatch', 403),
    );
  });

  test('makes a session that outlives the key, until it expires', async () => {
    const clock = movableClock();
    await using it = await running({ clock });
    const [key] = it.standIn.keysOf('reporter');
    const { Credentials } = await it
      .stsAs(key?.accessKeyId ?? '')
      .send(new GetSessionTokenCommand({ DurationSeconds: 3600 }));
    const session = new STSClient({
      endpoint: it.standIn.endpoint,
      region: 'eu-west-1',
      maxAttempts: 1,
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      },
    });

    await it.iam.send(
      new iamApi.DeleteAccessKeyCommand({ UserName: 'reporter', AccessKeyId: key?.accessKeyId }),
    );

    expect((await identity(session)).Arn).toBe('arn:aws:iam::111122223333:user/reporter');
    clock.forwardHours(1);
    await expect(identity(session)).rejects.toMatchObject({ name: expect.stringMatching(/^ExpiredToken/) });
  });

  test('may do in IAM what the user’s policies allow, and nothing else', async () => {
    await using it = await running();
    const [key] = it.standIn.keysOf('reporter');
    const asReporter = it.iamAs(key?.accessKeyId ?? '');

    await expect(asReporter.send(new iamApi.ListUsersCommand())).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('is not authorized to perform: iam:ListUsers'),
    });
    it.standIn.addPolicy('user', 'reporter', {
      policyName: 'list',
      document: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'iam:List*', Resource: '*' } },
    });
    expect((await asReporter.send(new iamApi.ListUsersCommand())).Users).toHaveLength(2);
  });
});

test('other credentials are listed and switched off one by one', async () => {
  await using it = await running();
  const UserName = 'ci-deployer';
  const services = await it.iam.send(new iamApi.ListServiceSpecificCredentialsCommand({ UserName }));
  const ssh = await it.iam.send(new iamApi.ListSSHPublicKeysCommand({ UserName }));
  const certificates = await it.iam.send(new iamApi.ListSigningCertificatesCommand({ UserName }));

  await it.iam.send(
    new iamApi.UpdateServiceSpecificCredentialCommand({
      UserName,
      ServiceSpecificCredentialId: services.ServiceSpecificCredentials?.[0]?.ServiceSpecificCredentialId,
      Status: 'Inactive',
    }),
  );
  await it.iam.send(
    new iamApi.UpdateSSHPublicKeyCommand({
      UserName,
      SSHPublicKeyId: ssh.SSHPublicKeys?.[0]?.SSHPublicKeyId,
      Status: 'Inactive',
    }),
  );
  await it.iam.send(
    new iamApi.UpdateSigningCertificateCommand({
      UserName,
      CertificateId: certificates.Certificates?.[0]?.CertificateId,
      Status: 'Inactive',
    }),
  );

  const after = [
    (await it.iam.send(new iamApi.ListServiceSpecificCredentialsCommand({ UserName })))
      .ServiceSpecificCredentials,
    (await it.iam.send(new iamApi.ListSSHPublicKeysCommand({ UserName }))).SSHPublicKeys,
    (await it.iam.send(new iamApi.ListSigningCertificatesCommand({ UserName }))).Certificates,
  ];
  expect(after.map((list) => list?.map(({ Status }) => Status))).toEqual([
    ['Inactive'],
    ['Inactive'],
    ['Inactive'],
  ]);
});

test('failures can be played: throttling, denial, a lost answer', async () => {
  await using it = await running();
  const list = () => it.iam.send(new iamApi.ListUsersCommand());

  it.standIn.failNext('ListUsers', 'Throttling');
  await expect(list()).rejects.toEqual(refusedAs('Throttling', 400));
  it.standIn.deny('iam:ListUsers');
  await expect(list()).rejects.toEqual(refusedAs('AccessDenied', 403));
  it.standIn.allow('iam:ListUsers');
  it.standIn.failNext('*', 'lost-answer');
  await expect(list()).rejects.toThrow(/socket hang up|ECONNRESET|aborted/);
  expect((await list()).Users).toHaveLength(2);
  expect(it.standIn.calls()).toEqual({ ListUsers: 4 });
});

test('changes survive a restart', async () => {
  const dataFile = join(await mkdtemp(join(tmpdir(), 'iam-')), 'changes.jsonl');
  const ids: string[] = [];
  {
    await using it = await running({ dataFile });
    const [key] = it.standIn.keysOf('reporter');
    await it.iam.send(
      new iamApi.UpdateAccessKeyCommand({
        UserName: 'reporter',
        AccessKeyId: key?.accessKeyId,
        Status: 'Inactive',
      }),
    );
    const { AccessKey } = await it.iam.send(new iamApi.CreateAccessKeyCommand({ UserName: 'reporter' }));
    it.standIn.createUser({ userName: 'newcomer', createdAt: '2026-03-02T08:00:00Z', keys: [{}] });
    it.standIn.setTags('user', 'reporter', { team: 'finance' });
    ids.push(key?.accessKeyId ?? '', AccessKey?.AccessKeyId ?? '');
  }
  await using it = await running({ dataFile });

  expect(it.standIn.keysOf('reporter').map(({ accessKeyId, status }) => [accessKeyId, status])).toEqual([
    [ids[0], 'Inactive'],
    [ids[1], 'Active'],
  ]);
  expect(it.standIn.keysOf('newcomer')).toHaveLength(1);
  const { Tags } = await it.iam.send(new iamApi.ListUserTagsCommand({ UserName: 'reporter' }));
  expect(Tags).toEqual([{ Key: 'team', Value: 'finance' }]);
});

test('an action the stand-in does not have is refused as such', async () => {
  await using it = await running();

  await expect(it.iam.send(new iamApi.GetAccountPasswordPolicyCommand())).rejects.toEqual(
    refusedAs('InvalidAction', 400),
  );
});

test('the account says its alias', async () => {
  await using it = await running();

  expect((await it.iam.send(new iamApi.ListAccountAliasesCommand())).AccountAliases).toEqual([
    'example-company',
  ]);
});
