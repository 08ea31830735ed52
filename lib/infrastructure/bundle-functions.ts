// Bundles every function with one esbuild run: one `index.mjs` each, the same bytes for the same source.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, relative } from 'node:path';
import { type BuildOptions, build, type Metafile, version } from 'esbuild';
import * as z from 'zod';
import { InvalidInputError } from '../domain/errors.ts';
import { leaveOutOfBolt } from './leave-out-of-bolt.ts';
import { leaveOutOfSdk } from './leave-out-of-sdk.ts';

/** What to bundle. */
export interface BundleOptions {
  /** Folder of the source tree: package-lock.json stands there. */
  readonly root: string;
  /** Folder of the entry files. @default `lambdas` in root */
  readonly entries?: string | undefined;
  /** Names of the entry files, without `.ts`. */
  readonly names: readonly string[];
}

/** One bundled function. */
export interface Bundle {
  readonly name: string;
  /** Folder that holds `index.mjs` and nothing else. */
  readonly folder: string;
  /** SHA-256 of `index.mjs`, lowercase hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/** All bundles of one build. */
export interface Bundles {
  readonly byName: ReadonlyMap<string, Bundle>;
  /** What esbuild says went into each bundle. */
  readonly metafile: Metafile;
}

const CODE = 'index.mjs';

/** CommonJS packages in an ES module ask for `require`, which is not there by itself. */
const BANNER = [
  "import { createRequire as countersignRequire } from 'node:module';",
  'const require = countersignRequire(import.meta.url);',
].join('');

/** How every bundle is made, its place left open. */
export const BUNDLE_OPTIONS = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  minify: true,
  splitting: false,
  legalComments: 'none',
  charset: 'utf8',
  banner: { js: BANNER },
  outExtension: { '.js': '.mjs' },
  metafile: true,
  logLevel: 'silent',
} as const satisfies BuildOptions;

/**
 * Bundles the functions into `.cache/bundles/<digest of the source>`; nothing is built when that is there.
 * @throws InvalidInputError BAD_SETTING naming entry files that are missing
 */
export async function bundleFunctions(options: BundleOptions): Promise<Bundles> {
  const { root, names, entries = join(root, 'lambdas') } = options;
  const missing = names.filter((name) => !existsSync(join(entries, `${name}.ts`)));
  if (missing.length > 0) {
    const message = `${relative(root, entries)}: no entry file for ${missing.join(', ')}`;
    throw new InvalidInputError({ code: 'BAD_SETTING', message });
  }
  const shelf = join(root, '.cache', 'bundles');
  const digest = digestOf({ root, names, entries });
  const folder = join(shelf, digest);
  if (!existsSync(folder)) {
    const aside = await buildAside(`${folder}.${process.pid}`, { root, names, entries });
    // A source that changed meanwhile would be kept under the digest of what it was.
    if (digestOf({ root, names, entries }) !== digest) {
      rmSync(aside, { recursive: true, force: true });
      return bundleFunctions(options);
    }
    takeInto(folder, aside);
  }
  const now = new Date();
  utimesSync(folder, now, now);
  tidy(shelf, folder);
  return readBundles(folder, names);
}

/** Digest of a whole release: over `<name> <sha256>\n` of each bundle, in order of name. */
export function buildDigestOf(bundles: Iterable<Pick<Bundle, 'name' | 'sha256'>>): string {
  const lines = [...bundles].map(({ name, sha256 }) => `${name} ${sha256}\n`);
  return sha256Of(lines.toSorted().join(''));
}

/** Builds into a folder that is not the final one: a build that broke off is never taken for a whole one. */
async function buildAside(aside: string, { root, names, entries }: Required<BundleOptions>): Promise<string> {
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { recursive: true });
  try {
    const { metafile } = await build({
      ...BUNDLE_OPTIONS,
      absWorkingDir: root,
      entryPoints: Object.fromEntries(
        names.map((name) => [`${name}/index`, join(entries ?? '', `${name}.ts`)]),
      ),
      outdir: aside,
      plugins: [leaveOutOfBolt, leaveOutOfSdk],
    });
    writeFileSync(join(aside, 'metafile.json'), JSON.stringify(metafile));
    return aside;
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    throw error;
  }
}

function takeInto(folder: string, aside: string): void {
  try {
    renameSync(aside, folder);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    // Another process built the same meanwhile.
    if (!existsSync(folder)) throw error;
  }
}

const Built = z.custom<Metafile>(
  (value) => typeof value === 'object' && value !== null && 'outputs' in value,
);

function readBundles(folder: string, names: readonly string[]): Bundles {
  const byName = new Map(
    names.map((name): [string, Bundle] => {
      const code = readFileSync(join(folder, name, CODE));
      return [name, { name, folder: join(folder, name), sha256: sha256Of(code), bytes: code.length }];
    }),
  );
  const metafile = Built.parse(JSON.parse(readFileSync(join(folder, 'metafile.json'), 'utf8')));
  return { byName, metafile };
}

/** Over everything that decides the bytes: our sources, the versions of others', this file's options. */
function digestOf({ root, names, entries }: Required<BundleOptions>): string {
  const digest = createHash('sha256').update(`${version} ${names.join(' ')}\n`);
  for (const name of ['package-lock.json', 'tsconfig.json']) {
    if (existsSync(join(root, name))) digest.update(readFileSync(join(root, name)));
  }
  for (const folder of [join(root, 'lib'), entries ?? '']) {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.toSorted())
      digest.update(`${relative(root, file)}\0`).update(readFileSync(file));
  }
  return digest.digest('hex').slice(0, 32);
}

const KEPT = 6;

/** Removes builds that were not used for the longest time. */
function tidy(shelf: string, own: string): void {
  const builds = readdirSync(shelf)
    .filter((name) => /^[0-9a-f]{32}$/.test(name) && name !== basename(own))
    .map((name) => ({ path: join(shelf, name), at: statSync(join(shelf, name)).mtimeMs }));
  for (const { path } of builds.toSorted((a, b) => b.at - a.at).slice(KEPT)) {
    rmSync(path, { recursive: true, force: true });
  }
}

function sha256Of(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
