// Secrets and certificates on an AWS that was not written for the connectors, where a resource policy really refuses.
import { ACMClient, DeleteCertificateCommand, RequestCertificateCommand } from '@aws-sdk/client-acm';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  ReplicateSecretToRegionsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connector, RemovalTarget } from '../../lib/application/ports/connector.ts';
import { createAwsAcm } from '../../lib/connectors/aws-acm/connector.ts';
import { AwsAcmSettings } from '../../lib/connectors/aws-acm/settings.ts';
import { createAwsSecretsManager } from '../../lib/connectors/aws-secrets-manager/connector.ts';
import { AwsSecretsManagerSettings } from '../../lib/connectors/aws-secrets-manager/settings.ts';
import { Instant } from '../../lib/domain/time.ts';
import { type ConnectorScene, describeConnector } from '../contracts/connector-contract.ts';
import { type ClientConfig, rootConfig, startServices } from '../support/aws/emulated-services.ts';
import { type AccessKey, openIamAccount } from '../support/aws/iam-account.ts';
import { ACCOUNT, type Ministack } from '../support/aws/start-ministack.ts';
import { JSON_ANSWERS, startFaultProxy } from '../support/fault-proxy.ts';

const FAR = 'eu-west-1';
const VALUE = 'correct-horse-battery-staple';

let emulator: Ministack;
let config: ClientConfig;
let secrets: SecretsManagerClient;
let certificates: ACMClient;
/** Somebody who may read every secret, as an application is. */
let reader: AccessKey;
beforeAll(async () => {
  emulator = await startServices('secrets');
  config = rootConfig(emulator);
  secrets = new SecretsManagerClient(config);
  certificates = new ACMClient(config);
  const account = openIamAccount(config);
  const [key] = await account.addUser({ name: 'svc-reader', may: ['secretsmanager:GetSecretValue'] });
  reader = key!;
});
afterAll(() => emulator.stop());

const now = (): Instant => Instant.parse(new Date().toISOString());
const context = { clock: { now }, note: () => undefined };
const common = () => {
  // Made anew: clients write into the credentials they are given.
  const { credentials, endpoint } = rootConfig(emulator);
  return { endpoint, emulatorKeys: credentials, account: ACCOUNT };
};
const secretsConnector = (): Connector =>
  createAwsSecretsManager(AwsSecretsManagerSettings.parse({ ...common(), regions: ['us-east-1'] }), context);
const acmConnector = (): Connector => createAwsAcm(AwsAcmSettings.parse(common()), context);

/** What the application gets: the value, or the name of the refusal. */
async function read(SecretId: string, region = config.region): Promise<string> {
  const client = new SecretsManagerClient({ ...config, region, credentials: reader, maxAttempts: 1 });
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? '';
  } catch (failure) {
    return failure instanceof Error ? failure.name : String(failure);
  } finally {
    client.destroy();
  }
}

let made = 0;
async function addSecret(replicas: readonly string[] = []): Promise<string> {
  made += 1;
  const Name = `app/secret-${made}`;
  await secrets.send(
    new CreateSecretCommand({
      Name,
      SecretString: VALUE,
      Tags: [{ Key: 'team', Value: 'payments' }],
    }),
  );
  const AddReplicaRegions = replicas.map((Region) => ({ Region }));
  if (replicas.length > 0) {
    await secrets.send(new ReplicateSecretToRegionsCommand({ SecretId: Name, AddReplicaRegions }));
  }
  return Name;
}

async function targetOf(connector: Connector, name: string): Promise<RemovalTarget> {
  for await (const reviewed of connector.collect().identities) {
    if (reviewed.name === name) return { identityId: reviewed.identityId, credentialId: undefined, reviewed };
  }
  throw new Error(`no ${name}`);
}

