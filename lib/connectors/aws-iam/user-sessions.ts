// Sessions made with a user's keys: they outlive the keys, and are refused by a policy on the time they were made.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html
import * as z from 'zod';
import { HOUR_MS, type Instant, MINUTE_MS, parseInstant, plusMs } from '../../domain/time.ts';
import type { AwsClients } from './aws-clients.ts';
import { type InlinePolicy, inlineUserPolicy } from './inline-policy.ts';

/** Name of the policy, fixed so that a second run finds it. */
export const SESSION_POLICY_NAME = 'CountersignSessionsRevoked';

/**
 * Longest life of a session made with an access key: GetSessionToken and GetFederationToken give up to 129,600 s (36 h).
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 */
export const LONGEST_SESSION_MS = 36 * HOUR_MS;

/**
 * Longest life of a session of a role that such a session or key assumed. It is the role's own: what the user may no
 * longer do does not bind it.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export const LONGEST_ROLE_SESSION_MS = 12 * HOUR_MS;

/** IAM takes a while to tell all its parts that a key is off; sessions made in that time are refused as well. */
const SETTLING_MS = 15 * MINUTE_MS;

/** The live side of cutting a user's sessions. Methods throw UpstreamError. */
export interface UserSessions extends Pick<InlinePolicy, 'read' | 'putBack'> {
  /** Refuses every session made before `at` and a little after. Signing with a key itself is not affected. */
  cut(user: string, at: Instant): Promise<string>;
}

/** Makes it over an IAM client. */
export function createUserSessions(clients: AwsClients): UserSessions {
  const policy = inlineUserPolicy(clients, SESSION_POLICY_NAME);
  return {
    read: policy.read,
    putBack: policy.putBack,
    cut: (user, at) => policy.put(user, denySessionsBefore(plusMs(at, SETTLING_MS))),
  };
}

function denySessionsBefore(at: Instant): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: SESSION_POLICY_NAME,
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { DateLessThan: { 'aws:TokenIssueTime': at } },
      },
    ],
  });
}

const OurPolicy = z.object({
  Statement: z.tuple([
    z.strictObject({
      Sid: z.literal(SESSION_POLICY_NAME),
      Effect: z.literal('Deny'),
      Action: z.literal('*'),
      Resource: z.literal('*'),
      Condition: z.strictObject({ DateLessThan: z.strictObject({ 'aws:TokenIssueTime': z.string() }) }),
    }),
  ]),
});

/** Sessions made before which moment a document refuses; undefined when it is not one that `cut` wrote. */
export function cutBefore(document: string | null): Instant | undefined {
  const parsed = OurPolicy.safeParse(jsonOrNothing(document));
  if (!parsed.success) return undefined;
  return parseInstant(parsed.data.Statement[0].Condition.DateLessThan['aws:TokenIssueTime']);
}

function jsonOrNothing(document: string | null): unknown {
  try {
    return document === null ? undefined : JSON.parse(document);
  } catch {
    return undefined;
  }
}
