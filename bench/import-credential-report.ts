// How fast a credential report becomes identities, beside the CSV parser alone over the same file.
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse';
import { createAwsIam } from '../lib/connectors/aws-iam/connector.ts';
import { CSV_OPTIONS } from '../lib/connectors/aws-iam/credential-report.ts';
import { AwsIamSettings } from '../lib/connectors/aws-iam/settings.ts';
import { instantOf } from '../lib/domain/time.ts';

/** Users in the full-size report. */
const FULL_SIZE = 100_000;
const ROUNDS = 5;

/** Result of one benchmark: medians of interleaved rounds. `ratio` = ours / peer. */
export interface BenchResult {
  readonly name: string;
  readonly ours: number;
  readonly peer: number;
  readonly ratio: number;
  readonly goal: number;
  readonly unit: string;
  /** Most heap seen in use while importing, in MiB: the report is streamed, never held. */
  readonly peakHeapMiB: number;
}

/**
 * Imports a generated report of `size` users through the connector, and reads the same file with csv-parse alone, turn
 * about. With `json` nothing is printed.
 */
export async function run({
  size = FULL_SIZE,
  json = false,
}: {
  readonly size?: number;
  readonly json?: boolean;
} = {}): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
  try {
    const path = join(folder, 'credential-report.csv');
    await writeReport(path, size);
    const result = await measure(path, size);
    if (!json) console.log(describe(result));
    return result;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measure(path: string, size: number): Promise<BenchResult> {
  const ours: number[] = [];
  const peer: number[] = [];
  let peakHeap = 0;
  // Each side once unmeasured, so that neither pays for the other's warming up.
  await importReport(path);
  await parseOnly(path);
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedAt = performance.now();
    peakHeap = Math.max(peakHeap, await importReport(path));
    const betweenAt = performance.now();
    await parseOnly(path);
    const endedAt = performance.now();
    ours.push(size / ((betweenAt - startedAt) / 1000));
    peer.push(size / ((endedAt - betweenAt) / 1000));
  }
  const [oursMedian, peerMedian] = [median(ours), median(peer)];
  return {
    name: 'import-credential-report',
    ours: Math.round(oursMedian),
    peer: Math.round(peerMedian),
    ratio: Number((oursMedian / peerMedian).toFixed(3)),
    goal: 0.4,
    unit: 'rows/s',
    peakHeapMiB: Math.round(peakHeap / 1024 / 1024),
  };
}

/** The connector's own path from file to identities; answers the most heap seen. */
async function importReport(path: string): Promise<number> {
  const clock = { now: () => instantOf(1_767_225_600_000) };
  const connector = createAwsIam(AwsIamSettings.parse({ from: [path] }), { clock, note: () => {} });
  const collection = connector.collect();
  let seen = 0;
  let peak = 0;
  for await (const identity of collection.identities) {
    seen += identity.credentials.length + 1;
    if (seen % 20_000 < 3) peak = Math.max(peak, process.memoryUsage().heapUsed);
  }
  if (seen === 0) throw new Error('the import produced nothing');
  return peak;
}

async function parseOnly(path: string): Promise<void> {
  let seen = 0;
  for await (const record of createReadStream(path).pipe(parse(CSV_OPTIONS)) as AsyncIterable<string[]>) {
    seen += record.length;
  }
  if (seen === 0) throw new Error('the parser produced nothing');
}

const HEADING =
  'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated';

async function writeReport(path: string, size: number): Promise<void> {
  const out = createWriteStream(path);
  out.write(`${HEADING}\n`);
  for (let index = 0; index < size; index += 1) {
    if (!out.write(rowOf(index))) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
}

/** One user in ten is a person, one in two has a second key, one key in three was never used. */
function rowOf(index: number): string {
  const day = String((index % 28) + 1).padStart(2, '0');
  const month = String((index % 12) + 1).padStart(2, '0');
  const year = 2016 + (index % 9);
  const made = `${year}-${month}-${day}T15:35:54+00:00`;
  const person = index % 10 === 0;
  const used = index % 3 === 0 ? 'N/A,N/A,N/A' : `2026-01-${day}T08:00:00+00:00,eu-west-1,s3`;
  const second = index % 2 === 0 ? `true,${made},N/A,N/A,N/A` : 'false,N/A,N/A,N/A,N/A';
  const password = person ? `true,2025-12-${day}T09:00:00+00:00,${made},N/A` : 'false,N/A,N/A,N/A';
  return `svc-${index},arn:aws:iam::123456789012:user/team-${index % 50}/svc-${index},${made},${password},false,true,${made},${used},${second},false,N/A,false,N/A\n`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function describe({ name, ours, peer, ratio, goal, unit, peakHeapMiB }: BenchResult): string {
  const verdict = ratio >= goal ? 'met' : 'MISSED';
  return `${name}: ${ours} ${unit}, csv-parse alone ${peer} ${unit}: ${ratio} of it (goal ${goal}: ${verdict}); peak heap ${peakHeapMiB} MiB`;
}
