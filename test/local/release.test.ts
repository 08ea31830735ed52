import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commitOf } from '../../lib/local/release.ts';

const COMMIT = 'c0ffee00'.repeat(5);
let git = '';

beforeEach(async () => {
  git = await mkdtemp(join(tmpdir(), 'git-'));
  await mkdir(join(git, 'refs', 'heads'), { recursive: true });
});
afterEach(() => rm(git, { recursive: true }));

describe('the commit a working copy is at', () => {
  test('is read from its branch, loose or packed, and from a detached head', async () => {
    await writeFile(join(git, 'HEAD'), 'ref: refs/heads/main\n');
    await writeFile(join(git, 'packed-refs'), `# pack-refs with: peeled\n${COMMIT} refs/heads/main\n`);
    expect(await commitOf(git)).toBe(COMMIT);

    await writeFile(join(git, 'refs', 'heads', 'main'), `${'d'.repeat(40)}\n`);
    expect(await commitOf(git)).toBe('d'.repeat(40));

    await writeFile(join(git, 'HEAD'), `${COMMIT}\n`);
    expect(await commitOf(git)).toBe(COMMIT);
  });

  test('is unknown where there is no history, and no ref leads out of the folder', async () => {
    expect(await commitOf(join(git, 'nowhere'))).toBe('unknown');
    await writeFile(join(git, 'HEAD'), 'ref: refs/../secret\n');
    await writeFile(join(git, 'secret'), COMMIT);
    expect(await commitOf(git)).toBe('unknown');
  });
});
