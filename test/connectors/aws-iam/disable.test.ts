import { IAMClient, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Located, RemovalTarget } from '../../../lib/application/ports/connector.ts';
import { ObservedState, PreImage } from '../../../lib/domain/removal/pre-image.ts';
import { DAY_MS, HOUR_MS, plusMs } from '../../../lib/domain/time.ts';
import { ACCOUNT, type Running, start, targetOf } from './account.ts';

let running: Running;
beforeEach(async () => {
  running = await start();
});
afterEach(async () => {
  await running.iam.close();
});

async function stateOf(target: RemovalTarget): Promise<ObservedState> {
  const located = await running.connector.locate(target);
  if (located.found !== 'one') throw new Error(`${located.found}: ${located.reason}`);
  return ObservedState.parse(located.state);
}

async function switchOff(target: RemovalTarget) {
  const receipt = await running.connector.disable(target, await stateOf(target));
  return { ...receipt, preImage: PreImage.parse(receipt.preImage) };
}

const statuses = (user: string) => running.iam.keysOf(user).map(({ slot, status }) => [slot, status]);

describe('one stale key of two', () => {
  it('is switched off alone; the other key, used today, stays (cloud-custodian#5583, #6732)', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy', 'access-key-2');

    const { changed, preImage } = await switchOff(target);

    expect(changed).toBe(true);
    expect(statuses('deploy')).toEqual([
      [1, 'Active'],
      [2, 'Inactive'],
    ]);
    expect(preImage).toMatchObject({ wasEnabled: true, detail: { user: 'deploy' } });
    expect(running.iam.calls()).toMatchObject({ UpdateAccessKey: 1 });
    expect(running.iam.calls()['DeleteAccessKey']).toBeUndefined();
  });

  it('takes four calls: to find it, to see its last use, to look again, to switch it off', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy', 'access-key-2');
    const before = running.iam.attempts().length;

    await switchOff(target);

    const made = running.iam.attempts().slice(before);
    expect(made.map(({ action }) => action).filter((action) => action !== 'GetCallerIdentity')).toEqual([
      'ListAccessKeys',
      'GetAccessKeyLastUsed',
      'ListAccessKeys',
      'UpdateAccessKey',
    ]);
  });

  it('is confirmed after reading it back, and says until when sessions may live', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy', 'access-key-1');
    const { preImage } = await switchOff(target);
    const disabledAt = running.now();
    running.advance(HOUR_MS);

    const result = await running.connector.verify(target, preImage, disabledAt);

    expect(result).toMatchObject({ level: 'confirmed', drifted: false });
    expect(result.sessionsMayLiveUntil).toBe(plusMs(disabledAt, 36 * HOUR_MS));
    expect(result.reasons.join()).toMatch(/read back Inactive; IAM records no use after 2026-02-28/);
    running.advance(2 * DAY_MS);
    const later = await running.connector.verify(target, preImage, disabledAt);
    expect(later.sessionsMayLiveUntil).toBeUndefined();
  });

  it('is restored exactly', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy', 'access-key-2');
    const { preImage } = await switchOff(target);

    await running.connector.restore(target, preImage);
    const again = await running.connector.restore(target, preImage);

    expect(statuses('deploy')).toEqual([
      [1, 'Active'],
      [2, 'Active'],
    ]);
    expect(again.evidence).toEqual(['already as before']);
    expect(running.iam.calls()).toMatchObject({ UpdateAccessKey: 2 });
  });

  it('is not restored to active when it was inactive before', async () => {
    const target = await targetOf(running.connector, 'user/bob#access-key-2');
    const { changed, preImage } = await switchOff(target);

    await running.connector.restore(target, preImage);

    expect(changed).toBe(false);
    expect(preImage.wasEnabled).toBe(false);
    expect(running.iam.calls()['UpdateAccessKey']).toBeUndefined();
  });

  it('is deleted after quarantine, and not while it is active again', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy', 'access-key-2');
    const { preImage } = await switchOff(target);
    const id = running.iam.keysOf('deploy')[1]?.accessKeyId ?? '';

    running.iam.reactivate(id);
    await expect(running.connector.remove(target, preImage)).rejects.toMatchObject({
      code: 'ILLEGAL_TRANSITION',
    });
    await running.connector.disable(target, await stateOf(target));
    await running.connector.remove(target, preImage);
    const again = await running.connector.remove(target, preImage);

    expect(statuses('deploy')).toEqual([[1, 'Active']]);
    expect(again.evidence).toEqual([`access-key ${id} was gone already`]);
    await expect(running.connector.restore(target, preImage)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await running.connector.verify(target, preImage, running.now())).toMatchObject({
      level: 'confirmed',
    });
  });
});

