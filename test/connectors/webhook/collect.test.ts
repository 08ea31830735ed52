import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Identity } from '../../../lib/domain/identity/identity.ts';
import { type Automation, startAutomation } from './automation.ts';
import { listOf, webhookOver } from './scene.ts';

let automation: Automation;
beforeEach(async () => {
  automation = await startAutomation();
});
afterEach(async () => {
  await automation.close();
});

async function collected(...over: Parameters<typeof webhookOver> | []) {
  const collection = webhookOver(over[0] ?? automation.url, over[1], over[2]).collect();
  const names: string[] = [];
  for await (const { nativeId } of collection.identities) names.push(nativeId);
  return { names, report: collection.report() };
}

describe('a list', () => {
  it('is read a page at a time, counted, and compared with the automation’s own count', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) automation.add(name);

    const { names, report } = await collected();

    expect(names).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(report).toMatchObject({
      completeness: 'complete',
      scope: 'robots',
      identities: 5,
      calls: [{ action: 'list', calls: 3, pages: 3, failures: [] }],
      independentCounts: [{ what: 'identities', theirs: 5, ours: 5 }],
    });
  });

  it('holds what the automation says, and what it does not say is unknown', async () => {
    automation.behave(() => ({
      status: 'done',
      identities: [
        {
          id: 'agent-1',
          kind: 'ai-agent',
          owner: 'ada@example.com',
          team: 'payments',
          consumers: ['billing'],
          lastUsedAt: 'never',
          createdAt: '2025-01-02T03:04:05+01:00',
          credentials: [{ id: 'key-1', type: 'token', status: 'active', providerId: 'k-77' }],
          admin: 'yes',
          protectedBecause: 'break-glass',
          tags: { tier: '1' },
          somethingNew: true,
        },
        { id: 'bot', kind: 'service-account' },
      ],
    }));

    const [agent, bot] = (await listOf(webhookOver(automation.url))).map((each) => Identity.parse(each));

    expect(agent).toMatchObject({
      identityId: 'webhook/robots/ai-agent/agent-1',
      createdAt: { value: '2025-01-02T02:04:05.000Z' },
      consumers: { value: ['billing'] },
      lastUse: { state: 'never' },
      credentials: [{ credentialId: 'key-1', providerId: 'k-77', expiresAt: { known: false } }],
      entitlements: { level: 'admin' },
      protection: { protected: true, reason: 'break-glass' },
      tags: { tier: '1' },
    });
    expect(agent?.ownerHints.map(({ role, value }) => [role, value])).toEqual([
      ['accountable', 'ada@example.com'],
      ['team', 'payments'],
    ]);
    expect(bot).toMatchObject({
      lastUse: { state: 'unknown' },
      purpose: { known: false },
      protection: { protected: false },
    });
  });

  it('goes on after throttling as long as the retry budget lasts', async () => {
    automation.add('a');
    let refusals = 2;
    automation.behave((_asked, { response }) => {
      if (refusals === 0) return undefined;
      refusals -= 1;
      response.writeHead(429, { 'retry-after': '3' }).end();
      return 'handled';
    });
    const waits: number[] = [];
    const sleep = async (ms: number) => waits.push(ms);
    const notes: string[] = [];

    const { report } = await collected(automation.url, { retryBudget: 2 }, { sleep, notes });

    expect(report).toMatchObject({ completeness: 'complete', calls: [{ calls: 3, pages: 1 }] });
    expect(waits).toEqual([3_000, 3_000]);
    expect(notes).toEqual(['list: status 429; trying again', 'list: status 429; trying again']);
  });

  it('that breaks off in the middle is partial, and says after how many and why', async () => {
    for (const name of ['a', 'b', 'c']) automation.add(name);
    automation.behave(({ page }) =>
      page === undefined ? undefined : { status: 'failed', reason: 'no more' },
    );

    const { names, report } = await collected();

    expect(names).toEqual(['a', 'b']);
    expect(report.completeness).toBe('partial');
    expect(report.gaps).toEqual([
      'the list breaks off after 2 identities (list: the automation failed: "no more")',
    ]);
  });

  it('that cannot be had at all is a failure, not an empty inventory', async () => {
    automation.behave(() => ({ status: 'refused', reason: 'not today' }));

    await expect(collected()).rejects.toMatchObject({ name: 'UpstreamError', code: 'REJECTED' });
  });

  it('that goes round in circles is left, and what was listed twice is taken once', async () => {
    automation.add('a');
    automation.behave((_asked, { honest }) => ({ ...honest(), next: '0' }));

    const { names, report } = await collected();

    expect(names).toEqual(['a']);
    expect(report.completeness).toBe('partial');
    expect(report.warnings).toEqual(['1 identities were listed twice and are taken once']);
  });

  it('is kept as it came', async () => {
    for (const name of ['a', 'b', 'c']) automation.add(name);
    const kept = new Map<string, string>();
    const connector = webhookOver(
      automation.url,
      {},
      {
        keepRaw: (name, chunk) => kept.set(name, Buffer.from(chunk).toString('utf8')),
      },
    );
    await listOf(connector);

    expect([...kept.keys()]).toEqual(['list-1.json', 'list-2.json']);
    expect(kept.get('list-2.json')).toContain('"id":"c"');
  });
});
