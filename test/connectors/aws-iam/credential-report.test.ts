import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHeader, readRow } from '../../../lib/connectors/aws-iam/credential-report.ts';
import {
  CredentialReportRow,
  NEEDED_COLUMNS,
  OPTIONAL_COLUMNS,
} from '../../../lib/connectors/aws-iam/schema.ts';
import { InvalidInputError } from '../../../lib/domain/errors.ts';

const COLUMNS = [...NEEDED_COLUMNS, ...OPTIONAL_COLUMNS];
const header = readHeader(COLUMNS, 'report.csv');

const noValue = fc.constantFrom('N/A', 'no_information', 'not_supported', '');
const time = fc
  .date({ noInvalidDate: true, min: new Date('2006-01-01'), max: new Date('2035-12-31') })
  .map((at) => `${at.toISOString().slice(0, 19)}+00:00`);
const oddTime = fc.constantFrom(
  '2024-02-30T00:00:00+00:00',
  '2024-02-29T23:59:59+00:00',
  '2023-02-29T00:00:00+00:00',
  '2024-13-01T00:00:00+00:00',
  '2024-01-01T24:00:00+00:00',
  '2024-01-01T00:00:00Z',
  '2024-01-01 00:00:00+02:00',
  '2024-01-01',
);
const flag = fc.constantFrom('true', 'false', 'TRUE', 'False');
const anything = fc.oneof(noValue, time, oddTime, flag, fc.string({ maxLength: 12 }));

const cells = fc.tuple(
  ...COLUMNS.map((column) => {
    if (column === 'user') return fc.oneof(fc.constant('svc'), fc.string({ maxLength: 20 }));
    if (column === 'arn') return fc.oneof(fc.constant('arn:aws:iam::123456789012:user/svc'), fc.string());
    const usual = /active|enabled/.test(column) ? flag : time;
    return fc.oneof(
      { arbitrary: usual, weight: 8 },
      { arbitrary: noValue, weight: 4 },
      { arbitrary: anything, weight: 1 },
    );
  }),
);

function byHand(row: readonly string[]): unknown {
  try {
    return readRow(row, header, 2);
  } catch (error) {
    const where = /^report\.csv: line 2, column \w+: /;
    return error instanceof InvalidInputError && where.test(error.message)
      ? 'refused with file, line and column'
      : error;
  }
}

describe('reading a row by hand', () => {
  it('gives what the schema gives, and refuses what the schema refuses', () => {
    let accepted = 0;
    fc.assert(
      fc.property(cells, (row) => {
        const record = Object.fromEntries(COLUMNS.map((column, index) => [column, row[index]]));
        const bySchema = CredentialReportRow.safeParse(record);
        accepted += bySchema.success ? 1 : 0;
        expect(byHand(row)).toEqual(bySchema.success ? bySchema.data : 'refused with file, line and column');
      }),
      { numRuns: 3_000 },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  it('treats absent optional columns as the schema does', () => {
    const narrow = readHeader(NEEDED_COLUMNS, 'report.csv');
    const row = [
      'svc',
      'arn:aws:iam::1:user/svc',
      'N/A',
      'false',
      'true',
      'N/A',
      'N/A',
      'false',
      'N/A',
      'N/A',
    ];
    const record = Object.fromEntries(NEEDED_COLUMNS.map((column, index) => [column, row[index]]));

    expect(readRow(row, narrow, 2)).toEqual(CredentialReportRow.parse(record));
  });
});
