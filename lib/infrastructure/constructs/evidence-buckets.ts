// Where files live: blobs that use cases read, copies nobody can remove, packs handed to auditors.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type IBucket,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';

/** What the buckets are made with. */
export interface EvidenceBucketsProps {
  /** Encrypts blobs and packs. */
  readonly key: IKey;
  /** How long nobody, root included, can remove a file of the locked bucket. */
  readonly lockedDays: number;
  /** After how many days packs are removed. */
  readonly packDays: number;
  /** How long lines about access to the other buckets are kept. */
  readonly logDays: number;
}

/** Prefix of blobs in the data bucket. */
export const BLOBS = 'blobs/';
/** Prefix of uploads that have no digest yet. */
export const DRAFTS = 'drafts/';

/** The buckets: private, over TLS only, kept when the stack goes. */
export class EvidenceBuckets extends Construct {
  /** Snapshots, inventories, manifests, by digest. */
  readonly data: Bucket;
  /**
   * Copies of the log under Object Lock in compliance mode. Encrypted with S3's own key: with a key of this account,
   * whoever deletes that key deletes the copies.
   */
  readonly locked: Bucket;
  /** Evidence packs, which are copies of what the ledger holds. */
  readonly packs: Bucket;

  constructor(scope: Construct, id: string, props: EvidenceBucketsProps) {
    super(scope, id);
    const closed = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: RemovalPolicy.RETAIN,
    } satisfies BucketProps;
    const accessLogs = new Bucket(this, 'AccessLogs', {
      ...closed,
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ id: 'ExpireLines', expiration: Duration.days(props.logDays) }, abandoned],
    });
    acknowledge(accessLogs, 'S1', 'Logging access to the access log would log itself without end.');
    const logged = (name: string) => ({
      ...closed,
      // CDK's classes do not fit its own interfaces under exactOptionalPropertyTypes.
      serverAccessLogsBucket: accessLogs as IBucket,
      serverAccessLogsPrefix: `${name}/`,
    });
    const byKey = {
      encryption: BucketEncryption.KMS,
      encryptionKey: props.key,
      bucketKeyEnabled: true,
    } satisfies BucketProps;
    this.data = new Bucket(this, 'Data', {
      ...logged('data'),
      ...byKey,
      // A blob is written once; a version appears only when somebody removes or replaces one, and can be taken back.
      versioned: true,
      lifecycleRules: [
        {
          id: 'RemoveDrafts',
          prefix: DRAFTS,
          expiration: Duration.days(7),
          noncurrentVersionExpiration: Duration.days(1),
        },
        { id: 'ForgetReplaced', prefix: BLOBS, noncurrentVersionExpiration: Duration.days(90) },
        abandoned,
      ],
    });
    this.locked = new Bucket(this, 'Locked', {
      ...logged('locked'),
      encryption: BucketEncryption.S3_MANAGED,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.compliance(Duration.days(props.lockedDays)),
      lifecycleRules: [abandoned],
    });
    this.packs = new Bucket(this, 'Packs', {
      ...logged('packs'),
      ...byKey,
      lifecycleRules: [{ id: 'ExpirePacks', expiration: Duration.days(props.packDays) }, abandoned],
    });
  }
}

/** S3 keeps, and charges for, the parts of uploads that were never finished. */
const abandoned = { id: 'AbortUploads', abortIncompleteMultipartUploadAfter: Duration.days(7) };
