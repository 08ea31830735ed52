import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectorModule } from '../../../lib/connectors/registry.ts';
import { Identity } from '../../../lib/domain/identity/identity.ts';
import type { Instant } from '../../../lib/domain/time.ts';
import { describeConnector } from '../../contracts/connector-contract.ts';

const NOW = '2026-03-01T09:00:00.000Z' as Instant;
const CSV = [
  'id,kind,name,system,environment,purpose,owner,team,created_at,last_used_at,rotated_at,expires_at,privileges,admin,bound_to,status,cost_centre',
  'tok-1,api-key,Billing export,stripe,production,Exports invoices,ada@example.com,payments,2024-01-31,2026-02-28T10:00:00Z,2025-01-01,2026-12-31,read invoices,no,acme/billing,active,4711',
  'tok-2,access-token,,stripe,,,,,,never,,,,yes,,disabled,',
  'bot,,,,,,,,,,,,,,,,',
].join('\n');
const JSONL = [
  JSON.stringify({
    id: 'tok-1',
    kind: 'api-key',
    name: 'Billing',
    consumers: ['a', 'b'],
    admin: true,
    floor: 3,
  }),
  '',
  JSON.stringify({ id: 'agent', kind: 'ai-agent', purpose: null }),
].join('\n');

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function open(content: string, settings: Readonly<Record<string, unknown>> = {}) {
  const path = join(folder, 'inventory');
  await writeFile(path, content);
  return connectorModule('file').create({ path, ...settings }, { clock: { now: () => NOW }, note: () => {} });
}

async function read(content: string, settings?: Readonly<Record<string, unknown>>): Promise<Identity[]> {
  const identities: Identity[] = [];
  for await (const identity of (await open(content, settings)).collect().identities) {
    identities.push(Identity.parse(identity));
  }
  return identities;
}

describe('a CSV inventory', () => {
  it('is read with every column where it belongs, and unknown ones as tags', async () => {
    const [first, second, third] = await read(CSV);

    expect(first).toMatchObject({
      identityId: 'file/stripe/api-key/tok-1',
      name: 'Billing export',
      environment: { value: 'production' },
      purpose: { value: 'Exports invoices' },
      boundTo: { value: 'acme/billing' },
      lastUse: { state: 'used', at: '2026-02-28T10:00:00.000Z' },
      createdAt: { value: '2024-01-31T00:00:00.000Z' },
      credentials: [{ type: 'token', status: 'active', expiresAt: { value: '2026-12-31T00:00:00.000Z' } }],
      entitlements: { admin: 'no', policies: [{ name: 'read invoices', via: 'grant' }] },
      tags: { cost_centre: '4711' },
      removalPath: { how: 'manual' },
    });
    expect(first?.ownerHints.map(({ role, value }) => [role, value])).toEqual([
      ['accountable', 'ada@example.com'],
      ['team', 'payments'],
    ]);
    expect(second).toMatchObject({ lastUse: { state: 'never' }, credentials: [{ status: 'inactive' }] });
    expect(third).toMatchObject({
      identityId: 'file/unnamed-system/service-account/bot',
      purpose: { known: false },
      lastUse: { state: 'unknown' },
      credentials: [],
    });
  });

  it('takes kind and system from the settings where a row has none', async () => {
    const [only] = await read('id\nx\n', { kind: 'secret', system: 'vault' });

    expect(only?.identityId).toBe('file/vault/secret/x');
  });
});

describe('a JSON Lines inventory', () => {
  it('is read a line at a time, blank lines aside', async () => {
    const identities = await read(JSONL);

    expect(identities.map(({ identityId }) => identityId)).toEqual([
      'file/unnamed-system/api-key/tok-1',
      'file/unnamed-system/ai-agent/agent',
    ]);
    expect(identities[0]).toMatchObject({
      consumers: { value: ['a', 'b'] },
      entitlements: { admin: 'yes', level: 'admin' },
      tags: { floor: '3' },
    });
  });
});

describe('a malformed inventory is refused with file, line and column', () => {
  it.each([
    ['no id column', 'name\nx\n', 'MISSING_COLUMN', /line 1: needs the column id/],
    ['a doubled column', 'id,id\nx,y\n', 'MALFORMED_FILE', /line 1, column id/],
    ['an empty id', 'id,name\n,x\n', 'MALFORMED_FILE', /line 2, column id: is missing/],
    ['an unknown kind', 'id,kind\nx,person\n', 'MALFORMED_FILE', /line 2, column kind: "person"/],
    [
      'no date',
      'id,created_at\na,2024-01-01\nb,soon\n',
      'MALFORMED_FILE',
      /line 3, column created_at: "soon"/,
    ],
    ['no status', 'id,status\nx,sleeping\n', 'MALFORMED_FILE', /line 2, column status/],
    ['the same id twice', 'id\nx\nx\n', 'MALFORMED_FILE', /line 3, column id: "x" stands on line 2 already/],
    ['a wide row', 'id,name\nx,y,z\n', 'MALFORMED_FILE', /line 2/],
    ['broken JSON', '{"id":"x"}\n{"id":\n', 'MALFORMED_JSON', /line 2: not JSON/],
    ['a JSON list', '{"id":"x"}\n[1]\n', 'MALFORMED_JSON', /line 2: not a JSON object/],
    ['a nested value', '{"id":"x","owner":{"a":1}}\n', 'MALFORMED_FILE', /line 1, column owner/],
  ])('%s', async (_what, content, code, message) => {
    const attempt = read(content);

    await expect(attempt).rejects.toMatchObject({ name: 'InvalidInputError', code });
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toThrow(join(folder, 'inventory'));
  });
});

describe('switching off what only a file knows', () => {
  it('is a task for a person: the same one every time, unchecked until confirmed', async () => {
    const connector = await open(CSV);
    const [reviewed] = await read(CSV);
    const target = { identityId: reviewed!.identityId, credentialId: 'credential-1', reviewed: reviewed! };
    const located = await connector.locate(target);
    if (located.found !== 'one') throw new Error(located.reason);

    const first = await connector.disable(target, located.state);
    const second = await connector.disable(target, located.state);
    const other = await connector.disable({ ...target, credentialId: undefined }, located.state);

    expect(first).toMatchObject({
      changed: false,
      evidence: [expect.stringMatching(/^manual-task-[0-9a-f]{24}$/)],
    });
    expect(second.evidence).toEqual(first.evidence);
    expect(other.evidence).not.toEqual(first.evidence);
    expect((await connector.restore(target, first.preImage)).evidence).not.toEqual(first.evidence);
    expect(await connector.verify(target, first.preImage, NOW)).toMatchObject({
      level: 'unchecked',
      reasons: [expect.stringContaining(first.evidence[0] ?? '')],
    });
  });
});

describeConnector('file', async () => {
  const connector = await open(CSV);
  const path = join(folder, 'inventory');
  return {
    connector,
    now: () => NOW,
    choose: (identities) => identities[0]!,
    vanish: () => writeFile(path, 'id\nsomebody-else\n'),
    // Nobody but people changes what a file tells of: not a byte of it may differ.
    state: () => readFile(path, 'utf8'),
    async vary(seed) {
      const status = ['active', 'inactive', 'disabled', 'expired', 'unknown'][seed % 5];
      await writeFile(path, CSV.replace(',active,4711', `,${status},4711`));
    },
    close: async () => {},
  };
});
