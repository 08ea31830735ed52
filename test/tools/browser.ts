// A real browser by its own protocol (https://chromedevtools.github.io/devtools-protocol): pages as people see them.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** One tab. */
export interface Tab {
  /** Opens an address and waits until it has loaded. */
  open(url: string): Promise<void>;
  /** Runs an expression in the page and gives its value. */
  evaluate<T>(expression: string): Promise<T>;
  /** Waits until an expression is true in the page. @throws Error saying what did not come true */
  until(expression: string, withinMs?: number): Promise<void>;
  /** A picture of what is visible. */
  picture(): Promise<Buffer>;
  /** Makes the page as wide and high as this, and says whether its reader prefers dark. */
  look(size: { readonly width: number; readonly height: number; readonly dark?: boolean }): Promise<void>;
  /** Errors that scripts threw or the browser wrote to the console. */
  readonly errors: readonly string[];
}

/** A running browser. */
export interface Browser {
  tab(): Promise<Tab>;
  close(): Promise<void>;
}

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
];
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--hide-scrollbars',
  '--window-size=1180,860',
];

type Message = Readonly<Record<string, unknown>>;
type Listener = (sessionId: string, method: string, params: Message) => void;

/** Starts Chromium. @throws Error when none is installed */
export async function startBrowser(): Promise<Browser> {
  const path = process.env['CHROMIUM'] ?? PLACES.find((place) => existsSync(place));
  if (path === undefined) throw new Error(`No Chromium at ${PLACES.join(', ')}; set CHROMIUM.`);
  const profile = await mkdtemp(join(tmpdir(), 'browser-'));
  const child = spawn(path, [...FLAGS, ...QUIET, '--remote-debugging-port=0', `--user-data-dir=${profile}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const socket = new WebSocket(await addressOf(child));
  await once(socket, 'open');
  const listeners: Listener[] = [];
  const call = callsOver(socket, listeners);
  return {
    tab: () => openTab(call, listeners),
    async close() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`Chromium ended: ${said.slice(-500)}`)));
  });
}

type Call = (method: string, params?: Message, sessionId?: string) => Promise<Message>;

function callsOver(socket: WebSocket, listeners: readonly Listener[]): Call {
  let last = 0;
  const waiting = new Map<number, { resolve(result: Message): void; reject(error: Error): void }>();
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as {
      readonly id?: number;
      readonly result?: Message;
      readonly error?: { readonly message: string };
      readonly method?: string;
      readonly params?: Message;
      readonly sessionId?: string;
    };
    const asked = waiting.get(message.id ?? 0);
    if (message.method !== undefined) {
      for (const listen of listeners) listen(message.sessionId ?? '', message.method, message.params ?? {});
    } else if (message.error) asked?.reject(new Error(message.error.message));
    else asked?.resolve(message.result ?? {});
  });
  return (method, params = {}, sessionId) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      socket.send(JSON.stringify({ id: last, method, params, ...(sessionId ? { sessionId } : {}) }));
    });
}

async function openTab(call: Call, listeners: Listener[]): Promise<Tab> {
  const { targetId } = await call('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true });
  const session = String(sessionId);
  const errors: string[] = [];
  let loads = 0;
  listeners.push((from, method, params) => {
    if (from !== session) return;
    if (method === 'Page.loadEventFired') loads += 1;
    if (method === 'Runtime.exceptionThrown') errors.push(JSON.stringify(params));
    if (method === 'Log.entryAdded' && (params['entry'] as Message)['level'] === 'error')
      errors.push(JSON.stringify(params['entry']));
  });
  for (const domain of ['Page', 'Runtime', 'Log']) await call(`${domain}.enable`, {}, session);

  const evaluate = async <T>(expression: string): Promise<T> => {
    const asked = { expression, returnByValue: true, awaitPromise: true };
    const { result, exceptionDetails } = await call('Runtime.evaluate', asked, session);
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { readonly value: T }).value;
  };
  const patiently = async (isTrue: () => Promise<boolean> | boolean, what: string, withinMs: number) => {
    for (const end = Date.now() + withinMs; !(await isTrue()); await wait(50))
      if (Date.now() > end) throw new Error(`Not within ${withinMs} ms: ${what}`);
  };
  return {
    errors,
    evaluate,
    until: (expression, withinMs = 10_000) =>
      patiently(() => evaluate<boolean>(`Boolean(${expression})`), expression, withinMs),
    async open(url) {
      const before = loads;
      const { errorText } = await call('Page.navigate', { url }, session);
      if (errorText !== undefined) throw new Error(`${url}: ${JSON.stringify(errorText)}`);
      await patiently(() => loads > before, `${url} loads`, 20_000);
    },
    async look({ width, height, dark = false }) {
      const metrics = { width, height, deviceScaleFactor: 1, mobile: false };
      await call('Emulation.setDeviceMetricsOverride', metrics, session);
      const features = [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }];
      await call('Emulation.setEmulatedMedia', { features }, session);
    },
    picture: async () =>
      Buffer.from(
        String((await call('Page.captureScreenshot', { format: 'png' }, session))['data']),
        'base64',
      ),
  };
}
