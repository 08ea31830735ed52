// Campaigns: the population frozen at opening, the reconciliation at closing, and the metrics of both.
import { createHash } from 'node:crypto';
import { parseStrictJson } from '../../domain/attestation/bytes/strict-json.ts';
import { hexText } from '../../domain/attestation/bytes/text-bytes.ts';
import { rootOf } from '../../domain/attestation/log/frontier.ts';
import { PopulationEntry } from '../../domain/campaign/population.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import { assertReconciles, ReconciliationRow, sumsOf } from '../../domain/metrics/reconciliation.ts';
import { type CampaignTrail, dueAtOf } from '../facts/case-file.ts';
import type { SnapshotFacts } from '../facts/snapshot-facts.ts';
import { filesByDigest, isAboutCampaigns } from '../pack/pack-files.ts';
import { type Line, readLines } from '../pack/read-bytes.ts';
import { measureCampaign, type PackMetrics } from '../reports/metrics.ts';
import { interimRow, unbacked } from '../reports/reconcile-trail.ts';
import type { Audit } from './audit.ts';
import type { Findings } from './findings.ts';

/** One campaign's population with its reconciliation, entry by entry. */
export interface ReconciledEntry {
  readonly campaignId: string;
  readonly entry: PopulationEntry;
  readonly row: ReconciliationRow;
}

/** Checks every campaign whose opening is in the pack. Returns the metrics that follow. */
export async function checkCampaigns(
  audit: Audit,
  findings: Findings,
  snapshots: ReadonlyMap<string, SnapshotFacts>,
  onEntry: (reconciled: ReconciledEntry) => void,
): Promise<PackMetrics> {
  const joined = { cases: findings.cases, snapshots };
  const campaigns: PackMetrics['campaigns'][number][] = [];
  for (const campaign of findings.cases.campaigns.values()) {
    const { opened } = campaign;
    if (opened === undefined || !audit.source.has(filesByDigest.population(opened.subject.sha256))) {
      checkAbsent(audit, campaign);
      continue;
    }
    const measure = measureCampaign(campaign, joined, audit.manifest.exportedAt);
    await checkCampaign(audit, campaign, snapshots, (reconciled) => {
      measure.add(reconciled.entry);
      onEntry(reconciled);
    });
    checkComplete(audit, campaign, findings);
    campaigns.push(measure.result());
  }
  return { schemaVersion: 1, asOf: audit.manifest.exportedAt, campaigns };
}

function checkAbsent({ board, manifest }: Audit, { campaignId, opened }: CampaignTrail): void {
  const needed = isAboutCampaigns(manifest);
  const what = opened === undefined ? 'its opening' : 'its population file';
  if (needed) board.fail('campaign.population', `${campaignId}: ${what} is missing from the pack.`);
  else board.skip('campaign.population', `${campaignId}: ${what} is not part of a pack of this scope.`);
}

async function checkCampaign(
  audit: Audit,
  campaign: CampaignTrail,
  snapshots: ReadonlyMap<string, SnapshotFacts>,
  onEntry: (reconciled: ReconciledEntry) => void,
): Promise<void> {
  const { board } = audit;
  const { campaignId, closed } = campaign;
  const population = openDigested(audit, filesByDigest.population(campaign.opened?.subject.sha256 ?? ''));
  const reconciliation = openReconciliation(audit, campaign);
  const counts: Counts = { considered: 0, included: 0, excluded: 0 };
  const rows: ReconciliationRow[] = [];
  const dueAt = dueAtOf(campaign);
  for await (const entry of eachEntry(audit, campaignId, population.lines)) {
    counts.considered += 1;
    counts[entry.included ? 'included' : 'excluded'] += 1;
    const trail = campaign.cases.get(entry.identityId);
    const attested = reconciliation && (await nextRow(reconciliation.lines));
    if (reconciliation) checkRow(audit, campaignId, entry, attested);
    if (attested) {
      rows.push(attested);
      for (const sentence of unbacked(attested, trail)) board.fail('campaign.backed', sentence);
    }
    const seen = entry.included ? snapshots.get(entry.snapshot) : undefined;
    onEntry({ campaignId, entry, row: attested ?? interimRow(entry, trail, seen, dueAt) });
  }
  judgePopulation(audit, campaign, population.digest(), counts);
  if (reconciliation) {
    for (let row = await nextRow(reconciliation.lines); row; row = await nextRow(reconciliation.lines))
      rows.push(row);
    judgeReconciliation(audit, campaign, reconciliation.digest(), rows, counts.considered);
  } else if (!closed) {
    board.skip('campaign.reconciliation', `${campaignId} is not closed: nothing was reconciled yet.`);
    board.skip('campaign.backed', `${campaignId} is not closed.`);
  }
}

interface Counts {
  considered: number;
  included: number;
  excluded: number;
}

function openReconciliation(audit: Audit, { campaignId, closed }: CampaignTrail) {
  if (closed === undefined) return undefined;
  const file = filesByDigest.reconciliation(closed.subject.sha256);
  if (audit.source.has(file)) return openDigested(audit, file);
  audit.board.fail('campaign.reconciliation', `${campaignId} was closed, but its reconciliation is missing.`);
  return undefined;
}

