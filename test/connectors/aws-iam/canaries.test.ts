// Verification by a live attempt, for keys whose secret somebody entrusted us with.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connector, VerificationResult } from '../../../lib/application/ports/connector.ts';
import { manifest } from '../../../lib/connectors/aws-iam/manifest.ts';
import { AwsIamSettings } from '../../../lib/connectors/aws-iam/settings.ts';
import { secretsNamed } from '../../../lib/connectors/secret-settings.ts';
import { InvalidInputError, UpstreamError } from '../../../lib/domain/errors.ts';
import { type Running, start, targetOf } from './account.ts';

let running: Running;
beforeEach(async () => {
  running = await start();
});
afterEach(async () => {
  await running.iam.close();
});

const keyId = (slot: number): string => running.iam.keysOf('deploy')[slot - 1]?.accessKeyId ?? '';

/** A connector entrusted with the secrets of these slots. */
function entrusted(
  slots: readonly number[],
  tell: (name: string) => Promise<string> = async (name) => running.iam.secretOf(name.replace('of-', '')),
): Connector {
  const canaries = Object.fromEntries(slots.map((slot) => [keyId(slot), `of-${keyId(slot)}`]));
  return running.make({ canaries }, tell);
}

async function verified(
  connector: Connector,
  nativeId: string,
  credentialId?: string,
): Promise<VerificationResult> {
  const target = await targetOf(connector, nativeId, credentialId);
  const located = await connector.locate(target);
  if (located.found !== 'one') throw new Error(located.reason);
  const { preImage } = await connector.disable(target, located.state);
  return connector.verify(target, preImage, running.now());
}

describe('a key that is a canary', () => {
  it('is refused once it is off, as the service itself says', async () => {
    const result = await verified(entrusted([2]), 'user/ci/deploy', 'access-key-2');

    expect(result).toMatchObject({ level: 'refused', drifted: false });
    expect(result.reasons.join()).toContain(
      `a live call signed with ${keyId(2)} was refused: InvalidClientTokenId`,
    );
    expect(running.iam.attempts().at(-1)).toMatchObject({
      action: 'GetCallerIdentity',
      accessKeyId: keyId(2),
      refusedAs: 'InvalidClientTokenId',
    });
  });

  it('may be kept as aws iam create-access-key printed it', async () => {
    const tell = async () =>
      JSON.stringify({ AccessKeyId: keyId(2), SecretAccessKey: running.iam.secretOf(keyId(2)) });

    expect(await verified(entrusted([2], tell), 'user/ci/deploy', 'access-key-2')).toMatchObject({
      level: 'refused',
    });
  });

  it('fails verification while it is still accepted, after waiting for the change to reach everywhere', async () => {
    const id = keyId(2);
    // Read back as off a moment ago, and accepted all the same.
    const connector = entrusted([2], async () => {
      running.iam.reactivate(id);
      return running.iam.secretOf(id);
    });

    const result = await verified(connector, 'user/ci/deploy', 'access-key-2');

    expect(result).toMatchObject({ level: 'failed', drifted: false });
    expect(result.reasons.join()).toMatch(
      /read back Inactive; .*a live call signed with AKIA\w+ was accepted/,
    );
    expect(running.waits.slice(-4)).toEqual([1_000, 2_000, 4_000, 8_000]);
  });

  it.each([
    [
      'its secret cannot be read',
      new UpstreamError({ provider: 'secrets', code: 'DENIED', retryable: false, message: 'denied' }),
    ],
    ['there is no such secret', new InvalidInputError({ code: 'BAD_SETTING', message: 'no such secret' })],
  ])('is confirmed only when %s', async (_what, failure) => {
    const tell = () => Promise.reject(failure);

    const result = await verified(entrusted([2], tell), 'user/ci/deploy', 'access-key-2');

    expect(result).toMatchObject({ level: 'confirmed' });
    expect(result.reasons.join()).toContain(failure.message);
  });

  it('is confirmed only when what is kept there is no secret, which is not told', async () => {
    const result = await verified(
      entrusted([2], async () => '{"password":"hush-hush"'),
      'user/ci/deploy',
      'access-key-2',
    );

    expect(result).toMatchObject({ level: 'confirmed' });
    expect(result.reasons.join()).toContain('is no secret access key');
    expect(JSON.stringify(result)).not.toContain('hush');
  });

  it('is confirmed only when the attempt is refused for another reason', async () => {
    const connector = entrusted([2], async () => {
      running.iam.failNext('GetCallerIdentity', 'AccessDenied');
      return running.iam.secretOf(keyId(2));
    });

    const result = await verified(connector, 'user/ci/deploy', 'access-key-2');

    expect(result).toMatchObject({ level: 'confirmed' });
    expect(result.reasons.join()).toContain('was refused for another reason: AccessDenied');
  });
});

describe('a user as a whole', () => {
  it('is refused only when each of its credentials was tried', async () => {
    const partly = await verified(entrusted([1]), 'user/ci/deploy');

    expect(partly.level).toBe('confirmed');
    expect(partly.reasons.join()).toContain('was refused: InvalidClientTokenId');
  });

  it('is refused when all it had was a canary', async () => {
    running.iam.createUser({
      userName: 'robot',
      createdAt: '2024-01-01T00:00:00Z',
      keys: [{ slot: 1, createdAt: '2024-01-01T00:00:00Z' }],
    });
    const id = running.iam.keysOf('robot')[0]?.accessKeyId ?? '';
    const connector = running.make({ canaries: { [id]: 'robot' } }, async () => running.iam.secretOf(id));

    expect(await verified(connector, 'user/robot')).toMatchObject({ level: 'refused' });
  });

  it('is confirmed, never refused, when everything was off before and nothing was tried', async () => {
    const target = await targetOf(running.connector, 'user/bob#access-key-2');
    const located = await running.connector.locate(target);
    if (located.found !== 'one') throw new Error(located.reason);
    const { preImage } = await running.connector.disable(target, located.state);

    expect(await running.connector.verify(target, preImage, running.now())).toMatchObject({
      level: 'confirmed',
    });
  });
});

describe('the setting', () => {
  it('names secrets and holds none', () => {
    const settings = { canaries: { AKIAIOSFODNN7EXAMPLE: 'env:CANARY_KEY' } };

    expect(secretsNamed(manifest, settings)).toEqual(['env:CANARY_KEY']);
    expect(AwsIamSettings.safeParse(settings).success).toBe(true);
    expect(AwsIamSettings.safeParse({ canaries: { 'not-a-key': 'env:X' } }).success).toBe(false);
  });
});
