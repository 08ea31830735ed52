// The connector over an IAM that was not written for it, where a key that is off is refused.
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connector } from '../../lib/application/ports/connector.ts';
import { createAwsIam } from '../../lib/connectors/aws-iam/connector.ts';
import { AwsIamSettings } from '../../lib/connectors/aws-iam/settings.ts';
import { HOUR_MS, Instant } from '../../lib/domain/time.ts';
import { collect, targetOf } from '../connectors/aws-iam/account.ts';
import { roleTruth, userTruth, varyRole, varyUser } from '../connectors/aws-iam/iam-truth.ts';
import { type ConnectorScene, describeConnector } from '../contracts/connector-contract.ts';
import { rootConfig, startServices } from '../support/aws/emulated-services.ts';
import { type AccessKey, type IamAccount, openIamAccount } from '../support/aws/iam-account.ts';
import { ACCOUNT, type Ministack } from '../support/aws/start-ministack.ts';
import { QUERY_ANSWERS, startFaultProxy } from '../support/fault-proxy.ts';

let emulator: Ministack;
let account: IamAccount;
beforeAll(async () => {
  emulator = await startServices('connector');
  account = openIamAccount(rootConfig(emulator));
});
afterAll(() => emulator.stop());

const now = (): Instant => Instant.parse(new Date().toISOString());

/** Over a door of its own, with secrets where the test has some. */
function connect(
  endpoint: string = emulator.endpoint,
  canaries: readonly AccessKey[] = [],
  attemptsPerRequest = 5,
): Connector {
  const { credentials: emulatorKeys } = rootConfig(emulator);
  const settings = AwsIamSettings.parse({
    endpoint,
    emulatorKeys,
    account: ACCOUNT,
    reportPollMs: 50,
    attemptsPerRequest,
    retryBudget: 2,
    canaries: Object.fromEntries(canaries.map(({ accessKeyId }) => [accessKeyId, `of ${accessKeyId}`])),
  });
  const secret = async (name: string): Promise<string> =>
    canaries.find(({ accessKeyId }) => name === `of ${accessKeyId}`)?.secretAccessKey ?? '';
  return createAwsIam(settings, { clock: { now }, note: () => undefined, secret }, async () => undefined);
}

interface Chosen {
  readonly nativeId: string;
  readonly secrets: readonly string[];
  state(iam: IAMClient): Promise<unknown>;
  vary(iam: IAMClient, seed: number): Promise<void>;
  vanish(iam: IAMClient): Promise<void>;
}

/** A scene over the emulator, behind a proxy that fails on demand. */
async function sceneOf(chosen: Chosen): Promise<ConnectorScene> {
  const proxy = await startFaultProxy(emulator.endpoint, QUERY_ANSWERS);
  const iam = new IAMClient(rootConfig(emulator));
  return {
    connector: connect(proxy.endpoint, [], 1),
    now,
    choose(identities) {
      const found = identities.find(({ nativeId }) => nativeId === chosen.nativeId);
      if (!found) throw new Error(`no ${chosen.nativeId}`);
      return found;
    },
    state: () => chosen.state(iam),
    vary: (seed) => chosen.vary(iam, seed),
    vanish: () => chosen.vanish(iam),
    faults: proxy,
    secrets: () => chosen.secrets,
    async close() {
      iam.destroy();
      await proxy.close();
    },
  };
}

let made = 0;
/** Somebody or something new in the account. */
function named(kind: string): string {
  made += 1;
  return `${kind}-${made}`;
}

/** The key of somebody who also signs in at the console: it is reviewed by itself. */
async function personsKey(): Promise<ConnectorScene> {
  const name = named('person');
  const keys = await account.addUser({ name, path: '/staff/', tags: { team: 'payments' }, password: true });
  return sceneOf({
    nativeId: `user/staff/${name}#access-key-1`,
    secrets: keys.map(({ secretAccessKey }) => secretAccessKey),
    state: (iam) => userTruth(iam, name),
    vary: (iam, seed) => varyUser(iam, name, seed, 'of-somebody-else'),
    vanish: () => account.deleteUser(name),
  });
}

async function wholeRole(): Promise<ConnectorScene> {
  const RoleName = named('role');
  await account.addRole({ name: RoleName, may: ['s3:GetObject'] });
  return sceneOf({
    nativeId: `role/${RoleName}`,
    secrets: [],
    state: (iam) => roleTruth(iam, RoleName),
    vary: (iam, seed) => varyRole(iam, RoleName, seed, 'CountersignDisabled'),
    async vanish(iam) {
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'may' }));
      await iam.send(new DeleteRoleCommand({ RoleName }));
    },
  });
}

const EVERYTHING = { faults: true, throttling: true };
describeConnector('aws-iam on an emulator (a person’s key)', personsKey, EVERYTHING);
describeConnector('aws-iam on an emulator (a role)', wholeRole, EVERYTHING);

