import { describe, expect, it } from 'vitest';
import { InvalidInputError, RefusedError } from '../../../lib/domain/errors.ts';
import type { OwnerClaim } from '../../../lib/domain/identity/ownership.ts';
import { directoryOf } from '../../../lib/domain/review/directory.ts';
import { checkHandOver, type HandOver, handOverCandidates } from '../../../lib/domain/review/hand-over.ts';
import { ago, definition, item, NOW, person, snapshot, team } from '../identity/samples.ts';

const directory = directoryOf(
  [
    ...['ana', 'ben', 'cai', 'dan', 'eli', 'pia'].map((name) => person(name)),
    person('gia', { fullMember: false }),
    person('lea', { active: false, leftAt: ago(1) }),
    person('off', { leftAt: ago(1) }),
  ],
  [
    team('payments', 'ana', { memberIds: ['ana', 'ben', 'gia', 'lea', 'off'] }),
    team('football', 'pia', { memberIds: ['ana'] }),
    team('on-call', 'dan', { memberIds: ['dan', 'eli'] }),
  ],
);
const owners: OwnerClaim[] = [
  { role: 'team', value: 'payments', source: 'declared-file', detail: 'owners.yaml:3', outcome: 'reviewer' },
];
const allowing = (...delegateTo: string[]) =>
  definition({ reviewers: { ...definition().reviewers, delegateTo } });
const input = (change: Partial<HandOver> = {}): HandOver => ({
  item: item({ reviewerId: 'ana', routedBy: 'declared-file' }),
  snapshot: snapshot({ owners }),
  definition: allowing(),
  directory,
  now: NOW,
  ...change,
});
const candidates = (change?: Partial<HandOver>) =>
  handOverCandidates(input(change)).map(({ personId }) => personId);
const refusal = (to: string, change?: Partial<HandOver>) => {
  try {
    return `to ${checkHandOver(to, input(change)).personId}`;
  } catch (error) {
    if (error instanceof RefusedError || error instanceof InvalidInputError) return error.code;
    throw error;
  }
};

describe('an item may be handed', () => {
  it('to the owning team and to whom the definition allows, by name of person or team', () => {
    expect(candidates({ definition: allowing('on-call', 'cai') })).toEqual(['ben', 'dan', 'eli', 'cai']);
    expect(refusal('ben', { definition: allowing('on-call') })).toBe('to ben');
    expect(refusal('eli', { definition: allowing('on-call') })).toBe('to eli');
    expect(refusal('on-call', { definition: allowing('on-call') })).toBe('to dan');
    expect(refusal('cai@example.com', { definition: allowing('cai') })).toBe('to cai');
  });

  it('to nobody else, not even a colleague from another team of its reviewer', () => {
    expect(refusal('cai', { definition: allowing('on-call') })).toBe('NOT_ELIGIBLE');
    expect(refusal('pia', { definition: allowing('on-call') })).toBe('NOT_ELIGIBLE');
  });

  it('to everybody where the definition names nobody, the owning team first', () => {
    expect(candidates()).toEqual(['ben', 'cai', 'dan', 'eli', 'pia']);
  });

  it('within the reviewer’s own teams where no team is known to own it', () => {
    const change = { definition: allowing('on-call'), snapshot: snapshot({ owners: [] }) };
    expect(refusal('pia', change)).toBe('to pia');
  });

  it('never to who left, is a guest or is unknown', () => {
    expect(refusal('lea')).toBe('NOT_ELIGIBLE');
    expect(refusal('off')).toBe('NOT_ELIGIBLE');
    expect(refusal('gia')).toBe('NOT_ELIGIBLE');
    expect(refusal('ghost')).toBe('UNKNOWN_REVIEWER');
  });

  it('never in a circle, to its reviewer, or a fourth time', () => {
    const had = (...hops: string[]) => ({ item: item({ reviewerId: 'ana', hops }) });
    expect(refusal('ana')).toBe('CONFLICT');
    expect(refusal('ben', had('ben'))).toBe('CONFLICT');
    expect(candidates(had('ben'))).toEqual(['cai', 'dan', 'eli', 'pia']);
    expect(refusal('ben', had('cai', 'dan', 'eli'))).toBe('CONFLICT');
  });
});
