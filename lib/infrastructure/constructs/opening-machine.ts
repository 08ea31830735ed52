// Opens a campaign, batch by batch: begin, consider every batch, finish. Every step may be done twice.
import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { allow } from '../allow.ts';
import type { ProductFunction } from './product-function.ts';

/** What the machine is made with. */
export interface OpeningMachineProps {
  readonly machineName: string;
  /** The function that does each step. */
  readonly opener: ProductFunction;
  readonly logDays: RetentionDays;
}

/** Batches considered at once. */
const BATCHES_AT_ONCE = 40;

/** What goes away by itself: Lambda's own trouble, a provider's, another writer's, a sandbox that ran out of time. */
const RETRY = [
  {
    ErrorEquals: [
      'Lambda.ClientExecutionTimeoutException',
      'Lambda.ServiceException',
      'Lambda.AWSLambdaException',
      'Lambda.SdkClientException',
      'Lambda.TooManyRequestsException',
    ],
    IntervalSeconds: 2,
    MaxAttempts: 8,
    BackoffRate: 2,
    MaxDelaySeconds: 60,
    JitterStrategy: 'FULL',
  },
  {
    ErrorEquals: ['UpstreamError', 'ConflictError', 'Lambda.Unknown', 'Sandbox.Timedout', 'States.Timeout'],
    // A batch whose function was killed is nobody else's for 16 minutes: the attempts together last longer.
    IntervalSeconds: 30,
    MaxAttempts: 8,
    BackoffRate: 2,
    MaxDelaySeconds: 300,
  },
];

/** The definition in the Amazon States Language, for a function. */
export function openingDefinition(functionArn: string, timeoutSeconds: number) {
  const step = { Type: 'Task', Resource: functionArn, TimeoutSeconds: timeoutSeconds + 5, Retry: RETRY };
  return {
    Comment: 'Opens a campaign over a frozen population.',
    StartAt: 'Name the step',
    States: {
      // The input may or may not have a campaignId; it is passed on as it is, with the step beside it.
      'Name the step': { Type: 'Pass', Result: 'begin', ResultPath: '$.step', Next: 'Begin' },
      Begin: { ...step, Next: 'Is there work?' },
      'Is there work?': {
        Type: 'Choice',
        Choices: [{ Variable: '$.state', StringEquals: 'opening', Next: 'Consider every batch' }],
        Default: 'Nothing to do',
      },
      'Consider every batch': {
        Type: 'Map',
        ItemsPath: '$.batches',
        ItemSelector: {
          step: 'consider',
          'campaignId.$': '$.campaignId',
          'batch.$': '$$.Map.Item.Value',
        },
        MaxConcurrency: BATCHES_AT_ONCE,
        Label: 'Batches',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Consider',
          // What all batches say together must stay under 256 KiB.
          States: { Consider: { ...step, ResultSelector: { done: true }, End: true } },
        },
        ResultPath: null,
        Next: 'Finish',
      },
      Finish: { ...step, Parameters: { step: 'finish', 'campaignId.$': '$.campaignId' }, End: true },
      'Nothing to do': { Type: 'Succeed' },
    },
  };
}

/** The state machine. Its input is `{definitionId, launchedBy, campaignId?}`. */
export class OpeningMachine extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, { machineName, opener, logDays }: OpeningMachineProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const role = new Role(this, 'Role', {
      roleName: machineName,
      description: `What the state machine ${machineName} may do.`,
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
    });
    opener.grantInvoke(role);
    const arnOf = (resource: string, resourceName: string) =>
      stack.formatArn({
        service: 'states',
        resource,
        resourceName,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
    // A distributed map starts its batches as executions of the machine itself.
    allow(role, { actions: ['states:StartExecution'], resources: [arnOf('stateMachine', machineName)] });
    allow(role, {
      actions: ['states:DescribeExecution', 'states:StopExecution'],
      resources: [arnOf('execution', `${machineName}/*`)],
      because: 'Batches of the machine are named by Step Functions.',
    });
    acknowledge(
      role,
      'IAM5[Resource::*]',
      'Deliveries of logs, and traces, are granted without naming a resource.',
    );
    this.machine = new StateMachine(this, 'Machine', {
      stateMachineName: machineName,
      definitionBody: DefinitionBody.fromString(
        stack.toJsonString(openingDefinition(opener.lambda.functionArn, opener.timeout.toSeconds())),
      ),
      role,
      timeout: Duration.hours(12),
      tracingEnabled: true,
      logs: {
        level: LogLevel.ALL,
        includeExecutionData: false,
        destination: new LogGroup(this, 'Log', {
          logGroupName: `/aws/vendedlogs/states/${machineName}`,
          retention: logDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
      },
    });
  }

  /** Lets a role open campaigns. */
  grantStart(role: Role): void {
    allow(role, { actions: ['states:StartExecution'], resources: [this.machine.stateMachineArn] });
  }
}
