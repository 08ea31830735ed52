// `npm run bench -- <name> [--json] [--size N]`: runs one benchmark, both sides in the same process and run.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** What a benchmark answers: ours against a peer, bigger is better. */
export interface BenchResult {
  readonly name: string;
  readonly ours: number;
  readonly peer: number;
  readonly ratio: number;
  readonly goal: number;
  readonly unit: string;
}

interface Bench {
  run(options: { readonly size?: number; readonly json?: boolean }): Promise<BenchResult>;
}

async function benches(): Promise<string[]> {
  const files = await readdir(import.meta.dirname);
  return files.filter((file) => file.endsWith('.ts') && file !== 'run.ts').map((file) => file.slice(0, -3));
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean' }, size: { type: 'string' }, help: { type: 'boolean' } },
  });
  const [name] = positionals;
  const names = await benches();
  if (values.help || name === undefined || !names.includes(name)) {
    console.error(`usage: npm run bench -- <${names.join('|')}> [--json] [--size N]`);
    return values.help ? 0 : 2;
  }
  const size = values.size === undefined ? undefined : Number(values.size);
  if (size !== undefined && (!Number.isInteger(size) || size < 1)) {
    console.error(`--size must be a whole number above 0, not "${values.size}"`);
    return 2;
  }
  const bench = (await import(join(import.meta.dirname, `${name}.ts`))) as Bench;
  const result = await bench.run({ ...(size === undefined ? {} : { size }), json: values.json === true });
  if (values.json) {
    console.log(JSON.stringify(result));
  } else {
    const rounded = (value: number) => Math.round(value).toLocaleString('en');
    console.log(
      `${result.name}: ours ${rounded(result.ours)} ${result.unit}, peer ${rounded(result.peer)} ${result.unit}`,
    );
    console.log(
      `ratio ${result.ratio.toFixed(2)} (goal ${result.goal}): ${result.ratio >= result.goal ? 'met' : 'NOT met'}`,
    );
  }
  return 0;
}

process.exitCode = await main();
