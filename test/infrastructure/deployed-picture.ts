// The table of what is deployed, read off the synthesized template: what starts each function, what it may do, and what
// becomes of its failures.
import type { Template } from 'aws-cdk-lib/assertions';
import { FUNCTION_NAMES, type FunctionName } from '../../lib/functions.ts';
import { type FoundResource, flat, resourcesOf, statementsOf } from './synthesise.ts';

const PREFIX = 'countersign-example-';

/** Permissions every function has; the page says so once. */
const OF_ALL = /^(logs|xray|kms):|^s3:GetObject on .*assets/;

/** What sets of actions are called; whatever is not here is shown by its own name. */
const WORDS: readonly (readonly [actions: readonly string[], word: string])[] = [
  [['BatchGetItem', 'GetItem', 'Query'], 'read'],
  [['BatchWriteItem', 'DeleteItem', 'PutItem'], 'write'],
  [['PartiQLInsert'], 'insert'],
  [['DescribeStream', 'GetRecords', 'GetShardIterator'], 'read'],
  [['AbortMultipartUpload', 'DeleteObject', 'GetObject', 'PutObject'], 'read, write, delete'],
  [['AbortMultipartUpload', 'GetObject', 'PutObject'], 'read, write'],
  [['GetObject'], 'read'],
  [['PutObject'], 'write'],
  [['Sign', 'GetPublicKey'], 'sign'],
  [['GetSecretValue'], 'read'],
  [['SendMessage'], 'send'],
  [['DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'], 'receive'],
  [['SendEmail'], 'send'],
  [['InvokeFunction'], 'call'],
  [['StartExecution'], 'start'],
  [['AssumeRole'], 'assume'],
  [['GetAccount'], 'look'],
  [['GetEmailIdentity'], 'look'],
];

