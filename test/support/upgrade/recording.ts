// What a release stored, as a file: one row, one blob or one switch a line.
import { readFile, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { Instant } from '../../../lib/domain/time.ts';
import { MONDAY } from '../world.ts';
import { liveMidFlight, worldOver } from './mid-flight.ts';
import { allRows, openTables, putRows, type StoredRow, type Tables } from './tables.ts';

/** Attributes are texts and numbers: JSON holds them as they are. */
const Attribute = z.union([z.strictObject({ S: z.string() }), z.strictObject({ N: z.string() })]);
const Row = z.record(z.string(), Attribute);
const Line = z.union([
  z.strictObject({ recordedAt: Instant, switchedOff: z.array(z.string()) }),
  z.strictObject({ table: z.enum(['reviews', 'ledger']), row: Row }),
  z.strictObject({ blob: z.string() }),
]);
type Line = z.infer<typeof Line>;

/** A recording: where its clock stood, what was switched off, rows of both tables, and files. */
export interface Recording {
  readonly recordedAt: Instant;
  readonly switchedOff: readonly string[];
  readonly rows: Readonly<Record<'reviews' | 'ledger', readonly StoredRow[]>>;
  readonly blobs: readonly string[];
}

/** Lives with the code of this release until mid-flight, and takes down what it stored. */
async function recordThisRelease(): Promise<Recording> {
  const tables = await openTables({ now: () => MONDAY });
  try {
    const w = await worldOver(tables);
    await liveMidFlight(w);
    const rows = {
      reviews: await allRows(tables, tables.reviews),
      ledger: await allRows(tables, tables.ledger),
    };
    const { blobs } = w.environment;
    const texts = await blobsNamedIn(JSON.stringify(rows), blobs);
    const switchedOff = [...w.target.enabled].flatMap(([id, isOn]) => (isOn ? [] : [id]));
    return { recordedAt: w.clock.now(), switchedOff, rows, blobs: texts };
  } finally {
    await tables.close();
  }
}

interface ReadBlobs {
  has(digest: string): Promise<boolean>;
  get(digest: string): Promise<Uint8Array>;
}

/** Files are found by their digests, in rows and in other files. */
async function blobsNamedIn(text: string, blobs: ReadBlobs): Promise<string[]> {
  const seen = new Set<string>();
  const texts: string[] = [];
  const waiting = [text];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const [digest] of next.matchAll(/\b[0-9a-f]{64}\b/g)) {
      if (seen.has(digest)) continue;
      seen.add(digest);
      if (!(await blobs.has(digest))) continue;
      const found = new TextDecoder().decode(await blobs.get(digest));
      texts.push(found);
      waiting.push(found);
    }
  }
  return texts;
}

/** Writes a recording to a file. */
export async function writeRecording(path: string): Promise<void> {
  const { recordedAt, switchedOff, rows, blobs } = await recordThisRelease();
  const lines: Line[] = [
    { recordedAt, switchedOff: [...switchedOff] },
    ...rows.reviews.map((row) => ({ table: 'reviews' as const, row: Row.parse(row) })),
    ...rows.ledger.map((row) => ({ table: 'ledger' as const, row: Row.parse(row) })),
    ...blobs.map((blob) => ({ blob })),
  ];
  await writeFile(path, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
}

/** Reads a recording from a file. */
export async function readRecording(path: string): Promise<Recording> {
  const [first, ...lines] = (await readFile(path, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => Line.parse(JSON.parse(line)));
  if (first === undefined || !('recordedAt' in first)) throw new Error(`${path} is no recording.`);
  const rowsOf = (table: 'reviews' | 'ledger') =>
    lines.flatMap((line) => ('table' in line && line.table === table ? [line.row] : []));
  return {
    ...first,
    rows: { reviews: rowsOf('reviews'), ledger: rowsOf('ledger') },
    blobs: lines.flatMap((line) => ('blob' in line ? [line.blob] : [])),
  };
}

/** Today's code over what the recorded release left. */
export async function goOnFrom(recording: Recording, tables: Tables) {
  await putRows(tables, tables.reviews, recording.rows.reviews);
  await putRows(tables, tables.ledger, recording.rows.ledger);
  const w = await worldOver(tables);
  for (const text of recording.blobs) await w.environment.blobs.put(new TextEncoder().encode(text));
  for (const identityId of recording.switchedOff) w.target.enabled.set(identityId, false);
  w.setClock(recording.recordedAt);
  return w;
}
