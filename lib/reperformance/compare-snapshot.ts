// A snapshot made again, against the one that was attested: byte for byte where the directory is there, else field by field.
import { fileBytes } from '../application/plain-json.ts';
import { sha256Hex } from '../domain/attestation/bytes/sha256.ts';
import type { PopulationEntry } from '../domain/campaign/population.ts';
import type { Snapshot } from '../domain/review/snapshot.ts';
import type { DifferenceBook } from './difference.ts';

const FROM_CHANGES: ReadonlySet<string> = new Set(['changes', 'comparedWith', 'recommendation']);

const SNAPSHOT_FIELDS = [
  'definitionDigest',
  'inventory',
  'takenAt',
  'question',
  'identity',
  'risk',
  'standing',
  'recommendation',
  'changes',
  'comparedWith',
  'breaksIfRemoved',
] as const satisfies readonly (keyof Snapshot)[];

/** Pseudonyms met so far: one person, one pseudonym, and the other way round. */
export interface Pseudonyms {
  readonly ofPerson: Map<string, string>;
  readonly behind: Map<string, string>;
}

/** A snapshot made again, and the one recorded. */
interface SnapshotPair {
  readonly made: Snapshot;
  readonly recorded: Snapshot;
  readonly entry: Extract<PopulationEntry, { included: true }>;
  /** Owners and reviewer were worked out, from a directory. */
  readonly routed: boolean;
  readonly pseudonyms: Pseudonyms;
}

/** Compares the two; true when they are the same bytes. */
export function compareSnapshot(book: DifferenceBook, pair: SnapshotPair): boolean {
  const { made, recorded, entry, routed, pseudonyms } = pair;
  const { identityId } = entry;
  checkPseudonym(book, pseudonyms, entry, recorded.reviewer.pseudonym);
  // The salt of pseudonyms never leaves the installation: the recorded one is taken over, and must be one person's alone.
  const { pseudonym } = recorded.reviewer;
  const whole = { ...made, reviewer: { ...made.reviewer, pseudonym } };
  if (sha256Hex(fileBytes(whole)) === entry.snapshot) return true;
  const before = book.differences.length;
  // What it was compared with is not in the pack: nothing that follows from changes can be told.
  const blind = recorded.comparedWith !== undefined && made.comparedWith === undefined;
  for (const field of SNAPSHOT_FIELDS) {
    if (blind && FROM_CHANGES.has(field)) continue;
    differUnlessEqual(book, identityId, `snapshot.${field}`, made[field], recorded[field]);
  }
  if (routed) {
    differUnlessEqual(book, identityId, 'snapshot.owners', made.owners, recorded.owners);
    differUnlessEqual(
      book,
      identityId,
      'snapshot.routedBy',
      made.reviewer.routedBy,
      recorded.reviewer.routedBy,
    );
  }
  if (routed && !blind && book.differences.length === before) {
    book.skip('Some snapshots came out with the same content but other bytes: another version wrote them.');
  }
  return false;
}

function checkPseudonym(
  book: DifferenceBook,
  { ofPerson, behind }: Pseudonyms,
  { identityId, reviewerId }: SnapshotPair['entry'],
  pseudonym: string,
): void {
  const known = ofPerson.get(reviewerId) ?? pseudonym;
  const person = behind.get(pseudonym) ?? reviewerId;
  ofPerson.set(reviewerId, known);
  behind.set(pseudonym, person);
  if (known !== pseudonym) book.differ(identityId, 'reviewer pseudonym', known, pseudonym);
  if (person !== reviewerId) book.differ(identityId, 'reviewer behind the pseudonym', person, reviewerId);
}

function differUnlessEqual(
  book: DifferenceBook,
  identityId: string,
  what: string,
  recomputed: unknown,
  recorded: unknown,
): void {
  if (sorted(recomputed) !== sorted(recorded)) book.differ(identityId, what, recomputed, recorded);
}

/** JSON with the keys of every object in order. */
function sorted(value: unknown): string {
  return (
    JSON.stringify(value, (_key, each: unknown) =>
      typeof each === 'object' && each !== null && !Array.isArray(each)
        ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : each,
    ) ?? ''
  );
}
