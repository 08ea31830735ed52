// How a population is cut into batches: byte ranges of its inventories, found in one pass over each.
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { IntegrityError } from '../domain/errors.ts';
import { fileText } from './plain-json.ts';
import type { Blobs } from './ports/blobs.ts';

/** Part of an inventory, from the start of a line to the end of one. */
export const PlannedBatch = z.strictObject({
  /** Digest of the inventory. */
  inventory: z.string(),
  /** First byte. */
  from: z.int().min(0),
  /** The byte after the last. */
  to: z.int().positive(),
  /** SHA-256 (lowercase hex) of those bytes: a part cannot be checked against the inventory's digest. */
  sha256: z.string(),
  identities: z.int().positive(),
});
export type PlannedBatch = z.infer<typeof PlannedBatch>;

/** Sizes of a plan; a plan that was made stays as it is. */
export interface PlanSizes {
  /** Identities in a batch. @default 500 */
  readonly identities?: number;
  /** A batch ends once it has this many bytes, so that no batch is too large to hold. @default 4 MiB */
  readonly batchBytes?: number;
  /** Bytes read at once. @default 4 MiB */
  readonly readBytes?: number;
}

const MIB = 1024 * 1024;
const LINE_FEED = 10;
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

/**
 * Cuts inventories, in their order, into batches, and stores the plan as JSON Lines. The same inventories give the same plan.
 * @throws IntegrityError DIGEST_MISMATCH when an inventory is not what its name says
 */
export async function planBatches(
  blobs: Blobs,
  inventories: readonly string[],
  sizes: PlanSizes = {},
): Promise<{ readonly digest: string; readonly batches: number }> {
  const lines: string[] = [];
  for (const inventory of inventories) {
    for await (const batch of cut(blobs, inventory, sizes)) lines.push(`${fileText(batch)}\n`);
  }
  return { digest: await blobs.put(ENCODER.encode(lines.join(''))), batches: lines.length };
}

/** Every batch of a stored plan, in order. */
export async function loadPlan(blobs: Blobs, digest: string): Promise<readonly PlannedBatch[]> {
  const lines = DECODER.decode(await blobs.get(digest)).split('\n');
  return lines.slice(0, -1).map((line) => PlannedBatch.parse(JSON.parse(line)));
}

async function* cut(blobs: Blobs, inventory: string, sizes: PlanSizes): AsyncIterable<PlannedBatch> {
  const { identities: size = 500, batchBytes = 4 * MIB, readBytes = 4 * MIB } = sizes;
  const whole = createHash('sha256');
  let hash = createHash('sha256');
  let from = 0;
  let identities = 0;
  let last: number | undefined;
  const batchUpTo = (to: number): PlannedBatch => {
    const batch = { inventory, from, to, sha256: hash.digest('hex'), identities };
    hash = createHash('sha256');
    from = to;
    identities = 0;
    return batch;
  };
  for (let at = 0; ; at += readBytes) {
    const bytes = await blobs.range(inventory, at, at + readBytes);
    whole.update(bytes);
    last = bytes.at(-1) ?? last;
    let hashed = 0;
    for (let end = bytes.indexOf(LINE_FEED) + 1; end > 0; end = bytes.indexOf(LINE_FEED, end) + 1) {
      identities += 1;
      if (identities < size && at + end - from < batchBytes) continue;
      hash.update(bytes.subarray(hashed, end));
      hashed = end;
      yield batchUpTo(at + end);
    }
    hash.update(bytes.subarray(hashed));
    if (bytes.length === readBytes) continue;
    const length = at + bytes.length;
    if (length > from) {
      if (last !== LINE_FEED) identities += 1;
      yield batchUpTo(length);
    }
    break;
  }
  const actual = whole.digest('hex');
  if (actual === inventory) return;
  throw new IntegrityError({
    code: 'DIGEST_MISMATCH',
    message: `Inventory ${inventory} holds other bytes (their SHA-256 is ${actual}).`,
  });
}
