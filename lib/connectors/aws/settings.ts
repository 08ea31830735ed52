// What every AWS connector beside aws-iam is set up with: where it works, as whom, how often it tries. No secret belongs here.
import * as z from 'zod';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Another endpoint than AWS's own: HTTPS, or plain HTTP to this machine (an emulator). Never a metadata address. */
const Endpoint = z.url({ protocol: /^https?$/ }).refine((text) => {
  const { protocol, hostname } = new URL(text);
  if (LOOPBACK.test(hostname)) return true;
  return protocol === 'https:' && !/^(169\.254\.|\[fe80:|\[fd00:ec2:)/i.test(hostname);
}, 'must be https, or http on this machine; link-local and metadata addresses are refused');

/** A Region's name. It becomes part of a host name, so nothing else is let through. */
const Region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d{1,2}$/, 'is no Region, for example eu-central-1');

/** Fields shared by the settings of connectors to AWS services that are kept per Region. */
export const connectionFields = {
  /** Refuse to work in any other account. */
  account: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
  /** Regions to look in. What is elsewhere is not seen. */
  regions: z.array(Region).min(1).default(['us-east-1']),
  /** Address of an emulator or a private endpoint, for the service and STS alike, in every Region. */
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
  assumeRole: z.strictObject({ roleArn: z.string(), externalId: z.string().min(2).optional() }).optional(),
  /** Attempts for one request, made at once. */
  attemptsPerRequest: z.int().min(1).max(10).default(5),
  /** How long one attempt may take: what hangs is given up and, being repeatable, made again. */
  requestTimeoutMs: z.int().min(10).max(120_000).default(30_000),
  /** Further attempts after that, shared by a whole collection. */
  retryBudget: z.int().min(0).max(100).default(10),
} as const;

/** Settings of a connection as parsed. */
export type ConnectionSettings = z.infer<z.ZodObject<typeof connectionFields>>;

/** Whether `emulatorKeys`, where given, go to this machine. For `refine`, with the message below. */
export function keepsEmulatorKeysHere({
  emulatorKeys,
  endpoint,
}: Pick<ConnectionSettings, 'emulatorKeys' | 'endpoint'>): boolean {
  if (!emulatorKeys) return true;
  return endpoint !== undefined && LOOPBACK.test(new URL(endpoint).hostname);
}

/** What is said when they would not. */
export const EMULATOR_KEYS_ELSEWHERE = 'emulatorKeys are only for an endpoint on this machine';
