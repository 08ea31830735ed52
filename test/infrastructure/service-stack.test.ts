import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { beforeAll, describe, expect, test } from 'vitest';
import { FUNCTION_NAMES, QUEUES, type QueueName } from '../../lib/functions.ts';
import { MailDoor } from '../../lib/infrastructure/constructs/mail-door.ts';
import { FUNCTION_SIZES } from '../../lib/infrastructure/function-sizes.ts';
import { variablesOf } from '../../lib/settings.ts';
import { flat, resourcesOf, synthesise } from './synthesise.ts';

let template: Template;

beforeAll(async () => {
  template = (await synthesise()).template('-Service');
});

const named = (type: string, property: string, name: string) => {
  const found = resourcesOf(template, type).find(({ properties }) => properties[property] === name);
  if (!found) throw new RangeError(`There is no ${type} ${name}.`);
  return found;
};
const functionOf = (name: string) =>
  named('AWS::Lambda::Function', 'FunctionName', `countersign-example-${name}`);
const queueNamed = (name: string) => named('AWS::SQS::Queue', 'QueueName', `countersign-example-${name}`);
const mappingsTo = (id: string) =>
  resourcesOf(template, 'AWS::Lambda::EventSourceMapping').filter(
    ({ properties }) => flat(properties['FunctionName']) === `<${id}>`,
  );

describe('functions', () => {
  test('each of the table is deployed once, and no other', () => {
    const names = resourcesOf(template, 'AWS::Lambda::Function').map(
      ({ properties }) => properties['FunctionName'],
    );

    expect(names.map(String).toSorted()).toEqual(
      FUNCTION_NAMES.map((name) => `countersign-example-${name}`).toSorted(),
    );
  });

  test.each(FUNCTION_NAMES)('%s has exactly the settings it reads', (name) => {
    const { Variables } = functionOf(name).properties['Environment'] as {
      Variables: Record<string, unknown>;
    };

    expect(Object.keys(Variables).toSorted()).toEqual(variablesOf(name));
    for (const [variable, value] of Object.entries(Variables)) {
      expect(value, variable).toBeTruthy();
      // A secret is named, by a reference; a value that looks like one would be a literal of some length.
      if (/SECRET|KEY/.test(variable)) expect(flat(value)).toMatch(/^<[A-Za-z]+>$/);
    }
  });

  test('no template holds anything that looks like a secret', () => {
    const text = JSON.stringify(template.toJSON());

    expect(text).not.toMatch(/xox[a-z]-[0-9A-Za-z]{4}|AKIA[0-9A-Z]{16}|-----BEGIN|password":\s*"[^"]/i);
  });

  test.each(FUNCTION_NAMES)('%s runs on Graviton and Node 24, traces, and logs JSON for 400 days', (name) => {
    const { properties } = functionOf(name);

    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', SystemLogLevel: 'WARN' },
      MemorySize: FUNCTION_SIZES[name].memoryMb,
      Timeout: FUNCTION_SIZES[name].timeoutSeconds,
    });
    const { LogGroup } = properties['LoggingConfig'] as { LogGroup: { Ref: string } };
    expect(
      named('AWS::Logs::LogGroup', 'LogGroupName', `/countersign/countersign-example-${name}`),
    ).toMatchObject({
      id: LogGroup.Ref,
      properties: { RetentionInDays: 400 },
    });
  });

  test('every log group is thinned out by time', () => {
    const groups = resourcesOf(template, 'AWS::Logs::LogGroup');

    expect(groups.length).toBeGreaterThanOrEqual(FUNCTION_NAMES.length + 2);
    for (const { properties } of groups) expect(properties['RetentionInDays']).toBe(400);
  });

  test('the sequencer and the executioner have executions set aside, as configured; the others share', () => {
    const reserved = resourcesOf(template, 'AWS::Lambda::Function').flatMap(({ properties }) =>
      'ReservedConcurrentExecutions' in properties
        ? [[properties['FunctionName'], properties['ReservedConcurrentExecutions']]]
        : [],
    );

    expect(Object.fromEntries(reserved)).toEqual({
      'countersign-example-seal-ledger': 2,
      'countersign-example-enforce-removals': 4,
    });
  });

  test('nothing is done by custom resources: what is deployed is what the template says', () => {
    const types = Object.values(template.toJSON()['Resources'] as Record<string, { Type: string }>).map(
      ({ Type }) => Type,
    );

    expect(types.filter((type) => /^Custom::|CustomResource/.test(type))).toEqual([]);
  });
});

