import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createAwsSecretsManager } from '../../../lib/connectors/aws-secrets-manager/connector.ts';
import { AwsSecretsManagerSettings } from '../../../lib/connectors/aws-secrets-manager/settings.ts';
import type { Instant } from '../../../lib/domain/time.ts';
import { recordedAnswer } from '../aws/recorded.ts';
import { AwsFault, KEYS, type StandIn, startStandIn } from '../aws/stand-in.ts';
import { collect, type NewSecret, type Running, START, start, targetOf, VALUE } from './account.ts';

let running: Running | undefined;
let standIn: StandIn | undefined;
afterEach(async () => {
  await running?.standIn.close();
  await standIn?.close();
  running = undefined;
  standIn = undefined;
});

async function open(secrets: readonly NewSecret[], pageSize?: number): Promise<Running> {
  running = await start(secrets, pageSize);
  return running;
}

describe('a secret', () => {
  it('shows its rotation, its last use to the day, and who its tags say answers for it', async () => {
    const { connector } = await open([
      {
        name: 'prod/db',
        lastReadAt: '2026-02-27T00:00:00.000Z' as Instant,
        tags: { Owner: 'ada@example.com', team: 'payments', env: 'prod', repo: 'acme/shop' },
        fields: {
          Description: 'Database of the shop',
          RotationEnabled: true,
          LastRotatedDate: 1_771_891_200,
          NextRotationDate: 1_774_483_200,
        },
      },
    ]);

    const [secret] = (await collect(connector)).identities;

    expect(secret).toMatchObject({
      kind: 'secret',
      scope: '123456789012',
      nativeId: 'us-east-1/prod/db-AbCdEf',
      identityId: 'aws-secrets-manager/123456789012/secret/us-east-1/prod/db-AbCdEf',
      purpose: { value: 'Database of the shop', source: 'Secrets Manager Description' },
      environment: { value: 'prod' },
      boundTo: { value: 'acme/shop' },
      lastUse: { state: 'used', at: '2026-02-27T00:00:00.000Z', region: 'us-east-1' },
      protection: { protected: false },
      removalPath: { how: 'disable', reversible: true },
    });
    expect(secret?.ownerHints.map(({ role, value }) => [role, value])).toEqual([
      ['accountable', 'ada@example.com'],
      ['team', 'payments'],
    ]);
    expect(secret?.credentials).toMatchObject([
      {
        type: 'secret',
        status: 'active',
        lastRotatedAt: { value: '2026-02-24T00:00:00.000Z' },
        rotation: { automatic: { value: true }, nextAt: { value: '2026-03-26T00:00:00.000Z' } },
      },
    ]);
  });

  it('that was never read says never, and one that is replicated says unknown: other Regions were not looked in', async () => {
    const { connector } = await open([{ name: 'a' }, { name: 'b', fields: { PrimaryRegion: 'us-east-1' } }]);

    const { identities } = await collect(connector);

    expect(identities.map(({ lastUse }) => lastUse.state)).toEqual(['never', 'unknown']);
  });

  it('without rotation says so: that is a fact, not a gap', async () => {
    const { connector } = await open([{ name: 'by-hand' }]);

    const [secret] = (await collect(connector)).identities;

    expect(secret?.credentials[0]).toMatchObject({
      lastRotatedAt: { known: false },
      rotation: { automatic: { known: true, value: false }, nextAt: { known: false } },
    });
  });

  it('is protected when a service made it, when it is Countersign’s own, or break-glass', async () => {
    const { make } = await open([
      { name: 'rds!db-1', fields: { OwningService: 'rds' } },
      { name: 'by-tag', tags: { 'countersign:stage': 'production' } },
      { name: 'by-setting' },
      { name: 'glass', tags: { 'break-glass': 'yes' } },
      { name: 'plain' },
    ]);

    const { identities } = await collect(make({ ownSecrets: ['by-setting'] }));

    expect(identities.map(({ name, protection, traits }) => [name, protection.reason, traits])).toEqual([
      ['rds!db-1', 'made and governed by the AWS service rds', ['service-linked']],
      ['by-tag', 'Countersign itself works with it', ['own-infrastructure']],
      ['by-setting', 'Countersign itself works with it', ['own-infrastructure']],
      ['glass', 'declared break-glass by tag', ['break-glass']],
      ['plain', '', []],
    ]);
  });

  it('whose deletion is scheduled is listed as inactive', async () => {
    const { connector, secret } = await open([{ name: 'leaving' }]);
    secret('leaving').deletedAt = 1_800_000_000;

    const [identity] = (await collect(connector)).identities;

    expect(identity?.credentials[0]?.status).toBe('inactive');
  });
});

describe('a value', () => {
  it('is never asked for, and is nowhere even when somebody sends it', async () => {
    const { connector, notes, standIn } = await open([{ name: 'prod/db' }]);
    const target = await targetOf(connector, 'prod/db');
    const located = await connector.locate(target);
    if (located.found !== 'one') expect.fail(located.reason);
    const receipt = await connector.disable(target, located.state);
    const verified = await connector.verify(target, receipt.preImage, START);
    const { identities, report } = await collect(connector);

    expect(Object.keys(standIn.calls()).filter((action) => action.includes('GetSecretValue'))).toEqual([]);
    expect(JSON.stringify({ identities, report, located, receipt, verified, notes })).not.toContain(VALUE);
  });
});

