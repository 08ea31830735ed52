import { describe, expect, it } from 'vitest';
import { openLedger } from '../../../lib/application/ledger/read-ledger.ts';
import { sealLedger } from '../../../lib/application/ledger/seal-ledger.ts';
import type { CosignRequest } from '../../../lib/application/ports/witness.ts';
import { cosignHeads } from '../../../lib/application/witness/cosign-heads.ts';
import { base64Text, utf8Bytes } from '../../../lib/domain/attestation/bytes/text-bytes.ts';
import { signCheckpoint } from '../../../lib/domain/attestation/log/sign-checkpoint.ts';
import { checkNote, parseNote } from '../../../lib/domain/attestation/log/signed-note.ts';
import {
  attestFacts,
  logSigner,
  logVerifierKey,
  openTestLog,
  witnessSigner,
  witnessVerifierKey,
} from '../../support/ledger/test-log.ts';
import { openTestWitness } from '../../support/ledger/watched-log.ts';

type TestLog = Awaited<ReturnType<typeof openTestLog>>;

let made = 0;

/** Appends facts no log has seen. */
async function grow(log: TestLog, count: number): Promise<void> {
  await attestFacts(
    log.store,
    Array.from({ length: count }, () => (made += 1)),
  );
  await sealLedger(log.deps)();
}

/** What an honest log asks. */
async function requestOf(log: TestLog, oldSize: number, size?: number): Promise<CosignRequest> {
  const view = await openLedger(log);
  const at = size ?? view.head.size;
  const proof = oldSize === 0 ? [] : await view.proveConsistency(oldSize, at);
  return {
    oldSize,
    proof: proof.map(base64Text),
    note: (await log.ledger.get('checkpoint', { size: at }))!.note,
  };
}

describe('a witness', () => {
  it('cosigns heads that extend one another, with the time it saw them', async () => {
    const log = await openTestLog();
    const { cosign, wallClock } = openTestWitness();
    for (const [count, oldSize] of [
      [3, 0],
      [260, 3],
      [1, 263],
    ] as const) {
      await grow(log, count);
      wallClock.advance(60_000);
      const request = await requestOf(log, oldSize);

      const answer = await cosign(request);

      expect(answer.outcome).toBe('cosigned');
      const line = answer.outcome === 'cosigned' ? answer.line : '';
      const { verified } = checkNote(
        parseNote(utf8Bytes(request.note + line)),
        [witnessVerifierKey],
        log.checkEd25519,
      );
      expect(verified).toEqual([
        { key: witnessVerifierKey, atSeconds: Math.floor(Date.parse(wallClock.now()) / 1000) },
      ]);
    }
  });

  it('cosigns the same head again, as fresh, and remembers it once', async () => {
    const log = await openTestLog();
    const { cosign, store } = openTestWitness();
    await grow(log, 2);
    await cosign(await requestOf(log, 0));

    expect(await cosign(await requestOf(log, 2))).toMatchObject({ outcome: 'cosigned' });
    expect(await store.last(logSigner.name)).toMatchObject({ sequence: 1, size: 2 });
  });

  it('tells a log that is mistaken about it what it saw last, and cosigns nothing', async () => {
    const log = await openTestLog();
    const { cosign, alarms } = openTestWitness();
    await grow(log, 2);
    await cosign(await requestOf(log, 0));
    await grow(log, 2);

    expect(await cosign(await requestOf(log, 0))).toEqual({ outcome: 'conflict', size: 2 });
    expect(await cosign(await requestOf(log, 3))).toEqual({ outcome: 'conflict', size: 2 });
    expect(alarms).toEqual([]);
  });

  it('refuses an older head with an alarm', async () => {
    const log = await openTestLog();
    const { cosign, alarms } = openTestWitness();
    await grow(log, 2);
    const older = await requestOf(log, 0);
    await grow(log, 2);
    await cosign(await requestOf(log, 0));

    await expect(cosign({ ...older, oldSize: 4 })).rejects.toMatchObject({ code: 'FORK' });
    expect(alarms).toMatchObject([{ code: 'FORK' }]);
  });

  it('refuses another head of the same size, whatever the log says it saw', async () => {
    const [log, fork] = [await openTestLog(), await openTestLog()];
    const { cosign, alarms } = openTestWitness();
    await grow(log, 2);
    await grow(fork, 2);
    await cosign(await requestOf(log, 0));

    for (const oldSize of [0, 2]) {
      await expect(cosign({ ...(await requestOf(fork, 0)), oldSize })).rejects.toMatchObject({
        code: 'FORK',
      });
    }
    expect(alarms).toHaveLength(2);
  });

  it('refuses a longer head that does not contain the one it saw', async () => {
    const [log, fork] = [await openTestLog(), await openTestLog()];
    const { cosign, alarms, store } = openTestWitness();
    await grow(log, 2);
    await grow(fork, 2);
    await grow(fork, 3);
    await cosign(await requestOf(log, 0));
    const request = await requestOf(fork, 2);

    await expect(cosign(request)).rejects.toMatchObject({ code: 'FORK' });
    await expect(cosign({ ...request, proof: [] })).rejects.toMatchObject({ code: 'FORK' });
    expect(alarms).toMatchObject([{ code: 'FORK' }, { code: 'FORK' }]);
    expect(await store.last(logSigner.name)).toMatchObject({ size: 2 });
  });

  it('refuses a note the log did not sign, one of another log, and one that is altered', async () => {
    const log = await openTestLog();
    const { cosign, alarms } = openTestWitness();
    await grow(log, 1);
    const { note } = await requestOf(log, 0);
    const otherLog = await signCheckpoint(
      { size: 1, root: new Uint8Array(32) },
      { ...logSigner, name: 'other.example/log' },
    );
    const unsigned = note.replace(/^— .*$/m, (line) => line.replace('— countersign', '— counterfeit'));
    const altered = note.replace('\n1\n', '\n9\n');

    for (const bad of [otherLog, unsigned, altered, 'no note', note.slice(0, -1)]) {
      await expect(cosign({ oldSize: 0, proof: [], note: bad })).rejects.toMatchObject({
        code: expect.stringMatching(/SIGNATURE|CORRUPT_RECORD/),
      });
    }
    expect(alarms).toHaveLength(5);
  });

  it('remembers a head before it cosigns it', async () => {
    const log = await openTestLog();
    const { store } = openTestWitness();
    const order: string[] = [];
    const cosign = cosignHeads({
      origin: logSigner.name,
      logKeys: [logVerifierKey],
      store: {
        ...store,
        add: async (head) => {
          order.push('remembered');
          return store.add(head);
        },
      },
      cosigner: {
        ...witnessSigner,
        cosign: async (text, at) => {
          order.push('cosigned');
          return witnessSigner.cosign(text, at);
        },
      },
      checkEd25519: log.checkEd25519,
      wallClock: log.clock,
      alarm: { raise: async () => undefined },
    });
    await grow(log, 1);

    await cosign(await requestOf(log, 0));

    expect(order).toEqual(['remembered', 'cosigned']);
  });

  it('cosigns only one of two forks shown to it at once', async () => {
    const [log, fork] = [await openTestLog(), await openTestLog()];
    const { cosign } = openTestWitness();
    await grow(log, 2);
    await grow(fork, 3);

    const answers = await Promise.all([cosign(await requestOf(log, 0)), cosign(await requestOf(fork, 0))]);

    expect(answers.map(({ outcome }) => outcome).toSorted()).toEqual(['conflict', 'cosigned']);
  });
});
