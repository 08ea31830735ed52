// Alarms, all to one topic. What each is about and where the runbook speaks of it is in alarm-list.ts.
import type { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { AlarmEntry } from '../alarm-list.ts';
import { pascalCase } from '../names.ts';

/** What alarms are made with. */
export interface AlarmsProps {
  /** The beginning of every alarm's name. */
  readonly prefix: string;
  readonly entries: readonly AlarmEntry[];
  /** Encrypts the topic. @default SNS keeps it as it comes */
  readonly key?: IKey | undefined;
  /** Who gets a mail. @default nobody: subscribe to the topic */
  readonly email?: string | undefined;
}

/** When an alarm goes off. */
export interface AlarmRule {
  readonly metric: IMetric;
  /** It goes off at this value or above; `silent`: when there is no value at all, or none above zero. */
  readonly atLeast: number | 'silent';
  /** In so many periods in a row. @default 1 */
  readonly periods?: number;
}

/** Namespace of the metrics that functions write. */
export const NAMESPACE = 'Countersign';

const LOUD = {
  comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  treatMissingData: TreatMissingData.NOT_BREACHING,
};
const SILENT = {
  threshold: 1,
  comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
  treatMissingData: TreatMissingData.BREACHING,
};

/** Alarms, and the topic they go to. Every entry must be wired exactly once. */
export class Alarms extends Construct {
  readonly topic: Topic;
  readonly alarms: Alarm[] = [];
  readonly #props: AlarmsProps;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.#props = props;
    this.topic = new Topic(this, 'Topic', {
      displayName: `Alarms of ${props.prefix}`,
      enforceSSL: true,
      ...(props.key && { masterKey: props.key }),
    });
    this.topic.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com'));
    if (props.email !== undefined) this.topic.addSubscription(new EmailSubscription(props.email));
  }

  /** Wires one entry. @throws RangeError when the list has none of that id */
  on(id: string, { metric, atLeast, periods = 1 }: AlarmRule): void {
    const entry = this.#props.entries.find((each) => each.id === id);
    if (!entry) throw new RangeError(`alarm-list.ts has no alarm "${id}".`);
    const alarm = new Alarm(this, pascalCase(id), {
      alarmName: `${this.#props.prefix}-${id}`,
      alarmDescription: `${entry.title}. ${entry.why} See docs/runbook.md#${entry.anchor}`,
      metric,
      evaluationPeriods: periods,
      ...(atLeast === 'silent' ? SILENT : { ...LOUD, threshold: atLeast }),
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    this.alarms.push(alarm);
  }

  /** Ids of the list that nothing is wired to. */
  unwired(): string[] {
    const wired = new Set(this.alarms.map(({ node }) => node.id));
    return this.#props.entries.map(({ id }) => id).filter((id) => !wired.has(pascalCase(id)));
  }
}

/** A metric that functions write, of one stage. */
export function ownMetric(
  metricName: string,
  dimensions: Readonly<Record<string, string>>,
  each: { readonly statistic: string; readonly period: Duration },
): Metric {
  return new Metric({ namespace: NAMESPACE, metricName, dimensionsMap: { ...dimensions }, ...each });
}
