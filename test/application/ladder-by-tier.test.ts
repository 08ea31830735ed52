import { describe, expect, test } from 'vitest';
import type { Rung } from '../../lib/domain/campaign/definition.ts';
import { Team } from '../../lib/domain/review/person.ts';
import { plusDays } from '../../lib/domain/time.ts';
import { answer, itemRef, ownedIdentity } from '../support/reviews.ts';
import { sampleIdentity } from '../support/sample-identity.ts';
import { MONDAY, TEAMS, type World, world } from '../support/world.ts';

const plain = sampleIdentity();
/** An administrator in production. */
const powerful = (name: string, owner: string) =>
  ownedIdentity(name, owner, { entitlements: { ...plain.entitlements, level: 'admin', admin: 'yes' } });
const rung = (rungId: string, days: number, more: Partial<Rung> = {}): Rung => ({
  rungId,
  from: 'due',
  days,
  channels: ['slack'],
  audience: ['reviewer'],
  warning: false,
  ...more,
});
const LAST_CALL = rung('last-call', -1, { from: 'grace-end', warning: true });

/** What came to a person, by day: the rung it was sent for, and how many items it named. */
const chased = (w: World, personId: string) =>
  w.sent.flatMap(({ to, body, now }) =>
    to.personId === personId && 'rung' in body
      ? [`${now.slice(5, 10)} ${body.rung} ${body.dockets.map(({ open }) => open).join('+')}`]
      : [],
  );

describe('a rung for some tiers', () => {
  const ladder = [rung('high-early', -14, { tiers: ['critical', 'high'] }), rung('all', -7), LAST_CALL];

  test('comes to who has something of those tiers, with everything else that waits for them', async () => {
    const identities = [
      powerful('admin', 'ada'),
      ownedIdentity('reader', 'ada'),
      ownedIdentity('other', 'ben'),
    ];
    const w = await world({ identities, definition: { ladder } });
    await w.open();
    await w.until(plusDays(MONDAY, 15));

    expect(chased(w, 'ada')).toEqual(['09-14 high-early 2', '09-21 all 2']);
    expect(chased(w, 'ben')).toEqual(['09-21 all 1']);
  });

  test('stops when those are answered, and the others go on', async () => {
    const admin = powerful('admin', 'ada');
    const w = await world({ identities: [admin, ownedIdentity('reader', 'ada')], definition: { ladder } });
    const campaign = await w.open();
    await answer(w, itemRef(campaign, admin), 'ada', { verdict: 'revoke', reason: 'not needed' });
    await w.until(plusDays(MONDAY, 15));

    expect(chased(w, 'ada')).toEqual(['09-21 all 1']);
  });

  test('cannot be the only warning where silence switches off everything', async () => {
    const only = [{ ...LAST_CALL, tiers: ['critical' as const, 'high' as const] }];
    const w = await world({ identities: [plain], definition: { ladder: only } });
    await expect(w.prepare()).rejects.toThrow(
      'the reviewer of medium, low identities needs a rung with warning: true',
    );
  });
});

describe('a rung for the owning team', () => {
  test('reaches every member of it and nobody else, and telling them counts', async () => {
    const crew = Team.parse({
      teamId: 'crew',
      name: 'Crew',
      accountableId: 'ada',
      memberIds: ['ada', 'cleo', 'sam', 'gone'],
    });
    const owned = ownedIdentity('one', '', {
      ownerHints: [{ role: 'team', value: 'crew', source: 'tag', detail: 'tag team' }],
    });
    const ladder = [
      rung('open', 0, { from: 'opening' }),
      rung('team', -7, { audience: ['reviewer', 'group'] }),
      LAST_CALL,
    ];
    const w = await world({ identities: [owned], teams: [...TEAMS, crew], definition: { ladder } });
    const campaign = await w.open();
    await w.until(plusDays(MONDAY, 15));

    const docket = await w.environment.store.get('docket', {
      campaignId: campaign.campaignId,
      reviewerId: 'ada',
    });
    const team = docket?.tellings.filter(({ rungId }) => rungId === 'team');
    expect(team?.map(({ personId, as, outcome }) => `${personId} ${as} ${outcome}`).toSorted()).toEqual([
      'ada reviewer delivered',
      'cleo backup delivered',
      'sam backup delivered',
    ]);
  });
});
