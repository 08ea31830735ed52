// A user cut as a whole: its sessions with it; and what happens when only part of it can be done.
import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  DeleteUserPolicyCommand,
  GetUserPolicyCommand,
  IAMClient,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RemovalTarget } from '../../../lib/application/ports/connector.ts';
import { UserState } from '../../../lib/connectors/aws-iam/target-state.ts';
import type { ObservedState } from '../../../lib/domain/removal/pre-image.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, plusMs } from '../../../lib/domain/time.ts';
import { ACCOUNT, type Running, start, targetOf } from './account.ts';

const SESSION_POLICY = 'CountersignSessionsRevoked';

let running: Running;
let direct: IAMClient;
const begin = async (...args: Parameters<typeof start>): Promise<void> => {
  running = await start(...args);
  const { endpoint, operatorCredentials: credentials } = running.iam;
  direct = new IAMClient({ endpoint, region: 'us-east-1', credentials });
};
beforeEach(() => begin());
afterEach(async () => {
  direct.destroy();
  await running.iam.close();
});

async function stateOf(target: RemovalTarget): Promise<ObservedState> {
  const located = await running.connector.locate(target);
  if (located.found !== 'one') throw new Error(`${located.found}: ${located.reason}`);
  return located.state;
}

async function switchOff(target: RemovalTarget) {
  return running.connector.disable(target, await stateOf(target));
}

async function sessionPolicy(): Promise<string | undefined> {
  try {
    const command = new GetUserPolicyCommand({ UserName: 'deploy', PolicyName: SESSION_POLICY });
    return decodeURIComponent((await direct.send(command)).PolicyDocument ?? '');
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchEntityException') return undefined;
    throw error;
  }
}

/** What IAM decides for a call of the user, made with a session of that time or, without one, with the key itself. */
async function decisionFor(sessionMadeAt?: string): Promise<string | undefined> {
  const entry = {
    ContextKeyName: 'aws:TokenIssueTime',
    ContextKeyType: 'date' as const,
    ContextKeyValues: [sessionMadeAt ?? ''],
  };
  const answer = await direct.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: 'arn:aws:iam::123456789012:user/ci/deploy',
      ActionNames: ['s3:ListAllMyBuckets'],
      ...(sessionMadeAt !== undefined && { ContextEntries: [entry] }),
    }),
  );
  return answer.EvaluationResults?.[0]?.EvalDecision;
}

