// Logged use as CloudTrail's event history tells it: real events, played back to the real SDK.
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActivityReport, Connector, RemovalTarget } from '../../../lib/application/ports/connector.ts';
import { createAwsIam } from '../../../lib/connectors/aws-iam/connector.ts';
import { manifest } from '../../../lib/connectors/aws-iam/manifest.ts';
import { AwsIamSettings } from '../../../lib/connectors/aws-iam/settings.ts';
import { replay } from '../../../lib/domain/activity/replay.ts';
import type { Identity } from '../../../lib/domain/identity/identity.ts';
import { type Instant, plusDays, plusMs } from '../../../lib/domain/time.ts';
import { type CloudTrailStandIn, startCloudTrail } from '../../../lib/local/cloudtrail/start-cloud-trail.ts';
import { parseAccountSeed } from '../../../lib/local/iam/account-seed.ts';
import { type IamStandIn, startIam } from '../../../lib/local/iam/start-iam.ts';

const ACCOUNT = '123837392027';
const NOW = '2023-07-20T00:00:00.000Z' as Instant;
const RECORDED = (await readFile(new URL('../../fixtures/cloudtrail/events.jsonl', import.meta.url), 'utf8'))
  .trimEnd()
  .split('\n')
  .map((line): unknown => JSON.parse(line));

let iam: IamStandIn;
let trail: CloudTrailStandIn;
let now = NOW;
let waits: number[] = [];
const clock = { now: () => now };

beforeEach(async () => {
  now = NOW;
  waits = [];
  iam = await startIam({
    account: parseAccountSeed({
      accountId: ACCOUNT,
      users: [
        {
          userName: 'two-keys',
          createdAt: '2023-01-01T00:00:00Z',
          keys: [
            { slot: 1, createdAt: '2023-01-01T00:00:05Z' },
            { slot: 2, createdAt: '2023-02-01T00:00:05Z' },
          ],
        },
      ],
    }),
    clock,
  });
  trail = await startCloudTrail({ records: RECORDED, clock });
});
afterEach(async () => {
  await trail.close();
  await iam.close();
});

function connectorWith(settings: object = {}): Connector {
  return createAwsIam(
    AwsIamSettings.parse({
      endpoint: iam.endpoint,
      emulatorKeys: iam.operatorCredentials,
      attemptsPerRequest: 1,
      retryBudget: 2,
      activityEndpoint: trail.endpoint,
      ...settings,
    }),
    { clock, note: () => undefined },
    async (ms) => {
      waits.push(ms);
      now = plusMs(now, ms);
    },
  );
}

function targetOf(nativeId: string, kind: Identity['kind'] = 'service-account'): RemovalTarget {
  const identityId = `aws-iam/${ACCOUNT}/${kind}/${nativeId}` as Identity['identityId'];
  const reviewed = { identityId, connector: 'aws-iam', scope: ACCOUNT, kind, nativeId, credentials: [] };
  return { identityId, credentialId: undefined, reviewed: reviewed as unknown as Identity };
}

async function read(target: RemovalTarget, settings: object = {}): Promise<ActivityReport> {
  const { activity } = connectorWith(settings);
  if (!activity) expect.fail('no activity');
  return activity(target, plusDays(NOW, -90), NOW);
}

const BENJAMIN = targetOf('user/benjamin');
const PASSWORDS = targetOf('role/stratus-red-team-ec2-get-password-data-role', 'workload-identity');
const THIEF = targetOf('role/stratus-red-team-ec2-steal-credentials-role', 'workload-identity');

