import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LoggedUse } from '../../../lib/domain/activity/event.ts';
import { findingOf, findingWithoutLog, impactSentence } from '../../../lib/domain/activity/finding.ts';
import { replay } from '../../../lib/domain/activity/replay.ts';
import type { IdentityId } from '../../../lib/domain/identity/identity-id.ts';
import { parsePolicy } from '../../../lib/domain/identity/policy-document.ts';
import type { PermissionSet } from '../../../lib/domain/identity/policy-permission.ts';
import { type Instant, instantOf, plusDays } from '../../../lib/domain/time.ts';

const UNTIL = '2026-03-01T00:00:00.000Z' as Instant;
const FROM = plusDays(UNTIL, -90);

let made = 0;
function use(parts: Partial<LoggedUse> = {}): LoggedUse {
  made += 1;
  return {
    eventId: `event-${made}`,
    at: plusDays(UNTIL, -3),
    action: 's3:GetBucketAcl',
    caller: 'build-7',
    credentialId: 'AKIA1',
    outcome: 'allowed',
    ...parts,
  };
}

function rights(...statements: object[]): PermissionSet {
  const parsed = parsePolicy({
    name: 'work',
    via: 'inline',
    document: { Version: '2012-10-17', Statement: statements },
  });
  if (!parsed.readable) throw new Error(parsed.reason);
  return {
    principal: {
      arn: 'arn:aws:iam::123456789012:role/build',
      attachedPolicyArns: [],
      groupNames: [],
    },
    statements: parsed.statements,
    boundary: undefined,
    asOf: UNTIL,
  };
}

const allow = (action: string | string[], resource = '*', more: object = {}) => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...more,
});

describe('switching off, played over logged use', () => {
  test('refuses every call that went through', () => {
    const result = replay([use(), use({ caller: 'build-8' }), use({ outcome: 'unknown' })], {
      kind: 'disable',
    });
    expect(result).toMatchObject({ calls: 3, refused: 3, unknown: 0 });
    expect(result.byCaller.map(({ name, refused }) => [name, refused])).toEqual([
      ['build-7', 2],
      ['build-8', 1],
    ]);
  });

  test('takes nothing from who was refused already', () => {
    const result = replay([use({ outcome: 'refused' }), use()], { kind: 'disable' });
    expect(result).toMatchObject({ calls: 2, refused: 1 });
  });

  test('of one credential leaves the calls of another alone, and does not know about calls that name none', () => {
    const result = replay(
      [
        use(),
        use({ credentialId: 'AKIA2' }),
        use({ credentialId: undefined }),
        use({ credentialId: 'AKIA1' }),
      ],
      { kind: 'disable', credentialIds: ['AKIA1'] },
    );
    expect(result).toMatchObject({ calls: 3, refused: 2, unknown: 1 });
  });

  test('counts an event that the log tells twice once', () => {
    const once = use();
    expect(replay([once, use(), { ...once }], { kind: 'disable' }).calls).toBe(2);
  });

  test('names the first and the last call that would have been refused, in whatever order they come', () => {
    const early = plusDays(UNTIL, -80);
    const late = plusDays(UNTIL, -1);
    const result = replay([use({ at: late }), use({ at: early }), use()], { kind: 'disable' });
    expect([result.firstAt, result.lastAt]).toEqual([early, late]);
  });
});

describe('a reduction, played over logged use', () => {
  const before = rights(allow(['s3:*', 'ec2:Describe*']));

  test('refuses what the rights left do not allow, and keeps the rest', () => {
    const after = rights(allow('s3:Get*'));
    const result = replay(
      [use(), use({ action: 's3:PutObject' }), use({ action: 'ec2:DescribeInstances' })],
      { kind: 'reduce', before, after },
    );
    expect(result).toMatchObject({ calls: 3, refused: 2, unknown: 0 });
    expect(result.byAction[0]).toMatchObject({ name: 'ec2:DescribeInstances', refused: 1 });
  });

  test('does not know about an operation that the rights before do not name', () => {
    const result = replay([use({ action: 'lambda:Invoke20150331' }), use({ action: 'login' })], {
      kind: 'reduce',
      before,
      after: rights(allow('s3:Get*')),
    });
    expect(result).toMatchObject({ calls: 2, refused: 0, unknown: 2 });
  });

  test('does not know which resource was meant where the log names none and some are still allowed', () => {
    const after = rights(allow('s3:*', 'arn:aws:s3:::left/*'));
    const result = replay(
      [use(), use({ resource: 'arn:aws:s3:::left/a' }), use({ resource: 'arn:aws:s3:::gone/a' })],
      { kind: 'reduce', before, after },
    );
    expect(result).toMatchObject({ calls: 3, refused: 1, unknown: 1 });
  });

  test('does not know whether new conditions would have been met, by an Allow or by a Deny', () => {
    const conditions = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } };
    const narrowed = rights(allow('s3:*', '*', conditions));
    expect(replay([use()], { kind: 'reduce', before, after: narrowed }).unknown).toBe(1);
    const denied = rights(allow('s3:*'), { ...allow('s3:*', '*', conditions), Effect: 'Deny' });
    expect(replay([use()], { kind: 'reduce', before, after: denied }).unknown).toBe(1);
    expect(replay([use()], { kind: 'reduce', before: denied, after: denied }).unknown).toBe(0);
  });

  test('knows nothing behind a boundary that cannot be read', () => {
    const after: PermissionSet = { ...before, boundary: 'unreadable' };
    expect(replay([use()], { kind: 'reduce', before, after })).toMatchObject({ refused: 0, unknown: 1 });
  });
});

