import { expect, it } from 'vitest';
import type { WitnessStore } from '../../lib/application/ports/witness.ts';
import { AT, digest } from './ledger-store-contract.ts';

function head(sequence: number, size = sequence * 10, origin = 'log.example/one') {
  return { origin, sequence, size, root: digest(size), note: `note of ${size}\n`, seenAt: AT };
}

/** What every witness store does. */
export function witnessStoreContract(open: () => Promise<WitnessStore>): void {
  it('remembers the newest head of each log', async () => {
    const store = await open();

    expect(await store.last('log.example/one')).toBeUndefined();
    expect(await store.add(head(1))).toBe(true);
    expect(await store.add(head(2))).toBe(true);
    expect(await store.add(head(1, 5, 'log.example/one/two'))).toBe(true);

    expect(await store.last('log.example/one')).toEqual(head(2));
    expect(await store.last('log.example/one/two')).toEqual(head(1, 5, 'log.example/one/two'));
  });

  it('adds a head to the one before it, once', async () => {
    const store = await open();
    await store.add(head(1));

    expect(await store.add(head(1, 11))).toBe(false);
    expect(await store.add(head(3))).toBe(false);
    const race = await Promise.all([20, 21, 22, 23].map((size) => store.add(head(2, size))));

    expect(race.filter(Boolean)).toHaveLength(1);
    expect((await store.last('log.example/one'))?.size).toBe([20, 21, 22, 23][race.indexOf(true)]);
  });
}
