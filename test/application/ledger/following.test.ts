import { describe, expect, it } from 'vitest';
import { createMemoryLedgerStore } from '../../../lib/adapters/memory/ledger-store.ts';
import { createMemoryReviewStore } from '../../../lib/adapters/memory/review-store.ts';
import { copyLedger } from '../../../lib/application/ledger/copy-ledger.ts';
import { cosignCheckpoint } from '../../../lib/application/ledger/cosign-checkpoint.ts';
import { heartbeat } from '../../../lib/application/ledger/heartbeat.ts';
import { readPlace } from '../../../lib/application/ledger/pointers.ts';
import { noteOf, openLedger } from '../../../lib/application/ledger/read-ledger.ts';
import { registerFirstKeys } from '../../../lib/application/ledger/rotate-key.ts';
import { sealLedger } from '../../../lib/application/ledger/seal-ledger.ts';
import { tendLedger } from '../../../lib/application/ledger/tend-ledger.ts';
import { utf8Bytes, utf8Text } from '../../../lib/domain/attestation/bytes/text-bytes.ts';
import { openNote } from '../../../lib/domain/attestation/log/signed-note.ts';
import { UpstreamError } from '../../../lib/domain/errors.ts';
import { HOUR_MS } from '../../../lib/domain/time.ts';
import { Crash, dyingGate, shakyLedger, shakyStore } from '../../support/ledger/shaky-ports.ts';
import {
  allLeaves,
  attestationSigner,
  attestFacts,
  attestorWith,
  logSigner,
  logVerifierKey,
  ORIGIN,
  openTestLog,
  waiting,
  witnessVerifierKey,
} from '../../support/ledger/test-log.ts';
import { openTestWitness, openWatchedLog } from '../../support/ledger/watched-log.ts';

