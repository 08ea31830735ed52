import { describe, expect, test } from 'vitest';
import { createCelExpressions } from '../../../lib/adapters/cel/expressions.ts';
import { InvalidInputError } from '../../../lib/domain/errors.ts';
import { instantOf } from '../../../lib/domain/time.ts';
import { sampleIdentity } from '../../support/sample-identity.ts';

const expressions = createCelExpressions({ clock: { now: () => instantOf(Date.UTC(2026, 8, 1)) } });
const input = {
  identity: sampleIdentity({ tags: { team: 'billing' } }),
  risk: { score: 60, tier: 'high' as const, reasons: [] },
};

describe('scope expressions', () => {
  test('see fields of the identity and its risk', () => {
    expect(expressions.compile('identity.kind == "service-account" && risk.score > 50')(input)).toBe(true);
    expect(expressions.compile('risk.tier in ["low", "medium"]')(input)).toBe(false);
  });

  test('see tags, and a missing tag makes them false', () => {
    expect(expressions.compile('identity.tags.team == "billing"')(input)).toBe(true);
    expect(expressions.compile('identity.tags.absent == "billing"')(input)).toBe(false);
  });

  test('count ages in days from the clock', () => {
    expect(expressions.compile('identity.lastUsedDays >= 0')(input)).toBe(true);
  });

  test.each([
    ['identity.kindd == "x"', 'an unknown field'],
    ['identity.kind ==', 'a half expression'],
    ['risk.score', 'not a yes or no'],
    ['identity.kind == 3', 'a text compared with a number'],
    ['owner == "x"', 'an unknown variable'],
  ])('%s is refused before anything is written: %s', (source) => {
    expect(() => expressions.compile(source)).toThrow(InvalidInputError);
  });
});
