import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCelExpressions } from '../../../lib/adapters/cel/expressions.ts';
import { problemsOf } from '../../../lib/application/apply-definition.ts';
import { Definition } from '../../../lib/domain/campaign/definition.ts';
import { directoryOf } from '../../../lib/domain/review/directory.ts';
import { type Instant, instantOf, millisOf } from '../../../lib/domain/time.ts';
import { harborAndPine } from '../../../lib/local/company/harbor-and-pine.ts';

const startAt = '2026-10-05T06:00:00.000Z' as Instant;

describe('Harbor & Pine', () => {
  it('is the same company for the same day, whatever the day', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2040, 0) }), (epochMs) => {
        const at = instantOf(epochMs);
        const { declare: _declare, ...company } = harborAndPine(at);
        const { declare: _again, ...again } = harborAndPine(at);

        expect(again).toEqual(company);
      }),
      { numRuns: 5 },
    );
  });

  it('never ages: its keys were last used before it starts, wherever that is', () => {
    const used = harborAndPine(startAt)
      .accountSeed.users.flatMap(({ keys }) => keys)
      .flatMap(({ lastUse }) => (lastUse.state === 'used' ? [lastUse.at] : []));

    expect(used.length).toBeGreaterThan(30);
    expect(used.every((at) => millisOf(at) < millisOf(startAt))).toBe(true);
  });

  it('has a believable staff: somebody gone, a guest, somebody without Slack, managers, many zones', () => {
    const { people } = harborAndPine(startAt);

    expect(people.filter(({ active }) => !active)).toHaveLength(1);
    expect(people.filter(({ fullMember }) => !fullMember)).toHaveLength(1);
    expect(people.filter(({ slack }) => slack === undefined)).toHaveLength(1);
    expect(new Set(people.map(({ slack }) => slack?.userId)).size).toBe(people.length);
    expect(new Set(people.map(({ timeZone }) => timeZone)).size).toBeGreaterThan(10);
  });

  it('has definitions without a fault', () => {
    const { people, teams, definitions } = harborAndPine(startAt);
    const expressions = createCelExpressions({ clock: { now: () => startAt } });

    const problems = definitions.flatMap((definition) =>
      problemsOf(Definition.parse(definition), directoryOf(people, teams), expressions),
    );

    expect(problems).toEqual([]);
  });

  it('names only people and identities that there are', () => {
    const { casting, people, accountSeed, fileRows } = harborAndPine(startAt);
    const ids = people.map(({ personId }) => personId);
    const names = new Set([
      ...accountSeed.users.map(({ userName }) => userName),
      ...fileRows.map((row) => row['name']),
    ]);

    expect(Object.keys(casting.habits).filter((id) => !ids.includes(id))).toEqual([]);
    expect(ids).toContain(casting.claimantId);
    expect(
      Object.values(casting.starring)
        .flat()
        .filter((name) => !names.has(name)),
    ).toEqual([]);
  });
});
