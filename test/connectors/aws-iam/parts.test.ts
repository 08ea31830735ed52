import { describe, expect, it } from 'vitest';
import { factFromTags, ownerHintsOf, traitsOf } from '../../../lib/connectors/aws/tags.ts';
import { latestUse, neverUsed, roleLastUse } from '../../../lib/connectors/aws-iam/last-use.ts';
import { ownPrincipals } from '../../../lib/connectors/aws-iam/own-principals.ts';
import { AwsIamSettings } from '../../../lib/connectors/aws-iam/settings.ts';
import { IAM_TAGS } from '../../../lib/connectors/aws-iam/tag-words.ts';
import { toUpstream } from '../../../lib/connectors/aws-iam/upstream.ts';
import type { LastUse } from '../../../lib/domain/identity/credential.ts';
import type { Instant } from '../../../lib/domain/time.ts';

const at = (text: string) => text as Instant;
const NOW = at('2026-03-01T00:00:00.000Z');
const used = (when: string): LastUse => ({ state: 'used', at: at(when), source: 's' });
const never: LastUse = { state: 'never', source: 's' };
const unknown: LastUse = { state: 'unknown', lookedIn: ['s'] };

describe('the last use of several credentials', () => {
  const of = (...uses: LastUse[]) =>
    latestUse(
      uses.map((lastUse) => ({ lastUse })),
      unknown,
    );

  it('is the latest of those used', () => {
    expect(
      of(used('2025-01-01T00:00:00.000Z'), never, used('2026-01-01T00:00:00.000Z'), unknown),
    ).toMatchObject({
      at: '2026-01-01T00:00:00.000Z',
    });
  });

  it('is never only when each was never used', () => {
    expect(of(never, never)).toEqual(never);
    expect(of(never, unknown)).toEqual(unknown);
    expect(of(unknown, never)).toEqual(unknown);
  });

  it('is no surer than the latest beginning of records', () => {
    const since = { ...never, since: at('2015-04-22T00:00:00.000Z') };

    expect(of(never, since)).toEqual(since);
    expect(of(since, never)).toEqual(since);
    expect(of()).toEqual(unknown);
  });
});

describe('what AWS’s silence means', () => {
  it('for a key: never in its life, or not since April 2015', () => {
    expect(neverUsed(at('2020-01-01T00:00:00.000Z'), 's')).toEqual({ state: 'never', source: 's' });
    expect(neverUsed(undefined, 's')).toMatchObject({ since: '2015-04-22T00:00:00.000Z' });
  });

  it('for a role: never, not for 400 days, or not said', () => {
    const silent = { at: undefined, region: undefined };

    expect(roleLastUse(silent, at('2026-02-01T00:00:00.000Z'), NOW)).toEqual({
      state: 'never',
      source: 'IAM RoleLastUsed',
    });
    expect(roleLastUse(silent, at('2020-02-01T00:00:00.000Z'), NOW)).toMatchObject({
      state: 'never',
      since: '2025-01-25T00:00:00.000Z',
    });
    expect(roleLastUse(undefined, at('2026-02-01T00:00:00.000Z'), NOW)).toMatchObject({ state: 'unknown' });
  });
});

describe('tags', () => {
  it('compare without case, and with any of the usual separators', () => {
    const tags = {
      Technical_Owner: 'ada',
      'Business Owner': 'grace',
      Maintainer: ' ',
      'aws:cloudformation:stack-name': 'shop',
    };

    expect(ownerHintsOf(tags).map(({ role, value }) => [role, value])).toEqual([
      ['technical', 'ada'],
      ['business', 'grace'],
    ]);
    expect(factFromTags(tags, 'ownedByCode', IAM_TAGS)).toMatchObject({ value: 'CloudFormation stack shop' });
    expect(factFromTags(tags, 'purpose', IAM_TAGS)).toMatchObject({ known: false });
    expect(factFromTags(undefined, 'purpose', IAM_TAGS)).toMatchObject({
      lookedIn: ['credential report (carries no tags)'],
    });
  });

  it('declare traits, and their absence', () => {
    expect(traitsOf({ BreakGlass: 'yes', shared: 'false', legacy: '1' })).toEqual(['break-glass', 'legacy']);
  });

  it('with names of built-in properties are only tags', () => {
    expect(ownerHintsOf(JSON.parse('{"__proto__":"x","constructor":"y"}'))).toEqual([]);
  });
});

describe('what Countersign works as', () => {
  const settings = AwsIamSettings.parse({
    ownPrincipals: ['arn:aws:iam::123456789012:user/named'],
    assumeRole: { roleArn: 'arn:aws:iam::123456789012:role/reader' },
  });

  it.each([
    ['arn:aws:iam::123456789012:user/named', true],
    ['arn:aws:iam::123456789012:role/reader', true],
    ['arn:aws:iam::123456789012:role/path/worker', true],
    ['arn:aws:iam::123456789012:role/coworker', false],
    ['arn:aws:iam::210987654321:role/worker', false],
  ])('%s: %s', (arn, own) => {
    const isOwn = ownPrincipals(settings, 'arn:aws:sts::123456789012:assumed-role/worker/session');

    expect(isOwn(arn)).toBe(own);
  });
});

describe('failures of AWS', () => {
  it.each([
    ['Throttling', 400, 'THROTTLED', true],
    ['RequestLimitExceeded', 503, 'THROTTLED', true],
    ['AccessDenied', 403, 'DENIED', false],
    ['InvalidClientTokenId', 403, 'DENIED', false],
    ['NoSuchEntityException', 404, 'NOT_FOUND', false],
    ['CredentialReportNotReadyException', 404, 'NOT_READY', true],
    ['ValidationError', 400, 'REJECTED', false],
    ['Strange', 502, 'UNAVAILABLE', true],
    ['ECONNREFUSED', undefined, 'UNAVAILABLE', true],
  ])('%s is %s %s', (name, httpStatusCode, code, retryable) => {
    const error = Object.assign(new Error('as AWS says'), { name, $metadata: { httpStatusCode } });

    expect(toUpstream(error, 'ListAccessKeys')).toMatchObject({
      code,
      retryable,
      provider: 'aws-iam',
      message: `ListAccessKeys: ${name}: as AWS says`,
    });
  });
});
