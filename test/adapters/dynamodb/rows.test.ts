import { describe, expect, it } from 'vitest';
import { readRow, recordIn, rowOf } from '../../../lib/adapters/dynamodb/row-codec.ts';
import { type MIGRATIONS, upgrade } from '../../../lib/adapters/dynamodb/upgrade.ts';
import { update } from '../../../lib/application/ports/review-store.ts';
import { IntegrityError } from '../../../lib/domain/errors.ts';
import { plusMs } from '../../../lib/domain/time.ts';
import {
  attestation,
  campaign,
  decision,
  docket,
  handled,
  item,
  notice,
  openingPart,
  T0,
} from '../../contracts/sample-records.ts';

const context = { now: T0, dueShards: 16, inboxShards: 16 };

/** Bytes as DynamoDB counts them: names and values in UTF-8. */
function sizeOf(row: ReturnType<typeof rowOf>): number {
  return Object.entries(row).reduce(
    (sum, [name, { S = '', N = '' }]) =>
      sum + Buffer.byteLength(name) + Buffer.byteLength(S) + Buffer.byteLength(N),
    0,
  );
}

describe('rows', () => {
  it('keep a typical item, decided and passed on, under 1 KB', () => {
    const decided = update('item', item(1), {
      state: 'answered',
      decision: decision(),
      answers: 1,
      hops: ['paul.weber'],
      removalIds: ['removal-1'],
    }).record;

    expect(sizeOf(rowOf('item', decided, context))).toBeLessThan(900);
  });

  it('give back exactly the record they were made of, read with or without knowing its kind', () => {
    const records = [
      ['item', item(1)],
      [
        'item',
        item(2, { hops: ['a'], round: 2, answers: 3, unchanged: true, decision: decision(), dueAt: T0 }),
      ],
      ['docket', docket('ann')],
      ['campaign', campaign()],
      ['notice', notice('n#1')],
      ['inbox', attestation('one').inbox],
      ['attested', attestation('one').attested],
      ['handled', handled('m')],
      ['opening-part', openingPart(7)],
    ] as const;

    for (const [kind, record] of records) {
      const row = rowOf(kind, record, context);
      expect(recordIn(kind, row)).toEqual(record);
      expect(readRow(row)).toEqual({ kind, record });
    }
  });

  it('are no records when they are pointers, markers or watermarks', () => {
    for (const [pk, sk] of [
      ['C#quarterly#O#ann#1', '023#abc'],
      ['C#quarterly#RM#3', 'key#removal'],
      ['P#ann', 'DOCKET#2026-01-05T08:00:00.000Z#quarterly'],
      ['P#ann', 'NT#2026-01-05T08:00:00.000Z#n'],
      ['NP#slack#1', '-'],
      ['DUE#3', '!'],
    ] as const) {
      expect(readRow({ pk: { S: pk }, sk: { S: sk } })).toBeUndefined();
    }
  });

  it('say when they may be deleted: messages at once, codes and links later', () => {
    expect(rowOf('handled', handled('m'), context)['ttl']).toEqual({
      N: String(Date.parse('2026-01-06T08:00Z') / 1000),
    });
    expect(rowOf('opening-part', openingPart(7), context)['ttl']).toEqual({
      N: String(Date.parse('2026-02-05T08:00Z') / 1000),
    });
    expect(rowOf('item', item(1), context)['ttl']).toBeUndefined();
  });

  it('are on the due index at their hour, or at the present one when that is long past', () => {
    const hourOf = (ms: number) =>
      rowOf('docket', docket('ann', { nextDueAt: plusMs(T0, ms) }), context)['duePk']?.S?.split('#')[0];

    expect(hourOf(0)).toBe('2026010508');
    expect(hourOf(-3_600_000)).toBe('2026010507');
    expect(hourOf(-3_600_001)).toBe('2026010508');
    expect(hourOf(90 * 86_400_000)).toBe('2026040508');
    expect(rowOf('docket', docket('ann', { nextDueAt: undefined }), context)['duePk']).toBeUndefined();
  });

  it('are refused, by name, when they cannot be read', () => {
    const row = rowOf('docket', docket('ann'), context);
    const broken = [
      [{ ...row, r: { S: '{' } }, /docket at \(C#quarterly-20260105#DK#\d+, ann\) is not JSON/],
      [{ ...row, r: { S: '[]' } }, /not a JSON object/],
      [{ ...row, r: { S: '{}' } }, /no schema version/],
      [{ ...row, v: { N: '7' } }, /contradicts its version/],
      [{ ...row, r: { N: '1' } }, /holds no record/],
      [
        { ...row, r: { S: JSON.stringify({ ...docket('ann'), schemaVersion: 2 }) } },
        /schema version 2, newer than 1/,
      ],
      [{ ...row, r: { S: JSON.stringify({ ...docket('ann'), schemaVersion: 0 }) } }, /no upgrade is known/],
    ] as const;

    for (const [bad, message] of broken) {
      expect(() => recordIn('docket', bad)).toThrow(IntegrityError);
      expect(() => recordIn('docket', bad)).toThrow(message);
    }
  });

  it('are upgraded step by step from earlier shapes', () => {
    const migrations: typeof MIGRATIONS = {
      docket: { 0: ({ owner, ...rest }) => ({ ...rest, reviewerId: owner, schemaVersion: 1 }) },
    };

    expect(upgrade('docket', { schemaVersion: 0, owner: 'ann' }, migrations)).toEqual({
      schemaVersion: 1,
      reviewerId: 'ann',
    });
    expect(upgrade('docket', { schemaVersion: 0 }, { docket: { 0: (record) => record } })).toMatch(/stayed/);
  });
});
