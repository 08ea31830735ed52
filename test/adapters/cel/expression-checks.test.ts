import { describe, expect, test } from 'vitest';
import { createCelExpressions } from '../../../lib/adapters/cel/expressions.ts';
import { InvalidInputError } from '../../../lib/domain/errors.ts';
import type { Credential } from '../../../lib/domain/identity/credential.ts';
import { known, unknown } from '../../../lib/domain/identity/fact.ts';
import { Instant } from '../../../lib/domain/time.ts';
import { sampleIdentity } from '../../support/sample-identity.ts';

const now = Instant.parse('2026-09-01T00:00:00.000Z');
const expressions = createCelExpressions({ clock: { now: () => now } });
const key: Credential = {
  credentialId: 'access-key-1',
  type: 'access-key',
  status: 'active',
  createdAt: known(Instant.parse('2026-01-01T00:00:00.000Z'), 'credential report'),
  lastRotatedAt: unknown('credential report'),
  expiresAt: unknown('credential report'),
  lastUse: { state: 'never', source: 'credential report' },
};
const expiring: Credential = {
  ...key,
  credentialId: 'certificate-1',
  type: 'certificate',
  expiresAt: known(Instant.parse('2026-09-11T00:00:00.000Z'), 'certificate'),
  lastUse: { state: 'used', at: Instant.parse('2026-08-30T00:00:00.000Z'), source: 'CloudTrail' },
};
const input = {
  identity: sampleIdentity({ credentials: [key, expiring], tags: { env: 'prod' } }),
  risk: { score: 60, tier: 'high' as const, reasons: [] },
};
const holds = (source: string): boolean => expressions.compile(source)(input);

describe('an expression about credentials', () => {
  test.each([
    ['identity.credentials.exists(c, c.status == "active" && c.createdDays > 90)', true],
    ['identity.credentials.exists(c, c.lastUse == "never")', true],
    ['identity.credentials.exists(c, c.expires && c.expiresInDays <= 10)', true],
    ['identity.credentials.all(c, c.rotatedDays == -1)', true],
    ['identity.credentials.exists(c, c.lastUsedDays == 2)', true],
    ['identity.credentials.exists(c, c.type == "password")', false],
    ['identity.credentials[5].type == "access-key"', false],
  ])('%s is %s', (source, expected) => {
    expect(holds(source)).toBe(expected);
  });

  test('may not name a field that credentials do not have', () => {
    expect(() => expressions.compile('identity.credentials.exists(c, c.age > 3)')).toThrow(
      /No such key: age/,
    );
  });
});

describe('an expression is refused', () => {
  test.each([
    ['has(identity.kindd)', /character 14: No such key: kindd/],
    ['risk.score > 3 && !has(risk.points)', /points/],
    ['identity.credentials.exists(c, has(c.age))', /age/],
    ['dyn(identity).kindd == "x"', /character 1: dyn/],
    ['identity.name.matches("(")', /no regular expression/],
    ['identity.name == ', /character 18: Unexpected token/],
    ['identity.kindd == "x"', /character 10: No such key: kindd/],
    [`identity.name == "${'x'.repeat(5000)}"`, /longer/],
  ])('%s', (source, message) => {
    expect(() => expressions.compile(source)).toThrow(message);
    expect(() => expressions.compile(source)).toThrow(InvalidInputError);
  });
});

test('has() asks whether a tag is there', () => {
  expect(holds('has(identity.tags.env) && identity.tags.env == "prod"')).toBe(true);
  expect(holds('has(identity.tags.owner)')).toBe(false);
  expect(holds('!has(identity.tags.owner)')).toBe(true);
});

test('a missing tag makes the whole predicate false, also under a not', () => {
  expect(holds('!(identity.tags.owner == "x")')).toBe(false);
  expect(holds('identity.tags.owner == "x" || identity.kind == "service-account"')).toBe(true);
});