describe('a user that is gone', () => {
  it('still has a list of keys, an empty one: IAM says NoSuchEntity, which the stand-in of the product covers', async () => {
    await account.addUser({ name: 'svc-gone' });
    await account.deleteUser('svc-gone');

    expect(await account.keysOf('svc-gone')).toEqual({});
  });
});

describe('a key that the connector switched off', () => {
  it('is refused by STS, while the other key of the same user is not; put back, it is accepted again', async () => {
    const [first, second] = await account.addUser({ name: 'svc-two-keys', keys: 2 });
    const connector = connect();
    const target = await targetOf(connector, 'user/svc-two-keys', 'access-key-1');
    const located = await connector.locate(target);
    if (located.found !== 'one') expect.fail(located.reason);
    expect(await account.trySigning(first!)).toBe('accepted');

    const { preImage } = await connector.disable(target, located.state);

    expect(await account.trySigning(first!)).toBe('InvalidClientTokenId');
    expect(await account.trySigning(second!)).toBe('accepted');
    expect(await account.keysOf('svc-two-keys')).toEqual({
      [first!.accessKeyId]: 'Inactive',
      [second!.accessKeyId]: 'Active',
    });
    // Reading back is what the connector itself does: it has no secret to try with, so it claims no more than that.
    expect(await connector.verify(target, preImage, now())).toMatchObject({ level: 'confirmed' });

    await connector.restore(target, preImage);
    expect(await account.trySigning(first!)).toBe('accepted');
  });
});

describe('a key we were entrusted with the secret of', () => {
  it('is tried once it is off, and verified as refused; the other key of the same user still signs', async () => {
    const [first, second] = await account.addUser({ name: 'svc-canary', keys: 2 });
    const connector = connect(emulator.endpoint, [first!]);
    const target = await targetOf(connector, 'user/svc-canary', 'access-key-1');
    const located = await connector.locate(target);
    if (located.found !== 'one') expect.fail(located.reason);
    const { preImage } = await connector.disable(target, located.state);

    const off = await connector.verify(target, preImage, now());
    await connector.restore(target, preImage);
    const on = await connector.verify(target, preImage, now());

    expect(off).toMatchObject({ level: 'refused' });
    expect(off.reasons.join()).toContain('was refused: InvalidClientTokenId');
    expect(await account.trySigning(second!)).toBe('accepted');
    expect(on).toMatchObject({ level: 'failed', drifted: true });
  });
});

describe('sessions made with the key of a user that is cut as a whole', () => {
  it('are refused at their next call, and admitted again when the user is restored', async () => {
    const [key] = await account.addUser({ name: 'svc-sessions', may: ['s3:ListAllMyBuckets'] });
    const session = await sessionOf(key!);
    const connector = connect();
    const target = await targetOf(connector, 'user/svc-sessions');
    const located = await connector.locate(target);
    if (located.found !== 'one') expect.fail(located.reason);
    expect(await listing(session)).toBe('accepted');

    const { preImage } = await connector.disable(target, located.state);

    expect(await account.trySigning(key!)).toBe('InvalidClientTokenId');
    expect(await listing(session)).toBe('AccessDenied');
    const verified = await connector.verify(target, preImage, now());
    expect(verified.level).toBe('confirmed');
    expect(verified.reasons.join()).toContain('are refused by policy, read back');
    await connector.restore(target, preImage);
    expect(await listing(session)).toBe('accepted');
  });

  it('live on when one key of two is cut, and that is said', async () => {
    const [first] = await account.addUser({ name: 'svc-siblings', may: ['s3:ListAllMyBuckets'], keys: 2 });
    const session = await sessionOf(first!);
    const connector = connect();
    const target = await targetOf(connector, 'user/svc-siblings', 'access-key-1');
    const located = await connector.locate(target);
    if (located.found !== 'one') expect.fail(located.reason);

    const { preImage } = await connector.disable(target, located.state);

    expect(await listing(session)).toBe('accepted');
    const { sessionsMayLiveUntil } = await connector.verify(target, preImage, now());
    expect(Date.parse(sessionsMayLiveUntil ?? '') - Date.now()).toBeGreaterThan(35 * HOUR_MS);
  });

  async function sessionOf(credentials: AccessKey) {
    const sts = new STSClient({ ...rootConfig(emulator), credentials });
    const { Credentials: made } = await sts.send(new GetSessionTokenCommand({}));
    sts.destroy();
    return {
      accessKeyId: made?.AccessKeyId ?? '',
      secretAccessKey: made?.SecretAccessKey ?? '',
      sessionToken: made?.SessionToken ?? '',
    };
  }

  async function listing(credentials: AccessKey): Promise<string> {
    const s3 = new S3Client({ ...rootConfig(emulator), credentials, forcePathStyle: true, maxAttempts: 1 });
    try {
      await s3.send(new ListBucketsCommand({}));
      return 'accepted';
    } catch (failure) {
      return failure instanceof Error ? failure.name : String(failure);
    } finally {
      s3.destroy();
    }
  }
});

