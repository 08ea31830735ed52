// What CloudTrail's event history tells of a user, a key or a role: management events of the last 90 days.
import type { ActivityReport, RemovalTarget } from '../../application/ports/connector.ts';
import { RefusedError } from '../../domain/errors.ts';
import { type Instant, latest, plusDays } from '../../domain/time.ts';
import type { TrailEvent } from './activity-event.ts';
import { createTrailReader, type TrailReader } from './activity-pages.ts';
import type { AwsClients } from './aws-clients.ts';
import type { Sleep } from './call-log.ts';
import { type LocateParts, locateTarget, userOf } from './locate.ts';
import type { AwsIamSettings } from './settings.ts';
import { parseTargetState } from './target-state.ts';

/** The event history goes back so far. */
const HISTORY_DAYS = 90;
/** CloudTrail delivers within about this time on average. */
const LAG_MINUTES = 15;
/** Region of IAM, STS's global endpoint and other services without Regions. */
const GLOBAL_REGION = 'us-east-1';

/** What reading activity works with. */
export interface ActivityParts {
  readonly settings: AwsIamSettings;
  readonly clients: AwsClients;
  readonly locate: LocateParts;
  readonly now: () => Instant;
  readonly sleep: Sleep;
  readonly note: (message: string) => void;
}

/** Whether there is a log to read: an emulator of IAM has none of its own. */
export function hasActivity({ endpoint, activityEndpoint }: AwsIamSettings): boolean {
  return activityEndpoint !== undefined || endpoint === undefined || endpoint.startsWith('https:');
}

/**
 * Reads the target's calls. A reading that ends early is partial and says where.
 * @throws UpstreamError when nothing could be read at all
 * @throws RefusedError NOT_SUPPORTED for what CloudTrail does not tell apart, NOT_FOUND for a key that is not there any more
 */
export async function readActivity(
  parts: ActivityParts,
  target: RemovalTarget,
  from: Instant,
  until: Instant,
): Promise<ActivityReport> {
  const { settings } = parts;
  const begin = latest(from, plusDays(parts.now(), -HISTORY_DAYS));
  const regions = [...new Set(settings.activityRegions ?? [settings.region, GLOBAL_REGION])];
  const scope = target.reviewed.scope;
  const about = {
    source: `CloudTrail management events of ${scope} in ${regions.join(', ')}; data events are not in it`,
    classes: ['management'],
    lagMinutes: LAG_MINUTES,
    from: begin,
    until,
  };
  if (begin >= until) return { ...about, from: until, completeness: 'complete', events: [] };
  const reader = createTrailReader(settings, parts.clients, { from: begin, until }, parts);
  const found = await readTarget(parts, reader, target, regions);
  const gaps = reader.gaps();
  const events = new Map(found.map(({ event }) => [event.eventId, event]));
  return {
    ...about,
    completeness: gaps.length > 0 ? 'partial' : 'complete',
    ...(gaps.length > 0 && { gap: gaps.join('; ') }),
    events: [...events.values()],
  };
}

async function readTarget(
  parts: ActivityParts,
  reader: TrailReader,
  target: RemovalTarget,
  regions: readonly string[],
): Promise<TrailEvent[]> {
  const { kind } = target.reviewed;
  if (kind === 'workload-identity') return readRole(reader, target, regions);
  if (kind === 'service-account' && target.credentialId === undefined) {
    const user = userOf(target);
    const calls = await inEach(regions, (region) => reader.read({ region, key: 'Username', value: user }));
    // A role's session may bear the user's name.
    return calls.filter(({ principal }) => principal?.endsWith(`:${target.reviewed.nativeId}`));
  }
  const key = await keyIdOf(parts, target);
  return inEach(regions, (region) => reader.read({ region, key: 'AccessKeyId', value: key }));
}

/**
 * A session's calls are listed under the session's name, not the role's. The role's own name finds the calls that began
 * its sessions; their names find the rest.
 */
async function readRole(
  reader: TrailReader,
  { reviewed }: RemovalTarget,
  regions: readonly string[],
): Promise<TrailEvent[]> {
  const arn = `arn:${partitionOf(regions)}:iam::${reviewed.scope}:${reviewed.nativeId}`;
  const begun = await inEach(regions, (region) => reader.read({ region, key: 'ResourceName', value: arn }));
  const sessions = [...new Set(begun.flatMap(({ began }) => (began === undefined ? [] : [began])))];
  const calls = await inEach(sessions, (value) =>
    inEach(regions, (region) => reader.read({ region, key: 'Username', value })),
  );
  return calls.filter(({ principal }) => principal === arn);
}

/** The key's own id: the inventory knows its slot only, and IAM which id is in it now. */
async function keyIdOf(parts: ActivityParts, target: RemovalTarget): Promise<string> {
  const credential =
    target.reviewed.credentials.find(({ credentialId }) => credentialId === target.credentialId) ??
    target.reviewed.credentials[0];
  if (credential?.type !== 'access-key') {
    const what = credential?.type ?? target.reviewed.kind;
    throw new RefusedError({ code: 'NOT_SUPPORTED', message: `CloudTrail does not list calls by a ${what}` });
  }
  if (credential.providerId !== undefined) return credential.providerId;
  const located = await locateTarget(parts.locate, target);
  if (located.found !== 'one') throw new RefusedError({ code: 'NOT_FOUND', message: located.reason });
  const state = parseTargetState(located.state.detail);
  const id = state.target === 'user' ? state.credentials[0]?.id : undefined;
  if (id !== undefined) return id;
  throw new RefusedError({ code: 'NOT_FOUND', message: `${target.identityId} has no such key` });
}

function partitionOf([region = '']: readonly string[]): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

async function inEach<T>(
  values: readonly string[],
  read: (value: string) => Promise<readonly T[]>,
): Promise<T[]> {
  const found: T[] = [];
  for (const value of values) found.push(...(await read(value)));
  return found;
}
