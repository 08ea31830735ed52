import { describe, expect, test } from 'vitest';
import type { DefinitionInput } from '../../lib/domain/campaign/definition.ts';
import { plusDays } from '../../lib/domain/time.ts';
import { answer, itemRef, ownedIdentity, storedRemoval } from '../support/reviews.ts';
import { MONDAY, type World, world } from '../support/world.ts';

/** Revoked by Ada on Monday, and kept waiting by a freeze of so many days. */
async function frozenFor(days: number, enforcement: DefinitionInput['enforcement'] = {}) {
  const one = ownedIdentity('one', 'ada');
  const freezes = [{ from: MONDAY, until: plusDays(MONDAY, days), reason: 'release' }];
  const w = await world({
    identities: [one],
    lenient: true,
    definition: { enforcement: { defaultMode: 'armed', freezes, ...enforcement } },
  });
  const ref = itemRef(await w.open(), one);
  await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'gone' });
  return { w, ref };
}

const warnings = (w: World) =>
  w.sent.filter(({ body }) => body.purpose === 'removal-warning').map(({ to }) => to.personId);

describe('a switch-off long after the last word', () => {
  test('is announced to its owner, and done two business days later', async () => {
    const { w, ref } = await frozenFor(7);

    await w.until(plusDays(MONDAY, 8));
    expect(warnings(w)).toEqual(['ada']);
    expect(w.target.disables).toEqual([]);

    await w.until(plusDays(MONDAY, 10));
    expect(w.target.disables).toHaveLength(1);
    expect((await storedRemoval(w, ref)).warnedAt).toBeDefined();
    expect(warnings(w)).toEqual(['ada']);
  });

  test('can still be called off by another answer', async () => {
    const { w, ref } = await frozenFor(7);
    await w.until(plusDays(MONDAY, 8));

    await answer(w, ref, 'ada', { verdict: 'certify', reason: 'it runs again', purpose: 'the shop' });
    await w.until(plusDays(MONDAY, 12));

    expect(w.target.disables).toEqual([]);
    expect((await storedRemoval(w, ref)).state).toBe('cancelled');
  });

  test('needs no announcement when it is done soon, or the definition wants none', async () => {
    const soon = await frozenFor(1);
    await soon.w.until(plusDays(MONDAY, 3));
    expect(warnings(soon.w)).toEqual([]);
    expect(soon.w.target.disables).toHaveLength(1);

    const unwarned = await frozenFor(7, { warnDays: 0 });
    await unwarned.w.until(plusDays(MONDAY, 8));
    expect(warnings(unwarned.w)).toEqual([]);
    expect(unwarned.w.target.disables).toHaveLength(1);
  });
});
