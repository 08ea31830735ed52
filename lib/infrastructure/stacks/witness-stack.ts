// A witness: an account that cosigns the heads of somebody else's log. It shares nothing with the installation but a call.
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { ArnPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { WitnessSettings } from '../../witness-settings.ts';
import { WITNESS_ALARMS } from '../alarm-list.ts';
import { allow } from '../allow.ts';
import type { Bundle } from '../bundle-functions.ts';
import type { WitnessConfig } from '../config/stage-config.ts';
import { Alarms } from '../constructs/alarms.ts';
import { ProductFunction } from '../constructs/product-function.ts';
import { insertOnlyPolicy } from '../constructs/review-tables.ts';
import { grantSign, NOTE_FORM, SigningKey } from '../constructs/signing-keys.ts';
import { lintAsMade } from '../lint-as-made.ts';
import { roleArn } from '../names.ts';

/** What the stack is made with. */
export interface WitnessStackProps extends StackProps {
  readonly config: WitnessConfig;
  readonly bundle: Bundle;
}

/** The witness: a table of heads it only adds to, a key of its own, one function that one role may call. */
export class WitnessStack extends Stack {
  constructor(scope: Construct, id: string, { config, bundle, ...props }: WitnessStackProps) {
    super(scope, id, {
      ...props,
      description: `Countersign witness ${config.name} of the log ${config.log.origin}.`,
      terminationProtection: true,
    });
    lintAsMade(this);
    const functionName = `countersign-witness-${config.name}`;
    const heads = new Table(this, 'Heads', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      resourcePolicy: insertOnlyPolicy(),
    });
    const { key } = new SigningKey(this, 'WitnessKey', {
      description: `Countersign witness ${config.name}: cosigns heads.`,
      form: NOTE_FORM,
      signers: [roleArn(this, functionName)],
    });
    const witness = new ProductFunction(this, 'Function', {
      functionName,
      description: 'Cosigns a head of the log only if it extends the last one seen.',
      bundleFolder: bundle.folder,
      size: { memoryMb: 512, timeoutSeconds: 30 },
      logDays: config.retention.logDays,
      environment: {
        COUNTERSIGN_WITNESS_NAME: config.witness,
        COUNTERSIGN_LOG_ORIGIN: config.log.origin,
        COUNTERSIGN_LOG_KEYS: config.log.keys.join(' '),
        COUNTERSIGN_HEADS_TABLE: heads.tableName,
        COUNTERSIGN_WITNESS_KEY: key.keyArn,
      } satisfies WitnessSettings,
    });
    allow(witness.role, {
      actions: ['dynamodb:PartiQLInsert', 'dynamodb:Query'],
      resources: [heads.tableArn],
    });
    grantSign(witness.role, key.keyArn, NOTE_FORM);
    witness.lambda.addPermission('Sealer', { principal: new ArnPrincipal(config.sealerRole) });
    const alarms = new Alarms(this, 'Alarms', {
      prefix: functionName,
      entries: WITNESS_ALARMS,
      email: config.alarms.email,
    });
    alarms.on('witness-refused', {
      metric: witness.lambda.metricErrors({ period: Duration.minutes(5), statistic: Stats.SUM }),
      atLeast: 1,
    });
    new CfnOutput(this, 'FunctionArn', {
      value: witness.lambda.functionArn,
      description: 'witnesses[].functionArn of the installation.',
    });
    new CfnOutput(this, 'KeyArn', {
      value: key.keyArn,
      description: 'Its public half is in witnesses[].verifierKey of the installation.',
    });
    new CfnOutput(this, 'AlarmTopicArn', { value: alarms.topic.topicArn });
  }
}
