// Every alarm there is, with the section of the runbook that says what to do. A test compares it with docs/runbook.md.
import { type FunctionName, QUEUES, type QueueName } from '../functions.ts';
import { PULSE_METRIC_NAMES, pulseMetric } from '../pulse-metrics.ts';
import { QUEUE_NAMES } from './names.ts';

/** An alarm as people know it. */
export interface AlarmEntry {
  /** Unique; the end of the alarm's name. */
  readonly id: string;
  /** What happened, in a few words. */
  readonly title: string;
  /** Anchor of its section in docs/runbook.md. */
  readonly anchor: string;
  /** Why somebody must look. */
  readonly why: string;
}

/** Codes of the alarms that the product raises itself, as lib/application/ports/alarm.ts has them. */
export const RAISED = {
  FORK: 'Two heads of the log contradict each other.',
  SIGNATURE: 'A signature in the log or its inbox is not right.',
  UNSEALABLE: 'A statement waits that cannot be sealed: it is not what its signature says.',
  ROOT_MISMATCH: 'The log does not have the root its head says.',
} as const satisfies Record<string, string>;

/** Id of the alarm for a code. */
export function raisedId(code: string): string {
  return `raised-${code.toLowerCase().replaceAll('_', '-')}`;
}

/** Functions that run by the clock and leave no message behind when they fail. */
export const WATCHED_FUNCTIONS: readonly FunctionName[] = ['dispatch-due-work', 'seal-ledger', 'take-pulse'];

const deadLetters = (queue: QueueName): AlarmEntry => ({
  id: `dead-letters-${queue}`,
  title: `${QUEUES[queue]} gave up on work`,
  anchor: 'dead-letters',
  why: 'A message failed five times. What it stood for is not done until it is sent again.',
});

const errors = (name: FunctionName): AlarmEntry => ({
  id: `errors-${name}`,
  title: `${name} keeps failing`,
  anchor: 'function-errors',
  why: 'Three runs in a row failed. Everything behind this function waits.',
});

const raised = ([code, why]: readonly [string, string]): AlarmEntry => ({
  id: raisedId(code),
  title: `The ledger does not add up: ${code}`,
  anchor: 'ledger-integrity',
  why,
});

/** Alarms of the service stack. */
export const SERVICE_ALARMS: readonly AlarmEntry[] = [
  ...QUEUE_NAMES.map(deadLetters),
  ...WATCHED_FUNCTIONS.map(errors),
  ...Object.entries(RAISED).map(raised),
  ...PULSE_METRIC_NAMES.flatMap((name) => pulseMetric(name).alarm ?? []),
  {
    id: 'pulse-missing',
    title: 'The clock has stopped',
    anchor: 'function-errors',
    why: 'Nothing was measured for a quarter of an hour, so the other alarms are blind too.',
  },
  {
    id: 'failed-invocations',
    title: 'A scheduled run or a stream batch was given up',
    anchor: 'failed-invocations',
    why: 'A collection did not run, or a schedule could not start what it should.',
  },
  {
    id: 'opening-failed',
    title: 'A campaign could not be opened',
    anchor: 'opening-failed',
    why: 'Nobody is asked about the identities of that campaign.',
  },
  {
    id: 'front-door-errors',
    title: 'Requests of Slack, the review page or the command fail',
    anchor: 'front-door-errors',
    why: 'People cannot answer.',
  },
  {
    id: 'slack-slow',
    title: 'Slack gets its answers late',
    anchor: 'slack-slow',
    why: 'Slack shows people an error after three seconds, although their answer may count.',
  },
  {
    id: 'mail-bounces',
    title: 'Many mails bounce',
    anchor: 'mail-reputation',
    why: 'SES stops an account whose mail bounces too often; reviewers would not be told.',
  },
  {
    id: 'mail-complaints',
    title: 'People mark mails as unwanted',
    anchor: 'mail-reputation',
    why: 'SES stops an account with too many complaints; reviewers would not be told.',
  },
];

/** Alarms of a witness. */
export const WITNESS_ALARMS: readonly AlarmEntry[] = [
  {
    id: 'witness-refused',
    title: 'The witness refused a head of the log',
    anchor: 'witness-refused',
    why: 'The log showed a head that does not extend the last one, or the witness itself fails.',
  },
];
