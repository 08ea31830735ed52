// What an installation costs in a quarter with one campaign over every identity: measured units times prices, and
// assumptions where nothing was measured.

import { QUEUES } from '../../../lib/functions.ts';
import { SERVICE_ALARMS } from '../../../lib/infrastructure/alarm-list.ts';
import { PULSE_METRIC_NAMES } from '../../../lib/pulse-metrics.ts';
import type { ReviewUnits } from './measure-review.ts';
import { PRICES, PRICES_AT, type Price } from './prices.ts';

/** What `measureReview` gave when the page was last written. A test compares it with what it gives now. */
export const MEASURED: ReviewUnits = {
  identities: 100,
  owners: 5,
  writes: 10609,
  reads: 5287,
  filePuts: 269,
  fileGets: 703,
  signatures: 274,
  mails: 22,
  slackMessages: 73,
  work: 695,
  tableBytes: 1414377,
  fileBytes: 490058,
  readsPerTick: 32,
  writesPerHour: 16,
  readsPerPulse: 27,
  readsToCount: 19,
  readsToCollect: 102,
};

/** Nothing measured these: durations depend on the network and on what the connectors read. */
export const ASSUMED = {
  /** GB-seconds of one run each: seconds times the function's memory. */
  gbSecondsPerTick: 0.5,
  gbSecondsPerPulse: 1,
  gbSecondsPerSeal: 1.75,
  gbSecondsPerWork: 0.5,
  gbSecondsPerAnswer: 1,
  /** Per identity: one collection, one opening, one close. */
  gbSecondsPerIdentityRead: 0.01,
  gbSecondsPerIdentityOpened: 0.05,
  /** Idle pollers of each queue ask every 20 seconds. */
  pollersPerQueue: 5,
  logBytesPerRun: 1_000,
  httpRequestsPerAnswer: 3,
} as const;

const MONTHS = 3;
const DAYS = 91;
const HOURS = DAYS * 24;
/** Days from opening to close with the default timeline. */
const CAMPAIGN_DAYS = 47;
const MANY_ITEMS = 20_000;
const BATCH = 500;

/** Sizes the table is made for. */
export const SIZES = [200, 10_000, 1_000_000] as const;

/** One line of the bill: what, and dollars in a quarter. */
export interface CostLine {
  readonly what: string;
  readonly usd: number;
}

/** The bill of one quarter. */
export function quarterOf(identities: number): CostLine[] {
  const times = identities / MEASURED.identities;
  const per = (units: number) => units * times;
  const ticks = HOURS * 60;
  const pulses = HOURS * 12;
  const seals = HOURS * 12;
  const counts = CAMPAIGN_DAYS * (identities <= MANY_ITEMS ? 24 : 4);
  const work = per(MEASURED.work);
  const answers = identities;
  const runs = ticks + pulses + seals + work + answers;
  const writes = per(MEASURED.writes) + HOURS * MEASURED.writesPerHour;
  const reads =
    per(MEASURED.reads) +
    per(MEASURED.readsToCollect) * DAYS +
    per(MEASURED.readsToCount) * counts +
    ticks * MEASURED.readsPerTick +
    pulses * MEASURED.readsPerPulse;
  const gbSeconds =
    ticks * ASSUMED.gbSecondsPerTick +
    pulses * ASSUMED.gbSecondsPerPulse +
    seals * ASSUMED.gbSecondsPerSeal +
    work * ASSUMED.gbSecondsPerWork +
    answers * ASSUMED.gbSecondsPerAnswer +
    identities * (ASSUMED.gbSecondsPerIdentityRead * DAYS + ASSUMED.gbSecondsPerIdentityOpened);
  const queues = Object.keys(QUEUES).length;
  const polls = (queues * ASSUMED.pollersPerQueue * HOURS * 3600) / 20;
  return [
    line('DynamoDB writes', [PRICES.write, writes]),
    line('DynamoDB reads', [PRICES.read, reads]),
    line(
      'DynamoDB storage, with recovery',
      [PRICES.tableMonth, per(MEASURED.tableBytes) * MONTHS],
      [PRICES.backupMonth, per(MEASURED.tableBytes) * MONTHS],
    ),
    line(
      'S3',
      [PRICES.filePut, per(MEASURED.filePuts) + HOURS * 2],
      [PRICES.fileGet, per(MEASURED.fileGets)],
      [PRICES.fileMonth, per(MEASURED.fileBytes) * MONTHS],
    ),
    line('KMS signatures', [PRICES.signature, per(MEASURED.signatures) + HOURS * 2]),
    line('KMS keys (3)', [PRICES.key, 3 * MONTHS]),
    line('Lambda', [PRICES.gbSecond, gbSeconds], [PRICES.invocation, runs]),
    line('SQS', [PRICES.queueRequest, polls + work * 3]),
    line('Step Functions', [PRICES.transition, Math.ceil(identities / BATCH) * 3 + 6]),
    line('SES', [PRICES.mail, per(MEASURED.mails)]),
    line('CloudWatch metrics', [PRICES.metric, PULSE_METRIC_NAMES.length * MONTHS]),
    line(
      'CloudWatch alarms and dashboard',
      [PRICES.alarm, SERVICE_ALARMS.length * MONTHS],
      [PRICES.dashboard, MONTHS],
    ),
    line('CloudWatch logs', [PRICES.logByte, runs * ASSUMED.logBytesPerRun]),
    line('X-Ray', [PRICES.trace, runs]),
    line('Secrets Manager (3)', [PRICES.secret, 3 * MONTHS]),
    line(
      'Scheduler and HTTP API',
      [PRICES.schedule, ticks + pulses + seals],
      [PRICES.request, answers * ASSUMED.httpRequestsPerAnswer],
    ),
  ];
}

