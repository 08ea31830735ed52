import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Standing, standingAt, type Vouching } from '../../../lib/domain/identity/standing.ts';
import { vouchingsOf } from '../../../lib/domain/identity/standing-of.ts';
import { plusDays } from '../../../lib/domain/time.ts';
import { ago, ahead, decision, exception, item, NOW, promise, removal } from './samples.ts';

const FIRST_SEEN = ago(500);
const keep = (from: number, until: number, change: Partial<Vouching> = {}): Vouching => ({
  kind: 'vouched',
  from: ahead(from),
  until: ahead(until),
  attestationId: `att${from}`,
  ...change,
});
const certified = (at: number, days: number) =>
  item({ decision: decision({ at: ahead(at), validUntil: ahead(at + days) }) });

describe('standing', () => {
  it('an identity nobody ever reviewed is unattested since it was first seen', () => {
    expect(standingAt(NOW, FIRST_SEEN, [])).toEqual({
      standing: 'unattested',
      since: FIRST_SEEN,
      why: 'never reviewed',
    });
    expect(standingAt(NOW, FIRST_SEEN, [keep(1, 30)]).standing).toBe('unattested');
  });

  it('a keep vouches until it expires, and from then on the identity is unattested', () => {
    const vouchings = [keep(-10, 10)];

    expect(standingAt(NOW, FIRST_SEEN, vouchings)).toEqual({
      standing: 'vouched',
      since: ago(10),
      until: ahead(10),
      attestationId: 'att-10',
    });
    expect(standingAt(ahead(10), FIRST_SEEN, vouchings)).toEqual({
      standing: 'unattested',
      since: ahead(10),
      why: 'the last keep expired',
    });
  });

  it('the vouching that lasts longest wins, and the one that ended last is where unattested begins', () => {
    const both = [keep(-10, 10, { kind: 'excepted' }), keep(-20, 20)];

    expect(standingAt(NOW, FIRST_SEEN, both)).toMatchObject({ standing: 'vouched', until: ahead(20) });
    expect(standingAt(NOW, FIRST_SEEN, both.toReversed())).toMatchObject({ until: ahead(20) });
    expect(standingAt(ahead(30), FIRST_SEEN, both)).toMatchObject({ since: ahead(20) });
    expect(standingAt(ahead(30), FIRST_SEEN, [keep(-9, 9, { kind: 'excepted' }), keep(-9, 8)])).toMatchObject(
      {
        since: ahead(9),
        why: 'the exception ended',
      },
    );
  });

  it('what ended a vouching early says so', () => {
    const ended = keep(-10, 10, { endedAt: ago(2), endedWhy: 'its privileges grew' });

    expect(standingAt(NOW, FIRST_SEEN, [ended])).toEqual({
      standing: 'unattested',
      since: ago(2),
      why: 'its privileges grew',
    });
    expect(standingAt(ahead(11), FIRST_SEEN, [{ ...ended, endedAt: ahead(20) }]).since).toBe(ahead(10));
  });

  it('is well defined at every moment and only a new answer restores it', () => {
    const vouching = fc
      .record({
        from: fc.integer({ min: -200, max: 200 }),
        lasts: fc.integer({ min: 1, max: 300 }),
        ends: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
        kind: fc.constantFrom('vouched' as const, 'excepted' as const),
      })
      .map(({ from, lasts, ends, kind }) =>
        keep(from, from + lasts, { kind, ...(ends === undefined ? {} : { endedAt: ahead(from + ends) }) }),
      );
    const moments = fc.tuple(fc.integer({ min: -200, max: 500 }), fc.nat(200));
    fc.assert(
      fc.property(fc.array(vouching, { maxLength: 6 }), moments, (vouchings, [day, later]) => {
        const [now, then] = [ahead(day), ahead(day + later)];
        const before = standingAt(now, FIRST_SEEN, vouchings);
        const after = standingAt(then, FIRST_SEEN, vouchings);

        const end = (one: Vouching) => (one.endedAt && one.endedAt < one.until ? one.endedAt : one.until);
        const inForce = vouchings.some((one) => one.from <= now && end(one) > now);
        expect(before.standing === 'unattested').toBe(!inForce);
        expect(before.since <= now).toBe(true);
        const restored = vouchings.some((one) => one.from > now && one.from <= then);
        const settled = before.standing === 'unattested' && !restored;
        expect(settled ? after : before).toEqual(before);
        const stillOut = before.standing === 'unattested' && after.standing === 'unattested';
        expect(!stillOut || after.since >= before.since).toBe(true);
        expect(standingAt(now, FIRST_SEEN, vouchings)).toEqual(before);
      }),
    );
  });
});

