// Packs on the shelf: a zip, and beside it how far it is.
import type { PackShelf } from '../../application/ports/pack-shelf.ts';
import { IntegrityError } from '../../domain/errors.ts';
import { PackStatus } from './installation-protocol.ts';
import { jsonOrNothing } from './json-or-nothing.ts';

/** Name of a pack's zip. */
export function packName(packId: string): string {
  return `packs/${packId}.zip`;
}

/** Says how far a pack is. */
export async function writePackStatus(shelf: PackShelf, packId: string, status: PackStatus): Promise<void> {
  await shelf.putText(statusName(packId), `${JSON.stringify(status)}\n`);
}

/** How far a pack is; undefined when nobody asked for it, or it is gone. @throws IntegrityError when it is no status */
export async function readPackStatus(shelf: PackShelf, packId: string): Promise<PackStatus | undefined> {
  const text = await shelf.readText(statusName(packId));
  if (text === undefined) return undefined;
  const parsed = PackStatus.safeParse(jsonOrNothing(text));
  if (parsed.success) return parsed.data;
  throw new IntegrityError({ code: 'CORRUPT_RECORD', message: `${statusName(packId)} cannot be read.` });
}

function statusName(packId: string): string {
  return `packs/${packId}.json`;
}
