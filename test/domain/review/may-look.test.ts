import { describe, expect, it } from 'vitest';
import type { OwnerClaim } from '../../../lib/domain/identity/ownership.ts';
import { directoryOf } from '../../../lib/domain/review/directory.ts';
import { mayLook } from '../../../lib/domain/review/may-look.ts';
import type { ReviewItem } from '../../../lib/domain/review/review-item.ts';
import { ago, definition, item, NOW, person, snapshot, team } from '../identity/samples.ts';

const everyone = [
  ...['ana', 'ben', 'cai', 'dan', 'eli', 'fay', 'ivo', 'kim', 'pia', 'uma', 'zoe'].map((name) =>
    person(name),
  ),
  person('rev', { managerId: 'ivo' }),
  person('aud', { roles: ['auditor'] }),
  person('com', { roles: ['compliance-manager'] }),
  person('sam', { roles: ['security'] }),
  person('adm', { roles: ['admin'] }),
  person('gia', { fullMember: false }),
  person('lea', { leftAt: ago(1) }),
];
const directory = directoryOf(everyone, [
  team('payments', 'ana', { memberIds: ['ana', 'ben', 'gia', 'lea'] }),
  team('approvers', 'pia', { memberIds: ['pia'] }),
  team('platform', 'uma', { memberIds: ['uma', 'zoe'] }),
]);
const owners: OwnerClaim[] = [
  { role: 'team', value: 'payments', source: 'declared-file', detail: 'owners.yaml:3', outcome: 'reviewer' },
  { role: 'backup', value: 'kim@example.com', source: 'tag', detail: 'tag backup', outcome: 'eligible' },
];
const reviewers = {
  ...definition().reviewers,
  fallback: 'fay',
  manager: 'dan',
  approvers: 'approvers',
  riskAcceptors: 'eli',
};
const lookers = (change: Partial<ReviewItem> = {}, claims = owners) =>
  everyone
    .map(({ personId }) => personId)
    .filter((personId) =>
      mayLook(personId, {
        item: item({ reviewerId: 'rev', hops: ['cai'], routedBy: 'declared-file', ...change }),
        snapshot: snapshot({ owners: claims }),
        definition: definition({ reviewers }),
        directory,
        now: NOW,
      }),
    )
    .toSorted();

describe('the evidence of an item is shown', () => {
  it('to its reviewers now and before, their manager, its owners, the people named for the review, and offices', () => {
    expect(lookers()).toEqual(
      [
        'rev',
        'cai',
        'ivo',
        'ana',
        'ben',
        'kim',
        'fay',
        'dan',
        'pia',
        'eli',
        'aud',
        'com',
        'sam',
        'adm',
      ].toSorted(),
    );
  });

  it('to nobody else: no stranger, guest, nor who left', () => {
    for (const stranger of ['uma', 'zoe', 'gia', 'lea', 'ghost']) expect(lookers()).not.toContain(stranger);
  });

  it('of an unowned one also to who answers for a team, was proposed, or claims it', () => {
    const orphan = { reviewerId: 'fay', hops: [], routedBy: 'fallback' };
    expect(lookers(orphan, [])).toContain('uma');
    expect(lookers(orphan, [])).not.toContain('zoe');
    const proposal = { personId: 'zoe', by: 'fay', at: NOW, reason: '' };
    expect(lookers({ ...orphan, proposal }, [])).toContain('zoe');
    expect(lookers({ ...orphan, claim: { personId: 'zoe', at: NOW } }, [])).toContain('zoe');
  });
});
