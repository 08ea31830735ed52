import { describe, expect, it } from 'vitest';
import { generateKey } from '../../../lib/adapters/crypto/key-file.ts';
import { noteSigner, p256Signer } from '../../../lib/adapters/crypto/signers.ts';
import { ed25519Spki } from '../../../lib/application/ledger/key-ranges.ts';
import { openLedger } from '../../../lib/application/ledger/read-ledger.ts';
import { introduceKey, registerFirstKeys, retireKey } from '../../../lib/application/ledger/rotate-key.ts';
import { sealLedger } from '../../../lib/application/ledger/seal-ledger.ts';
import { decodeEnvelope } from '../../../lib/domain/attestation/bytes/envelope.ts';
import { keyIdOf } from '../../../lib/domain/attestation/bytes/key-id.ts';
import { utf8Bytes } from '../../../lib/domain/attestation/bytes/text-bytes.ts';
import { openNote } from '../../../lib/domain/attestation/log/signed-note.ts';
import { SIGNATURE_TYPE, verifierKey } from '../../../lib/domain/attestation/log/verifier-key.ts';
import {
  allLeaves,
  attestationSigner,
  attestFacts,
  attestorWith,
  factOf,
  logSigner,
  logVerifierKey,
  ORIGIN,
  openTestLog,
  publicSpki,
} from '../../support/ledger/test-log.ts';

const nextSigner = p256Signer(generateKey('p256'));
const nextLogKey = generateKey('ed25519');
const nextLogSigner = noteSigner(ORIGIN, nextLogKey);
const [oldAttestor, newAttestor] = [attestorWith(), attestorWith(nextSigner)];

function rotating(log: Awaited<ReturnType<typeof openTestLog>>) {
  // Business time moves on, so that facts are in order.
  log.clock.advance(60_000);
  const change = { fromKeyId: attestationSigner.keyId, toPublicKey: nextSigner.publicKeySpki };
  return {
    introduce: () => introduceKey({ ...log, attestor: oldAttestor })({ use: 'attestation', ...change }),
    retire: () => retireKey({ ...log, attestor: newAttestor })(change),
  };
}

async function signersOf(log: Awaited<ReturnType<typeof openTestLog>>): Promise<string[]> {
  return (await allLeaves(log.ledger)).map(({ envelope }) =>
    decodeEnvelope(utf8Bytes(envelope)).signatures[0]?.keyId === nextSigner.keyId ? 'new' : 'old',
  );
}

describe('the first keys', () => {
  it('may sign from the start, and can be registered again but not exchanged', async () => {
    const log = await openTestLog();
    const register = registerFirstKeys(log, { attestation: attestationSigner, log: logSigner });
    const other = registerFirstKeys(log, { attestation: nextSigner, log: logSigner });

    await register();
    await expect(other()).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });

    const ranges = await (await openLedger(log)).keyRanges();
    expect(ranges.map(({ use, from, until }) => ({ use, from, until }))).toEqual([
      { use: 'attestation', from: 0, until: undefined },
      { use: 'log', from: 0, until: undefined },
    ]);
  });
});

