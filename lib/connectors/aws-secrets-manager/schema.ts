// What Secrets Manager sends of a secret: metadata only. A value, should anybody send one, is left out in reading.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html
import * as z from 'zod';
import { instantOf } from '../../domain/time.ts';

const Moment = z.date().transform((at) => instantOf(at.getTime()));

/** ARN of a secret: Region, account, and the name with the six characters that tell it from a later one of that name. */
export const SECRET_ARN = /^arn:[a-z-]+:secretsmanager:([a-z0-9-]+):(\d{12}):secret:([\w/+=.@!-]{1,519})$/;

const shared = {
  ARN: z.string().regex(SECRET_ARN, 'is no ARN of a secret'),
  Name: z.string(),
  Description: z.string().nullish(),
  CreatedDate: Moment.nullish(),
  /** To the day. Absent: never retrieved in this Region. */
  LastAccessedDate: Moment.nullish(),
  LastRotatedDate: Moment.nullish(),
  NextRotationDate: Moment.nullish(),
  /** Set once its deletion is scheduled. */
  DeletedDate: Moment.nullish(),
  /** Absent: rotation was never turned on. */
  RotationEnabled: z.boolean().nullish(),
  /** The service that made and governs it. */
  OwningService: z.string().nullish(),
  /** Where it was made, of a secret that is or was replicated. */
  PrimaryRegion: z.string().nullish(),
  Tags: z
    .array(z.object({ Key: z.string(), Value: z.string().default('') }))
    .nullish()
    .transform((tags) => Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key, Value]))),
};

/** One entry of `ListSecrets`. */
export const SecretEntry = z.object(shared);
export type SecretEntry = z.infer<typeof SecretEntry>;

/** `ListSecrets`; entries are read one by one, so that a strange one hides no other. */
export const ListAnswer = z.object({
  SecretList: z.array(z.unknown()).nullish(),
  NextToken: z.string().nullish(),
});
export type ListAnswer = z.infer<typeof ListAnswer>;

/** `DescribeSecret`. */
export const SecretDescription = z.object({
  ...shared,
  ReplicationStatus: z
    .array(z.object({ Region: z.string() }))
    .nullish()
    .transform((replicas) => (replicas ?? []).map(({ Region }) => Region).toSorted()),
});
export type SecretDescription = z.infer<typeof SecretDescription>;

/** Region, account and name-with-suffix of a secret's ARN, which was checked on reading. */
export function partsOf(arn: string): {
  readonly region: string;
  readonly account: string;
  readonly resource: string;
} {
  const [, region = '', account = '', resource = ''] = SECRET_ARN.exec(arn) ?? [];
  return { region, account, resource };
}
