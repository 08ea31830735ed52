// How long a function takes to load when a sandbox starts: the bundles as deployed, and the function that answers Slack
// against the same code bundled with the whole of Bolt.
import { execFile } from 'node:child_process';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { FUNCTION_NAMES } from '../lib/functions.ts';
import { BUNDLE_OPTIONS, bundleFunctions } from '../lib/infrastructure/bundle-functions.ts';
import type { BenchResult } from './run.ts';

const ROOT = join(import.meta.dirname, '..');
const ROUNDS = 7;
/** The other functions are told, not compared: fewer rounds do. */
const OTHERS_ROUNDS = 3;
const WARM_UP = 1;

/** One function's bundle: size in bytes and median time to import it, in ms. */
interface Loaded {
  readonly name: string;
  readonly bytes: number;
  readonly importMs: number;
}

/** The result, with every function's own figures. */
interface ColdStartResult extends BenchResult {
  readonly functions: readonly Loaded[];
  readonly wholeBolt: Loaded;
}

/**
 * Unit is imports a second of the function that answers Slack; the peer is the same entry with nothing left out of Bolt.
 * Each import runs in a process of its own; the two sides take turns. `size` is the number of rounds.
 */
export async function run({ size = ROUNDS }: { readonly size?: number }): Promise<ColdStartResult> {
  const bundles = await bundleFunctions({ root: ROOT, names: FUNCTION_NAMES });
  const files = FUNCTION_NAMES.map((name) => ({
    name,
    path: join(bundles.byName.get(name)?.folder ?? '', 'index.mjs'),
  }));
  const whole = { name: 'answer-slack with the whole of Bolt', path: await bundleWholeBolt() };
  const times = new Map([...files, whole].map(({ name }): [string, number[]] => [name, []]));
  for (let round = 0; round < Math.min(size, ROUNDS) + WARM_UP; round += 1) {
    for (const { name, path } of [...files, whole]) {
      if (round >= OTHERS_ROUNDS + WARM_UP && !name.startsWith('answer-slack')) continue;
      const ms = await importTime(path);
      if (round >= WARM_UP) times.get(name)?.push(ms);
    }
  }
  const loaded = async ({ name, path }: { name: string; path: string }): Promise<Loaded> => ({
    name,
    bytes: (await stat(path)).size,
    importMs: Math.round(median(times.get(name) ?? [])),
  });
  const functions = await Promise.all(files.map(loaded));
  const wholeBolt = await loaded(whole);
  const ours = 1000 / median(times.get('answer-slack') ?? []);
  const peer = 1000 / median(times.get(whole.name) ?? []);
  return {
    name: 'cold-start',
    ours,
    peer,
    ratio: ours / peer,
    goal: 2,
    unit: 'imports/s',
    functions,
    wholeBolt,
  };
}

async function bundleWholeBolt(): Promise<string> {
  const outdir = join(ROOT, '.cache', 'bench', 'whole-bolt');
  await mkdir(outdir, { recursive: true });
  await build({
    ...BUNDLE_OPTIONS,
    absWorkingDir: ROOT,
    entryPoints: { index: join(ROOT, 'lambdas', 'answer-slack.ts') },
    outdir,
  });
  return join(outdir, 'index.mjs');
}

const IMPORT = `
  const begun = performance.now();
  await import(process.argv[1]);
  process.stderr.write(String(performance.now() - begun));
  process.exit(0);
`;

/** Without settings a function says so and goes no further, so no call is part of the time. */
async function importTime(path: string): Promise<number> {
  const { stderr } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', IMPORT, path],
    { env: { AWS_REGION: 'us-east-1', AWS_EC2_METADATA_DISABLED: 'true' } },
  );
  const ms = Number(stderr);
  if (!(ms > 0)) throw new Error(`${path} could not be imported: ${stderr}`);
  return ms;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
