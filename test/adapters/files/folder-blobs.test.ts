import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFolderBlobs } from '../../../lib/adapters/files/folder-blobs.ts';
import { IntegrityError } from '../../../lib/domain/errors.ts';
import { describeBlobs } from '../../contracts/blobs-contract.ts';

const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'countersign-blobs-'));

describeBlobs('folder', async () => {
  const folder = await newFolder();
  return {
    blobs: createFolderBlobs(join(folder, 'made', 'later')),
    close: () => rm(folder, { recursive: true }),
  };
});

describe('a folder of blobs', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await newFolder();
  });
  afterEach(() => rm(folder, { recursive: true }));

  const pathOf = (digest: string): string => join(folder, digest.slice(0, 2), digest);

  it('keeps each file under the first two characters of its name, for its owner alone', async () => {
    const digest = await createFolderBlobs(folder).put(Buffer.from('evidence'));

    expect(await readFile(pathOf(digest), 'utf8')).toBe('evidence');
    expect((await stat(pathOf(digest))).mode & 0o077).toBe(0);
  });

  it('refuses a file that is cut short or changed, and repairs it when it is stored again', async () => {
    const blobs = createFolderBlobs(folder);
    const bytes = Buffer.from('line one\nline two\n');
    const digest = await blobs.put(bytes);

    for (const damage of ['', 'line one\n', 'line one\nline 2wo\n']) {
      await writeFile(pathOf(digest), damage);
      await expect(blobs.get(digest)).rejects.toThrow(IntegrityError);
      expect(await blobs.has(digest)).toBe(false);
      const seen: string[] = [];
      await expect(
        (async () => {
          for await (const line of blobs.lines(digest)) seen.push(line);
        })(),
      ).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
      expect(seen).toEqual([]);

      await blobs.putMany([bytes]);
      expect(Buffer.from(await blobs.get(digest))).toEqual(bytes);
    }
  });

  it('packs many small files, and reads them one by one, from another process too', async () => {
    const writer = createFolderBlobs(folder);
    const reader = createFolderBlobs(folder);
    const files = Array.from({ length: 300 }, (_, n) => Buffer.from(`packed ${n}\nand more`));
    expect(await reader.has('0'.repeat(64))).toBe(false);

    const digests = await writer.putMany(files);
    await writer.putMany(files);

    expect(await readdir(join(folder, 'packs'))).toHaveLength(1);
    for (const [index, digest] of digests.entries()) {
      expect(Buffer.from(await reader.get(digest))).toEqual(files[index]);
    }
    const lines: string[] = [];
    for await (const line of reader.lines(digests[7]!)) lines.push(line);
    expect(lines).toEqual(['packed 7', 'and more']);
  });

  it('refuses what a damaged pack holds, and repairs it when it is stored again', async () => {
    const files = Array.from({ length: 20 }, (_, n) => Buffer.from(`packed ${n}`));
    const digests = await createFolderBlobs(folder).putMany(files);
    const [pack = ''] = await readdir(join(folder, 'packs'));
    const whole = await readFile(join(folder, 'packs', pack));
    const flipped = Buffer.from(whole);
    flipped[whole.length - 1]! ^= 1;

    for (const damaged of [Buffer.alloc(0), whole.subarray(0, 40), whole.subarray(0, -30), flipped]) {
      await writeFile(join(folder, 'packs', pack), damaged);
      const blobs = createFolderBlobs(folder);
      await expect(blobs.get(digests[19]!)).rejects.toThrow(IntegrityError);
      expect(await blobs.has(digests[19]!)).toBe(false);

      await blobs.putMany(files);
      expect(Buffer.from(await blobs.get(digests[19]!))).toEqual(files[19]);
      expect(Buffer.from(await createFolderBlobs(folder).get(digests[19]!))).toEqual(files[19]);
      await rm(pathOf(digests[19]!), { force: true });
    }
  });

  it('is read by others, also while they store the same files', async () => {
    const one = createFolderBlobs(folder);
    const other = createFolderBlobs(folder);
    const files = Array.from({ length: 300 }, (_, n) => Buffer.from(`shared ${n}`));

    const [digests] = await Promise.all([one.putMany(files), other.putMany(files)]);

    for (const digest of digests) expect(await other.has(digest)).toBe(true);
    expect(await readdir(join(folder, 'unfinished'))).toEqual([]);
  });

  it('leaves nothing behind when a writer is given up', async () => {
    const blobs = createFolderBlobs(folder);
    const writer = await blobs.writer();
    await writer.line('x'.repeat(1_000_000));

    await writer.abort();

    expect(await readdir(join(folder, 'unfinished'))).toEqual([]);
  });
});
