// A campaign always closes: reconciled, with its findings, attested, and its manager told.
import { CAMPAIGN_LIFECYCLE, type Campaign } from '../domain/campaign/campaign.ts';
import { PopulationEntry } from '../domain/campaign/population.ts';
import { IntegrityError } from '../domain/errors.ts';
import { transition } from '../domain/lifecycle.ts';
import { findingsOf } from '../domain/metrics/findings.ts';
import {
  assertReconciles,
  type ReconciliationRow,
  reconcile,
  sumsOf,
} from '../domain/metrics/reconciliation.ts';
import type { Environment } from './environment.ts';
import { traFindings } from './governance/control-reading.ts';
import { inBatches } from './in-batches.ts';
import { loadDefinition } from './load.ts';
import { fileText } from './plain-json.ts';
import { update } from './ports/review-store.ts';
import { peopleNamed, type TellPerson } from './tell-person.ts';

/** Every row of a campaign's reconciliation, in population order, from the state as it is now. */
export async function* reconcileCampaign(
  environment: Environment,
  campaign: Campaign,
): AsyncIterable<ReconciliationRow> {
  const { store, blobs } = environment;
  if (campaign.populationDigest === undefined) return;
  for await (const lines of inBatches(blobs.lines(campaign.populationDigest), 100)) {
    const entries = lines.map((line) => PopulationEntry.parse(JSON.parse(line)));
    const items = await store.getMany(
      'item',
      entries.map(({ identityKey }) => ({ campaignId: campaign.campaignId, identityKey })),
    );
    const removalKeys = items
      .filter((item) => item !== undefined)
      .flatMap(({ identityKey, removalIds }) => removalIds.map((removalId) => ({ identityKey, removalId })));
    const removals = (await store.getMany('removal', removalKeys)).filter((row) => row !== undefined);
    for (const [index, entry] of entries.entries()) {
      const own = removals.filter(({ identityKey }) => identityKey === entry.identityKey);
      yield reconcile(entry, items[index], own, campaign);
    }
  }
}

/** Number of a campaign's attestations in the log so far, and the Merkle root over their leaf hashes. */
export type CountAttestations = (
  campaignId: string,
) => Promise<{ readonly count: number; readonly root: string }>;

/** Makes the use case. Closing twice gives the one close. */
export function closeCampaign(
  environment: Environment,
  tell: TellPerson,
  countAttestations: CountAttestations | undefined,
) {
  return async (campaign: Campaign): Promise<Campaign['state']> => {
    const { store, blobs, attestor, clock } = environment;
    const at = clock.now();
    const writer = await blobs.writer();
    const rows: ReconciliationRow[] = [];
    for await (const row of reconcileCampaign(environment, campaign)) {
      await writer.line(fileText(row));
      rows.push(row);
    }
    const reconciliationDigest = await writer.close();
    const violations = assertReconciles(rows, campaign.counts?.considered ?? 0);
    if (violations.length > 0) {
      throw new IntegrityError({
        code: 'COUNTS',
        message: `${campaign.campaignId} does not reconcile: ${violations.join('; ')}`,
      });
    }
    const definition = await loadDefinition(blobs, campaign.definitionDigest);
    const findings = [...findingsOf(rows), ...traFindings(definition, at)];
    const event = findings.length > 0 ? 'close-with-findings' : 'close-clean';
    const state = transition(
      CAMPAIGN_LIFECYCLE,
      'campaign',
      campaign.state,
      campaign.state === 'held' ? 'close-with-findings' : event,
    );
    const sums = sumsOf(rows);
    const attestations = await countAttestations?.(campaign.campaignId);
    const signed = await attestor.attest(
      {
        name: 'campaign-closed',
        subject: { name: `reconciliation/${campaign.campaignId}`, sha256: reconciliationDigest },
        step: 'closed',
        ordinal: 0,
        predicate: {
          build: attestor.build,
          actor: attestor.system,
          at,
          campaignId: campaign.campaignId,
          definitionDigest: campaign.definitionDigest,
          state: state === 'closed' ? 'closed' : 'closed-with-findings',
          answers: sums.answers,
          actions: sums.actions,
          verification: sums.verification,
          findings,
          ...(attestations === undefined ? {} : { attestations: { ...attestations } }),
        },
      },
      at,
    );
    const closed = update('campaign', campaign, {
      state,
      closedAt: at,
      reconciliationDigest,
      findings,
      // Due until its manager was told.
      nextDueAt: at,
    });
    await store.commit([closed, ...signed.writes]);
    return tellFindings(environment, tell, closed.record);
  };
}

/** Tells the first of the campaign's managers who can be reached, once; then nothing about it is due any more. */
export async function tellFindings(
  environment: Environment,
  tell: TellPerson,
  campaign: Campaign,
): Promise<Campaign['state']> {
  const definition = await loadDefinition(environment.blobs, campaign.definitionDigest);
  for (const to of peopleNamed(await environment.people.directory(), definition.reviewers.manager)) {
    const isTold = await tell({
      to,
      purpose: 'findings',
      occasion: campaign.campaignId,
      shown: [campaign.reconciliationDigest ?? ''],
      body: async () => ({
        purpose: 'findings',
        campaignId: campaign.campaignId,
        title: campaign.title,
        findings: campaign.findings,
      }),
    });
    if (isTold) break;
  }
  await environment.store.commit([update('campaign', campaign, { nextDueAt: undefined })]);
  return campaign.state;
}
