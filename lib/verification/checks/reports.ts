// Tables, metrics and OSCAL files say nothing of their own: each is made again from the facts and compared.
import { createHash } from 'node:crypto';
import { sha256Hex } from '../../domain/attestation/bytes/sha256.ts';
import { parseStrictJson } from '../../domain/attestation/bytes/strict-json.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import { CollectionReport } from '../../domain/identity/collection.ts';
import { packFacts } from '../pack/pack-facts.ts';
import { filesByDigest, PACK_FILES } from '../pack/pack-files.ts';
import { digestOfFile, readWhole } from '../pack/read-bytes.ts';
import { canonicalFile } from '../reports/canonical-file.ts';
import { csvLine } from '../reports/csv.ts';
import { ipeOf } from '../reports/ipe.ts';
import type { PackMetrics } from '../reports/metrics.ts';
import { oscalPlan, oscalResults } from '../reports/oscal.ts';
import {
  FACT_TABLES,
  type Joined,
  POPULATION_COLUMNS,
  populationLine,
  RECONCILIATION_COLUMNS,
  reconciliationLine,
} from '../reports/tables.ts';
import type { Audit } from './audit.ts';
import type { ReconciledEntry } from './campaigns.ts';
import type { CheckId } from './check.ts';
import type { Findings } from './findings.ts';

/** The digest of a text as it would be written. */
export interface Remade {
  add(text: string): void;
  digest(): string;
}

/** Begins remaking a file. */
export function remade(): Remade {
  const hash = createHash('sha256');
  return { add: (text) => void hash.update(text), digest: () => hash.digest('hex') };
}

/** The two tables that follow the population, made while it is read. */
export function populationTables() {
  const population = remade();
  const reconciliation = remade();
  population.add(csvLine(POPULATION_COLUMNS));
  reconciliation.add(csvLine(RECONCILIATION_COLUMNS));
  return {
    add({ campaignId, entry, row }: ReconciledEntry): void {
      population.add(populationLine(campaignId, entry));
      reconciliation.add(reconciliationLine(campaignId, row));
    },
    async compare(audit: Audit): Promise<void> {
      await compare(audit, 'campaign.population', PACK_FILES.population, population);
      await compare(audit, 'campaign.reconciliation', PACK_FILES.reconciliation, reconciliation);
    },
  };
}

/** Makes every other report again and compares it. */
export async function checkReports(
  audit: Audit,
  findings: Findings,
  joined: Joined,
  metrics: PackMetrics,
): Promise<void> {
  const { board, source, manifest } = audit;
  for (const { file, maybeAbsent } of FACT_TABLES) {
    if (maybeAbsent === true && !source.has(file)) {
      board.skip(
        'reports.match',
        `${file} is not here: packs of earlier releases have none. What it lists is attested.`,
      );
    }
  }
  const tables = FACT_TABLES.filter(({ file, maybeAbsent }) => maybeAbsent !== true || source.has(file)).map(
    (table) => ({ table, made: remade() }),
  );
  for (const { table, made } of tables) made.add(csvLine(table.columns));
  for await (const fact of packFacts(source)) {
    if (fact.attestationId === undefined) {
      board.fail('reports.match', `${PACK_FILES.ids} does not name row ${fact.index}.`);
    }
    for (const { table, made } of tables) made.add(table.line(fact, joined) ?? '');
  }
  const oscal = remade();
  for (const part of oscalResults({ manifest, joined }, findings.notes)) oscal.add(part);
  for (const { table, made } of tables) await compare(audit, 'reports.match', table.file, made);
  await compare(audit, 'reports.match', PACK_FILES.oscalResults, oscal);
  await compareJson(audit, 'reports.match', PACK_FILES.oscalPlan, oscalPlan({ manifest, joined }));
  const reports = await readReports(audit, findings);
  await compareJson(
    audit,
    'reports.match',
    PACK_FILES.ipe,
    ipeOf(findings.cases, findings.collections, reports),
  );
  await compareJson(audit, 'metrics.recomputed', PACK_FILES.metrics, metrics);
  board.pass('reports.match', `${tables.length + 3} files made again, byte for byte.`);
  board.pass('metrics.recomputed', `${metrics.campaigns.length} campaigns as of ${metrics.asOf}.`);
}

async function readReports(
  { source }: Audit,
  { collections }: Findings,
): Promise<Map<string, CollectionReport>> {
  const reports = new Map<string, CollectionReport>();
  for (const { subject } of collections) {
    const name = filesByDigest.report(subject.sha256);
    if (!source.has(name) || reports.has(subject.sha256)) continue;
    try {
      const bytes = await readWhole(source, name);
      const parsed = CollectionReport.safeParse(parseStrictJson(bytes, { integersOnly: false }));
      // A changed report has been reported by its digest; it explains nothing here.
      if (parsed.success && sha256Hex(bytes) === subject.sha256) reports.set(subject.sha256, parsed.data);
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
    }
  }
  return reports;
}

async function compareJson(audit: Audit, id: CheckId, file: string, value: unknown): Promise<void> {
  const made = remade();
  made.add(canonicalFile(value));
  await compare(audit, id, file, made);
}

async function compare({ board, source }: Audit, id: CheckId, file: string, made: Remade): Promise<void> {
  if (!source.has(file)) {
    board.fail(id, `${file} is missing.`);
    return;
  }
  if ((await digestOfFile(source, file)) === made.digest()) return;
  board.fail(id, `${file} is not what follows from the attestations.`);
}
