import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesSince, isAnother, widened } from '../../../lib/domain/identity/changes.ts';
import type { Entitlements, TrustedPrincipal } from '../../../lib/domain/identity/entitlement.ts';
import { known, unknown } from '../../../lib/domain/identity/fact.ts';
import type { Identity } from '../../../lib/domain/identity/identity.ts';
import { ago, credential, identity, NOW } from './samples.ts';

type Change = Partial<Identity>;

const between = (before: Change, after: Change) => changesSince(identity(before), identity(after));
const access = (change: Partial<Entitlements>): Change => ({
  entitlements: { ...identity().entitlements, ...change },
});
const trusting = (...trust: Partial<TrustedPrincipal>[]): Change =>
  access({
    trust: trust.map((entry) => ({
      principal: 'AWS:1',
      external: false,
      wildcard: false,
      conditions: [],
      ...entry,
    })),
  });
const grew = (before: Change, after: Change) => widened(identity(before), identity(after));

describe('changes', () => {
  it('an identity seen again as it was has no changes', () => {
    expect(between({}, { observedAt: ago(-1), lastUse: { state: 'used', at: NOW, source: 'x' } })).toEqual(
      [],
    );
    expect(grew({}, {})).toBe(false);
  });

  it('becoming administrator is growth, ceasing to be is a change but no growth', () => {
    const admin = access({ level: 'admin', admin: 'yes', adminReason: 'iam:*' });

    expect(between({}, admin)).toEqual(['It can now act as administrator: iam:*']);
    expect(grew(access({ level: 'unknown', admin: 'unknown' }), admin)).toBe(true);
    expect(between(admin, {})).toEqual(['It can no longer act as administrator.']);
    expect(grew(admin, {})).toBe(false);
  });

  it('a higher level, another service, another policy are growth', () => {
    expect(between({}, access({ level: 'write' }))).toEqual(['Its access grew from read to write.']);
    expect(between({}, access({ services: ['s3', 'sqs', 'kms'] }))).toEqual(['It may now use: sqs, kms.']);
    expect(grew(access({ services: ['*'] }), access({ services: ['*', 'sqs'] }))).toBe(false);
    expect(between({}, access({ policies: [] }))).toEqual(['Policy taken away: read-site (inline).']);
    expect(between(access({ policies: [] }), {})).toEqual(['New policy: read-site (inline).']);
    expect(between(access({ policies: [] }), {}).length).toBe(1);
  });

  it('losing a permissions boundary is growth, gaining one is not', () => {
    const policies = identity().entitlements.policies;
    const bounded = access({ policies: [...policies, { name: 'limits', via: 'boundary' }] });

    expect(between(bounded, {})).toEqual(['Its permissions boundary limits was taken away.']);
    expect(between({}, bounded)).toEqual([]);
  });

  it('learning what could not be read before is no growth, no longer reading it is a change', () => {
    const dark = access({ level: 'unknown', adminReason: 'denied', services: [], policies: [] });

    expect(grew(dark, {})).toBe(false);
    expect(between({}, { ...dark })).toContain('What it can do can no longer be read: denied');
  });

  it('a new principal is growth, one less is not', () => {
    expect(between({}, trusting({}))).toEqual(['Newly trusted: AWS:1.']);
    expect(between(trusting({}), {})).toEqual(['No longer trusted: AWS:1.']);
    expect(grew(trusting({}), {})).toBe(false);
  });

  it.each([
    ['losing a condition', trusting({ conditions: ['a', 'b'] }), trusting({ conditions: ['a'] })],
    ['opening to everyone', trusting({}), trusting({ wildcard: true })],
    ['turning external', trusting({}), trusting({ external: true })],
  ])('trust grows by %s', (_, before, after) => {
    expect(between(before, after)).toEqual(['Its trust in AWS:1 grew.']);
    expect(grew(after, before)).toBe(false);
  });

  it('new, replaced, rotated, switched and vanished credentials are told apart', () => {
    const key = credential({ providerId: 'AKIA1' });

    expect(between({ credentials: [] }, { credentials: [key] })).toEqual([
      'New credential: access-key-1 (access-key).',
    ]);
    expect(between({ credentials: [key] }, { credentials: [credential({ providerId: 'AKIA2' })] })).toEqual([
      'access-key-1 is another credential than before.',
    ]);
    expect(
      between(
        {},
        {
          credentials: [
            credential({ status: 'inactive', lastRotatedAt: known(ago(2), 'credential report') }),
          ],
        },
      ),
    ).toEqual(['access-key-1 was rotated on 2026-09-05.', 'access-key-1 went from active to inactive.']);
    expect(between({}, { credentials: [] })).toEqual(['Credential gone: access-key-1.']);
  });

  it('a rotation that becomes known or unknown is none', () => {
    const dark = credential({ createdAt: unknown('x'), lastRotatedAt: unknown('x') });

    expect(between({ credentials: [dark] }, {})).toEqual([]);
    expect(between({}, { credentials: [dark] })).toEqual([]);
    expect(isAnother(dark, credential({ providerId: 'AKIA' }))).toBe(false);
    expect(isAnother(credential({ providerId: 'AKIA' }), dark)).toBe(false);
  });

  it('purpose, environment, binding, code, consumers and owners are compared', () => {
    const after: Change = {
      purpose: known('billing', 'tag'),
      environment: unknown('tags'),
      ownedByCode: known('iam.tf', 'CODEOWNERS'),
      consumers: known(['cron'], 'CloudTrail'),
      ownerHints: [{ role: 'team', value: 'web', source: 'tag', detail: 'tag team' }],
    };

    expect(between({}, after)).toEqual([
      'New owner named: web (team, tag).',
      'Owner no longer named: ana@example.com (technical, tag).',
      'Purpose changed from deploying the website to billing.',
      'Environment changed from test to unknown.',
      'Owning code changed from unknown to iam.tf.',
      'New consumer: cron.',
    ]);
    expect(between({ consumers: known(['cron'], 'x') }, {})).toEqual(['Consumer gone: cron.']);
  });

  it('waking up and falling asleep are changes, going on being used is not', () => {
    const used = (days: number): Change => ({ lastUse: { state: 'used', at: ago(days), source: 'x' } });

    expect(between({ lastUse: { state: 'never', source: 'x' } }, used(1))).toEqual([
      'It was used for the first time.',
    ]);
    expect(between(used(200), used(1))).toEqual(['It was dormant and is in use again.']);
    expect(between(used(80), used(100))).toEqual(['It fell out of use.']);
    expect(between(used(100), used(120))).toEqual([]);
  });

  it('special marks and protection are compared', () => {
    expect(
      between(
        { traits: ['shared'] },
        { traits: ['vendor-managed'], protection: { protected: true, reason: 'r' } },
      ),
    ).toEqual(['It is now marked vendor-managed.', 'It is no longer marked shared.', 'It became protected.']);
    expect(between({ protection: { protected: true, reason: 'r' } }, {})).toEqual([
      'It is no longer protected.',
    ]);
  });

  it('nothing grows from itself, and all growth is a change', () => {
    const any = fc.record({
      level: fc.constantFrom('admin', 'write', 'read', 'none', 'unknown'),
      admin: fc.constantFrom('yes', 'no', 'unknown'),
      services: fc.uniqueArray(fc.constantFrom('s3', 'sqs', '*')),
    });
    fc.assert(
      fc.property(any, any, (from, to) => {
        const before = identity(access(from));
        const after = identity(access(to));

        expect(widened(before, before)).toBe(false);
        expect(changesSince(after, after)).toEqual([]);
        expect(!widened(before, after) || changesSince(before, after).length > 0).toBe(true);
      }),
    );
  });
});
