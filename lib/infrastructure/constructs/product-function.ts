// One function of the product: its bundle, its own role and log, and nothing it does not need.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { allow } from '../allow.ts';
import type { FunctionSize } from '../function-sizes.ts';

/** What a function is made with. */
export interface ProductFunctionProps {
  /** Name of the function and of its role. */
  readonly functionName: string;
  /** What it does, in one sentence. */
  readonly description: string;
  /** Folder that holds its `index.mjs`. */
  readonly bundleFolder: string;
  readonly size: FunctionSize;
  readonly logDays: RetentionDays;
  /** Its settings; none of them is a secret. */
  readonly environment: Readonly<Record<string, string>>;
  /** Executions set aside for it, which are also its limit. @default none: it shares the account's */
  readonly reserved?: number | undefined;
}

/** A function with a role that may write its own log and traces, and whatever else it is granted. */
export class ProductFunction extends Construct {
  readonly lambda: LambdaFunction;
  /** Its role. Bears the function's name, so that key policies and member accounts can name it. */
  readonly role: Role;
  readonly timeout: Duration;

  constructor(scope: Construct, id: string, props: ProductFunctionProps) {
    super(scope, id);
    const { functionName, description, size } = props;
    this.timeout = Duration.seconds(size.timeoutSeconds);
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/countersign/${functionName}`,
      retention: props.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      roleName: functionName,
      description: `What ${functionName} may do.`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    allow(this.role, {
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    });
    acknowledge(this.role, 'IAM5[Resource::*]', 'X-Ray takes traces without naming a resource.');
    this.lambda = new LambdaFunction(this, 'Function', {
      functionName,
      description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(props.bundleFolder),
      memorySize: size.memoryMb,
      timeout: this.timeout,
      environment: { ...props.environment },
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.WARN,
      tracing: Tracing.ACTIVE,
      ...(props.reserved !== undefined && { reservedConcurrentExecutions: props.reserved }),
    });
  }

  /** Lets a role call this function. */
  grantInvoke(role: Role): void {
    allow(role, { actions: ['lambda:InvokeFunction'], resources: [this.lambda.functionArn] });
  }
}