describe('another account, by a role assumed there', () => {
  const EXTERNAL_ID = 'agreed-with-countersign';
  const member = (
    assumeRole: { roleArn: string; externalId?: string; sessionName?: string },
    [key]: readonly AccessKey[],
  ) =>
    createAwsIam(
      AwsIamSettings.parse({
        endpoint: emulator.endpoint,
        emulatorKeys: key,
        account: ACCOUNT,
        assumeRole,
        reportPollMs: 50,
        attemptsPerRequest: 1,
        retryBudget: 0,
      }),
      { clock: { now }, note: () => undefined },
    );

  it('works with the external id agreed on, under the session name set, and reviews that role without touching it', async () => {
    const hub = await account.addUser({ name: 'svc-hub', may: ['sts:AssumeRole'] });
    const roleArn = await memberRole('member', EXTERNAL_ID);
    await account.addUser({ name: 'svc-of-member' });
    const connector = member({ roleArn, externalId: EXTERNAL_ID, sessionName: 'quarterly-review' }, hub);

    const { identities, report } = await collect(connector);
    const target = await targetOf(connector, 'user/svc-of-member');
    const located = await connector.locate(target);
    if (located.found !== 'one') expect.fail(located.reason);
    const { changed } = await connector.disable(target, located.state);

    expect(report).toMatchObject({ completeness: 'complete', scope: ACCOUNT });
    expect(changed).toBe(true);
    expect(identities.find(({ nativeId }) => nativeId === 'role/member')).toMatchObject({
      traits: ['own-infrastructure'],
      protection: { protected: true },
    });
  });

  it.each([['another'], [undefined]])('is refused with the external id %s', async (externalId) => {
    const name = named('stranger');
    const hub = await account.addUser({ name, may: ['sts:AssumeRole'] });
    const roleArn = await memberRole(named('member'), EXTERNAL_ID);

    const attempt = collect(member({ roleArn, ...(externalId && { externalId }) }, hub));

    await expect(attempt).rejects.toMatchObject({ name: 'UpstreamError', code: 'DENIED', retryable: false });
  });

  /** A role that whoever knows the external id may assume under one of our session names. */
  async function memberRole(RoleName: string, externalId: string): Promise<string> {
    const iam = new IAMClient(rootConfig(emulator));
    const trust = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Action: 'sts:AssumeRole',
      Condition: {
        StringEquals: { 'sts:ExternalId': externalId },
        StringLike: { 'sts:RoleSessionName': ['countersign', 'quarterly-*'] },
      },
    };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
    const { Role: made } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const may = { Effect: 'Allow', Action: ['iam:*'], Resource: '*' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [may] });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'may', PolicyDocument }));
    iam.destroy();
    return made?.Arn ?? '';
  }
});

describe('a collection', () => {
  it('sees users and roles with their tags, keys and rights', async () => {
    await account.addUser({ name: 'svc-admin', tags: { team: 'platform' }, may: ['*'] });
    await account.addRole({ name: 'batch', may: ['s3:GetObject'] });

    const { identities, report } = await collect(connect());

    expect(report).toMatchObject({ completeness: 'complete', scope: ACCOUNT });
    const byId = new Map(identities.map((identity) => [identity.nativeId, identity]));
    expect(byId.get('user/svc-admin')).toMatchObject({ scope: ACCOUNT, credentials: [{ status: 'active' }] });
    expect(JSON.stringify(byId.get('user/svc-admin'))).toContain('platform');
    expect(byId.has('role/batch')).toBe(true);
  });

  const asUser = (emulatorKeys: unknown): Connector =>
    createAwsIam(
      AwsIamSettings.parse({
        endpoint: emulator.endpoint,
        emulatorKeys,
        attemptsPerRequest: 1,
        retryBudget: 0,
        reportPollMs: 50,
      }),
      { clock: { now }, note: () => undefined },
    );

  it('by somebody without any right fails, naming what was denied', async () => {
    const [key] = await account.addUser({ name: 'svc-blind' });

    await expect(collect(asUser(key))).rejects.toThrow(
      /svc-blind is not authorized to perform: iam:GetAccountAuthorizationDetails/,
    );
  });

  it('by somebody who may read half of it is partial, naming what was denied', async () => {
    const may = ['iam:GenerateCredentialReport', 'iam:GetCredentialReport'];
    const [key] = await account.addUser({ name: 'svc-half-blind', may });

    const { report } = await collect(asUser(key));

    expect(report.completeness).toBe('partial');
    expect(report.gaps.join()).toMatch(/GetAccountAuthorizationDetails/);
  });
});
