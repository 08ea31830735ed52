// What opening costs in requests, a batch at a time as separate functions do it, and what a million identities come to.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { attachCapacityMeter } from '../lib/adapters/dynamodb/capacity-meter.ts';
import { beginOpening } from '../lib/application/begin-opening.ts';
import { considerBatch } from '../lib/application/consider-batch.ts';
import type { Environment } from '../lib/application/environment.ts';
import { finishOpening } from '../lib/application/finish-opening.ts';
import type { BenchResult } from './run.ts';
import { DEFINITION_ID, startBenchOpening } from './support/bench-opening.ts';

const MILLION = 1_000_000;
/** Rows of an item: itself and its reviewer's pointer. */
const ROWS_AN_ITEM = 2;
/** Rows DynamoDB takes in one bulk request. */
const ROWS_A_REQUEST = 25;

/** What the projection takes for granted, besides the processor's time, which is measured here. */
const ASSUMED = {
  functionsAtOnce: 40,
  /** Writes a second of a table that was never busier, and of one that has grown with use. */
  newTableWrites: 4_000,
  grownTableWrites: 40_000,
  /** Of one bulk write, and how many of them a function has under way. */
  writeMs: 15,
  writesAtOnce: 16,
  /** Of one small PUT, and how many of them a function has under way. */
  putMs: 40,
  putsAtOnce: 32,
  /** Bytes a second one function reads from S3. */
  readBytesPerSecond: 80e6,
  /** A function of 1,769 MB has one processor; this machine's is taken to be as fast. */
  processors: 1,
} as const;

/** One step's requests and time. */
interface Step {
  readonly requests: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly files: number;
  readonly cpuSeconds: number;
}

/** The result, with every step's own figures. */
interface AtScaleResult extends BenchResult {
  readonly batches: number;
  readonly begin: Step;
  readonly consider: Step;
  readonly finish: Step;
  readonly inventoryBytes: number;
  /** For a million identities, by the assumptions. */
  readonly projectedSeconds: { readonly newTable: number; readonly grownTable: number };
  readonly assumed: typeof ASSUMED;
}

/** Unit is identities a request to the tables; the peer is writing their rows in bulk and nothing else. */
export async function run({ size = 20_000 }: { readonly size?: number }): Promise<AtScaleResult> {
  const { client, environment, close } = await startBenchOpening(size);
  try {
    const [inventory] = await environment.store.inventories();
    const inventoryBytes = await sizeOf(environment, inventory?.inventory ?? '');
    const measure = meterOf(client, environment);
    const input = { definitionId: DEFINITION_ID, launchedBy: 'p0' };
    const begin = await measure(() => beginOpening(environment)(input));
    const { campaign, batches } = begin.result;
    const { campaignId } = campaign;
    const considerOne = considerBatch(environment);
    const consider = await measure(async () => {
      for (const batch of batches) await considerOne({ campaignId, batch });
    });
    const finish = await measure(() => finishOpening(environment)(campaignId));
    const steps = { begin: begin.step, consider: consider.step, finish: finish.step };
    const requests = Object.values(steps).reduce((sum, step) => sum + step.requests, 0);
    const ours = size / requests;
    const peer = ROWS_A_REQUEST / ROWS_AN_ITEM;
    return {
      name: 'open-at-scale',
      ours,
      peer,
      ratio: ours / peer,
      goal: 0.8,
      unit: 'identities/request',
      batches: batches.length,
      ...steps,
      inventoryBytes,
      projectedSeconds: project(size, batches.length, inventoryBytes, steps),
      assumed: ASSUMED,
    };
  } finally {
    await close();
  }
}

/** Runs a step and tells what it used. */
function meterOf(client: DynamoDBClient, { blobs }: Environment) {
  const capacity = attachCapacityMeter(client);
  let files = 0;
  const { put, putMany } = blobs;
  blobs.put = (bytes) => {
    files += 1;
    return put(bytes);
  };
  blobs.putMany = (many) => {
    files += many.length;
    return putMany(many);
  };
  return async <T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly step: Step }> => {
    capacity.reset();
    files = 0;
    const before = process.cpuUsage();
    const result = await work();
    const { user, system } = process.cpuUsage(before);
    const { requests, writeUnits, readUnits } = capacity;
    return { result, step: { requests, writeUnits, readUnits, files, cpuSeconds: (user + system) / 1e6 } };
  };
}

/**
 * Seconds for a million: planning and joining read one after the other, batches side by side unless the table is the limit.
 * The processor's time includes that of the embedded tables, so it is rather too high.
 */
function project(
  size: number,
  batches: number,
  inventoryBytes: number,
  { begin, consider, finish }: Readonly<Record<'begin' | 'consider' | 'finish', Step>>,
): AtScaleResult['projectedSeconds'] {
  const times = MILLION / size;
  const perBatch = (count: number, ms: number, atOnce: number) => ((count / batches) * ms) / atOnce / 1000;
  const batchSeconds =
    consider.cpuSeconds / batches / ASSUMED.processors +
    perBatch(consider.requests, ASSUMED.writeMs, ASSUMED.writesAtOnce) +
    perBatch(consider.files, ASSUMED.putMs, ASSUMED.putsAtOnce);
  const sideBySide = Math.ceil((batches * times) / ASSUMED.functionsAtOnce) * batchSeconds;
  const reading = (2 * times * inventoryBytes) / ASSUMED.readBytesPerSecond;
  const alone = times * (begin.cpuSeconds + finish.cpuSeconds) + reading;
  const withTable = (writesPerSecond: number) =>
    Math.round(alone + Math.max(sideBySide, (times * consider.writeUnits) / writesPerSecond));
  return { newTable: withTable(ASSUMED.newTableWrites), grownTable: withTable(ASSUMED.grownTableWrites) };
}

async function sizeOf({ blobs }: Environment, digest: string): Promise<number> {
  return (await blobs.get(digest)).length;
}
