import { afterEach, describe, expect, it } from 'vitest';
import { CollectionReport } from '../../../lib/domain/identity/collection.ts';
import { Identity } from '../../../lib/domain/identity/identity.ts';
import { HOUR_MS, plusMs } from '../../../lib/domain/time.ts';
import { ACCOUNT, collect, type Running, reviewed, START, start } from './account.ts';

let running: Running | undefined;
const begin = async (...args: Parameters<typeof start>): Promise<Running> => {
  running = await start(...args);
  return running;
};
afterEach(async () => {
  await running?.iam.close();
  running = undefined;
});

describe('collecting an account', () => {
  it('counts a console-less user once, with all its credentials', async () => {
    const { connector } = await begin();

    const deploy = await reviewed(connector, 'user/ci/deploy');

    expect(deploy.kind).toBe('service-account');
    expect(deploy.identityId).toBe('aws-iam/123456789012/service-account/user/ci/deploy');
    expect(deploy.credentials.map(({ credentialId, type, status }) => [credentialId, type, status])).toEqual([
      ['access-key-1', 'access-key', 'active'],
      ['access-key-2', 'access-key', 'active'],
      ['signing-certificate-1', 'signing-certificate', 'active'],
      [expect.stringMatching(/^ACCA/), 'service-specific-credential', 'active'],
    ]);
    expect(deploy.lastUse).toMatchObject({ state: 'used', at: '2026-02-28T10:00:00.000Z', service: 's3' });
    expect(deploy.credentials[1]?.lastUse).toEqual({ state: 'never', source: 'IAM credential report' });
  });

  it('reads owners, purpose, environment, binding and approval from tags, each with its source', async () => {
    const { connector } = await begin();

    const deploy = await reviewed(connector, 'user/ci/deploy');

    expect(deploy.purpose).toEqual({ known: true, value: 'Deploys the shop', source: 'IAM tag purpose' });
    expect(deploy.environment).toMatchObject({ value: 'production' });
    expect(deploy.boundTo).toMatchObject({ value: 'acme/shop', source: 'IAM tag repo' });
    expect(deploy.approval).toMatchObject({ value: 'OPS-1' });
    expect(deploy.createdBy).toMatchObject({ value: 'grace@example.com' });
    expect(deploy.ownerHints.map(({ role, value, source }) => [role, value, source])).toEqual([
      ['accountable', 'ada@example.com', 'tag'],
      ['team', 'payments', 'tag'],
      ['creator', 'grace@example.com', 'creator'],
    ]);
    expect(deploy.consumers.known).toBe(false);
  });

  it('counts a person’s keys one by one, and the person only without keys', async () => {
    const { connector } = await begin();

    const { identities } = await collect(connector);
    const bobs = identities.filter(({ nativeId }) => nativeId.startsWith('user/bob'));
    const carol = identities.find(({ nativeId }) => nativeId === 'user/carol');

    expect(bobs.map(({ kind, nativeId, credentials }) => [kind, nativeId, credentials.length])).toEqual([
      ['api-key', 'user/bob#access-key-1', 1],
      ['api-key', 'user/bob#access-key-2', 1],
    ]);
    expect(bobs[0]?.ownerHints).toMatchObject([{ value: 'bob', source: 'principal' }]);
    expect(carol).toMatchObject({ kind: 'person', exclusion: { code: 'person' } });
  });

  it('sees roles with their last use, and excludes service-linked and SSO-reserved ones', async () => {
    const { connector } = await begin();

    const { identities } = await collect(connector);
    const role = (name: string) => identities.find((each) => each.name.startsWith(name));

    expect(role('batch')).toMatchObject({
      kind: 'workload-identity',
      nativeId: 'role/apps/batch',
      lastUse: { state: 'used', region: 'eu-west-1' },
      entitlements: { level: 'write', services: ['s3'], trust: [{ principal: 'Service:ec2.amazonaws.com' }] },
    });
    expect(role('young')?.lastUse).toEqual({ state: 'never', source: 'IAM RoleLastUsed' });
    expect(role('old')?.lastUse).toMatchObject({ state: 'never', since: expect.stringContaining('2025-01') });
    expect(role('AWSServiceRole')?.exclusion?.code).toBe('service-linked-role');
    expect(role('AWSReservedSSO')?.exclusion?.code).toBe('sso-reserved-role');
  });

  it('protects break-glass users and what it works as itself', async () => {
    const { connector } = await begin();

    expect((await reviewed(connector, 'user/emergency')).protection.protected).toBe(true);
    expect(await reviewed(connector, 'role/countersign')).toMatchObject({
      traits: ['own-infrastructure'],
      protection: { protected: true },
    });
  });

  it('warns loudly of a root access key and protects the root user; without one it is excluded', async () => {
    const withKey = { ...ACCOUNT, root: { createdAt: '2015-01-01T00:00:00Z', keys: [{ slot: 1 as const }] } };
    const { connector } = await begin(withKey);

    const { identities, report } = await collect(connector);

    expect(identities.find(({ kind }) => kind === 'root-account')).toMatchObject({
      nativeId: 'root',
      protection: { protected: true },
    });
    expect(report.warnings.join()).toContain('ROOT ACCESS KEY');
    await running?.iam.close();
    const without = await collect((await begin()).connector);
    const root = without.identities.find(({ kind }) => kind === 'root-account');
    expect(root?.exclusion?.code).toBe('root-without-key');
  });

  it('writes a report whose counts are those of process.md, and that AWS’s own counts confirm', async () => {
    const { connector } = await begin();

    const { identities, report } = await collect(connector);

    expect(CollectionReport.parse(report)).toEqual(report);
    for (const identity of identities) expect(Identity.parse(identity)).toEqual(identity);
    expect(new Set(identities.map(({ identityId }) => identityId)).size).toBe(identities.length);
    // 2 users, 2 keys of bob, 6 roles; carol and root are seen and counted as excluded only.
    expect(report).toMatchObject({ identities: 10, excluded: 4, credentials: 7, completeness: 'complete' });
    expect(identities).toHaveLength(12);
    expect(report.sourceGeneratedAt).toBe(START);
    expect(report.independentCounts).toEqual([
      { what: 'users', theirs: 4, ours: 4 },
      { what: 'roles', theirs: 6, ours: 6 },
      { what: 'root access keys present', theirs: 0, ours: 0 },
    ]);
  });

  it('keeps the raw report', async () => {
    const { connector, raw } = await begin();

    await collect(connector);

    expect(raw.get('credential-report-GetCredentialReport')).toMatch(/^user,arn,user_creation_time/);
  });
});

