// The credential report: generated on request, at most every four hours, a snapshot until then.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
import { stringify } from 'csv-stringify/sync';
import type { Clock } from '../../application/ports/clock.ts';
import { HOUR_MS, type Instant, millisOf } from '../../domain/time.ts';
import type { Account } from './account.ts';
import type { AccessKey, Certificate } from './entities.ts';
import { QueryFailure } from './query-protocol.ts';

const LIFETIME_MS = 4 * HOUR_MS;

/** What GenerateCredentialReport answers. */
export interface ReportProgress {
  readonly State: 'STARTED' | 'INPROGRESS' | 'COMPLETE';
  readonly Description: string | undefined;
}

/** Asks for reports and hands them out, as the two API calls do. */
export interface ReportDesk {
  generate(): ReportProgress;
  /** @throws QueryFailure ReportNotPresent, ReportInProgress or ReportExpired. */
  fetch(): { readonly csv: string; readonly generatedAt: Instant };
}

/** `polls`: how many questions (of either call) find the report still in progress. */
export function openReportDesk(account: Account, clock: Clock, polls: number): ReportDesk {
  let report: { readonly csv: string; readonly generatedAt: Instant } | undefined;
  let pollsLeft: number | undefined;
  const isFresh = (): boolean =>
    report !== undefined && millisOf(clock.now()) - millisOf(report.generatedAt) < LIFETIME_MS;
  const poll = (): boolean => {
    if (pollsLeft === undefined) return false;
    if (pollsLeft > 0) {
      pollsLeft -= 1;
      return true;
    }
    pollsLeft = undefined;
    report = { csv: renderReport(account), generatedAt: clock.now() };
    return false;
  };
  return {
    generate() {
      if (poll()) return { State: 'INPROGRESS', Description: undefined };
      if (isFresh()) return { State: 'COMPLETE', Description: undefined };
      const Description = report
        ? 'The existing report is older than four hours. Starting a new report generation task'
        : 'No report exists. Starting a new report generation task';
      pollsLeft = polls;
      return { State: 'STARTED', Description };
    },
    fetch() {
      if (poll()) {
        throw new QueryFailure('ReportInProgress', 404, 'The credential report is still being generated.');
      }
      if (!report)
        throw new QueryFailure('ReportNotPresent', 410, 'No credential report exists. Generate one.');
      if (!isFresh())
        throw new QueryFailure('ReportExpired', 410, 'The most recent credential report has expired.');
      return report;
    },
  };
}

const COLUMNS = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  ...[1, 2].flatMap((slot) =>
    ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'].map(
      (what) => `access_key_${slot}_${what}`,
    ),
  ),
  ...[1, 2].flatMap((slot) => [`cert_${slot}_active`, `cert_${slot}_last_rotated`]),
];

function renderReport(account: Account): string {
  const extra = account.seed.reportColumns === 23;
  const rows = [...rootRow(account), ...userRows(account)].map((row) => (extra ? [...row, 'N/A'] : row));
  const header = extra ? [...COLUMNS, 'additional_credentials_info'] : COLUMNS;
  // The service ends the last row without a newline.
  return stringify([header, ...rows]).trimEnd();
}

function rootRow({ root }: Account): string[][] {
  if (!root) return [];
  const { createdAt, passwordLastUsed, mfaActive } = root.seed;
  return [
    [
      '<root_account>',
      root.arn,
      cell(createdAt),
      'not_supported',
      cell(passwordLastUsed),
      'not_supported',
      'not_supported',
      wordOf(mfaActive),
      ...credentialCells(root.keys, root.certificates),
    ],
  ];
}

function userRows(account: Account): string[][] {
  return account
    .users()
    .filter(({ seed }) => seed.inReport)
    .map((user) => {
      const { seed } = user;
      const enabled = { yes: 'true', no: 'false', unknown: 'no_information' }[seed.console];
      return [
        user.name,
        user.arn,
        cell(user.createdAt),
        enabled,
        cell(seed.passwordLastUsed),
        cell(seed.passwordLastChanged),
        cell(seed.passwordNextRotation),
        wordOf(seed.mfaActive),
        ...credentialCells(user.keys, user.certificates),
      ];
    });
}

function credentialCells(keys: readonly AccessKey[], certificates: readonly Certificate[]): string[] {
  const slots = [1, 2] as const;
  return [
    ...slots.flatMap((slot) => keyCells(keys.find((key) => key.slot === slot))),
    ...slots.flatMap((slot) => {
      const certificate = certificates.find((candidate) => candidate.slot === slot);
      return [String(certificate?.status === 'Active'), cell(certificate?.uploadedAt)];
    }),
  ];
}

function keyCells(key: AccessKey | undefined): string[] {
  if (!key) return ['false', 'N/A', 'N/A', 'N/A', 'N/A'];
  const used = key.lastUse.state === 'used' ? key.lastUse : undefined;
  const date = used ? cell(used.at) : key.lastUse.state === 'unknown' ? 'no_information' : 'N/A';
  return [
    String(key.status === 'Active'),
    cell(key.createdAt),
    date,
    used?.region ?? 'N/A',
    used?.service ?? 'N/A',
  ];
}

/** Times as the service writes them: whole seconds and `+00:00`. */
function cell(value: string | undefined): string {
  return value === undefined ? 'N/A' : value.replace(/\.\d{3}Z$/, '+00:00');
}

function wordOf(value: boolean | 'unknown'): string {
  return value === 'unknown' ? 'no_information' : String(value);
}
