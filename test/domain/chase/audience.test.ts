import { describe, expect, it } from 'vitest';
import { type AudienceInput, audienceOf } from '../../../lib/domain/chase/audience.ts';
import type { OwnerClaim } from '../../../lib/domain/identity/ownership.ts';
import { directoryOf } from '../../../lib/domain/review/directory.ts';
import { ago, ahead, definition, NOW, person, team } from '../identity/samples.ts';

const people = [
  person('ana', { managerId: 'max' }),
  person('ben'),
  person('cai'),
  person('gia', { fullMember: false }),
  person('max', { active: false, managerId: 'mia' }),
  person('mia', { leftAt: ago(1), managerId: 'moe' }),
  person('moe'),
  person('pia'),
  person('sam', { roles: ['security'] }),
];
const directory = directoryOf(people, [
  team('payments', 'ana', { backupId: 'ben', memberIds: ['ana', 'ben'] }),
  team('football', 'pia', { backupId: 'cai', memberIds: ['ana', 'pia'] }),
  team('desk', 'mia', { backupId: 'max', memberIds: ['gia', 'pia'] }),
]);
const claim = (change: Partial<OwnerClaim>): OwnerClaim => ({
  role: 'team',
  value: 'payments',
  source: 'tag',
  detail: 'tag team',
  outcome: 'reviewer',
  ...change,
});
const of = (audience: AudienceInput['audience'], owners: OwnerClaim[][] = [[claim({})]], change = {}) =>
  audienceOf({
    audience,
    reviewerId: 'ana',
    owners,
    directory,
    definition: definition({ reviewers: { ...definition().reviewers, fallback: 'desk' } }),
    now: NOW,
    ...change,
  }).map(({ person: { personId }, as }) => `${personId} as ${as}`);

describe('the audience of a rung', () => {
  it('has the backup of the team that owns the identity, not of other teams of the reviewer (teleport#43176)', () => {
    expect(of(['reviewer', 'backup'])).toEqual(['ana as reviewer', 'ben as backup']);
    expect(of(['backup'], [[claim({ role: 'technical', value: 'ana' })]])).toEqual([]);
    expect(of(['backup'], [[claim({})], [claim({ value: 'football' })]])).toEqual([
      'ben as backup',
      'cai as backup',
    ]);
  });

  it('has the backup owner declared for the identity, by the source its reviewer was found by', () => {
    const owner = claim({ role: 'accountable', value: 'ana', source: 'declared-file' });
    const backup = (source: string) => claim({ role: 'backup', value: 'pia', source, outcome: 'eligible' });

    expect(of(['backup'], [[owner, backup('declared-file')]])).toEqual(['pia as backup']);
    expect(of(['backup'], [[owner, backup('tag')]])).toEqual([]);
  });

  it('has the first manager upwards who is here', () => {
    expect(of(['manager'])).toEqual(['moe as manager']);
    const circle = directoryOf(
      [person('ana', { managerId: 'max' }), person('max', { active: false, managerId: 'ana' })],
      [],
    );
    expect(of(['manager'], [], { directory: circle })).toEqual([]);
  });

  it('has the first of the fallback team who may answer', () => {
    expect(of(['fallback'])).toEqual(['pia as fallback']);
  });

  it('counts security, and whoever may not answer, as bystanders', () => {
    expect(of(['security'])).toEqual(['sam as bystander']);
    expect(of(['reviewer'], [], { reviewerId: 'gia' })).toEqual(['gia as bystander']);
  });

  it('names nobody twice, and nobody who is not here', () => {
    expect(of(['reviewer', 'manager'], [], { reviewerId: 'max' })).toEqual(['moe as manager']);
    const both = [[claim({})], [claim({})]];
    expect(of(['reviewer', 'backup', 'backup'], both)).toEqual(['ana as reviewer', 'ben as backup']);
    const leaving = directoryOf([person('ana', { leftAt: ahead(3) })], []);
    expect(of(['reviewer'], [], { directory: leaving })).toEqual(['ana as reviewer']);
  });
});
