// The files that attestations are about: snapshots first, then whatever else was signed by its digest.
import { sha256Hex } from '../../domain/attestation/bytes/sha256.ts';
import { parseStrictJson } from '../../domain/attestation/bytes/strict-json.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import { Snapshot } from '../../domain/review/snapshot.ts';
import { type SnapshotFacts, snapshotFacts } from '../facts/snapshot-facts.ts';
import { filesByDigest, isAboutCampaigns } from '../pack/pack-files.ts';
import { digestOfFile, readWhole } from '../pack/read-bytes.ts';
import type { Audit } from './audit.ts';
import type { Findings } from './findings.ts';

/** Largest snapshot read, in bytes. */
const MAX_SNAPSHOT_BYTES = 4 * 1024 * 1024;

/** Checks every snapshot in the pack, and that every one attested is there. Returns what tables need of them. */
export async function checkSnapshots(
  audit: Audit,
  { snapshots, twoFaced }: Findings,
): Promise<Map<string, SnapshotFacts>> {
  const { board, source } = audit;
  const seen = new Map<string, SnapshotFacts>();
  for (const digest of twoFaced) {
    board.fail('subjects.snapshots', `Snapshot ${short(digest)} is attested for two different identities.`);
  }
  for (const name of source.names) {
    const digest = /^snapshots\/([0-9a-f]{64})\.json$/.exec(name)?.[1];
    if (digest === undefined) {
      if (name.startsWith('snapshots/'))
        board.fail('subjects.snapshots', `${name} is not named by a digest.`);
      continue;
    }
    const facts = await checkSnapshot(audit, name, digest, snapshots.get(digest));
    if (facts !== undefined) seen.set(digest, facts);
  }
  for (const [digest, identityId] of snapshots) {
    if (!source.has(filesByDigest.snapshot(digest))) {
      board.fail(
        'subjects.snapshots',
        `The snapshot ${short(digest)} that was attested for ${identityId} is missing.`,
      );
    }
  }
  board.pass('subjects.snapshots', `${seen.size} snapshots.`);
  return seen;
}

async function checkSnapshot(
  audit: Audit,
  name: string,
  digest: string,
  attestedFor: string | undefined,
): Promise<SnapshotFacts | undefined> {
  const { board, source, manifest } = audit;
  try {
    const bytes = await readWhole(source, name, MAX_SNAPSHOT_BYTES);
    audit.read(bytes.length);
    const found = sha256Hex(bytes);
    if (found !== digest) {
      board.fail('subjects.snapshots', `Swapped snapshot: ${name} has digest ${short(found)}.`);
      return undefined;
    }
    const parsed = Snapshot.safeParse(parseStrictJson(bytes, { integersOnly: false }));
    if (!parsed.success) {
      board.fail('subjects.snapshots', `${name} is not a snapshot.`);
      return undefined;
    }
    const { identityId } = parsed.data.identity;
    if (attestedFor !== undefined && attestedFor !== identityId) {
      board.fail(
        'subjects.snapshots',
        `Swapped snapshot: ${short(digest)} is of ${identityId}, but was attested for ${attestedFor}.`,
      );
    }
    return snapshotFacts(parsed.data, manifest.exportedAt);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    board.fail('subjects.snapshots', `${name}: ${error.message}`);
    return undefined;
  }
}

/** Checks every other file named by its digest, and that the attested ones are there as far as the scope asks. */
export async function checkFiles(audit: Audit, { files }: Findings): Promise<void> {
  const { board, source, manifest } = audit;
  let count = 0;
  for (const name of source.names) {
    const digest =
      /^(?:populations|reconciliations|definitions|raw|notices)\/(?:directory-)?([0-9a-f]{64})\.jsonl?$/.exec(
        name,
      )?.[1];
    if (digest === undefined) continue;
    const found = await digestOfFile(source, name);
    audit.read(source.sizeOf(name));
    if (found !== digest) board.fail('subjects.files', `${name} was changed: its digest is ${short(found)}.`);
    count += 1;
  }
  const needsAll = isAboutCampaigns(manifest);
  const absent = { notices: 0 };
  for (const { name, what, required } of files.values()) {
    if (source.has(name)) continue;
    if (name.startsWith('notices/')) absent.notices += 1;
    else if (required || needsAll)
      board.fail('subjects.files', `The ${what} that was attested is missing (${name}).`);
    else board.skip('subjects.files', `The ${what} is not part of a pack of this scope.`);
  }
  const note =
    absent.notices > 0
      ? ` ${absent.notices} notices name lists of what they showed that are not kept as files.`
      : '';
  board.pass('subjects.files', `${count} files.${note}`);
}

function short(digest: string): string {
  return `${digest.slice(0, 16)}…`;
}
