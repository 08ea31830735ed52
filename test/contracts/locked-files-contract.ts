// What every store of locked files must do.
import { describe, expect, it } from 'vitest';
import type { LockedFiles } from '../../lib/application/ports/locked-files.ts';
import { utf8Bytes } from '../../lib/domain/attestation/bytes/text-bytes.ts';

async function names(list: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const name of list) found.push(name);
  return found;
}

/**
 * Runs the contract.
 * @param open makes an empty store for one test
 */
export function lockedFilesContract(store: string, open: () => Promise<LockedFiles>): void {
  describe(`${store} of locked files, as any other`, () => {
    it('keeps a file as it was first written', async () => {
      const files = await open();
      await files.put('checkpoints/0001', utf8Bytes('first'));

      await files.put('checkpoints/0001', utf8Bytes('first'));
      await expect(files.put('checkpoints/0001', utf8Bytes('other'))).rejects.toMatchObject({ code: 'FORK' });

      expect(await files.get('checkpoints/0001')).toEqual(utf8Bytes('first'));
    });

    it('keeps a file that holds nothing', async () => {
      const files = await open();

      await files.put('empty', new Uint8Array());

      expect(await files.get('empty')).toEqual(new Uint8Array());
      await expect(files.put('empty', utf8Bytes('x'))).rejects.toMatchObject({ code: 'FORK' });
    });

    it('lets one of many racers with different bytes win, whole', async () => {
      const files = await open();
      const texts = Array.from({ length: 10 }, (_, n) => String(n).repeat(10_000));

      const race = await Promise.allSettled(texts.map((text) => files.put('entries/x', utf8Bytes(text))));

      const winner = race.findIndex(({ status }) => status === 'fulfilled');
      expect(race.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await files.get('entries/x')).toEqual(utf8Bytes(texts[winner]!));
    });

    it('lists names by prefix, in order', async () => {
      const files = await open();
      for (const name of ['b/2', 'a', 'b/10', 'b/1.cosigned', 'bc', 'B/2', 'b_', 'b-'])
        await files.put(name, utf8Bytes(name));

      expect(await names(files.list('b'))).toEqual(['b-', 'b/1.cosigned', 'b/10', 'b/2', 'b_', 'bc']);
      expect(await names(files.list('b/'))).toEqual(['b/1.cosigned', 'b/10', 'b/2']);
      expect(await names(files.list(''))).toHaveLength(8);
      expect(await files.get('b')).toBeUndefined();
      expect(await files.get('b/3')).toBeUndefined();
    });

    it.each([
      '',
      '/etc/passwd',
      '../up',
      'a/../../up',
      'a//b',
      '.draft-x',
      'a\\b',
      'a\0b',
      'ü',
      'x'.repeat(300),
    ])('refuses the name %j', async (name) => {
      const files = await open();

      await expect(files.put(name, utf8Bytes('x'))).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
      await expect(files.get(name)).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
    });

    it('offers no way to change or remove a file', async () => {
      expect(Object.keys(await open()).toSorted()).toEqual(['get', 'list', 'put']);
    });
  });
}
