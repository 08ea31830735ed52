import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { afterEach, describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const planted: string[] = [];

afterEach(() => {
  for (const folder of planted.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Lints one planted file, in a copy of the room's place, and gives what the linter says. */
function lintPlanted(room: string, source: string): string {
  const root = mkdtempSync(join(tmpdir(), 'planted-'));
  planted.push(root);
  const folder = join(root, 'lib', room, 'somewhere');
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(ROOT, '.oxlintrc.json'), join(root, '.oxlintrc.json'));
  writeFileSync(join(folder, 'violation.ts'), source);
  try {
    return execFileSync(join(ROOT, 'node_modules/.bin/oxlint'), ['-c', join(root, '.oxlintrc.json'), '.'], {
      cwd: root,
      encoding: 'utf8',
    });
  } catch (error) {
    return String((error as { stdout?: string }).stdout);
  }
}

/** Every module a file pulls in, types included in none: what would really be loaded. */
async function modulesOf(entry: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
    packages: 'external',
    logLevel: 'silent',
  });
  return Object.keys(metafile.inputs);
}

const filesOf = (room: string): string[] =>
  readdirSync(join(ROOT, 'lib', room), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));

describe('arrows point inward', () => {
  test.each([
    ['domain', `import type { Clock } from '../../application/ports/clock.ts';\nexport type X = Clock;\n`],
    ['domain', `import { readFileSync } from 'node:fs';\nexport const x = readFileSync;\n`],
    ['domain', `export const x = Date.now();\n`],
    [
      'application',
      `import { createMemoryBlobs } from '../../adapters/memory/blobs.ts';\nexport const x = createMemoryBlobs;\n`,
    ],
    ['application', `export const x = Math.random();\n`],
    [
      'connectors',
      `import { createMemoryBlobs } from '../../adapters/memory/blobs.ts';\nexport const x = createMemoryBlobs;\n`,
    ],
    ['verification', `import { readFileSync } from 'node:fs';\nexport const x = readFileSync;\n`],
    [
      'evidence',
      `import { createMemoryBlobs } from '../../adapters/memory/blobs.ts';\nexport const x = createMemoryBlobs;\n`,
    ],
    ['presentation', `import { App } from '@slack/bolt';\nexport const x = App;\n`],
    [
      'adapters',
      `import { virtualClock } from '../../local/virtual-clock.ts';\nexport const x = virtualClock;\n`,
    ],
    ...['adapters', 'cli', 'deployed', 'evidence', 'local', 'runtime', 'verification'].map(
      (room): [string, string] => [
        room,
        `import { fillApp } from '../../infrastructure/app.ts';\nexport const x = fillApp;\n`,
      ],
    ),
    ['runtime', `import { Stack } from 'aws-cdk-lib';\nexport const x = Stack;\n`],
    [
      'infrastructure',
      `import { takePulse } from '../../application/take-pulse.ts';\nexport const x = takePulse;\n`,
    ],
    ['infrastructure', `import { start } from '../../deployed/start.ts';\nexport const x = start;\n`],
    ['infrastructure', `import { S3Client } from '@aws-sdk/client-s3';\nexport const x = S3Client;\n`],
  ])('a planted violation in %s is found', (room, source) => {
    expect(lintPlanted(room, source)).toMatch(/no-restricted/);
  });

  test('a file without a violation passes, so the check above can tell', () => {
    expect(lintPlanted('domain', 'export const x = 1;\n')).not.toMatch(/no-restricted/);
  });

  test('what the domain loads is domain, zod and canonicalize', async () => {
    const entries = filesOf('domain');
    expect(entries.length).toBeGreaterThan(60);
    for (const entry of entries) {
      const outside = (await modulesOf(entry)).filter((module) => !module.startsWith('lib/domain/'));
      expect(outside, relative(ROOT, entry)).toEqual([]);
    }
  });

  test('only the Slack edge imports Bolt', () => {
    const files = [
      'adapters',
      'application',
      'cli',
      'connectors',
      'deployed',
      'domain',
      'infrastructure',
      'local',
      'presentation',
      'runtime',
    ].flatMap(filesOf);
    const users = files
      .filter((file) => /from '@slack\/bolt'/.test(readFileSync(file, 'utf8')))
      .map((file) => relative(ROOT, file));
    expect(users).toEqual(['lib/adapters/slack/bolt-app.ts']);
  });

  test('infrastructure is made of settings and data of ours, and only the app’s entry makes it', () => {
    const files = filesOf('infrastructure');
    expect(files.length).toBeGreaterThan(30);
    const outside = files.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/ from '(\.[^']+)'/g)]
        .map(([, path = '']) => relative(ROOT, join(dirname(file), path)))
        .filter((path) => !path.startsWith('lib/infrastructure/')),
    );
    expect([...new Set(outside)].toSorted()).toEqual([
      'lib/adapters/people/backstage-catalog.ts',
      'lib/adapters/people/declare-owners.ts',
      'lib/adapters/people/directory-file.ts',
      'lib/adapters/people/directory-schema.ts',
      'lib/connectors/registry.ts',
      'lib/connectors/secret-settings.ts',
      'lib/domain/errors.ts',
      'lib/functions.ts',
      'lib/installation.ts',
      'lib/pulse-metrics.ts',
      'lib/settings.ts',
      'lib/witness-settings.ts',
    ]);
    const others = globSync(['lib/**/*.ts', 'bin/*.ts', 'lambdas/*.ts'], { cwd: ROOT }).filter(
      (file) => !file.startsWith('lib/infrastructure/'),
    );
    const users = others.filter((file) =>
      /from '[^']*\/infrastructure\//.test(readFileSync(join(ROOT, file), 'utf8')),
    );
    expect(users).toEqual(['bin/app.ts']);
  });

  test('connectors never import each other', () => {
    for (const file of filesOf('connectors')) {
      const own = relative(join(ROOT, 'lib', 'connectors'), file).split('/')[0] ?? '';
      if (own.endsWith('.ts')) continue;
      const imports = [...readFileSync(file, 'utf8').matchAll(/from '\.\.\/([a-z0-9-]+)\//g)].map(
        ([, other]) => other,
      );
      expect(
        imports.filter(
          (other) => other !== own && !['..', 'aws', 'domain', 'application'].includes(other ?? ''),
        ),
        file,
      ).toEqual([]);
    }
  });
});

