// The connector over an IAM that was not written for it, where a key that is off is refused.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connector } from '../../lib/application/ports/connector.ts';
import { createAwsIam } from '../../lib/connectors/aws-iam/connector.ts';
import { AwsIamSettings } from '../../lib/connectors/aws-iam/settings.ts';
import { Instant } from '../../lib/domain/time.ts';
import { collect, targetOf } from '../connectors/aws-iam/account.ts';
import { type ConnectorScene, describeConnector } from '../contracts/connector-contract.ts';
import { rootConfig, startServices } from '../support/aws/emulated-services.ts';
import { type IamAccount, openIamAccount } from '../support/aws/iam-account.ts';
import { ACCOUNT, type Ministack } from '../support/aws/start-ministack.ts';

let emulator: Ministack;
let account: IamAccount;
beforeAll(async () => {
  emulator = await startServices('connector');
  account = openIamAccount(rootConfig(emulator));
});
afterAll(() => emulator.stop());

const now = (): Instant => Instant.parse(new Date().toISOString());

function connect(): Connector {
  const { endpoint, credentials: emulatorKeys } = rootConfig(emulator);
  const settings = AwsIamSettings.parse({ endpoint, emulatorKeys, account: ACCOUNT, reportPollMs: 50 });
  return createAwsIam(settings, { clock: { now }, note: () => undefined });
}

let users = 0;
/** The key of somebody who also signs in at the console: it is reviewed by itself. */
async function scene(): Promise<ConnectorScene> {
  users += 1;
  const name = `person-${users}`;
  await account.addUser({ name, path: '/staff/', tags: { team: 'payments' }, password: true });
  return {
    connector: connect(),
    now,
    choose(identities) {
      const found = identities.find(({ nativeId }) => nativeId === `user/staff/${name}#access-key-1`);
      if (!found)
        throw new Error(`no ${name} among ${identities.map(({ nativeId }) => nativeId).join(', ')}`);
      return found;
    },
    vanish: () => account.deleteUser(name),
    close: async () => undefined,
  };
}

describeConnector('aws-iam on an emulator (a person’s key)', scene);

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
