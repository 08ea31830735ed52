// One row of a credential report, cell by cell. Every cell is attacker-controlled.
import { InvalidInputError } from '../../domain/errors.ts';
import { type Instant, parseInstant } from '../../domain/time.ts';

/** A cell that holds a time or one of the report's three words. */
export type TimeCell = Instant | 'N/A' | 'no_information' | 'not_supported';

/** What a row says about one access key that exists. */
export interface ReportedKey {
  readonly slot: 1 | 2;
  readonly active: boolean;
  readonly lastRotatedAt: Instant | undefined;
  readonly lastUse:
    | { readonly state: 'used'; readonly at: Instant; readonly region: string; readonly service: string }
    | { readonly state: 'never' | 'unknown' };
}

/** What a row says about one signing certificate that exists. */
export interface ReportedCertificate {
  readonly slot: 1 | 2;
  readonly active: boolean;
  readonly lastRotatedAt: Instant | undefined;
}

/** One user of the report, or the root account. */
export interface ReportRow {
  readonly userName: string;
  readonly arn: string;
  readonly accountId: string;
  readonly isRoot: boolean;
  readonly path: string;
  readonly createdAt: Instant;
  readonly console: 'yes' | 'no' | 'unknown';
  readonly passwordLastUsed: TimeCell;
  readonly passwordLastChanged: TimeCell;
  readonly passwordNextRotation: TimeCell;
  readonly mfaActive: boolean | 'unknown';
  readonly keys: readonly ReportedKey[];
  readonly certificates: readonly ReportedCertificate[];
}

const ARN = /^arn:aws[a-z-]*:iam::(\d{12}):(root|user(\/(?:[!-~]+\/)?)([\w+=,.@-]{1,128}))$/;

/** Reads one record. @throws InvalidInputError MALFORMED_FILE naming file, line and column. */
export function reportRow(record: Readonly<Record<string, string>>, file: string, line: number): ReportRow {
  const cells = cellReader(record, file, line);
  const arn = cells.text('arn');
  const shaped = ARN.exec(arn);
  if (!shaped?.[1]) throw cells.refusal('arn', 'is no ARN of an IAM user or the root account');
  const isRoot = shaped[2] === 'root';
  const userName = isRoot ? '<root_account>' : cells.text('user');
  if (!isRoot && userName !== shaped[4]) throw cells.refusal('user', 'is not the user the ARN names');
  const enabled = cells.word('password_enabled');
  return {
    userName,
    arn,
    accountId: shaped[1],
    isRoot,
    path: shaped[3] ?? '/',
    createdAt: cells.instant('user_creation_time'),
    console: enabled === undefined ? 'unknown' : enabled ? 'yes' : 'no',
    passwordLastUsed: cells.time('password_last_used'),
    passwordLastChanged: cells.time('password_last_changed'),
    passwordNextRotation: cells.time('password_next_rotation'),
    mfaActive: cells.word('mfa_active') ?? 'unknown',
    keys: ([1, 2] as const).flatMap((slot) => keyInSlot(cells, slot)),
    certificates: ([1, 2] as const).flatMap((slot) => certificateInSlot(cells, slot)),
  };
}

type Cells = ReturnType<typeof cellReader>;

/** A key exists iff `active` is true or `last_rotated` is a date. */
function keyInSlot(cells: Cells, slot: 1 | 2): ReportedKey[] {
  const active = cells.word(`access_key_${slot}_active`) === true;
  const rotated = cells.time(`access_key_${slot}_last_rotated`);
  const lastRotatedAt = isInstant(rotated) ? rotated : undefined;
  if (!active && lastRotatedAt === undefined) return [];
  const used = cells.time(`access_key_${slot}_last_used_date`);
  const where = (what: 'region' | 'service'): string => cells.plain(`access_key_${slot}_last_used_${what}`);
  const lastUse: ReportedKey['lastUse'] = isInstant(used)
    ? { state: 'used', at: used, region: where('region'), service: where('service') }
    : { state: used === 'N/A' ? 'never' : 'unknown' };
  return [{ slot, active, lastRotatedAt, lastUse }];
}

function certificateInSlot(cells: Cells, slot: 1 | 2): ReportedCertificate[] {
  const active = cells.word(`cert_${slot}_active`) === true;
  const rotated = cells.time(`cert_${slot}_last_rotated`);
  const lastRotatedAt = isInstant(rotated) ? rotated : undefined;
  return active || lastRotatedAt !== undefined ? [{ slot, active, lastRotatedAt }] : [];
}

function isInstant(cell: TimeCell): cell is Instant {
  return cell !== 'N/A' && cell !== 'no_information' && cell !== 'not_supported';
}

function cellReader(record: Readonly<Record<string, string>>, file: string, line: number) {
  const refusal = (column: string, fault: string): InvalidInputError =>
    new InvalidInputError({
      code: 'MALFORMED_FILE',
      message: `${file}: line ${line}, column ${column}: ${JSON.stringify((record[column] ?? '').slice(0, 80))} ${fault}`,
    });
  const time = (column: string): TimeCell => {
    const cell = record[column];
    // A column this report does not have: unknown, which is not the same as never.
    if (cell === undefined || cell === '') return 'no_information';
    if (cell === 'N/A' || cell === 'no_information' || cell === 'not_supported') return cell;
    const at = parseInstant(cell);
    if (!at) throw refusal(column, 'is neither a time with an offset nor N/A, no_information, not_supported');
    return at;
  };
  return {
    refusal,
    time,
    text(column: string): string {
      const cell = record[column];
      if (cell === undefined || cell === '') throw refusal(column, 'must not be empty');
      return cell;
    },
    plain: (column: string): string => record[column] ?? 'N/A',
    instant(column: string): Instant {
      const at = time(column);
      if (!isInstant(at)) throw refusal(column, 'is no time');
      return at;
    },
    /** true, false, or undefined for what the report does not know or support. */
    word(column: string): boolean | undefined {
      const cell = (record[column] ?? 'no_information').toLowerCase();
      if (cell === 'true') return true;
      if (cell === 'false') return false;
      if (['n/a', 'no_information', 'not_supported', ''].includes(cell)) return undefined;
      throw refusal(column, 'is neither true nor false');
    },
  };
}
