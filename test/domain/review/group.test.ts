import { describe, expect, it } from 'vitest';
import { known, unknown } from '../../../lib/domain/identity/fact.ts';
import type { Identity } from '../../../lib/domain/identity/identity.ts';
import { groupOf } from '../../../lib/domain/review/group.ts';
import { identity } from '../identity/samples.ts';

const entitlements = identity().entitlements;
const of = (change: Partial<Identity>) => groupOf(identity({ tags: { Repository: 'acme/web' }, ...change }));

describe('groups', () => {
  it('60 accounts alike are one group, so keeping them all is one click', () => {
    const keys = Array.from(
      { length: 60 },
      (_, n) => of({ name: `deploy-${n}`, nativeId: `deploy-${n}` }).key,
    );

    expect(new Set(keys).size).toBe(1);
    expect(of({}).label).toBe('acme/web · read-site · test');
  });

  it.each([
    ['repository', { tags: { repo: 'acme/api' } }],
    ['environment', { environment: known('prod', 'tag') }],
    ['policy', { entitlements: { ...entitlements, policies: [] } }],
    ['services', { entitlements: { ...entitlements, services: ['kms'] } }],
    ['kind', { kind: 'ai-agent' }],
    [
      'trust',
      {
        entitlements: {
          ...entitlements,
          trust: [{ principal: 'AWS:1', external: false, wildcard: false, conditions: ['b', 'a'] }],
        },
      },
    ],
  ] as const)('another %s is another group', (_, change) => {
    expect(of(change as Partial<Identity>).key).not.toBe(of({}).key);
  });

  it('the order policies, services and conditions come in does not matter', () => {
    const policies = [
      { name: 'a', via: 'inline' },
      { name: 'b', via: 'managed' },
    ] as const;
    const trust = (conditions: string[]) => [
      { principal: 'AWS:1', external: false, wildcard: false, conditions },
    ];
    const one = { ...entitlements, policies: [...policies], services: ['a', 'b'], trust: trust(['x', 'y']) };
    const other = {
      ...entitlements,
      policies: policies.toReversed(),
      services: ['b', 'a'],
      trust: trust(['y', 'x']),
    };

    expect(of({ entitlements: one }).key).toBe(of({ entitlements: other }).key);
  });

  it.each([
    [known('https://github.com/Acme/infra/blob/main/iam.tf', 'CODEOWNERS'), 'github.com/acme/infra'],
    [known('git@github.com:acme/infra.git', 'CODEOWNERS'), 'github.com/acme/infra'],
    [known('iam/users.tf', 'CODEOWNERS'), 'no repository'],
    [unknown('CODEOWNERS'), 'no repository'],
  ])('the repository is read from the owning code', (ownedByCode, expected) => {
    expect(of({ tags: {}, ownedByCode }).label).toBe(`${expected} · read-site · test`);
  });

  it('the label is honest about what is missing', () => {
    const bare = { tags: {}, environment: unknown('tags'), entitlements: { ...entitlements, policies: [] } };

    expect(of({ ...bare, boundTo: known('github.com/acme/web', 'tag') }).label).toBe(
      'github.com/acme/web · read access · no environment',
    );
  });
});
