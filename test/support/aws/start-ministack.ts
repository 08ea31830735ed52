// The AWS emulator: one process on this machine, https only, IAM enforced.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startInBackground } from './background.ts';
import { freePort } from './free-port.ts';
import { CACHE, ROOT } from './places.ts';
import { pythonTool } from './python-tools.ts';
import { sendPlain } from './send-plain.ts';

/** Account and region everything is in. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

/** A running emulator. */
export interface Ministack {
  /** `https://127.0.0.1:<port>` */
  readonly endpoint: string;
  readonly pid: number;
  /** File with the certificate that clients must trust. */
  readonly caFile: string;
  readonly logFile: string;
  stop(): Promise<void>;
}

/** Starts it on a free port. `name` tells its log from others. @throws Error with the end of its log */
export async function startMinistack(name: string): Promise<Ministack> {
  // It writes functions' code here. A folder inside the repository would make Node take its CommonJS for ESM.
  const home = await mkdtemp(join(tmpdir(), 'countersign-aws-'));
  await mkdir(CACHE, { recursive: true });
  const logFile = join(CACHE, `ministack-${name}.log`);
  await rm(logFile, { force: true });
  await writeFile(join(home, 'package.json'), '{"type":"commonjs"}');
  const port = await freePort();
  const endpoint = `https://127.0.0.1:${port}`;
  const caFile = join(home, 'ministack-tls', 'server.crt');
  const isReady = async (): Promise<boolean> => {
    try {
      const ca = await readFile(caFile, 'utf8');
      return (await sendPlain({ url: `${endpoint}/_ministack/ready`, ca })).status === 200;
    } catch (failure) {
      if (['ENOENT', 'ECONNREFUSED', 'ECONNRESET'].includes((failure as NodeJS.ErrnoException).code ?? '')) {
        return false;
      }
      throw failure;
    }
  };
  const background = await startInBackground({
    program: pythonTool('ministack'),
    args: [],
    cwd: home,
    env: environmentOf(home, port),
    logFile,
    isReady,
    readyWithinMs: 60_000,
  });
  return {
    endpoint,
    pid: background.pid,
    caFile,
    logFile,
    async stop() {
      await background.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Functions inherit the emulator's environment, so it gets nothing of this process's but where programs are. */
function environmentOf(home: string, port: number): Record<string, string> {
  return {
    PATH: `${join(ROOT, 'node_modules', '.bin')}:/usr/local/bin:/usr/bin:/bin`,
    HOME: home,
    TMPDIR: home,
    LANG: 'C.UTF-8',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    // `aws:SecureTransport` is evaluated: over plain http, the buckets' own policies refuse everybody.
    USE_SSL: '1',
    // Signatures, key status, policies of identities and of resources: all are checked.
    AUTH: 'true',
    LAMBDA_EXECUTOR: 'local',
    LAMBDA_ASYNC_RETRY_MAX_SECONDS: '2',
    SFN_WAIT_SCALE: '0',
    IOT_MTLS_ENABLED: '0',
  };
}
