import { describe, expect, it } from 'vitest';
import { known, unknown } from '../../../lib/domain/identity/fact.ts';
import type { Identity } from '../../../lib/domain/identity/identity.ts';
import { riskOf } from '../../../lib/domain/identity/risk.ts';
import { recommend } from '../../../lib/domain/review/recommend.ts';
import { ago, credential, identity, NOW } from '../identity/samples.ts';

const adviceOn = (change: Partial<Identity>, changes: string[] = []) => {
  const who = identity(change);
  return recommend(who, riskOf(who, NOW), changes, NOW);
};
const idle = { state: 'used', at: ago(120), source: 'x' } as const;
const never = { state: 'never', source: 'x' } as const;

describe('recommendation', () => {
  it('what is in use, unchanged and of low risk may be kept', () => {
    expect(adviceOn({})).toEqual({
      advice: 'keep',
      reasons: ['It is in use, and nothing about it calls for a closer look.'],
    });
  });

  it('what is provably dormant should be switched off', () => {
    expect(adviceOn({ lastUse: idle })).toEqual({
      advice: 'switch-off',
      reasons: ['It was last used 120 days ago.'],
    });
    expect(adviceOn({ lastUse: never }).reasons).toEqual([
      'It was never used in the 400 days since it was created.',
    ]);
  });

  it('old age alone never leads to a switch-off (cloud-custodian#6732)', () => {
    expect(adviceOn({ createdAt: known(ago(4000), 'x') }).advice).toBe('keep');
  });

  it('what is new and not used yet is looked at', () => {
    expect(adviceOn({ lastUse: never, createdAt: known(ago(3), 'x') })).toEqual({
      advice: 'look',
      reasons: ['It was never used; it is 3 days old.'],
    });
    expect(adviceOn({ lastUse: never, createdAt: unknown('x') }).reasons).toEqual(['It was never used.']);
  });

  it('unknown use is looked at, not switched off', () => {
    expect(adviceOn({ lastUse: { state: 'unknown', lookedIn: ['x'] } })).toEqual({
      advice: 'look',
      reasons: ['Whether it is used is not known.'],
    });
  });

  it.each([
    ['an emergency access', { traits: ['break-glass'] }, 'it is an emergency access.'],
    ['the root user', { kind: 'root-account' }, 'it is the root user.'],
    ['what Countersign runs on', { traits: ['own-infrastructure'] }, 'it belongs to Countersign itself.'],
    [
      'what is protected',
      { protection: { protected: true, reason: 'payroll' } },
      'it is protected (payroll).',
    ],
  ] as const)('%s is not flagged for lying idle', (_, change, why) => {
    const found = adviceOn({ ...(change as Partial<Identity>), lastUse: idle });

    expect(found.advice).toBe('look');
    expect(found.reasons).toContain(`It was last used 120 days ago. That is expected: ${why}`);
  });

  it('an idle key beside a used one is pointed at, not the identity (cloud-custodian#5583)', () => {
    const keys = [credential(), credential({ credentialId: 'access-key-2', lastUse: idle })];

    expect(adviceOn({ credentials: keys })).toEqual({
      advice: 'look',
      reasons: ['access-key-2 is active but not in use; it can be switched off alone.'],
    });
    expect(
      adviceOn({ credentials: [credential(), credential({ status: 'inactive', lastUse: idle })] }).advice,
    ).toBe('keep');
  });

  it('changes, an unknown purpose and high risk are looked at', () => {
    const admin = { ...identity().entitlements, admin: 'yes', adminReason: 'iam:*' } as const;

    expect(adviceOn({}, ['It may now use: kms.']).reasons).toEqual([
      'Changed since the last review: It may now use: kms.',
    ]);
    expect(adviceOn({ purpose: unknown('tags') }).reasons).toEqual(['What it is for is not recorded.']);
    expect(adviceOn({ entitlements: admin }).reasons).toEqual(['It can act as administrator: iam:*']);
  });
});
