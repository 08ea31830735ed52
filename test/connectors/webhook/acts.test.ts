import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PreImage } from '../../../lib/domain/removal/pre-image.ts';
import type { Instant } from '../../../lib/domain/time.ts';
import { type Automation, startAutomation } from './automation.ts';
import { NOW, stateOf, targetOf, webhookOver } from './scene.ts';

let automation: Automation;
beforeEach(async () => {
  automation = await startAutomation();
  automation.add('a', { grants: ['read', 'write'] });
});
afterEach(async () => {
  await automation.close();
});

async function scene(settings: Readonly<Record<string, unknown>> = {}) {
  const connector = webhookOver(automation.url, settings);
  const target = await targetOf(connector, 'a');
  const state = await stateOf(connector, target);
  const preImage: PreImage = {
    connector: 'webhook',
    label: state.label,
    wasEnabled: state.enabled,
    takenAt: state.observedAt,
    detail: state.detail,
  };
  return { connector, target, state, preImage };
}

describe('switching off', () => {
  it('counts as done only when the state reads back off', async () => {
    const { connector, target, state } = await scene();
    automation.behave(({ act }) => (act === 'disable' ? { status: 'done', evidence: ['sure'] } : undefined));

    await expect(connector.disable(target, state)).rejects.toMatchObject({
      code: 'NOT_READY',
      retryable: true,
      message: expect.stringContaining('still reads on'),
    });
    expect(automation.accounts.get('a')?.enabled).toBe(true);
  });

  it('that took effect before its reply was lost is found done, and not done twice', async () => {
    const { connector, target, state } = await scene({ timeoutSeconds: 1 });
    automation.behave(({ act }, { honest }) => {
      if (act !== 'disable') return undefined;
      honest();
      return 'handled';
    });
    await expect(connector.disable(target, state)).rejects.toMatchObject({
      code: 'TIMEOUT',
      retryable: true,
    });

    const again = await connector.disable(target, state);

    expect(again).toMatchObject({ changed: false, preImage: { detail: state.detail, wasEnabled: true } });
    expect(automation.mutations).toEqual(['disable a']);
  });

  it('is asked for under one id until it is done, and under another after it was undone', async () => {
    const { connector, target, state } = await scene();
    automation.slow();
    await expect(connector.disable(target, state)).rejects.toMatchObject({ code: 'NOT_READY' });
    await expect(connector.disable(target, state)).rejects.toMatchObject({ code: 'NOT_READY' });
    automation.finishAll();
    const { preImage } = await connector.disable(target, state);
    await expect(connector.restore(target, preImage)).rejects.toMatchObject({ code: 'NOT_READY' });
    automation.finishAll();
    await connector.restore(target, preImage);
    await expect(connector.disable(target, state)).rejects.toMatchObject({ code: 'NOT_READY' });
    automation.finishAll();

    expect(automation.accounts.get('a')).toMatchObject({ enabled: false, grants: [] });
    expect(automation.mutations).toEqual(['disable a', 'restore a', 'disable a']);
    const ids = automation.asked.filter(({ act }) => act === 'disable').map(({ requestId }) => requestId);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it('by two at once changes the target once', async () => {
    const { connector, target, state } = await scene();

    const both = await Promise.all([connector.disable(target, state), connector.disable(target, state)]);

    expect(automation.mutations).toEqual(['disable a']);
    for (const { preImage } of both) expect(preImage.detail).toEqual(state.detail);
  });

  it('is refused when the target changed after its state was kept', async () => {
    const { connector, target, state } = await scene();
    automation.accounts.get('a')?.grants.push('admin');

    await expect(connector.disable(target, state)).rejects.toMatchObject({ code: 'STALE_SNAPSHOT' });
    expect(automation.mutations).toEqual([]);
  });

  it('leaves alone what is off already', async () => {
    automation.add('a', { enabled: false });
    const { connector, target, state } = await scene();

    expect(await connector.disable(target, state)).toMatchObject({
      changed: false,
      preImage: { wasEnabled: false },
    });
    expect(automation.mutations).toEqual([]);
  });

  it.each([
    [
      { status: 'refused', reason: 'payroll runs tonight' },
      'RefusedError',
      /refused: "payroll runs tonight"/,
    ],
    [{ status: 'failed', reason: 'no such queue' }, 'UpstreamError', /failed: "no such queue"/],
    [{ status: 'unknown', reason: '' }, 'UpstreamError', /cannot tell/],
  ])('is not done when the automation answers %j', async (reply, name, message) => {
    const { connector, target, state } = await scene();
    automation.behave(({ act }) => (act === 'disable' ? reply : undefined));

    const failure = connector.disable(target, state);

    await expect(failure).rejects.toMatchObject({ name });
    await expect(failure).rejects.toThrow(message);
    expect(automation.mutations).toEqual([]);
  });

  it('says so when the automation deleted instead', async () => {
    const { connector, target, state } = await scene();
    automation.behave(({ act }, { honest }) => {
      if (act !== 'disable') return undefined;
      const reply = honest();
      automation.accounts.delete('a');
      return reply;
    });

    await expect(connector.disable(target, state)).rejects.toMatchObject({
      code: 'REJECTED',
      message: expect.stringContaining('vanished'),
    });
  });

  it('is not asked of an automation that speaks for another system', async () => {
    const { connector, target, state } = await scene();
    const foreign = { ...target, reviewed: { ...target.reviewed, scope: 'elsewhere' } };

    await expect(connector.disable(foreign, state)).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

describe('work that was accepted', () => {
  it('is asked about again until its deadline, as long as five tries last', async () => {
    const { connector, target, state } = await scene({ deadlineMinutes: 60 });
    automation.slow();

    const failure: unknown = await connector.disable(target, state).catch((error: unknown) => error);

    expect(failure).toMatchObject({
      code: 'NOT_READY',
      retryable: true,
      message: expect.stringContaining('still working'),
    });
    const { retryAfterMs } = failure as { readonly retryAfterMs: number };
    const waited = [2, 4, 8, 16].reduce((sum, times) => sum + times * retryAfterMs, 0);
    expect(waited).toBeGreaterThan(60 * 60_000);
    expect(waited).toBeLessThan(62 * 60_000);
  });

  it('is never done after its deadline, and that is said for good', async () => {
    const { connector, target, state } = await scene({ deadlineMinutes: 60 });
    automation.slow({ acceptedAgoMs: 61 * 60_000 });

    await expect(connector.disable(target, state)).rejects.toMatchObject({
      code: 'TIMEOUT',
      retryable: false,
      message: expect.stringContaining('it may still take effect'),
    });
  });

  it('that takes effect after its deadline is found off when somebody looks again', async () => {
    const { connector, target, state } = await scene({ deadlineMinutes: 60 });
    automation.slow({ acceptedAgoMs: 61 * 60_000 });
    await expect(connector.disable(target, state)).rejects.toMatchObject({ retryable: false });
    automation.finishAll();

    expect(await connector.disable(target, await stateOf(connector, target))).toMatchObject({
      changed: false,
    });
  });

  it('is not believed when it was accepted in the future', async () => {
    const { connector, target, state } = await scene();
    automation.slow({ acceptedAgoMs: -600_000 });

    await expect(connector.disable(target, state)).rejects.toMatchObject({ code: 'REJECTED' });
  });
});

describe('restoring', () => {
  it('puts back exactly what was there, for any state', async () => {
    const grants = fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(grants, fc.boolean(), async (held, enabled) => {
        automation.add('a', { grants: held, enabled });
        const { connector, target, state } = await scene();
        const before = structuredClone(automation.accounts.get('a'));

        const { preImage } = await connector.disable(target, state);
        await connector.restore(target, JSON.parse(JSON.stringify(preImage)) as PreImage);

        const { changes: _since, ...after } = automation.accounts.get('a')!;
        const { changes: _before, ...was } = before!;
        expect(after).toEqual(was);
        expect((await stateOf(connector, target)).detail).toEqual(state.detail);
      }),
      { numRuns: 40 },
    );
  });

  it('is not done when the state reads differently afterwards', async () => {
    const { connector, target, state } = await scene();
    const { preImage } = await connector.disable(target, state);
    automation.behave(({ act }, { honest }) => {
      if (act !== 'restore') return undefined;
      const reply = honest();
      automation.accounts.get('a')?.grants.pop();
      return reply;
    });

    await expect(connector.restore(target, preImage)).rejects.toThrow(/does not read as it was/);
  });

  it('fails when there is nothing left to restore', async () => {
    const { connector, target, state } = await scene();
    const { preImage } = await connector.disable(target, state);
    automation.accounts.delete('a');

    await expect(connector.restore(target, preImage)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('verifying', () => {
  const later = '2026-03-02T09:00:00.000Z' as Instant;

  it.each([
    [{ enabled: false }, 'confirmed', false],
    [{ enabled: true }, 'failed', true],
    [{ enabled: false, lastUsedAt: '2026-02-01T00:00:00Z' }, 'confirmed', false],
    [{ enabled: false, lastUsedAt: 'never' }, 'confirmed', false],
    [{ enabled: false, lastUsedAt: '2026-03-03T00:00:00Z' }, 'failed', false],
  ])('of what reads %j comes to %s', async (account, level, drifted) => {
    const { connector, target, preImage } = await scene();
    automation.add('a', account);

    expect(await connector.verify(target, preImage, later)).toMatchObject({ level, drifted });
  });

  it.each([
    { status: 'unknown', reason: 'the directory is away' },
    { status: 'refused', reason: '' },
    { status: 'done', found: 'ambiguous', reason: 'two of them' },
  ])('is unchecked when nothing was read back: %j', async (reply) => {
    const { connector, target, preImage } = await scene();
    automation.behave(() => reply);

    expect(await connector.verify(target, preImage, later)).toMatchObject({
      level: 'unchecked',
      drifted: false,
    });
  });

  it('takes the automation’s word that it is gone', async () => {
    const { connector, target, preImage } = await scene();
    automation.accounts.delete('a');

    expect(await connector.verify(target, preImage, NOW)).toMatchObject({ level: 'confirmed' });
  });
});

describe('deleting', () => {
  it('deletes what is off, once, and only when it reads gone', async () => {
    const { connector, target, state, preImage } = await scene();
    await connector.disable(target, state);

    const first = await connector.remove(target, preImage);
    const second = await connector.remove(target, preImage);

    expect(first.evidence[0]).toMatch(/^req-/);
    expect(second.evidence[0]).toMatch(/vanished/);
    expect(automation.mutations).toEqual(['disable a', 'remove a']);
  });

  it('refuses what is on', async () => {
    const { connector, target, preImage } = await scene();

    await expect(connector.remove(target, preImage)).rejects.toMatchObject({ code: 'STALE_SNAPSHOT' });
  });

  it('is not done while it can still be read', async () => {
    const { connector, target, state, preImage } = await scene();
    await connector.disable(target, state);
    automation.behave(({ act }) => (act === 'remove' ? { status: 'done' } : undefined));

    await expect(connector.remove(target, preImage)).rejects.toMatchObject({ code: 'NOT_READY' });
  });
});