describe('what the report does not show yet', () => {
  it('a use of today, hours after the report, is seen right before acting (cloud-custodian#6732)', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy', 'access-key-2');
    running.advance(2 * HOUR_MS);
    running.iam.useKey(running.iam.keysOf('deploy')[1]?.accessKeyId ?? '', 'sqs', 'eu-west-1');

    const state = await stateOf(target);

    expect(target.reviewed.credentials[1]?.lastUse).toMatchObject({ state: 'never' });
    expect(state.lastUse).toMatchObject({ state: 'used', at: running.now(), service: 'sqs' });
  });

  it('an old key that was never used is never used, not used on the day it was made (#3274, #9472)', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy', 'access-key-2');

    expect(target.reviewed.credentials[1]).toMatchObject({
      createdAt: { value: '2021-06-01T12:00:00.000Z' },
      lastUse: { state: 'never' },
    });
    expect((await stateOf(target)).lastUse).toEqual({ state: 'never', source: 'IAM GetAccessKeyLastUsed' });
  });
});

describe('a second run', () => {
  it('changes nothing and sends nothing again', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy', 'access-key-2');
    const state = await stateOf(target);
    const first = await running.connector.disable(target, state);

    const second = await running.connector.disable(target, state);

    expect([first.changed, second.changed]).toEqual([true, false]);
    expect(second.preImage).toEqual(first.preImage);
    expect(running.iam.calls()).toMatchObject({ UpdateAccessKey: 1 });
  });

  it('after a crash between AWS’s answer and our record still knows how to restore', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy', 'access-key-2');
    const recorded = JSON.parse(JSON.stringify(await stateOf(target))) as ObservedState;
    running.iam.failNext('UpdateAccessKey', 'lost-answer');
    await expect(running.connector.disable(target, recorded)).rejects.toMatchObject({ retryable: true });

    const rerun = await running.connector.disable(target, recorded);
    await running.connector.restore(target, rerun.preImage);

    expect(rerun).toMatchObject({ changed: false, preImage: { wasEnabled: true } });
    expect(statuses('deploy')[1]).toEqual([2, 'Active']);
  });
});

describe('drift', () => {
  it('a key switched back on fails verification and is reported as drift', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy', 'access-key-2');
    const { preImage } = await switchOff(target);
    running.iam.reactivate(running.iam.keysOf('deploy')[1]?.accessKeyId ?? '');

    const result = await running.connector.verify(target, preImage, running.now());

    expect(result).toMatchObject({ level: 'failed', drifted: true });
  });

  it('a use recorded after the switch-off fails verification', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy', 'access-key-2');
    const { preImage } = await switchOff(target);
    const disabledAt = plusMs(running.now(), -DAY_MS);
    const id = running.iam.keysOf('deploy')[1]?.accessKeyId ?? '';
    running.iam.reactivate(id);
    running.iam.useKey(id, 's3', 'eu-west-1');
    await running.connector.disable(target, await stateOf(target));

    const result = await running.connector.verify(target, preImage, disabledAt);

    expect(result).toMatchObject({ level: 'failed', drifted: false });
    expect(result.reasons.join()).toContain('after the switch-off');
  });

  it('does not pass off an unread last use as no use', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy', 'access-key-2');
    const { preImage } = await switchOff(target);
    running.iam.deny('iam:GetAccessKeyLastUsed');

    const result = await running.connector.verify(target, preImage, running.now());

    expect(result.level).toBe('confirmed');
    expect(result.reasons.join()).toContain('later use not looked at');
  });
});

