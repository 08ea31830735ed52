// Whatever a pack is made of, the verifier names what is wrong: it neither crashes nor passes.
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { openPack } from '../../lib/adapters/packs/open-pack.ts';
import { sourceOf } from '../../lib/adapters/packs/pack-names.ts';
import { PACK_FILES } from '../../lib/verification/pack/pack-files.ts';
import type { PackSource } from '../../lib/verification/pack/pack-source.ts';
import { verifyPack } from '../../lib/verification/verify-pack.ts';
import { KEPT, openedCampaign } from '../support/evidence/lived-campaign.ts';
import { freshFolder, removeFolders, signatures, verifyAt } from '../support/evidence/sealed-world.ts';
import { copyOf, edit } from '../support/evidence/tamper.ts';

let good: string;
let zipped: string;

beforeAll(async () => {
  const { w, decide } = await openedCampaign();
  await decide(KEPT, 'certify');
  await w.sealAll();
  const folder = await freshFolder();
  good = join(folder, 'good');
  zipped = join(folder, 'good.zip');
  await w.export({ by: 'log' }, good);
  await w.export({ by: 'log' }, zipped);
});
afterAll(removeFolders);

/** A zip of the given names, written without any care. */
async function zipOf(
  files: Readonly<Record<string, Buffer>>,
  change: (bytes: Buffer) => Buffer = (bytes) => bytes,
) {
  const path = join(await freshFolder(), 'made.zip');
  const zip = new ZipFile();
  for (const [name, bytes] of Object.entries(files)) zip.addBuffer(bytes, name);
  zip.end();
  const out = createWriteStream(path);
  zip.outputStream.pipe(out);
  await finished(out);
  await writeFile(path, change(await readFile(path)));
  return path;
}

/** Replaces a name in a zip by another of the same length. */
const renamed = (from: string, to: string) => (bytes: Buffer) =>
  Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1');

describe('a zip', () => {
  test('cut short is refused', async () => {
    const path = join(await freshFolder(), 'cut.zip');
    await writeFile(path, await readFile(zipped));
    await truncate(path, 2000);

    await expect(openPack(path)).rejects.toThrow('The file is not a whole zip');
  });

  test('that is something else is refused', async () => {
    const path = join(await freshFolder(), 'x.zip');
    await writeFile(path, 'PK, but no zip');

    await expect(openPack(path)).rejects.toThrow('not a whole zip');
  });

  test.each([
    ['climbing out', 'aa/x', '../x'],
    ['absolute', 'axetc', '/xetc'],
    ['with a drive', 'aaxetc', 'c:xetc'],
    ['with a backslash', 'axbxc', 'a\\b\\c'],
    ['with a control character', 'axb', 'a\nb'],
  ])('with a name %s is refused', async (_what, from, to) => {
    const path = await zipOf({ [from]: Buffer.from('x') }, renamed(from, to));

    await expect(openPack(path)).rejects.toMatchObject({ code: 'MALFORMED_FILE' });
  });

  test('with a link is refused', async () => {
    const path = join(await freshFolder(), 'link.zip');
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from('/etc/passwd'), 'pack.json', { mode: 0o120777 });
    zip.end();
    const out = createWriteStream(path);
    zip.outputStream.pipe(out);
    await finished(out);

    await expect(openPack(path)).rejects.toThrow('pack.json is not a plain file');
  });

  test('with one name twice is refused', async () => {
    const path = await zipOf(
      { 'aaaa.json': Buffer.from('1'), 'bbbb.json': Buffer.from('2') },
      renamed('bbbb', 'aaaa'),
    );

    await expect(openPack(path)).rejects.toThrow('aaaa.json is in the zip twice');
  });

  test('that unpacks to a thousand times its size is refused', async () => {
    const path = await zipOf({ 'pack.json': Buffer.alloc(20_000_000) });

    await expect(openPack(path)).rejects.toThrow('unpacks to over 300 times its size');
  });

  test('whose contents were damaged fails, and says where', async () => {
    const bytes = await readFile(zipped);
    bytes.fill(0x55, 3000, 3200);
    const path = join(await freshFolder(), 'damaged.zip');
    await writeFile(path, bytes);

    const report = await verifyAt(path);

    expect(report.verdict).toBe('failed');
  });
});

describe('a directory', () => {
  test('with a link is refused', async () => {
    const path = await copyOf(good);
    await symlink('/etc/passwd', join(path, 'snapshots', 'x.json'));

    await expect(openPack(path)).rejects.toThrow('snapshots/x.json is a link');
  });

  test('that is no pack fails', async () => {
    const path = join(await freshFolder(), 'empty');
    await mkdir(path);

    expect(await verifyAt(path)).toMatchObject({
      verdict: 'failed',
      checks: expect.arrayContaining([
        expect.objectContaining({
          id: 'pack.readable',
          detail: 'pack.json is missing: this is no evidence pack.',
        }),
      ]),
    });
  });

  test('that is not there is an error of the caller', async () => {
    await expect(openPack('/nowhere/pack')).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  });
});

