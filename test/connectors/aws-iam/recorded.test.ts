// What the real IAM answered other people, played back to the real SDK.
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { Connector, RemovalTarget } from '../../../lib/application/ports/connector.ts';
import { createAwsIam } from '../../../lib/connectors/aws-iam/connector.ts';
import { AwsIamSettings } from '../../../lib/connectors/aws-iam/settings.ts';
import type { Credential } from '../../../lib/domain/identity/credential.ts';
import { known } from '../../../lib/domain/identity/fact.ts';
import { Identity } from '../../../lib/domain/identity/identity.ts';
import type { Instant } from '../../../lib/domain/time.ts';
import { playRecordings, type RecordedIam } from '../../support/recorded-iam.ts';
import { collect, START } from './account.ts';

let recorded: RecordedIam | undefined;
const waits: number[] = [];
afterEach(async () => {
  await recorded?.close();
  waits.length = 0;
});

async function play(recording: string, account: string): Promise<Connector> {
  const folder = fileURLToPath(new URL(`../../fixtures/aws-iam/recorded/${recording}`, import.meta.url));
  recorded = await playRecordings(folder, account);
  const settings = AwsIamSettings.parse({
    endpoint: recorded.endpoint,
    emulatorKeys: { accessKeyId: 'any', secretAccessKey: 'any' },
    without: ['authorization-details'],
    attemptsPerRequest: 1,
  });
  const context = { clock: { now: () => START }, note: () => undefined };
  return createAwsIam(settings, context, async (ms) => void waits.push(ms));
}

const requestsOf = (action: string) => recorded?.requests().filter((each) => each['Action'] === action) ?? [];

describe('a report in the making (2016)', () => {
  it('is waited for, read as the columns were then, and every identity of it is whole', async () => {
    const connector = await play('report-in-progress', '619193117841');

    const { identities, report } = await collect(connector);

    expect(requestsOf('GenerateCredentialReport')).toHaveLength(1);
    expect(requestsOf('GetCredentialReport')).toHaveLength(2);
    expect(waits).toEqual([250]);
    for (const identity of identities) expect(Identity.parse(identity)).toEqual(identity);
    expect(identities.map(({ nativeId }) => nativeId)).toEqual([
      'root',
      'user/charmworld',
      'user/Hazmat',
      'user/kaleb#access-key-1',
      'user/kapilt',
      'user/rome',
      'user/syracuse',
      'user/tyre',
    ]);
    // Whoever recorded it moved the year, so that it never gets old.
    expect(report.sourceGeneratedAt).toBe('2116-11-25T14:30:42.000Z');
    expect(report.gaps.join()).toContain('service-specific credentials not listed');
  });
});

describe('a key replaced two hours after the report was made (2018)', () => {
  const target = async (connector: Connector, nativeId: string): Promise<RemovalTarget> => {
    const { identities } = await collect(connector);
    const reviewed = identities.find((each) => each.nativeId === nativeId);
    if (!reviewed) throw new Error(`no ${nativeId}`);
    return { identityId: reviewed.identityId, credentialId: undefined, reviewed };
  };

  it('is held: the key in its slot is not the one reviewed. Custodian deleted it.', async () => {
    const connector = await play('key-replaced', '644160558196');

    expect(await connector.locate(await target(connector, 'user/kapil#access-key-1'))).toMatchObject({
      found: 'ambiguous',
      reason: expect.stringContaining('was replaced'),
    });
  });

  it('does not stand in the way of the other key, which is told by its second and touched alone', async () => {
    const connector = await play('key-replaced', '644160558196');

    const located = await connector.locate(await target(connector, 'user/kapil#access-key-2'));

    expect(located).toMatchObject({
      found: 'one',
      state: {
        label: 'access-key AKIAIFX6HPKAM5F7JVAA of user kapil',
        enabled: true,
        // Its last use was not recorded: unknown, which is not unused.
        lastUse: { state: 'unknown' },
        detail: { credentials: [{ id: 'AKIAIFX6HPKAM5F7JVAA' }] },
      },
    });
  });
});

