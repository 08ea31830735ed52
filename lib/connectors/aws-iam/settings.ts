// Where and as whom the connector works. No secret belongs here.
import * as z from 'zod';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Another endpoint than AWS's own: HTTPS, or plain HTTP to this machine (an emulator). Never a metadata address. */
const Endpoint = z.url({ protocol: /^https?$/ }).refine((text) => {
  const { protocol, hostname } = new URL(text);
  if (LOOPBACK.test(hostname)) return true;
  return protocol === 'https:' && !/^(169\.254\.|\[fe80:|\[fd00:ec2:)/i.test(hostname);
}, 'must be https, or http on this machine; link-local and metadata addresses are refused');

/** Settings of the aws-iam connector. */
export const AwsIamSettings = z
  .strictObject({
    /** Refuse to work in any other account. */
    account: z
      .string()
      .regex(/^\d{12}$/)
      .optional(),
    region: z.string().default('us-east-1'),
    /** Address of an emulator or a private endpoint, for IAM and STS alike. */
    endpoint: Endpoint.optional(),
    /** Keys for an emulator on this machine; refused together with any other endpoint. */
    emulatorKeys: z
      .strictObject({
        accessKeyId: z.string(),
        secretAccessKey: z.string(),
        sessionToken: z.string().optional(),
      })
      .optional(),
    /** Role to assume in the account, with its external id. */
    assumeRole: z
      .strictObject({
        roleArn: z.string(),
        externalId: z
          .string()
          .regex(/^[\w+=,.@:/-]{2,1224}$/)
          .optional(),
        /** How the session is called in that account's CloudTrail. */
        sessionName: z
          .string()
          .regex(/^[\w+=,.@-]{2,64}$/)
          .default('countersign'),
      })
      .optional(),
    /** Read these files instead of calling AWS: credential report (CSV or the CLI's JSON), authorization details, account summary. */
    from: z.array(z.string()).min(1).optional(),
    /**
     * Sources this installation does without, because nobody granted them. What they would tell is a gap, said in every
     * report; a source that is wanted and fails makes the collection partial instead.
     */
    without: z
      .array(z.enum(['authorization-details', 'credential-report']))
      .max(1)
      .default([]),
    /**
     * Keys whose secret we are entrusted with, by access key id: the name of the secret that holds it. Once such a key is
     * off, verification tries to sign in with it.
     */
    canaries: z.record(z.string().regex(/^AKIA[A-Z0-9]{12,124}$/), z.string().min(1)).default({}),
    /** ARNs of Countersign's own users and roles: reviewed, never switched off. */
    ownPrincipals: z.array(z.string()).default([]),
    /** Attempts the SDK makes by itself for one request. */
    attemptsPerRequest: z.int().min(1).max(10).default(5),
    /** Further attempts after that, shared by a whole collection. */
    retryBudget: z.int().min(0).max(100).default(10),
    /** Regions whose CloudTrail event history is read. @default `region` and us-east-1 */
    activityRegions: z.array(z.string().min(1)).min(1).max(40).optional(),
    /** Pages of 50 events read for one question about one target; what is beyond them is said to be missing. */
    activityPages: z.int().min(1).max(200).default(20),
    /** Address of CloudTrail, where it is not AWS's own. An emulator of IAM alone has no log. */
    activityEndpoint: Endpoint.optional(),
    /** How long to wait between two looks at a credential report in the making, and how often to look. */
    reportPollMs: z.int().min(1).max(60_000).default(2_000),
    reportPolls: z.int().min(1).max(300).default(60),
  })
  .refine(({ emulatorKeys, endpoint }) => {
    if (!emulatorKeys) return true;
    return endpoint !== undefined && LOOPBACK.test(new URL(endpoint).hostname);
  }, 'emulatorKeys are only for an endpoint on this machine');
export type AwsIamSettings = z.infer<typeof AwsIamSettings>;