describe('queues', () => {
  test.each(Object.entries(QUEUES) as [QueueName, (typeof QUEUES)[QueueName]][])(
    '%s is worked off by %s, five times at most, one message at a time counting',
    (name, worker) => {
      const queue = queueNamed(name);
      const dead = queueNamed(`${name}-dead-letters`);

      expect(queue.properties).toMatchObject({
        SqsManagedSseEnabled: true,
        MessageRetentionPeriod: 14 * 24 * 3600,
        RedrivePolicy: { maxReceiveCount: 5, deadLetterTargetArn: { 'Fn::GetAtt': [dead.id, 'Arn'] } },
      });
      expect(queue.properties['VisibilityTimeout']).toBeGreaterThanOrEqual(
        6 * FUNCTION_SIZES[worker].timeoutSeconds,
      );
      const feeds = mappingsTo(functionOf(worker).id).filter(
        ({ properties }) => flat(properties['EventSourceArn']) === `<${queue.id}.Arn>`,
      );
      expect(feeds).toHaveLength(1);
      expect(feeds[0]?.properties).toMatchObject({
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: expect.any(Number) as number },
      });
    },
  );

  test('as many workers as configured, and the defaults elsewhere', () => {
    const workersOf = (worker: string) =>
      (mappingsTo(functionOf(worker).id)[0]!.properties['ScalingConfig'] as { MaximumConcurrency: number })
        .MaximumConcurrency;

    expect(workersOf('chase-owners')).toBe(10);
    expect(workersOf('enforce-removals')).toBe(2);
    expect(workersOf('apply-answers')).toBe(20);
  });

  test('all are over TLS only', () => {
    const queues = resourcesOf(template, 'AWS::SQS::Queue');

    expect(queues).toHaveLength(2 * Object.keys(QUEUES).length + 1);
    for (const { id } of queues) {
      template.hasResourceProperties('AWS::SQS::QueuePolicy', {
        Queues: [{ Ref: id }],
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          ]),
        },
      });
    }
  });
});

describe('what starts functions', () => {
  test('a statement that enters the inbox starts the sequencer; nothing else in the stream does', () => {
    const [mapping] = mappingsTo(functionOf('seal-ledger').id);

    expect(mapping?.properties).toMatchObject({
      EventSourceArn: { Ref: 'ReviewsStream' },
      StartingPosition: 'LATEST',
      MaximumRetryAttempts: 2,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [queueNamed('failed-invocations').id, 'Arn'] } },
      },
    });
    const { Filters } = mapping!.properties['FilterCriteria'] as { Filters: { Pattern: string }[] };
    expect(Filters.map(({ Pattern }) => JSON.parse(Pattern) as unknown)).toEqual([
      { eventName: ['INSERT'], dynamodb: { Keys: { pk: { S: [{ prefix: 'INBOX#' }] } } } },
    ]);
  });

  test.each([
    ['dispatch-due-work', 'rate(1 minute)', undefined, { Mode: 'OFF' }],
    ['seal-ledger', 'rate(5 minutes)', undefined, { Mode: 'OFF' }],
    ['take-pulse', 'rate(5 minutes)', undefined, { Mode: 'OFF' }],
    [
      'collect-identities',
      'cron(0 4 * * ? *)',
      'Europe/Berlin',
      { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 30 },
    ],
  ])('%s runs at %s', (name, expression, zone, window) => {
    const { properties } = named('AWS::Scheduler::Schedule', 'Name', name);

    expect(properties).toMatchObject({
      GroupName: 'countersign-example-schedules',
      ScheduleExpression: expression,
      FlexibleTimeWindow: window,
      Target: {
        Arn: { 'Fn::GetAtt': [functionOf(name).id, 'Arn'] },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [queueNamed('failed-invocations').id, 'Arn'] } },
      },
    });
    expect(properties['ScheduleExpressionTimezone']).toBe(zone);
  });

  test('a campaign opens on its definition’s schedule, in its time zone, through the state machine', () => {
    const { properties } = named('AWS::Scheduler::Schedule', 'Name', 'open-quarterly-access');
    const [machine] = resourcesOf(template, 'AWS::StepFunctions::StateMachine');

    expect(properties).toMatchObject({
      ScheduleExpression: 'cron(0 8 ? 1,4,7,10 MON#1 *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      Target: {
        Arn: { Ref: machine?.id },
        Input: '{"definitionId":"quarterly-access","launchedBy":"schedule"}',
      },
    });
  });

  test('the clock may start only what it is for, and only for this group', () => {
    const { properties } = named('AWS::IAM::Role', 'RoleName', 'countersign-example-schedules');

    expect(JSON.stringify(properties['AssumeRolePolicyDocument'])).toContain(
      'schedule-group/countersign-example-schedules',
    );
  });

  test('who asks at each door', () => {
    const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(({ properties }) => [
      properties['RouteKey'],
      properties['AuthorizationType'],
    ]);

    expect(Object.fromEntries(routes)).toEqual({
      'POST /slack/events': 'NONE',
      'GET /review/{proxy+}': 'NONE',
      'POST /review/{proxy+}': 'NONE',
      'GET /unsubscribe/{token}': 'NONE',
      'POST /unsubscribe/{token}': 'NONE',
      'POST /hooks/connectors/{connector}/{system}': 'NONE',
      'GET /health': 'NONE',
      'POST /control': 'AWS_IAM',
    });
  });

  test('the door is throttled, and its log names routes, never paths: a review’s path is its secret', () => {
    const [stage] = resourcesOf(template, 'AWS::ApiGatewayV2::Stage');

    expect(stage?.properties).toMatchObject({
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
    });
    const { Format } = stage!.properties['AccessLogSettings'] as { Format: string };
    expect(JSON.parse(Format)).toMatchObject({ route: '$context.routeKey' });
    expect(Format).not.toMatch(/\$context\.(path|identity\.sourceIp)|proxy/);
  });

  test('people who use the command may send it requests, and nothing else', () => {
    const [policy] = resourcesOf(template, 'AWS::IAM::ManagedPolicy');
    const { Statement } = policy!.properties['PolicyDocument'] as { Statement: Record<string, unknown>[] };

    expect(Statement).toHaveLength(1);
    expect(Statement[0]?.['Action']).toBe('execute-api:Invoke');
    expect(flat(Statement[0]?.['Resource'])).toMatch(/\$default\/POST\/control$/);
  });

  test('a failed tick is left to the next one; a failed collection is tried once more and set aside', () => {
    const settingsOf = (name: string) =>
      resourcesOf(template, 'AWS::Lambda::EventInvokeConfig').find(
        ({ properties }) => flat(properties['FunctionName']) === `<${functionOf(name).id}>`,
      )?.properties;

    expect(settingsOf('dispatch-due-work')).toMatchObject({ MaximumRetryAttempts: 0 });
    expect(settingsOf('dispatch-due-work')).not.toHaveProperty('DestinationConfig');
    expect(settingsOf('collect-identities')).toMatchObject({
      MaximumRetryAttempts: 1,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [queueNamed('failed-invocations').id, 'Arn'] } },
      },
    });
  });
});

