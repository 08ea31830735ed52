import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentile, ratioOf, shareOf } from '../../../lib/domain/metrics/ratio.ts';
import {
  measureReadinessAndSafety,
  type RemovalRow,
  type SubjectRow,
} from '../../../lib/domain/metrics/readiness-and-safety.ts';
import { type AnswerRow, rubberStampIndex } from '../../../lib/domain/metrics/rubber-stamp.ts';
import { ago, ahead, NOW } from '../identity/samples.ts';

const subject = (change: Partial<SubjectRow> = {}): SubjectRow => ({
  answer: 'certify',
  answeredAt: ago(2),
  dueAt: ago(1),
  owned: true,
  evidenceComplete: true,
  attested: true,
  enabled: true,
  admin: false,
  use: 'in-use',
  accessChanged: false,
  credentials: { ageKnown: 1, unrotated: 0 },
  ...change,
});
const cut = (change: Partial<RemovalRow> = {}): RemovalRow => ({
  decidedAt: ago(2),
  executed: true,
  level: 'confirmed',
  verifiedAt: ago(1),
  drifted: false,
  ...change,
});
const measure = (change: Partial<Parameters<typeof measureReadinessAndSafety>[0]>) =>
  measureReadinessAndSafety({ subjects: [], exceptions: [], removals: [], answers: [], now: NOW, ...change });

describe('audit readiness', () => {
  it('covers what was answered or cites a valid attestation; silence is never on time', () => {
    const { auditReadiness } = measure({
      subjects: [
        subject(),
        subject({ answer: 'revoke', answeredAt: NOW }),
        subject({ answer: 'no-response', answeredAt: undefined }),
        subject({ answer: 'open', answeredAt: undefined, owned: false, evidenceComplete: false }),
        subject({ answer: 'not-due', answeredAt: undefined }),
        subject({ answeredAt: undefined }),
      ],
    });

    expect(auditReadiness).toEqual({
      coverage: { numerator: 4, denominator: 6 },
      owned: { numerator: 5, denominator: 6 },
      onTime: { numerator: 1, denominator: 5 },
      evidenceComplete: { numerator: 5, denominator: 6 },
      exceptionsWithExpiry: { numerator: 0, denominator: 0 },
    });
  });

  it('exceptions in force have an expiry, and those past it are counted', () => {
    const { auditReadiness, accessSafety } = measure({
      exceptions: [
        { until: ahead(3), ended: false },
        { until: ago(3), ended: false },
        { ended: false },
        { until: ago(9), ended: true },
      ],
    });

    expect(auditReadiness.exceptionsWithExpiry).toEqual({ numerator: 2, denominator: 3 });
    expect(accessSafety.exceptionsPastExpiry).toEqual({ numerator: 1, denominator: 3 });
  });
});

describe('access safety', () => {
  it('standing admin, stale, unrotated and what nobody vouches for are counted while they can be used', () => {
    const { accessSafety } = measure({
      subjects: [
        subject({ admin: true, use: 'dormant', attested: false }),
        subject({
          admin: true,
          use: 'dormant',
          attested: false,
          enabled: false,
          accessChanged: true,
          answer: 'revoke',
        }),
        subject({ use: 'unknown', credentials: { ageKnown: 2, unrotated: 1 } }),
        subject({ answer: 'no-response', accessChanged: true }),
      ],
    });

    expect(accessSafety).toMatchObject({
      accessChanged: { numerator: 1, denominator: 3 },
      standingAdmin: { numerator: 1, denominator: 4 },
      stale: { numerator: 1, denominator: 3 },
      unrotatedCredentials: { numerator: 1, denominator: 5 },
      residualExposure: { numerator: 1, denominator: 4 },
    });
  });

  it('open removals count at their present age', () => {
    const removals = [
      cut(),
      cut({ verifiedAt: undefined, executed: false, level: undefined, decidedAt: ago(10) }),
      cut({ level: 'failed', drifted: true }),
      cut({ level: undefined }),
    ];

    expect(measure({ removals }).accessSafety).toMatchObject({
      hoursToVerifiedRemoval: { p50: 24, p95: 240, removals: 4, stillOpen: 1 },
      unverifiedRemovals: { numerator: 2, denominator: 3 },
      drift: { numerator: 1, denominator: 3 },
    });
    expect(measure({}).accessSafety.hoursToVerifiedRemoval).toEqual({
      p50: undefined,
      p95: undefined,
      removals: 0,
      stillOpen: 0,
    });
  });
});

