// The CDK command, away from whatever accounts, caches and settings the machine has.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { ROOT } from './places.ts';
import { runCommand } from './run-command.ts';
import { ACCOUNT, type Ministack, REGION } from './start-ministack.ts';

const BIN = join(ROOT, 'node_modules', '.bin');

async function cdk(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  limitMs: number,
): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'countersign-cdk-'));
  try {
    return await runCommand({
      program: join(BIN, 'cdk'),
      args: [...args, '--no-notices', '--no-version-reporting'],
      cwd: ROOT,
      limitMs,
      env: {
        PATH: `${BIN}:${process.env['PATH'] ?? '/usr/bin:/bin'}`,
        HOME: home,
        LANG: 'C.UTF-8',
        CI: 'true',
        NO_COLOR: '1',
        CDK_DISABLE_VERSION_CHECK: '1',
        // Nobody's credentials are to be looked for.
        AWS_EC2_METADATA_DISABLED: 'true',
        ...env,
      },
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Makes the templates of a stage in `output`, with no account. `config` is the folder of configurations. */
export async function synthesize(stage: string, output: string, config?: string): Promise<string> {
  await rm(output, { recursive: true, force: true });
  const context = ['-c', `stage=${stage}`, ...(config === undefined ? [] : ['-c', `config=${config}`])];
  return cdk(['synth', '--quiet', '--output', output, ...context], {}, 180_000);
}

const Outputs = z.record(z.string(), z.record(z.string(), z.string()));

/** Outputs of every stack, by stack and name. */
export type Outputs = z.infer<typeof Outputs>;

/** Deploys every stack of an assembly onto the emulator. @throws Error with the end of the CDK's text */
export async function deploy(emulator: Ministack, assembly: string): Promise<Outputs> {
  const env = {
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: REGION,
    // The CDK reads this one, the SDK in custom code the other.
    AWS_CA_BUNDLE: emulator.caFile,
    NODE_EXTRA_CA_CERTS: emulator.caFile,
  };
  const outputs = join(assembly, 'outputs.json');
  await cdk(['bootstrap', `aws://${ACCOUNT}/${REGION}`, '--app', assembly], env, 120_000);
  await cdk(
    [
      'deploy',
      '--all',
      '--app',
      assembly,
      '--require-approval',
      'never',
      '--method',
      'direct',
      '--progress',
      'events',
      '--outputs-file',
      outputs,
    ],
    env,
    300_000,
  );
  return Outputs.parse(JSON.parse(await readFile(outputs, 'utf8')));
}
