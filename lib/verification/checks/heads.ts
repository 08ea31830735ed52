// The log's heads: the pack's own, those it passed on the way, and those the auditor holds.

import { parseStrictJson } from '../../domain/attestation/bytes/strict-json.ts';
import { base64Bytes, hexText, sameBytes, utf8Bytes } from '../../domain/attestation/bytes/text-bytes.ts';
import { type Checkpoint, parseCheckpoint, treeSizeOf } from '../../domain/attestation/log/checkpoint.ts';
import { checkNote, parseNote } from '../../domain/attestation/log/signed-note.ts';
import { verifyConsistency } from '../../domain/attestation/log/verify-proof.ts';
import { IntegrityError, InvalidInputError } from '../../domain/errors.ts';
import { type Instant, instantOf, millisOf } from '../../domain/time.ts';
import { logKeyId, maySign } from '../pack/key-ring.ts';
import { CheckpointLine, PACK_FILES } from '../pack/pack-files.ts';
import { readLines, readWhole } from '../pack/read-bytes.ts';
import type { Audit, KnownHead } from './audit.ts';

/** A head older than this when the pack was made is stale: the log has an hourly heartbeat. */
export const FRESH_WITHIN_HOURS = 24;

/** Reads a signed note: its head once the log's key is seen to have signed it, else what is wrong, in a sentence's end. */
export function readHead(
  audit: Pick<Audit, 'keys' | 'options'>,
  bytes: Uint8Array,
): (KnownHead & { readonly origin: string; readonly witnesses: number }) | string {
  try {
    const note = parseNote(bytes);
    const checkpoint: Checkpoint = parseCheckpoint(note.text);
    const size = treeSizeOf(checkpoint);
    const { log, witness, ranges } = audit.keys;
    const known = [...log, ...witness];
    const { verified, failed } = checkNote(note, known, audit.options.signatures.checkEd25519);
    const [wrong] = failed;
    if (wrong !== undefined) return `carries a wrong signature by ${wrong.name}`;
    const signer = verified.find(
      ({ key, atSeconds }) => atSeconds === undefined && key.name === checkpoint.origin,
    );
    if (signer === undefined) return `is not signed by a known key of the log "${checkpoint.origin}"`;
    if (!maySign(ranges, 'log', logKeyId(signer.key), size))
      return 'is signed by a log key outside its range';
    const times = verified.flatMap(({ atSeconds }) => atSeconds ?? []);
    return {
      origin: checkpoint.origin,
      size,
      root: checkpoint.root,
      cosignedAt: times.length === 0 ? undefined : Math.max(...times),
      witnesses: times.length,
    };
  } catch (error) {
    if (error instanceof IntegrityError || error instanceof InvalidInputError)
      return `cannot be read: ${error.message}`;
    throw error;
  }
}

/** Checks the pack's head; undefined when there is none to go on with. */
export async function checkHead(audit: Audit): Promise<KnownHead | undefined> {
  const { board, source, manifest, keys } = audit;
  const head = readHead(audit, await readWhole(source, PACK_FILES.checkpoint));
  if (typeof head === 'string') {
    board.fail('log.checkpoint', `The checkpoint ${head}.`);
    return undefined;
  }
  if (
    head.origin !== manifest.origin ||
    head.size !== manifest.log.size ||
    hexText(head.root) !== manifest.log.root
  ) {
    board.fail(
      'log.checkpoint',
      `pack.json speaks of another head than the checkpoint: ${head.origin}, ${head.size} entries, root ${hexText(head.root)}.`,
    );
  }
  board.pass('log.checkpoint', `${head.origin}, ${head.size} entries.`);
  if (head.witnesses > 0) board.pass('log.witness', `${head.witnesses} of ${keys.witness.length} witnesses.`);
  else if (keys.witness.length === 0)
    board.skip('log.witness', 'No witness key was given or packed.', 'witness');
  else board.skip('log.witness', 'No known witness has cosigned this head.', 'witness');
  checkFreshness(audit, head);
  return head;
}

function checkFreshness({ board, options, manifest }: Audit, head: KnownHead): void {
  const asOf: Instant = options.asOf ?? manifest.exportedAt;
  if (head.cosignedAt === undefined) {
    board.skip('log.fresh', 'Without a witness’s time nobody can tell how old the head is.', 'witness');
    return;
  }
  const hours = (millisOf(asOf) / 1000 - head.cosignedAt) / 3600;
  const when = instantOf(head.cosignedAt * 1000);
  if (hours > FRESH_WITHIN_HOURS) {
    board.fail(
      'log.fresh',
      `Stale head: a witness saw it last at ${when}, ${Math.floor(hours)} hours before ${asOf}. Newer entries may be withheld.`,
    );
  } else board.pass('log.fresh', `Seen by a witness at ${when}.`);
}