describe('a file', () => {
  test.each(
    Object.values(PACK_FILES).filter((name) => name !== PACK_FILES.people && name !== PACK_FILES.proofs),
  )('%s that is missing fails, or is said not to be checked', async (name) => {
    const path = await copyOf(good);
    const before = await verifyAt(path);
    await rm(join(path, name));

    const after = await verifyAt(path);

    const passes = (report: typeof before) =>
      report.checks.filter(({ verdict }) => verdict === 'passed').length;
    expect(after.verdict === 'failed' || passes(after) < passes(before) || name === PACK_FILES.ids).toBe(
      true,
    );
    if (name === PACK_FILES.ids) expect(after.verdict).toBe('failed');
  });

  test.each([
    ['empty', () => ''],
    ['not JSON', () => 'nonsense\n'],
    ['an array', () => '[]\n'],
    ['a lone surrogate', () => '{"index":0,"leafHash":"00","envelope":"\\ud800"}\n'],
    ['a huge number', () => `{"index":1e400,"leafHash":"${'0'.repeat(64)}","envelope":""}\n`],
    ['an unsafe integer', () => `{"index":9007199254740993,"leafHash":"${'0'.repeat(64)}","envelope":""}\n`],
    ['a negative index', () => `{"index":-1,"leafHash":"${'0'.repeat(64)}","envelope":""}\n`],
    ['deep nesting', () => `${'['.repeat(100_000)}\n`],
    ['a prototype', () => '{"__proto__":{"index":0}}\n'],
    ['no last newline', (text: string) => text.slice(0, -1)],
    ['invalid UTF-8', () => '\u00ff\u00fe'],
  ])('of rows that is %s fails', async (_what, change) => {
    const path = await copyOf(good);
    await edit(path, 'attestations.jsonl', change);

    const report = await verifyAt(path);

    expect(report.verdict).toBe('failed');
  });

  test('with a line of five gigabytes fails without being read whole', async () => {
    const base = await openPack(good);
    let read = 0;
    const endless: PackSource = sourceOf({
      sizes: new Map(base.names.map((name) => [name, base.sizeOf(name)])),
      close: () => base.close(),
      async *read(name) {
        if (name !== PACK_FILES.attestations) {
          yield* base.read(name);
          return;
        }
        const chunk = new Uint8Array(1 << 16).fill(0x61);
        for (let bytes = 0; bytes < 5_000_000_000; bytes += chunk.length) {
          read += chunk.length;
          yield chunk;
        }
      },
    });

    const report = await verifyPack(endless, { signatures });

    expect(report.checks.find(({ id }) => id === 'rows.readable')).toMatchObject({
      verdict: 'failed',
      detail: 'Line 1 of attestations.jsonl is over 524288 bytes.',
    });
    expect(read).toBeLessThan(2_000_000);
  });
});

const withoutExportTime = (bytes: Buffer | undefined): string =>
  String(bytes).replace(/"exportedAt":"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z"/, '');

test('no change of any one byte of what proves something passes', async () => {
  const base = await openPack(good);
  const contents = new Map<string, Buffer>();
  for (const name of base.names) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of base.read(name)) chunks.push(chunk);
    contents.set(name, Buffer.concat(chunks));
  }
  await base.close();
  // The manual, names (of people, of facts) and the copies of keys prove nothing.
  const unproven: readonly string[] = [PACK_FILES.readme, PACK_FILES.people, PACK_FILES.ids];
  const proving = [...contents.keys()].filter(
    (name) => !unproven.includes(name) && !name.startsWith('keys/'),
  );

  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...proving),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      async (name, at, flip) => {
        const bytes = Buffer.from(contents.get(name) ?? Buffer.alloc(0));
        // A line by a key nobody knows is ignored, as the note format demands: then it is no longer witnessed.
        const witnessed = name.startsWith('checkpoint') ? bytes.indexOf('— witness') : bytes.length;
        if (witnessed < 1) return;
        const position = at % witnessed;
        bytes[position] = (bytes[position] ?? 0) ^ flip;
        // When the pack was made is only said: a witness's time says what is fresh.
        if (name === 'pack.json' && withoutExportTime(bytes) === withoutExportTime(contents.get(name)))
          return;
        const changed = new Map([...contents, [name, bytes]]);
        const source = sourceOf({
          sizes: new Map([...changed].map(([each, { length }]) => [each, length])),
          close: async () => undefined,
          async *read(each) {
            yield changed.get(each) ?? Buffer.alloc(0);
          },
        });

        const report = await verifyPack(source, { signatures });

        expect(report.verdict, `${name} at ${position}: ${JSON.stringify(report.checks)}`).toBe('failed');
      },
    ),
    { numRuns: 150 },
  );
});