/** A user as reviewed, with one credential of that kind. */
function userWith(
  account: string,
  name: string,
  credential: Pick<Credential, 'credentialId' | 'type'>,
): RemovalTarget {
  const at = '2026-01-01T00:00:00.000Z' as Instant;
  const fact = known(at, 'a test');
  const nothing = { known: false as const, lookedIn: ['a test'] };
  const identityId = Identity.shape.identityId.parse(`aws-iam/${account}/service-account/user/${name}`);
  const reviewed = Identity.parse({
    schemaVersion: 1,
    identityId,
    connector: 'aws-iam',
    scope: account,
    kind: 'service-account',
    nativeId: `user/${name}`,
    name,
    environment: nothing,
    purpose: nothing,
    boundTo: nothing,
    consumers: nothing,
    ownedByCode: nothing,
    approval: nothing,
    createdAt: fact,
    createdBy: nothing,
    lastUse: { state: 'unknown', lookedIn: ['a test'] },
    credentials: [
      {
        ...credential,
        status: 'active',
        providerId: credential.credentialId,
        createdAt: fact,
        lastRotatedAt: fact,
        expiresAt: nothing,
        lastUse: { state: 'unknown', lookedIn: ['a test'] },
      },
    ],
    entitlements: { level: 'none', admin: 'no', adminReason: '', policies: [], services: [], trust: [] },
    tags: {},
    ownerHints: [],
    traits: [],
    protection: { protected: false, reason: '' },
    removalPath: { how: 'disable', description: 'a test', reversible: true },
    observedAt: at,
  });
  return { identityId, credentialId: credential.credentialId, reviewed };
}

describe('a list of service-specific credentials in pages', () => {
  it('is read to its end: the one meant stands on the second page', async () => {
    const connector = await play('paged-service-credentials', '123456789012');
    const credential = {
      credentialId: 'ACCACKCEVSQ6F7EXAMPLE',
      type: 'service-specific-credential' as const,
    };

    const located = await connector.locate(userWith('123456789012', 'testuser-8aa8c470', credential));

    expect(located).toMatchObject({ found: 'one', state: { enabled: true } });
    expect(requestsOf('ListServiceSpecificCredentials')).toMatchObject([
      { UserName: 'testuser-8aa8c470' },
      { Marker: 'ACCACKCEVSQ6B8EXAMPLE' },
    ]);
  });
});

describe('SSH public keys', () => {
  it.each([
    ['APKAY5Y4D45RDXH2IAPJ', true],
    ['APKAY5Y4D45RDYUCUZ5K', false],
  ])('%s is on: %s', async (credentialId, enabled) => {
    const connector = await play('ssh-keys', '123456789012');

    const located = await connector.locate(
      userWith('123456789012', 'test3', { credentialId, type: 'ssh-public-key' }),
    );

    expect(located).toMatchObject({ found: 'one', state: { enabled } });
  });
});

describe('a role whose policies nobody may read (2018)', () => {
  it('is not taken to be on: that is not known', async () => {
    const connector = await play('role', '644160558196');
    const { reviewed, ...rest } = userWith('644160558196', 'x', { credentialId: 'none', type: 'access-key' });
    const nativeId = 'role/service-role/AmazonSageMaker-ExecutionRole-20180108T122369';
    const target: RemovalTarget = {
      ...rest,
      credentialId: undefined,
      reviewed: {
        ...reviewed,
        kind: 'workload-identity',
        nativeId,
        createdAt: known('2018-05-24T13:34:59.000Z' as Instant, 'a test'),
      },
    };

    await expect(connector.locate(target)).rejects.toMatchObject({ name: 'UpstreamError', code: 'DENIED' });
    expect(requestsOf('GetRole')).toHaveLength(1);
  });
});