describe('any replay', () => {
  const anyUse = fc.record({
    eventId: fc.uuid(),
    at: fc.integer({ min: Date.parse(FROM), max: Date.parse(UNTIL) }).map((ms) => instantOf(ms)),
    action: fc.constantFrom('s3:GetBucketAcl', 's3:PutObject', 'ec2:DescribeInstances', 'odd'),
    resource: fc.constantFrom(undefined, 'arn:aws:s3:::left/a', 'arn:aws:s3:::gone/a'),
    caller: fc.constantFrom('build-7', 'build-8', '192.0.2.1'),
    credentialId: fc.constantFrom(undefined, 'AKIA1', 'AKIA2'),
    outcome: fc.constantFrom('allowed' as const, 'refused' as const, 'unknown' as const),
  });
  const anyChange = fc.constantFrom(
    { kind: 'disable' as const },
    { kind: 'disable' as const, credentialIds: ['AKIA1'] },
    {
      kind: 'reduce' as const,
      before: rights(allow(['s3:*', 'ec2:*'])),
      after: rights(allow('s3:*', 'arn:aws:s3:::left/*')),
    },
  );

  test('refuses no more than there were calls, by each count', () => {
    fc.assert(
      fc.property(fc.array(anyUse), anyChange, (events, change) => {
        const { calls, refused, unknown, byCaller, byAction } = replay(events, change);
        expect(refused + unknown).toBeLessThanOrEqual(calls);
        for (const tallies of [byCaller, byAction]) {
          expect(tallies.reduce((sum, one) => sum + one.refused, 0)).toBe(refused);
          expect(tallies.reduce((sum, one) => sum + one.calls, 0)).toBe(calls);
        }
      }),
    );
  });

  test('of two parts of the time gives together what the whole gives', () => {
    fc.assert(
      fc.property(fc.array(anyUse), anyChange, fc.integer({ min: 0, max: 90 }), (events, change, day) => {
        const cut = plusDays(FROM, day);
        const parts = [events.filter(({ at }) => at < cut), events.filter(({ at }) => at >= cut)].map(
          (part) => replay(part, change),
        );
        const whole = replay(events, change);
        for (const count of ['calls', 'refused', 'unknown'] as const)
          expect(parts.reduce((sum, part) => sum + part[count], 0)).toBe(whole[count]);
      }),
    );
  });
});

describe('the sentence', () => {
  const about = { identityId: 'aws-iam/1/role/build' as IdentityId, change: 'disable' as const };
  const log = {
    source: 'CloudTrail management events; data events are not in it',
    from: FROM,
    until: UNTIL,
    completeness: 'complete' as const,
  };
  const sentence = (events: LoggedUse[], more: object = {}) =>
    impactSentence(findingOf(about, { ...log, ...more }, replay(events, { kind: 'disable' })));

  test('says how many calls by whom would have been refused, and what the log does not hold', () => {
    expect(sentence(Array.from({ length: 1204 }, () => use()))).toBe(
      '1,204 calls by build-7 in the last 90 days would have been refused (CloudTrail management events; data events are not in it)',
    );
  });

  test('names two callers, and counts the others', () => {
    const of = (...callers: string[]) => sentence(callers.map((caller) => use({ caller })));
    expect(of('a', 'b')).toContain('2 calls by a and b in');
    expect(of('a', 'b', 'c', 'd')).toContain('4 calls by a, b and 2 more in');
  });

  test('of a part of the log is a lower bound, and no call found in a part is not "none"', () => {
    const partial = { completeness: 'partial', gap: '20 pages of 50 were read' };
    expect(sentence([use()], partial)).toMatch(
      /^at least 1 call by build-7 .*only a part of the log was read: 20 pages/,
    );
    expect(sentence([], partial)).toMatch(/^no refused call was found .*only a part of the log was read/);
    expect(sentence([])).toMatch(/^no call would have been refused in the last 90 days/);
  });

  test('without a log says so, and no number', () => {
    const text = impactSentence(findingWithoutLog(about, log, 'the connector reads none'));
    expect(text).toBe('no log to replay: the connector reads none');
    expect(text).not.toMatch(/\d/);
  });
});
