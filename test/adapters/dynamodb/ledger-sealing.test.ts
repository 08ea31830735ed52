import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyEd25519, verifyP256 } from '../../../lib/adapters/crypto/verify-signatures.ts';
import { heartbeat } from '../../../lib/application/ledger/heartbeat.ts';
import { openLedger } from '../../../lib/application/ledger/read-ledger.ts';
import { registerFirstKeys } from '../../../lib/application/ledger/rotate-key.ts';
import { sealLedger } from '../../../lib/application/ledger/seal-ledger.ts';
import { create } from '../../../lib/application/ports/review-store.ts';
import { hexBytes } from '../../../lib/domain/attestation/bytes/text-bytes.ts';
import { verifyInclusion } from '../../../lib/domain/attestation/log/verify-proof.ts';
import { openLedgerTables } from '../../support/ledger/open-ledger-tables.ts';
import { Crash, dyingGate, shakyStore } from '../../support/ledger/shaky-ports.ts';
import {
  allLeaves,
  attestationSigner,
  attestFacts,
  attestorWith,
  clockOf,
  logSigner,
  ORIGIN,
  recordingSigner,
  rootOverEnvelopes,
  waiting,
} from '../../support/ledger/test-log.ts';
import { openWatchedLog } from '../../support/ledger/watched-log.ts';

async function openLog() {
  const clock = clockOf();
  const tables = await openLedgerTables(clock);
  const { store, ledger } = tables;
  await registerFirstKeys({ ledger, clock }, { attestation: attestationSigner, log: logSigner })();
  const signed = recordingSigner(logSigner);
  const deps = {
    store,
    ledger,
    clock,
    checkP256: verifyP256,
    noteSigners: [signed.signer],
    alarm: { raise: async () => Promise.reject(new Error('no alarm expected')) },
    passLeaves: 60,
  };
  return { ...tables, clock, deps, signed, alarms: [], checkEd25519: verifyEd25519 };
}

let log: Awaited<ReturnType<typeof openLog>>;

beforeEach(async () => {
  log = await openLog();
});
afterEach(() => log.close());

describe('the ledger in its tables', () => {
  it('becomes one history under racing sequencers, replays and a crash, on a table that takes INSERT only', async () => {
    const records = await attestFacts(
      log.store,
      Array.from({ length: 300 }, (_, n) => n),
    );
    const drain = async (deps = log.deps) => {
      const seal = sealLedger(deps);
      while ((await seal()).outcome === 'sealed');
    };
    const dying = drain({ ...log.deps, store: shakyStore(log.store, dyingGate(150)) });
    await expect(dying).rejects.toBeInstanceOf(Crash);

    const replays = records.slice(0, 40).map((record) => log.store.commit([create('inbox', record)]));
    await Promise.all([drain(), drain(), drain(), Promise.allSettled(replays)]);
    await drain();

    const leaves = await allLeaves(log.ledger);
    expect(leaves.map(({ index }) => index)).toEqual(records.map((_, at) => at));
    expect(leaves.map(({ envelope }) => envelope)).toEqual(records.map(({ envelope }) => envelope));
    expect(await waiting(log.store)).toEqual([]);
    const view = await openLedger(log);
    expect(view.head).toMatchObject({
      size: 300,
      root: rootOverEnvelopes(records.map(({ envelope }) => envelope)),
    });
    expect(new Set(log.signed.texts).size).toBe(
      new Set(log.signed.texts.map((text) => text.split('\n')[1])).size,
    );
    const path = await view.proveInclusion(123);
    const leafHash = hexBytes(leaves[123]!.leafHash);
    const claim = { index: 123, size: 300, leafHash, path, root: hexBytes(view.head.root) };
    expect(verifyInclusion(claim)).toBe(true);
  });

  it('is followed: copied, cosigned, posted and indexed', async () => {
    const beat = heartbeat({ ...log, attestor: attestorWith(), origin: ORIGIN });
    const watched = await openWatchedLog({ log });
    await beat();
    await attestFacts(log.store, [1, 2, 3]);

    await watched.tend();
    expect(await watched.tend()).toMatchObject({ leaves: 0, size: 4 });

    expect(await log.ledger.cosignatures(4)).toHaveLength(1);
    expect(watched.posts).toHaveLength(1);
    const { entries } = await watched.history.list({ facet: { by: 'time' } });
    expect(entries.map(({ index, name }) => [index, name])).toEqual([
      [0, 'heartbeat'],
      [1, 'owner-changed'],
      [2, 'owner-changed'],
      [3, 'owner-changed'],
    ]);
  });
});
