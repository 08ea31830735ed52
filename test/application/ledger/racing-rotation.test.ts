import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { generateKey } from '../../../lib/adapters/crypto/key-file.ts';
import { p256Signer } from '../../../lib/adapters/crypto/signers.ts';
import { mayHaveSigned } from '../../../lib/application/ledger/key-ranges.ts';
import { openLedger } from '../../../lib/application/ledger/read-ledger.ts';
import { introduceKey, retireKey } from '../../../lib/application/ledger/rotate-key.ts';
import { sealLedger } from '../../../lib/application/ledger/seal-ledger.ts';
import { decodeEnvelope } from '../../../lib/domain/attestation/bytes/envelope.ts';
import { utf8Bytes } from '../../../lib/domain/attestation/bytes/text-bytes.ts';
import { type Gate, shakyLedger, shakyStore } from '../../support/ledger/shaky-ports.ts';
import {
  allLeaves,
  attestationSigner,
  attestFacts,
  attestorWith,
  openTestLog,
} from '../../support/ledger/test-log.ts';

const nextSigner = p256Signer(generateKey('p256'));
const [oldAttestor, newAttestor] = [attestorWith(), attestorWith(nextSigner)];

it('no key signs outside its range, however retirement, sealing and late signatures are interleaved', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.integer({ min: 1, max: 4 }),
      // Seconds at which facts are received, around the retirement at 60.
      fc.uniqueArray(fc.tuple(fc.integer({ min: 50, max: 70 }), fc.boolean()), {
        selector: ([at]) => at,
        maxLength: 8,
      }),
      async (scheduler, passLeaves, late) => {
        const log = await openTestLog(passLeaves);
        const change = { fromKeyId: attestationSigner.keyId, toPublicKey: nextSigner.publicKeySpki };
        await introduceKey({ ...log, attestor: oldAttestor })({ use: 'attestation', ...change });
        await sealLedger(log.deps)();
        log.clock.advance(60_000);
        const gate: Gate = (label) => scheduler.schedule(Promise.resolve(), label);
        const ports = { store: shakyStore(log.store, gate), ledger: shakyLedger(log.ledger, gate) };
        const sequencer = async () => {
          const seal = sealLedger({ ...log.deps, ...ports });
          for (let passes = 0; passes < 4; passes += 1) await seal();
        };

        await scheduler.waitFor(
          Promise.all([
            sequencer(),
            sequencer(),
            retireKey({ ...ports, clock: log.clock, attestor: newAttestor })(change),
            ...late.map(async ([at, isOld]) => {
              await gate('attest');
              await attestFacts(log.store, [at], isOld ? oldAttestor : newAttestor);
            }),
          ]),
        );
        while ((await sealLedger(log.deps)()).outcome === 'sealed');

        const ranges = await (await openLedger(log)).keyRanges();
        for (const { index, envelope } of await allLeaves(log.ledger)) {
          const keyId = decodeEnvelope(utf8Bytes(envelope)).signatures[0]?.keyId;
          const range = ranges.find((each) => each.keyId === keyId)!;
          expect(mayHaveSigned(range, index)).toBe(true);
        }
        expect(ranges.find(({ keyId }) => keyId === attestationSigner.keyId)?.until).toBeGreaterThan(0);
      },
    ),
    { numRuns: 80 },
  );
});
