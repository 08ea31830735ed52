// What every commit must fulfil before a store is asked. A breach is a mistake in the program, not a race.
import type { RecordKind, Records } from '../../application/ports/records.ts';
import type { Write } from '../../application/ports/review-store.ts';
import { ConflictError } from '../../domain/errors.ts';
import { keyOf, textOfKey } from './record-keys.ts';

/** Most writes in one commit. */
export const MAX_WRITES = 25;

const DELETABLE: ReadonlySet<RecordKind> = new Set<RecordKind>(['inbox', 'handled']);

/** A write with its kind and records loosened from each other. */
export interface LooseWrite {
  readonly kind: RecordKind;
  readonly record: Records[RecordKind] | undefined;
  readonly previous: Records[RecordKind] | undefined;
}

/**
 * Checks the shape of a commit.
 * @throws RangeError for more than 25 writes, none, a repeated record, a version that is not one more than the
 * previous one, a key that changes, or a deletion of anything but inbox and handled rows
 */
export function checkWrites(writes: readonly Write[]): readonly LooseWrite[] {
  if (writes.length === 0 || writes.length > MAX_WRITES) {
    throw new RangeError(`A commit takes 1 to ${MAX_WRITES} writes, not ${writes.length}.`);
  }
  const seen = new Set<string>();
  for (const write of writes as readonly LooseWrite[]) {
    const name = nameOf(write);
    if (seen.has(name)) throw new RangeError(`One commit writes ${name} twice.`);
    seen.add(name);
    checkVersion(write, name);
  }
  return writes;
}

function nameOf({ kind, record, previous }: LooseWrite): string {
  const names = [record, previous].flatMap((side) => (side ? [textOfKey(kind, keyOf(kind, side))] : []));
  const [name, other] = names;
  if (name === undefined) throw new RangeError(`A write of kind ${kind} has neither record nor previous.`);
  if (other !== undefined && other !== name) {
    throw new RangeError(`A write may not rename ${kind} ${other} to ${name}.`);
  }
  return `${kind} ${name}`;
}

function checkVersion({ kind, record, previous }: LooseWrite, name: string): void {
  if (!record) {
    if (!DELETABLE.has(kind))
      throw new RangeError(`${name} cannot be deleted: only inbox and handled rows can.`);
    return;
  }
  const expected = (previous?.version ?? 0) + 1;
  if (record.version !== expected) {
    throw new RangeError(`${name} must be written as version ${expected}, not ${record.version}.`);
  }
}

/** Somebody else wrote first. */
export function conflictAt(
  writes: readonly LooseWrite[],
  positions: readonly number[],
  cause?: unknown,
): ConflictError {
  const names = positions.map((position) => {
    const write = writes[position];
    return write ? nameOf(write) : `write ${position}`;
  });
  return new ConflictError({
    code: 'CONFLICT',
    message: `Somebody else wrote first: ${names.join(', ')}.`,
    positions,
    cause,
  });
}

/** @throws RangeError when two of the records have one key */
export function refuseRepeats<K extends RecordKind>(kind: K, records: readonly Records[K][]): void {
  const names = new Set(records.map((record) => textOfKey(kind, keyOf(kind, record))));
  if (names.size < records.length) throw new RangeError(`One ${kind} was given twice.`);
}
