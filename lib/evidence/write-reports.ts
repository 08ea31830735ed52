// Tables, metrics and OSCAL files: made from the facts alone, the same way the verifier makes them again.
import { PopulationEntry } from '../domain/campaign/population.ts';
import { CollectionReport } from '../domain/identity/collection.ts';
import { ReconciliationRow } from '../domain/metrics/reconciliation.ts';
import { type CampaignTrail, dueAtOf } from '../verification/facts/case-file.ts';
import { factOfRow, type LoggedFact } from '../verification/facts/logged-fact.ts';
import type { SnapshotFacts } from '../verification/facts/snapshot-facts.ts';
import { isAboutCampaigns, PACK_FILES } from '../verification/pack/pack-files.ts';
import { canonicalFile } from '../verification/reports/canonical-file.ts';
import { csvLine } from '../verification/reports/csv.ts';
import { ipeOf } from '../verification/reports/ipe.ts';
import { measureCampaign, type PackMetrics } from '../verification/reports/metrics.ts';
import { oscalPlan, oscalResults } from '../verification/reports/oscal.ts';
import { interimRow } from '../verification/reports/reconcile-trail.ts';
import {
  FACT_TABLES,
  factTable,
  POPULATION_COLUMNS,
  populationLine,
  RECONCILIATION_COLUMNS,
  reconciliationLine,
} from '../verification/reports/tables.ts';
import type { Export } from './export-evidence.ts';
import { selectedRows } from './select-rows.ts';

/** Writes every report. */
export async function writeReports(
  given: Export,
  snapshots: ReadonlyMap<string, SnapshotFacts>,
): Promise<void> {
  const { out, findings, manifest } = given;
  const joined = { cases: findings.cases, snapshots };
  for (const table of FACT_TABLES) await out.file(table.file, factTable(table, facts(given), joined));
  await out.file(PACK_FILES.population, populationCsv(given));
  await out.file(PACK_FILES.reconciliation, reconciliationCsv(given, snapshots));
  await out.file(PACK_FILES.metrics, canonicalFile(await measure(given, snapshots)));
  await out.file(
    PACK_FILES.ipe,
    canonicalFile(ipeOf(findings.cases, findings.collections, await reportsOf(given))),
  );
  await out.file(PACK_FILES.oscalPlan, canonicalFile(oscalPlan({ manifest, joined })));
  await out.file(PACK_FILES.oscalResults, oscalResults({ manifest, joined }, findings.notes));
  await out.file(PACK_FILES.people, given.named.file());
}

async function* facts({ ledger, selection }: Export): AsyncGenerator<LoggedFact> {
  for await (const row of selectedRows(ledger, selection)) {
    const fact = factOfRow(row);
    if (fact !== undefined) yield fact;
  }
}

function campaignsOf({ findings, manifest }: Export): CampaignTrail[] {
  if (!isAboutCampaigns(manifest)) return [];
  return [...findings.cases.campaigns.values()].filter(({ opened }) => opened !== undefined);
}

async function* populationOf(
  { environment }: Export,
  { opened }: CampaignTrail,
): AsyncGenerator<PopulationEntry> {
  if (opened === undefined) return;
  for await (const line of environment.blobs.lines(opened.subject.sha256))
    yield PopulationEntry.parse(JSON.parse(line));
}

async function* populationCsv(given: Export): AsyncGenerator<string> {
  yield csvLine(POPULATION_COLUMNS);
  for (const campaign of campaignsOf(given)) {
    for await (const entry of populationOf(given, campaign)) yield populationLine(campaign.campaignId, entry);
  }
}

async function* reconciliationCsv(
  given: Export,
  snapshots: ReadonlyMap<string, SnapshotFacts>,
): AsyncGenerator<string> {
  yield csvLine(RECONCILIATION_COLUMNS);
  for (const campaign of campaignsOf(given)) {
    const { campaignId, closed } = campaign;
    if (closed) {
      for await (const line of given.environment.blobs.lines(closed.subject.sha256)) {
        yield reconciliationLine(campaignId, ReconciliationRow.parse(JSON.parse(line)));
      }
      continue;
    }
    const dueAt = dueAtOf(campaign);
    for await (const entry of populationOf(given, campaign)) {
      const seen = entry.included ? snapshots.get(entry.snapshot) : undefined;
      yield reconciliationLine(
        campaignId,
        interimRow(entry, campaign.cases.get(entry.identityId), seen, dueAt),
      );
    }
  }
}

async function measure(given: Export, snapshots: ReadonlyMap<string, SnapshotFacts>): Promise<PackMetrics> {
  const { exportedAt } = given.manifest;
  const joined = { cases: given.findings.cases, snapshots };
  const campaigns: PackMetrics['campaigns'][number][] = [];
  for (const campaign of campaignsOf(given)) {
    const measured = measureCampaign(campaign, joined, exportedAt);
    for await (const entry of populationOf(given, campaign)) measured.add(entry);
    campaigns.push(measured.result());
  }
  return { schemaVersion: 1, asOf: exportedAt, campaigns };
}

async function reportsOf({ environment, findings }: Export): Promise<Map<string, CollectionReport>> {
  const reports = new Map<string, CollectionReport>();
  for (const { subject } of findings.collections) {
    const bytes = await environment.blobs.get(subject.sha256);
    const parsed = CollectionReport.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    if (parsed.success) reports.set(subject.sha256, parsed.data);
  }
  return reports;
}
