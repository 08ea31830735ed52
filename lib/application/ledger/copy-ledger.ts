// Copies of the ledger where its operator cannot change them: every envelope, every checkpoint.
import { canonicalText } from '../../domain/attestation/bytes/canonical-json.ts';
import { utf8Bytes } from '../../domain/attestation/bytes/text-bytes.ts';
import { IntegrityError } from '../../domain/errors.ts';
import type { LockedFiles } from '../ports/locked-files.ts';
import { type FollowDeps, followLedger, nextPlace } from './follow-ledger.ts';
import { readLeaves } from './read-ledger.ts';

const DIGITS = 16;
const PASSES_AT_ONCE = 20;

/** A size or index as file names carry it, so that text order is log order. */
export function fileNumber(value: number): string {
  return String(value).padStart(DIGITS, '0');
}

/** Name of the file with the entries of one pass: a line each, as `attestations.jsonl` of an evidence pack has them. */
export function entriesFile(start: number, end: number): string {
  return `entries/${fileNumber(start)}-${fileNumber(end)}.jsonl`;
}

/** Name of a checkpoint's file. */
export function checkpointFile(size: number): string {
  return `checkpoints/${fileNumber(size)}`;
}

/**
 * Makes the use case: copies every pass since the last run.
 * @throws IntegrityError `FORK` when a file of that name holds something else
 */
export function copyLedger(deps: FollowDeps & { readonly files: LockedFiles }): () => Promise<void> {
  const { ledger, files } = deps;
  const copyPass = async (start: number, end: number): Promise<void> => {
    const leaves = await readLeaves(ledger, start, end);
    const lines = leaves.map(
      ({ index, leafHash, envelope }) => `${canonicalText({ index, leafHash, envelope })}\n`,
    );
    await files.put(entriesFile(start, end), utf8Bytes(lines.join('')));
    const checkpoint = await ledger.get('checkpoint', { size: end });
    if (checkpoint === undefined) {
      const message = `The ledger lacks its checkpoint of size ${end}.`;
      throw new IntegrityError({ code: 'CORRUPT_RECORD', message });
    }
    await files.put(checkpointFile(end), utf8Bytes(checkpoint.note));
  };
  return () =>
    followLedger(deps, 'copied', async (from, head) => {
      let [place, passes] = [await nextPlace(ledger, from), 1];
      await copyPass(from.size, place.size);
      while (place.size < head.size && passes < PASSES_AT_ONCE) {
        const next = await nextPlace(ledger, place);
        await copyPass(place.size, next.size);
        [place, passes] = [next, passes + 1];
      }
      return place;
    });
}
