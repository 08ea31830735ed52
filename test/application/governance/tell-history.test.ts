import { describe, expect, test } from 'vitest';
import { createMemoryHistoryIndex } from '../../../lib/adapters/memory/ledger-history-index.ts';
import { factInWords } from '../../../lib/application/governance/fact-in-words.ts';
import { tellHistory } from '../../../lib/application/governance/tell-history.ts';
import { indexHistory } from '../../../lib/application/ledger/index-history.ts';
import type { Identity } from '../../../lib/domain/identity/identity.ts';
import { identityKeyOf } from '../../../lib/domain/identity/identity-id.ts';
import { plusDays } from '../../../lib/domain/time.ts';
import { sealedWorld } from '../../support/evidence/sealed-world.ts';
import { sampleIdentity } from '../../support/sample-identity.ts';

const identity = (name: string, owner: string): Identity =>
  sampleIdentity({
    name,
    ownerHints: [{ role: 'technical', value: `${owner}@acme.example`, source: 'tag', detail: 'tag owner' }],
  });

async function livedQuarter() {
  const [kept, revoked] = [identity('kept', 'ada'), identity('revoked', 'ben')];
  const w = await sealedWorld({ identities: [kept, revoked] });
  const history = createMemoryHistoryIndex();
  const campaign = await w.openSealed();
  const decide = (of: Identity, verdict: 'certify' | 'revoke', by: string) =>
    w.actions.decide({
      item: { campaignId: campaign.campaignId, identityKey: identityKeyOf(of.identityId) },
      request: { verdict, reason: `${verdict} it` },
      who: w.who(by),
      actId: `${verdict}-${of.name}`,
    });
  await decide(kept, 'certify', 'ada');
  await decide(revoked, 'revoke', 'ben');
  await w.live(plusDays(campaign.startedAt, 3));
  await indexHistory({ store: w.environment.store, ledger: w.ledger, clock: w.clock, history })();
  const tell = tellHistory({ environment: w.environment, ledger: w.ledger, history });
  return { w, campaign, kept, revoked, tell, history };
}

describe('history', () => {
  test('says who vouched for an identity, how they were known, on what evidence, and what happened after', async () => {
    const { revoked, w, campaign, tell } = await livedQuarter();

    const { entries, next } = await tell({ identityId: revoked.identityId });

    expect(next).toBeUndefined();
    const decision = entries.find(({ kind }) => kind === 'decision');
    const item = await w.environment.store.get('item', {
      campaignId: campaign.campaignId,
      identityKey: identityKeyOf(revoked.identityId),
    });
    expect(decision).toMatchObject({
      what: 'revoke: revoke it',
      by: { name: 'Ben', method: 'oidc' },
      identityId: revoked.identityId,
      evidence: { name: revoked.identityId, sha256: item?.snapshot },
      attestationId: item?.decision?.attestationId,
    });
    const after = entries
      .slice(entries.indexOf(decision!) + 1)
      .map(({ kind, by }) => `${kind} by ${by.name}`);
    expect(after).toContain('removal by system');
    expect(after).toContain('verification by system');
    expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).toSorted());
  });

  test('by person, campaign, control and time, a page at a time', async () => {
    const { campaign, w, tell } = await livedQuarter();
    const all = await tell({ campaignId: campaign.campaignId });
    const byControl = await tell({ control: 'pci-dss-4.0.1/7.2.5.1' });
    const byAda = await tell({ person: w.environment.attestor.pseudonym('ada') });

    expect(byControl.entries).toEqual(all.entries);
    expect(byAda.entries.some(({ kind, by }) => kind === 'decision' && by.name === 'Ada')).toBe(true);
    expect(byAda.entries.some(({ kind, by }) => kind === 'decision' && by.name === 'Ben')).toBe(false);
    const paged = [];
    let cursor: string | undefined;
    do {
      const page = await tell({ campaignId: campaign.campaignId }, { limit: 2, cursor });
      expect(page.entries.length).toBeLessThanOrEqual(2);
      paged.push(...page.entries);
      cursor = page.next;
    } while (cursor !== undefined);
    expect(paged).toEqual(all.entries);
    expect((await tell({ until: campaign.startedAt })).entries).toEqual([]);
  });

  test('reads a leaf for each line told, never the whole log', async () => {
    const { w, kept, history } = await livedQuarter();
    const reads: [number, number][] = [];
    const ledger = {
      ...w.ledger,
      leaves: async (start: number, end: number) => {
        reads.push([start, end]);
        return w.ledger.leaves(start, end);
      },
    };
    const { entries } = await tellHistory({ environment: w.environment, ledger, history })({
      identityId: kept.identityId,
    });
    expect(reads.toSorted(([a], [b]) => a - b)).toEqual(
      entries.map(({ index }) => [index, index + 1]).toSorted(([a], [b]) => a! - b!),
    );
  });

  test('an index that says something else than the log is never believed', async () => {
    const { w, kept, history } = await livedQuarter();
    const lying = {
      ...history,
      list: async (...asked: Parameters<typeof history.list>) => {
        const page = await history.list(...asked);
        return { ...page, entries: page.entries.map((entry) => ({ ...entry, leafHash: 'f'.repeat(64) })) };
      },
    };
    const tell = tellHistory({ environment: w.environment, ledger: w.ledger, history: lying });
    await expect(tell({ identityId: kept.identityId })).rejects.toMatchObject({ code: 'CORRUPT_RECORD' });
  });

  test('who has left the directory is shown by the start of the pseudonym', () => {
    const actor = { kind: 'system' } as const;
    const said = factInWords(
      {
        name: 'role-granted',
        subject: { name: 'roles', sha256: '' },
        predicate: {
          build: 'b',
          actor,
          at: '2026-01-01T00:00:00.000Z' as never,
          person: 'p1',
          role: 'admin',
          granted: true,
        },
      },
      (pseudonym) => `<${pseudonym}>`,
    );
    expect(said).toBe('<p1> was given the role admin');
  });
});
