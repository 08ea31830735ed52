// The automation says that it is done: the removal is looked at now. Anything else at that door changes nothing.
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWebApp } from '../../../lib/adapters/web/web-app.ts';
import { hearCallback } from '../../../lib/application/removal/hear-callback.ts';
import { MINUTE_MS, plusMs } from '../../../lib/domain/time.ts';
import { MONDAY } from '../../support/world.ts';
import { type Automation, SECRET, startAutomation } from './automation.ts';
import { revokedRobot } from './revoked-robot.ts';

let automation: Automation;
beforeEach(async () => {
  automation = await startAutomation();
  automation.slow();
});
afterEach(async () => {
  await automation.close();
});

/** An accepted switch-off, long before it is looked at again, and the door callbacks come to. */
async function waiting() {
  const { w, removal } = await revokedRobot(automation, { deadlineMinutes: 600 });
  await w.until(plusMs(MONDAY, 20 * MINUTE_MS), MINUTE_MS);
  const logged: string[] = [];
  const app = createWebApp({
    links: w.links,
    actions: w.actions,
    clock: w.clock,
    cookieSecret: 'c'.repeat(32),
    secureCookies: true,
    hearCallback: hearCallback(w.environment),
    log: ({ message, error }) => logged.push(`${message}: ${error instanceof Error ? error.message : ''}`),
  });
  const { requestId } = automation.asked.findLast(({ act }) => act === 'disable')!;
  const { identityId } = await removal();
  const ended = { schemaVersion: 1, callback: 'ended', requestId, identityId };
  const send = async (
    body: unknown = ended,
    how: { readonly secret?: string; readonly agoSeconds?: number; readonly to?: string } = {},
  ) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const t = Math.floor(Date.parse(w.clock.now()) / 1000) - (how.agoSeconds ?? 0);
    const v1 = createHmac('sha256', how.secret ?? SECRET)
      .update(`${t}.${text}`)
      .digest('hex');
    const headers = { 'countersign-signature': `t=${t},v1=${v1}` };
    const path = `/hooks/connectors/${how.to ?? 'webhook/robots'}`;
    const answer = await app.request(path, { method: 'POST', body: text, headers });
    return { status: answer.status, body: await answer.json() };
  };
  return { w, removal, app, send, ended, logged };
}

describe('a callback', () => {
  it('has the removal looked at at once, and what is read back decides', async () => {
    const { w, removal, send } = await waiting();
    const before = (await removal()).nextDueAt;
    expect(before! > plusMs(w.clock.now(), 10 * MINUTE_MS)).toBe(true);
    automation.finishAll();

    expect(await send()).toEqual({ status: 200, body: { status: 'heard' } });
    await w.settle();

    expect(await removal()).toMatchObject({ state: 'quarantined', verification: { level: 'confirmed' } });
    expect(automation.mutations).toEqual(['disable robot']);
  });

  it('that is not true counts for nothing, and uses up one try at most', async () => {
    const { w, removal, send } = await waiting();
    const { attempts } = await removal();

    for (const status of ['heard', 'heard-before', 'heard-before']) {
      expect(await send()).toEqual({ status: 200, body: { status } });
      await w.settle();
    }

    expect(await removal()).toMatchObject({ state: 'executing', attempts: attempts + 1 });
    expect((await removal()).executedAt).toBeUndefined();
  });

  it('is refused when it is forged, old, or sent back to where it came from', async () => {
    const { removal, send, logged } = await waiting();
    const before = await removal();

    expect(await send(undefined, { secret: 'not the secret they share, but as long as it' })).toMatchObject({
      status: 403,
    });
    expect(await send(undefined, { agoSeconds: 301 })).toMatchObject({ status: 403 });
    expect(await send(undefined, { agoSeconds: -301 })).toMatchObject({ status: 403 });
    expect(await send(automation.asked.at(-1))).toMatchObject({ status: 400 });

    expect(await removal()).toEqual(before);
    expect(logged).toHaveLength(4);
    expect(logged.join()).toContain('not signed with the shared secret');
  });

  it('is refused without a signature, without sense, and when it is too big', async () => {
    const { app, send } = await waiting();
    const unsigned = await app.request('/hooks/connectors/webhook/robots', { method: 'POST', body: '{}' });

    expect(unsigned.status).toBe(403);
    expect(await unsigned.json()).toEqual({ status: 'refused' });
    expect(await send('no json')).toMatchObject({ status: 400 });
    expect(await send(`"${'x'.repeat(20_000)}"`)).toMatchObject({ status: 413 });
  });

  it('is refused when nothing waits for it', async () => {
    const { send, ended } = await waiting();
    const elsewhere = 'webhook/other/api-key/robot';

    expect(await send({ ...ended, identityId: 'webhook/robots/api-key/nobody' })).toMatchObject({
      status: 404,
    });
    expect(await send({ ...ended, identityId: elsewhere })).toMatchObject({ status: 403 });
    expect(await send(undefined, { to: 'webhook/other' })).toMatchObject({ status: 404 });
    expect(await send(undefined, { to: 'file/robots' })).toMatchObject({ status: 404 });
  });
});
