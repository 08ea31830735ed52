// From a reservation to the head that includes it. Every step may have been done before, by a pass that crashed or by
// one that is at work right now: each ends in the same rows.

import { keyIdOf } from '../../domain/attestation/bytes/key-id.ts';
import { base64Text, hexBytes, hexText, utf8Bytes } from '../../domain/attestation/bytes/text-bytes.ts';
import { type Appended, appendLeaves } from '../../domain/attestation/log/append-leaves.ts';
import { formatCheckpoint } from '../../domain/attestation/log/checkpoint.ts';
import { leafHash } from '../../domain/attestation/log/merkle-hash.ts';
import { signCheckpoint } from '../../domain/attestation/log/sign-checkpoint.ts';
import { parseNote } from '../../domain/attestation/log/signed-note.ts';
import { ConflictError, IntegrityError, InvalidInputError } from '../../domain/errors.ts';
import { mapConcurrently } from '../in-batches.ts';
import type { InboxRecord } from '../ports/ledger-records.ts';
import type { LeafRow, ReservationRow, ReservedLeaf } from '../ports/ledger-rows.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { ReviewStore } from '../ports/review-store.ts';
import type { NoteSigner } from '../ports/signer.ts';
import { insertRows } from './insert-rows.ts';
import { ed25519Spki, keyRanges, mayHaveSigned, readKeyBook } from './key-ranges.ts';
import { edgeRow, readEdge } from './log-edge.ts';
import type { Place } from './pointers.ts';

/** What finishing needs. */
export interface FinishDeps {
  readonly store: ReviewStore;
  readonly ledger: LedgerStore;
  /** The log's keys: the one whose range covers a checkpoint signs it. Two while a key is being rotated. */
  readonly noteSigners: readonly NoteSigner[];
}

const WIDTH = 16;

/**
 * Brings every row of a reservation into the ledger, up to its checkpoint, and takes its facts out of the inbox. The
 * caller moves the head, last.
 * @param inHand inbox rows the caller has just read: they are not read again when they are all of it
 * @throws IntegrityError when what is stored contradicts the reservation
 */
export async function finishPass(
  deps: FinishDeps,
  from: Place,
  reservation: ReservationRow,
  inHand: readonly InboxRecord[] = [],
): Promise<void> {
  const { ledger } = deps;
  const appended = await appendReserved(ledger, from, reservation);
  const inbox = await insertLeaves(deps, reservation, inHand);
  await insertRows(
    ledger,
    'sealed',
    reservation.leaves.map(({ attestationId }, at) => ({ attestationId, index: reservation.size + at })),
  );
  await insertTiles(ledger, appended);
  await insertRows(ledger, 'edge', [edgeRow(appended.edge)]);
  await insertCheckpoint(deps, reservation);
  await removeFromInbox(deps.store, inbox);
}

/** The tree with the reserved leaves. The root to be signed is the reserved one, and only if the leaves have it. */
async function appendReserved(
  ledger: LedgerStore,
  from: Place,
  reservation: ReservationRow,
): Promise<Appended> {
  const edge = await readEdge(ledger, from);
  const appended = appendLeaves(
    edge,
    reservation.leaves.map((leaf) => hexBytes(leaf.leafHash)),
  );
  const root = hexText(appended.root);
  if (root !== reservation.newRoot || appended.edge.size !== reservation.newSize) {
    throw new IntegrityError({
      code: 'ROOT_MISMATCH',
      message: `The leaves reserved at ${reservation.size} lead to ${appended.edge.size} with root ${root}, not to ${reservation.newSize} with root ${reservation.newRoot}.`,
    });
  }
  return appended;
}

/** Inserts the leaves. Returns what is left of them in the inbox. */
async function insertLeaves(
  { store, ledger }: FinishDeps,
  { size, leaves }: ReservationRow,
  inHand: readonly InboxRecord[],
): Promise<InboxRecord[]> {
  // The inbox is read before the leaves: a row leaves the inbox only after its leaf was inserted, so what is missing
  // here must be found there.
  const records = await inboxRowsOf(store, leaves, inHand);
  const found: InboxRecord[] = [];
  const waiting: LeafRow[] = [];
  const gone: { readonly index: number; readonly leaf: ReservedLeaf }[] = [];
  leaves.forEach((leaf, at) => {
    const index = size + at;
    const { attestationId, leafHash } = leaf;
    const record = records[at];
    if (record !== undefined && hashOf(record.envelope) === leafHash) {
      found.push(record);
      waiting.push({ index, attestationId, leafHash, envelope: record.envelope });
    } else gone.push({ index, leaf });
  });
  await insertRows(ledger, 'leaf', waiting);
  await requireLeaves(ledger, gone);
  return found;
}

