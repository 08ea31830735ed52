import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PopulationEntry } from '../../../lib/domain/campaign/population.ts';
import { IdentityId, identityKeyOf } from '../../../lib/domain/identity/identity-id.ts';
import { findingsOf } from '../../../lib/domain/metrics/findings.ts';
import {
  assertReconciles,
  ReconciliationRow,
  reconcile,
  sumsOf,
} from '../../../lib/domain/metrics/reconciliation.ts';
import { type Removal, RemovalState } from '../../../lib/domain/removal/removal.ts';
import type { VerificationLevel } from '../../../lib/domain/removal/verification-level.ts';
import type { ReviewItem } from '../../../lib/domain/review/review-item.ts';
import { ago, ahead, decision, item, NOW, removal } from '../identity/samples.ts';

const entry = (n = 0, out?: string): PopulationEntry => {
  const identityId = IdentityId.parse(`aws-iam/1/service-account/u${n}`);
  const base = {
    identityId,
    identityKey: identityKeyOf(identityId),
    connector: 'aws-iam',
    kind: 'service-account',
    name: `u${n}`,
    reason: 'because',
  };
  return PopulationEntry.parse(
    out === undefined
      ? { ...base, included: true, tier: 'low', risk: 1, reviewerId: 'ana', snapshot: 's' }
      : { ...base, included: false, code: out },
  );
};
const verified = (level: VerificationLevel) => ({ level, at: NOW, reasons: [], checks: 1 });
const row = (about: ReviewItem | undefined, removals: Removal[] = []) => reconcile(entry(), about, removals);

describe('reconciliation', () => {
  it('the answer is the last decision that counts, silence, or still open', () => {
    const answered = item({ state: 'answered', decision: decision({ verdict: 'rotate' }) });
    const waiting = item({ state: 'answered', decision: decision({ awaitingSecond: true }) });

    expect(row(answered).answer).toBe('rotate');
    expect(row(waiting).answer).toBe('open');
    expect(row(item({ state: 'lapsed' })).answer).toBe('no-response');
    expect(row(item({ state: 'removing', noResponseId: 'att' })).answer).toBe('no-response');
    expect(row(item()).answer).toBe('open');
  });

  it('an item that was never written is open and unowned: nothing is hidden', () => {
    expect(row(undefined)).toMatchObject({
      answer: 'open',
      unowned: true,
      late: false,
      detail: 'no review item was written',
    });
  });

  it('what is left out says why', () => {
    expect(reconcile(entry(0, 'not-due'), undefined, [])).toMatchObject({
      included: false,
      answer: 'not-due',
      detail: 'not-due: because',
      action: 'none',
      verification: 'not-applicable',
    });
    expect(reconcile(entry(0, 'person'), undefined, [])).toMatchObject({
      answer: 'excluded',
      detail: 'person: because',
    });
  });

  it.each([
    ['planned', 'planned'],
    ['executing', 'planned'],
    ['held', 'held'],
    ['manual-open', 'manual-open'],
    ['executed', 'executed'],
    ['quarantined', 'executed'],
    ['deleted', 'executed'],
    ['restored', 'restored'],
    ['cancelled', 'cancelled'],
    ['failed', 'failed'],
    ['vanished', 'vanished'],
  ] as const)('a removal that is %s is the action %s', (state, action) => {
    expect(row(item(), [removal({ state })]).action).toBe(action);
  });

  it('of several credentials, what needs attention is the action and the weakest level counts', () => {
    const removals = [
      removal({ state: 'executed', verification: verified('proven') }),
      removal({ state: 'restored', verification: verified('refused') }),
      removal({ state: 'quarantined' }),
      removal({ state: 'cancelled', verification: verified('failed') }),
    ];

    expect(row(item(), removals)).toMatchObject({
      action: 'executed',
      verification: 'unchecked',
      removals: 4,
    });
    expect(row(item(), removals.slice(0, 2))).toMatchObject({ action: 'executed', verification: 'refused' });
    expect(row(item(), [...removals, removal({ state: 'held' })])).toMatchObject({
      action: 'held',
      verification: 'not-applicable',
    });
  });

  it('late is late, by the item’s own due time where it has one', () => {
    const answered = (dueAt?: ReviewItem['dueAt']) => item({ decision: decision({ at: NOW }), dueAt });

    expect(reconcile(entry(), answered(), [], { dueAt: ago(1) }).late).toBe(true);
    expect(reconcile(entry(), answered(), [], { dueAt: ahead(1) }).late).toBe(false);
    expect(reconcile(entry(), answered(ahead(2)), [], { dueAt: ago(1) }).late).toBe(false);
    expect(reconcile(entry(), answered(), []).late).toBe(false);
    expect(reconcile(entry(), item(), [], { dueAt: ago(1) }).late).toBe(false);
  });

  it('each column sums to the population, whatever happened', () => {
    const states = fc.array(fc.constantFrom(...RemovalState.options), { maxLength: 3 });
    const line = fc.record({
      out: fc.option(fc.constantFrom('person', 'not-due'), { nil: undefined }),
      state: fc.constantFrom('open', 'answered', 'lapsed', 'removing'),
      decided: fc.boolean(),
      states,
    });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const rows = lines.map(({ out, state, decided, states: list }, n) =>
          reconcile(
            entry(n, out),
            out === undefined ? item({ state, ...(decided ? { decision: decision() } : {}) }) : undefined,
            list.map((one) => removal({ state: one })),
          ),
        );

        expect(assertReconciles(rows, lines.length)).toEqual([]);
        expect(rows.map((one) => ReconciliationRow.parse(one))).toEqual(rows);
        for (const column of Object.values(sumsOf(rows))) {
          expect(Object.values<number>(column).reduce((a, b) => a + b, 0)).toBe(lines.length);
        }
      }),
    );
  });

  it('names everything that does not add up', () => {
    const good = row(item());
    const odd: ReconciliationRow = { ...good, action: 'executed' };
    const out: ReconciliationRow = { ...good, answer: 'excluded' };
    const inside: ReconciliationRow = { ...good, included: false };

    expect(assertReconciles([good, good], 3)).toEqual([
      '2 identities are reconciled, but 3 were considered',
      '1 identities are reconciled more than once',
      'answers add up to 2, not to 3',
      'actions add up to 2, not to 3',
      'verification add up to 2, not to 3',
    ]);
    expect(assertReconciles([odd], 1)).toEqual([
      `${good.identityId} is executed but its verification is not-applicable`,
    ]);
    expect(assertReconciles([out], 1)).toEqual([`${good.identityId} is included but its answer is excluded`]);
    expect(assertReconciles([inside], 1)).toEqual([
      `${good.identityId} is not included but its answer is open`,
    ]);
  });
});

