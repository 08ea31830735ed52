// A witness's memory in a folder of its own: a write-once file for every head it has accepted.
import * as z from 'zod';
import type { LockedFiles } from '../../application/ports/locked-files.ts';
import type { SeenHead, WitnessStore } from '../../application/ports/witness.ts';
import { canonicalBytes } from '../../domain/attestation/bytes/canonical-json.ts';
import { sha256Hex } from '../../domain/attestation/bytes/sha256.ts';
import { utf8Bytes, utf8Text } from '../../domain/attestation/bytes/text-bytes.ts';
import { IntegrityError } from '../../domain/errors.ts';
import { Instant } from '../../domain/time.ts';
import { openLockedFolder } from './locked-folder.ts';

const StoredHead = z.strictObject({
  origin: z.string(),
  sequence: z.int().positive(),
  size: z.int().nonnegative(),
  root: z.string().regex(/^[0-9a-f]{64}$/),
  note: z.string(),
  seenAt: Instant,
});

/** Opens the folder, made when missing. Keep it away from the log's own. */
export async function openWitnessFolder(folder: string): Promise<WitnessStore> {
  const files = await openLockedFolder(folder);
  return {
    last: async (origin) => {
      const newest = await newestSequence(files, origin);
      return newest === 0 ? undefined : read(files, origin, newest);
    },
    add: async (head) => {
      if (head.sequence > 1 && (await read(files, head.origin, head.sequence - 1)) === undefined)
        return false;
      try {
        await files.put(fileOf(head.origin, head.sequence), canonicalBytes(StoredHead.parse(head)));
        return true;
      } catch (error) {
        if (error instanceof IntegrityError && error.code === 'FORK') return false;
        throw error;
      }
    },
  };
}

async function newestSequence(files: LockedFiles, origin: string): Promise<number> {
  let newest = 0;
  for await (const name of files.list(`${folderOf(origin)}/`)) newest = Number(name.slice(-16));
  return newest;
}

/** Origins may hold anything, so they are hashed. */
function folderOf(origin: string): string {
  return sha256Hex(utf8Bytes(origin)).slice(0, 32);
}

function fileOf(origin: string, sequence: number): string {
  return `${folderOf(origin)}/${String(sequence).padStart(16, '0')}`;
}

async function read(files: LockedFiles, origin: string, sequence: number): Promise<SeenHead | undefined> {
  const bytes = await files.get(fileOf(origin, sequence));
  if (bytes === undefined) return undefined;
  const parsed = StoredHead.safeParse(JSON.parse(utf8Text(bytes)));
  if (parsed.success && parsed.data.sequence === sequence && parsed.data.origin === origin)
    return parsed.data;
  const message = `The witness's head ${sequence} of ${origin} cannot be read.`;
  throw new IntegrityError({ code: 'CORRUPT_RECORD', message, cause: parsed.error });
}