async function inboxRowsOf(
  store: ReviewStore,
  leaves: readonly ReservedLeaf[],
  inHand: readonly InboxRecord[],
): Promise<(InboxRecord | undefined)[]> {
  const known = new Map(inHand.map((record) => [record.attestationId, record]));
  if (leaves.every(({ attestationId }) => known.has(attestationId))) {
    return leaves.map(({ attestationId }) => known.get(attestationId));
  }
  const keys = leaves.map(({ receivedAt, attestationId }) => ({ receivedAt, attestationId }));
  return store.getMany('inbox', keys);
}

function hashOf(envelope: string): string {
  return hexText(leafHash(utf8Bytes(envelope)));
}

async function requireLeaves(
  ledger: LedgerStore,
  wanted: readonly { readonly index: number; readonly leaf: ReservedLeaf }[],
): Promise<void> {
  const rows = await ledger.getMany(
    'leaf',
    wanted.map(({ index }) => ({ index })),
  );
  wanted.forEach(({ index, leaf }, at) => {
    const row = rows[at];
    const isRight =
      row?.attestationId === leaf.attestationId &&
      row.leafHash === leaf.leafHash &&
      hashOf(row.envelope) === leaf.leafHash;
    if (isRight) return;
    throw new IntegrityError({
      code: row === undefined ? 'CORRUPT_RECORD' : 'FORK',
      message: `Attestation ${leaf.attestationId}, reserved for index ${index}, is neither in the inbox nor in the ledger.`,
    });
  });
}

async function insertTiles(ledger: LedgerStore, { fullTiles }: Appended): Promise<void> {
  await insertRows(
    ledger,
    'tile',
    fullTiles.map(({ level, index, hashes }) => ({ level, index, hashes: base64Text(hashes) })),
  );
}

/** Signs exactly the reserved root, once. Another key's note on the same text counts: it was signed during a rotation. */
async function insertCheckpoint(
  { ledger, noteSigners }: FinishDeps,
  reservation: ReservationRow,
): Promise<void> {
  const { newSize: size, newRoot, sealedAt } = reservation;
  const existing = await ledger.get('checkpoint', { size });
  const root = hexBytes(newRoot);
  if (existing !== undefined) return requireText(existing.note, noteSigners, { size, root });
  const note = await signCheckpoint({ size, root }, await signerFor(ledger, noteSigners, size));
  const [other] = await ledger.insert('checkpoint', [{ size, root: newRoot, sealedAt, note }]);
  if (other !== undefined) requireText(other.note, noteSigners, { size, root });
}

function requireText(
  note: string,
  [signer]: readonly NoteSigner[],
  head: { readonly size: number; readonly root: Uint8Array },
): void {
  const { text } = parseNote(utf8Bytes(note));
  if (signer !== undefined && text === formatCheckpoint({ origin: signer.name, ...head })) return;
  throw new IntegrityError({
    code: 'FORK',
    message: `The ledger holds another checkpoint of size ${head.size} than the reserved one.`,
  });
}

async function signerFor(
  ledger: LedgerStore,
  signers: readonly NoteSigner[],
  size: number,
): Promise<NoteSigner> {
  const ranges = keyRanges(await readKeyBook(ledger)).filter(({ use }) => use === 'log');
  const signer = signers.find(({ publicKey32 }) => {
    const keyId = keyIdOf(ed25519Spki(publicKey32));
    return ranges.some((range) => range.keyId === keyId && mayHaveSigned(range, size));
  });
  if (signer !== undefined) return signer;
  throw new InvalidInputError({
    code: 'BAD_SETTING',
    message: `None of the ${signers.length} log keys given may sign a checkpoint of size ${size}. Register the first key, or give the key that was rotated to.`,
  });
}

/** Deletes inbox rows; one that is gone already was deleted by another pass. */
export async function removeFromInbox(store: ReviewStore, records: readonly InboxRecord[]): Promise<void> {
  await mapConcurrently(records, WIDTH, async (previous) => {
    try {
      await store.commit([{ kind: 'inbox', record: undefined, previous }]);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  });
}
