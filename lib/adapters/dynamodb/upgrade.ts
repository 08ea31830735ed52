// Records written by earlier versions of Countersign, brought up to date as they are read: campaigns outlive releases.
import type { RecordKind } from '../../application/ports/records.ts';

/** A record as stored, before it is known to be of today's shape. */
export type StoredRecord = Readonly<Record<string, unknown>>;

/** The shape version every record is written in. */
export const SCHEMA_VERSION = 1;

/** Takes a record of one shape version to the next. Its result bears the next `schemaVersion`. */
export type Migration = (record: StoredRecord) => StoredRecord;

/** For each kind, the migration away from a shape version. Shape 1 is the first, so there are none yet. */
export const MIGRATIONS: Readonly<Partial<Record<RecordKind, Readonly<Record<number, Migration>>>>> = {};

/**
 * The record in today's shape.
 * @returns a sentence saying what is wrong, when its version is unknown or no migration leads away from it
 */
export function upgrade(
  kind: RecordKind,
  record: StoredRecord,
  migrations: typeof MIGRATIONS = MIGRATIONS,
): StoredRecord | string {
  let current = record;
  for (;;) {
    const version = current['schemaVersion'];
    if (version === SCHEMA_VERSION) return current;
    if (typeof version !== 'number' || !Number.isInteger(version) || version < 0)
      return 'has no schema version';
    if (version > SCHEMA_VERSION) {
      return `has schema version ${version}, newer than ${SCHEMA_VERSION}: it was written by a later release of Countersign, run that one`;
    }
    const migrate = migrations[kind]?.[version];
    if (!migrate) return `has schema version ${version}, from which no upgrade is known`;
    current = migrate(current);
    if (current['schemaVersion'] === version) return `stayed at schema version ${version} when upgraded`;
  }
}