describe('which key is meant', () => {
  it('is told by the second it was made', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy', 'access-key-2');

    const state = await stateOf(target);

    expect(state.label).toContain(running.iam.keysOf('deploy')[1]?.accessKeyId);
    expect(state.lastUse.state).toBe('never');
  });

  it('cannot be told when the key was replaced since the review', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy', 'access-key-2');
    const [credential] = target.reviewed.credentials.slice(1);
    const replaced = {
      ...target,
      reviewed: {
        ...target.reviewed,
        credentials: [
          {
            ...credential!,
            createdAt: { known: true as const, value: running.now(), source: 'IAM credential report' },
          },
        ],
      },
    };

    const located: Located = await running.connector.locate(replaced);

    expect(located).toMatchObject({ found: 'ambiguous', reason: expect.stringContaining('was replaced') });
  });

  it('cannot be told when both were made in the same second', async () => {
    await running.iam.close();
    const same = '2024-01-01T00:00:00Z';
    const twins = {
      userName: 'twins',
      createdAt: same,
      keys: [
        { slot: 1 as const, createdAt: same },
        { slot: 2 as const, createdAt: same },
      ],
    };
    running = await start({ ...ACCOUNT, users: [twins] });

    const located = await running.connector.locate(
      await targetOf(running.connector, 'user/twins', 'access-key-1'),
    );

    expect(located).toMatchObject({ found: 'ambiguous', reason: expect.stringContaining('cannot be told') });
  });

  it('is nothing when the user is gone', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy', 'access-key-2');
    const { preImage } = await switchOff(target);
    running.iam.deleteUser('deploy');

    expect(await running.connector.locate(target)).toMatchObject({ found: 'vanished' });
    expect(await running.connector.verify(target, preImage, running.now())).toMatchObject({
      level: 'confirmed',
    });
  });
});

describe('a whole console-less user', () => {
  it('loses every active credential, and gets exactly those back', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy');
    const { preImage, evidence } = await switchOff(target);

    const after = await stateOf(target);
    const verified = await running.connector.verify(target, preImage, running.now());
    await running.connector.restore(target, preImage);
    const back = await stateOf(target);

    // Four credentials, and the sessions made with the keys.
    expect(evidence).toHaveLength(5);
    expect(after.enabled).toBe(false);
    expect(verified).toMatchObject({ level: 'confirmed', drifted: false });
    expect(back.detail).toEqual(preImage.detail);
    expect((preImage.detail['credentials'] as unknown[]).length).toBe(4);
  });

  it('is held when it has a key the reviewer was not shown', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy');
    const shown = {
      ...target,
      reviewed: { ...target.reviewed, credentials: target.reviewed.credentials.slice(0, 1) },
    };

    expect(await running.connector.locate(shown)).toMatchObject({
      found: 'ambiguous',
      reason: expect.stringContaining('was not shown'),
    });
  });

  it('says what it was not allowed to look at', async () => {
    running.iam.deny('iam:ListSSHPublicKeys');
    const target = await targetOf(running.connector, 'user/ci/deploy');
    const { preImage } = await switchOff(target);

    const { reasons } = await running.connector.verify(target, preImage, running.now());

    expect(reasons.join()).toContain('not looked at: ssh-public-keys');
  });
});

describe('a service-specific credential', () => {
  it('is switched off and back on by its id', async () => {
    const whole = await targetOf(running.connector, 'user/ci/deploy');
    const credential = whole.reviewed.credentials.find(({ type }) => type === 'service-specific-credential');
    const target = { ...whole, credentialId: credential?.credentialId };
    const { preImage, changed } = await switchOff(target);

    const verified = await running.connector.verify(target, preImage, running.now());
    await running.connector.restore(target, preImage);

    expect(changed).toBe(true);
    expect(verified).toMatchObject({ level: 'confirmed', sessionsMayLiveUntil: undefined });
    expect((await stateOf(target)).enabled).toBe(true);
    expect(running.iam.calls()).toMatchObject({ UpdateServiceSpecificCredential: 2 });
  });
});

