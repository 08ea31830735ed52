import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openPseudonyms, saltedPseudonyms } from '../../../lib/adapters/random/pseudonyms.ts';
import { cryptoRandomness } from '../../../lib/adapters/random/randomness.ts';

it('tokens are base64url of as many bytes as asked for, and differ', () => {
  const random = cryptoRandomness();
  const tokens = new Set(Array.from({ length: 200 }, () => random.token(32)));

  expect(tokens.size).toBe(200);
  for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
});

it('codes have as many digits as asked for, leading zeros included', () => {
  const random = cryptoRandomness();
  const codes = Array.from({ length: 2000 }, () => random.code(6));

  for (const code of codes) expect(code).toMatch(/^\d{6}$/);
  expect(codes.some((code) => code.startsWith('0'))).toBe(true);
});

it('a pseudonym is the SHA-256 of salt and person, the same for all who open the file, which only its owner may read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-salt-'));
  const path = join(folder, 'salt');
  const makers = await Promise.all(Array.from({ length: 8 }, () => openPseudonyms(path)));
  const salt = await readFile(path);

  const expected = createHash('sha256').update(salt).update('maria.rossi').digest('hex');
  expect(makers.map((each) => each.of('maria.rossi'))).toEqual(makers.map(() => expected));
  expect(await readdir(folder)).toEqual(['salt']);
  expect((await openPseudonyms(path)).of('maria.rossi')).toBe(expected);
  expect((await stat(path)).mode & 0o077).toBe(0);
  expect(() => saltedPseudonyms(Buffer.alloc(8))).toThrow(/16 bytes/);
  await chmod(path, 0o644);
  await expect(openPseudonyms(path)).rejects.toThrow(/chmod 600/);
  await rm(folder, { recursive: true });
});