describe('rotating an attestation key', () => {
  it('gives the new key a range after the statement that introduces it, and ends the old one where it is retired', async () => {
    const log = await openTestLog();
    const seal = sealLedger(log.deps);
    const { introduce, retire } = rotating(log);
    await attestFacts(log.store, [1, 2]);
    await introduce();
    await attestFacts(log.store, [61], newAttestor);
    await seal();
    await attestFacts(log.store, [62]);
    log.clock.advance(60_000);
    await retire();
    await attestFacts(log.store, [121], newAttestor);
    await seal();

    expect(await signersOf(log)).toEqual(['old', 'old', 'old', 'new', 'old', 'new', 'new']);
    const ranges = (await (await openLedger(log)).keyRanges()).filter(({ use }) => use === 'attestation');
    const byKey = Object.fromEntries(ranges.map(({ keyId, from, until }) => [keyId, { from, until }]));
    expect(byKey).toEqual({
      [attestationSigner.keyId]: { from: 0, until: 5 },
      [nextSigner.keyId]: { from: 3, until: undefined },
    });
    expect(log.alarms).toEqual([]);
  });

  it('keeps what a retired key signs out of the log', async () => {
    const log = await openTestLog();
    const seal = sealLedger(log.deps);
    const { introduce, retire } = rotating(log);
    await introduce();
    await seal();
    await retire();
    await attestFacts(log.store, [200]);
    await attestFacts(log.store, [201], newAttestor);

    const { setAside } = await seal();

    expect(setAside).toMatchObject([{ why: 'is signed by a retired key' }]);
    expect(await signersOf(log)).toEqual(['old', 'new', 'new']);
    expect(log.alarms).toMatchObject([{ code: 'UNSEALABLE' }]);
  });

  it('lets what the new key signed too early wait until the key is introduced', async () => {
    const log = await openTestLog();
    const { introduce } = rotating(log);
    await introduce();
    await attestFacts(log.store, [1], newAttestor);
    const seal = sealLedger(log.deps);

    await seal();
    await seal();

    expect(await signersOf(log)).toEqual(['old', 'new']);
    expect(log.alarms).toEqual([]);
  });

  it('can be repeated after a crash, and is refused to the wrong signer, before it is sealed, and to former keys', async () => {
    const log = await openTestLog();
    const { introduce, retire } = rotating(log);
    const change = { fromKeyId: attestationSigner.keyId, toPublicKey: nextSigner.publicKeySpki };

    expect(await introduce()).toBe(await introduce());
    await expect(retire()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await sealLedger(log.deps)();
    const wrong = retireKey({ ...log, attestor: oldAttestor });
    await expect(wrong(change)).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
    expect(await retire()).toBe(await retire());
    await sealLedger(log.deps)();
    const back = introduceKey({ ...log, attestor: newAttestor });
    await expect(
      back({ use: 'attestation', fromKeyId: nextSigner.keyId, toPublicKey: attestationSigner.publicKeySpki }),
    ).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    expect(await allLeaves(log.ledger)).toHaveLength(2);
  });
});

describe('rotating the log key', () => {
  it('hands over at the checkpoint that covers the statement', async () => {
    const log = await openTestLog();
    log.clock.advance(60_000);
    const spki = ed25519Spki(nextLogSigner.publicKey32);
    expect(spki).toEqual(publicSpki(nextLogKey));
    await attestFacts(log.store, [1]);
    await sealLedger(log.deps)();
    const fromKeyId = keyIdOf(ed25519Spki(logSigner.publicKey32));
    await introduceKey({ ...log, attestor: oldAttestor })({ use: 'log', fromKeyId, toPublicKey: spki });

    await expect(sealLedger(log.deps)()).rejects.toMatchObject({ code: 'BAD_SETTING' });
    const both = sealLedger({ ...log.deps, noteSigners: [logSigner, nextLogSigner] });
    await both();
    const { fact, at } = factOf(99);
    await log.store.commit((await oldAttestor.attest(fact, at)).writes);
    await sealLedger({ ...log.deps, noteSigners: [nextLogSigner] })();

    const nextKey = verifierKey(ORIGIN, SIGNATURE_TYPE.ed25519, nextLogSigner.publicKey32);
    const signedBy = async (size: number) => {
      const note = (await log.ledger.get('checkpoint', { size }))!.note;
      const { verified } = openNote(utf8Bytes(note), [logVerifierKey, nextKey], log.checkEd25519);
      return verified.map(({ key }) => (key === nextKey ? 'new' : 'old'));
    };
    expect([await signedBy(1), await signedBy(2), await signedBy(3)]).toEqual([['old'], ['new'], ['new']]);
    const ranges = (await (await openLedger(log)).keyRanges()).filter(({ use }) => use === 'log');
    expect(ranges.map(({ from, until }) => `${from} to ${until}`).toSorted()).toEqual([
      '0 to 2',
      '2 to undefined',
    ]);
  });
});
