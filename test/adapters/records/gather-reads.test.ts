import { describe, expect, it } from 'vitest';
import { gatherReads } from '../../../lib/adapters/records/gather-reads.ts';

function shelf(rows: Record<string, string>) {
  const asked: string[][] = [];
  const read = gatherReads(
    async (keys: readonly string[]) => {
      asked.push([...keys]);
      if (keys.includes('torn')) throw new Error('cannot be read');
      return new Map(keys.flatMap((key) => (rows[key] === undefined ? [] : [[key, rows[key]] as const])));
    },
    (key) => key,
    3,
  );
  return { asked, read };
}

describe('rows asked for in one turn', () => {
  it('are read together, each once, and nobody misses theirs', async () => {
    const { asked, read } = shelf({ a: 'ada', b: 'ben' });
    const [one, two, three] = await Promise.all([read(['a']), read(['b', 'a']), read(['c'])]);
    expect(asked).toEqual([['a', 'b', 'c']]);
    expect([one.get('a'), two.get('b'), two.get('a'), three.get('c')]).toEqual([
      'ada',
      'ben',
      'ada',
      undefined,
    ]);
  });

  it('are read again when asked for later, as they may have been written since', async () => {
    const rows: Record<string, string> = { a: 'ada' };
    const { asked, read } = shelf(rows);
    await read(['a']);
    rows['a'] = 'ann';
    expect((await read(['a'])).get('a')).toBe('ann');
    expect(asked).toEqual([['a'], ['a']]);
  });

  it('fail for everybody who asked, and not for who asks after that', async () => {
    const { read } = shelf({ a: 'ada' });
    const both = await Promise.allSettled([read(['a']), read(['torn'])]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect((await read(['a'])).get('a')).toBe('ada');
  });

  it('are not waited for by whoever fills a request alone', async () => {
    const { asked, read } = shelf({ a: 'ada' });
    await Promise.all([read(['a']), read(['b', 'c', 'd'])]);
    expect(asked).toEqual([['b', 'c', 'd'], ['a']]);
  });

  it('cost nothing when there are none', async () => {
    const { asked, read } = shelf({});
    expect((await read([])).size).toBe(0);
    expect(asked).toEqual([]);
  });
});
