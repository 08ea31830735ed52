import { mkdtemp, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openWitnessFolder } from '../../../lib/adapters/files/ledger-witness-folder.ts';
import { openLockedFolder } from '../../../lib/adapters/files/locked-folder.ts';
import { utf8Bytes } from '../../../lib/domain/attestation/bytes/text-bytes.ts';
import { IntegrityError } from '../../../lib/domain/errors.ts';
import { witnessStoreContract } from '../../contracts/ledger-witness-contract.ts';
import { lockedFilesContract } from '../../contracts/locked-files-contract.ts';

function temporary(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'countersign-locked-'));
}

lockedFilesContract('a folder', async () => openLockedFolder(await temporary()));

describe('a folder of locked files', () => {
  it('keeps each file whole and read-only, and no drafts', async () => {
    const folder = await temporary();
    const files = await openLockedFolder(folder);

    await files.put('checkpoints/0001', utf8Bytes('first'));
    await expect(files.put('checkpoints/0001', utf8Bytes('other'))).rejects.toThrow(IntegrityError);

    expect((await stat(join(folder, 'checkpoints/0001'))).mode & 0o777).toBe(0o444);
    expect(await readdir(join(folder, 'checkpoints'))).toEqual(['0001']);
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