describe('calls made', () => {
  it('needs one report and a few pages for 2,000 users, never a call per user (cloud-custodian#7265)', async () => {
    const users = Array.from({ length: 2_000 }, (_, index) => ({
      userName: `svc-${index}`,
      createdAt: '2024-01-01T00:00:00Z',
      keys: [{ slot: 1 as const, createdAt: '2024-01-01T00:00:00Z' }],
    }));
    const { connector, iam, waits } = await begin({ ...ACCOUNT, users }, { reportPolls: 3 });

    const { report } = await collect(connector);

    expect(report.identities).toBe(2_006);
    expect(iam.calls()).toMatchObject({ GetAccountAuthorizationDetails: 3, GenerateCredentialReport: 1 });
    expect(iam.calls()['ListAccessKeys']).toBeUndefined();
    expect(iam.attempts().length).toBeLessThan(15);
    expect(waits).toEqual([250, 500, 1_000]);
  });

  it.each([
    [1, 1_000],
    [100, 1_000],
    [2_000, 1_000],
    // Even from an IAM that gives a hundred a page, whatever it is asked for.
    [2_000, 100],
  ])(
    'makes at most a call for every hundred, and four, for %i users in pages of %i',
    async (count, pageSize) => {
      const users = Array.from({ length: count }, (_, index) => ({
        userName: `svc-${index}`,
        createdAt: '2024-01-01T00:00:00Z',
        keys: [{ slot: 1 as const, createdAt: '2024-01-01T00:00:00Z' }],
      }));
      const { connector, iam } = await begin({ ...ACCOUNT, users }, { pageSize, reportPolls: 0 });

      const { report } = await collect(connector);

      const { GetCallerIdentity: whoAmI, ...ofIam } = iam.calls();
      const made = Object.values(ofIam).reduce((sum, calls) => sum + calls, 0);
      expect(report).toMatchObject({ identities: count + 6, completeness: 'complete' });
      expect(made).toBeLessThanOrEqual(Math.ceil((count + 6) / 100) + 4);
      expect(whoAmI).toBe(1);
    },
  );

  it('joins pages however small they are', async () => {
    const { connector } = await begin(ACCOUNT, { pageSize: 1 });

    const { report } = await collect(connector);

    expect(report).toMatchObject({ identities: 10, completeness: 'complete' });
    expect(report.calls.find(({ action }) => action === 'GetAccountAuthorizationDetails')?.pages).toBe(10);
  });

  it('asks again when throttled, within its budget', async () => {
    const { connector, iam, notes, waits } = await begin();
    iam.failNext('GetAccountAuthorizationDetails', 'Throttling', 2);

    const { report } = await collect(connector);

    expect(report.completeness).toBe('complete');
    expect(notes).toHaveLength(2);
    expect(waits.slice(0, 2)).toEqual([500, 1_000]);
  });

  it('is partial, not broken, when throttling outlasts the budget', async () => {
    const { connector, iam } = await begin(ACCOUNT, { pageSize: 3 });
    iam.failNext('GetAccountAuthorizationDetails', 'Throttling', 50);

    const { identities, report } = await collect(connector);

    expect(report.completeness).toBe('partial');
    expect(report.gaps.join()).toContain('authorization details are incomplete');
    expect(
      report.calls.find(({ action }) => action === 'GetAccountAuthorizationDetails')?.failures,
    ).toHaveLength(1);
    const deploy = identities.find(({ nativeId }) => nativeId === 'user/ci/deploy');
    expect(deploy?.entitlements).toMatchObject({
      admin: 'unknown',
      adminReason: expect.stringContaining('Throttling'),
    });
  });

  it('is partial when the report is refused: users are still there, their keys unknown', async () => {
    const { connector, iam } = await begin();
    iam.deny('iam:GetCredentialReport');

    const { identities, report } = await collect(connector);
    const deploy = identities.find(({ nativeId }) => nativeId === 'user/ci/deploy');

    expect(report.completeness).toBe('partial');
    expect(report.gaps.join()).toContain('keys, console access and last use are unknown');
    expect(deploy).toMatchObject({ kind: 'service-account', lastUse: { state: 'unknown' } });
    expect(deploy?.removalPath.description).toContain('Console access unknown');
  });

  it('is partial when the details are refused: keys are still there, rights unknown, roles unseen', async () => {
    const { connector, iam } = await begin();
    iam.deny('iam:GetAccountAuthorizationDetails');

    const { identities, report } = await collect(connector);

    expect(report.completeness).toBe('partial');
    expect(identities.some(({ kind }) => kind === 'workload-identity')).toBe(false);
    expect(identities.find(({ nativeId }) => nativeId === 'user/ci/deploy')?.entitlements.admin).toBe(
      'unknown',
    );
  });

  it('says what it could not count or list, and stays complete', async () => {
    const { connector, iam } = await begin();
    iam.deny('iam:GetAccountSummary');
    iam.deny('iam:ListServiceSpecificCredentials');

    const { report } = await collect(connector);

    expect(report.completeness).toBe('complete');
    expect(report.gaps.join()).toContain('no independent counts');
    expect(report.gaps.join()).toContain('service-specific credentials not listed');
  });

  it('fails when nothing at all may be read, and does not pass it off as an empty account', async () => {
    const { connector, iam } = await begin();
    iam.deny('iam:GetAccountAuthorizationDetails');
    iam.deny('iam:GetCredentialReport');

    await expect(collect(connector)).rejects.toMatchObject({ name: 'UpstreamError', code: 'DENIED' });
  });

  it('refuses to work in another account than the settings name', async () => {
    const { make } = await begin();

    await expect(collect(make({ account: '999999999999' }))).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('gives up on a report that is never ready, within its looks', async () => {
    const { make, waits } = await begin(ACCOUNT, { reportPolls: 1_000 });

    const { report } = await collect(make({ reportPolls: 4 }));

    expect(report.gaps.join()).toContain('not ready after 4 looks');
    expect(waits).toHaveLength(4);
  });

  it('asks for the report before anything else, so that it is made meanwhile', async () => {
    const { connector, iam } = await begin();

    await collect(connector);

    const order = iam.attempts().map(({ action }) => action);
    expect(order.indexOf('GenerateCredentialReport')).toBeLessThan(
      order.indexOf('GetAccountAuthorizationDetails'),
    );
  });

  it('takes the report there is when asking for another is throttled, and says how old it is', async () => {
    const { connector, iam, advance } = await begin();
    await collect(connector);
    advance(3 * HOUR_MS);
    iam.failNext('GenerateCredentialReport', 'Throttling', 50);

    const { report } = await collect(connector);

    expect(report).toMatchObject({ completeness: 'complete', identities: 10, sourceGeneratedAt: START });
    expect(report.startedAt).toBe(plusMs(START, 3 * HOUR_MS));
  });

  it('has a new report made when the last is more than four hours old', async () => {
    const { connector, advance } = await begin();
    await collect(connector);
    advance(5 * HOUR_MS);

    const { report } = await collect(connector);

    expect(report.sourceGeneratedAt).toBe(plusMs(START, 5 * HOUR_MS));
  });

  it('starts over when the report expires between asking for it and reading it', async () => {
    const { connector, iam, advance } = await begin(ACCOUNT, { reportPolls: 0 });
    await collect(connector);
    advance(5 * HOUR_MS);
    iam.failNext('GenerateCredentialReport', 'Throttling', 3);

    const { report } = await collect(connector);

    expect(report).toMatchObject({ completeness: 'complete', sourceGeneratedAt: plusMs(START, 5 * HOUR_MS) });
    expect(iam.attempts().some(({ refusedAs }) => refusedAs === 'ReportExpired')).toBe(true);
  });

  it('is partial while the report is throttled longer than the budget: keys are unknown, not absent', async () => {
    const { connector, iam } = await begin();
    iam.failNext('GetCredentialReport', 'Throttling', 50);

    const { report } = await collect(connector);

    expect(report.completeness).toBe('partial');
    expect(report.gaps.join()).toContain('keys, console access and last use are unknown');
  });

  it('is partial when the reader stops early', async () => {
    const { connector } = await begin();
    const collection = connector.collect();

    for await (const _identity of collection.identities) break;

    expect(collection.report()).toMatchObject({ completeness: 'partial' });
  });
});
