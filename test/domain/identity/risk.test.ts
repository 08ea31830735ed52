import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { known, unknown } from '../../../lib/domain/identity/fact.ts';
import type { Identity } from '../../../lib/domain/identity/identity.ts';
import { riskOf, tierOf } from '../../../lib/domain/identity/risk.ts';
import { Risk } from '../../../lib/domain/identity/risk-tier.ts';
import { ago, ahead, credential, identity, NOW } from './samples.ts';

const entitlements = identity().entitlements;
const reasonsOf = (who: Identity) => riskOf(who, NOW).reasons.map(({ reason }) => reason);
const pointsFor = (who: Identity, text: string) =>
  riskOf(who, NOW).reasons.find(({ reason }) => reason.includes(text))?.points;

describe('risk', () => {
  it('a read-only identity in use, owned and with a young key is low', () => {
    const risk = riskOf(identity(), NOW);

    expect(risk.tier).toBe('low');
    expect(risk.reasons).toEqual([{ points: 5, reason: 'access-key-1 has no known expiry.' }]);
  });

  it('an administrator alone is high', () => {
    const admin = identity({
      credentials: [],
      entitlements: { ...entitlements, level: 'admin', admin: 'yes', adminReason: 'AdministratorAccess' },
    });

    expect(riskOf(admin, NOW)).toEqual({
      score: 50,
      tier: 'high',
      reasons: [{ points: 50, reason: 'It can act as administrator: AdministratorAccess' }],
    });
  });

  it('a root user alone is critical', () => {
    expect(riskOf(identity({ kind: 'root-account', credentials: [] }), NOW).tier).toBe('critical');
  });

  it('write access counts, and so does access that could not be read', () => {
    expect(pointsFor(identity({ entitlements: { ...entitlements, level: 'write' } }), 'write access')).toBe(
      15,
    );
    expect(
      pointsFor(
        identity({
          entitlements: { ...entitlements, level: 'unknown', admin: 'unknown', adminReason: 'denied' },
        }),
        'not fully known: denied',
      ),
    ).toBe(10);
  });

  it.each([
    [91, 10],
    [181, 15],
    [366, 20],
  ])('a static credential not rotated for %i days adds %i points', (days, points) => {
    const old = credential({ createdAt: known(ago(days), 'x'), lastRotatedAt: unknown('x') });

    expect(pointsFor(identity({ credentials: [old] }), 'was not rotated')).toBe(points);
  });

  it('a rotated credential counts from its rotation', () => {
    const rotated = credential({ createdAt: known(ago(900), 'x'), lastRotatedAt: known(ago(10), 'x') });

    expect(pointsFor(identity({ credentials: [rotated] }), 'not rotated')).toBeUndefined();
  });

  it('the worst of several credentials counts once', () => {
    const keys = [400, 100, 200].map((days, slot) =>
      credential({
        credentialId: `access-key-${slot}`,
        createdAt: unknown('x'),
        lastRotatedAt: known(ago(days), 'x'),
      }),
    );

    expect(reasonsOf(identity({ credentials: keys })).filter((text) => text.includes('not rotated'))).toEqual(
      ['access-key-0 was not rotated for 400 days.'],
    );
  });

  it('a rotation nobody knows is said to be unknown', () => {
    const dark = credential({ createdAt: unknown('x'), lastRotatedAt: unknown('x') });

    expect(reasonsOf(identity({ credentials: [dark] }))).toContain(
      'When access-key-1 was last rotated is not known.',
    );
  });

  it('last use more than 90 days ago counts as unused', () => {
    const idle = identity({ credentials: [], lastUse: { state: 'used', at: ago(91), source: 'x' } });

    expect(pointsFor(idle, 'last used 91 days ago')).toBe(15);
  });

  it('a key used the same day is never unused because of its age (cloud-custodian#6732, #3274, #9993)', () => {
    const old = identity({
      createdAt: known(ago(2000), 'x'),
      credentials: [],
      lastUse: { state: 'used', at: NOW, source: 'x' },
    });

    expect(reasonsOf(old)).toEqual([]);
  });

  it('never used and old is combined, never used and new is not held against it (cloud-custodian#9472)', () => {
    const never = { state: 'never', source: 'x' } as const;

    expect(pointsFor(identity({ lastUse: never }), 'never used in the 400 days')).toBe(20);
    expect(
      pointsFor(identity({ lastUse: never, createdAt: known(ago(20), 'x') }), 'never used'),
    ).toBeUndefined();
    expect(pointsFor(identity({ lastUse: never, createdAt: unknown('x') }), 'never used')).toBeUndefined();
  });

  it('unknown use is not unused', () => {
    const dark = identity({ lastUse: { state: 'unknown', lookedIn: ['CloudTrail'] } });

    expect(pointsFor(dark, 'unknown is not unused')).toBe(5);
    expect(reasonsOf(dark).some((text) => text.includes('last used') || text.includes('never used'))).toBe(
      false,
    );
  });

  it('an idle key beside a used one is pointed out', () => {
    const idle = credential({
      credentialId: 'access-key-2',
      lastUse: { state: 'used', at: ago(200), source: 'x' },
    });
    const reasons = reasonsOf(identity({ credentials: [credential(), idle] }));

    expect(reasons).toContain('access-key-2 is active but not in use.');
    expect(reasons).toContain('It has 2 active access keys.');
  });

  it('an identity that is dormant as a whole is not also blamed for its keys', () => {
    const unused = { state: 'used', at: ago(200), source: 'x' } as const;
    const dormant = identity({ lastUse: unused, credentials: [credential({ lastUse: unused })] });

    expect(pointsFor(dormant, 'active but not in use')).toBeUndefined();
  });

  it('trust from outside counts, and an open principal counts more', () => {
    const entry = { principal: 'AWS:999999999999', external: true, wildcard: false, conditions: [] };
    const external = identity({ entitlements: { ...entitlements, trust: [entry] } });
    const open = identity({
      entitlements: { ...entitlements, trust: [entry, { ...entry, principal: '*', wildcard: true }] },
    });
    const inside = identity({ entitlements: { ...entitlements, trust: [{ ...entry, external: false }] } });

    expect(pointsFor(external, 'trusted from outside: AWS:999999999999')).toBe(15);
    expect(pointsFor(open, 'Its trust is open: *')).toBe(35);
    expect(pointsFor(inside, 'trust')).toBeUndefined();
  });

  it('no owner, no purpose and production count', () => {
    const orphan = identity({
      ownerHints: [],
      purpose: unknown('tags'),
      environment: known('Production-EU', 'tag'),
    });

    expect(reasonsOf(orphan)).toEqual(
      expect.arrayContaining([
        'Nobody is named as its owner.',
        'What it is for is not recorded.',
        'It belongs to production.',
      ]),
    );
    expect(
      pointsFor(identity({ environment: known('non-production', 'tag') }), 'production'),
    ).toBeUndefined();
    expect(pointsFor(identity({ environment: unknown('tags') }), 'production')).toBeUndefined();
  });

  it('a credential with an expiry ahead is better, one past its expiry is not', () => {
    const ending = credential({ expiresAt: known(ahead(10), 'x') });
    const past = credential({ expiresAt: known(ago(1), 'x') });

    expect(reasonsOf(identity({ credentials: [ending] }))).toEqual([]);
    expect(reasonsOf(identity({ credentials: [past] }))).toEqual([
      'access-key-1 is still active after its expiry.',
    ]);
  });

  it('inactive credentials lower the risk unless somebody is trusted to use it', () => {
    const off = [credential({ status: 'inactive' }), credential({ status: 'expired' })];
    const trust = [{ principal: 'Service:ec2', external: false, wildcard: false, conditions: [] }];
    const open = identity({ credentials: off, entitlements: { ...entitlements, trust } });

    expect(riskOf(identity({ credentials: off }), NOW)).toEqual({
      score: 0,
      tier: 'low',
      reasons: [{ points: -20, reason: 'None of its credentials is active.' }],
    });
    expect(reasonsOf(open)).toEqual([]);
    expect(reasonsOf(identity({ credentials: [] }))).toEqual([]);
  });

  it('vendors, sharing, emergencies, legacy and AI agents count; other traits do not', () => {
    const special = identity({
      kind: 'ai-agent',
      credentials: [],
      traits: ['vendor-managed', 'shared', 'break-glass', 'legacy', 'ephemeral'],
    });

    expect(riskOf(special, NOW).reasons.map(({ points }) => points)).toEqual([10, 10, 10, 10, 5]);
  });

  it('the score is the sum of its points between 0 and 100, strongest reason first', () => {
    const levels = fc.constantFrom('admin', 'write', 'read', 'none', 'unknown');
    const verdicts = fc.constantFrom('yes', 'no', 'unknown');
    fc.assert(
      fc.property(levels, verdicts, fc.nat(3000), fc.boolean(), (level, admin, days, owned) => {
        const risk = riskOf(
          identity({
            entitlements: { ...entitlements, level, admin },
            credentials: [credential({ createdAt: known(ago(days), 'x'), lastRotatedAt: unknown('x') })],
            ...(owned ? {} : { ownerHints: [] }),
          }),
          NOW,
        );

        const points = risk.reasons.map((reason) => reason.points);
        expect(Risk.parse(risk)).toEqual(risk);
        expect(risk.score).toBe(
          Math.min(
            100,
            Math.max(
              0,
              points.reduce((a, b) => a + b, 0),
            ),
          ),
        );
        expect(points).toEqual(points.toSorted((a, b) => b - a));
        expect(risk.tier).toBe(tierOf(risk.score));
      }),
    );
  });

  it('tiers begin at 75, 50 and 25', () => {
    expect([100, 75, 74, 50, 49, 25, 24, 0].map(tierOf)).toEqual([
      'critical',
      'critical',
      'high',
      'high',
      'medium',
      'medium',
      'low',
      'low',
    ]);
  });
});
