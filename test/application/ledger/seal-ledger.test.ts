import { describe, expect, it } from 'vitest';
import { readPlace } from '../../../lib/application/ledger/pointers.ts';
import { sealLedger } from '../../../lib/application/ledger/seal-ledger.ts';
import { create } from '../../../lib/application/ports/review-store.ts';
import { utf8Bytes } from '../../../lib/domain/attestation/bytes/text-bytes.ts';
import { parseCheckpoint } from '../../../lib/domain/attestation/log/checkpoint.ts';
import { openNote } from '../../../lib/domain/attestation/log/signed-note.ts';
import {
  allLeaves,
  attestFacts,
  hexBytes,
  logVerifierKey,
  openTestLog,
  rootOverEnvelopes,
  waiting,
} from '../../support/ledger/test-log.ts';

describe('a pass of the sequencer', () => {
  it('does nothing when nothing waits', async () => {
    const { deps, ledger } = await openTestLog();

    expect(await sealLedger(deps)()).toMatchObject({ outcome: 'idle', leaves: 0, head: { size: 0 } });
    expect(await allLeaves(ledger)).toEqual([]);
  });

  it('seals what waits, oldest first, byte for byte, under a signed head', async () => {
    const { deps, ledger, store, checkEd25519 } = await openTestLog();
    const records = await attestFacts(store, [5, 3, 9, 1, 7]);

    const report = await sealLedger(deps)();

    const leaves = await allLeaves(ledger);
    const oldestFirst = records.toSorted((a, b) => (a.receivedAt < b.receivedAt ? -1 : 1));
    expect(report).toMatchObject({ outcome: 'sealed', leaves: 5, movedHead: true, setAside: [] });
    expect(leaves.map(({ index, envelope }) => [index, envelope])).toEqual(
      oldestFirst.map(({ envelope }, index) => [index, envelope]),
    );
    expect(await waiting(store)).toEqual([]);
    const note = (await ledger.get('checkpoint', { size: 5 }))?.note ?? '';
    const { text } = openNote(utf8Bytes(note), [logVerifierKey], checkEd25519);
    expect(parseCheckpoint(text)).toMatchObject({
      size: 5n,
      root: hexBytes(rootOverEnvelopes(leaves.map((l) => l.envelope))),
    });
    expect(await readPlace(store, 'sealed')).toMatchObject({ size: 5, root: report.head.root });
  });

  it('takes no more than a pass may, the oldest of them', async () => {
    const { deps, ledger, store } = await openTestLog(3);
    const records = await attestFacts(store, [8, 2, 6, 4]);
    const seal = sealLedger(deps);

    const sizes = [(await seal()).head.size, (await seal()).head.size, (await seal()).head.size];

    expect(sizes).toEqual([3, 4, 4]);
    const ids = (await allLeaves(ledger)).map(({ attestationId }) => attestationId);
    expect(ids).toEqual(
      [1, 2, 3, 0]
        .toSorted((a, b) => (records[a]!.receivedAt < records[b]!.receivedAt ? -1 : 1))
        .map((at) => records[at]!.attestationId),
    );
  });

  it('appends across tile borders without reading the log again', async () => {
    const { deps, ledger, store } = await openTestLog();
    const reads: string[] = [];
    const watched = {
      ...deps,
      ledger: new Proxy(ledger, {
        get(target, name) {
          if (name === 'leaves') reads.push('leaves');
          return Reflect.get(target, name) as unknown;
        },
      }),
    };
    const seal = sealLedger(watched);
    for (const count of [200, 150, 300]) {
      const start = (await readPlace(store, 'sealed')).size;
      await attestFacts(
        store,
        Array.from({ length: count }, (_, n) => start + n),
      );
      await seal();
    }

    const leaves = await allLeaves(ledger);
    const head = await readPlace(store, 'sealed');
    expect(head).toMatchObject({
      size: 650,
      root: rootOverEnvelopes(leaves.map(({ envelope }) => envelope)),
    });
    expect(await ledger.get('tile', { level: 0, index: 1 })).toBeDefined();
    expect(await ledger.get('tile', { level: 0, index: 2 })).toBeUndefined();
    expect(reads).toEqual([]);
  });

  it('does not log a replayed fact again, and takes it out of the inbox', async () => {
    const { deps, ledger, store, alarms } = await openTestLog();
    const records = await attestFacts(store, [1, 2, 3]);
    const seal = sealLedger(deps);
    await seal();
    for (const record of records) await store.commit([create('inbox', record)]);
    const later = { ...records[0]!, receivedAt: records[2]!.receivedAt };
    await store.commit([create('inbox', later)]);

    expect(await seal()).toMatchObject({ outcome: 'idle', setAside: [] });

    expect(await allLeaves(ledger)).toHaveLength(3);
    expect(await waiting(store)).toEqual([]);
    expect(alarms).toEqual([]);
  });

  it('logs a fact once that waits twice', async () => {
    const { deps, ledger, store } = await openTestLog();
    const [record] = await attestFacts(store, [1]);
    await store.commit([create('inbox', { ...record!, receivedAt: '2027-01-01T00:00:00.000Z' as never })]);
    const seal = sealLedger(deps);

    await seal();
    await seal();

    expect(await allLeaves(ledger)).toHaveLength(1);
    expect(await waiting(store)).toEqual([]);
  });

  it('never signs twice for one size, even when the head pointer is restored from a backup', async () => {
    const { deps, ledger, store, signed } = await openTestLog(2);
    await attestFacts(store, [1, 2, 3, 4, 5]);
    const seal = sealLedger(deps);
    await seal();
    const backup = await store.get('ledger-pointer', { pointer: 'sealed' });
    await seal();
    await seal();
    const before = await readPlace(store, 'sealed');
    await store.commit([
      {
        kind: 'ledger-pointer',
        previous: before.record!,
        record: { ...backup!, version: before.record!.version + 1 },
      },
    ]);
    await attestFacts(store, [6]);

    while ((await seal()).outcome === 'sealed');

    expect((await readPlace(store, 'sealed')).size).toBe(6);
    expect((await allLeaves(ledger)).map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    const sizes = signed.texts.map((text) => text.split('\n')[1]);
    expect(sizes).toEqual(['2', '4', '5', '6']);
  });

  it('stops, signing nothing, when the stored edge is not that of the head', async () => {
    const { deps, store, signed } = await openTestLog();
    await attestFacts(store, [1, 2]);
    await sealLedger(deps)();
    const { record } = await readPlace(store, 'sealed');
    await store.commit([
      {
        kind: 'ledger-pointer',
        previous: record!,
        record: { ...record!, root: 'ab'.repeat(32), version: record!.version + 1 },
      },
    ]);
    await attestFacts(store, [3]);

    await expect(sealLedger(deps)()).rejects.toMatchObject({ code: 'ROOT_MISMATCH' });
    expect(signed.texts).toHaveLength(1);
  });

  it('stops, signing nothing, when a reserved fact is nowhere to be found', async () => {
    const { deps, store, ledger, signed } = await openTestLog();
    const records = await attestFacts(store, [1, 2]);
    const { alarm: _, ...rest } = deps;
    const dying = sealLedger({
      ...rest,
      alarm: deps.alarm,
      ledger: {
        ...ledger,
        insert: async (kind, rows) => {
          if (kind === 'leaf') throw new Error('gone');
          return ledger.insert(kind, rows);
        },
      },
    });
    await expect(dying()).rejects.toThrow('gone');
    await store.commit([{ kind: 'inbox', record: undefined, previous: records[1]! }]);

    await expect(sealLedger(deps)()).rejects.toMatchObject({ code: 'CORRUPT_RECORD' });
    expect(signed.texts).toEqual([]);
  });

  it('refuses to sign with a log key that is not registered', async () => {
    const { deps, store } = await openTestLog();
    await attestFacts(store, [1]);

    await expect(sealLedger({ ...deps, noteSigners: [] })()).rejects.toMatchObject({ code: 'BAD_SETTING' });
    expect(await sealLedger(deps)()).toMatchObject({ outcome: 'sealed', leaves: 1 });
  });
});
