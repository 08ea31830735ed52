import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { known } from '../../../lib/domain/identity/fact.ts';
import type { Identity } from '../../../lib/domain/identity/identity.ts';
import { Hold } from '../../../lib/domain/removal/removal.ts';
import {
  capLimit,
  checkSafeguards,
  holdsLeft,
  holdUntil,
  mayRun,
  type SafeguardInput,
} from '../../../lib/domain/removal/safeguards.ts';
import { HOUR_MS, type Instant } from '../../../lib/domain/time.ts';
import { ago, ahead, definition, identity, NOW, removal } from '../identity/samples.ts';

const check = (change: Partial<SafeguardInput> = {}) =>
  checkSafeguards({
    removal: removal(),
    definition: definition(),
    identity: identity(),
    included: 1000,
    counters: [],
    inventory: { ageMs: HOUR_MS, completeness: 'complete' },
    now: NOW,
    ...change,
  });
const held = (code: Hold['code'], heldDaysAgo: number, releasedDaysAgo?: number): Hold => ({
  code,
  cause: 'x',
  ownerId: 'mia',
  heldAt: ago(heldDaysAgo),
  holdUntil: ago(heldDaysAgo - 7),
  ...(releasedDaysAgo === undefined ? {} : { releasedAt: ago(releasedDaysAgo) }),
});
const approval = (what: string, personId = 'mia') => ({ personId, at: NOW, what });
const caps = (
  ...list: { per: 'campaign' | 'connector' | 'owner' | 'day'; count?: number; percent?: number }[]
) => definition({ enforcement: { caps: list } });

describe('safeguards', () => {
  it('nothing in the way means go', () => {
    expect(check()).toEqual({ verdict: 'go' });
  });

  it.each([
    ['the root user', { kind: 'root-account' }, 'It is the root user of the account.'],
    [
      'an emergency access',
      { traits: ['break-glass'] },
      'It is an emergency access; lying idle is its purpose.',
    ],
    ['what Countersign runs on', { traits: ['own-infrastructure'] }, 'It belongs to Countersign itself.'],
    [
      'a service-linked role',
      { traits: ['service-linked'] },
      'It is linked to a provider service and cannot be edited.',
    ],
    [
      'a role of single sign-on',
      { traits: ['sso-reserved'] },
      'It is reserved for single sign-on and cannot be edited.',
    ],
    ['what is protected', { protection: { protected: true, reason: 'payroll' } }, 'It is protected: payroll'],
  ] as const)('%s is never switched off automatically', (_, change, cause) => {
    expect(check({ identity: identity(change as Partial<Identity>) })).toEqual({
      verdict: 'hold',
      hold: { code: 'protected', cause },
    });
  });

  it('the definition can protect more, and other traits protect nothing', () => {
    expect(check({ protectedBy: 'month end' })).toMatchObject({
      hold: { code: 'protected', cause: 'The definition protects it: month end' },
    });
    expect(check({ identity: identity({ traits: ['legacy'] }) }).verdict).toBe('go');
  });

  it('what protected it when it was shown protects it still', () => {
    const shown = identity({ traits: ['break-glass'] });

    expect(check({ shown, identity: identity() })).toMatchObject({ hold: { code: 'protected' } });
  });

  it.each([
    ['two workloads', { consumers: known(['shop', 'billing'], 'test') }, 'It is used by 2: shop, billing.'],
    ['others, as its trait says', { traits: ['shared' as const] }, 'It is shared.'],
    ['a vendor', { traits: ['vendor-managed' as const] }, 'A vendor runs it.'],
  ])('what is used by %s waits for a second person', (_, more, cause) => {
    const input = { identity: identity(more) };

    expect(check(input)).toMatchObject({
      hold: { code: 'dependency', cause: expect.stringContaining(cause) },
    });
    expect(check({ ...input, removal: removal({ approvals: [approval('dependency')] }) }).verdict).toBe('go');
    expect(
      check({ ...input, removal: removal({ approvals: [approval('dependency', 'ana')] }) }).verdict,
    ).toBe('hold');
  });

  it('how many consumers make it shared is the definition’s to say', () => {
    const shared = identity({ consumers: known(['shop', 'billing'], 'test') });
    const lenient = definition({ enforcement: { sharedConsumersFrom: 3 } });

    expect(check({ identity: shared, definition: lenient }).verdict).toBe('go');
  });

  it('nothing happens earlier than announced', () => {
    expect(check({ removal: removal({ executeAfter: ahead(1) }) })).toEqual({
      verdict: 'wait',
      until: ahead(1),
    });
    expect(check({ removal: removal({ executeAfter: NOW }) }).verdict).toBe('go');
  });

  it('in a freeze it waits until the last of those that follow on each other ends', () => {
    const freezes = [
      { from: ago(1), until: ahead(1), reason: 'release' },
      { from: NOW, until: ahead(3), reason: 'holidays' },
      { from: ahead(1), until: ahead(9), reason: 'later' },
      { from: ago(9), until: NOW, reason: 'over' },
    ];

    expect(check({ definition: definition({ enforcement: { freezes } }) })).toEqual({
      verdict: 'wait',
      until: ahead(9),
    });
  });

  it.each([
    ['no', undefined, 'There is no inventory of its source.'],
    ['a partial', { ageMs: 0, completeness: 'partial' }, 'The newest inventory of its source is partial.'],
    [
      'a stale',
      { ageMs: 24 * HOUR_MS + 1, completeness: 'complete' },
      'The newest inventory of its source is older than 24 hours.',
    ],
  ] as const)('%s inventory never leads to a removal', (_, inventory, cause) => {
    expect(check({ inventory })).toEqual({ verdict: 'hold', hold: { code: 'stale-inventory', cause } });
  });
});

