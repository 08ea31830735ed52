// What happens by the clock.
import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { allow } from '../allow.ts';
import type { Schedule } from '../config/stage-config.ts';
import type { OpeningMachine } from './opening-machine.ts';
import type { ProductFunction } from './product-function.ts';

/** What schedules are made with. */
export interface SchedulesProps {
  /** Name of the group, and of the role the Scheduler uses. */
  readonly groupName: string;
  /** Where an invocation ends that could not be made. */
  readonly failures: Queue;
}

/** When. */
type Timing = { readonly everyMinutes: number } | Schedule;

interface Entry {
  readonly name: string;
  readonly description: string;
  readonly timing: Timing;
  readonly targetArn: string;
  readonly input: object;
  /** An invocation that could not be made is tried until then. */
  readonly maxAge: Duration;
}

/** A group of schedules, and the role they are carried out with. */
export class Schedules extends Construct {
  readonly role: Role;
  readonly #props: SchedulesProps;
  readonly #group: CfnScheduleGroup;

  constructor(scope: Construct, id: string, props: SchedulesProps) {
    super(scope, id);
    const { groupName, failures } = props;
    const stack = Stack.of(this);
    this.#props = props;
    this.#group = new CfnScheduleGroup(this, 'Group', { name: groupName });
    this.role = new Role(this, 'Role', {
      roleName: groupName,
      description: `What the schedules of ${groupName} may start.`,
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnEquals: {
            'aws:SourceArn': stack.formatArn({
              service: 'scheduler',
              resource: 'schedule-group',
              resourceName: groupName,
              arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
            }),
          },
        },
      }),
    });
    allow(this.role, { actions: ['sqs:SendMessage'], resources: [failures.queueArn] });
  }

  /** Invokes a function every so many minutes. A minute missed is not made up for: the next one does its work. */
  every(minutes: number, name: string, target: ProductFunction): void {
    this.toFunction(name, { everyMinutes: minutes }, target, Duration.minutes(Math.max(1, minutes - 1)));
  }

  /** Invokes a function at times of somebody's clock. */
  at(timing: Schedule, name: string, target: ProductFunction): void {
    this.toFunction(name, timing, target, Duration.hours(6));
  }

  /** Opens a campaign of a definition at times of somebody's clock. */
  open(timing: Schedule, definitionId: string, machine: OpeningMachine): void {
    machine.grantStart(this.role);
    this.add({
      name: `open-${definitionId}`,
      description: `Opens a campaign of ${definitionId}.`,
      timing,
      targetArn: machine.machine.stateMachineArn,
      input: { definitionId, launchedBy: 'schedule' },
      maxAge: Duration.hours(24),
    });
  }

  private toFunction(name: string, timing: Timing, target: ProductFunction, maxAge: Duration): void {
    target.grantInvoke(this.role);
    this.add({
      name,
      description: `Invokes ${name}.`,
      timing,
      targetArn: target.lambda.functionArn,
      input: {},
      maxAge,
    });
  }

  private add({ name, description, timing, targetArn, input, maxAge }: Entry): void {
    const { groupName, failures } = this.#props;
    const schedule = new CfnSchedule(this, name, {
      name,
      groupName,
      description,
      ...when(timing),
      target: {
        arn: targetArn,
        roleArn: this.role.roleArn,
        input: JSON.stringify(input),
        retryPolicy: { maximumEventAgeInSeconds: maxAge.toSeconds(), maximumRetryAttempts: 10 },
        deadLetterConfig: { arn: failures.queueArn },
      },
    });
    schedule.addResourceDependency(this.#group);
    // Without its permissions the Scheduler refuses to make a schedule.
    schedule.node.addDependency(this.role);
  }
}

function when(timing: Timing) {
  if ('everyMinutes' in timing) {
    const { everyMinutes } = timing;
    return {
      scheduleExpression: everyMinutes === 1 ? 'rate(1 minute)' : `rate(${everyMinutes} minutes)`,
      flexibleTimeWindow: { mode: 'OFF' },
    };
  }
  const { cron, timeZone, flexibleMinutes } = timing;
  return {
    scheduleExpression: `cron(${cron})`,
    scheduleExpressionTimezone: timeZone,
    flexibleTimeWindow:
      flexibleMinutes === 0 ? { mode: 'OFF' } : { mode: 'FLEXIBLE', maximumWindowInMinutes: flexibleMinutes },
  };
}
