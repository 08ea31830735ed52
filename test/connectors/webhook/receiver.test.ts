// The receiver of the README, as it stands there, in a process of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SECRET } from './automation.ts';
import { listOf, NOW, stateOf, targetOf, webhookOver } from './scene.ts';

/** What a customer writes beside it. */
const MY_SYSTEM = `
const robots = new Map([['build', { on: true, room: 'attic' }], ['mail', { on: true, room: 'cellar' }]]);
let changes = 0;
export const list = () => ({
  status: 'done',
  identities: [...robots.keys()].map((id) => ({ id, kind: 'service-account' })),
});
export const look = ({ nativeId }) => {
  const robot = robots.get(nativeId);
  if (!robot) return { status: 'done', found: 'vanished', reason: 'no such robot' };
  const target = { enabled: robot.on, state: JSON.stringify(robot), revision: String(changes) };
  return { status: 'done', found: 'one', target };
};
export const change = ({ act, target: { nativeId }, restoreTo }) => {
  changes += 1;
  if (act === 'disable') robots.set(nativeId, { on: false });
  if (act === 'restore') robots.set(nativeId, JSON.parse(restoreTo.state));
  if (act === 'remove') robots.delete(nativeId);
  return { status: 'done', evidence: ['change ' + changes] };
};
`;

let folder = '';
let receiver: ChildProcess;
let url = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-'));
  const readme = await readFile(
    new URL('../../../lib/connectors/webhook/README.md', import.meta.url),
    'utf8',
  );
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(readme) ?? [];
  // The parent learns that it listens; nothing else is added to what the README shows.
  await writeFile(
    join(folder, 'receiver.mjs'),
    `${code.replace(/\)\s*;[^;]*$/, ', () => process.send(1));')}\n`,
  );
  await writeFile(join(folder, 'my-system.mjs'), MY_SYSTEM);
  const port = await freePort();
  receiver = spawn(process.execPath, [join(folder, 'receiver.mjs')], {
    env: { SECRET, PORT: String(port) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await once(receiver, 'message');
  url = `http://127.0.0.1:${port}/`;
});
afterEach(async () => {
  receiver.kill();
  await once(receiver, 'exit');
  await rm(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

it('the receiver of the README lists, switches off, verifies, restores and deletes', async () => {
  const connector = webhookOver(url);
  expect((await listOf(connector)).map(({ nativeId }) => nativeId)).toEqual(['build', 'mail']);
  const target = await targetOf(connector, 'mail');
  const state = await stateOf(connector, target);

  const { preImage, changed } = await connector.disable(target, state);
  expect(changed).toBe(true);
  expect(await connector.verify(target, preImage, NOW)).toMatchObject({ level: 'confirmed' });

  await connector.restore(target, preImage);
  expect(await stateOf(connector, target)).toMatchObject({ enabled: true, detail: state.detail });

  const again = await connector.disable(target, state);
  expect(again.changed).toBe(true);
  await connector.remove(target, again.preImage);
  expect(await connector.locate(target)).toMatchObject({ found: 'vanished' });
});

it('the receiver of the README refuses a request that is not signed with its secret', async () => {
  const connector = webhookOver(
    url,
    {},
    { secret: () => 'another secret of more than thirty-two characters' },
  );

  await expect(listOf(connector)).rejects.toMatchObject({ code: 'DENIED' });
  expect(await fetch(url, { method: 'POST', body: '{}' })).toMatchObject({ status: 401 });
});