/** Entries that can be read, each identity once; what is wrong with the others is said. */
async function* eachEntry(
  { board }: Audit,
  campaignId: string,
  lines: AsyncIterable<Line>,
): AsyncGenerator<PopulationEntry> {
  const identities = new Set<string>();
  for await (const line of lines) {
    const entry = parsed(PopulationEntry, line);
    if (entry === undefined) {
      board.fail('campaign.population', `${campaignId}: line ${line.number} of the population is malformed.`);
      continue;
    }
    if (identities.has(entry.identityId)) {
      board.fail('campaign.population', `${campaignId} considers ${entry.identityId} twice.`);
    }
    identities.add(entry.identityId);
    yield entry;
  }
}

function checkRow(
  { board }: Audit,
  campaignId: string,
  entry: PopulationEntry,
  row: ReconciliationRow | undefined,
): void {
  if (row?.identityId === entry.identityId && row.included === entry.included) return;
  board.fail(
    'campaign.reconciliation',
    `${campaignId}: ${entry.identityId} is in the population, but its line in the reconciliation is ${row === undefined ? 'missing' : `about ${row.identityId}`}.`,
  );
}

function judgePopulation(
  { board }: Audit,
  { campaignId, opened }: CampaignTrail,
  digest: string,
  counts: { readonly considered: number; readonly included: number; readonly excluded: number },
): void {
  if (opened === undefined) return;
  const attested = opened.predicate.counts;
  if (digest !== opened.subject.sha256) {
    const change =
      counts.considered < attested.considered
        ? `shrunk from ${attested.considered} to ${counts.considered}`
        : 'changed';
    board.fail('campaign.population', `${campaignId}: the population was ${change} after opening.`);
  }
  for (const key of ['considered', 'included', 'excluded'] as const) {
    if (counts[key] !== attested[key]) {
      board.fail(
        'campaign.population',
        `${campaignId}: ${attested[key]} were ${key} at opening, the population has ${counts[key]}.`,
      );
    }
  }
  board.pass(
    'campaign.population',
    `${counts.considered} considered: ${counts.included} included, ${counts.excluded} excluded with reasons.`,
  );
}

function judgeReconciliation(
  { board }: Audit,
  { campaignId, closed }: CampaignTrail,
  digest: string,
  rows: readonly ReconciliationRow[],
  considered: number,
): void {
  if (closed === undefined) return;
  if (digest !== closed.subject.sha256)
    board.fail('campaign.reconciliation', `${campaignId}: the reconciliation was changed after closing.`);
  for (const sentence of assertReconciles(rows, considered))
    board.fail('campaign.reconciliation', `${campaignId}: ${sentence}.`);
  const sums = sumsOf(rows);
  for (const column of ['answers', 'actions', 'verification'] as const) {
    const attested = closed.predicate[column];
    const found: Readonly<Record<string, number>> = sums[column];
    for (const value of new Set([...Object.keys(found), ...Object.keys(attested)])) {
      if ((found[value] ?? 0) !== (attested[value] ?? 0)) {
        board.fail(
          'campaign.reconciliation',
          `${campaignId}: ${column} ${value} were attested as ${attested[value] ?? 0}, but are ${found[value] ?? 0}.`,
        );
      }
    }
  }
  board.pass('campaign.reconciliation', `${rows.length} identities; every column adds up to the population.`);
  board.pass('campaign.backed', `${rows.length} lines.`);
}

/** Completeness is claimed for the whole log, and for a closed campaign that attested its count and root. */
function checkComplete(
  { board, manifest }: Audit,
  { campaignId, closed }: CampaignTrail,
  findings: Findings,
): void {
  const attested = closed?.predicate.attestations;
  if (attested === undefined) {
    const whole = manifest.range?.from === 0 && manifest.range.to === manifest.log.size;
    if (whole) board.pass('campaign.complete', 'The whole log is here.');
    else
      board.skip(
        'campaign.complete',
        `Completeness NOT CHECKED: ${campaignId} has attested no count of its attestations.`,
      );
    return;
  }
  const leaves = (findings.campaignLeaves.get(campaignId) ?? []).slice(0, attested.count);
  if (leaves.length === attested.count && hexText(rootOf(leaves)) === attested.root) {
    board.pass('campaign.complete', `${attested.count} attestations of ${campaignId}, by count and root.`);
    return;
  }
  const short = leaves.length < attested.count ? `the pack has ${leaves.length}` : 'the pack has others';
  board.fail(
    'campaign.complete',
    `${campaignId} attested ${attested.count} attestations when it closed; ${short}.`,
  );
}

function openDigested(audit: Audit, name: string) {
  const hash = createHash('sha256');
  const lines = readLines(audit.source, name, (chunk) => {
    hash.update(chunk);
    audit.read(chunk.length);
  });
  return { lines, digest: () => hash.digest('hex') };
}

async function nextRow(lines: AsyncGenerator<Line>): Promise<ReconciliationRow | undefined> {
  const line = await lines.next();
  return line.done === true ? undefined : parsed(ReconciliationRow, line.value);
}

function parsed<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  { bytes }: Line,
): T | undefined {
  try {
    const result = schema.safeParse(parseStrictJson(bytes, { integersOnly: false }));
    return result.success ? result.data : undefined;
  } catch (error) {
    if (error instanceof InvalidInputError) return undefined;
    throw error;
  }
}
