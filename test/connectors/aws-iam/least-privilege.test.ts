// Each act gets along with the permissions its manifest names for it, and with no others.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manifest } from '../../../lib/connectors/aws-iam/manifest.ts';
import { collect, type Running, start, targetOf } from './account.ts';

let running: Running;
beforeEach(async () => {
  running = await start();
});
afterEach(async () => {
  await running.iam.close();
});

type Purpose = (typeof manifest.permissions)[number]['for'];
const EVERY_ACTION = new Set(manifest.permissions.map(({ action }) => action));

/** Whoever acts from now on may do what the manifest names for this, and nothing else. */
function allowOnly(purpose: Purpose): void {
  const granted = new Set(
    manifest.permissions.flatMap((each) => (each.for === purpose ? [each.action] : [])),
  );
  for (const action of EVERY_ACTION) {
    if (granted.has(action)) running.iam.allow(action);
    else running.iam.deny(action);
  }
}

function refusals(): string[] {
  return running.iam
    .attempts()
    .flatMap(({ action, refusedAs }) => (refusedAs === 'AccessDenied' ? [action] : []));
}

describe.each(['user/ci/deploy', 'user/bob#access-key-1', 'role/apps/batch'])('%s', (nativeId) => {
  it('is collected, switched off, verified, restored and deleted, each by somebody who may do that alone', async () => {
    allowOnly('collect');
    const target = await targetOf(running.connector, nativeId);
    allowOnly('disable');
    const located = await running.connector.locate(target);
    if (located.found !== 'one') expect.fail(located.reason);
    const { preImage } = await running.connector.disable(target, located.state);
    allowOnly('verify');
    const verified = await running.connector.verify(target, preImage, running.now());
    allowOnly('restore');
    await running.connector.restore(target, preImage);
    allowOnly('disable');
    await running.connector.disable(target, located.state);
    allowOnly('remove');
    const removes = manifest.capabilities.remove[target.reviewed.kind]?.how === 'automatic';
    if (removes) await running.connector.remove(target, preImage);

    expect(verified.reasons.join()).not.toMatch(/not looked at|not simulated/);
    expect(refusals()).toEqual([]);
  });
});

it('names no permission that nothing uses', async () => {
  for (const nativeId of ['user/ci/deploy', 'role/apps/batch', 'role/young']) {
    const target = await targetOf(running.connector, nativeId);
    const ours = { policyName: 'CountersignDisabled', document: { Version: '2012-10-17', Statement: [] } };
    if (nativeId === 'role/young') running.iam.addPolicy('role', 'young', ours);
    const located = await running.connector.locate(target);
    if (located.found !== 'one') expect.fail(located.reason);
    const { preImage } = await running.connector.disable(target, located.state);
    await running.connector.verify(target, preImage, running.now());
    await running.connector.restore(target, preImage);
    if (target.reviewed.kind !== 'service-account') continue;
    await running.connector.disable(target, located.state);
    await running.connector.remove(target, preImage);
  }
  await collect(running.connector);

  const used = new Set(Object.keys(running.iam.calls()).map((action) => `iam:${action}`));
  // The account has no SSH key to switch: its twins are tried by the contract.
  // CloudTrail is asked at another address: test/connectors/aws-iam/activity.test.ts.
  expect([...EVERY_ACTION].filter((action) => !used.has(action))).toEqual([
    'iam:UpdateSSHPublicKey',
    'cloudtrail:LookupEvents',
  ]);
});