describe('followers of the ledger', () => {
  it('copy every envelope and checkpoint, get the head cosigned, post it and index it', async () => {
    const watched = await openWatchedLog();
    await attestFacts(watched.store, [1, 2, 3]);
    await watched.tend();
    await attestFacts(watched.store, [4]);

    expect(await watched.tend()).toEqual({ leaves: 1, passes: 2, size: 4 });

    const number = (value: number) => String(value).padStart(16, '0');
    expect(watched.files.names()).toEqual([
      expect.stringMatching(new RegExp(`^checkpoints/${number(3)}$`)),
      expect.stringMatching(new RegExp(`^checkpoints/${number(3)}\\.[0-9a-f]{16}$`)),
      expect.stringMatching(new RegExp(`^checkpoints/${number(4)}$`)),
      expect.stringMatching(new RegExp(`^checkpoints/${number(4)}\\.[0-9a-f]{16}$`)),
      `entries/${number(0)}-${number(3)}.jsonl`,
      `entries/${number(3)}-${number(4)}.jsonl`,
    ]);
    const copies = await watched.files.get(`entries/${number(0)}-${number(3)}.jsonl`);
    const lines = utf8Text(copies!).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).envelope)).toEqual(
      (await allLeaves(watched.ledger)).slice(0, 3).map(({ envelope }) => envelope),
    );
    expect(watched.posts).toHaveLength(2);
    const { verified } = openNote(
      utf8Bytes(watched.posts[1]!),
      [logVerifierKey, witnessVerifierKey],
      watched.checkEd25519,
    );
    expect(verified.map(({ key }) => key)).toEqual([logVerifierKey, witnessVerifierKey]);
    expect(await noteOf(watched.ledger, 4)).toBe(watched.posts[1]);
    expect((await watched.history.list({ facet: { by: 'time' } })).entries).toHaveLength(4);
    expect(watched.witness.alarms).toEqual([]);
  });

  it('catch up after a crash at any call, and copy and index nothing twice or wrongly', async () => {
    for (let crashAt = 1; crashAt < 60; crashAt += 1) {
      const log = await openTestLog(2);
      await attestFacts(log.store, [1, 2, 3, 4, 5]);
      while ((await sealLedger(log.deps)()).outcome === 'sealed');
      const gate = dyingGate(crashAt);
      const dying = { ...log, store: shakyStore(log.store, gate), ledger: shakyLedger(log.ledger, gate) };
      const witness = openTestWitness();
      const first = await openWatchedLog({ log: dying, witness });
      const steps = [first.copy, first.cosign, first.post, first.index];
      for (const step of steps) {
        await step().catch((error: unknown) => {
          if (!(error instanceof Crash)) throw error;
        });
      }

      const second = await openWatchedLog({ log, witness });
      for (const step of [second.copy, second.cosign, second.post, second.index]) await step();

      expect(await log.ledger.cosignatures(5)).toHaveLength(1);
      expect(witness.alarms).toEqual([]);
      for (const pointer of ['copied', 'cosigned', 'posted', 'indexed'] as const) {
        expect((await readPlace(log.store, pointer)).size).toBe(5);
      }
    }
  });

  it('post at most once in the time given', async () => {
    const watched = await openWatchedLog({ everyMs: HOUR_MS });
    for (const n of [1, 2, 3]) {
      await attestFacts(watched.store, [n]);
      await watched.tend();
    }
    expect(watched.posts).toHaveLength(1);
    watched.clock.advance(HOUR_MS);

    await watched.tend();
    await watched.tend();

    expect(watched.posts).toHaveLength(2);
    expect(watched.posts[1]).toContain('\n3\n');
  });

  it('all get their turn when one fails', async () => {
    const log = await openTestLog();
    await attestFacts(log.store, [1]);
    const turns: string[] = [];
    const failing = async () => {
      turns.push('fails');
      throw new Error('no');
    };
    const tend = tendLedger({ ...log.deps, followers: [failing, async () => void turns.push('works')] });

    await expect(tend()).rejects.toThrow('no');
    expect(turns).toEqual(['fails', 'works']);
  });

  it('go on without a witness that cannot be reached, and ask it for the newest head when it is back', async () => {
    const watched = await openWatchedLog();
    let isUp = false;
    const outage = new UpstreamError({
      code: 'TIMEOUT',
      provider: 'witness',
      retryable: true,
      message: 'away',
    });
    const cosign = cosignCheckpoint({
      ...watched,
      witnesses: [
        {
          key: witnessVerifierKey,
          cosign: async (request) => {
            if (!isUp) throw outage;
            return watched.witness.cosign(request);
          },
        },
      ],
    });
    const tend = tendLedger({ ...watched.deps, followers: [watched.copy, cosign, watched.post] });
    await attestFacts(watched.store, [1]);
    await expect(tend()).rejects.toBe(outage);
    await attestFacts(watched.store, [2]);
    await expect(tend()).rejects.toBe(outage);
    expect(watched.posts).toHaveLength(2);
    isUp = true;

    await tend();

    expect((await watched.witness.store.last(ORIGIN))?.size).toBe(2);
    expect(await watched.ledger.cosignatures(2)).toHaveLength(1);
  });

  it('do not take a stranger’s line for a cosignature', async () => {
    const watched = await openWatchedLog();
    await attestFacts(watched.store, [1]);
    await sealLedger(watched.deps)();
    const [, logLine = ''] = (await noteOf(watched.ledger, 1))!.split('\n\n');
    for (const line of [logLine, '', 'x', `${logLine}${logLine}`]) {
      const cosign = cosignCheckpoint({
        ...watched,
        witnesses: [{ key: witnessVerifierKey, cosign: async () => ({ outcome: 'cosigned', line }) }],
      });
      await expect(cosign()).rejects.toMatchObject({
        code: expect.stringMatching(/SIGNATURE|CORRUPT_RECORD/),
      });
    }
    expect(await watched.ledger.cosignatures(1)).toEqual([]);
  });
});

