import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../../lib/domain/errors.ts';
import { known } from '../../../lib/domain/identity/fact.ts';
import type { OwnerHint } from '../../../lib/domain/identity/identity.ts';
import { directoryOf } from '../../../lib/domain/review/directory.ts';
import { type RoutingInput, routeReviewer } from '../../../lib/domain/review/route.ts';
import { ago, ahead, definition, identity, NOW, person, team } from '../identity/samples.ts';

const left = { active: false, leftAt: ago(5) };
const directory = directoryOf(
  [
    person('ana', { managerId: 'max' }),
    person('ben', { awsPrincipals: ['arn:aws:iam::123456789012:user/ben'] }),
    person('cai'),
    person('gia', { fullMember: false }),
    person('lea', { ...left, managerId: 'lou' }),
    person('lou', { ...left, managerId: 'max' }),
    person('lia', { ...left, managerId: 'lia' }),
    person('max'),
    person('pia'),
    person('pit'),
  ],
  [
    team('platform', 'pia', { memberIds: ['pia', 'pit'] }),
    team('payments', 'ana', {
      memberIds: ['cai', 'nobody'],
      backupId: 'ben',
      aliases: ['Pay', 'pay@example.com'],
    }),
    team('web', 'lea', { backupId: 'ben', memberIds: ['cai'] }),
    team('data', 'lea', { backupId: 'lou', memberIds: ['lea', 'cai'] }),
    team('ghosts', 'lea'),
    team('guests', 'gia'),
  ],
);

const hint = (
  source: OwnerHint['source'],
  value: string,
  role: OwnerHint['role'] = 'technical',
): OwnerHint => ({
  role,
  value,
  source,
  detail: `${source} line 1`,
});

const route = (hints: OwnerHint[], change: Partial<RoutingInput> = {}) =>
  routeReviewer({
    identity: identity({ ownerHints: hints }),
    directory,
    definition: definition(),
    tier: 'medium',
    now: NOW,
    ...change,
  });

const outcomes = (hints: OwnerHint[], change: Partial<RoutingInput> = {}) =>
  route(hints, change).claims.map(({ value, outcome }) => `${value}: ${outcome}`);

