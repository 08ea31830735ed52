import { describe, expect, it } from 'vitest';
import { RefusedError } from '../../../lib/domain/errors.ts';
import { checkDelegation, type Delegation, delegationPath } from '../../../lib/domain/review/delegation.ts';
import { directoryOf } from '../../../lib/domain/review/directory.ts';
import { ago, ahead, definition, NOW, person, team } from '../identity/samples.ts';

const names = ['ana', 'ben', 'cai', 'dan', 'eli'];
const directory = directoryOf(
  [...names.map((name) => person(name)), person('gia', { fullMember: false }), person('zoe')],
  [team('all', 'ana', { memberIds: [...names, 'gia', 'ghost'] })],
);
const rules = {
  definition: definition({ reviewers: { ...definition().reviewers, delegateTo: ['nobody', 'all'] } }),
  directory,
  now: NOW,
};
const give = (from: string, to: string, until = ahead(5)): Delegation => ({ from, to, until });
const chain = [give('ana', 'ben'), give('ben', 'cai'), give('cai', 'dan'), give('dan', 'eli')];
const refusal = (wanted: Delegation, existing: Delegation[] = []) => {
  try {
    checkDelegation(wanted, existing, rules);
    return 'allowed';
  } catch (error) {
    return (error as RefusedError).message;
  }
};

describe('delegation', () => {
  it('runs through at most 3 hops', () => {
    expect(delegationPath('ana', 'dan', chain, rules)).toEqual(['ana', 'ben', 'cai', 'dan']);
    expect(delegationPath('ana', 'eli', chain, rules)).toBeUndefined();
  });

  it('ends when it expires, and never reaches people the definition does not allow', () => {
    expect(delegationPath('ana', 'ben', [give('ana', 'ben', NOW)], rules)).toBeUndefined();
    expect(delegationPath('ana', 'zoe', [give('ana', 'zoe')], rules)).toBeUndefined();
    expect(delegationPath('ana', 'gia', [give('ana', 'gia')], rules)).toBeUndefined();
    expect(delegationPath('ana', 'ghost', [give('ana', 'ghost')], rules)).toBeUndefined();
  });

  it('a circle leads nowhere', () => {
    expect(delegationPath('ana', 'zoe', [give('ana', 'ben'), give('ben', 'ana')], rules)).toBeUndefined();
  });

  it('may be given to people the definition allows, with an end', () => {
    expect(refusal(give('ana', 'ben'))).toBe('allowed');
    expect(refusal(give('ana', 'zoe'))).toBe('The campaign does not allow delegating to that person.');
    expect(refusal(give('ana', 'ben', ago(1)))).toBe('A delegation needs an end that lies ahead.');
    expect(refusal(give('ana', 'ana'))).toBe('You cannot delegate to yourself.');
    expect(() => checkDelegation(give('ana', 'zoe'), [], rules)).toThrow(RefusedError);
  });

  it('never goes in a circle nor over 3 hops', () => {
    expect(refusal(give('cai', 'ana'), chain)).toBe(
      'That person has delegated to you; it cannot go in a circle.',
    );
    expect(refusal(give('dan', 'eli'), chain.slice(0, 3))).toBe('It was delegated 3 times already.');
    expect(refusal(give('cai', 'dan'), [...chain.slice(0, 2), give('eli', 'dan')])).toBe('allowed');
  });
});
