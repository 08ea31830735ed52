import { describe, expect, it } from 'vitest';
import { generateKey } from '../../../lib/adapters/crypto/key-file.ts';
import { p256Signer } from '../../../lib/adapters/crypto/signers.ts';
import { sealLedger } from '../../../lib/application/ledger/seal-ledger.ts';
import type { InboxRecord } from '../../../lib/application/ports/ledger-records.ts';
import { create } from '../../../lib/application/ports/review-store.ts';
import { hexText, utf8Bytes } from '../../../lib/domain/attestation/bytes/text-bytes.ts';
import { leafHash } from '../../../lib/domain/attestation/log/merkle-hash.ts';
import {
  allLeaves,
  attestFacts,
  attestorWith,
  factOf,
  openTestLog,
  waiting,
} from '../../support/ledger/test-log.ts';

type TestLog = Awaited<ReturnType<typeof openTestLog>>;

/** Puts an envelope into the inbox the way somebody with write access to the table could. */
async function smuggle(log: TestLog, record: InboxRecord, envelope: string, mark = true): Promise<void> {
  await log.store.commit([
    create('inbox', { ...record, envelope }),
    ...(mark
      ? [
          create('attested', {
            schemaVersion: 1,
            version: 1,
            attestationId: record.attestationId,
            predicateType: 'https://countersign.dev/attestation/owner-changed/v1',
            at: record.receivedAt,
            leafHash: hexText(leafHash(utf8Bytes(envelope))),
          }),
        ]
      : []),
  ]);
}

async function recordOf(n: number, signer = attestorWith()): Promise<InboxRecord> {
  const { fact, at } = factOf(n);
  const { writes } = await signer.attest(fact, at);
  return writes.flatMap((write) => (write.kind === 'inbox' && write.record ? [write.record] : []))[0]!;
}

async function expectSetAside(log: TestLog, why: RegExp): Promise<void> {
  await attestFacts(log.store, [50]);

  const report = await sealLedger(log.deps)();

  expect(report.setAside).toEqual([{ attestationId: expect.any(String), why: expect.stringMatching(why) }]);
  expect((await allLeaves(log.ledger)).map(({ attestationId }) => attestationId)).toEqual([
    (await recordOf(50)).attestationId,
  ]);
  expect(log.alarms).toMatchObject([{ code: 'UNSEALABLE', details: { count: 1 } }]);
  expect(await waiting(log.store)).toHaveLength(1);
}

describe('what waits in the inbox stays out of the log, in sight and with an alarm, and delays nothing else', () => {
  it('when its signature is wrong', async () => {
    const log = await openTestLog();
    const [record, other] = [await recordOf(1), await recordOf(2)];
    const signatureOf = (envelope: string) => /"sig":"([^"]+)"/.exec(envelope)![1]!;
    const envelope = record.envelope.replace(signatureOf(record.envelope), signatureOf(other.envelope));
    await smuggle(log, record, envelope);

    await expectSetAside(log, /wrong signature/);
  });

  it('when an unknown key signed it', async () => {
    const log = await openTestLog();
    const record = await recordOf(1, attestorWith(p256Signer(generateKey('p256'))));
    await smuggle(log, record, record.envelope);

    await expectSetAside(log, /unknown key/);
  });

  it('when it never was attested', async () => {
    const log = await openTestLog();
    const record = await recordOf(1);
    await smuggle(log, record, record.envelope, false);

    await expectSetAside(log, /never marked/);
  });

  it('when it is another envelope than the one attested', async () => {
    const log = await openTestLog();
    const [record] = await attestFacts(log.store, [1]);
    const again = await recordOf(1);
    await log.store.commit([{ kind: 'inbox', record: undefined, previous: record! }]);
    await log.store.commit([create('inbox', again)]);

    await expectSetAside(log, /not the envelope it was marked with/);
  });

  it.each([
    ['is no envelope', () => '{}'],
    ['has a key too many', (envelope: string) => envelope.replace('{"payload"', '{"a":1,"payload"')],
    ['is spaced otherwise', (envelope: string) => envelope.replace(',', ', ')],
    ['has a lone surrogate', () => '\ud800'],
    [
      'is over 65,535 bytes',
      (envelope: string) => envelope.replace('"payload":"', `"payload":"${'A'.repeat(65_536)}`),
    ],
  ])('when it %s', async (_, alter) => {
    const log = await openTestLog();
    const record = await recordOf(1);
    await log.store.commit([create('inbox', { ...record, envelope: alter(record.envelope) })]);

    await expectSetAside(log, /./);
  });

  it('when it replays a sealed fact with other bytes', async () => {
    const log = await openTestLog();
    const [sealed] = await attestFacts(log.store, [1]);
    await sealLedger(log.deps)();
    const again = await recordOf(1);
    expect(again.envelope).not.toBe(sealed!.envelope);
    await log.store.commit([create('inbox', again)]);

    const report = await sealLedger(log.deps)();

    expect(report.setAside).toMatchObject([{ why: 'is a fact sealed at index 0 with another envelope' }]);
    expect(await allLeaves(log.ledger)).toHaveLength(1);
  });
});
