import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SignedFact } from '../../../lib/application/attest.ts';
import { readPlace } from '../../../lib/application/ledger/pointers.ts';
import { sealLedger } from '../../../lib/application/ledger/seal-ledger.ts';
import type { InboxRecord } from '../../../lib/application/ports/ledger-records.ts';
import { create } from '../../../lib/application/ports/review-store.ts';
import { ConflictError } from '../../../lib/domain/errors.ts';
import {
  Crash,
  dyingGate,
  type Gate,
  shakyLedger,
  shakySigner,
  shakyStore,
} from '../../support/ledger/shaky-ports.ts';
import {
  allLeaves,
  attestorWith,
  factOf,
  openTestLog,
  rootOverEnvelopes,
  waiting,
} from '../../support/ledger/test-log.ts';

type TestLog = Awaited<ReturnType<typeof openTestLog>>;

const FACTS = 14;
let facts: SignedFact[];

beforeAll(async () => {
  const attestor = attestorWith();
  facts = await Promise.all(
    Array.from({ length: FACTS }, (_, n) => attestor.attest(factOf(n).fact, factOf(n).at)),
  );
});

function inboxRecordOf({ writes }: SignedFact): InboxRecord {
  const [record] = writes.flatMap((write) => (write.kind === 'inbox' && write.record ? [write.record] : []));
  return record!;
}

/** Passes until idle, by a process that dies at a gate, or is only overtaken. */
async function sequencer(log: TestLog, gate: Gate): Promise<void> {
  const seal = sealLedger({
    ...log.deps,
    store: shakyStore(log.store, gate),
    ledger: shakyLedger(log.ledger, gate),
    noteSigners: [shakySigner(log.signed.signer, gate)],
  });
  try {
    while ((await seal()).outcome === 'sealed');
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
  }
}

/** A backup of the inbox comes back: rows of facts that were attested already, whether sealed or not. */
async function replay(log: TestLog, fact: SignedFact): Promise<void> {
  const { attestationId } = fact;
  if ((await log.store.get('attested', { attestationId })) === undefined) return;
  try {
    await log.store.commit([create('inbox', inboxRecordOf(fact))]);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
  }
}

/** Nothing lost, nothing twice, nothing forked. */
async function expectOneHistory(log: TestLog, expected: readonly SignedFact[]): Promise<void> {
  await sequencer(log, async () => undefined);
  const leaves = await allLeaves(log.ledger);
  expect(leaves.map(({ index }) => index)).toEqual(leaves.map((_, at) => at));
  expect(leaves.map(({ attestationId }) => attestationId).toSorted()).toEqual(
    expected.map(({ attestationId }) => attestationId).toSorted(),
  );
  expect(await waiting(log.store)).toEqual([]);
  const envelopes = leaves.map(({ envelope }) => envelope);
  const head = await readPlace(log.store, 'sealed');
  expect(head).toMatchObject({ size: leaves.length, root: rootOverEnvelopes(envelopes) });
  const texts = new Map<string, Set<string>>();
  for (const text of log.signed.texts) {
    const size = text.split('\n')[1]!;
    texts.set(size, (texts.get(size) ?? new Set()).add(text));
  }
  for (const [size, signed] of texts) {
    const root = Buffer.from(rootOverEnvelopes(envelopes.slice(0, Number(size))), 'hex').toString('base64');
    expect([...signed].map((text) => text.split('\n')[2])).toEqual([root]);
  }
  expect(log.alarms).toEqual([]);
}

