import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { generateKey } from '../../lib/adapters/crypto/key-file.ts';
import { p256Signer } from '../../lib/adapters/crypto/signers.ts';
import { createMemoryReviewStore } from '../../lib/adapters/memory/review-store.ts';
import type { DefinitionInput } from '../../lib/domain/campaign/definition.ts';
import { UpstreamError } from '../../lib/domain/errors.ts';
import { MINUTE_MS, plusDays } from '../../lib/domain/time.ts';
import { type Weather, weatherOver } from '../support/chaos.ts';
import { type ChaseRecord, recordChase } from '../support/chase-record.ts';
import { brokenRules } from '../support/chase-rules.ts';
import { companyOf, type Habit, leave } from '../support/owners.ts';
import { leaveDeadMailAlone, openAnother, play } from '../support/playing.ts';
import { isRace } from '../support/stories.ts';
import { DEFINITION, MONDAY, type World, world } from '../support/world.ts';

const SIGNER = p256Signer(generateKey('p256'));
const SHORT: Partial<DefinitionInput> = {
  reviewers: { ...DEFINITION.reviewers, delegateTo: ['all-hands'] },
  enforcement: { defaultMode: 'armed', caps: [{ per: 'campaign', count: 1000 }], inventoryMaxAgeHours: 168 },
  timeline: { reviewDays: 12, graceDays: 5, closeAfterDays: 14 },
};

/** Two reviews of twelve owners, the second and shorter one opened while the first is under way, in weather of that seed. */
async function reviewed(seed: number): Promise<{ w: World; record: ChaseRecord; weather: Weather }> {
  const company = companyOf(12, 3);
  const w = await world({
    identities: company.identities,
    people: company.people,
    teams: company.teams,
    signer: SIGNER,
    store: () => createMemoryReviewStore({ dueShards: 1, inboxShards: 1 }),
    lenient: true,
  });
  const record = recordChase(w);
  await w.collect();
  leaveDeadMailAlone(w);
  const those = (habit: Habit) =>
    new Set(company.owners.filter((one) => one.habit === habit).map(({ person }) => person.personId));
  const dead = those('dead mailbox');
  const fateOf = (personId: string) => (dead.has(personId) ? 'bounced' : 'delivered');
  const weather = weatherOver(w, record, { seed, share: 0.2, fateOf });
  // Nobody who could be told instead of an owner can be reached before the second review is over.
  const inCharge = ['lead0', 'lead1', 'max', 'fay'];
  for (const personId of inCharge) w.unreachable.add(personId);
  const reachable = async () => w.unreachable.clear();
  const timeline = { reviewDays: 3, graceDays: 1, closeAfterDays: 20 };
  await play({
    w,
    record,
    weather,
    company,
    happenings: [
      { at: MONDAY, what: () => openAnother(w, company, { ...SHORT, definitionId: 'first' }) },
      {
        at: plusDays(MONDAY, 2),
        what: () => openAnother(w, company, { ...SHORT, timeline, definitionId: 'second' }),
      },
      { at: plusDays(MONDAY, 8), what: async () => leave(w, company, those('leaver')) },
      { at: plusDays(MONDAY, 12), what: reachable },
      ...Array.from({ length: 9 }, (_, n) => ({ at: plusDays(MONDAY, n * 5 + 3), what: () => w.collect() })),
    ],
    until: plusDays(MONDAY, 45),
    stepMs: 10 * MINUTE_MS,
  });
  return { w, record, weather };
}

test('with a fifth of all calls and events lost, doubled, late or out of order, the rules of the chase hold', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const { w, record, weather } = await reviewed(seed);
      const unexpected = w.failures.filter((error) => !isRace(error) && !(error instanceof UpstreamError));
      expect(unexpected).toEqual([]);
      expect(await brokenRules(w, record)).toEqual([]);
      expect(record.switchedOff.length).toBeGreaterThan(5);
      expect(weather.damage.size).toBeGreaterThan(10);
    }),
    { numRuns: 3, seed: 20_260_907, endOnFailure: true },
  );
}, 240_000);