describe('what a standing rests on', () => {
  const standing = (
    items = [certified(-100, 200)],
    exceptions: Parameters<typeof vouchingsOf>[1] = [],
    promises: Parameters<typeof vouchingsOf>[2] = [],
    removals: Parameters<typeof vouchingsOf>[3] = [],
  ): Standing => standingAt(NOW, FIRST_SEEN, vouchingsOf(items, exceptions, promises, removals));

  it('an eligible keep counts', () => {
    expect(standing()).toMatchObject({
      standing: 'vouched',
      until: ahead(100),
      attestationId: 'att-decision',
    });
  });

  it('a keep that waits for its second approver never counts', () => {
    const waiting = item({ decision: decision({ at: ago(1), validUntil: ahead(9), awaitingSecond: true }) });

    expect(standing([waiting]).standing).toBe('unattested');
  });

  it('silence, promises and keeps without an end never count', () => {
    expect(standing([item()]).standing).toBe('unattested');
    expect(standing([item({ decision: decision({ verdict: 'rotate' }) })]).standing).toBe('unattested');
    expect(standing([item({ decision: decision({ at: ago(1) }) })]).standing).toBe('unattested');
    expect(standing([item({ decision: decision({ validUntil: NOW }) })]).standing).toBe('unattested');
  });

  it('an exception counts from its approval until its end', () => {
    expect(standing([], [exception()])).toEqual({
      standing: 'excepted',
      since: ago(9),
      until: ahead(20),
      attestationId: 'att-except',
    });
    expect(standing([], [exception({ state: 'ended', until: ago(1) })])).toMatchObject({
      standing: 'unattested',
      since: ago(1),
      why: 'the exception ended',
    });
  });

  it('an exception without an approver does not count', () => {
    expect(standing([], [exception({ state: 'requested', approvedAt: undefined })]).standing).toBe(
      'unattested',
    );
    expect(standing([], [exception({ state: 'requested' })]).standing).toBe('unattested');
    expect(standing([], [exception({ state: 'refused' })]).standing).toBe('unattested');
    expect(standing([], [exception({ until: ago(9) })]).standing).toBe('unattested');
  });

  it.each([
    ['superseded', 'a later answer superseded the exception'],
    ['ended', 'the exception ended'],
  ] as const)('an exception that was %s early counts no longer', (state, why) => {
    expect(standing([], [exception({ state, endedAt: ago(3) })])).toEqual({
      standing: 'unattested',
      since: ago(3),
      why,
    });
  });

  it('a missed promise ends what was vouched before', () => {
    expect(standing([certified(-100, 200)], [], [promise()])).toEqual({
      standing: 'unattested',
      since: ago(10),
      why: 'the promise to rotate it was missed',
    });
    expect(standing([certified(-100, 200)], [], [promise({ settledAt: undefined })]).since).toBe(ago(10));
    expect(standing([certified(-100, 200)], [], [promise({ state: 'kept' })]).standing).toBe('vouched');
  });

  it('an answer after the missed promise restores standing', () => {
    expect(standing([certified(-100, 200), certified(-5, 30)], [], [promise()])).toMatchObject({
      standing: 'vouched',
      since: ago(5),
    });
  });

  it('drift ends what was vouched before', () => {
    expect(standing([certified(-100, 200)], [], [], [removal(), removal({ driftedAt: ago(7) })])).toEqual({
      standing: 'unattested',
      since: ago(7),
      why: 'it was found switched on again (drift)',
    });
  });

  it('a later wish to switch it off ends a keep; one key of two does not', () => {
    const revoked = (credentialIds?: string[]) =>
      item({ decision: decision({ verdict: 'revoke', at: ago(4), credentialIds }) });

    expect(standing([certified(-100, 200), revoked()])).toMatchObject({
      standing: 'unattested',
      since: ago(4),
    });
    expect(standing([certified(-100, 200), revoked(['access-key-2'])]).standing).toBe('vouched');
  });

  it('the earliest end counts, and an end after the expiry changes nothing', () => {
    const drifted = [removal({ driftedAt: ago(7) }), removal({ driftedAt: ago(8) })];

    expect(standing([certified(-100, 200)], [], [promise({ settledAt: ago(6) })], drifted).since).toBe(
      ago(8),
    );
    expect(standing([certified(-100, 200)], [], [], drifted.toReversed()).since).toBe(ago(8));
    expect(standing([certified(-100, 50)], [], [], drifted)).toMatchObject({
      since: ago(50),
      why: 'the last keep expired',
    });
    expect(standing([], [exception({ state: 'ended', endedAt: ago(8) })], [], drifted)).toMatchObject({
      since: ago(8),
      why: 'the exception ended',
    });
  });

  it('ends found elsewhere count as well', () => {
    const ends = [{ at: plusDays(NOW, -2), why: 'its privileges grew' }];
    const vouchings = vouchingsOf([certified(-100, 200)], [], [], [], ends);

    expect(standingAt(NOW, FIRST_SEEN, vouchings)).toMatchObject({
      since: ago(2),
      why: 'its privileges grew',
    });
  });
});
