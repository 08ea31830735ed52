// Tables, keys, buckets and secrets as the functions of the service stack may use them.
import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { allow } from '../allow.ts';
import type { DataReferences } from '../data-parameters.ts';
import { BLOBS, DRAFTS } from './evidence-buckets.ts';
import { DUE_INDEX } from './review-tables.ts';
import { ATTESTATION_FORM, grantSign, NOTE_FORM } from './signing-keys.ts';

/** How far a grant goes. */
export type Extent = 'read' | 'write';

/** Services that use the data key on a function's behalf. */
export type KeyedService = 'dynamodb' | 's3' | 'secretsmanager';

const READ_ROWS = ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'];
const WRITE_ROWS = ['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:PutItem'];

/** Grants on what the data stack keeps. */
export class ProductData extends Construct {
  readonly #told: DataReferences;

  constructor(scope: Construct, id: string, told: DataReferences) {
    super(scope, id);
    this.#told = told;
  }

  /** ARN of a table or bucket that is told by name. */
  private tableArn(table: 'reviews-table' | 'ledger-table'): string {
    return Stack.of(this).formatArn({
      service: 'dynamodb',
      resource: 'table',
      resourceName: this.#told[table],
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  }

  private bucketArn(bucket: 'data-bucket' | 'locked-bucket' | 'packs-bucket'): string {
    return `arn:${Aws.PARTITION}:s3:::${this.#told[bucket]}`;
  }

  /** The table of everything mutable and its index. Writing is putting and deleting whole rows, alone or in a transaction. */
  grantReviews(role: Role, extent: Extent): void {
    const table = this.tableArn('reviews-table');
    allow(role, { actions: READ_ROWS, resources: [table, `${table}/index/${DUE_INDEX}`] });
    if (extent === 'write') allow(role, { actions: WRITE_ROWS, resources: [table] });
  }

  /** The stream of that table. */
  grantStream(role: Role): void {
    allow(role, {
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      resources: [this.#told['reviews-stream']],
    });
  }

  /** Blobs, and the drafts they are made from. A blob is never deleted. */
  grantBlobs(role: Role, extent: Extent): void {
    const bucket = this.bucketArn('data-bucket');
    const because = 'Blobs are named by their digests.';
    allow(role, { actions: ['s3:ListBucket'], resources: [bucket] });
    allow(role, { actions: ['s3:GetObject'], resources: [`${bucket}/${BLOBS}*`], because });
    if (extent === 'read') return;
    allow(role, { actions: ['s3:PutObject'], resources: [`${bucket}/${BLOBS}*`], because });
    allow(role, {
      actions: ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:GetObject', 's3:PutObject'],
      resources: [`${bucket}/${DRAFTS}*`],
      because: 'Drafts are named at random.',
    });
  }

  /** Rows of the ledger and their locked copies. Writing is inserting: there is no grant to change or remove either. */
  grantLedger(role: Role, extent: Extent): void {
    const table = this.tableArn('ledger-table');
    const bucket = this.bucketArn('locked-bucket');
    const because = 'Locked files are named by size of the log; nobody can replace or remove one.';
    allow(role, { actions: READ_ROWS, resources: [table] });
    allow(role, { actions: ['s3:ListBucket'], resources: [bucket] });
    allow(role, { actions: ['s3:GetObject'], resources: [`${bucket}/*`], because });
    if (extent === 'read') return;
    allow(role, { actions: ['dynamodb:PartiQLInsert'], resources: [table] });
    allow(role, { actions: ['s3:PutObject'], resources: [`${bucket}/*`], because });
    grantSign(role, this.#told['log-key'], NOTE_FORM);
  }

  /** Signing attestations. */
  grantAttesting(role: Role): void {
    grantSign(role, this.#told['attestation-key'], ATTESTATION_FORM);
  }

  /** Evidence packs: writing them, and reading them so that a person can be handed an address. */
  grantPacks(role: Role): void {
    const bucket = this.bucketArn('packs-bucket');
    allow(role, { actions: ['s3:ListBucket'], resources: [bucket] });
    allow(role, {
      actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
      resources: [`${bucket}/*`],
      because: 'Packs are named when they are asked for.',
    });
  }

  /** One secret. */
  grantSecret(role: Role, secret: 'pseudonym-secret' | 'cookie-secret' | 'slack-secret'): void {
    allow(role, { actions: ['secretsmanager:GetSecretValue'], resources: [this.#told[secret]] });
  }

  /** The data key, but only through services that hold the data. */
  grantKey(role: Role, services: readonly KeyedService[], extent: Extent): void {
    const write = ['kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];
    allow(role, {
      actions: ['kms:Decrypt', 'kms:DescribeKey', ...(extent === 'write' ? write : [])],
      resources: [this.#told['data-key']],
      conditions: {
        StringEquals: {
          'kms:ViaService': services.map((service) => `${service}.${Aws.REGION}.${Aws.URL_SUFFIX}`),
        },
      },
    });
  }
}
