import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LeafRow } from '../../lib/application/ports/ledger-rows.ts';
import type { LedgerStore } from '../../lib/application/ports/ledger-store.ts';
import type { Instant } from '../../lib/domain/time.ts';

export const AT = '2026-03-02T08:00:00.000Z' as Instant;

export function digest(n: number): string {
  return n.toString(16).padStart(64, '0');
}

export function leaf(index: number, envelope = `{"payload":"${index}"}`): LeafRow {
  return { index, attestationId: digest(index), leafHash: digest(index + 1), envelope };
}

/** What every ledger store does. `open` makes an empty one. */
export function ledgerStoreContract(open: () => Promise<LedgerStore>): void {
  it('inserts a row once and shows whoever comes second what is there', async () => {
    const ledger = await open();

    expect(await ledger.insert('leaf', [leaf(7)])).toEqual([undefined]);
    expect(await ledger.insert('leaf', [leaf(7)])).toEqual([leaf(7)]);
    expect(await ledger.insert('leaf', [leaf(8), leaf(7, 'another'), leaf(9)])).toEqual([
      undefined,
      leaf(7),
      undefined,
    ]);
    expect(await ledger.get('leaf', { index: 7 })).toEqual(leaf(7));
  });

  it('lets exactly one of many racers reserve', async () => {
    const ledger = await open();
    const reservation = (n: number) => ({
      size: 4096,
      newSize: 4097,
      newRoot: digest(n),
      sealedAt: AT,
      leaves: [{ attestationId: digest(n), receivedAt: AT, leafHash: digest(n) }],
    });

    const race = await Promise.all(
      Array.from({ length: 12 }, (_, n) => ledger.insert('reservation', [reservation(n)])),
    );

    expect(race.filter(([first]) => first === undefined)).toHaveLength(1);
    const winner = await ledger.get('reservation', { size: 4096 });
    expect(race.flat().filter((row) => row !== undefined)).toEqual(Array(11).fill(winner));
  });

  it('keeps rows of every kind apart', async () => {
    const ledger = await open();
    const edge = { size: 3, levels: ['AAAA'] };
    const tile = { level: 1, index: 300, hashes: 'AAAA' };
    const checkpoint = { size: 3, root: digest(3), sealedAt: AT, note: 'note' };
    const sealed = { attestationId: digest(3), index: 3 };

    await ledger.insert('edge', [edge]);
    await ledger.insert('tile', [tile]);
    await ledger.insert('checkpoint', [checkpoint]);
    await ledger.insert('sealed', [sealed]);

    expect(await ledger.get('edge', { size: 3 })).toEqual(edge);
    expect(await ledger.get('tile', { level: 1, index: 300 })).toEqual(tile);
    expect(await ledger.get('checkpoint', { size: 3 })).toEqual(checkpoint);
    expect(await ledger.get('reservation', { size: 3 })).toBeUndefined();
    expect(
      await ledger.getMany('sealed', [{ attestationId: digest(4) }, { attestationId: digest(3) }]),
    ).toEqual([undefined, sealed]);
  });

  it('reads any range of leaves in order', async () => {
    const ledger = await open();
    const leaves = Array.from({ length: 300 }, (_, index) => leaf(index));
    await ledger.insert('leaf', leaves.toReversed());

    await fc.assert(
      fc.asyncProperty(fc.nat(320), fc.nat(320), async (a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        expect(await ledger.leaves(start, end)).toEqual(leaves.slice(start, end));
      }),
      { numRuns: 25 },
    );
  });

  it('finds the newest checkpoint of at most a size', async () => {
    const ledger = await open();
    const sizes = [1, 900, 1900, 2900, 3900, 4095, 4096, 5096];
    const checkpoint = (size: number) => ({ size, root: digest(size), sealedAt: AT, note: `note ${size}` });
    await ledger.insert('checkpoint', sizes.map(checkpoint));

    const found = await Promise.all(
      [0, 1, 899, 2000, 4094, 4095, 4097, 6000, 9000].map((size) => ledger.checkpointUpTo(size)),
    );

    expect(found.map((each) => each?.size)).toEqual([undefined, 1, 1, 1900, 3900, 4095, 4096, 5096, 5096]);
  });

  it('lists the cosignatures of one checkpoint by witness', async () => {
    const ledger = await open();
    const by = (size: number, witness: string) => ({ size, witness, line: `— ${witness} AAAA\n` });
    await ledger.insert('cosignature', [
      by(10, 'b.example/w'),
      by(10, 'a.example/w#2'),
      by(100, 'b.example/w'),
    ]);

    expect(await ledger.cosignatures(10)).toEqual([by(10, 'a.example/w#2'), by(10, 'b.example/w')]);
    expect(await ledger.cosignatures(1)).toEqual([]);
  });

  it('lists keys and the ends of their ranges', async () => {
    const ledger = await open();
    const key = { use: 'attestation', keyId: digest(1), publicKey: 'AAAA', addedAt: AT } as const;
    const next = { ...key, use: 'log', keyId: digest(2), introducedBy: digest(9) } as const;
    const end = { use: 'attestation', keyId: digest(1), retiredAt: AT, retiredBy: digest(9) } as const;
    await ledger.insert('key', [next, key]);
    await ledger.insert('key-end', [end]);

    expect(await ledger.keys()).toEqual({ keys: [key, next], ends: [end] });
  });

  it('offers no way to change or remove a row', async () => {
    const ledger = await open();

    expect(Object.keys(ledger).toSorted()).toEqual(
      ['checkpointUpTo', 'cosignatures', 'get', 'getMany', 'insert', 'keys', 'leaves'].toSorted(),
    );
  });
}
