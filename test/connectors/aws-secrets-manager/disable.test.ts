import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { RemovalTarget } from '../../../lib/application/ports/connector.ts';
import { ObservedState, PreImage } from '../../../lib/domain/removal/pre-image.ts';
import type { Instant } from '../../../lib/domain/time.ts';
import type { Trouble } from '../aws/stand-in.ts';
import { type NewSecret, type Running, START, start, targetOf } from './account.ts';

let running: Running;
afterEach(() => running.standIn.close());

async function open(secrets: readonly NewSecret[]): Promise<Running> {
  running = await start(secrets);
  return running;
}

async function stateOf(target: RemovalTarget): Promise<ObservedState> {
  const located = await running.connector.locate(target);
  if (located.found !== 'one') throw new Error(`${located.found}: ${located.reason}`);
  return ObservedState.parse(located.state);
}

async function switchOff(name: string) {
  const target = await targetOf(running.connector, name);
  const receipt = await running.connector.disable(target, await stateOf(target));
  return { target, ...receipt, preImage: PreImage.parse(JSON.parse(JSON.stringify(receipt.preImage))) };
}

const SHARED = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Share',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::210987654321:root' },
      Action: 'secretsmanager:GetSecretValue',
      Resource: '*',
    },
    {
      Sid: 'Keep',
      Effect: 'Deny',
      Principal: '*',
      Action: 'secretsmanager:DeleteSecret',
      Resource: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ],
});

