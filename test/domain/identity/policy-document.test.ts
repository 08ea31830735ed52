import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AttachedPolicy, parsePolicy } from '../../../lib/domain/identity/policy-document.ts';
import { globMatches } from '../../../lib/domain/identity/policy-match.ts';

const policy = (document: unknown): AttachedPolicy => ({ name: 'p', via: 'inline', document });
const ADMIN = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

describe('reading a policy document', () => {
  it.each([
    ['an object', ADMIN],
    ['JSON text', JSON.stringify(ADMIN)],
    ['URL-encoded JSON text', encodeURIComponent(JSON.stringify(ADMIN))],
    ['one statement instead of a list', { Statement: ADMIN.Statement[0] }],
  ])('reads %s', (_form, document) => {
    const parsed = parsePolicy(policy(document));

    expect(parsed).toMatchObject({ readable: true, statements: [{ effect: 'Allow', actions: ['*'] }] });
  });

  it.each([
    ['nothing', undefined, 'not in the input'],
    ['broken JSON', '{"Statement":', 'not JSON'],
    ['broken URL encoding', '%7B%2', 'URL encoding'],
    ['a number', 7, 'is a number'],
    ['a list', [], 'not a policy document'],
    ['an unknown effect', { Statement: { Effect: 'Maybe', Action: '*', Resource: '*' } }, 'at Statement'],
    ['a statement without action', { Statement: { Effect: 'Allow', Resource: '*' } }, 'neither Action nor'],
    ['an enormous text', `{"a":"${'x'.repeat(300_000)}"}`, 'longer than IAM allows'],
  ])('refuses %s with the reason', (_what, document, reason) => {
    const parsed = parsePolicy(policy(document));

    expect(parsed).toMatchObject({ readable: false, reason: expect.stringContaining(reason) });
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string(), fc.json()), (document) => {
        expect(() => parsePolicy(policy(document))).not.toThrow();
      }),
    );
  });
});

describe('IAM wildcards', () => {
  it.each([
    ['iam:*', 'iam:putuserpolicy', true],
    ['*', 'anything', true],
    ['s3:Get?bject', 's3:Getobject', true],
    ['s3:Get*Version', 's3:GetObjectVersion', true],
    ['s3:Get*Version', 's3:GetObjectVersions', false],
    ['', 'a', false],
    ['', '', true],
    ['a**b', 'a-b', true],
  ])('%s against %s is %s', (pattern, text, expected) => {
    expect(globMatches(pattern, text)).toBe(expected);
  });

  it('answers quickly for a pattern made to backtrack', () => {
    const pattern = `${'*a'.repeat(200)}b`;
    const startedAt = performance.now();

    expect(globMatches(pattern, 'a'.repeat(5_000))).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('agrees with a regular expression on small inputs', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    const texts = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    fc.assert(
      fc.property(letters, texts, (pattern, text) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(globMatches(pattern, text)).toBe(expression.test(text));
      }),
    );
  });
});
