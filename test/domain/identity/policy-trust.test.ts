import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFederatedOnly, trustedPrincipals } from '../../../lib/domain/identity/policy-trust.ts';

const OWN = '123456789012';
const GITHUB = `arn:aws:iam::${OWN}:oidc-provider/token.actions.githubusercontent.com`;

const trust = (Principal: unknown, more: Readonly<Record<string, unknown>> = {}) =>
  trustedPrincipals({ Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal, ...more }] }, OWN);

const github = (Condition?: unknown) =>
  trust(
    { Federated: GITHUB },
    { Action: 'sts:AssumeRoleWithWebIdentity', ...(Condition ? { Condition } : {}) },
  )[0];

describe('who may assume a role', () => {
  it('resolves services, own and foreign accounts', () => {
    expect(
      trust({ Service: ['ec2.amazonaws.com', 'ssm.amazonaws.com'] }).map((each) => each.principal),
    ).toEqual(['Service:ec2.amazonaws.com', 'Service:ssm.amazonaws.com']);
    expect(trust({ AWS: `arn:aws:iam::${OWN}:root` })[0]).toMatchObject({ external: false, wildcard: false });
    expect(trust({ AWS: '210987654321' })[0]).toMatchObject({
      principal: 'AWS:210987654321',
      external: true,
    });
    expect(trust({ AWS: 'AROAZQNB3KHGNNOGLALKU' })[0]).toMatchObject({
      principal: 'AWS:AROAZQNB3KHGNNOGLALKU (deleted principal)',
      external: false,
    });
  });

  it('flags everybody, and everybody but', () => {
    expect(trust('*')[0]).toMatchObject({ external: true, wildcard: true });
    expect(trust({ AWS: '*' })[0]).toMatchObject({ external: true, wildcard: true });
    expect(trust(undefined, { NotPrincipal: { AWS: OWN } })[0]).toMatchObject({
      external: true,
      wildcard: true,
    });
  });

  it('shows the conditions that narrow it', () => {
    const conditions = trust(
      { AWS: '210987654321' },
      { Condition: { StringEquals: { 'sts:ExternalId': 'x1' } } },
    );

    expect(conditions[0]?.conditions).toEqual(['StringEquals sts:ExternalId = x1']);
  });

  it.each([
    ['no subject condition', undefined, true],
    [
      'an audience alone',
      { StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' } },
      true,
    ],
    ['a pattern', { StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:acme/app:*' } }, true],
    [
      'ForAllValues',
      { 'ForAllValues:StringEquals': { 'token.actions.githubusercontent.com:sub': 'x' } },
      true,
    ],
    [
      'one of two open',
      { StringLike: { 'token.actions.githubusercontent.com:sub': ['repo:a/b:ref', '*'] } },
      true,
    ],
    [
      'an exact subject',
      { StringEquals: { 'token.actions.githubusercontent.com:sub': 'repo:acme/app:ref:refs/heads/main' } },
      false,
    ],
    [
      'a pattern without wildcard',
      { StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:acme/app:ref' } },
      false,
    ],
  ])('an OIDC subject with %s: open is %s', (_what, condition, open) => {
    const principal = github(condition);

    expect(principal).toMatchObject({
      principal: 'Federated:token.actions.githubusercontent.com',
      external: true,
    });
    expect(principal?.wildcard).toBe(open);
  });

  it('is nobody when everybody is denied', () => {
    const document = {
      Statement: [
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: OWN } },
        { Effect: 'Deny', Action: 'sts:*', Principal: '*' },
      ],
    };

    expect(trustedPrincipals(document, OWN)).toEqual([]);
  });

  it('is unknown, not nobody, when the policy cannot be read', () => {
    expect(trustedPrincipals('%', OWN)[0]?.principal).toContain('unknown:');
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (principal) => {
        expect(() => trust(principal)).not.toThrow();
      }),
    );
  });

  it('knows a role that only federated sessions use', () => {
    expect(isFederatedOnly([github()!])).toBe(true);
    expect(isFederatedOnly([github()!, ...trust({ Service: 'ec2.amazonaws.com' })])).toBe(false);
    expect(isFederatedOnly([])).toBe(false);
  });
});