describe('the house', () => {
  test('nothing inside reads the clock or the dice', () => {
    const files = ['domain', 'application', 'presentation'].flatMap(filesOf);
    expect(files.length).toBeGreaterThan(100);
    const offenders = files.filter((file) =>
      /\bnew Date\(\)|Date\.now\(|Math\.random\(|performance\.now\(/.test(readFileSync(file, 'utf8')),
    );
    expect(offenders.map((file) => relative(ROOT, file))).toEqual([]);
  });

  test('zod is always imported as a namespace, so that bundles keep only what they use', () => {
    const files = [
      'adapters',
      'application',
      'cli',
      'connectors',
      'deployed',
      'domain',
      'infrastructure',
      'local',
      'presentation',
      'runtime',
    ].flatMap(filesOf);
    const offenders = files.filter((file) =>
      /import (\{[^}]*\}|z) from 'zod'/.test(readFileSync(file, 'utf8')),
    );
    expect(offenders.map((file) => relative(ROOT, file))).toEqual([]);
  });

  test('files are named in kebab case and none is overlong', () => {
    const files = [
      'adapters',
      'application',
      'cli',
      'connectors',
      'deployed',
      'domain',
      'infrastructure',
      'local',
      'presentation',
      'runtime',
    ].flatMap(filesOf);
    for (const file of files) {
      expect(file.split('/').at(-1)).toMatch(/^[a-z0-9-]+\.ts$/);
      expect(readFileSync(file, 'utf8').split('\n').length, relative(ROOT, file)).toBeLessThanOrEqual(320);
    }
  });
});
