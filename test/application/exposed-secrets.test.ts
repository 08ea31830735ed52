import { expect, test } from 'vitest';
import { noteEvent } from '../../lib/application/events/raise-event.ts';
import { digestOf } from '../../lib/application/plain-json.ts';
import { reportExposure } from '../../lib/application/report-exposure.ts';
import { attestationIdOf } from '../../lib/domain/attestation/statement.ts';
import { identityKeyOf } from '../../lib/domain/identity/identity-id.ts';
import { plusDays } from '../../lib/domain/time.ts';
import { installation } from '../support/installation.ts';
import { answer, itemRef, ownedIdentity, storedRemoval } from '../support/reviews.ts';
import { MONDAY } from '../support/world.ts';

const one = ownedIdentity('one', 'ada');
const REPORT = {
  do: 'report-exposure',
  called: one.identityId,
  source: 'GitHub secret scanning',
  note: 'pushed to a public repository',
} as const;

test('what is switched off of an exposed identity comes back on the word of security alone', async () => {
  const w = await installation({ identities: [one] });
  const ref = itemRef(await w.open(), one);
  await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'gone' });
  await w.until(plusDays(MONDAY, 2));
  const { removalId, state } = await storedRemoval(w, ref);
  expect(['executed', 'quarantined']).toContain(state);
  expect(await w.ask('ada', REPORT)).toMatchObject({ error: { code: 'NOT_ELIGIBLE' } });
  expect(await w.ask('ida', { ...REPORT, credentialId: 'none' })).toMatchObject({
    error: { code: 'NOT_FOUND' },
  });

  expect(await w.ask('ida', REPORT)).toMatchObject({
    result: { text: expect.stringContaining('security alone') },
  });

  const restore = { do: 'steer-removal', removalId, act: 'restore', reason: 'needed' } as const;
  for (const who of ['ada', 'max', 'ida']) {
    expect(await w.ask(who, restore)).toMatchObject({ error: { code: 'NOT_ELIGIBLE' } });
  }
  expect(await w.ask('sam', restore)).toMatchObject({ result: { removal: { state: 'restored' } } });
});

test('an exposure is marked, stated once, and asked about', async () => {
  const w = await installation({ identities: [one] });
  await w.open();
  const report = reportExposure(w.environment);
  const { do: _, ...said } = REPORT;
  const act = { ...said, who: w.who('sam'), actId: 'exposure-1' };

  const first = await report(act);

  expect(await report(act)).toEqual(first);
  const identityKey = identityKeyOf(one.identityId);
  const { store, clock } = w.environment;
  const row = await store.get('identity', { identityKey });
  expect(row?.exposedAt).toBe(clock.now());
  const happened = { event: 'secret-exposed', identityKey, cause: '', at: clock.now() } as const;
  const { record } = noteEvent({ ...happened, occasion: 'exposure-1' });
  expect(await store.get('event', record)).toMatchObject({
    cause: 'A secret of it was reported exposed (GitHub secret scanning): pushed to a public repository',
  });
  const stated = attestationIdOf({
    name: 'exposure-reported',
    subject: { name: one.identityId, sha256: digestOf(row?.identity) },
    step: 'exposure/exposure-1',
    ordinal: 0,
  });
  expect(await store.get('attested', { attestationId: stated })).toMatchObject({
    predicateType: expect.stringContaining('exposure-reported'),
  });
});
