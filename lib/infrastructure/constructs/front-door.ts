// The HTTP address: Slack's requests, the review page, the command.
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { ProductFunction } from './product-function.ts';

/** What the door is made with. */
export interface FrontDoorProps {
  readonly apiName: string;
  readonly logDays: RetentionDays;
}

/** One way in. */
interface Way {
  readonly path: string;
  readonly methods: readonly HttpMethod[];
  /** Why AWS asks nobody who they are here. Absent: requests are signed with AWS credentials. */
  readonly openBecause?: string;
}

const SLACK: Way = {
  path: '/slack/events',
  methods: [HttpMethod.POST],
  openBecause:
    'Slack signs its requests; the function checks signature and time on the raw body before anything else.',
};
const REVIEW: Way = {
  path: '/review/{proxy+}',
  methods: [HttpMethod.GET, HttpMethod.POST],
  openBecause:
    'A link of 256 random bits lets a reviewer read, and a code sent at that moment lets them decide.',
};
const UNSUBSCRIBE: Way = {
  path: '/unsubscribe/{token}',
  methods: [HttpMethod.GET, HttpMethod.POST],
  openBecause: 'A link of 256 random bits stops weekly summaries to one person, and does nothing else.',
};
const HOOKS: Way = {
  path: '/hooks/connectors/{connector}/{system}',
  methods: [HttpMethod.POST],
  openBecause:
    'The system signs with the secret it shares with its connector; a callback only has a removal looked at sooner.',
};
const HEALTH: Way = {
  path: '/health',
  methods: [HttpMethod.GET],
  openBecause: 'It says that the function runs, and nothing else.',
};
const CONTROL: Way = { path: '/control', methods: [HttpMethod.POST] };

/** An HTTP API with three doors. Its access log names routes, never paths: a review's path is its secret. */
export class FrontDoor extends Construct {
  /** `https://….execute-api.<region>.amazonaws.com`, without a slash at the end. */
  readonly url: string;
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, { apiName, logDays }: FrontDoorProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      apiName,
      description: 'Countersign: Slack requests, the review page and the command.',
      createDefaultStage: false,
    });
    const accessLog = new LogGroup(this, 'AccessLog', {
      logGroupName: `/aws/vendedlogs/http/${apiName}`,
      retention: logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 100, burstLimit: 200 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(
          JSON.stringify({
            requestId: '$context.requestId',
            at: '$context.requestTime',
            route: '$context.routeKey',
            status: '$context.status',
            latencyMs: '$context.responseLatency',
            functionError: '$context.integrationErrorMessage',
            caller: '$context.identity.userArn',
          }),
        ),
      },
    });
    this.url = this.api.apiEndpoint;
  }

  /** Sends Slack's requests to a function. */
  toSlack(handler: ProductFunction): void {
    this.open('Slack', handler, [SLACK]);
  }

  /** Sends the review page's requests, and callbacks of systems, to a function. */
  toReviews(handler: ProductFunction): void {
    this.open('Reviews', handler, [REVIEW, UNSUBSCRIBE, HOOKS, HEALTH]);
  }

  /** Sends the command's requests, signed with AWS credentials, to a function. */
  toControl(handler: ProductFunction): void {
    this.open('Control', handler, [CONTROL]);
  }

  /** A policy for roles of people who use the command. Who they are, and what they may do, the product decides itself. */
  commandPolicy(managedPolicyName: string): ManagedPolicy {
    return new ManagedPolicy(this, 'Command', {
      managedPolicyName,
      description: 'Lets a person use the countersign command.',
      statements: [
        new PolicyStatement({
          actions: ['execute-api:Invoke'],
          resources: [
            Stack.of(this).formatArn({
              service: 'execute-api',
              resource: this.api.apiId,
              resourceName: `$default/${HttpMethod.POST}${CONTROL.path}`,
            }),
          ],
        }),
      ],
    });
  }

  private open(id: string, { lambda }: ProductFunction, ways: readonly Way[]): void {
    const integration = new HttpLambdaIntegration(id, lambda);
    for (const { path, methods, openBecause } of ways) {
      const routes = this.api.addRoutes({
        path,
        methods: [...methods],
        integration,
        ...(openBecause === undefined && { authorizer: new HttpIamAuthorizer() }),
      });
      if (openBecause === undefined) continue;
      for (const route of routes) acknowledge(route, 'APIG4', openBecause);
    }
  }
}
