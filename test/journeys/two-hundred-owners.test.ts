// Two hundred owners of mixed habits in twelve zones, three reviews that overlap, one quarter.
import { beforeAll, describe, expect, it } from 'vitest';
import { createMemoryReviewStore } from '../../lib/adapters/memory/review-store.ts';
import { reconcileCampaign } from '../../lib/application/close-campaign.ts';
import type { DefinitionInput } from '../../lib/domain/campaign/definition.ts';
import { UpstreamError } from '../../lib/domain/errors.ts';
import { assertReconciles, sumsOf } from '../../lib/domain/metrics/reconciliation.ts';
import { MINUTE_MS, plusDays } from '../../lib/domain/time.ts';
import { weatherOver } from '../support/chaos.ts';
import { type ChaseRecord, recordChase } from '../support/chase-record.ts';
import {
  atMostOneDigestADay,
  minimumPeriodsAreKept,
  nobodyIsChasedAfterFinishing,
  noneMissesARung,
  noSwitchOffUntold,
} from '../support/chase-rules.ts';
import { companyOf, HABITS, type Habit, leave, ZONES } from '../support/owners.ts';
import { leaveDeadMailAlone, openAnother, play } from '../support/playing.ts';
import { isRace } from '../support/stories.ts';
import { DEFINITION, MONDAY, type World, world } from '../support/world.ts';

const OWNERS = 200;
const THINGS = 3;
const DAYS = 91;
const PLAYING_MS = 600_000;
const company = companyOf(OWNERS, THINGS);

const REVIEW: Partial<DefinitionInput> = {
  reviewers: { ...DEFINITION.reviewers, delegateTo: ['all-hands'] },
  enforcement: {
    defaultMode: 'armed',
    caps: [{ per: 'campaign', count: 10_000 }],
    inventoryMaxAgeHours: 168,
  },
  timeline: { reviewDays: 14, graceDays: 5, closeAfterDays: 14 },
};

/**
 * What one review may send to somebody who never answers: opening, a week and two days before, the due day, five days of
 * grace and the last call in Slack; three of them by mail, too.
 */
const CHASES_A_REVIEW = 10 + 3;
/** What comes back, or is handed over, is asked about anew on both channels. */
const ASKED_ANEW = 2 * THINGS;
const REVIEWS = 3;

const those = (habit: Habit): Set<string> =>
  new Set(company.owners.filter((one) => one.habit === habit).map(({ person }) => person.personId));

describe('two hundred owners in a quarter', () => {
  let w: World;
  let record: ChaseRecord;

  beforeAll(async () => {
    w = await world({
      identities: company.identities,
      people: company.people,
      teams: company.teams,
      store: () => createMemoryReviewStore({ dueShards: 1, inboxShards: 1 }),
      lenient: true,
    });
    record = recordChase(w);
    leaveDeadMailAlone(w);
    await w.collect();
    const dead = those('dead mailbox');
    const fateOf = (personId: string) => (dead.has(personId) ? 'bounced' : 'delivered');
    const weather = weatherOver(w, record, { seed: 200, share: 0, fateOf });
    const review = (definitionId: string, day: number) => ({
      at: plusDays(MONDAY, day),
      what: () => openAnother(w, company, { ...REVIEW, definitionId }),
    });
    await play({
      w,
      record,
      weather,
      company,
      happenings: [
        review('first', 0),
        review('second', 9),
        review('third', 25),
        { at: plusDays(MONDAY, 5), what: async () => leave(w, company, those('leaver')) },
        ...Array.from({ length: 18 }, (_, n) => ({
          at: plusDays(MONDAY, n * 5 + 3),
          what: () => w.collect(),
        })),
      ],
      until: plusDays(MONDAY, DAYS),
      stepMs: 30 * MINUTE_MS,
    });
  }, PLAYING_MS);

  it('have every habit and live in twelve zones', () => {
    expect(new Set(company.owners.map(({ habit }) => habit)).size).toBe(HABITS.length);
    expect(new Set(company.owners.map(({ person }) => person.timeZone)).size).toBe(ZONES.length);
  });

  it('are not chased after finishing', () => {
    expect(nobodyIsChasedAfterFinishing(record)).toEqual([]);
  });

  it('miss no rung', async () => {
    expect(await noneMissesARung(w, record)).toEqual([]);
  });

  it('get at most one digest a day', async () => {
    expect(await atMostOneDigestADay(w, record)).toEqual([]);
  });

  it('have every minimum period', async () => {
    expect(await minimumPeriodsAreKept(w, record)).toEqual([]);
  });

  it('lose nothing that nobody was told of', () => {
    expect(noSwitchOffUntold(record)).toEqual([]);
    expect(record.switchedOff.length).toBeGreaterThan(OWNERS / 2);
  });

  it('see every review closed, and every column of it adds up to the population', async () => {
    const campaigns = await w.environment.store.campaigns();
    expect(campaigns).toHaveLength(REVIEWS);
    for (const campaign of campaigns) {
      expect(campaign.state).toMatch(/^closed/);
      const rows = [];
      for await (const row of reconcileCampaign(w.environment, campaign)) rows.push(row);
      expect(assertReconciles(rows, company.identities.length)).toEqual([]);
      for (const column of Object.values(sumsOf(rows)))
        expect(Object.values<number>(column).reduce((a, b) => a + b, 0)).toBe(company.identities.length);
    }
  });

  it('get no more questions than the ladder has rungs, and those who answer far fewer', () => {
    const chases = new Map(company.owners.map(({ person }) => [person.personId, 0]));
    for (const { to, purpose } of record.said) {
      const before = chases.get(to.personId);
      if (before !== undefined && (purpose === 'digest' || purpose === 'switch-off-warning'))
        chases.set(to.personId, before + 1);
    }
    const percentiles = (ids: ReadonlySet<string>) => {
      const counts = [...ids].map((id) => chases.get(id) ?? 0).toSorted((a, b) => a - b);
      const at = (share: number) => counts[Math.ceil(share * counts.length) - 1] ?? 0;
      return { p50: at(0.5), p90: at(0.9), p99: at(0.99), most: at(1) };
    };
    const everybody = percentiles(new Set(chases.keys()));
    const prompt = percentiles(those('prompt'));
    const silent = percentiles(those('silent'));
    const shown = JSON.stringify({ everybody, prompt, silent });
    expect(everybody.most, shown).toBeLessThanOrEqual(REVIEWS * (CHASES_A_REVIEW + ASKED_ANEW));
    expect(silent.most, shown).toBeLessThanOrEqual(REVIEWS * CHASES_A_REVIEW);
    // Both channels at opening, and again where something is handed to them.
    expect(prompt.p90, shown).toBeLessThanOrEqual(REVIEWS * 4);
    expect(everybody.p50, shown).toBeLessThanOrEqual(REVIEWS * 6);
  });

  it('meet nothing that fails', () => {
    expect(w.failures.filter((error) => !isRace(error) && !(error instanceof UpstreamError))).toEqual([]);
  });
});
