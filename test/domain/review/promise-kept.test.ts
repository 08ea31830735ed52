import { describe, expect, it } from 'vitest';
import type { Entitlements } from '../../../lib/domain/identity/entitlement.ts';
import { known, unknown } from '../../../lib/domain/identity/fact.ts';
import type { Identity } from '../../../lib/domain/identity/identity.ts';
import { promiseKept } from '../../../lib/domain/review/promise-kept.ts';
import { ago, credential, identity, promise } from '../identity/samples.ts';

const access = (change: Partial<Entitlements>): Partial<Identity> => ({
  entitlements: { ...identity().entitlements, ...change },
});
const trusted = [{ principal: 'AWS:1', external: false, wildcard: false, conditions: [] }];
const check = (
  verdict: 'rotate' | 'reduce' | 'retire',
  before: Partial<Identity>,
  after: Partial<Identity>,
  ids?: string[],
) =>
  promiseKept(promise({ verdict, madeAt: ago(20), credentialIds: ids }), identity(before), identity(after));

describe('promises', () => {
  it('to rotate is kept when each credential named is newer, off or gone', () => {
    const rotated = credential({ lastRotatedAt: known(ago(5), 'x') });
    const old = credential({ credentialId: 'access-key-2' });

    expect(check('rotate', {}, { credentials: [rotated] })).toEqual({
      kept: true,
      finding: 'Every credential was rotated or switched off.',
    });
    expect(check('rotate', {}, { credentials: [] }).kept).toBe(true);
    expect(check('rotate', {}, { credentials: [credential({ status: 'inactive' })] }).kept).toBe(true);
    expect(check('rotate', {}, { credentials: [rotated, old] }, ['access-key-1']).kept).toBe(true);
  });

  it('to rotate is missed when a credential is as old as it was, or its age is not known', () => {
    const dark = credential({ createdAt: unknown('x'), lastRotatedAt: unknown('x') });

    expect(check('rotate', {}, {})).toEqual({
      kept: false,
      finding: 'Not rotated since the promise: access-key-1.',
    });
    expect(check('rotate', {}, { credentials: [dark] }).kept).toBe(false);
  });

  it('to retire is kept when nothing admits anyone any more', () => {
    const off = [credential({ status: 'inactive' })];

    expect(check('retire', {}, { credentials: off }).kept).toBe(true);
    expect(check('retire', {}, { credentials: [credential({ status: 'unknown' })] })).toEqual({
      kept: false,
      finding: 'Still active: access-key-1.',
    });
    expect(check('retire', {}, { credentials: off, ...access({ trust: trusted }) })).toEqual({
      kept: false,
      finding: 'It can still be assumed by those it trusts.',
    });
    expect(
      check('retire', {}, { credentials: off, ...access({ trust: trusted }) }, ['access-key-1']).kept,
    ).toBe(true);
  });

  it.each([
    ['administrator rights', { admin: 'yes' }, {}, 'administrator rights'],
    ['a level', { level: 'write' }, {}, 'write access'],
    ['a service', { services: ['s3', 'kms'] }, {}, 'kms'],
    ['a policy', {}, { policies: [] }, 'read-site (inline)'],
    ['a trusted principal', { trust: trusted }, {}, 'AWS:1'],
    [
      'all outside a new boundary',
      {},
      {
        policies: [
          { name: 'read-site', via: 'inline' },
          { name: 'limits', via: 'boundary' },
        ],
      },
      'everything outside the boundary limits',
    ],
  ] as const)('to reduce is kept when %s was taken away', (_, before, after, what) => {
    expect(
      check('reduce', access(before as Partial<Entitlements>), access(after as Partial<Entitlements>)),
    ).toEqual({ kept: true, finding: `Taken away: ${what}.` });
  });

  it('to reduce is missed when nothing was taken away, it grew, or it cannot be read', () => {
    const bounded = access({ policies: [{ name: 'limits', via: 'boundary' }] });

    expect(check('reduce', {}, {}).finding).toBe('Its access is what it was.');
    expect(check('reduce', bounded, bounded).kept).toBe(false);
    expect(check('reduce', access({ level: 'unknown' }), {}).kept).toBe(false);
    expect(check('reduce', {}, access({ level: 'write' })).finding).toBe('Its access grew instead.');
    expect(check('reduce', {}, access({ level: 'unknown' })).finding).toBe(
      'What it can do could not be read.',
    );
  });
});