async function secretScene(): Promise<ConnectorScene> {
  const name = await addSecret();
  const proxy = await startFaultProxy(emulator.endpoint, JSON_ANSWERS);
  const settings = { ...common(), endpoint: proxy.endpoint, attemptsPerRequest: 1, retryBudget: 2 };
  return {
    connector: createAwsSecretsManager(
      AwsSecretsManagerSettings.parse(settings),
      context,
      async () => undefined,
    ),
    now,
    choose(identities) {
      const found = identities.find((identity) => identity.name === name);
      if (!found) throw new Error(`no ${name}`);
      return found;
    },
    vanish: async () => {
      await secrets.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true }));
    },
    async state() {
      const { DeletedDate } = await secrets.send(new DescribeSecretCommand({ SecretId: name }));
      const { ResourcePolicy } = await secrets.send(new GetResourcePolicyCommand({ SecretId: name }));
      return { deletedAt: DeletedDate, policy: ResourcePolicy, read: await read(name) };
    },
    faults: proxy,
    secrets: () => [VALUE],
    close: () => proxy.close(),
  };
}

async function certificateScene(): Promise<ConnectorScene> {
  const { CertificateArn = '' } = await certificates.send(
    new RequestCertificateCommand({ DomainName: 'shop.example.com', Tags: [{ Key: 'team', Value: 'shop' }] }),
  );
  return {
    connector: acmConnector(),
    now,
    choose(identities) {
      const found = identities.find(({ nativeId }) =>
        CertificateArn.endsWith(nativeId.slice('us-east-1/'.length)),
      );
      if (!found) throw new Error(`no ${CertificateArn}`);
      return found;
    },
    vanish: async () => {
      await certificates.send(new DeleteCertificateCommand({ CertificateArn }));
    },
    close: async () => undefined,
  };
}

describeConnector('aws-secrets-manager on an emulator', secretScene, { faults: true, throttling: true });
describeConnector('aws-acm on an emulator', certificateScene);

describe('a secret that the connector switched off', () => {
  it('is refused to whoever may read it otherwise; restored, it is read again', async () => {
    const name = await addSecret();
    const connector = secretsConnector();
    const target = await targetOf(connector, name);
    const located = await connector.locate(target);
    if (located.found !== 'one') expect.fail(located.reason);
    expect(await read(name)).toBe(VALUE);

    const { preImage } = await connector.disable(target, located.state);

    expect(await read(name)).toBe('AccessDeniedException');
    expect(await connector.verify(target, preImage, now())).toMatchObject({ level: 'confirmed' });

    await connector.restore(target, preImage);
    expect(await read(name)).toBe(VALUE);
  });

  it('is refused in the Region it is replicated to as well', async () => {
    const name = await addSecret([FAR]);
    const connector = secretsConnector();
    const target = await targetOf(connector, name);
    const located = await connector.locate(target);
    if (located.found !== 'one') expect.fail(located.reason);
    expect(await read(name, FAR)).toBe(VALUE);

    const { preImage } = await connector.disable(target, located.state);

    expect(await read(name, FAR)).toBe('AccessDeniedException');
    const { level, reasons } = await connector.verify(target, preImage, now());
    expect(level).toBe('confirmed');
    expect(reasons.join()).toContain(`read back in ${FAR}, too`);
    await expect(connector.remove(target, preImage)).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  });

  it('can be restored while AWS waits to delete it, and cannot once it has', async () => {
    const name = await addSecret();
    const connector = secretsConnector();
    const target = await targetOf(connector, name);
    const located = await connector.locate(target);
    if (located.found !== 'one') expect.fail(located.reason);
    const { preImage } = await connector.disable(target, located.state);
    await connector.remove(target, preImage);
    expect(await read(name)).not.toBe(VALUE);

    await connector.restore(target, preImage);
    expect(await read(name)).toBe(VALUE);

    await secrets.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true }));
    await expect(connector.restore(target, preImage)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('whose policy somebody replaced is found to be readable again', async () => {
    const name = await addSecret();
    const connector = secretsConnector();
    const target = await targetOf(connector, name);
    const located = await connector.locate(target);
    if (located.found !== 'one') expect.fail(located.reason);
    const { preImage } = await connector.disable(target, located.state);
    const ResourcePolicy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    await secrets.send(new PutResourcePolicyCommand({ SecretId: name, ResourcePolicy }));

    expect(await read(name)).toBe(VALUE);
    expect(await connector.verify(target, preImage, now())).toMatchObject({ level: 'failed', drifted: true });
  });
});