describe('a collection', () => {
  it('goes through every page, once, with a call a page', async () => {
    const names = Array.from({ length: 7 }, (_, at) => ({ name: `secret-${at}` }));
    const { connector } = await open(names, 3);

    const { identities, report } = await collect(connector);

    expect(identities).toHaveLength(7);
    expect(report).toMatchObject({
      completeness: 'complete',
      identities: 7,
      credentials: 7,
      scope: '123456789012',
    });
    expect(report.calls.find(({ action }) => action === 'ListSecrets')).toMatchObject({ calls: 3, pages: 3 });
  });

  it('covers every Region of the settings, and no identity of one is taken for one of another', async () => {
    const { make } = await open([{ name: 'same' }, { name: 'same', region: 'eu-west-1' }]);

    const { identities } = await collect(make({ regions: ['us-east-1', 'eu-west-1'] }));

    expect(identities.map(({ nativeId }) => nativeId)).toEqual([
      'us-east-1/same-AbCdEf',
      'eu-west-1/same-AbCdEf',
    ]);
  });

  it('that is throttled tries again within its budget, and says so', async () => {
    const { connector, notes, standIn } = await open([{ name: 'a' }]);
    standIn.trouble('ListSecrets', 'throttled', 2);

    const { report } = await collect(connector);

    expect(report.completeness).toBe('complete');
    expect(notes).toHaveLength(2);
    expect(notes[0]).toMatch(/ListSecrets in us-east-1: ThrottlingException.*trying again/);
  });

  it('that is throttled for longer keeps the pages it has and is partial', async () => {
    const { connector, standIn } = await open([{ name: 'a' }, { name: 'b' }], 1);
    const collection = connector.collect();
    const names: string[] = [];
    for await (const { name } of collection.identities) {
      names.push(name);
      standIn.trouble('ListSecrets', 'throttled', 5);
    }

    expect(names).toEqual(['a']);
    expect(collection.report()).toMatchObject({ completeness: 'partial', identities: 1 });
    expect(collection.report().gaps.join()).toMatch(
      /us-east-1 was not read to its end .*ThrottlingException/,
    );
  });

  it('goes on in other Regions when one refuses, and is partial', async () => {
    const { make, standIn } = await open([{ name: 'far', region: 'eu-west-1' }]);
    standIn.trouble('ListSecrets', 'denied');

    const { identities, report } = await collect(make({ regions: ['us-east-1', 'eu-west-1'] }));

    expect(identities.map(({ name }) => name)).toEqual(['far']);
    expect(report.completeness).toBe('partial');
    expect(report.gaps.join()).toMatch(/us-east-1 .*AccessDeniedException/);
  });

  it('fails when nothing at all may be read: no secrets is not the same as no access', async () => {
    const { connector, standIn } = await open([{ name: 'a' }]);
    standIn.trouble('ListSecrets', 'denied');

    await expect(collect(connector)).rejects.toMatchObject({ code: 'DENIED', retryable: false });
  });

  it('fails on an answer that is none', async () => {
    const { connector, standIn } = await open([{ name: 'a' }]);
    standIn.trouble('ListSecrets', 'nonsense', 5);

    await expect(collect(connector)).rejects.toMatchObject({ name: 'UpstreamError' });
  });

  it('refuses to work in another account than the settings name', async () => {
    const { make } = await open([{ name: 'a' }]);

    await expect(collect(make({ account: '999999999999' }))).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('works as the role it is told to assume', async () => {
    const { make, standIn } = await open([{ name: 'a' }]);

    await collect(
      make({ assumeRole: { roleArn: 'arn:aws:iam::123456789012:role/member', externalId: 'e-1' } }),
    );

    expect(standIn.calls()).toMatchObject({ 'STS AssumeRole': 1, 'STS GetCallerIdentity': 1 });
  });
});

describe('answers recorded from AWS', () => {
  async function replaying(answers: Readonly<Record<string, { status: number; body: unknown }>>) {
    standIn = await startStandIn(({ action }) => {
      const recorded = answers[action];
      if (!recorded) throw new AwsFault('AccessDeniedException', `nothing recorded of ${action}`, 403);
      if (recorded.status === 200) return recorded.body;
      const { Error: fault } = recorded.body as { Error: { Code: string; Message: string } };
      throw new AwsFault(fault.Code, fault.Message, recorded.status);
    });
    const settings = {
      endpoint: standIn.endpoint,
      emulatorKeys: KEYS,
      attemptsPerRequest: 1,
      retryBudget: 0,
    };
    return createAwsSecretsManager(AwsSecretsManagerSettings.parse(settings), {
      clock: { now: () => START },
      note: () => undefined,
    });
  }

  it('of 2019, without dates of creation, are two secrets', async () => {
    const connector = await replaying({
      ListSecrets: await recordedAnswer('aws-secrets-manager/list-secrets.json'),
    });

    const { identities } = await collect(connector);

    expect(identities.map(({ createdAt, lastUse, name }) => [name, createdAt.known, lastUse.state])).toEqual([
      ['c7n-test-key', false, 'used'],
      ['foo', false, 'never'],
    ]);
    expect(identities[1]?.environment).toMatchObject({ value: 'Prod' });
  });

  it('of a secret that RDS manages are a protected one', async () => {
    const path = new URL('../../fixtures/aws-secrets-manager/list-secrets-managed.json', import.meta.url);
    const body: unknown = JSON.parse(await readFile(path, 'utf8'));
    const connector = await replaying({ ListSecrets: { status: 200, body } });

    const [secret] = (await collect(connector)).identities;

    expect(secret).toMatchObject({
      protection: { protected: true, reason: 'made and governed by the AWS service rds' },
      credentials: [{ rotation: { automatic: { value: true } } }],
    });
  });

  it('of a refusal name what was refused', async () => {
    const connector = await replaying({
      ListSecrets: await recordedAnswer('aws-secrets-manager/describe-secret-denied.json'),
    });

    await expect(collect(connector)).rejects.toThrow(/user\/test is not authorized to perform/);
  });
});