describe('caps', () => {
  it('hold what goes beyond the lower of count and percent', () => {
    const both = caps({ per: 'campaign', count: 50, percent: 20 });
    const at = (count: number, included: number) =>
      check({ definition: both, included, counters: [{ per: 'campaign', count }] }).verdict;

    expect([at(49, 1000), at(50, 1000), at(1, 10), at(2, 10)]).toEqual(['go', 'hold', 'go', 'hold']);
    expect(check({ definition: both, counters: [{ per: 'campaign', count: 50 }] })).toMatchObject({
      hold: {
        code: 'blast-radius',
        cause: 'The cap of 50 per campaign is reached; a second person can lift it.',
      },
    });
  });

  it('a percentage is rounded down, but never below one', () => {
    expect(capLimit({ per: 'campaign', percent: 20 }, 14)).toBe(2);
    expect(capLimit({ per: 'campaign', percent: 20 }, 3)).toBe(1);
    expect(capLimit({ per: 'campaign', percent: 1 }, 0)).toBe(1);
    expect(capLimit({ per: 'campaign', count: 5 }, 1000)).toBe(5);
    expect(capLimit({ per: 'campaign' }, 1000)).toBe(Infinity);
  });

  it('a second person’s lift counts when it is higher', () => {
    expect(capLimit({ per: 'day', count: 5 }, 1000, 9)).toBe(9);
    expect(capLimit({ per: 'day', count: 5 }, 1000, 2)).toBe(5);
    const lifted = [{ per: 'day' as const, count: 6, liftedTo: 9 }];
    expect(check({ definition: caps({ per: 'day', count: 5 }), counters: lifted }).verdict).toBe('go');
  });

  it('each connector, owner and day has its own, measured on its own part', () => {
    const perOwner = caps({ per: 'connector', count: 50 }, { per: 'owner', percent: 50 });
    const counters = (count: number) => [
      { per: 'connector' as const, count: 3 },
      { per: 'owner' as const, count, of: 4 },
    ];

    expect(check({ definition: perOwner, counters: counters(1) }).verdict).toBe('go');
    expect(check({ definition: perOwner, counters: counters(2) })).toMatchObject({
      hold: { cause: 'The cap of 2 per owner is reached; a second person can lift it.' },
    });
    expect(check({ definition: caps({ per: 'owner', count: 1 }) }).verdict).toBe('go');
  });

  it('somebody other than the owner can let this one through, over the cap they were shown', () => {
    const full = {
      definition: caps({ per: 'campaign', count: 1 }, { per: 'owner', count: 1 }),
      counters: [
        { per: 'campaign' as const, count: 1 },
        { per: 'owner' as const, count: 0 },
      ],
    };
    const both = { ...full, counters: full.counters.map((counter) => ({ ...counter, count: 1 })) };
    const approved = (what: string, by?: string) => removal({ approvals: [approval(what, by)] });

    expect(check({ ...full, removal: approved('blast-radius/campaign') }).verdict).toBe('go');
    expect(check({ ...full, removal: approved('blast-radius/campaign', 'ana') }).verdict).toBe('hold');
    expect(check({ ...full, removal: approved('contradiction') }).verdict).toBe('hold');
    expect(check({ ...both, removal: approved('blast-radius/campaign') })).toMatchObject({
      hold: { code: 'blast-radius', per: 'owner' },
    });
  });

  it('per day holds nothing: tomorrow it goes on by itself', () => {
    const full = {
      definition: caps({ per: 'day', count: 1 }),
      counters: [{ per: 'day' as const, count: 1 }],
      now: '2026-11-22T15:00:00.000Z' as Instant,
    };

    expect(check(full)).toEqual({ verdict: 'wait', until: '2026-11-23T00:00:00.000Z' });
  });

  it('never lets more through than allowed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 100 }),
        fc.nat(500),
        (count, percent, of) => {
          const rules = caps({ per: 'campaign', count, percent });
          let executed = 0;
          const next = () =>
            check({ definition: rules, included: of, counters: [{ per: 'campaign', count: executed }] })
              .verdict;
          while (executed < 200 && next() === 'go') executed++;

          expect(executed).toBeLessThanOrEqual(count);
          expect(executed).toBeLessThanOrEqual(Math.max(1, (of * percent) / 100));
          expect(executed).toBeGreaterThanOrEqual(1);
        },
      ),
    );
  });
});