describe('the rubber-stamp index', () => {
  const given = (count: number, change: Partial<AnswerRow> = {}): AnswerRow[] =>
    Array.from({ length: count }, () => ({
      personId: 'ana',
      verdict: 'certify' as const,
      recommendation: 'keep' as const,
      bulk: false,
      ...change,
    }));

  it('decision time alone never flags a person', () => {
    expect(rubberStampIndex(given(20, { decisionSeconds: 1 }))).toMatchObject({
      numerator: 0,
      denominator: 1,
    });
  });

  it('two signs together do', () => {
    const hastyBulk = given(6, { decisionSeconds: 2, bulk: true });
    const against = given(6, { personId: 'ben', recommendation: 'switch-off', bulk: true });

    expect(rubberStampIndex([...against, ...hastyBulk])).toEqual({
      numerator: 2,
      denominator: 2,
      people: [
        {
          personId: 'ana',
          answers: 6,
          hasty: { numerator: 6, denominator: 6 },
          bulk: { numerator: 6, denominator: 6 },
          againstRecommendation: { numerator: 0, denominator: 0 },
          allSame: { numerator: 0, denominator: 0 },
          flagged: true,
        },
        {
          personId: 'ben',
          answers: 6,
          hasty: { numerator: 0, denominator: 0 },
          bulk: { numerator: 6, denominator: 6 },
          againstRecommendation: { numerator: 6, denominator: 6 },
          allSame: { numerator: 0, denominator: 0 },
          flagged: true,
        },
      ],
    });
  });

  it('the same answer to everything is a sign only where the advice was not the same', () => {
    const half = (count: number) => [
      ...given(count, { bulk: true }),
      ...given(count, { recommendation: 'look', bulk: true }),
    ];

    expect(rubberStampIndex(half(10)).people[0]).toMatchObject({
      allSame: { numerator: 20, denominator: 20 },
      flagged: true,
    });
    expect(
      rubberStampIndex([...half(10), ...given(2, { verdict: 'revoke', bulk: true })]).people[0],
    ).toMatchObject({
      allSame: { numerator: 20, denominator: 22 },
      flagged: false,
    });
  });

  it('people are told apart in the order of their ids, and few answers say nothing', () => {
    const mixed = ['zoe', 'ana', 'max', 'ben'].flatMap((personId) => given(5, { personId }));
    const few = given(4, { personId: 'cai', bulk: true });
    expect(rubberStampIndex([...mixed, ...few]).people.map(({ personId }) => personId)).toEqual([
      'ana',
      'ben',
      'max',
      'zoe',
    ]);
    expect(rubberStampIndex([])).toEqual({ numerator: 0, denominator: 0, people: [] });
  });
});

describe('ratios', () => {
  it('an empty whole gives no share', () => {
    expect(shareOf(ratioOf([], () => true))).toBeUndefined();
    expect(shareOf(ratioOf([1, 2], (n) => n > 1))).toBe(0.5);
  });

  it('a percentile is a value that occurred, with at least its share of values not above it', () => {
    expect(percentile([], 50)).toBeUndefined();
    expect(percentile([5, 1, 3], 50)).toBe(3);
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), fc.integer({ min: 1, max: 100 }), (values, p) => {
        const found = percentile(values, p)!;

        expect(values).toContain(found);
        expect(values.filter((value) => value <= found).length / values.length).toBeGreaterThanOrEqual(
          p / 100,
        );
      }),
    );
  });
});