describe('routing', () => {
  it('asks along the chain: declared file, claim, CODEOWNERS or catalog, tag, creator', () => {
    const all = [
      hint('creator', 'pit', 'creator'),
      hint('tag', 'cai@example.com'),
      hint('codeowners', '@ben'),
      hint('claim', 'max@example.com'),
      hint('declared-file', 'ana@example.com'),
    ];

    const found = [all, all.slice(0, 4), all.slice(0, 3), all.slice(0, 2), all.slice(0, 1)].map((hints) => {
      const { reviewerId, routedBy } = route(hints);
      return `${reviewerId} by ${routedBy}`;
    });

    expect(found).toEqual([
      'ana by declared-file',
      'max by claim',
      'ben by codeowners',
      'cai by tag',
      'pit by creator',
    ]);
  });

  it('within a source asks the accountable, then the technical owner, the team, the business owner, the backup', () => {
    const hints = [
      hint('tag', 'max', 'backup'),
      hint('tag', 'pit', 'business'),
      hint('tag', 'payments', 'team'),
      hint('tag', 'ben', 'technical'),
      hint('tag', 'cai', 'accountable'),
    ];

    expect(outcomes(hints)).toEqual([
      'cai: reviewer',
      'ben: eligible',
      'payments: eligible',
      'pit: eligible',
      'max: eligible',
      'platform: not-needed',
    ]);
  });

  it.each([
    ['ANA@Example.COM', 'ana'],
    ['Ana <ana@example.com>', 'ana'],
    ['mailto:ana@example.com', 'ana'],
    ['pay@example.com', 'ana'],
    ['pay', 'ana'],
    ['Payments Team', 'ana'],
    ['@acme/payments', 'ana'],
    ['group:default/payments', 'ana'],
    ['user:default/ben', 'ben'],
    ['arn:aws:iam::123456789012:user/ben', 'ben'],
  ])('finds who "%s" is', (value, expected) => {
    expect(route([hint('tag', value)]).reviewerId).toBe(expected);
  });

  it('passes over people nobody knows and people who left, recording each hop', () => {
    const hints = [
      hint('declared-file', 'nobody@example.com'),
      hint('codeowners', 'lea@example.com'),
      hint('tag', 'gia@example.com'),
      hint('tag', 'arn:aws:iam::1:user/x', 'business'),
      hint('principal', 'ben', 'backup'),
    ];

    expect(outcomes(hints)).toEqual([
      'nobody@example.com: unknown-person',
      'lea@example.com: left',
      'gia@example.com: ineligible',
      'arn:aws:iam::1:user/x: unknown-person',
      'ben: reviewer',
      'platform: not-needed',
    ]);
  });

  it('a team is its accountable person; when that person left its backup, then another member', () => {
    expect(route([hint('tag', 'payments', 'team')]).reviewerId).toBe('ana');
    expect(route([hint('tag', 'web', 'team')])).toMatchObject({
      reviewerId: 'ben',
      claims: [{ detail: 'tag line 1 (its backup is asked for its accountable person)' }, {}],
    });
    expect(route([hint('tag', 'data', 'team')])).toMatchObject({
      reviewerId: 'cai',
      claims: [{ detail: 'tag line 1 (another member is asked for its accountable person)' }, {}],
    });
  });

  it('a team nobody is left of, or of guests only, is passed over', () => {
    expect(outcomes([hint('tag', 'guests', 'team'), hint('creator', 'ben', 'creator')])).toEqual([
      'guests: left',
      'ben: reviewer',
      'platform: not-needed',
    ]);
  });

  it('somebody whose last day is still ahead is asked', () => {
    const leaving = directoryOf([person('ana', { leftAt: ahead(3) }), person('pia')], []);

    expect(
      route([hint('tag', 'ana')], { directory: leaving, definition: definition(), fallback: 'pia' }),
    ).toMatchObject({ reviewerId: 'ana', orphan: false });
  });

  it('the nearest active manager of somebody who left is asked before the fallback', () => {
    expect(route([hint('tag', 'lea@example.com')])).toMatchObject({
      reviewerId: 'max',
      routedBy: 'manager',
      orphan: false,
      claims: [
        { value: 'lea@example.com', outcome: 'left' },
        { role: 'manager', value: 'max@example.com', source: 'directory', outcome: 'reviewer' },
        { role: 'fallback', outcome: 'not-needed' },
      ],
    });
    expect(route([hint('tag', 'ghosts', 'team')]).reviewerId).toBe('max');
  });

  it('a circle of managers ends at the fallback', () => {
    expect(route([hint('tag', 'lia@example.com')]).routedBy).toBe('fallback');
  });

  it('an identity nobody owns goes to the fallback as an orphan and never completes by itself (Saviynt, athenz#3111)', () => {
    expect(route([])).toEqual({
      reviewerId: 'pia',
      routedBy: 'fallback',
      orphan: true,
      fallbackUsed: true,
      claims: [
        {
          role: 'fallback',
          value: 'platform',
          source: 'definition',
          detail: 'reviewers.fallback',
          outcome: 'reviewer',
        },
      ],
    });
  });

  it('a fallback nobody can be is refused', () => {
    expect(() => route([], { fallback: 'ghosts' })).toThrow(InvalidInputError);
    expect(() => route([], { fallback: 'lea' })).toThrow('"lea" is no active person');
    expect(() => route([], { fallback: 'nobody' })).toThrow('"nobody" is no active person');
  });

  it('the recorded creator is a claim even when no hint says so', () => {
    const created = identity({ ownerHints: [], createdBy: known('ben@example.com', 'CloudTrail') });

    expect(route([], { identity: created })).toMatchObject({
      reviewerId: 'ben',
      routedBy: 'creator',
      claims: [{ role: 'creator', detail: 'recorded creator' }, {}],
    });
  });

  it('where the tier wants independence the creator is passed over for the next claim', () => {
    const hints = [hint('tag', 'ben'), hint('tag', 'cai', 'business'), hint('creator', 'ben', 'creator')];

    expect(route(hints).reviewerId).toBe('ben');
    expect(outcomes(hints, { tier: 'high' })).toEqual([
      'ben: ineligible',
      'cai: reviewer',
      'ben: ineligible',
      'platform: not-needed',
    ]);
  });

  it('a creator is asked after all when nobody else can be, and it is recorded that they may not certify', () => {
    expect(route([hint('tag', 'ben', 'creator')], { tier: 'critical' })).toMatchObject({
      reviewerId: 'ben',
      routedBy: 'creator',
      orphan: false,
      claims: [{ outcome: 'reviewer', detail: 'tag line 1 (may not certify what they created)' }, {}],
    });
  });

  it('a team whose accountable person created it is asked through somebody else', () => {
    const hints = [hint('tag', 'payments', 'team'), hint('creator', 'ana', 'creator')];

    expect(route(hints, { tier: 'high' }).reviewerId).toBe('ben');
    expect(
      route([hint('tag', 'platform', 'team')], { notAgain: ['pia', 'pit'], fallback: 'max' }),
    ).toMatchObject({
      reviewerId: 'max',
      orphan: true,
    });
  });

  it('a team made up of the creator alone is asked through the creator', () => {
    const solo = directoryOf([person('ana'), person('pia')], [team('solo', 'ana')]);
    const hints = [hint('tag', 'solo', 'team'), hint('creator', 'ana', 'creator')];

    expect(route(hints, { directory: solo, tier: 'high', fallback: 'pia' })).toMatchObject({
      reviewerId: 'ana',
      routedBy: 'tag',
    });
  });

  it('a manager who created it is passed over as well', () => {
    const hints = [hint('tag', 'lea'), hint('creator', 'max', 'creator')];

    expect(route(hints, { tier: 'high' })).toMatchObject({ reviewerId: 'max', routedBy: 'creator' });
    expect(route([hint('tag', 'lea')], { notAgain: ['max'] })).toMatchObject({ routedBy: 'fallback' });
  });

  it('whoever said that it is not theirs is not asked again, the fallback last of all', () => {
    const hints = [hint('tag', 'ana'), hint('creator', 'ben', 'creator')];

    expect(route(hints, { notAgain: ['ana'] }).reviewerId).toBe('ben');
    expect(route(hints, { notAgain: ['ana', 'ben', 'pia'] }).reviewerId).toBe('pit');
    expect(route(hints, { notAgain: ['ana', 'ben', 'pia', 'pit'] }).reviewerId).toBe('pia');
  });

  it('claims found elsewhere can take the place of the hints', () => {
    expect(route([hint('tag', 'ana')], { hints: [hint('catalog', 'cai')] }).reviewerId).toBe('cai');
  });
});
