import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Identity } from '../../lib/domain/identity/identity.ts';
import { identityKeyOf } from '../../lib/domain/identity/identity-id.ts';
import { plusDays } from '../../lib/domain/time.ts';
import { freshFolder, removeFolders, sealedWorld, verifyAt } from '../support/evidence/sealed-world.ts';
import { sampleIdentity } from '../support/sample-identity.ts';

afterEach(removeFolders);

const identity = (name: string, owner: string): Identity =>
  sampleIdentity({
    name,
    ownerHints: [{ role: 'technical', value: `${owner}@acme.example`, source: 'tag', detail: 'tag owner' }],
  });

/** One kept, one revoked, one nobody answers for; lived to the end. */
async function livedCampaign() {
  const [kept, revoked, silent] = [
    identity('kept', 'ada'),
    identity('revoked', 'ada'),
    identity('silent', 'ben'),
  ];
  const w = await sealedWorld({ identities: [kept, revoked, silent] });
  const campaign = await w.openSealed();
  const decide = (of: Identity, verdict: 'certify' | 'revoke') =>
    w.actions.decide({
      item: { campaignId: campaign.campaignId, identityKey: identityKeyOf(of.identityId) },
      request: { verdict, reason: `=${verdict}, "because"` },
      who: w.who('ada'),
      actId: `${verdict}-${of.name}`,
    });
  await decide(kept, 'certify');
  await decide(revoked, 'revoke');
  await w.live(plusDays(campaign.closeBy, 1));
  return { w, campaign, kept, revoked, silent };
}

describe('an exported campaign', () => {
  test('verifies as a whole log, nothing left unchecked but key origin and held checkpoints', async () => {
    const { w } = await livedCampaign();
    const path = join(await freshFolder(), 'pack');
    await w.export({ by: 'log' }, path);

    const report = await verifyAt(path);

    expect(report.checks.filter(({ verdict }) => verdict !== 'passed')).toMatchObject([
      { id: 'keys.origin', verdict: 'not-checked', needs: 'trust' },
      { id: 'log.against', verdict: 'not-checked', needs: 'against' },
    ]);
    expect(report.verdict).toBe('passed');
  });

  test('verifies as a pack of its own', async () => {
    const { w, campaign } = await livedCampaign();
    const path = join(await freshFolder(), 'pack.zip');
    await w.export({ by: 'campaign', campaignId: campaign.campaignId }, path);

    const report = await verifyAt(path);

    expect(report.checks.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
  });
});
