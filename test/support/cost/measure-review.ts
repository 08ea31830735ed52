// What one review costs, counted on real requests: tables, files, signatures and messages of a campaign from its first
// collection to its close.

import { generateKey } from '../../../lib/adapters/crypto/key-file.ts';
import { noteSigner, p256Signer } from '../../../lib/adapters/crypto/signers.ts';
import { verifyEd25519, verifyP256InPool } from '../../../lib/adapters/crypto/verify-signatures.ts';
import { attachCapacityMeter } from '../../../lib/adapters/dynamodb/capacity-meter.ts';
import { createHistoryIndex } from '../../../lib/adapters/dynamodb/ledger-history-index.ts';
import { createLedgerStore } from '../../../lib/adapters/dynamodb/ledger-store.ts';
import { createReviewStore } from '../../../lib/adapters/dynamodb/review-store.ts';
import { registerFirstKeys } from '../../../lib/application/ledger/rotate-key.ts';
import type { Signer } from '../../../lib/application/ports/signer.ts';
import { takePulse } from '../../../lib/application/take-pulse.ts';
import { Work } from '../../../lib/application/work.ts';
import { HOUR_MS, type Instant, instantOf, millisOf, plusDays, plusMs } from '../../../lib/domain/time.ts';
import { ledgerCases } from '../../../lib/runtime/ledger-cases.ts';
import { memoryLockedFiles } from '../ledger/watched-log.ts';
import { itemRef, ownedIdentity } from '../reviews.ts';
import { allRows, openTables, type StoredRow } from '../upgrade/tables.ts';
import { MONDAY, PEOPLE, person, world } from '../world.ts';

/** Units counted over a whole review, its ticks and pulses apart. */
export interface ReviewUnits {
  readonly identities: number;
  readonly owners: number;
  /** DynamoDB write request units, inserts of the ledger included. */
  readonly writes: number;
  /** DynamoDB read request units. */
  readonly reads: number;
  /** Files written, and read, in S3. */
  readonly filePuts: number;
  readonly fileGets: number;
  readonly signatures: number;
  readonly mails: number;
  readonly slackMessages: number;
  /** Messages through the work queues. */
  readonly work: number;
  /** Bytes in both tables, and in files, at the end. */
  readonly tableBytes: number;
  readonly fileBytes: number;
  /** Read units of one tick when nothing is due. */
  readonly readsPerTick: number;
  /** Write units of a tick that is the first of its hour. */
  readonly writesPerHour: number;
  /** Read units of one pulse that does not count campaigns through. */
  readonly readsPerPulse: number;
  /** Read units of counting the campaign through, once. */
  readonly readsToCount: number;
  /** Read units of one more collection that finds nothing new. */
  readonly readsToCollect: number;
}

const OWNERS = ['olga', 'omar', 'owen', 'otto', 'odil'] as const;
const EACH = 20;
const STEP_MS = 6 * HOUR_MS;

/**
 * Lives a review of 100 identities of five owners: of each owner's twenty, sixteen are kept, one each is revoked,
 * excepted and promised to be reduced, and one is met with silence.
 */
export async function measureReview(): Promise<ReviewUnits> {
  const tables = await openTables({ now: () => MONDAY });
  try {
    return await live(tables);
  } finally {
    await tables.close();
  }
}

