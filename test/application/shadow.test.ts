import { describe, expect, test } from 'vitest';
import { turnPart } from '../../lib/application/enforcement/back-to-shadow.ts';
import { readShadow } from '../../lib/application/enforcement/shadow-counters.ts';
import { Definition, type DefinitionInput } from '../../lib/domain/campaign/definition.ts';
import { plusDays } from '../../lib/domain/time.ts';
import { answer, itemRef, ownedIdentity, storedRemoval } from '../support/reviews.ts';
import { DEFINITION, MONDAY, type World, world } from '../support/world.ts';

async function revokedInShadow(
  enforcement: DefinitionInput['enforcement'] = {},
  options: { readonly earnsMode?: boolean } = {},
) {
  const one = ownedIdentity('one', 'ada');
  const w = await world({
    identities: [one],
    lenient: true,
    definition: { enforcement: { defaultMode: 'shadow', ...enforcement } },
    ...options,
  });
  const ref = itemRef(await w.open(), one);
  await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'gone' });
  await w.until(plusDays(MONDAY, 2));
  return { w, one, ref, removal: await storedRemoval(w, ref) };
}

const shownBy = async (w: World, tier: 'critical' | 'high' | 'medium' | 'low') =>
  (await readShadow(w.environment.store, [{ connector: 'aws-iam', tier }]))[0];

const armed = (w: World, more: Partial<DefinitionInput> = {}) =>
  w.applyDefinition(
    Definition.parse({
      ...DEFINITION,
      version: 2,
      enforcement: { defaultMode: 'shadow', modes: [{ connector: 'aws-iam', tier: 'low', mode: 'armed' }] },
      ...more,
    }),
    w.who('max'),
    'rita',
  );

describe('in shadow', () => {
  test('nothing is touched, and what would have been switched off is watched', async () => {
    const { w, one, removal } = await revokedInShadow();

    expect(w.target.disables).toEqual([]);
    expect(w.target.enabled.get(one.identityId)).toBe(true);
    expect(removal).toMatchObject({ state: 'cancelled', shadow: { verdict: 'go' } });
    expect(await shownBy(w, removal.tier)).toMatchObject({ would: 1, laterUsed: 0 });
  });

  test('what a safeguard would have held is told apart from what would have been switched off', async () => {
    const { w, removal } = await revokedInShadow({ protect: [{ where: 'true', reason: 'month end' }] });

    expect(removal).toMatchObject({ state: 'cancelled', shadow: { verdict: 'hold' } });
    expect(removal.shadow?.cause).toContain('month end');
    expect(await shownBy(w, removal.tier)).toMatchObject({ would: 0 });
  });

  test('a later use is found, once, with who it was', async () => {
    const { w, one, ref, removal } = await revokedInShadow();
    const usedAt = plusDays(MONDAY, 4);
    w.target.used.set(one.identityId, usedAt);

    await w.until(plusDays(MONDAY, 30));

    const { shadow, nextDueAt } = await storedRemoval(w, ref);
    expect(shadow).toMatchObject({ laterUsedAt: usedAt });
    expect(nextDueAt).toBeUndefined();
    expect(await shownBy(w, removal.tier)).toMatchObject({ would: 1, laterUsed: 1, quiet: 0 });
  });

  test('what nobody used until the end of its cadence counts as quiet', async () => {
    const { w, ref, removal } = await revokedInShadow();

    await w.until(plusDays(removal.shadow?.watchUntil ?? MONDAY, 2));

    expect((await storedRemoval(w, ref)).shadow?.closedAt).toBeDefined();
    expect(await shownBy(w, removal.tier)).toMatchObject({ would: 1, laterUsed: 0, quiet: 1 });
  });
});

describe('arming', () => {
  test('is refused before shadow has shown anything', async () => {
    const w = await world({
      identities: [ownedIdentity('one', 'ada')],
      earnsMode: true,
      definition: { enforcement: { defaultMode: 'shadow' } },
    });
    await w.open();

    await expect(armed(w)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('aws-iam/low: shadow has not shown anything yet'),
    });
  });

  test('is refused before a full cadence is over, and allowed after it', async () => {
    const { w, removal } = await revokedInShadow({}, { earnsMode: true });
    const modes = [{ connector: 'aws-iam', tier: removal.tier, mode: 'armed' as const }];
    const enforcement = { defaultMode: 'shadow' as const, modes };

    await expect(armed(w, { enforcement })).rejects.toThrow(/shadow has run for 1 of \d+ days/);
    await w.until(plusDays(removal.shadow?.watchUntil ?? MONDAY, 2));
    await armed(w, { enforcement });

    const applied = await w.environment.store.get('definition', { definitionId: DEFINITION.definitionId });
    expect(applied?.definitionVersion).toBe(2);
  });

  test('is refused when anything that would have been switched off was used later', async () => {
    const { w, one, removal } = await revokedInShadow({}, { earnsMode: true });
    w.target.used.set(one.identityId, plusDays(MONDAY, 4));
    await w.until(plusDays(removal.shadow?.watchUntil ?? MONDAY, 2));
    const modes = [{ connector: 'aws-iam', tier: removal.tier, mode: 'armed' as const }];

    await expect(armed(w, { enforcement: { defaultMode: 'shadow', modes } })).rejects.toThrow(
      '1 of 1 that would have been switched off were used later',
    );
  });
});

describe('sent back to shadow', () => {
  async function beforeActing() {
    const one = ownedIdentity('one', 'ada');
    const w = await world({
      identities: [one],
      lenient: true,
      definition: { enforcement: { defaultMode: 'armed' } },
    });
    const ref = itemRef(await w.open(), one);
    const turn = turnPart(w.environment);
    const part = { connector: 'aws-iam', tier: '*' } as const;
    await turn(part, { act: 'disarm', reason: 'it broke the shop' }, w.who('sam'));
    await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'gone' });
    await w.until(plusDays(MONDAY, 2));
    return { w, ref, turn, part };
  }

  test('a connector acts no more, also in running campaigns', async () => {
    const { w, ref } = await beforeActing();

    expect(w.target.disables).toEqual([]);
    expect((await storedRemoval(w, ref)).holds.at(-1)).toMatchObject({ code: 'disarmed' });
  });

  test('it takes two people to arm it again, and then what waited goes on', async () => {
    const { w, ref, turn, part } = await beforeActing();
    const arm = (approverId: string) =>
      turn(part, { act: 'arm', reason: 'the cause was found', approverId }, w.who('sam'));

    await expect(arm('sam')).rejects.toMatchObject({ code: 'SECOND_PERSON' });
    await arm('max');
    await w.until(plusDays(MONDAY, 4));

    expect(w.target.disables).toHaveLength(1);
    expect((await storedRemoval(w, ref)).state).toBe('quarantined');
  });
});
