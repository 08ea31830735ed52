// Which metric each alarm watches.
import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { FunctionName, QueueName } from '../functions.ts';
import { PULSE_METRIC_NAMES, pulseMetric } from '../pulse-metrics.ts';
import { RAISED, raisedId, WATCHED_FUNCTIONS } from './alarm-list.ts';
import { type Alarms, ownMetric } from './constructs/alarms.ts';
import type { FrontDoor } from './constructs/front-door.ts';
import type { OpeningMachine } from './constructs/opening-machine.ts';
import type { ProductFunction } from './constructs/product-function.ts';
import type { WorkQueue } from './constructs/work-queue.ts';
import { got } from './function-access.ts';

/** What is watched. */
export interface Watched {
  readonly stage: string;
  readonly door: FrontDoor;
  readonly machine: OpeningMachine;
  readonly queues: ReadonlyMap<QueueName, WorkQueue>;
  readonly functions: ReadonlyMap<FunctionName, ProductFunction>;
  readonly failures: Queue;
}

const period = Duration.minutes(5);

/** Wires every alarm of the list. @throws RangeError when one is left over */
export function wireAlarms(alarms: Alarms, watched: Watched): void {
  const { stage, door, machine, queues, functions, failures } = watched;
  for (const [name, { deadLetters }] of queues) {
    alarms.on(`dead-letters-${name}`, { metric: inIt(deadLetters), atLeast: 1 });
  }
  alarms.on('failed-invocations', { metric: inIt(failures), atLeast: 1 });
  for (const name of WATCHED_FUNCTIONS) {
    const { lambda } = got(functions, name);
    alarms.on(`errors-${name}`, {
      metric: lambda.metricErrors({ period, statistic: Stats.SUM }),
      atLeast: 1,
      periods: 3,
    });
  }
  alarms.on('pulse-missing', {
    metric: got(functions, 'take-pulse').lambda.metricInvocations({ period, statistic: Stats.SUM }),
    atLeast: 'silent',
    periods: 3,
  });
  for (const code of Object.keys(RAISED)) {
    const metric = ownMetric('Alarm', { Stage: stage, Code: code }, { statistic: Stats.SUM, period });
    alarms.on(raisedId(code), { metric, atLeast: 1 });
  }
  for (const name of PULSE_METRIC_NAMES) {
    const { alarm } = pulseMetric(name);
    if (!alarm) continue;
    const { id, atLeast, periods, periodMinutes } = alarm;
    const each = { statistic: Stats.MAXIMUM, period: Duration.minutes(periodMinutes) };
    alarms.on(id, { metric: ownMetric(name, { Stage: stage }, each), atLeast, periods });
  }
  alarms.on('opening-failed', {
    metric: machine.machine.metricFailed({ period, statistic: Stats.SUM }),
    atLeast: 1,
  });
  alarms.on('front-door-errors', {
    metric: door.api.metricServerError({ period, statistic: Stats.SUM }),
    atLeast: 5,
    periods: 2,
  });
  alarms.on('slack-slow', {
    metric: got(functions, 'answer-slack').lambda.metricDuration({ period, statistic: Stats.p(95) }),
    atLeast: 2500,
    periods: 3,
  });
  // SES reviews an account at 5 % bounces and 0.1 % complaints.
  // https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html
  alarms.on('mail-bounces', { metric: reputation('Reputation.BounceRate'), atLeast: 0.03 });
  alarms.on('mail-complaints', { metric: reputation('Reputation.ComplaintRate'), atLeast: 0.0008 });
  const unwired = alarms.unwired();
  if (unwired.length > 0) throw new RangeError(`No metric is wired to ${unwired.join(', ')}.`);
}

function inIt(queue: Queue): Metric {
  return queue.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM });
}

/** Of the whole account: SES has it no finer where nobody asks for it. */
function reputation(metricName: string): Metric {
  return new Metric({
    namespace: 'AWS/SES',
    metricName,
    statistic: Stats.AVERAGE,
    period: Duration.hours(1),
  });
}
