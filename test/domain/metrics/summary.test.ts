import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkEquations,
  countRemovals,
  type Summary,
  summarise,
} from '../../../lib/domain/metrics/summary.ts';
import { RemovalState } from '../../../lib/domain/removal/removal.ts';
import { VerificationLevel } from '../../../lib/domain/removal/verification-level.ts';
import { decision, item, NOW, removal } from '../identity/samples.ts';

const summary = summarise({
  population: [
    { included: true, kind: 'service-account' },
    { included: true, kind: 'api-key' },
    { included: false, kind: 'workload-identity' },
    { included: false, kind: 'person' },
  ],
  items: [
    item({ decision: decision() }),
    item({ decision: decision({ verdict: 'except' }) }),
    item({ decision: decision({ awaitingSecond: true }) }),
    item({ state: 'lapsed' }),
  ],
  events: { reassign: 2, 'not-mine': 1 },
  removals: [
    removal({ state: 'quarantined', verification: { level: 'refused', at: NOW, reasons: [], checks: 1 } }),
    removal({ state: 'restored' }),
    removal({ state: 'planned' }),
    removal({ state: 'vanished' }),
    removal({ state: 'failed' }),
  ],
});

describe('the summary', () => {
  it('counts identities, items by final decision and removals by what became of them', () => {
    expect(summary).toEqual({
      identities: 3,
      population: { considered: 4, included: 2, excluded: 2 },
      items: 4,
      outcomes: {
        certify: 1,
        revoke: 0,
        reduce: 0,
        rotate: 0,
        retire: 0,
        except: 1,
        'no-response': 1,
        open: 1,
      },
      events: { reassign: 2, 'not-mine': 1 },
      removals: {
        planned: 5,
        executed: 2,
        held: 1,
        failed: 1,
        cancelled: 1,
        restored: 1,
        verification: { failed: 0, unchecked: 1, confirmed: 0, refused: 1, proven: 0 },
      },
    });
    expect(checkEquations(summary)).toEqual([]);
  });

  it('its equations hold whatever happened', () => {
    const any = fc.record({
      state: fc.constantFrom(...RemovalState.options),
      level: fc.option(fc.constantFrom(...VerificationLevel.options), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(any), (list) => {
        const removals = countRemovals(
          list.map(({ state, level }) =>
            removal({
              state,
              ...(level ? { verification: { level, at: NOW, reasons: [], checks: 1 } } : {}),
            }),
          ),
        );

        expect(checkEquations({ ...summary, removals })).toEqual([]);
      }),
    );
  });

  it('every equation that does not hold is named', () => {
    const broken: Summary = {
      ...summary,
      identities: 9,
      population: { considered: 5, included: 2, excluded: 2 },
      items: 7,
      removals: { ...summary.removals, planned: 6, executed: 3, restored: 4 },
    };

    expect(checkEquations(broken)).toEqual([
      'considered = included + excluded: 5 is not 4',
      'items = sum of outcomes: 7 is not 4',
      'executed = sum of verification levels: 3 is not 2',
      'restored is among executed: 4 is more than 3',
      'identities are considered: 9 is more than 5',
    ]);
    expect(checkEquations({ ...summary, removals: { ...summary.removals, planned: 9 } })).toEqual([
      'planned = executed + held + failed + cancelled: 9 is not 5',
    ]);
  });
});
