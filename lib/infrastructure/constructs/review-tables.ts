// The two tables: everything that changes, and the ledger, where rows are only ever inserted.
import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/** What the tables are made with. */
export interface ReviewTablesProps {
  /** Encrypts the table of everything mutable. */
  readonly key: IKey;
}

/** Key of both tables. */
const PRIMARY = {
  partitionKey: { name: 'pk', type: AttributeType.STRING },
  sortKey: { name: 'sk', type: AttributeType.STRING },
} as const;

/** Name of the sparse index of due work. */
export const DUE_INDEX = 'due';

/** Whatever changes or removes a row, or lets one be removed: nobody may, whatever their role says. */
export const LEDGER_DENIED_ACTIONS = [
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:BatchWriteItem',
  'dynamodb:PartiQLUpdate',
  'dynamodb:PartiQLDelete',
  // Rows expire without anybody's DeleteItem.
  'dynamodb:UpdateTimeToLive',
];

/** A policy that leaves PartiQL INSERT as the only way to write: it cannot overwrite a row. */
export function insertOnlyPolicy(): PolicyDocument {
  return new PolicyDocument({
    statements: [
      new PolicyStatement({
        sid: 'RowsAreOnlyInserted',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: LEDGER_DENIED_ACTIONS,
        // A table's own policy cannot name the table while it is being made; it applies to no other.
        resources: ['*'],
      }),
    ],
  });
}

/** The tables, both kept when the stack goes and protected from deletion, with 35 days of point-in-time recovery. */
export class ReviewTables extends Construct {
  /** Everything mutable, the inbox of attestations included. */
  readonly reviews: Table;
  /**
   * Insert-only rows. Encrypted with DynamoDB's own key: with a key of this account, whoever deletes that key deletes
   * history.
   */
  readonly ledger: Table;

  constructor(scope: Construct, id: string, { key }: ReviewTablesProps) {
    super(scope, id);
    const kept = {
      ...PRIMARY,
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 35 },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    };
    this.reviews = new Table(this, 'Reviews', {
      ...kept,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key,
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: 'ttl',
    });
    this.reviews.addGlobalSecondaryIndex({
      indexName: DUE_INDEX,
      partitionKey: { name: 'duePk', type: AttributeType.STRING },
      sortKey: { name: 'dueSk', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.ledger = new Table(this, 'Ledger', { ...kept, resourcePolicy: insertOnlyPolicy() });
  }
}