describe('switching a secret off', () => {
  it('keeps everybody from reading it, and leaves every other statement of its policy alone', async () => {
    await open([{ name: 'prod/db', policy: SHARED }]);
    expect(running.tryReading('prod/db')).toBe('read');

    const { changed } = await switchOff('prod/db');

    expect(changed).toBe(true);
    expect(running.tryReading('prod/db')).toBe('AccessDeniedException');
    const { Statement } = JSON.parse(running.secret('prod/db').policy ?? '') as {
      Statement: { Sid: string }[];
    };
    expect(Statement.map(({ Sid }) => Sid)).toEqual(['Share', 'Keep', 'CountersignDisabled']);
  });

  it('deletes nothing: no window runs out in which it could still be restored', async () => {
    await open([{ name: 'prod/db' }]);

    await switchOff('prod/db');

    expect(running.standIn.calls()['DeleteSecret']).toBeUndefined();
    expect(running.secret('prod/db').deletedAt).toBeUndefined();
  });

  it('changes nothing when it is off already, by us or by others', async () => {
    await open([
      {
        name: 'denied',
        policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: {
            Effect: 'Deny',
            Principal: { AWS: ['*'] },
            Action: ['secretsmanager:Get*'],
            Resource: ['*'],
          },
        }),
      },
      { name: 'leaving' },
    ]);
    running.secret('leaving').deletedAt = 1_800_000_000;

    for (const name of ['denied', 'leaving']) {
      const { changed, preImage } = await switchOff(name);
      expect([name, changed, preImage.wasEnabled]).toEqual([name, false, false]);
    }
    expect(running.standIn.calls()['PutResourcePolicy']).toBeUndefined();
  });

  it.each([
    ['of some only', { Principal: { AWS: 'arn:aws:iam::123456789012:role/a' } }],
    ['of others', { NotPrincipal: { AWS: 'arn:aws:iam::123456789012:role/a' }, Principal: undefined }],
    ['under a condition', { Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
    ['of another act', { Action: 'secretsmanager:PutSecretValue' }],
    ['that allows', { Effect: 'Allow' }],
    ['of another resource', { Resource: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:else' }],
  ])('does not take a Deny %s for one that holds for everybody', async (_what, change) => {
    const statement = {
      Effect: 'Deny',
      Principal: '*',
      Action: 'secretsmanager:GetSecretValue',
      Resource: '*',
      ...change,
    };
    await open([
      { name: 'prod/db', policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) },
    ]);

    const { changed } = await switchOff('prod/db');

    expect(changed).toBe(true);
    expect(running.tryReading('prod/db')).toBe('AccessDeniedException');
  });

  it('refuses one that has come to belong to a service or to Countersign since it was reviewed', async () => {
    await open([{ name: 'prod/db' }]);
    const target = await targetOf(running.connector, 'prod/db');
    const state = await stateOf(target);
    const own = running.make({ ownSecrets: ['prod/db'] });

    await expect(own.disable(target, state)).rejects.toMatchObject({ code: 'PROTECTED' });
    expect(running.tryReading('prod/db')).toBe('read');
  });

  it('does not touch a later secret of the same name', async () => {
    await open([{ name: 'prod/db' }]);
    const target = await targetOf(running.connector, 'prod/db');
    running.kept.splice(0);
    running.add({ name: 'prod/db', suffix: 'NewOne' });

    expect(await running.connector.locate(target)).toMatchObject({ found: 'vanished' });
  });

  it('refuses a replica by naming where the secret was made', async () => {
    await open([{ name: 'copy', fields: { PrimaryRegion: 'eu-west-1' } }]);
    const target = await targetOf(running.connector, 'copy');

    expect(target.reviewed.removalPath).toMatchObject({ how: 'manual' });
    await expect(running.connector.locate(target)).rejects.toThrow(/where it was made, in eu-west-1/);
  });

  it('refuses another account', async () => {
    await open([{ name: 'prod/db' }]);
    const target = await targetOf(running.connector, 'prod/db');
    const elsewhere = { ...target, reviewed: { ...target.reviewed, scope: '999999999999' } };

    await expect(running.connector.locate(elsewhere)).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

describe('restoring', () => {
  it('gives back the policy to the letter', async () => {
    await open([{ name: 'prod/db', policy: SHARED }, { name: 'plain' }]);

    for (const [name, before] of [
      ['prod/db', SHARED],
      ['plain', undefined],
    ] as const) {
      const { preImage, target } = await switchOff(name);
      await running.connector.restore(target, preImage);
      expect(running.secret(name).policy).toBe(before);
      expect(await running.connector.restore(target, preImage)).toEqual({ evidence: ['already as before'] });
    }
  });

  it('is the inverse of switching off, whatever the policy was', async () => {
    await open([{ name: 'prod/db' }]);
    const target = await targetOf(running.connector, 'prod/db');
    const statement = fc.record(
      {
        Sid: fc.constantFrom('A', 'B', 'CountersignDisabled'),
        Effect: fc.constantFrom('Allow', 'Deny'),
        Principal: fc.constantFrom<unknown>('*', { AWS: '*' }, { AWS: ['arn:aws:iam::210987654321:root'] }),
        Action: fc.constantFrom<unknown>('secretsmanager:GetSecretValue', ['secretsmanager:*'], '*'),
        Resource: fc.constantFrom<unknown>('*', ['*'], 'arn:other'),
        Condition: fc.constant({ Bool: { 'aws:SecureTransport': 'false' } }),
      },
      { requiredKeys: ['Effect', 'Principal', 'Action', 'Resource'] },
    );
    const policy = fc.oneof(
      fc.constant(undefined),
      fc
        .record({
          Version: fc.constant('2012-10-17'),
          Statement: fc.array(statement, { minLength: 1, maxLength: 4 }),
        })
        .map((made) => JSON.stringify(made, null, 2)),
      statement.map((only) => JSON.stringify({ Statement: only })),
    );

    await fc.assert(
      fc.asyncProperty(policy, fc.boolean(), async (before, twice) => {
        running.secret('prod/db').policy = before;
        const state = await stateOf(target);
        const { preImage } = await running.connector.disable(target, state);
        if (twice) await running.connector.disable(target, state);
        expect(await running.connector.verify(target, preImage, START)).toMatchObject({ level: 'confirmed' });
        await running.connector.restore(target, preImage);
        expect(running.secret('prod/db').policy).toBe(before);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps what others changed in the policy meanwhile, and says so', async () => {
    await open([{ name: 'prod/db', policy: SHARED }]);
    const { preImage, target } = await switchOff('prod/db');
    const secret = running.secret('prod/db');
    const document = JSON.parse(secret.policy ?? '') as { Statement: object[] };
    const added = {
      Sid: 'Audit',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::333333333333:root' },
      Action: 'secretsmanager:DescribeSecret',
      Resource: '*',
    };
    secret.policy = JSON.stringify({ ...document, Statement: [added, ...document.Statement] });

    const { evidence } = await running.connector.restore(target, preImage);

    expect(evidence.join()).toMatch(/changed by others/);
    expect(running.tryReading('prod/db')).toBe('read');
    expect(secret.policy).toContain('Audit');
    expect(secret.policy).not.toContain('CountersignDisabled');
  });

  it('takes back a deletion that was scheduled since', async () => {
    await open([{ name: 'prod/db', policy: SHARED }]);
    const { preImage, target } = await switchOff('prod/db');
    await running.connector.remove(target, preImage);

    await running.connector.restore(target, preImage);

    expect(running.secret('prod/db')).toMatchObject({ deletedAt: undefined, policy: SHARED });
  });

  it('leaves scheduled for deletion what was so before', async () => {
    await open([{ name: 'leaving' }]);
    running.secret('leaving').deletedAt = 1_800_000_000;
    const { preImage, target } = await switchOff('leaving');

    await running.connector.restore(target, preImage);

    expect(running.secret('leaving').deletedAt).toBe(1_800_000_000);
  });

  it('cannot bring back what AWS has deleted', async () => {
    await open([{ name: 'prod/db' }]);
    const { preImage, target } = await switchOff('prod/db');
    running.kept.splice(0);

    await expect(running.connector.restore(target, preImage)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('verifying', () => {
  it('reads the policy back and claims no more than that', async () => {
    await open([{ name: 'prod/db' }]);
    const { preImage, target } = await switchOff('prod/db');

    const result = await running.connector.verify(target, preImage, START);

    expect(result).toMatchObject({ level: 'confirmed', drifted: false, sessionsMayLiveUntil: undefined });
    expect(result.reasons.join('; ')).toMatch(
      /read back in us-east-1.*was not attempted.*copies read before live on/,
    );
  });

  it('finds a policy that somebody took away', async () => {
    await open([{ name: 'prod/db' }]);
    const { preImage, target } = await switchOff('prod/db');
    running.secret('prod/db').policy = undefined;

    expect(await running.connector.verify(target, preImage, START)).toMatchObject({
      level: 'failed',
      drifted: true,
    });
  });

  it('fails when a later read is recorded', async () => {
    await open([{ name: 'prod/db', lastReadAt: '2026-02-27T00:00:00.000Z' as Instant }]);
    const { preImage, target } = await switchOff('prod/db');
    expect(await running.connector.verify(target, preImage, START)).toMatchObject({ level: 'confirmed' });

    running.secret('prod/db').lastReadAt = Date.UTC(2026, 2, 3) / 1000;

    expect(await running.connector.verify(target, preImage, START)).toMatchObject({
      level: 'failed',
      drifted: false,
    });
  });

  it('looks at replicas, and one that may not be looked at is not called verified', async () => {
    await open([{ name: 'prod/db', replicas: ['eu-west-1'] }]);
    const { preImage, target } = await switchOff('prod/db');
    const whole = await running.connector.verify(target, preImage, START);
    expect(whole.level).toBe('confirmed');
    expect(whole.reasons.join()).toMatch(/read back in eu-west-1, too/);

    running.standIn.trouble('GetResourcePolicy in eu-west-1', 'denied');
    const half = await running.connector.verify(target, preImage, START);
    expect(half.level).toBe('unchecked');
    expect(half.reasons.join()).toMatch(/eu-west-1 was not looked at/);
    running.standIn.trouble('GetResourcePolicy in eu-west-1', 'throttled');
    await expect(running.connector.verify(target, preImage, START)).rejects.toMatchObject({
      retryable: true,
    });
  });

  it('finds a replica that the policy has not come to', async () => {
    await open([{ name: 'prod/db', replicas: ['eu-west-1'] }]);
    const { preImage, target } = await switchOff('prod/db');
    running.secret('prod/db').lagging.add('eu-west-1');

    const result = await running.connector.verify(target, preImage, START);

    expect(result).toMatchObject({ level: 'failed', drifted: false });
    expect(result.reasons.join()).toMatch(/replica in eu-west-1 can still be read/);
  });

  it('calls a deletion that is under way off', async () => {
    await open([{ name: 'prod/db' }]);
    const { preImage, target } = await switchOff('prod/db');
    await running.connector.remove(target, preImage);

    expect(await running.connector.verify(target, preImage, START)).toMatchObject({ level: 'confirmed' });
    running.kept.splice(0);
    expect(await running.connector.verify(target, preImage, START)).toMatchObject({ level: 'confirmed' });
  });
});

describe('deleting', () => {
  it('is a schedule with 30 days to take it back, made once', async () => {
    await open([{ name: 'prod/db' }]);
    const { preImage, target } = await switchOff('prod/db');

    const { evidence } = await running.connector.remove(target, preImage);
    const again = await running.connector.remove(target, preImage);

    expect(evidence.join()).toMatch(/AWS deletes it after 2026-03-31T09:00:00.000Z/);
    expect(again.evidence.join()).toMatch(/scheduled already/);
    expect(running.standIn.calls()).toMatchObject({ DeleteSecret: 1 });
  });

  it('is refused while it can be read again, and while it has replicas', async () => {
    await open([{ name: 'prod/db' }, { name: 'replicated', replicas: ['eu-west-1', 'eu-central-1'] }]);
    const read = await switchOff('prod/db');
    running.secret('prod/db').policy = undefined;
    const replicated = await switchOff('replicated');

    await expect(running.connector.remove(read.target, read.preImage)).rejects.toMatchObject({
      code: 'ILLEGAL_TRANSITION',
    });
    await expect(running.connector.remove(replicated.target, replicated.preImage)).rejects.toThrow(
      /replicated to eu-central-1, eu-west-1/,
    );
    expect(running.standIn.calls()['DeleteSecret']).toBeUndefined();
  });
});

describe('AWS failing', () => {
  const KINDS: readonly Trouble[] = ['throttled', 'outage', 'lost-answer', 'denied'];

  it.each(
    ['STS GetCallerIdentity', 'DescribeSecret', 'GetResourcePolicy', 'PutResourcePolicy'].flatMap((action) =>
      KINDS.map((kind) => [action, kind] as const),
    ),
  )('at %s (%s) leaves a switch-off that can be repeated and restored', async (action, kind) => {
    await open([{ name: 'prod/db', policy: SHARED }]);
    const target = await targetOf(running.connector, 'prod/db');
    const state = JSON.parse(JSON.stringify(await stateOf(target))) as ObservedState;
    running.standIn.trouble(action, kind);
    const fresh = running.make();
    await expect(fresh.disable(target, state)).rejects.toMatchObject({
      name: 'UpstreamError',
      retryable: kind !== 'denied',
    });

    const { preImage } = await running.make().disable(target, state);

    expect(running.tryReading('prod/db')).toBe('AccessDeniedException');
    await running.connector.restore(target, preImage);
    expect(running.secret('prod/db').policy).toBe(SHARED);
  });

  it.each(
    ['DescribeSecret', 'GetResourcePolicy', 'PutResourcePolicy', 'RestoreSecret'].flatMap((action) =>
      KINDS.map((kind) => [action, kind] as const),
    ),
  )('at %s (%s) while restoring: a second try restores exactly', async (action, kind) => {
    await open([{ name: 'prod/db', policy: SHARED }]);
    const { preImage, target } = await switchOff('prod/db');
    await running.connector.remove(target, preImage);
    running.standIn.trouble(action, kind);
    await expect(running.connector.restore(target, preImage)).rejects.toMatchObject({
      name: 'UpstreamError',
    });

    await running.connector.restore(target, preImage);

    expect(running.secret('prod/db')).toMatchObject({ policy: SHARED, deletedAt: undefined });
  });

  it('after a deletion took effect: the second try schedules no second one', async () => {
    await open([{ name: 'prod/db' }]);
    const { preImage, target } = await switchOff('prod/db');
    running.standIn.trouble('DeleteSecret', 'lost-answer');
    await expect(running.connector.remove(target, preImage)).rejects.toMatchObject({ retryable: true });

    await running.connector.remove(target, preImage);

    expect(running.standIn.calls()).toMatchObject({ DeleteSecret: 1 });
  });

  it('to answer at all is given up, and can be tried again', async () => {
    await open([{ name: 'prod/db' }]);
    const target = await targetOf(running.connector, 'prod/db');
    const state = await stateOf(target);
    running.standIn.trouble('PutResourcePolicy', 'silence');

    await expect(running.make({ requestTimeoutMs: 100 }).disable(target, state)).rejects.toMatchObject({
      code: 'TIMEOUT',
      retryable: true,
    });
  });

  it('a state this connector did not write is refused', async () => {
    await open([{ name: 'prod/db' }]);
    const { preImage, target } = await switchOff('prod/db');

    await expect(
      running.connector.restore(target, { ...preImage, detail: { user: 'x' } }),
    ).rejects.toMatchObject({ code: 'CORRUPT_RECORD' });
  });
});