/** What resources are called, by what their ARN has in it. The first that fits counts. */
const THINGS: readonly (readonly [pattern: RegExp, thing: string])[] = [
  [/<ReviewsTable>/, '`reviews`'],
  [/<LedgerTable>/, '`ledger`'],
  [/<ReviewsStream>/, 'stream'],
  [/<DataBucket>\/drafts/, 'drafts'],
  [/<DataBucket>/, 'blobs'],
  [/<LockedBucket>/, 'locked files'],
  [/<PacksBucket>/, 'packs'],
  [/<AttestationKey>/, 'attestation key'],
  [/<LogKey>/, 'log key'],
  [/<PseudonymSecret>/, 'salt'],
  [/<SlackSecret>/, 'Slack secret'],
  [/<CookieSecret>/, 'cookie secret'],
  [/:identity\/|:configuration-set\//, 'mail'],
  [/<OpeningMachine/, 'opening machine'],
  [/<Failures/, '`failed-invocations`'],
  [/:role\//, 'roles of connectors'],
  [/^\*$/, 'SES account'],
];

/** The table, as Markdown. */
export function deployedTable(template: Template): string {
  const rows = FUNCTION_NAMES.map((name) => {
    const fn = functionOf(template, name);
    const cells = [startsOf(template, fn), failuresOf(template, fn), rightsOf(template, name)];
    return `| \`${name}\` | ${cells.map((cell) => cell.join('<br>')).join(' | ')} |`;
  });
  return ['| function | is started by | when it fails | may |', '|---|---|---|---|', ...rows].join('\n');
}

const nameOf = ({ properties }: FoundResource, property: string): string =>
  flat(properties[property]).replace(PREFIX, '');

function functionOf(template: Template, name: string): FoundResource {
  const found = resourcesOf(template, 'AWS::Lambda::Function').find(
    (fn) => nameOf(fn, 'FunctionName') === name,
  );
  if (!found) throw new RangeError(`${name} is not deployed.`);
  return found;
}

const about = (fn: FoundResource, value: unknown): boolean => flat(value).includes(`<${fn.id}`);

function queuesOf(template: Template, fn: FoundResource): FoundResource[] {
  const queues = resourcesOf(template, 'AWS::SQS::Queue');
  return resourcesOf(template, 'AWS::Lambda::EventSourceMapping')
    .filter(({ properties }) => about(fn, properties['FunctionName']))
    .flatMap(({ properties }) =>
      queues.filter(({ id }) => flat(properties['EventSourceArn']) === `<${id}.Arn>`),
    );
}

function schedulesOf(template: Template, fn: FoundResource): FoundResource[] {
  return resourcesOf(template, 'AWS::Scheduler::Schedule').filter(({ properties }) =>
    JSON.stringify(properties['Target']).includes(`"${fn.id}"`),
  );
}

function routesOf(template: Template, fn: FoundResource): string[] {
  const integrations = resourcesOf(template, 'AWS::ApiGatewayV2::Integration')
    .filter(({ properties }) => about(fn, properties['IntegrationUri']))
    .map(({ id }) => id);
  return resourcesOf(template, 'AWS::ApiGatewayV2::Route')
    .filter(({ properties }) => integrations.some((id) => flat(properties['Target']).includes(id)))
    .map(({ properties }) => {
      const signed = properties['AuthorizationType'] === 'AWS_IAM' ? ', signed' : '';
      return `\`${flat(properties['RouteKey'])}\`${signed}`;
    });
}

const isFedByStream = (template: Template, fn: FoundResource): boolean =>
  resourcesOf(template, 'AWS::Lambda::EventSourceMapping').some(
    ({ properties }) =>
      about(fn, properties['FunctionName']) && flat(properties['EventSourceArn']) === '<ReviewsStream>',
  );

const isStepOfMachine = (template: Template, fn: FoundResource): boolean =>
  resourcesOf(template, 'AWS::StepFunctions::StateMachine').some(({ properties }) =>
    JSON.stringify(properties['DefinitionString']).includes(`"${fn.id}"`),
  );

function callersOf(template: Template, fn: FoundResource): string[] {
  return FUNCTION_NAMES.filter((name) =>
    statementsOf(template, `${PREFIX}${name}`).some(
      ({ Action, Resource }) =>
        Action.includes('lambda:InvokeFunction') && Resource.some((on) => about(fn, on)),
    ),
  );
}

function startsOf(template: Template, fn: FoundResource): string[] {
  return [
    ...queuesOf(template, fn).map((queue) => `queue \`${nameOf(queue, 'QueueName')}\``),
    ...(isFedByStream(template, fn) ? ['inserts into the inbox (stream)'] : []),
    ...schedulesOf(template, fn).map(({ properties }) => {
      const zone = properties['ScheduleExpressionTimezone'];
      return zone === undefined ? `\`${flat(properties['ScheduleExpression'])}\`` : 'the configured schedule';
    }),
    ...routesOf(template, fn),
    ...(isStepOfMachine(template, fn) ? ['the opening machine'] : []),
    ...callersOf(template, fn).map((caller) => `call of \`${caller}\``),
  ];
}

function failuresOf(template: Template, fn: FoundResource): string[] {
  const queues = queuesOf(template, fn).map(({ properties }) => {
    const { maxReceiveCount, deadLetterTargetArn } = properties['RedrivePolicy'] as Record<string, unknown>;
    const dead = resourcesOf(template, 'AWS::SQS::Queue').find(
      ({ id }) => flat(deadLetterTargetArn) === `<${id}.Arn>`,
    );
    return `tried ${String(maxReceiveCount)} times, then \`${dead ? nameOf(dead, 'QueueName') : ''}\``;
  });
  const invoked = resourcesOf(template, 'AWS::Lambda::EventInvokeConfig')
    .filter(({ properties }) => about(fn, properties['FunctionName']))
    .map(({ properties }) =>
      'DestinationConfig' in properties
        ? `tried ${Number(properties['MaximumRetryAttempts']) + 1} times, then \`failed-invocations\``
        : 'the next run does it',
    );
  return [
    ...queues,
    ...invoked,
    ...(isFedByStream(template, fn) ? ['stream: tried 3 times, then `failed-invocations`'] : []),
    ...(routesOf(template, fn).length > 0 ? ['the caller is told, and tries again'] : []),
    ...(isStepOfMachine(template, fn) ? ['the machine tries again, then fails'] : []),
  ];
}

function rightsOf(template: Template, name: FunctionName): string[] {
  const byThing = new Map<string, Set<string>>();
  for (const { Effect, Action, Resource } of statementsOf(template, `${PREFIX}${name}`)) {
    if (Effect !== 'Allow') continue;
    for (const resource of Resource.map(flat)) {
      for (const action of Action) {
        const isSigning = action === 'kms:Sign' || action === 'kms:GetPublicKey';
        if (!isSigning && OF_ALL.test(`${action} on ${resource}`)) continue;
        if (action === 's3:ListBucket' || action === 'dynamodb:ListStreams') continue;
        const thing = thingOf(resource);
        const verb = action.split(':')[1] ?? action;
        byThing.set(thing, (byThing.get(thing) ?? new Set()).add(verb));
      }
    }
  }
  return [...byThing].map(([thing, actions]) => `${thing}: ${wordsFor(actions)}`);
}

function thingOf(arn: string): string {
  const queue = /<Queue([a-z]+?)Queue[0-9A-F]{8}\.Arn>/.exec(arn)?.[1];
  if (queue !== undefined) return `queue \`${queue.replace('mailevents', 'mail-events')}\``;
  const fn = /<Function([a-z]+?)Function[0-9A-F]{8}\.Arn>/.exec(arn)?.[1];
  if (fn !== undefined) {
    return `\`${FUNCTION_NAMES.find((name) => name.replaceAll('-', '') === fn) ?? fn}\``;
  }
  return THINGS.find(([pattern]) => pattern.test(arn))?.[1] ?? arn;
}

function wordsFor(actions: ReadonlySet<string>): string {
  const left = new Set(actions);
  const words = WORDS.flatMap(([set, word]) => {
    if (!set.every((action) => left.has(action))) return [];
    for (const action of set) left.delete(action);
    return [word];
  });
  return [...words, ...left].join(', ');
}