describe('logged use of real principals, counted by hand', () => {
  it('of a user is every call by any of their keys and sessions', async () => {
    const report = await read(BENJAMIN);
    expect(report).toMatchObject({ completeness: 'complete', classes: ['management'], lagMinutes: 15 });
    expect(report.source).toBe(
      `CloudTrail management events of ${ACCOUNT} in us-east-1; data events are not in it`,
    );
    const result = replay(report.events, { kind: 'disable' });
    expect(result).toMatchObject({ calls: 91, refused: 91 });
    expect(result.byAction[0]).toMatchObject({ name: 's3:GetBucketAcl', refused: 16 });
    expect(result.byCaller).toMatchObject([
      { name: 'benjamin', calls: 82 },
      { name: 'benjamin through health.amazonaws.com', calls: 6 },
      { name: 'benjamin through AWS Internal', calls: 3 },
    ]);
  });

  it('of a role is found by its sessions; what was refused then is not lost now', async () => {
    const { events } = await read(PASSWORDS);
    expect(events).toHaveLength(29);
    expect(events[0]).toMatchObject({
      action: 'ec2:GetPasswordData',
      caller: 'aws-go-sdk-1688990082523310002',
      outcome: 'refused',
      errorCode: 'Client.UnauthorizedOperation',
    });
    expect(replay(events, { kind: 'disable' })).toMatchObject({ calls: 29, refused: 0 });
  });

  it('of a role that a machine works as', async () => {
    const result = replay((await read(THIEF)).events, { kind: 'disable' });
    expect(result).toMatchObject({ calls: 15, refused: 15 });
    expect(result.byCaller).toMatchObject([{ name: 'i-0dbc91f429e48eeed', refused: 15 }]);
  });

  it('of somebody who did nothing is none, completely', async () => {
    const report = await read(targetOf('user/nobody'));
    expect(report).toMatchObject({ completeness: 'complete', events: [] });
  });
});

describe('one key', () => {
  it('is told from the other keys by its id, found by when it was made', async () => {
    const collection = connectorWith().collect();
    const identities: Identity[] = [];
    for await (const identity of collection.identities) identities.push(identity);
    const reviewed = identities.find(({ nativeId }) => nativeId === 'user/two-keys');
    if (!reviewed) expect.fail('not collected');
    const target = { identityId: reviewed.identityId, credentialId: 'access-key-2', reviewed };
    await read(target);
    const asked = trail.requests().map(({ attribute }) => attribute);
    expect(asked).toEqual(['AccessKeyId']);
    expect(iam.calls()['ListAccessKeys']).toBe(1);
  });

  it('of a kind that CloudTrail does not list is refused, and not "no calls"', async () => {
    const target = { ...targetOf('user/benjamin'), credentialId: 'cert' };
    const reviewed = {
      ...target.reviewed,
      credentials: [{ credentialId: 'cert', type: 'signing-certificate' }],
    };
    await expect(read({ ...target, reviewed: reviewed as unknown as Identity })).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
    });
  });
});

describe('reading by pages', () => {
  it('gives what one page would, at two requests a second', async () => {
    const { events } = await read(BENJAMIN);
    expect(trail.requests()).toHaveLength(2);
    expect(waits).toEqual([500]);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(91);
  });

  it('reads in every Region, the one of global services too', async () => {
    await read(BENJAMIN, { region: 'eu-west-1' });
    expect(trail.requests().map(({ region }) => region)).toEqual(['eu-west-1', 'us-east-1', 'us-east-1']);
    expect((await read(BENJAMIN, { activityRegions: ['eu-west-1'] })).events).toEqual([]);
  });

  it('of two halves of the time gives together the whole', async () => {
    const { activity } = connectorWith();
    const cut = '2023-07-10T11:50:00.000Z' as Instant;
    const first = await activity?.(BENJAMIN, plusDays(NOW, -90), cut);
    const second = await activity?.(BENJAMIN, cut, NOW);
    expect([...(first?.events ?? []), ...(second?.events ?? [])]).toHaveLength(91);
    expect(first?.events.length).toBeGreaterThan(0);
    expect(second?.events.length).toBeGreaterThan(0);
  });

  it('ends at the budget of pages and says that there is more', async () => {
    const report = await read(BENJAMIN, { activityPages: 1 });
    expect(report).toMatchObject({
      completeness: 'partial',
      gap: expect.stringMatching(/^1 pages of 50 events/),
    });
    expect(report.events).toHaveLength(50);
  });

  it('does not reach further back than the history does', async () => {
    const { activity } = connectorWith();
    const report = await activity?.(BENJAMIN, plusDays(NOW, -400), NOW);
    expect(report?.from).toBe(plusDays(NOW, -90));
    now = plusDays(NOW, 100);
    const later = await activity?.(BENJAMIN, plusDays(NOW, -90), NOW);
    expect(later).toMatchObject({ from: NOW, until: NOW, events: [] });
  });
});

