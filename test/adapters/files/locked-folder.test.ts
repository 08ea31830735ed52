import { mkdtemp, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openWitnessFolder } from '../../../lib/adapters/files/ledger-witness-folder.ts';
import { openLockedFolder } from '../../../lib/adapters/files/locked-folder.ts';
import { utf8Bytes } from '../../../lib/domain/attestation/bytes/text-bytes.ts';
import { witnessStoreContract } from '../../contracts/ledger-witness-contract.ts';

function temporary(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'countersign-locked-'));
}

async function names(list: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const name of list) found.push(name);
  return found;
}

describe('a folder of locked files', () => {
  it('keeps a file as it was first written', async () => {
    const folder = await temporary();
    const files = await openLockedFolder(folder);
    await files.put('checkpoints/0001', utf8Bytes('first'));

    await files.put('checkpoints/0001', utf8Bytes('first'));
    await expect(files.put('checkpoints/0001', utf8Bytes('other'))).rejects.toMatchObject({ code: 'FORK' });

    expect(await files.get('checkpoints/0001')).toEqual(utf8Bytes('first'));
    expect((await stat(join(folder, 'checkpoints/0001'))).mode & 0o777).toBe(0o444);
    expect(await readdir(join(folder, 'checkpoints'))).toEqual(['0001']);
  });

  it('lets one of many racers with different bytes win, whole', async () => {
    const files = await openLockedFolder(await temporary());
    const texts = Array.from({ length: 10 }, (_, n) => String(n).repeat(10_000));

    const race = await Promise.allSettled(texts.map((text) => files.put('entries/x', utf8Bytes(text))));

    const winner = race.findIndex(({ status }) => status === 'fulfilled');
    expect(race.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await files.get('entries/x')).toEqual(utf8Bytes(texts[winner]!));
  });

  it('lists names by prefix, in order', async () => {
    const files = await openLockedFolder(await temporary());
    for (const name of ['b/2', 'a', 'b/10', 'b/1.cosigned', 'bc']) await files.put(name, utf8Bytes(name));

    expect(await names(files.list('b'))).toEqual(['b/1.cosigned', 'b/10', 'b/2', 'bc']);
    expect(await names(files.list('b/'))).toEqual(['b/1.cosigned', 'b/10', 'b/2']);
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
    const files = await openLockedFolder(await temporary());

    await expect(files.put(name, utf8Bytes('x'))).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  });

  it('offers no way to change or remove a file', async () => {
    expect(Object.keys(await openLockedFolder(await temporary())).toSorted()).toEqual(['get', 'list', 'put']);
  });
});

describe('a witness in a folder', () => {
  witnessStoreContract(async () => openWitnessFolder(await temporary()));

  it('remembers after a restart', async () => {
    const folder = await temporary();
    const head = {
      origin: 'log.example',
      sequence: 1,
      size: 3,
      root: 'ab'.repeat(32),
      note: 'n',
      seenAt: '2026-03-02T08:00:00.000Z',
    } as const;
    await (await openWitnessFolder(folder)).add(head as never);

    expect(await (await openWitnessFolder(folder)).last('log.example')).toEqual(head);
  });
});
