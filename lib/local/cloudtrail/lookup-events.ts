// LookupEvents as CloudTrail answers it: one attribute, newest first, at most 50 a page.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
import * as z from 'zod';
import { DAY_MS } from '../../domain/time.ts';

/** A record as a trail writes it; only what finds it is read here. */
export const TrailRecord = z.looseObject({
  eventID: z.string(),
  eventTime: z.iso.datetime(),
  eventName: z.string(),
  eventSource: z.string(),
  awsRegion: z.string(),
  userIdentity: z.looseObject({
    arn: z.string().optional(),
    userName: z.string().optional(),
    accessKeyId: z.string().optional(),
  }),
  resources: z.array(z.looseObject({ ARN: z.string().optional(), type: z.string().optional() })).nullish(),
});
export type TrailRecord = z.infer<typeof TrailRecord>;

/** A request as the SDK sends it: times in epoch seconds. */
export const LookupRequest = z.object({
  LookupAttributes: z
    .array(z.object({ AttributeKey: z.string(), AttributeValue: z.string() }))
    .max(1)
    .default([]),
  StartTime: z.number().optional(),
  EndTime: z.number().optional(),
  MaxResults: z.int().min(1).max(50).default(50),
  NextToken: z.string().optional(),
});
export type LookupRequest = z.infer<typeof LookupRequest>;

/** A refusal with the service's own name for it. */
export interface LookupFailure {
  readonly code: string;
  readonly message: string;
}

/** An answer as the service words it. */
export interface LookupAnswer {
  readonly Events: readonly object[];
  readonly NextToken?: string;
}

/** Answers one request over the records of one Region. `nowMs`: what is older than 90 days is gone. */
export function lookUp(
  records: readonly TrailRecord[],
  request: LookupRequest,
  nowMs: number,
): LookupAnswer | LookupFailure {
  const { StartTime = 0, EndTime = nowMs / 1000, MaxResults, NextToken } = request;
  if (StartTime > EndTime)
    return { code: 'InvalidTimeRangeException', message: 'StartTime is after EndTime.' };
  const { NextToken: _, ...asked } = request;
  const token = NextToken === undefined ? { at: 0, asked: JSON.stringify(asked) } : readToken(NextToken);
  if (token?.asked !== JSON.stringify(asked)) {
    return { code: 'InvalidNextTokenException', message: 'The token belongs to another request.' };
  }
  const [attribute] = request.LookupAttributes;
  const oldestMs = nowMs - 90 * DAY_MS;
  const found = records
    .filter(({ eventTime }) => {
      const ms = Date.parse(eventTime);
      return ms >= oldestMs && ms / 1000 >= StartTime && ms / 1000 <= EndTime;
    })
    .filter(
      (record) =>
        !attribute || attributesOf(record)[attribute.AttributeKey]?.includes(attribute.AttributeValue),
    )
    .toSorted((one, other) => Date.parse(other.eventTime) - Date.parse(one.eventTime));
  const next = token.at + MaxResults;
  return {
    Events: found.slice(token.at, next).map(entryOf),
    ...(next < found.length && { NextToken: writeToken({ ...token, at: next }) }),
  };
}

function entryOf(record: TrailRecord): object {
  const { eventID, eventName, eventSource, eventTime, userIdentity, resources } = record;
  return {
    EventId: eventID,
    EventName: eventName,
    EventSource: eventSource,
    EventTime: Date.parse(eventTime) / 1000,
    Username: userNameOf(record),
    AccessKeyId: userIdentity.accessKeyId,
    Resources: (resources ?? []).map(({ ARN, type }) => ({ ResourceName: ARN, ResourceType: type })),
    CloudTrailEvent: JSON.stringify(record),
  };
}

function attributesOf(record: TrailRecord): Readonly<Record<string, readonly (string | undefined)[]>> {
  return {
    AccessKeyId: [record.userIdentity.accessKeyId],
    EventId: [record.eventID],
    EventName: [record.eventName],
    EventSource: [record.eventSource],
    ResourceName: (record.resources ?? []).map(({ ARN }) => ARN),
    ResourceType: (record.resources ?? []).map(({ type }) => type),
    Username: [userNameOf(record)],
  };
}

/** A user by their name, a role's session by the session's. */
function userNameOf({ userIdentity: { userName, arn } }: TrailRecord): string | undefined {
  return userName ?? /:assumed-role\/[^/]+\/(.+)$/.exec(arn ?? '')?.[1];
}

const Token = z.object({ at: z.int(), asked: z.string() });

function writeToken(token: z.infer<typeof Token>): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function readToken(text: string): z.infer<typeof Token> | undefined {
  try {
    return Token.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
}
