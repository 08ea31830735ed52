// Verifies a pack, offline and without configuration: a list of checks, whatever the pack holds. Nothing in it is trusted.
import { parseStrictJson } from '../domain/attestation/bytes/strict-json.ts';
import type { Audit, VerifyOptions } from './checks/audit.ts';
import { checkCampaigns } from './checks/campaigns.ts';
import { type Check, type CheckBoard, type CheckId, checkBoard } from './checks/check.ts';
import { emptyFindings, type Findings, gather } from './checks/findings.ts';
import { checkHead, checkHistory, readHeld } from './checks/heads.ts';
import { checkKeyRanges, checkOrigin } from './checks/key-ranges.ts';
import { CodedProblem, isProblem } from './checks/problem.ts';
import { checkReports, populationTables } from './checks/reports.ts';
import { checkRows } from './checks/rows.ts';
import { checkFiles, checkSnapshots } from './checks/subjects.ts';
import { type KeyRing, readKeyRing } from './pack/key-ring.ts';
import { PACK_FILES, PackManifest } from './pack/pack-files.ts';
import type { PackSource } from './pack/pack-source.ts';
import { readText } from './pack/read-bytes.ts';

/** What verifying came to. */
export interface VerificationReport {
  /** `failed` when any check failed. What was not checked is named by its check. */
  readonly verdict: 'passed' | 'failed';
  /** Whether the keys were the auditor's own: without, the pack is only shown to agree with itself. */
  readonly trusted: boolean;
  readonly pack: PackManifest | undefined;
  readonly checks: readonly Check[];
}

/** Verifies a pack. Never throws for what is in it. */
export async function verifyPack(source: PackSource, options: VerifyOptions): Promise<VerificationReport> {
  const board = checkBoard();
  let manifest: PackManifest | undefined;
  await guard(board, 'pack.readable', async () => {
    manifest = await readManifest(source);
    requireFiles(source, board);
    board.pass('pack.readable', `${source.names.length} files.`);
  });
  if (manifest !== undefined) await verifyRead(source, options, board, manifest);
  const checks = board.checks();
  const verdict = checks.some((check) => check.verdict === 'failed') ? 'failed' : 'passed';
  return { verdict, trusted: options.trust !== undefined, pack: manifest, checks };
}

/** A report for a pack that cannot even be opened. */
export function unreadablePack(why: string): VerificationReport {
  const board = checkBoard();
  board.fail('pack.readable', why);
  return { verdict: 'failed', trusted: false, pack: undefined, checks: board.checks() };
}

async function verifyRead(
  source: PackSource,
  options: VerifyOptions,
  board: CheckBoard,
  manifest: PackManifest,
): Promise<void> {
  const audit = await guard(board, 'pack.readable', () => beginAudit(source, options, board, manifest));
  if (audit === undefined) return;
  const findings = emptyFindings();
  const head = await guard(board, 'log.checkpoint', () => checkHead(audit));
  if (head === undefined) {
    board.fail('log.root', 'Without a signed head there is nothing to check rows against.');
    return;
  }
  const history = (await guard(board, 'log.history', () => checkHistory(audit, head))) ?? [head];
  const held = readHeld(audit, head, history);
  await guard(board, 'rows.readable', () =>
    checkRows(audit, { head, history, held, onFact: (fact) => gather(findings, fact) }),
  );
  checkKeyRanges(audit, findings.transitions);
  checkClaims(audit, findings);
  await verifyContents(audit, findings);
}

/** What pack.json says the pack is about must be in it. */
function checkClaims({ board, manifest }: Audit, { cases }: Findings): void {
  const found = [...cases.campaigns.keys()].toSorted();
  if (found.join('\n') !== manifest.campaigns.join('\n')) {
    board.fail('pack.readable', `pack.json lists other campaigns than the rows: ${found.join(', ')}.`);
  }
  const { scope } = manifest;
  const campaigns = [...cases.campaigns.values()];
  const isAbout =
    scope.by === 'campaign'
      ? cases.campaigns.has(scope.campaignId)
      : scope.by !== 'identity' || campaigns.some((campaign) => campaign.cases.has(scope.identityId));
  if (!isAbout) board.fail('pack.readable', 'pack.json claims a scope that no row is about.');
}

async function verifyContents(audit: Audit, findings: Findings): Promise<void> {
  const { board } = audit;
  const snapshots =
    (await guard(board, 'subjects.snapshots', () => checkSnapshots(audit, findings))) ?? new Map();
  await guard(board, 'subjects.files', () => checkFiles(audit, findings));
  const tables = populationTables();
  const metrics = await guard(board, 'campaign.population', async () => {
    const found = await checkCampaigns(audit, findings, snapshots, (entry) => tables.add(entry));
    await tables.compare(audit);
    return found;
  });
  if (metrics === undefined) return;
  const joined = { cases: findings.cases, snapshots };
  await guard(board, 'reports.match', () => checkReports(audit, findings, joined, metrics));
}

async function beginAudit(
  source: PackSource,
  options: VerifyOptions,
  board: CheckBoard,
  manifest: PackManifest,
): Promise<Audit> {
  const packed = await readKeyRing(source, 'keys/');
  const keys = await chooseKeys(packed, options);
  const total = source.names.reduce((sum, name) => sum + source.sizeOf(name), 0);
  let done = 0;
  const read = (bytes: number): void => {
    done += bytes;
    options.progress?.(Math.min(done, total), total);
  };
  const audit: Audit = { source, options, board, manifest, keys, read };
  checkOrigin(audit, packed);
  return audit;
}

/** With keys of the auditor's own, the pack's count for nothing but the ranges the auditor may lack. */
async function chooseKeys(packed: KeyRing, { trust }: VerifyOptions): Promise<KeyRing> {
  if (trust === undefined) return packed;
  const own = await readKeyRing(trust, '');
  return { ...own, ranges: own.ranges.length > 0 ? own.ranges : packed.ranges };
}

async function readManifest(source: PackSource): Promise<PackManifest> {
  if (!source.has(PACK_FILES.manifest))
    throw new CodedProblem(`${PACK_FILES.manifest} is missing: this is no evidence pack.`);
  const parsed = PackManifest.safeParse(parseStrictJson(await readText(source, PACK_FILES.manifest)));
  if (parsed.success) return parsed.data;
  throw new CodedProblem(`${PACK_FILES.manifest} is not what this version reads.`);
}

function requireFiles(source: PackSource, board: CheckBoard): void {
  for (const name of [
    PACK_FILES.readme,
    PACK_FILES.checkpoint,
    PACK_FILES.attestations,
    PACK_FILES.keyRanges,
    PACK_FILES.logKeys,
  ]) {
    if (!source.has(name)) board.fail('pack.readable', `${name} is missing.`);
  }
}

/** Turns what bad input throws into a failed check. A bug is not bad input: it is thrown on. */
async function guard<T>(board: CheckBoard, id: CheckId, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isProblem(error)) throw error;
    board.fail(id, error.message);
    return undefined;
  }
}
