import { describe, expect, test } from 'vitest';
import type { DefinitionInput } from '../../lib/domain/campaign/definition.ts';
import type { Identity } from '../../lib/domain/identity/identity.ts';
import { directoryOf } from '../../lib/domain/review/directory.ts';
import type { Person } from '../../lib/domain/review/person.ts';
import { HOUR_MS, plusDays } from '../../lib/domain/time.ts';
import { campaigns, manifestOf } from '../support/events.ts';
import { PowerCut, wire } from '../support/power-cuts.ts';
import { answer, itemRef, ownedIdentity, storedItem } from '../support/reviews.ts';
import { MONDAY, PEOPLE, person, TEAMS, type World, world } from '../support/world.ts';

const joe = person('joe', { managerId: 'moe' });
const crowd = Array.from({ length: 20 }, (_, n) => person(`crowd${n}`));
const people = [...PEOPLE, joe, person('moe', { managerId: 'max' }), ...crowd];
const [one, two, hers] = [
  ownedIdentity('one', 'joe'),
  ownedIdentity('two', 'joe'),
  ownedIdentity('hers', 'ada'),
];

const SHORT: Partial<DefinitionInput> = {
  events: { kinds: ['owner-gone'] },
  timeline: { reviewDays: 8, graceDays: 3, closeAfterDays: 3 },
  noResponse: 'report-only',
};

const start = (definition: Partial<DefinitionInput> = SHORT) =>
  world({ identities: [one, two, hers] as Identity[], people, definition });

/** From now on the directory has only these. */
function remain(w: World, who: readonly Person[]): void {
  const now = directoryOf(who, TEAMS);
  Object.assign(w.environment.people, { directory: async () => now });
}

const without = (...ids: readonly string[]) => people.filter(({ personId }) => !ids.includes(personId));

/** A campaign in which joe kept `one`, and ada hers; `two` nobody answered for. */
async function closed(definition?: Partial<DefinitionInput>) {
  const w = await start(definition);
  const campaign = await w.open();
  await answer(w, itemRef(campaign, one), 'joe', { verdict: 'certify', reason: 'in use' });
  await answer(w, itemRef(campaign, hers), 'ada', { verdict: 'certify', reason: 'in use' });
  await w.until(plusDays(campaign.closeBy, 1), 6 * HOUR_MS);
  return { w, campaign };
}

const opened = async (w: World) => (await campaigns(w)).filter(({ launchedBy }) => launchedBy === 'event');

describe('when somebody has gone since the directory was last looked at', () => {
  test('what they answered for last is asked about again, of whoever is next', async () => {
    const { w } = await closed();
    remain(w, without('joe'));

    await w.until(plusDays(w.clock.now(), 3), 6 * HOUR_MS);

    const [campaign, ...others] = await opened(w);
    expect(others).toEqual([]);
    expect(campaign).toMatchObject({ title: 'Quarterly review: owner gone', counts: { included: 2 } });
    expect(await manifestOf(w, campaign?.populationDigest)).toMatchObject([
      {
        name: 'one',
        reason: expect.stringContaining('The person who answered for it last is no longer here.'),
      },
      { name: 'two' },
    ]);
    expect((await storedItem(w, itemRef(campaign!, one))).reviewerId).not.toBe('joe');
  });

  test('once, however long they stay away; and again when they come back and go', async () => {
    const { w } = await closed();
    remain(w, without('joe'));
    await w.until(plusDays(w.clock.now(), 20), 12 * HOUR_MS);
    expect(await opened(w)).toHaveLength(1);

    remain(w, people);
    const [campaign] = await opened(w);
    const item = await storedItem(w, itemRef(campaign!, one));
    expect(item.state).not.toBe('open');
    await w.until(plusDays(w.clock.now(), 3), 12 * HOUR_MS);
    remain(w, without(item.reviewerId));
    await w.until(plusDays(w.clock.now(), 3), 12 * HOUR_MS);

    expect(await opened(w)).toHaveLength(2);
  });

  test('what they have open goes on to others the same day, and no other review is opened for it', async () => {
    const w = await start({ ...SHORT, timeline: { reviewDays: 21 } });
    const campaign = await w.open();
    remain(w, without('joe'));

    await w.until(plusDays(MONDAY, 1.2), HOUR_MS);

    expect((await storedItem(w, itemRef(campaign, one))).hops).toEqual(['joe']);
    expect(await opened(w)).toEqual([]);
  });

  test('what others answered for since is theirs', async () => {
    const { w } = await closed();
    const second = await w.openCampaign({
      definitionId: 'quarterly',
      launchedBy: 'max',
      campaignId: 'second',
    });
    await w.settle();
    for (const identity of [one, two])
      await answer(w, itemRef(second, identity), 'joe', {
        verdict: 'reassign',
        to: 'ada',
        reason: 'hers now',
      });
    await answer(w, itemRef(second, one), 'ada', { verdict: 'certify', reason: 'in use' });
    await answer(w, itemRef(second, two), 'ada', { verdict: 'certify', reason: 'in use' });
    remain(w, without('joe'));

    await w.until(plusDays(w.clock.now(), 3), 6 * HOUR_MS);

    expect(await opened(w)).toEqual([]);
  });

  test('nothing is opened where no definition asks about it', async () => {
    const { w } = await closed({ ...SHORT, events: undefined });
    remain(w, without('joe'));

    await w.until(plusDays(w.clock.now(), 3), 6 * HOUR_MS);

    expect(await opened(w)).toEqual([]);
  });

  test('a directory that has lost a third of its people at once is not believed, until it is whole again', async () => {
    const { w } = await closed();
    remain(w, without('joe', ...crowd.map(({ personId }) => personId)));
    await w.until(plusDays(w.clock.now(), 3), 6 * HOUR_MS);
    expect(await opened(w)).toEqual([]);

    remain(w, without('joe'));
    await w.until(plusDays(w.clock.now(), 3), 6 * HOUR_MS);
    expect(await opened(w)).toHaveLength(1);
  });

  test('a comparison that breaks off at any call comes to the same', async () => {
    for (const when of ['before', 'after'] as const) {
      const { w } = await closed();
      remain(w, without('joe'));
      w.setClock(plusDays(w.clock.now(), 1));
      const power = wire(w);
      for (let cut = 1; cut < 200; cut += 1) {
        power.cutAt(cut, when);
        await w.work({ work: 'note-people-gone', key: { name: 'people' } }).catch((error: unknown) => {
          if (!(error instanceof PowerCut)) throw error;
        });
        if (!power.restore()) break;
      }
      power.cutAt(undefined, when);
      await w.until(plusDays(w.clock.now(), 2), 6 * HOUR_MS);

      expect(await opened(w)).toMatchObject([{ counts: { included: 2 } }]);
    }
  });
});
