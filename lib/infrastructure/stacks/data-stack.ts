// Everything that must outlive a deployment: tables, keys, buckets, secrets.
import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { FUNCTION_NAMES, FUNCTIONS } from '../../functions.ts';
import type { StageConfig } from '../config/stage-config.ts';
import { EvidenceBuckets } from '../constructs/evidence-buckets.ts';
import { arnOf, ProductSecrets } from '../constructs/product-secrets.ts';
import { ReviewTables } from '../constructs/review-tables.ts';
import { ATTESTATION_FORM, NOTE_FORM, SigningKey } from '../constructs/signing-keys.ts';
import { publishData } from '../data-parameters.ts';
import { lintAsMade } from '../lint-as-made.ts';
import { functionRoleArn, prefixOf } from '../names.ts';

/** What the stack is made with. */
export interface DataStackProps extends StackProps {
  readonly config: StageConfig;
}

/** The data stack: every resource is kept when the stack goes, and the stack is protected from going. */
export class DataStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...props }: DataStackProps) {
    super(scope, id, {
      ...props,
      description: `Countersign ${config.stage}: tables, keys, buckets and secrets.`,
      terminationProtection: true,
    });
    lintAsMade(this);
    const { stage, retention } = config;
    const key = this.dataKey(stage);
    const tables = new ReviewTables(this, 'Tables', { key });
    const buckets = new EvidenceBuckets(this, 'Buckets', { key, ...retention });
    const secrets = new ProductSecrets(this, 'Secrets', { key });
    const rolesThat = (sign: 'attests' | 'seals') =>
      FUNCTION_NAMES.filter((name) =>
        sign === 'attests' ? FUNCTIONS[name].attests : FUNCTIONS[name].ledger === 'write',
      ).map((name) => functionRoleArn(this, stage, name));
    const attestationKey = new SigningKey(this, 'AttestationKey', {
      description: `Countersign ${stage}: signs attestations.`,
      form: ATTESTATION_FORM,
      signers: rolesThat('attests'),
    });
    const logKey = new SigningKey(this, 'LogKey', {
      description: `Countersign ${stage}: signs heads of the log.`,
      form: NOTE_FORM,
      signers: rolesThat('seals'),
    });
    publishData(this, stage, {
      'reviews-table': tables.reviews.tableName,
      'reviews-stream': tables.reviews.tableStreamArn ?? '',
      'ledger-table': tables.ledger.tableName,
      'data-key': key.keyArn,
      'attestation-key': attestationKey.key.keyArn,
      'log-key': logKey.key.keyArn,
      'data-bucket': buckets.data.bucketName,
      'locked-bucket': buckets.locked.bucketName,
      'packs-bucket': buckets.packs.bucketName,
      'pseudonym-secret': arnOf(secrets.pseudonyms),
      'cookie-secret': arnOf(secrets.cookies),
      'slack-secret': arnOf(secrets.slack),
    });
    new CfnOutput(this, 'SlackSecretArn', {
      value: arnOf(secrets.slack),
      description: 'Fill in signingSecret and botToken of the Slack app.',
    });
    new CfnOutput(this, 'LogKeyArn', {
      value: logKey.key.keyArn,
      description: 'Its public half is what auditors verify heads with.',
    });
  }

  /** Encrypts what changes. IAM decides who uses it; the two services that write to topics are let in by name. */
  private dataKey(stage: string): Key {
    const key = new Key(this, 'DataKey', {
      alias: `alias/${prefixOf(stage)}-data`,
      description: `Countersign ${stage}: encrypts tables, blobs, packs, secrets and topics.`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'MailEventsAndAlarmsToTopics',
        principals: [
          new ServicePrincipal('ses.amazonaws.com'),
          new ServicePrincipal('cloudwatch.amazonaws.com'),
        ],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        // No condition on whose account asks: neither is known to say so, and an alarm that is refused is silent.
        resources: ['*'],
      }),
    );
    return key;
  }
}