describe('CloudTrail that fails', () => {
  it.each([1, 2])('is asked again when it throttles request %i', async (request) => {
    trail.failFrom(request, 'ThrottlingException', 2);
    const report = await read(BENJAMIN);
    expect(report).toMatchObject({ completeness: 'complete' });
    expect(report.events).toHaveLength(91);
  });

  it('for good after a page leaves a part, with the reason', async () => {
    trail.failFrom(2, 'InternalFailure', 10);
    const report = await read(BENJAMIN);
    expect(report).toMatchObject({
      completeness: 'partial',
      gap: expect.stringContaining('us-east-1: LookupEvents'),
    });
    expect(report.events).toHaveLength(50);
  });

  it('at any page of a role never gives a reading that calls itself complete', async () => {
    for (const request of [2, 3]) {
      trail.failFrom(trail.requests().length + request, 'AccessDeniedException');
      const report = await read(THIEF, { activityRegions: ['us-east-1', 'eu-west-1'] });
      expect(report.completeness).toBe('partial');
    }
  });

  it('from the first page on is an error, not an empty log', async () => {
    trail.failFrom(1, 'AccessDeniedException');
    await expect(read(BENJAMIN)).rejects.toMatchObject({ code: 'DENIED' });
  });
});

describe('what is in an event', () => {
  const record = (more: object) => ({
    eventID: 'one',
    eventTime: '2023-07-10T12:00:00Z',
    eventName: 'GetObject',
    eventSource: 's3.amazonaws.com',
    awsRegion: 'us-east-1',
    userIdentity: {
      arn: `arn:aws:iam::${ACCOUNT}:user/made`,
      userName: 'made',
      accessKeyId: 'AKIAMADE',
      sessionContext: { attributes: { token: 'hush-1' } },
    },
    requestParameters: { password: 'hush-2' },
    responseElements: { credentials: { sessionToken: 'hush-3' } },
    ...more,
  });
  const withRecords = async (...records: object[]) => {
    await trail.close();
    trail = await startCloudTrail({ records, clock });
    return read(targetOf('user/made'));
  };

  it('is who called what from where, and no parameter, answer or token', async () => {
    const report = await withRecords(record({ sourceIPAddress: '192.0.2.1' }));
    expect(report.events).toEqual([
      {
        eventId: 'one',
        at: '2023-07-10T12:00:00.000Z',
        action: 's3:GetObject',
        caller: 'made',
        sourceAddress: '192.0.2.1',
        credentialId: 'AKIAMADE',
        outcome: 'allowed',
      },
    ]);
    expect(JSON.stringify(report)).not.toContain('hush');
  });

  it('counts once when the log tells it twice', async () => {
    expect((await withRecords(record({}), record({}))).events).toHaveLength(1);
  });

  it('that is no event makes the reading partial', async () => {
    const report = await withRecords(record({}), record({ eventID: 'two', sourceIPAddress: 7 }));
    expect(report).toMatchObject({ completeness: 'partial', gap: 'some events could not be read' });
    expect(report.events).toHaveLength(1);
  });

  it('of a role’s session that bears the user’s name is not the user’s', async () => {
    const session = { userIdentity: { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/other/made` } };
    expect((await withRecords(record(session))).events).toEqual([]);
  });

  it('throttled before rights were asked for is neither allowed nor refused', async () => {
    const { events } = await withRecords(record({ errorCode: 'ThrottlingException' }));
    expect(events[0]?.outcome).toBe('unknown');
  });
});

it('names the permission it needs, for this alone', () => {
  const named = manifest.permissions.filter(({ action }) => action.startsWith('cloudtrail:'));
  expect(named).toMatchObject([{ action: 'cloudtrail:LookupEvents', for: 'activity' }]);
});

it('is not offered where an emulator has no log', () => {
  expect(connectorWith({ activityEndpoint: undefined }).activity).toBeUndefined();
});