describe('sequencers', () => {
  it('end in one history, however two or three of them are interleaved, while facts arrive and old ones are replayed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 2, max: 3 }),
        fc.integer({ min: 1, max: 6 }),
        fc.nat(FACTS),
        fc.array(fc.nat(FACTS - 1), { maxLength: 6 }),
        async (scheduler, processes, passLeaves, early, replays) => {
          const log = await openTestLog(passLeaves);
          for (const { writes } of facts.slice(0, early)) await log.store.commit(writes);
          const gate: Gate = (label) => scheduler.schedule(Promise.resolve(), label);

          const running = [
            ...Array.from({ length: processes }, () => sequencer(log, gate)),
            ...facts.slice(early).map(async ({ writes }) => {
              await gate('attest');
              await log.store.commit(writes);
            }),
            ...replays.map(async (n) => {
              await gate('replay');
              await replay(log, facts[n]!);
            }),
          ];
          await scheduler.waitFor(Promise.all(running));

          await expectOneHistory(log, facts);
        },
      ),
      { numRuns: 80 },
    );
  });

  it('end in one history when every one of them dies somewhere, at once or one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.integer({ min: 1, max: 140 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 6 }),
        fc.boolean(),
        fc.array(fc.nat(FACTS - 1), { maxLength: 4 }),
        async (scheduler, crashes, passLeaves, atOnce, replays) => {
          const log = await openTestLog(passLeaves);
          for (const { writes } of facts) await log.store.commit(writes);
          const gate: Gate = (label) => scheduler.schedule(Promise.resolve(), label);

          if (atOnce) {
            const dying = crashes.map((crashAt) => sequencer(log, dyingGate(crashAt, gate)));
            const replaying = replays.map(async (n) => {
              await gate('replay');
              await replay(log, facts[n]!);
            });
            await scheduler.waitFor(Promise.all([...dying, ...replaying]));
          } else {
            for (const crashAt of crashes) await sequencer(log, dyingGate(crashAt));
            for (const n of replays) await replay(log, facts[n]!);
          }

          await expectOneHistory(log, facts);
        },
      ),
      { numRuns: 80 },
    );
  });

  it('end in one history after a crash at every single call, before and after its effect', async () => {
    let passages = 0;
    const counting = await openTestLog(4);
    for (const { writes } of facts) await counting.store.commit(writes);
    await sequencer(counting, async () => {
      passages += 1;
    });
    expect(passages).toBeGreaterThan(100);

    for (let crashAt = 1; crashAt <= passages; crashAt += 1) {
      const log = await openTestLog(4);
      for (const { writes } of facts) await log.store.commit(writes);
      await sequencer(log, dyingGate(crashAt));
      await expectOneHistory(log, facts);
    }
  });

  it('end in one history when one sleeps at any call while the other goes on, and the other way round', async () => {
    const asleep = (at: number) => sleepingGate(at);
    const passages = await countPassages();
    const ends = fc.integer({ min: 1, max: passages });
    await fc.assert(
      fc.asyncProperty(ends, ends, fc.nat(3), (first, second, replayed) =>
        tryTwoSleepers(asleep(first), asleep(second), replayed),
      ),
      { numRuns: 150 },
    );
    // The narrowest places are right after the first has reserved: there the second takes over at every call.
    for (let at = 1; at <= passages; at += 1) {
      await tryTwoSleepers(sleepingGate(1, '…insert'), asleep(at), undefined);
    }
  });
});

/** A gate that sleeps once, at its `at`-th passage (of the given label), until it is woken. */
function sleepingGate(at: number, label?: string) {
  let passages = 0;
  const woken = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const gate: Gate = async (passed) => {
    if (label !== undefined && passed !== label) return;
    passages += 1;
    if (passages !== at) return;
    reached.resolve();
    await woken.promise;
  };
  return { gate, reached: reached.promise, wake: () => woken.resolve() };
}

const SMALL = 4;

async function smallLog(): Promise<TestLog> {
  const log = await openTestLog(2);
  for (const { writes } of facts.slice(0, SMALL)) await log.store.commit(writes);
  return log;
}

async function countPassages(): Promise<number> {
  let passages = 0;
  await sequencer(await smallLog(), async () => {
    passages += 1;
  });
  return passages;
}

/** The first falls asleep; the second works until it falls asleep; the first ends; the second ends. */
async function tryTwoSleepers(
  first: ReturnType<typeof sleepingGate>,
  second: ReturnType<typeof sleepingGate>,
  replayed: number | undefined,
): Promise<void> {
  const log = await smallLog();
  const one = sequencer(log, first.gate);
  await Promise.race([one, first.reached]);
  const two = sequencer(log, second.gate);
  await Promise.race([two, second.reached]);
  first.wake();
  await one;
  if (replayed !== undefined) await replay(log, facts[replayed]!);
  second.wake();
  await two;
  await expectOneHistory(log, facts.slice(0, SMALL));
}
