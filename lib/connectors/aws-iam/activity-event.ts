// One CloudTrail event as it is read: who called what, and whether it went through. All else is left where it is.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
import * as z from 'zod';
import type { ActivityEvent } from '../../application/ports/connector.ts';
import { type Instant, parseInstant } from '../../domain/time.ts';

const Text = z.string().max(2048);

/** The record inside an answer. Parameters, answers, tokens and session contexts are not read. */
const Record = z.object({
  eventID: Text.min(1),
  eventTime: Text.transform((text, context): Instant => {
    const at = parseInstant(text);
    if (at !== undefined) return at;
    context.addIssue({ code: 'custom', message: 'is no time' });
    return z.NEVER;
  }),
  eventSource: Text,
  eventName: Text,
  errorCode: Text.optional(),
  sourceIPAddress: Text.optional(),
  userIdentity: z.object({
    type: Text.optional(),
    arn: Text.optional(),
    userName: Text.optional(),
    accessKeyId: Text.optional(),
    invokedBy: Text.optional(),
    sessionContext: z.object({ sessionIssuer: z.object({ arn: Text.optional() }).optional() }).optional(),
  }),
  resources: z.array(z.object({ ARN: Text.optional() })).nullish(),
  /** Of AssumeRole alone: the session it began. */
  responseElements: z
    .object({ assumedRoleUser: z.object({ arn: Text.optional() }).optional() })
    .nullish()
    .catch(undefined),
  requestParameters: z.object({ roleSessionName: Text.optional() }).nullish().catch(undefined),
});

/** An event, and what finding its caller needs. */
export interface TrailEvent {
  readonly event: ActivityEvent;
  /** ARN of the user who called, or of the role whose session did. */
  readonly principal: string | undefined;
  /** Name of the session that this call began. */
  readonly began: string | undefined;
}

/** Reads a record's JSON text; undefined when it is not one. */
export function readTrailEvent(text: string): TrailEvent | undefined {
  const parsed = Record.safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  const record = parsed.data;
  const { userIdentity, sourceIPAddress, errorCode } = record;
  const { accessKeyId, sessionContext, arn } = userIdentity;
  const resource = record.resources?.find(({ ARN }) => ARN !== undefined)?.ARN;
  return {
    event: {
      eventId: record.eventID,
      at: record.eventTime,
      action: `${record.eventSource.replace(/\.amazonaws\.com(\.cn)?$/, '')}:${record.eventName}`,
      ...(resource !== undefined && { resource }),
      caller: callerOf(userIdentity),
      ...(sourceIPAddress !== undefined && { sourceAddress: sourceIPAddress }),
      ...(accessKeyId !== undefined && accessKeyId !== '' && { credentialId: accessKeyId }),
      outcome: outcomeOf(errorCode),
      ...(errorCode !== undefined && { errorCode }),
    },
    principal: sessionContext?.sessionIssuer?.arn ?? arn,
    began: record.eventName.startsWith('AssumeRole') ? sessionOf(record) : undefined,
  };
}

/** A role's session by its name, a user by theirs; what AWS does for them is theirs. */
function callerOf({ arn, userName, invokedBy }: z.infer<typeof Record>['userIdentity']): string {
  const session = /:assumed-role\/[^/]+\/(.+)$/.exec(arn ?? '')?.[1];
  const name = userName ?? session ?? arn ?? 'an unknown caller';
  return invokedBy === undefined ? name : `${name} through ${invokedBy}`;
}

/**
 * Refused for want of rights; anything else AWS answered, a "not found" too, was let in. Throttled before that was asked:
 * unknown.
 */
function outcomeOf(errorCode: string | undefined): ActivityEvent['outcome'] {
  if (errorCode === undefined) return 'allowed';
  if (/AccessDenied|Unauthorized|NotAuthorized|Forbidden|AuthFailure/i.test(errorCode)) return 'refused';
  return /Throttl|RequestLimitExceeded|TooManyRequests|SlowDown/i.test(errorCode) ? 'unknown' : 'allowed';
}

function sessionOf({ responseElements, requestParameters }: z.infer<typeof Record>): string | undefined {
  const begun = /:assumed-role\/[^/]+\/(.+)$/.exec(responseElements?.assumedRoleUser?.arn ?? '')?.[1];
  return begun ?? requestParameters?.roleSessionName;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