describe('a role', () => {
  it('is denied everything, which a simulation confirms, and gets its rights back', async () => {
    const target = await targetOf(running.connector, 'role/apps/batch');
    const { preImage } = await switchOff(target);
    const again = await running.connector.disable(target, await stateOf(target));

    const verified = await running.connector.verify(target, preImage, running.now());
    await running.connector.restore(target, preImage);
    const drifted = await running.connector.verify(target, preImage, running.now());

    expect(again.changed).toBe(false);
    expect(verified).toMatchObject({ level: 'refused', sessionsMayLiveUntil: undefined });
    expect(verified.reasons.join()).toContain('simulated, not attempted: explicitDeny');
    expect(drifted).toMatchObject({ level: 'failed', drifted: true });
    expect((await stateOf(target)).enabled).toBe(true);
  });

  it('gets back a policy that stood under the same name', async () => {
    const document = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }],
    });
    running.iam.addPolicy('role', 'batch', { policyName: 'CountersignDisabled', document });
    const target = await targetOf(running.connector, 'role/apps/batch');
    const { preImage, changed } = await switchOff(target);

    await running.connector.restore(target, preImage);

    expect(changed).toBe(true);
    expect((await stateOf(target)).detail['priorPolicy']).toBe(document);
  });

  it('claims no more than it saw when it may not simulate', async () => {
    const target = await targetOf(running.connector, 'role/apps/batch');
    const { preImage } = await switchOff(target);
    running.iam.deny('iam:SimulatePrincipalPolicy');

    expect(await running.connector.verify(target, preImage, running.now())).toMatchObject({
      level: 'confirmed',
    });
  });

  it('that a service owns cannot be edited, and that is said', async () => {
    const target = await targetOf(
      running.connector,
      'role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport',
    );

    await expect(switchOff(target)).rejects.toMatchObject({ name: 'RefusedError', code: 'NOT_SUPPORTED' });
  });

  it('is not deleted from here', async () => {
    const target = await targetOf(running.connector, 'role/apps/batch');
    const { preImage } = await switchOff(target);

    await expect(running.connector.remove(target, preImage)).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  });
});

describe('what is never switched off', () => {
  it.each([['user/emergency'], ['role/countersign']])('%s', async (nativeId) => {
    const target = await targetOf(running.connector, nativeId);
    const state = await stateOf(target);

    await expect(running.connector.disable(target, state)).rejects.toMatchObject({ code: 'PROTECTED' });
    await expect(
      running.connector.remove(target, {
        ...state,
        connector: 'aws-iam',
        wasEnabled: true,
        takenAt: state.observedAt,
      }),
    ).rejects.toMatchObject({ code: 'PROTECTED' });
  });

  it('its own role, even when the snapshot says it is not protected', async () => {
    const target = await targetOf(running.connector, 'role/countersign');
    const forged = {
      ...target,
      reviewed: { ...target.reviewed, protection: { protected: false, reason: '' } },
    };

    await expect(running.connector.disable(forged, await stateOf(target))).rejects.toMatchObject({
      code: 'PROTECTED',
    });
  });

  it('the root user and people', async () => {
    const person = await targetOf(running.connector, 'user/carol');
    const root = await targetOf(running.connector, 'root');

    await expect(running.connector.locate(person)).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    await expect(running.connector.locate(root)).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  });

  it('anything in another account', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy');
    const foreign = { ...target, reviewed: { ...target.reviewed, scope: '999999999999' } };

    await expect(running.connector.locate(foreign)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('anything by a record it did not write', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy');
    const state = { ...(await stateOf(target)), detail: { target: 'user', user: 'deploy' } };

    await expect(running.connector.disable(target, state)).rejects.toMatchObject({ name: 'IntegrityError' });
  });
});

describe('the switched-off key', () => {
  it('is really refused by the service', async () => {
    const target = await targetOf(running.connector, 'user/ci/deploy', 'access-key-1');
    const [key] = running.iam.keysOf('deploy');
    const accessKeyId = key?.accessKeyId ?? '';
    const client = new IAMClient({
      endpoint: running.iam.endpoint,
      region: 'us-east-1',
      maxAttempts: 1,
      credentials: { accessKeyId, secretAccessKey: running.iam.secretOf(accessKeyId) },
    });
    await switchOff(target);

    const attempt = client.send(
      new UpdateAccessKeyCommand({ UserName: 'deploy', AccessKeyId: accessKeyId, Status: 'Active' }),
    );

    await expect(attempt).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });
});