describe('sessions of a user cut as a whole', () => {
  it('are refused by the time they were made, those made while IAM settles included; later ones and keys are not', async () => {
    await switchOff(await targetOf(running.connector, 'user/ci/deploy'));

    expect(await decisionFor(plusMs(running.now(), -HOUR_MS))).toBe('explicitDeny');
    expect(await decisionFor(plusMs(running.now(), 10 * MINUTE_MS))).toBe('explicitDeny');
    expect(await decisionFor(plusMs(running.now(), DAY_MS))).not.toBe('explicitDeny');
    expect(await decisionFor()).not.toBe('explicitDeny');
  });

  it('do not live on, and verification says why', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy');
    const { preImage } = await switchOff(target);

    const result = await running.connector.verify(target, preImage, running.now());

    expect(result.level).toBe('confirmed');
    expect(result.reasons.join()).toMatch(
      /sessions made before 2026-03-01T09:15:00.000Z are refused by policy, read back/,
    );
  });

  it('may have assumed roles, whose sessions are the roles’ own: those may live 12 hours, and that is said', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy');
    const { preImage } = await switchOff(target);
    const disabledAt = running.now();

    const now = await running.connector.verify(target, preImage, disabledAt);
    running.advance(13 * HOUR_MS);
    const tomorrow = await running.connector.verify(target, preImage, disabledAt);

    expect(now.sessionsMayLiveUntil).toBe(plusMs(disabledAt, 12 * HOUR_MS));
    expect(now.reasons.join()).toContain('sessions of roles it assumed');
    expect(tomorrow.sessionsMayLiveUntil).toBeUndefined();
  });

  it('may live on when somebody took the policy off', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy');
    const { preImage } = await switchOff(target);
    await direct.send(new DeleteUserPolicyCommand({ UserName: 'deploy', PolicyName: SESSION_POLICY }));

    const result = await running.connector.verify(target, preImage, running.now());

    expect(result.sessionsMayLiveUntil).toBe(plusMs(running.now(), 36 * HOUR_MS));
    expect(result.reasons.join()).toContain('they live on');
  });

  it('stay when one key is cut and the other may need them: until when is said', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy', 'access-key-2');
    const { preImage } = await switchOff(target);

    const result = await running.connector.verify(target, preImage, running.now());

    expect(await sessionPolicy()).toBeUndefined();
    expect(result.sessionsMayLiveUntil).toBe(plusMs(running.now(), 36 * HOUR_MS));
  });

  it.each([['iam:PutUserPolicy'], ['iam:GetUserPolicy']])(
    'stay when %s is not granted: the credentials are off all the same',
    async (permission) => {
      running.iam.deny(permission);
      const target = await targetOf(running.connector, 'user/ci/deploy');
      const { preImage, changed } = await switchOff(target);

      const result = await running.connector.verify(target, preImage, running.now());

      expect(changed).toBe(true);
      expect(running.iam.keysOf('deploy').map(({ status }) => status)).toEqual(['Inactive', 'Inactive']);
      expect(result).toMatchObject({ level: 'confirmed' });
      expect(result.sessionsMayLiveUntil).toBe(plusMs(running.now(), 36 * HOUR_MS));
    },
  );

  it('stay when the user has no room for another policy, which trying again cannot help', async () => {
    const resource = Array.from({ length: 40 }, (_, at) => `arn:aws:s3:::bucket-number-${at}-of-the-shop/*`);
    running.iam.addPolicy('user', 'deploy', {
      policyName: 'large',
      document: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: resource }],
      },
    });
    const target = await targetOf(running.connector, 'user/ci/deploy');

    const { changed, evidence } = await switchOff(target);

    expect(changed).toBe(true);
    expect(evidence.join()).toMatch(/sessions not cut \(PutUserPolicy: LimitExceeded/);
  });

  it('are cut anew when the first try broke off long before its repetition', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy');
    const recorded = await stateOf(target);
    running.iam.failNext('UpdateAccessKey', 'ServiceFailure');
    await expect(running.connector.disable(target, recorded)).rejects.toThrow(
      /UpdateAccessKey: .*; done before that: sessions cut/,
    );
    running.advance(HOUR_MS);

    await running.connector.disable(target, await stateOf(target));

    expect(await sessionPolicy()).toContain('2026-03-01T10:15:00.000Z');
  });

  it('are no longer refused once the user is deleted for good and they have ended by themselves', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy');
    const { preImage } = await switchOff(target);
    running.advance(30 * DAY_MS);

    await running.connector.remove(target, preImage);

    expect(await sessionPolicy()).toBeUndefined();
    expect(running.iam.keysOf('deploy')).toEqual([]);
  });
});

describe('half a switch-off', () => {
  it('names what was done before it broke off', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy');
    const state = await stateOf(target);
    running.iam.failNext('UpdateSigningCertificate', 'ServiceUnavailable');
    const [first, second] = running.iam.keysOf('deploy').map(({ accessKeyId }) => accessKeyId);

    await expect(running.connector.disable(target, state)).rejects.toMatchObject({
      name: 'UpstreamError',
      retryable: true,
      message: expect.stringContaining(`access-key ${first} Inactive, access-key ${second} Inactive`),
    });
  });

  it('goes on past a credential that was deleted in between', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy');
    const state = await stateOf(target);
    const [first] = running.iam.keysOf('deploy');
    await direct.send(
      new DeleteAccessKeyCommand({ UserName: 'deploy', AccessKeyId: first?.accessKeyId ?? '' }),
    );

    const { changed, evidence } = await running.connector.disable(target, state);

    expect(changed).toBe(true);
    expect(evidence).toContain(`access-key ${first?.accessKeyId} no longer exists`);
    expect((await stateOf(target)).enabled).toBe(false);
  });
});

