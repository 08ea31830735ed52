import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { actions, ada, bruno, button, section, startScene } from './support/workspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'slack-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('a restart keeps messages, edits, deletions, home tabs, reading marks and accounts, but nothing ephemeral', async () => {
  const dataFile = join(folder, 'a', 'slack.jsonl');
  const first = await startScene({ dataFile });
  const kept = await first.post(ada, [actions('row', button('keep'))], 'kept');
  const deleted = await first.post(ada, [section('x')], 'deleted');
  await first.client.chat.update({ ...kept, text: 'edited' });
  await first.client.chat.delete(deleted);
  await first.client.chat.postEphemeral({ channel: 'C0REVIEWS', user: ada, text: 'psst' });
  await first.client.views.publish({
    user_id: ada,
    view: { type: 'home', blocks: [section('home')] as never },
  });
  first.slack.as(ada).markRead(kept.channel);
  first.slack.setStatus(bruno, 'deactivated');
  await first.close();
  appendFileSync(dataFile, '{"kind":"message","key":"torn');

  const second = await startScene({ dataFile });
  const after = await second.post(ada, [section('y')], 'after');
  const clicked = await second.slack.as(ada).click({ ...kept, actionId: 'keep' });
  const inbox = second.slack.as(ada).inbox();
  const unread = second.slack.as(ada).unread();
  const status = second.slack.people().find(({ id }) => id === bruno)?.status;
  const home = second.slack.as(ada).home();
  const elsewhere = second.slack.messages({ channel: 'C0REVIEWS', user: ada });
  await second.close();

  expect(inbox.map(({ message }) => message.text)).toEqual(['edited', 'after']);
  expect(Number(after.ts)).toBeGreaterThan(Number(deleted.ts));
  expect(clicked.acknowledgement?.ok).toBe(true);
  expect(unread).toEqual({ [kept.channel]: 1 });
  expect([status, home?.blocks.length, elsewhere.length]).toEqual(['deactivated', 1, 0]);
});

it('a data file that is none is refused by line, never overwritten', async () => {
  const dataFile = join(folder, 'broken.jsonl');
  writeFileSync(dataFile, 'nonsense\n{}\n');

  await expect(startScene({ dataFile })).rejects.toMatchObject({
    code: 'MALFORMED_FILE',
    message: expect.stringContaining('broken.jsonl:1') as string,
  });
});

it('a port already taken is an error, not a hang', async () => {
  const first = await startScene();
  await expect(startScene({ port: Number(new URL(first.slack.url).port) })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
  await first.close();
});
