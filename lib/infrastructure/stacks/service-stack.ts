// Everything that runs: functions, queues, schedules, doors, alarms. It keeps nothing; the data stack does.
import { ArnFormat, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { FUNCTION_NAMES, FUNCTIONS, type FunctionName, QUEUES, type QueueName } from '../../functions.ts';
import { acknowledge } from '../acknowledge.ts';
import { SERVICE_ALARMS } from '../alarm-list.ts';
import type { Stage } from '../config/read-stage.ts';
import type { StageConfig } from '../config/stage-config.ts';
import { assumedRoles } from '../connector-access.ts';
import { Alarms } from '../constructs/alarms.ts';
import { Dashboard } from '../constructs/dashboard.ts';
import { FrontDoor } from '../constructs/front-door.ts';
import { MailDoor } from '../constructs/mail-door.ts';
import { OpeningMachine } from '../constructs/opening-machine.ts';
import { ProductData } from '../constructs/product-data.ts';
import { ProductFunction } from '../constructs/product-function.ts';
import { Schedules } from '../constructs/schedules.ts';
import { deadLetterQueue, WorkQueue } from '../constructs/work-queue.ts';
import { type DataReferences, importData } from '../data-parameters.ts';
import { Documents } from '../documents.ts';
import { got, grantUses, type SharedSettings, settingsFor } from '../function-access.ts';
import { FUNCTION_SIZES } from '../function-sizes.ts';
import { lintAsMade } from '../lint-as-made.ts';
import { functionName, functionRoleArn, prefixOf, QUEUE_NAMES, roleArn } from '../names.ts';
import type { Release } from '../release.ts';
import { type Watched, wireAlarms } from '../wire-alarms.ts';
import { wireTriggers } from '../wire-triggers.ts';

/** What the stack is made with. */
export interface ServiceStackProps extends StackProps {
  readonly stage: Stage;
  readonly release: Release;
}

/** The service stack. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, { stage, release, ...props }: ServiceStackProps) {
    const { config } = stage;
    super(scope, id, {
      ...props,
      description: `Countersign ${config.stage}: functions and what starts them.`,
    });
    lintAsMade(this);
    const prefix = prefixOf(config.stage);
    const told = importData(this, config.stage);
    const data = new ProductData(this, 'Data', told);
    const key = Key.fromKeyArn(this, 'DataKeyInUse', told['data-key']);
    const documents = new Documents(this, 'Documents', {
      stage,
      release: release.manifest,
      configurationSet: prefix,
    });
    const door = new FrontDoor(this, 'FrontDoor', { apiName: prefix, logDays: config.retention.logDays });
    const queues = this.queues(prefix);
    const machineName = `${prefix}-open-campaign`;
    const groupName = `${prefix}-schedules`;
    const ownRoles = this.ownRoles(config.stage, [machineName, groupName]);
    const shared = this.sharedSettings(config.stage, told, {
      build: release.build,
      installation: documents.installation,
      organisation: documents.organisation,
      webUrl: door.url,
      openingMachine: this.formatArn({
        service: 'states',
        resource: 'stateMachine',
        resourceName: machineName,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
      ownRoles: [...ownRoles, ...assumedRoles(config.connectors)].join(','),
    });
    const functions = this.functions(stage, release, shared, queues);
    const machine = new OpeningMachine(this, 'OpeningMachine', {
      machineName,
      opener: got(functions, 'open-campaigns'),
      logDays: config.retention.logDays,
    });
    const mail = new MailDoor(this, 'MailDoor', {
      identity: config.mail.identity,
      fromAddress: /<(.+)>$/.exec(config.mail.from)?.[1] ?? config.mail.from,
      configurationSetName: prefix,
      key,
      events: got(queues, 'mail-events').queue,
    });
    for (const name of FUNCTION_NAMES) {
      grantUses(name, { config, data, documents, mail, machine, queues, functions, ownRoles });
    }
    const failures = deadLetterQueue(this, 'Failures', `${prefix}-failed-invocations`);
    acknowledge(failures, 'SQS3', 'It is where invocations end that were given up.');
    const schedules = new Schedules(this, 'Schedules', { groupName, failures });
    wireTriggers(this, { config, data, told, door, machine, queues, functions, failures, schedules });
    this.watch(config, key, { stage: config.stage, door, machine, queues, functions, failures });
    const command = door.commandPolicy(`${prefix}-command`);
    this.tell({
      Url: door.url,
      CommandPolicyArn: command.managedPolicyArn,
      // TrustedRoleArns of the member role.
      ConnectorRoleArns: FUNCTION_NAMES.filter((name) => FUNCTIONS[name].connectors.length > 0)
        .map((name) => functionRoleArn(this, config.stage, name))
        .join(','),
    });
  }

  private watch({ stage, alarms: { email } }: StageConfig, key: IKey, watched: Watched): void {
    const prefix = prefixOf(stage);
    const alarms = new Alarms(this, 'Alarms', { prefix, entries: SERVICE_ALARMS, key, email });
    wireAlarms(alarms, watched);
    const { functions, queues, door } = watched;
    new Dashboard(this, 'Dashboard', {
      dashboardName: prefix,
      alarms: alarms.alarms,
      functions,
      queues,
      api: door.api,
      stage,
    });
    this.tell({ AlarmTopicArn: alarms.topic.topicArn });
  }

  private sharedSettings(stage: string, told: DataReferences, others: SharedSettings): SharedSettings {
    return {
      ...others,
      stage,
      reviewsTable: told['reviews-table'],
      dataBucket: told['data-bucket'],
      ledgerTable: told['ledger-table'],
      lockedBucket: told['locked-bucket'],
      packsBucket: told['packs-bucket'],
      logKey: told['log-key'],
      attestationKey: told['attestation-key'],
      pseudonymSecret: told['pseudonym-secret'],
      slackSecret: told['slack-secret'],
      cookieSecret: told['cookie-secret'],
    };
  }

  private queues(prefix: string): Map<QueueName, WorkQueue> {
    return new Map(
      QUEUE_NAMES.map((name) => {
        const workerTimeout = Duration.seconds(FUNCTION_SIZES[QUEUES[name]].timeoutSeconds);
        return [
          name,
          new WorkQueue(this, `Queue-${name}`, { queueName: `${prefix}-${name}`, workerTimeout }),
        ];
      }),
    );
  }

  private functions(
    { config }: Stage,
    release: Release,
    shared: SharedSettings,
    queues: ReadonlyMap<QueueName, WorkQueue>,
  ): Map<FunctionName, ProductFunction> {
    return new Map(
      FUNCTION_NAMES.map((name) => {
        const fn = new ProductFunction(this, `Function-${name}`, {
          functionName: functionName(config.stage, name),
          description: FUNCTIONS[name].does,
          bundleFolder: release.bundleOf(name).folder,
          size: FUNCTION_SIZES[name],
          logDays: config.retention.logDays,
          reserved: config.concurrency.reserved[name],
          environment: settingsFor(
            name,
            shared,
            (queue) => got(queues, queue).queue.queueUrl,
            (called) => functionName(config.stage, called),
          ),
        });
        return [name, fn];
      }),
    );
  }

  /** Roles of the product: it reviews them as any other, and never switches them off. */
  private ownRoles(stage: string, others: readonly string[]): string[] {
    return [
      ...FUNCTION_NAMES.map((name) => functionRoleArn(this, stage, name)),
      ...others.map((name) => roleArn(this, name)),
    ];
  }

  private tell(outputs: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