describe('holds', () => {
  it('a contradiction holds at most twice and 14 days in total', () => {
    const once = removal({ holds: [held('contradiction', 10, 3)] });
    const twice = removal({ holds: [held('contradiction', 12, 5), held('contradiction', 4)] });

    expect(holdsLeft(removal(), NOW)).toEqual({ holds: 2, days: 14 });
    expect(holdsLeft(once, NOW)).toEqual({ holds: 1, days: 7 });
    expect(holdsLeft(twice, NOW)).toEqual({ holds: 0, days: 3 });
    expect(holdsLeft(removal({ holds: [held('contradiction', 30)] }), NOW)).toEqual({ holds: 1, days: 0 });
  });

  it('holds for other causes do not use them up', () => {
    expect(holdsLeft(removal({ holds: [held('stale-inventory', 60), held('protected', 60)] }), NOW)).toEqual({
      holds: 2,
      days: 14,
    });
  });

  it('a hold ends by the definition, or when the 14 days are over', () => {
    expect(holdUntil(removal(), definition(), NOW)).toBe(ahead(7));
    const long = removal({ holds: [held('contradiction', 12, 0)] });
    expect(holdUntil(long, definition(), NOW)).toBe(ahead(2));
    expect(holdUntil(removal({ holds: [held('contradiction', 40)] }), definition(), NOW)).toBeUndefined();
    const used = removal({ holds: [held('contradiction', 3, 2), held('contradiction', 2, 1)] });
    expect(holdUntil(used, definition(), NOW)).toBeUndefined();
  });

  it('used up, it runs; before that only if somebody other than the owner agrees', () => {
    const used = removal({ holds: [held('contradiction', 3, 2), held('contradiction', 2, 1)] });

    expect(mayRun(removal(), 'contradiction', NOW)).toBe(false);
    expect(mayRun(used, 'contradiction', NOW)).toBe(true);
    expect(mayRun(removal({ holds: [held('contradiction', 40)] }), 'contradiction', NOW)).toBe(true);
    expect(mayRun(removal({ approvals: [approval('contradiction')] }), 'contradiction', NOW)).toBe(true);
    expect(mayRun(removal({ approvals: [approval('contradiction', 'ana')] }), 'contradiction', NOW)).toBe(
      false,
    );
  });

  it('waiting and approvals never override the other causes', () => {
    const others = Hold.shape.code.options.filter((code) => code !== 'contradiction' && code !== 'disarmed');
    const insisted = removal({
      holds: others.flatMap((code) => [held(code, 60), held(code, 40)]),
      approvals: others.map((code) => approval(code)),
    });

    expect(others.filter((code) => mayRun(insisted, code, NOW))).toEqual([]);
  });
});
