import { describe, expect, it } from 'vitest';
import { type DueEvent, dueScopeOf } from '../../../lib/domain/campaign/due-scope.ts';
import type { Standing } from '../../../lib/domain/identity/standing.ts';
import { ago, ahead, at, definition } from '../identity/samples.ts';

const due = definition({ scope: { include: 'due' } });
const vouched: Standing = { standing: 'vouched', since: ago(20), until: ahead(160), attestationId: 'att-1' };
const excepted: Standing = { ...vouched, standing: 'excepted' };
const unattested: Standing = { standing: 'unattested', since: ago(3), why: 'the last keep expired' };
const event = (cause: DueEvent['cause'], when = ago(1)): DueEvent => ({
  cause,
  at: when,
  detail: `${cause}!`,
});

const scope = (change: Partial<Parameters<typeof dueScopeOf>[0]> = {}) =>
  dueScopeOf({
    standing: vouched,
    events: [],
    tier: 'medium',
    definition: due,
    horizonAt: ahead(47),
    ...change,
  });

describe('what is due', () => {
  it('an identity not due cites its valid attestation', () => {
    expect(scope()).toEqual({
      due: false,
      attestationId: 'att-1',
      until: ahead(160),
      reason: `vouched until ${ahead(160)} by attestation att-1`,
    });
  });

  it('a campaign over everything asks about everything', () => {
    expect(scope({ definition: definition() })).toMatchObject({ due: true, cause: 'by-hand' });
  });

  it('what is unattested is due', () => {
    expect(scope({ standing: unattested })).toEqual({
      due: true,
      cause: 'cadence',
      reason: `Unattested since ${ago(3)}: the last keep expired.`,
    });
  });

  it('what would expire while the campaign runs is due', () => {
    expect(scope({ standing: { ...vouched, until: ahead(40) } })).toMatchObject({
      due: true,
      reason: `Its keep ends on ${ahead(40)}.`,
    });
    expect(scope({ standing: { ...excepted, until: ahead(40) } })).toMatchObject({
      due: true,
      reason: `Its exception ends on ${ahead(40)}.`,
    });
    expect(scope({ standing: excepted, tier: 'critical' }).due).toBe(false);
  });

  it('a keep given when it was less risky counts only for the cadence of the tier it has now', () => {
    expect(scope({ tier: 'critical' })).toMatchObject({
      due: true,
      cause: 'cadence',
      reason: `Its keep ends on ${ahead(10)}.`,
    });
  });

  it.each([
    'owner-gone',
    'widened',
    'source-retired',
    'rotation-overdue',
    'secret-exposed',
    'exception-ended',
    'promise-missed',
    'drift',
  ] as const)('%s makes a vouched identity due', (cause) => {
    expect(scope({ events: [event(cause)] })).toEqual({ due: true, cause, reason: `${cause}!` });
  });

  it('an event from before the last answer was answered by it; the first since counts', () => {
    expect(scope({ events: [event('drift', ago(30))] }).due).toBe(false);
    expect(scope({ events: [event('drift', ago(1)), event('widened', ago(2))] })).toMatchObject({
      cause: 'widened',
    });
    expect(scope({ events: [event('drift', ago(2)), event('widened', ago(1))] })).toMatchObject({
      cause: 'drift',
    });
  });

  it('what is first seen is due within 5 business days', () => {
    const seen = event('first-seen', at('2026-09-04T12:00'));

    expect(scope({ standing: unattested, events: [seen] })).toMatchObject({
      due: true,
      cause: 'first-seen',
      dueBy: at('2026-09-11T12:00'),
    });
  });
});