async function live(tables: Awaited<ReturnType<typeof openTables>>): Promise<ReviewUnits> {
  const meter = attachCapacityMeter(tables.client);
  const names = OWNERS.flatMap((owner) => Array.from({ length: EACH }, (_, n) => [owner, n] as const));
  const identities = names.map(([owner, n]) => ownedIdentity(`${owner}-${n}`, owner));
  const { signer, signed } = counting(p256Signer(generateKey('p256')));
  const w = await world({
    identities,
    people: [...PEOPLE, ...OWNERS.map((owner) => person(owner))],
    store: (clock) => createReviewStore({ client: tables.client, table: tables.reviews, clock }),
    signer,
  });
  const files = countFiles(w.environment.blobs);
  const tend = await openLog(tables, w, signer);
  let work = 0;
  const inTicks = { reads: 0, writes: 0 };
  const settle = async () => {
    for (let dispatched = 1; dispatched > 0; ) {
      const [reads, writes] = [meter.readUnits, meter.writeUnits];
      dispatched = await w.tick();
      inTicks.reads += meter.readUnits - reads;
      inTicks.writes += meter.writeUnits - writes;
      for (let next = w.queued.shift(); next; next = w.queued.shift()) {
        work += 1;
        await w.work(Work.parse(next.body));
      }
    }
  };
  const until = async (at: Instant) => {
    while (w.clock.now() < at) {
      w.setClock(instantOf(Math.min(millisOf(w.clock.now()) + STEP_MS, millisOf(at))));
      await settle();
    }
  };
  const campaign = await w.open();
  for (const [at, identity] of identities.entries()) {
    const request = requestFor(at % EACH, w.clock.now());
    if (!request) continue;
    const item = itemRef(campaign, identity);
    const [owner = ''] = names[at] ?? [];
    await w.actions.decide({ item, request, who: w.who(owner), actId: `answer ${at}` });
  }
  await tend();
  const beforeCount = meter.readUnits;
  await takePulse(w.environment)('whole');
  const readsToCount = meter.readUnits - beforeCount;
  await until(plusDays(campaign.closeBy, 1));
  await tend();
  const [writes, reads] = [meter.writeUnits - inTicks.writes, meter.readUnits - inTicks.reads - readsToCount];
  meter.reset();
  await w.tick();
  const readsPerTick = meter.readUnits;
  w.setClock(plusMs(w.clock.now(), HOUR_MS));
  await w.tick();
  const writesPerHour = meter.writeUnits;
  meter.reset();
  await takePulse(w.environment)('auto');
  const readsPerPulse = meter.readUnits;
  meter.reset();
  await w.collect();
  const rows = [await allRows(tables, tables.reviews), await allRows(tables, tables.ledger)] as const;
  return {
    identities: identities.length,
    owners: OWNERS.length,
    writes: writes + sum(rows[1].map((row) => Math.ceil(bytesOf(row) / 1024))),
    reads,
    filePuts: files.puts,
    fileGets: files.gets,
    signatures: signed(),
    mails: w.sent.filter(({ channel }) => channel === 'email').length,
    slackMessages: w.sent.filter(({ channel }) => channel === 'slack').length,
    work,
    tableBytes: sum(rows.flat().map(bytesOf)),
    fileBytes: files.bytes,
    readsPerTick,
    writesPerHour,
    readsPerPulse,
    readsToCount: readsToCount - readsPerPulse,
    readsToCollect: meter.readUnits,
  };
}

function requestFor(n: number, now: Instant) {
  if (n < 16) return { verdict: 'certify', reason: 'in use' } as const;
  if (n === 16) return { verdict: 'revoke', reason: 'replaced' } as const;
  if (n === 17) return { verdict: 'reduce', reason: 'too wide', to: 'reading' } as const;
  if (n > 18) return undefined;
  const compensatingControl = 'an alert on every use';
  return { verdict: 'except', reason: 'moving', until: plusDays(now, 60), compensatingControl } as const;
}

type W = Awaited<ReturnType<typeof world>>;

async function openLog(tables: Awaited<ReturnType<typeof openTables>>, w: W, signer: Signer) {
  const logSigner = noteSigner('cost.example/log', generateKey('ed25519'));
  const ledger = createLedgerStore({ client: tables.client, table: tables.ledger });
  const { store, clock, attestor } = w.environment;
  await registerFirstKeys({ ledger, clock }, { attestation: signer, log: logSigner })();
  const { tend } = ledgerCases({
    store,
    ledger,
    clock,
    attestor,
    checkP256: verifyP256InPool,
    checkEd25519: verifyEd25519,
    noteSigners: [logSigner],
    alarm: { raise: async ({ message }) => Promise.reject(new Error(message)) },
    files: memoryLockedFiles(),
    witnesses: [],
    boards: [],
    history: createHistoryIndex({ client: tables.client, table: tables.reviews }),
    postEveryMs: HOUR_MS,
    log: { error: () => undefined },
  });
  return tend;
}

function counting(inner: Signer): { readonly signer: Signer; readonly signed: () => number } {
  let count = 0;
  const sign: Signer['sign'] = (message) => {
    count += 1;
    return inner.sign(message);
  };
  return { signer: { ...inner, sign }, signed: () => count };
}

/** Counts what S3 would be asked for. */
function countFiles(blobs: W['environment']['blobs']) {
  const counted = { puts: 0, gets: 0, bytes: 0 };
  const { put, putMany, get } = blobs;
  Object.assign(blobs, {
    put: (bytes: Uint8Array) => {
      counted.puts += 1;
      counted.bytes += bytes.length;
      return put(bytes);
    },
    putMany: (files: readonly Uint8Array[]) => {
      counted.puts += files.length;
      counted.bytes += sum(files.map(({ length }) => length));
      return putMany(files);
    },
    get: (digest: string) => {
      counted.gets += 1;
      return get(digest);
    },
  });
  return counted;
}

/** As DynamoDB counts: names and values as UTF-8; numbers are short. */
function bytesOf(row: StoredRow): number {
  return sum(
    Object.entries(row).map(
      ([name, { S, N }]) => name.length + Buffer.byteLength(S ?? '') + (N ?? '').length,
    ),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