describe('mail', () => {
  test('what becomes of every mail reaches the queue: nobody counts as told before delivery', () => {
    const [topic] = resourcesOf(template, 'AWS::SNS::Topic').filter(({ id }) => id.startsWith('MailDoor'));

    template.hasResourceProperties('AWS::SES::ConfigurationSet', {
      Name: 'countersign-example',
      DeliveryOptions: { TlsPolicy: 'REQUIRE' },
    });
    template.hasResourceProperties('AWS::SES::ConfigurationSetEventDestination', {
      EventDestination: {
        Enabled: true,
        MatchingEventTypes: [
          'delivery',
          'bounce',
          'complaint',
          'reject',
          'renderingFailure',
          'deliveryDelay',
        ],
        SnsDestination: { TopicARN: { Ref: topic?.id } },
      },
    });
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'sqs',
      RawMessageDelivery: true,
      TopicArn: { Ref: topic?.id },
      Endpoint: { 'Fn::GetAtt': [queueNamed('mail-events').id, 'Arn'] },
    });
  });

  test('is known as ours by receivers: signed, with bounces on a domain of ours, and records for SPF and DMARC', () => {
    template.hasResourceProperties('AWS::SES::EmailIdentity', {
      EmailIdentity: 'reviews.example.com',
      MailFromAttributes: {
        MailFromDomain: 'bounce.reviews.example.com',
        BehaviorOnMxFailure: 'USE_DEFAULT_VALUE',
      },
    });
    const outputs = Object.entries(template.findOutputs('*', {}));
    const valueOf = (name: string) =>
      JSON.stringify(outputs.find(([id]) => id.startsWith(`MailDoor${name}`))?.[1]?.['Value']);
    expect(valueOf('MailFromMx')).toContain('bounce.reviews.example.com MX 10 feedback-smtp.');
    expect(valueOf('MailFromSpf')).toContain('v=spf1 include:amazonses.com ~all');
    expect(valueOf('Dmarc')).toContain('_dmarc.reviews.example.com TXT');
    expect(valueOf('Dmarc')).toContain('v=DMARC1; p=quarantine');
    expect(outputs.filter(([id]) => id.startsWith('MailDoorDnsRecord'))).toHaveLength(3);
  });

  test('from a single address asks for no records: its domain is somebody else’s', () => {
    const stack = new Stack(new App(), 'OneAddress');
    const door = new MailDoor(stack, 'MailDoor', {
      identity: 'reviews@example.com',
      fromAddress: 'reviews@example.com',
      configurationSetName: 'one',
      key: new Key(stack, 'Key'),
      events: new Queue(stack, 'Queue'),
    });
    const made = Template.fromStack(stack);
    expect(Stack.of(door)).toBe(stack);
    expect(Object.keys(made.findOutputs('*', {}))).toEqual([]);
    made.hasResourceProperties('AWS::SES::EmailIdentity', { MailFromAttributes: Match.absent() });
  });

  test('topics are encrypted and over TLS only', () => {
    const topics = resourcesOf(template, 'AWS::SNS::Topic');

    expect(topics).toHaveLength(2);
    for (const { id, properties } of topics) {
      expect(flat(properties['KmsMasterKeyId'])).toContain('DataKey');
      template.hasResourceProperties('AWS::SNS::TopicPolicy', {
        Topics: [{ Ref: id }],
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          ]),
        },
      });
    }
  });
});
