// The files that attestations are about, each under its digest: snapshots, populations, reconciliations, definitions, inputs.

import { PopulationEntry } from '../domain/campaign/population.ts';
import { IntegrityError } from '../domain/errors.ts';
import { Snapshot } from '../domain/review/snapshot.ts';
import { type SnapshotFacts, snapshotFacts } from '../verification/facts/snapshot-facts.ts';
import { filesByDigest, isAboutCampaigns } from '../verification/pack/pack-files.ts';
import type { Export } from './export-evidence.ts';

/** Writes every file by digest. Returns what tables need of the snapshots. */
export async function writeFiles(given: Export): Promise<Map<string, SnapshotFacts>> {
  const written = new Set<string>();
  const snapshots = new Map<string, SnapshotFacts>();
  for (const digest of given.findings.snapshots.keys()) await writeSnapshot(given, digest, snapshots);
  if (isAboutCampaigns(given.manifest)) {
    for (const { opened, closed } of given.findings.cases.campaigns.values()) {
      if (opened === undefined) continue;
      await writeLines(
        given,
        filesByDigest.population(opened.subject.sha256),
        opened.subject.sha256,
        written,
      );
      for await (const line of given.environment.blobs.lines(opened.subject.sha256)) {
        const entry = PopulationEntry.parse(JSON.parse(line));
        if (entry.included) await writeSnapshot(given, entry.snapshot, snapshots);
      }
      if (closed)
        await writeLines(
          given,
          filesByDigest.reconciliation(closed.subject.sha256),
          closed.subject.sha256,
          written,
        );
      await writeJson(
        given,
        filesByDigest.definition(opened.predicate.definitionDigest),
        opened.predicate.definitionDigest,
        written,
      );
      await writeDirectory(given, opened.predicate.directoryDigest, written);
      for (const inventory of opened.predicate.inventories) {
        await writeLines(given, filesByDigest.inventory(inventory), inventory, written);
      }
    }
  }
  for (const { name, digest } of given.findings.files.values()) {
    if (name.startsWith('populations/') || name.startsWith('reconciliations/')) continue;
    // What a notice showed is kept only by installations that store the list.
    if (name.startsWith('notices/') && !(await given.environment.blobs.has(digest))) continue;
    await writeJson(given, name, digest, written);
  }
  return snapshots;
}

async function writeSnapshot(
  given: Export,
  digest: string,
  snapshots: Map<string, SnapshotFacts>,
): Promise<void> {
  if (snapshots.has(digest)) return;
  const bytes = await given.environment.blobs.get(digest);
  await given.out.file(filesByDigest.snapshot(digest), bytes);
  const parsed = Snapshot.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
  if (!parsed.success) {
    throw new IntegrityError({
      code: 'CORRUPT_RECORD',
      message: `The file ${digest} is attested as a snapshot, but is none.`,
    });
  }
  snapshots.set(digest, snapshotFacts(parsed.data, given.manifest.exportedAt));
}

async function writeJson(
  { environment, out }: Export,
  name: string,
  digest: string,
  written: Set<string>,
): Promise<void> {
  if (written.has(name)) return;
  written.add(name);
  await out.file(name, await environment.blobs.get(digest));
}

/** The organisation reviewers were found in. It names people: an installation may have erased it. */
async function writeDirectory(
  given: Export,
  digest: string | undefined,
  written: Set<string>,
): Promise<void> {
  if (digest === undefined || !(await given.environment.blobs.has(digest))) return;
  await writeJson(given, filesByDigest.directory(digest), digest, written);
}

async function writeLines(
  { environment, out }: Export,
  name: string,
  digest: string,
  written: Set<string>,
): Promise<void> {
  if (written.has(name)) return;
  written.add(name);
  await out.file(name, withNewlines(environment.blobs.lines(digest)));
}

async function* withNewlines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}
