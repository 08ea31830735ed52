// Cloud Custodian from PyPI, in a virtual environment of its own, run on the policy beside this file.
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The release compared with. */
export const CUSTODIAN_VERSION = '0.9.53';

const POLICY = join(import.meta.dirname, 'stale-keys.yml');
const run = promisify(execFile);

/**
 * The path of its command. It is installed when it is not there yet: about 15 seconds and 95 MB under `.cache`.
 * @throws Error saying what is missing, when there is no Python with venv or PyPI cannot be reached.
 */
export async function ensureCustodian(): Promise<string> {
  const cache = join(import.meta.dirname, '..', '..', '.cache');
  const folder = join(cache, `custodian-${CUSTODIAN_VERSION}`);
  const command = join(folder, 'bin', 'custodian');
  // Written last: what an interrupted installation leaves behind is not taken for one.
  const ready = join(folder, 'ready');
  if (await exists(ready)) return command;
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(cache, { recursive: true });
    await run('python3', ['-m', 'venv', folder]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    await run(join(folder, 'bin', 'python'), [...pip, `c7n==${CUSTODIAN_VERSION}`]);
    await writeFile(ready, '');
    return command;
  } catch (cause) {
    const said = cause instanceof Error ? cause.message.slice(-500) : String(cause);
    throw new Error(
      `This benchmark compares with Cloud Custodian ${CUSTODIAN_VERSION}, which could not be installed. It needs python3 with venv (Debian: python3-venv) and PyPI: ${said}`,
      { cause },
    );
  }
}

/** Where and as whom it runs. */
export interface CustodianAccount {
  readonly endpoint: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string | undefined;
  };
}

/** Runs the policy once, and acts. @throws Error with its last words when a policy failed. */
export async function runCustodian(command: string, account: CustodianAccount): Promise<void> {
  const { accessKeyId, secretAccessKey, sessionToken } = account.credentials;
  const output = await mkdtemp(join(tmpdir(), 'bench-custodian-'));
  // Its usual kind of cache, a new one each run: users are read once for both policies.
  const flags = [
    '-s',
    output,
    '--region',
    'us-east-1',
    '--cache',
    join(output, 'cache'),
    '--cache-period',
    '15',
  ];
  try {
    await run(command, ['run', ...flags, POLICY], {
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: output,
        AWS_ENDPOINT_URL: account.endpoint,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    });
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