describe('a restoring that cannot be whole', () => {
  it('puts back everything else first, then says what is lost', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy');
    const { preImage } = await switchOff(target);
    const [first] = running.iam.keysOf('deploy');
    await direct.send(
      new DeleteAccessKeyCommand({ UserName: 'deploy', AccessKeyId: first?.accessKeyId ?? '' }),
    );

    await expect(running.connector.restore(target, preImage)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: `access-key ${first?.accessKeyId} of user deploy no longer exists: it cannot be restored; everything else is as before`,
    });
    expect(running.iam.keysOf('deploy')).toMatchObject([{ slot: 2, status: 'Active' }]);
    expect(await sessionPolicy()).toBeUndefined();
  });

  it('leaves what has expired meanwhile, and says so', async () => {
    await running.iam.close();
    const made = '2024-01-01T00:00:00Z';
    const credential = { serviceName: 'bedrock.amazonaws.com', createdAt: made, status: 'Expired' as const };
    await begin({
      ...ACCOUNT,
      users: [{ userName: 'aged', createdAt: made, serviceCredentials: [credential] }],
    });
    const target = await targetOf(running.connector, 'user/aged');
    const state = await stateOf(target);
    const { preImage, changed } = await running.connector.disable(target, state);
    const [was] = UserState.parse(state.detail).credentials;
    const before = {
      ...preImage,
      detail: { ...preImage.detail, credentials: [{ ...was!, status: 'Active' }] },
    };

    const { evidence } = await running.connector.restore(target, before);

    expect(changed).toBe(false);
    expect(evidence).toEqual([`service-specific-credential ${was?.id} has expired since, and stays so`]);
    expect(running.iam.calls()['UpdateServiceSpecificCredential']).toBeUndefined();
  });

  it('leaves a policy that somebody else put there meanwhile', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy');
    const { preImage } = await switchOff(target);
    const document = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }],
    };
    running.iam.addPolicy('user', 'deploy', { policyName: SESSION_POLICY, document });

    await running.connector.restore(target, preImage);

    expect(await sessionPolicy()).toBe(JSON.stringify(document));
  });
});

describe('a credential made since the review', () => {
  it('holds the switch-off of a user that had none', async () => {
    await running.iam.close();
    await begin({ ...ACCOUNT, users: [{ userName: 'bare', createdAt: '2024-01-01T00:00:00Z' }] });
    const target = await targetOf(running.connector, 'user/bare');
    running.advance(HOUR_MS);
    await direct.send(new CreateAccessKeyCommand({ UserName: 'bare' }));

    expect(await running.connector.locate(target)).toMatchObject({
      found: 'ambiguous',
      reason: expect.stringContaining('was not shown'),
    });
  });

  it('after the switch-off is drift', async () => {
    const target = await targetOf(running.connector, 'user/emergency');
    const open = {
      ...target,
      reviewed: { ...target.reviewed, protection: { protected: false, reason: '' } },
    };
    const { preImage } = await switchOff(open);
    await direct.send(new CreateAccessKeyCommand({ UserName: 'emergency' }));

    expect(await running.connector.verify(open, preImage, running.now())).toMatchObject({
      level: 'failed',
      drifted: true,
      reasons: expect.arrayContaining([
        expect.stringMatching(/access-key AKIA\w+ was made since and is Active/),
      ]),
    });
  });
});

describe('a role of the same name made since the review', () => {
  const replaced = async (target: RemovalTarget): Promise<RemovalTarget> => ({
    ...target,
    reviewed: {
      ...target.reviewed,
      createdAt: {
        known: true,
        value: plusMs(running.now(), -900 * DAY_MS),
        source: 'IAM authorization details',
      },
    },
  });

  it('is not taken for the one reviewed', async () => {
    const target = await replaced(await targetOf(running.connector, 'role/apps/batch'));

    expect(await running.connector.locate(target)).toMatchObject({
      found: 'ambiguous',
      reason: expect.stringContaining('was replaced'),
    });
  });

  it('neither loses nor gets back anything by a record of the earlier one', async () => {
    const target = await targetOf(running.connector, 'role/apps/batch');
    const state = await stateOf(target);
    const earlier = { ...state, detail: { ...state.detail, createdAt: '2020-01-01T00:00:00.000Z' } };
    const preImage = {
      connector: 'aws-iam',
      label: '',
      wasEnabled: true,
      takenAt: state.observedAt,
      detail: earlier.detail,
    };

    await expect(running.connector.disable(target, earlier)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(running.connector.restore(target, preImage)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(running.iam.calls()['PutRolePolicy']).toBeUndefined();
  });

  it('does not stand in the way of a record from before their time of making was kept', async () => {
    const target = await targetOf(running.connector, 'role/apps/batch');
    const state = await stateOf(target);
    const { createdAt: _kept, ...detail } = state.detail;

    const { preImage } = await running.connector.disable(target, { ...state, detail });
    await running.connector.restore(target, preImage);

    expect((await stateOf(target)).enabled).toBe(true);
  });
});
