// One page: is it alive, does work wait, did anything fail.
import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { PULSE_METRIC_NAMES, pulseMetric } from '../../pulse-metrics.ts';
import { ownMetric } from './alarms.ts';
import type { ProductFunction } from './product-function.ts';
import type { WorkQueue } from './work-queue.ts';

/** What the dashboard shows. */
export interface DashboardProps {
  readonly dashboardName: string;
  readonly alarms: readonly Alarm[];
  readonly functions: Iterable<readonly [name: string, fn: ProductFunction]>;
  readonly queues: Iterable<readonly [name: string, queue: WorkQueue]>;
  readonly api: HttpApi;
  readonly stage: string;
}

const PERIOD = Duration.minutes(5);

/** The dashboard of an installation. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const functions = [...props.functions];
    const queues = [...props.queues];
    const of = (metric: (fn: ProductFunction, label: string) => IMetric) =>
      functions.map(([label, fn]) => metric(fn, label));
    const waiting = (metric: (queue: WorkQueue, label: string) => IMetric) =>
      queues.map(([label, queue]) => metric(queue, label));
    new CloudWatchDashboard(this, 'Dashboard', {
      dashboardName: props.dashboardName,
      defaultInterval: Duration.days(1),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...props.alarms], width: 24, height: 4 })],
        [
          graph(
            'Errors',
            of(({ lambda }, label) => lambda.metricErrors({ label, period: PERIOD })),
          ),
          graph(
            'Throttles',
            of(({ lambda }, label) => lambda.metricThrottles({ label, period: PERIOD })),
          ),
          graph(
            'Duration, 95 %',
            of(({ lambda }, label) =>
              lambda.metricDuration({ label, period: PERIOD, statistic: Stats.p(95) }),
            ),
          ),
        ],
        [
          graph(
            'Messages that wait',
            waiting(({ queue }, label) =>
              queue.metricApproximateNumberOfMessagesVisible({ label, period: PERIOD }),
            ),
          ),
          graph(
            'Oldest message (seconds)',
            waiting(({ queue }, label) =>
              queue.metricApproximateAgeOfOldestMessage({ label, period: PERIOD }),
            ),
          ),
          graph(
            'Given up',
            waiting(({ deadLetters }, label) =>
              deadLetters.metricApproximateNumberOfMessagesVisible({ label, period: PERIOD }),
            ),
          ),
        ],
        pulse(props.stage, 'Seconds', 'How old is the oldest (seconds)'),
        pulse(props.stage, 'Count', 'How many'),
        [
          graph('Requests', [
            props.api.metricCount({ period: PERIOD, label: 'all' }),
            props.api.metricClientError({ period: PERIOD, label: '4xx' }),
            props.api.metricServerError({ period: PERIOD, label: '5xx' }),
          ]),
          graph('Latency, 95 % (ms)', [
            props.api.metricLatency({ period: PERIOD, statistic: Stats.p(95), label: 'all' }),
          ]),
        ],
      ],
    });
  }
}

/** What the pulse measures in a unit: what it takes every five minutes, and what it counts through more rarely. */
function pulse(stage: string, unit: 'Count' | 'Seconds', title: string): IWidget[] {
  return (['always', 'whole'] as const).map((taken) => {
    const names = PULSE_METRIC_NAMES.filter((name) => {
      const metric = pulseMetric(name);
      return metric.unit === unit && metric.taken === taken;
    });
    const period = taken === 'always' ? PERIOD : Duration.hours(1);
    const left = names.map((name) => ownMetric(name, { Stage: stage }, { statistic: Stats.MAXIMUM, period }));
    const when = taken === 'always' ? 'every pulse' : 'campaigns counted through';
    return new GraphWidget({ title: `${title}, ${when}`, left, width: 12, height: 6 });
  });
}

function graph(title: string, left: IMetric[]): IWidget {
  return new GraphWidget({ title, left, width: 8, height: 6 });
}
