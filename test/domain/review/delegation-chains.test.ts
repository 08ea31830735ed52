import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Definition } from '../../../lib/domain/campaign/definition.ts';
import {
  checkDelegation,
  type Delegation,
  delegateOf,
  delegationPath,
  MAX_DELEGATION_HOPS,
} from '../../../lib/domain/review/delegation.ts';
import { directoryOf } from '../../../lib/domain/review/directory.ts';
import { plusDays } from '../../../lib/domain/time.ts';
import { DEFINITION, MONDAY, person } from '../../support/world.ts';

const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];
const directory = directoryOf(
  IDS.map((id) => person(id, { managerId: undefined })),
  [],
);
const definition = Definition.parse({
  ...DEFINITION,
  reviewers: { ...DEFINITION.reviewers, delegateTo: ['b', 'c', 'd', 'e', 'f'] },
});
const rules = { definition, directory, now: MONDAY };

const wishes = fc.array(
  fc.record({
    from: fc.constantFrom(...IDS),
    to: fc.constantFrom(...IDS),
    days: fc.integer({ min: 1, max: 80 }),
  }),
  { maxLength: 12 },
);

/** What is left of wishes when each is allowed or refused in turn. */
function allowed(wanted: readonly { from: string; to: string; days: number }[]): Delegation[] {
  const given: Delegation[] = [];
  for (const { from, to, days } of wanted) {
    const one = { from, to, until: plusDays(MONDAY, days) };
    try {
      checkDelegation(one, given, rules);
      given.push(one);
    } catch (error) {
      expect(error).toMatchObject({ code: 'NOT_ELIGIBLE' });
    }
  }
  return given;
}

test('whatever is delegated to whom, no right comes back to whom it came from, goes further than three people, or to whom the definition does not name', () => {
  fc.assert(
    fc.property(wishes, (wanted) => {
      const given = allowed(wanted);
      for (const from of IDS) {
        for (const to of IDS) {
          const path = delegationPath(from, to, given, rules);
          if (!path) continue;
          expect(path.length - 1).toBeLessThanOrEqual(MAX_DELEGATION_HOPS);
          expect(new Set(path).size).toBe(path.length);
          expect(path.slice(1)).not.toContain('a');
          expect(delegationPath(to, from, given, rules)).toBeUndefined();
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('who is chased in somebody’s place is the last whom the right has come to', () => {
  fc.assert(
    fc.property(wishes, (wanted) => {
      // Everybody lets one other person, so that there is one way for a right to go.
      const given = allowed(wanted).filter(
        (one, n, all) => all.findIndex(({ from }) => from === one.from) === n,
      );
      for (const from of IDS) {
        const to = delegateOf(from, given, rules);
        expect(to !== undefined).toBe(given.some((one) => one.from === from));
        if (to === undefined) continue;
        const path = delegationPath(from, to, given, rules);
        expect(path).toBeDefined();
        const isFull = (path?.length ?? 0) > MAX_DELEGATION_HOPS;
        expect(isFull || !given.some((one) => one.from === to)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});
