import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { HistoryEntry, HistoryIndex, HistoryRange } from '../../lib/application/ports/history-index.ts';
import { type Instant, instantOf } from '../../lib/domain/time.ts';
import { digest } from './ledger-store-contract.ts';

const START_MS = Date.parse('2026-03-01T00:00:00.000Z');

/** Two entries share each instant, so order within one matters. */
export function entry(index: number): HistoryEntry {
  const campaignIds = index % 5 === 0 ? [] : [`access-2026-q${index % 2}`];
  return {
    index,
    leafHash: digest(index),
    name: 'decision',
    at: instantOf(START_MS + Math.floor(index / 2) * 1000),
    identityId: index % 3 === 0 ? undefined : `aws-iam/1/user/${'ü'.repeat(200)}#${index % 4}`,
    campaignIds,
    people: index % 2 === 0 ? ['anna', 'bela'] : ['anna'],
    controls: index % 10 === 0 ? ['soc2/CC6.1'] : [],
  };
}

async function everything(history: HistoryIndex, range: HistoryRange, limit: number): Promise<number[]> {
  const found: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await history.list(range, { limit, cursor });
    found.push(...page.entries.map(({ index }) => index));
    expect(page.entries.length).toBeLessThanOrEqual(limit);
    cursor = page.next;
  } while (cursor !== undefined);
  return found;
}

/** What every history index does. */
export function historyIndexContract(open: () => Promise<HistoryIndex>): void {
  it('lists what was put under every facet, in time order, page by page', async () => {
    const history = await open();
    const entries = Array.from({ length: 90 }, (_, index) => entry(index));
    await history.put(entries.slice(40));
    await history.put(entries);

    const facets = [
      [{ by: 'time' }, () => true],
      [{ by: 'person', value: 'bela' }, ({ people }: HistoryEntry) => people.includes('bela')],
      [
        { by: 'campaign', value: 'access-2026-q1' },
        ({ campaignIds }: HistoryEntry) => campaignIds.includes('access-2026-q1'),
      ],
      [{ by: 'control', value: 'soc2/CC6.1' }, ({ controls }: HistoryEntry) => controls.length > 0],
      [
        { by: 'identity', value: entry(1).identityId ?? '' },
        ({ identityId }: HistoryEntry) => identityId === entry(1).identityId,
      ],
      [{ by: 'identity', value: 'nobody' }, () => false],
    ] as const;
    for (const [facet, belongs] of facets) {
      const expected = entries.filter(belongs).map(({ index }) => index);
      expect(await everything(history, { facet }, 7)).toEqual(expected);
    }
  });

  it('keeps entries whole', async () => {
    const history = await open();
    await history.put([entry(20)]);

    const { entries } = await history.list({ facet: { by: 'time' } });

    expect(entries).toEqual([JSON.parse(JSON.stringify(entry(20)))]);
  });

  it('takes since as inclusive and until as exclusive', async () => {
    const history = await open();
    const entries = Array.from({ length: 30 }, (_, index) => entry(index));
    await history.put(entries);

    await fc.assert(
      fc.asyncProperty(fc.nat(16), fc.nat(16), fc.integer({ min: 1, max: 9 }), async (from, to, limit) => {
        const since = instantOf(START_MS + from * 1000);
        const until: Instant = instantOf(START_MS + to * 1000);
        const expected = entries.filter(({ at }) => at >= since && at < until).map(({ index }) => index);
        expect(await everything(history, { facet: { by: 'time' }, since, until }, limit)).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });
}
