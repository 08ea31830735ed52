// What every stored record has.

/** Fields every record has: its shape's version, and a count of writes for optimistic concurrency (1 = first). */
export interface Versioned {
  readonly schemaVersion: 1;
  readonly version: number;
}
