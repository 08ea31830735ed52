import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, describe, expect, test } from 'vitest';
import { HOUR_MS, plusDays } from '../../lib/domain/time.ts';
import {
  freshFolder,
  packText,
  removeFolders,
  sealedWorld,
  verifyAt,
} from '../support/evidence/sealed-world.ts';
import { edit } from '../support/evidence/tamper.ts';
import { answer, itemRef, ownedIdentity } from '../support/reviews.ts';
import { MONDAY } from '../support/world.ts';

afterAll(removeFolders);

/** A pack about two exceptions: one holds, one has ended. */
async function packed() {
  const [kept, ended] = [ownedIdentity('kept', 'ada'), ownedIdentity('ended', 'ada')];
  const w = await sealedWorld({ identities: [kept, ended] });
  const campaign = await w.open();
  for (const [one, days] of [
    [kept, 18],
    [ended, 3],
  ] as const) {
    const ref = itemRef(campaign, one);
    await answer(w, ref, 'ada', {
      verdict: 'except',
      reason: 'migration',
      until: plusDays(MONDAY, days),
      compensatingControl: '=alert on use',
    });
    const [exception] = await w.environment.store.exceptionsOf(ref.identityKey);
    const id = exception?.exceptionId ?? '';
    const word = { kind: 'exception', ...ref, id, agree: true, reason: '' } as const;
    await w.actions.approve({ ...word, who: w.who('rita'), actId: `ok-${one.name}` });
  }
  await w.until(plusDays(MONDAY, 4), 6 * HOUR_MS);
  await w.sealAll();
  const path = join(await freshFolder(), 'pack');
  await w.export({ by: 'log' }, path);
  return { path, kept, ended };
}

describe('the exceptions of a pack', () => {
  test('say what stands instead, who agreed, until when, and whether they hold', async () => {
    const { path, kept, ended } = await packed();

    const rows: Record<string, string>[] = parse(await packText(path, 'exceptions.csv'), { columns: true });
    const byIdentity = Object.fromEntries(rows.map((row) => [row['identity'] ?? '', row]));

    expect(rows).toHaveLength(2);
    expect(byIdentity[kept.identityId]).toMatchObject({
      'compensating control': "'=alert on use",
      until: plusDays(MONDAY, 18),
      renewals: '0',
      ended: '',
      'in force': 'true',
    });
    expect(byIdentity[ended.identityId]).toMatchObject({ 'in force': 'false' });
    expect(byIdentity[ended.identityId]?.['ended']).not.toBe('');
    expect(rows.every((row) => row['requested by'] !== row['approved by'])).toBe(true);
  });

  test('are made again by whoever verifies; packs of before have none', async () => {
    const { path } = await packed();

    expect((await verifyAt(path)).verdict).toBe('passed');
    await edit(path, 'exceptions.csv', (text) => text.replace('true', 'false'));
    expect((await verifyAt(path)).verdict).toBe('failed');
    await rm(join(path, 'exceptions.csv'));
    expect((await verifyAt(path)).verdict).toBe('passed');
  });
});
