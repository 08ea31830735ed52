import { describe, expect, it } from 'vitest';
import { declaredCadenceDays, quarantineUntil } from '../../../lib/domain/removal/quarantine.ts';
import { removalIdOf } from '../../../lib/domain/removal/removal-id.ts';
import { ahead, definition, identity, NOW } from '../identity/samples.ts';

const until = (change: Partial<Parameters<typeof quarantineUntil>[0]> = {}) =>
  quarantineUntil({ executedAt: NOW, definition: definition(), ...change });

describe('quarantine', () => {
  it('lasts at least 30 days, or as long as the definition says', () => {
    expect(until()).toBe(ahead(30));
    expect(until({ definition: definition({ enforcement: { quarantineDays: 90 } }) })).toBe(ahead(90));
  });

  it('covers twice the longest interval ever seen between uses', () => {
    expect(until({ longestUseIntervalDays: 10 })).toBe(ahead(30));
    expect(until({ longestUseIntervalDays: 40 })).toBe(ahead(80));
  });

  it('covers the declared run cadence and 30 days more', () => {
    expect(until({ declaredCadenceDays: 31 })).toBe(ahead(61));
    expect(until({ identity: identity({ tags: { 'Run-Cadence': 'Quarterly' } }) })).toBe(ahead(122));
    expect(
      until({ identity: identity({ tags: { 'Run-Cadence': 'quarterly' } }), declaredCadenceDays: 7 }),
    ).toBe(ahead(37));
  });

  it.each([
    [{ schedule: '45 days' }, 45],
    [{ cadence: '7d' }, 7],
    [{ 'run-cadence-days': '90' }, 90],
    [{ cadence: 'now and then', schedule: 'weekly' }, 7],
    [{ cadence: 'toString' }, undefined],
    [{ owner: 'monthly' }, undefined],
  ])('reads the cadence from tags', (tags, days) => {
    expect(declaredCadenceDays(tags as Record<string, string>)).toBe(days);
  });
});

describe('removal ids', () => {
  const about = { campaignId: 'c', identityKey: 'k', credentialId: 'access-key-1', ordinal: 0 };

  it('planning the same removal again is the same removal', () => {
    expect(removalIdOf(about)).toBe(removalIdOf({ ...about }));
    expect(removalIdOf(about)).toMatch(/^rm-[0-9a-f]{24}$/);
  });

  it('another campaign, identity, credential or round is another removal', () => {
    const ids = [
      about,
      { ...about, campaignId: 'd' },
      { ...about, identityKey: 'l' },
      { ...about, credentialId: undefined },
      { ...about, credentialId: 'access-key-2' },
      { ...about, ordinal: 1 },
    ].map(removalIdOf);

    expect(new Set(ids).size).toBe(ids.length);
  });
});