describe('findings', () => {
  it('a campaign in which everything is settled has none', () => {
    const kept = row(item({ state: 'answered', decision: decision() }));
    const off = row(item({ state: 'answered', decision: decision({ verdict: 'revoke' }) }), [
      removal({ state: 'quarantined', verification: verified('confirmed') }),
    ]);

    expect(findingsOf([kept, off, reconcile(entry(1, 'person'), undefined, [])])).toEqual([]);
  });

  it('everything unowned, undelivered, unanswered, held, unfinished, late or failed is one', () => {
    const nobody = {
      code: 'nobody-told',
      cause: 'x',
      ownerId: 'mia',
      heldAt: ago(1),
      holdUntil: ahead(1),
    } as const;
    const rows = [
      row(item({ routedBy: 'fallback' })),
      row(item({ state: 'lapsed' }), [removal({ state: 'held', holds: [nobody] })]),
      row(item({ state: 'lapsed' }), [removal({ state: 'planned' })]),
      row(item({ state: 'lapsed' }), [removal({ state: 'manual-open' })]),
      row(item({ state: 'lapsed' }), [removal({ state: 'failed' })]),
      row(item({ state: 'lapsed' }), [removal({ state: 'executed', verification: verified('failed') })]),
      row(item({ state: 'lapsed' }), [removal({ state: 'executed' })]),
      reconcile(entry(), item({ decision: decision() }), [], { dueAt: ago(1) }),
    ];

    expect(findingsOf(rows).map(({ code, count }) => `${code} ${count}`)).toEqual([
      'unowned 1',
      'undelivered 1',
      'unanswered 1',
      'held 1',
      'unfinished 1',
      'manual-open 1',
      'late 1',
      'failed 1',
      'not-off 1',
      'unchecked 1',
    ]);
  });
});
