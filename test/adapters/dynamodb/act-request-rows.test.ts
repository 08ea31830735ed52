import { expect, test } from 'vitest';
import { readRow, rowOf } from '../../../lib/adapters/dynamodb/row-codec.ts';
import type { ActRequestRecord } from '../../../lib/application/ports/records.ts';
import { DAY_MS, instantOf, millisOf, plusMs } from '../../../lib/domain/time.ts';

const NOW = instantOf(Date.UTC(2026, 0, 5, 8));
const REQUEST: ActRequestRecord = {
  schemaVersion: 1,
  version: 1,
  requestId: `rq-${'a'.repeat(24)}`,
  act: 'definitions apply',
  asked: 'a'.repeat(64),
  by: {
    personId: 'max',
    method: 'aws-sts',
    issuer: 'aws:123456789012',
    at: NOW,
    evidenceDigest: 'e'.repeat(64),
  },
  expiresAt: plusMs(NOW, 7 * DAY_MS),
};

test('a request for a second person is kept for a month after it lapsed, and read back as it was', () => {
  const row = rowOf('act-request', REQUEST, { now: NOW, dueShards: 2, inboxShards: 2 });

  expect(readRow(row)).toEqual({ kind: 'act-request', record: REQUEST });
  expect(row['ttl']).toEqual({ N: String((millisOf(NOW) + 37 * DAY_MS) / 1000) });
});
