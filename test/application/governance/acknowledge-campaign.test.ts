import { describe, expect, test } from 'vitest';
import { createMemoryHistoryIndex } from '../../../lib/adapters/memory/ledger-history-index.ts';
import {
  acknowledgeCampaign,
  readCampaignControls,
} from '../../../lib/application/governance/acknowledge-campaign.ts';
import { acknowledgeBy } from '../../../lib/application/governance/control-reading.ts';
import { indexHistory } from '../../../lib/application/ledger/index-history.ts';
import { openLedger } from '../../../lib/application/ledger/read-ledger.ts';
import type { DefinitionInput } from '../../../lib/domain/campaign/definition.ts';
import type { Identity } from '../../../lib/domain/identity/identity.ts';
import { identityKeyOf } from '../../../lib/domain/identity/identity-id.ts';
import { Instant, plusDays, plusMs } from '../../../lib/domain/time.ts';
import { factOfRow } from '../../../lib/verification/facts/logged-fact.ts';
import { sealedWorld } from '../../support/evidence/sealed-world.ts';
import { sampleIdentity } from '../../support/sample-identity.ts';
import { MONDAY } from '../../support/world.ts';

const identity = (name: string, owner: string): Identity =>
  sampleIdentity({
    name,
    ownerHints: [{ role: 'technical', value: `${owner}@acme.example`, source: 'tag', detail: 'tag owner' }],
  });

const TRA = { id: 'TRA-7', approvedAt: Instant.parse('2026-06-01T00:00:00.000Z'), cadence: 'quarterly' };

/** A campaign that ada answered, closed; `max` is its manager. */
async function closedCampaign(options: { by?: string; definition?: Partial<DefinitionInput> } = {}) {
  const { by = 'ada', definition = { tra: TRA } } = options;
  const kept = identity('kept', by);
  const w = await sealedWorld({ identities: [kept], definition });
  const history = createMemoryHistoryIndex();
  const deps = { environment: w.environment, ledger: w.ledger, history };
  const index = indexHistory({ store: w.environment.store, ledger: w.ledger, clock: w.clock, history });
  const campaign = await w.openSealed();
  await w.actions.decide({
    item: { campaignId: campaign.campaignId, identityKey: identityKeyOf(kept.identityId) },
    request: { verdict: 'certify', reason: 'in use' },
    who: w.who(by),
    actId: 'a1',
  });
  await w.live(plusMs(campaign.closeBy, 60_000));
  const closed = await w.environment.store.get('campaign', { campaignId: campaign.campaignId });
  const closedAt = closed?.closedAt ?? MONDAY;
  return { w, campaign, closedAt, deps, index, acknowledge: acknowledgeCampaign(deps) };
}

describe('management acknowledges a closed campaign', () => {
  test('a manager who reviewed nothing signs it, and the control reads met', async () => {
    const { w, campaign, index, acknowledge } = await closedCampaign();
    await index();
    const { campaignId } = campaign;
    const read = readCampaignControls(w.environment);
    expect(await read(campaignId)).toMatchObject([{ control: 'pci-dss-4.0.1/7.2.5.1', reading: 'pending' }]);

    const given = await acknowledge(campaignId, 'Seen and accepted.', w.who('max'));

    expect(given).toMatchObject({ fresh: true, controls: [{ reading: 'met' }] });
    await w.sealAll();
    const view = await openLedger({ store: w.environment.store, ledger: w.ledger });
    const at = await view.indexOf(given.attestationId);
    const fact = factOfRow(await view.leaf(at ?? -1));
    const closed = await w.environment.store.get('campaign', { campaignId });
    expect(fact).toMatchObject({
      name: 'management-acknowledged',
      subject: { sha256: closed?.reconciliationDigest },
      predicate: { actor: { eligibility: 'campaign manager' }, statement: 'Seen and accepted.' },
    });
    const closing = fact?.name === 'management-acknowledged' ? fact.predicate.closing : '';
    const closingAt = await view.indexOf(closing);
    expect(factOfRow(await view.leaf(closingAt ?? -1))?.name).toBe('campaign-closed');
  });

  test('given twice, the first one stands', async () => {
    const { w, campaign, index, acknowledge } = await closedCampaign();
    await index();
    const first = await acknowledge(campaign.campaignId, 'Seen.', w.who('max'));
    w.setClock(plusDays(w.clock.now(), 60));

    const second = await acknowledge(campaign.campaignId, 'Seen again.', w.who('max'));

    expect(second).toMatchObject({
      fresh: false,
      attestationId: first.attestationId,
      acknowledgedAt: first.acknowledgedAt,
    });
  });

  test('who answered anything in the campaign is refused', async () => {
    const { w, campaign, index, acknowledge } = await closedCampaign({ by: 'max' });
    await index();

    await expect(acknowledge(campaign.campaignId, 'Seen.', w.who('max'))).rejects.toMatchObject({
      code: 'SELF_REVIEW',
    });
  });

  test('who is no manager of it is refused', async () => {
    const { w, campaign, index, acknowledge } = await closedCampaign();
    await index();

    for (const someone of ['ada', 'sam', 'nobody']) {
      await expect(acknowledge(campaign.campaignId, 'Seen.', w.who(someone))).rejects.toMatchObject({
        code: 'NOT_ELIGIBLE',
      });
    }
  });

  test('after ten business days it is too late, and the control reads not met', async () => {
    const { w, campaign, closedAt, index, acknowledge } = await closedCampaign();
    await index();
    w.setClock(plusMs(acknowledgeBy(closedAt), 1));

    await expect(acknowledge(campaign.campaignId, 'Late.', w.who('max'))).rejects.toMatchObject({
      code: 'EXPIRED',
    });
    expect(await readCampaignControls(w.environment)(campaign.campaignId)).toMatchObject([
      { reading: 'not-met', parts: [{}, {}, { part: 'acknowledged', reading: 'not-met' }, {}] },
    ]);
  });

  test('a running campaign cannot be acknowledged', async () => {
    const w = await sealedWorld({ identities: [identity('kept', 'ada')] });
    const campaign = await w.openSealed();
    const deps = { environment: w.environment, ledger: w.ledger, history: createMemoryHistoryIndex() };

    await expect(acknowledgeCampaign(deps)(campaign.campaignId, 'Seen.', w.who('max'))).rejects.toMatchObject(
      {
        code: 'ILLEGAL_TRANSITION',
      },
    );
  });

  test('nobody is let through before the log is indexed up to the closing', async () => {
    const { w, campaign, acknowledge } = await closedCampaign({ by: 'max' });

    await expect(acknowledge(campaign.campaignId, 'Seen.', w.who('max'))).rejects.toMatchObject({
      code: 'NOT_READY',
      retryable: true,
    });
  });

  test('a risk analysis older than a year is a finding the campaign closes with', async () => {
    const old = { ...TRA, approvedAt: Instant.parse('2025-09-30T00:00:00.000Z') };
    const { w, campaign } = await closedCampaign({ definition: { tra: old } });

    const closed = await w.environment.store.get('campaign', { campaignId: campaign.campaignId });

    expect(closed).toMatchObject({
      state: 'closed-with-findings',
      findings: [{ code: 'tra-outdated', count: 1 }],
    });
    expect(await readCampaignControls(w.environment)(campaign.campaignId)).toMatchObject([
      { parts: [{}, {}, {}, { part: 'frequency', reading: 'finding' }] },
    ]);
  });
});