/** Reads `checkpoints.jsonl`: every head it passes, each shown to extend the one before, up to the pack's head. */
export async function checkHistory(audit: Audit, head: KnownHead): Promise<KnownHead[]> {
  const { board, source } = audit;
  if (!source.has(PACK_FILES.checkpoints)) {
    board.skip('log.history', 'The pack has no earlier checkpoints.');
    return [head];
  }
  const heads: KnownHead[] = [];
  for await (const { bytes, number } of readLines(source, PACK_FILES.checkpoints, (chunk) =>
    audit.read(chunk.length),
  )) {
    const line = CheckpointLine.safeParse(parseStrictJson(bytes));
    if (!line.success) {
      board.fail('log.history', `Line ${number} of checkpoints.jsonl is no checkpoint.`);
      continue;
    }
    const found = readHead(audit, utf8Bytes(line.data.note));
    if (typeof found === 'string') {
      board.fail('log.history', `The checkpoint on line ${number} ${found}.`);
      continue;
    }
    const before = heads.at(-1);
    if (before !== undefined) linkHeads(audit, before, found, line.data.consistency);
    heads.push(found);
  }
  const last = heads.at(-1);
  if (last === undefined || last.size !== head.size || !sameBytes(last.root, head.root)) {
    board.fail('log.history', 'The last checkpoint of checkpoints.jsonl is not the pack’s head.');
  }
  board.pass('log.history', `${heads.length} checkpoints.`);
  return heads;
}

function linkHeads({ board }: Audit, before: KnownHead, after: KnownHead, hashes: readonly string[]): void {
  const claim = {
    size1: before.size,
    size2: after.size,
    root1: before.root,
    root2: after.root,
    path: hashes.map(base64Bytes),
  };
  if (before.size === 0 || verifyConsistency(claim)) {
    if (
      before.cosignedAt !== undefined &&
      after.cosignedAt !== undefined &&
      after.cosignedAt < before.cosignedAt
    ) {
      board.fail('log.history', `The witness saw size ${after.size} before size ${before.size}.`);
    }
    return;
  }
  board.fail(
    'log.history',
    `Split view: the log of ${after.size} entries does not extend that of ${before.size}.`,
  );
}

/** A checkpoint the auditor holds. */
export interface HeldHead extends KnownHead {
  readonly name: string;
}

/** Reads the checkpoints the auditor holds, and settles those that need no rows. */
export function readHeld(audit: Audit, head: KnownHead, history: readonly KnownHead[]): HeldHead[] {
  const { board, options, manifest } = audit;
  const given = options.against ?? [];
  if (given.length === 0) {
    board.skip('log.against', 'No checkpoint was given to compare with.', 'against');
    return [];
  }
  const open: HeldHead[] = [];
  for (const { name, bytes } of given) {
    const held = readHead(audit, bytes);
    if (typeof held === 'string') {
      board.fail('log.against', `${name} ${held}.`);
    } else if (held.origin !== manifest.origin) {
      board.fail('log.against', `${name} is of the log ${held.origin}, the pack of ${manifest.origin}.`);
    } else if (held.size > head.size) {
      judgeNewer(audit, name, held, head);
    } else {
      const same = history.find(({ size }) => size === held.size);
      if (same === undefined) open.push({ ...held, name });
      else compareHeads(audit, name, held, same.root);
    }
  }
  return open;
}

/** Compares a checkpoint held with the root the pack's log had at that size. */
export function compareHeads(
  { board }: Pick<Audit, 'board'>,
  name: string,
  held: KnownHead,
  root: Uint8Array,
): void {
  if (sameBytes(held.root, root)) {
    board.pass('log.against', `Consistent with ${name} (${held.size} entries).`);
    return;
  }
  board.fail('log.against', `Split view: ${name} shows another log of ${held.size} entries than this pack.`);
}

function judgeNewer({ board, manifest }: Audit, name: string, held: KnownHead, head: KnownHead): void {
  const exported = millisOf(manifest.exportedAt) / 1000;
  if (held.cosignedAt !== undefined && held.cosignedAt > exported) {
    board.skip(
      'log.against',
      `${name} is newer than the pack (${held.size} entries, the pack has ${head.size}).`,
      'against',
    );
    return;
  }
  board.fail(
    'log.against',
    `The log went back: ${name} shows ${held.size} entries, the pack only ${head.size}. An old state was restored, or the tail dropped.`,
  );
}
