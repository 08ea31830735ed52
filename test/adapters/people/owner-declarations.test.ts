import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { declareFrom, readOwnersFile } from '../../../lib/adapters/people/owner-declarations.ts';
import { identity } from '../../domain/identity/samples.ts';

describe('an owners file', () => {
  let folder: string;
  const write = async (text: string): Promise<string> => {
    const path = join(folder, 'owners.csv');
    await writeFile(path, text);
    return path;
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-owners-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('speaks before what was found elsewhere, with file and line', async () => {
    const path = await write('identity,owner,purpose\nsvc-a,ada@x.example,Ships builds\n');
    const declare = declareFrom(await readOwnersFile(path));

    const declared = declare(identity({ name: 'svc-a', nativeId: 'user/svc-a' }));

    expect(declared.ownerHints[0]).toEqual({
      role: 'accountable',
      value: 'ada@x.example',
      source: 'declared-file',
      detail: `${path}, line 2, column owner`,
    });
    expect(declared.purpose).toEqual({ known: true, value: 'Ships builds', source: `${path}, line 2` });
  });

  it('knows an identity by its name, its ARN, or a pattern; an exact row wins', async () => {
    const path = await write(
      'Identity,Team\nsvc-*,catch-all\narn:aws:iam::123456789012:user/svc-b,by-arn\nsvc-c,by-name\n',
    );
    const declare = declareFrom(await readOwnersFile(path));
    const teamOf = (name: string) =>
      declare(
        identity({
          name,
          nativeId: `user/${name}`,
          scope: '123456789012',
          connector: 'aws-iam',
          ownerHints: [],
        }),
      ).ownerHints[0]?.value;

    expect([teamOf('svc-b'), teamOf('svc-c'), teamOf('svc-d'), teamOf('other')]).toEqual([
      'by-arn',
      'by-name',
      'catch-all',
      undefined,
    ]);
  });

  it.each([
    ['no identity column', 'owner\nada@x.example\n', /identity/],
    ['no owner column', 'identity,purpose\nsvc-a,x\n', /owner or team/],
    ['an empty identity', 'identity,owner\n ,ada@x.example\n', /line 2, column identity/],
    ['a broken line', 'identity,owner\nsvc-a,"ada\n', /owners\.csv/],
  ])('is refused with file and place: %s', async (_case, text, message) => {
    await expect(readOwnersFile(await write(text))).rejects.toThrow(message);
  });

  it('that is not there is refused by name', async () => {
    await expect(readOwnersFile(join(folder, 'none.csv'))).rejects.toThrow(/none\.csv/);
  });
});
