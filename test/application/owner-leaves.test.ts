import { describe, expect, test } from 'vitest';
import { directoryOf } from '../../lib/domain/review/directory.ts';
import type { Person } from '../../lib/domain/review/person.ts';
import { HOUR_MS, plusDays } from '../../lib/domain/time.ts';
import { answer, itemRef, ownedIdentity, storedItem } from '../support/reviews.ts';
import { DEFINITION, MONDAY, PEOPLE, person, TEAMS, type World, world } from '../support/world.ts';

const joe = person('joe', { managerId: 'moe' });
const people = [...PEOPLE, joe, person('moe', { managerId: 'max' })];

/** From now on the directory says something else about them; undefined is nothing at all. */
function leaves(w: World, who: readonly Person[], personId: string, becomes?: Partial<Person>): void {
  const others = who.filter((each) => each.personId !== personId);
  const left = who.find((each) => each.personId === personId);
  const now = directoryOf(left && becomes ? [...others, { ...left, ...becomes }] : others, TEAMS);
  Object.assign(w.environment.people, { directory: async () => now });
}

const attested = async ({ environment: { store } }: World) => {
  const shards = Array.from({ length: store.inboxShards }, (_, shard) => store.inbox(shard, { limit: 500 }));
  return (await Promise.all(shards)).flatMap(({ entries }) =>
    entries.map(({ envelope }) => {
      const { payload } = JSON.parse(envelope) as { payload: string };
      return JSON.parse(Buffer.from(payload, 'base64').toString()) as {
        predicateType: string;
        predicate: { how?: string; from?: string; to?: string; actor: { kind: string } };
      };
    }),
  );
};

describe('when a reviewer leaves while a review runs', () => {
  test('their manager is asked in their place, may answer, and the hop is kept and attested', async () => {
    const one = ownedIdentity('one', 'joe');
    const w = await world({ identities: [one], people });
    const campaign = await w.open();
    const ref = itemRef(campaign, one);
    await w.until(plusDays(MONDAY, 3), 6 * HOUR_MS);
    leaves(w, people, 'joe', { active: false });
    const since = w.clock.now();
    await w.until(plusDays(MONDAY, 20), 6 * HOUR_MS);

    expect(await storedItem(w, ref)).toMatchObject({ reviewerId: 'moe', routedBy: 'manager', hops: ['joe'] });
    const told = w.sent.filter(({ now }) => now > since).map(({ to }) => to.personId);
    expect(told).toContain('moe');
    expect(told).not.toContain('joe');
    const docket = await w.environment.store.get('docket', {
      campaignId: campaign.campaignId,
      reviewerId: 'joe',
    });
    expect(docket?.state).toBe('done');
    const changes = (await attested(w)).filter(({ predicateType }) =>
      predicateType.includes('owner-changed'),
    );
    const pseudonym = (who: string) => w.environment.attestor.pseudonym(who);
    expect(changes.map(({ predicate }) => predicate)).toMatchObject([
      { how: 'left', from: pseudonym('joe'), to: pseudonym('moe'), actor: { kind: 'system' } },
    ]);

    await answer(w, ref, 'moe', { verdict: 'certify', reason: 'in use' });
    expect((await storedItem(w, ref)).decision?.by).toBe('moe');
  });

  test('the manager they had is found although the directory has forgotten them', async () => {
    const one = ownedIdentity('one', 'joe');
    const w = await world({ identities: [one], people });
    const ref = itemRef(await w.open(), one);
    leaves(w, people, 'joe');
    await w.until(plusDays(MONDAY, 20), 6 * HOUR_MS);
    expect(await storedItem(w, ref)).toMatchObject({ reviewerId: 'moe', routedBy: 'manager' });
  });

  test('the backup of the owning team comes first', async () => {
    const one = ownedIdentity('one', '', {
      ownerHints: [{ role: 'team', value: 'billing', source: 'tag', detail: 'tag team' }],
    });
    const w = await world({ identities: [one], people });
    const ref = itemRef(await w.open(), one);
    expect((await storedItem(w, ref)).reviewerId).toBe('ada');
    leaves(w, people, 'ada', { leftAt: MONDAY });
    await w.until(plusDays(MONDAY, 20), 6 * HOUR_MS);
    expect(await storedItem(w, ref)).toMatchObject({ reviewerId: 'ben', routedBy: 'tag', hops: ['ada'] });
  });

  test('who got it from somebody else is followed by their own manager, never by who had it before', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await world({ identities: [one], people });
    const ref = itemRef(await w.open(), one);
    await answer(w, ref, 'ada', { verdict: 'reassign', reason: 'his', to: 'joe' });
    leaves(w, people, 'joe', { active: false });
    await w.until(plusDays(MONDAY, 20), 6 * HOUR_MS);
    expect(await storedItem(w, ref)).toMatchObject({ reviewerId: 'moe', hops: ['ada', 'joe'] });
  });

  test('what nobody owns stays with the fallback team: no manager may keep it', async () => {
    const orphan = ownedIdentity('orphan', '');
    const reviewers = { ...DEFINITION.reviewers, fallback: 'billing' };
    const w = await world({ identities: [orphan], people, definition: { reviewers } });
    const ref = itemRef(await w.open(), orphan);
    leaves(w, people, 'ada', { active: false });
    await w.until(plusDays(MONDAY, 20), 6 * HOUR_MS);
    expect(await storedItem(w, ref)).toMatchObject({ reviewerId: 'ben', routedBy: 'fallback' });
    for (const who of ['ben', 'max'])
      await expect(answer(w, ref, who, { verdict: 'certify', reason: '' })).rejects.toMatchObject({
        code: 'NOT_ELIGIBLE',
      });
  });

  test('all they had moves on, and what they answered stays answered', async () => {
    const identities = Array.from({ length: 23 }, (_, n) => ownedIdentity(`svc-${n}`, 'joe'));
    const w = await world({ identities, people });
    const campaign = await w.open();
    const [first, ...others] = identities.map((each) => itemRef(campaign, each));
    if (first) await answer(w, first, 'joe', { verdict: 'certify', reason: 'in use' });
    leaves(w, people, 'joe', { active: false });
    await w.until(plusDays(MONDAY, 20), 6 * HOUR_MS);
    const { store } = w.environment;
    expect(await store.countOpenItems(campaign.campaignId, 'moe')).toBe(others.length);
    expect(await store.countOpenItems(campaign.campaignId, 'joe')).toBe(0);
    if (first) expect(await storedItem(w, first)).toMatchObject({ reviewerId: 'joe', state: 'answered' });
  });

  test('nothing moves where nobody else can be asked', async () => {
    const orphan = ownedIdentity('orphan', '');
    const w = await world({ identities: [orphan], people });
    const ref = itemRef(await w.open(), orphan);
    leaves(w, people, 'fay', { active: false });
    await w.until(plusDays(MONDAY, 3), 6 * HOUR_MS);
    expect(await storedItem(w, ref)).toMatchObject({ reviewerId: 'fay', hops: [] });
  });
});