describe('an operator who rewrites history is caught', () => {
  /** A log that starts from nothing with the same keys, as an operator can make one. */
  async function rewritten(facts: readonly number[]) {
    const log = await openTestLog();
    await attestFacts(log.store, facts);
    await sealLedger(log.deps)();
    return log;
  }

  it('when the newest rows are dropped: by the witness', async () => {
    const watched = await openWatchedLog();
    await attestFacts(watched.store, [1, 2]);
    await watched.tend();
    await attestFacts(watched.store, [3]);
    await watched.tend();
    const shorter = await rewritten([1, 2]);
    const lying = await openWatchedLog({ log: shorter, witness: watched.witness });

    await expect(lying.cosign()).rejects.toMatchObject({ code: 'FORK' });
    expect(watched.witness.alarms).toMatchObject([{ code: 'FORK' }]);
  });

  it('when an envelope is exchanged and the log made again: by the locked files', async () => {
    const watched = await openWatchedLog();
    await attestFacts(watched.store, [1, 2]);
    await watched.tend();
    const lying = copyLedger({ ...(await rewritten([1, 9])), files: watched.files });

    await expect(lying()).rejects.toMatchObject({ code: 'FORK' });
  });

  it('when two histories are shown: the witness cosigns one of them', async () => {
    const witness = openTestWitness();
    const [honest, other] = [
      await openWatchedLog({ log: await rewritten([1, 2, 3]), witness }),
      await openWatchedLog({ log: await rewritten([1, 2, 4, 5]), witness }),
    ];
    await honest.cosign();

    await expect(other.cosign()).rejects.toMatchObject({ code: 'FORK' });
    expect(await other.ledger.cosignatures(4)).toEqual([]);
    expect(witness.alarms).toHaveLength(1);
  });

  it('when the head pointer alone is set back: followers see it, and the next pass heals it', async () => {
    const watched = await openWatchedLog();
    await attestFacts(watched.store, [1, 2]);
    await watched.tend();
    const backup = (await readPlace(watched.store, 'sealed')).record!;
    await attestFacts(watched.store, [3]);
    await watched.tend();
    const { record } = await readPlace(watched.store, 'sealed');
    const setBack = { ...backup, version: record!.version + 1 };
    await watched.store.commit([{ kind: 'ledger-pointer', previous: record!, record: setBack }]);

    await expect(watched.index()).rejects.toMatchObject({ code: 'FORK' });
    await watched.tend();
    expect((await openLedger(watched)).head).toMatchObject({ size: 3, root: record!.root });
  });

  it('when both tables are restored from a backup and the log goes on: the witness refuses', async () => {
    const witness = openTestWitness();
    const before = await openWatchedLog({ log: await rewritten([1, 2]), witness });
    await before.tend();
    const restored = { store: createMemoryReviewStore(), ledger: createMemoryLedgerStore() };
    await registerFirstKeys({ ...before, ...restored }, { attestation: attestationSigner, log: logSigner })();
    await attestFacts(before.store, [3, 4]);
    await before.tend();
    await attestFacts(restored.store, [1, 2, 5, 6, 7]);
    const after = await openTestLog();
    const log = { ...after, ...restored, deps: { ...after.deps, ...restored } };
    const lying = await openWatchedLog({ log, witness });

    await expect(lying.tend()).rejects.toMatchObject({ code: 'FORK' });
  });
});

describe('the heartbeat', () => {
  it('attests once an hour, to the head of that moment, and is sealed like any fact', async () => {
    const { store, deps, clock, ledger } = await openTestLog();
    const beat = heartbeat({ store, clock, attestor: attestorWith(), origin: ORIGIN });
    const seal = sealLedger(deps);

    expect(await beat()).toEqual({ outcome: 'attested' });
    expect(await beat()).toEqual({ outcome: 'already' });
    await seal();
    expect(await beat()).toEqual({ outcome: 'already' });
    clock.advance(HOUR_MS);
    expect(await beat()).toEqual({ outcome: 'attested' });
    await seal();

    expect(await allLeaves(ledger)).toHaveLength(2);
    expect(await waiting(store)).toEqual([]);
    const [first, second] = (await allLeaves(ledger)).map(({ envelope }) =>
      JSON.parse(Buffer.from(JSON.parse(envelope).payload, 'base64').toString('utf8')),
    );
    expect([first.predicate.logSize, second.predicate.logSize]).toEqual([0, 1]);
    expect(second.predicateType).toBe('https://countersign.dev/attestation/heartbeat/v1');
  });
});
