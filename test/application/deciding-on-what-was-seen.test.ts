import { describe, expect, test } from 'vitest';
import { seenMark } from '../../lib/domain/review/seen.ts';
import { HOUR_MS, plusDays } from '../../lib/domain/time.ts';
import { answer, bringBack, itemRef, ownedIdentity, storedItem, storedRemoval } from '../support/reviews.ts';
import { MONDAY, type World, world } from '../support/world.ts';

const keep = (w: World, ref: ReturnType<typeof itemRef>, seen: string, actId: string) =>
  w.actions.decide({
    item: ref,
    request: { verdict: 'certify', reason: 'in use' },
    who: w.who('ada'),
    actId,
    seen,
  });

describe('a decision made on what a button showed', () => {
  test('counts while the item is as it was shown', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await world({ identities: [one] });
    const ref = itemRef(await w.open(), one);
    await keep(w, ref, seenMark(await storedItem(w, ref)), 'a');
    expect((await storedItem(w, ref)).decision?.verdict).toBe('certify');
  });

  test('is asked for again once the item was switched off and brought back', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await world({ identities: [one] });
    const ref = itemRef(await w.open(), one);
    const before = seenMark(await storedItem(w, ref));
    await w.until(plusDays(MONDAY, 28), 3 * HOUR_MS);
    await bringBack(w, ref, (await storedRemoval(w, ref)).removalId, 'ada');
    await expect(keep(w, ref, before, 'a')).rejects.toMatchObject({ code: 'STALE_SNAPSHOT' });
    expect(await storedItem(w, ref)).toMatchObject({ state: 'open', answers: 0 });
    await keep(w, ref, seenMark(await storedItem(w, ref)), 'b');
    expect((await storedItem(w, ref)).decision?.verdict).toBe('certify');
  });

  test('counts when the evidence was taken again and nothing in it changed', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await world({ identities: [one] });
    const ref = itemRef(await w.open(), one);
    const before = seenMark(await storedItem(w, ref));
    await w.until(plusDays(MONDAY, 9), 12 * HOUR_MS);
    const badly = answer(w, ref, 'ada', { verdict: 'revoke', reason: '', credentialIds: [] });
    await expect(badly).rejects.toMatchObject({ code: 'MALFORMED_DECISION' });
    expect(seenMark(await storedItem(w, ref))).not.toBe(before);
    await keep(w, ref, before, 'a');
    expect((await storedItem(w, ref)).decision?.verdict).toBe('certify');
  });

  test('is asked for again when the evidence was taken again and something changed', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await world({ identities: [one] });
    const ref = itemRef(await w.open(), one);
    const item = await storedItem(w, ref);
    const before = seenMark(item);
    const changed = { ...item, snapshot: await changedSnapshot(w, item.snapshot), version: item.version + 1 };
    await w.environment.store.commit([{ kind: 'item', previous: item, record: changed }]);
    await expect(keep(w, ref, before, 'a')).rejects.toMatchObject({ code: 'STALE_SNAPSHOT' });
    expect((await storedItem(w, ref)).decision).toBeUndefined();
  });
});

async function changedSnapshot(w: World, digest: string): Promise<string> {
  const shown = JSON.parse(new TextDecoder().decode(await w.environment.blobs.get(digest))) as object;
  const changes = ['It can do more: s3:DeleteBucket'];
  const text = JSON.stringify({ ...shown, changes, comparedWith: digest });
  return w.environment.blobs.put(new TextEncoder().encode(text));
}
