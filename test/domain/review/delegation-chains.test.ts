import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Definition } from '../../../lib/domain/campaign/definition.ts';
import { known } from '../../../lib/domain/identity/fact.ts';
import {
  checkDelegation,
  type Delegation,
  delegateOf,
  delegationPath,
  MAX_DELEGATION_HOPS,
} from '../../../lib/domain/review/delegation.ts';
import { directoryOf } from '../../../lib/domain/review/directory.ts';
import { checkEligibility } from '../../../lib/domain/review/eligibility.ts';
import { plusDays } from '../../../lib/domain/time.ts';
import { DEFINITION, MONDAY, person } from '../../support/world.ts';
import { authenticated, identity, item, snapshot } from '../identity/samples.ts';

const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];
const directory = directoryOf(
  IDS.map((id) => person(id, { managerId: undefined })),
  [],
);
const definition = Definition.parse({
  ...DEFINITION,
  reviewers: {
    ...DEFINITION.reviewers,
    delegateTo: ['b', 'c', 'd', 'e', 'f'],
    independenceTiers: ['critical', 'high', 'medium', 'low'],
  },
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
/** Some start later, some are given by somebody else than whose right it is. */
const plans = fc.array(
  fc.record({
    from: fc.constantFrom(...IDS),
    to: fc.constantFrom(...IDS),
    startsIn: fc.constantFrom(undefined, undefined, 5, 20, 40),
    days: fc.integer({ min: 1, max: 45 }),
    givenBy: fc.constantFrom(undefined, undefined, ...IDS),
  }),
  { maxLength: 12 },
);
/** Days after they were given, on which they are looked at. */
const LOOKED_AT = [0, 5, 12, 20, 30, 40, 60];

interface Wish {
  readonly from: string;
  readonly to: string;
  readonly days: number;
  readonly startsIn?: number | undefined;
  readonly givenBy?: string | undefined;
}

/** What is left of wishes when each is allowed or refused in turn. */
function allowed(wanted: readonly Wish[]): Delegation[] {
  const given: Delegation[] = [];
  for (const { from, to, days, startsIn, givenBy } of wanted) {
    const fromAt = startsIn === undefined ? undefined : plusDays(MONDAY, startsIn);
    const until = plusDays(MONDAY, days + (startsIn ?? 0));
    const one = { from, to, fromAt, until, givenBy: givenBy === from ? undefined : givenBy };
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
    fc.property(fc.oneof(wishes, plans), fc.constantFrom(...LOOKED_AT), (wanted, day) => {
      const given = allowed(wanted);
      const then = { ...rules, now: plusDays(MONDAY, day) };
      for (const from of IDS) {
        for (const to of IDS) {
          const path = delegationPath(from, to, given, then);
          if (!path) continue;
          expect(path.length - 1).toBeLessThanOrEqual(MAX_DELEGATION_HOPS);
          expect(new Set(path).size).toBe(path.length);
          expect(path.slice(1)).not.toContain('a');
          expect(delegationPath(to, from, given, then)).toBeUndefined();
        }
      }
    }),
    { numRuns: 300 },
  );
});

/** Whether a right comes from one to the other over these in at most 3 steps. */
function comes(from: string, to: string, over: readonly Delegation[], steps = MAX_DELEGATION_HOPS): boolean {
  if (from === to) return true;
  return steps > 0 && over.some((one) => one.from === from && comes(one.to, to, over, steps - 1));
}

test('whoever created an identity never certifies it: not through whom they let answer, nor through whom they chose to answer for another', () => {
  let certifiedByDelegates = 0;
  let refusedDelegates = 0;
  const made = new Map(
    IDS.map((id) => [id, snapshot({ owners: [], identity: identity({ createdBy: known(id, 'log') }) })]),
  );
  fc.assert(
    fc.property(
      plans,
      fc.constantFrom(...IDS),
      fc.constantFrom(...IDS),
      fc.constantFrom(...LOOKED_AT),
      (wanted, creator, reviewerId, day) => {
        const given = allowed(wanted);
        const now = plusDays(MONDAY, day);
        const withoutThem = given.filter(
          ({ from, to, givenBy, fromAt, until }) =>
            ![from, to, givenBy].includes(creator) && (fromAt ?? MONDAY) <= now && until > now,
        );
        for (const who of directory.everyone()) {
          const seen = made.get(creator);
          if (!seen) throw new Error('no snapshot');
          const word = checkEligibility({
            verdict: 'certify',
            item: item({ reviewerId }),
            snapshot: seen,
            who,
            authenticated: authenticated(who.personId),
            definition,
            directory,
            now,
            delegations: given,
          });
          if (!word.eligible) {
            if (word.code === 'SELF_REVIEW' && who.personId !== reviewerId) refusedDelegates += 1;
            continue;
          }
          expect(who.personId).not.toBe(creator);
          expect(comes(reviewerId, who.personId, withoutThem)).toBe(true);
          if (who.personId !== reviewerId) certifiedByDelegates += 1;
        }
      },
    ),
    { numRuns: 500 },
  );
  expect(certifiedByDelegates).toBeGreaterThan(0);
  expect(refusedDelegates).toBeGreaterThan(0);
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