function line(what: string, ...parts: readonly (readonly [Price, number])[]): CostLine {
  return { what, usd: parts.reduce((sum, [{ usd }, units]) => sum + usd * units, 0) };
}

const dollars = (usd: number): string =>
  usd >= 100 ? Math.round(usd).toLocaleString('en-US') : usd.toFixed(2);

/** The bill as a table: a row each line, a column each size. */
export function costTable(): string {
  const bills = SIZES.map(quarterOf);
  const [first = []] = bills;
  const rows = first.map(({ what }, at) => [what, ...bills.map((bill) => dollars(bill[at]?.usd ?? 0))]);
  const totals = bills.map((bill) => bill.reduce((sum, { usd }) => sum + usd, 0));
  return [
    `| US dollars a quarter | ${SIZES.map((size) => `${size.toLocaleString('en-US')} identities`).join(' | ')} |`,
    `|---|${SIZES.map(() => '---:').join('|')}|`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    `| **together** | ${totals.map((total) => `**${dollars(total)}**`).join(' | ')} |`,
    `| an identity | ${totals.map((total, at) => (total / (SIZES[at] ?? 1)).toFixed(4)).join(' | ')} |`,
  ].join('\n');
}

/** What was measured, as a table. */
export function measuredTable(): string {
  const { identities } = MEASURED;
  const each = (units: number) => (units / identities).toFixed(1);
  const rows: [string, string][] = [
    ['DynamoDB write units, ledger included', each(MEASURED.writes)],
    ['DynamoDB read units', each(MEASURED.reads)],
    ['S3 PUTs', each(MEASURED.filePuts)],
    ['S3 GETs', each(MEASURED.fileGets)],
    ['signatures', each(MEASURED.signatures)],
    ['mails', each(MEASURED.mails)],
    ['Slack messages', each(MEASURED.slackMessages)],
    ['messages of the work queues', each(MEASURED.work)],
    ['KB kept in tables', each(MEASURED.tableBytes / 1000)],
    ['KB kept in files', each(MEASURED.fileBytes / 1000)],
    ['read units of a collection that finds nothing new', each(MEASURED.readsToCollect)],
    ['read units to count the campaign through once', each(MEASURED.readsToCount)],
  ];
  return [
    '| an identity and campaign | |',
    '|---|---:|',
    ...rows.map(([what, units]) => `| ${what} | ${units} |`),
    '',
    '| by the clock | |',
    '|---|---:|',
    `| read units of a tick (every minute) that finds nothing | ${MEASURED.readsPerTick} |`,
    `| write units of the ticks of an hour | ${MEASURED.writesPerHour} |`,
    `| read units of a pulse (every five minutes) | ${MEASURED.readsPerPulse} |`,
  ].join('\n');
}

const KNOWN = {
  aws: 'read on the page',
  others: 'the page could not be read; others agree on it',
  unread: 'not looked up',
} as const;

/** Prices, as a table. */
export function priceTable(): string {
  const rows = Object.values(PRICES).map(
    ({ said, page, known }: Price) => `| ${said} | [${page.split('/')[3]}](${page}) | ${KNOWN[known]} |`,
  );
  return [`| price (us-east-1, ${PRICES_AT}) | page | known how |`, '|---|---|---|', ...rows].join('\n');
}

/** Assumptions, as a list. */
export function assumptionList(): string {
  return [
    `- A run takes ${ASSUMED.gbSecondsPerTick} GB-seconds for a tick, ${ASSUMED.gbSecondsPerPulse} for a pulse, ${ASSUMED.gbSecondsPerSeal} for a pass of the log, ${ASSUMED.gbSecondsPerWork} for a piece of work, ${ASSUMED.gbSecondsPerAnswer} for an answer of a person.`,
    `- Reading takes ${ASSUMED.gbSecondsPerIdentityRead} GB-seconds an identity and day, opening ${ASSUMED.gbSecondsPerIdentityOpened} an identity.`,
    `- Each queue is asked by ${ASSUMED.pollersPerQueue} idle pollers every 20 seconds; that is Lambda’s doing.`,
    `- A run logs ${ASSUMED.logBytesPerRun} bytes, and every run is traced.`,
    `- An answer is ${ASSUMED.httpRequestsPerAnswer} requests.`,
  ].join('\n');
}
