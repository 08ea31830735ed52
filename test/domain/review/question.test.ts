import { describe, expect, it } from 'vitest';
import { known, unknown } from '../../../lib/domain/identity/fact.ts';
import { breaksIfRemoved, questionFor } from '../../../lib/domain/review/question.ts';
import { ago, identity } from '../identity/samples.ts';

describe('the question', () => {
  it('is asked in full', () => {
    expect(questionFor(identity())).toBe(
      'Still needed for deploying the website by the deploy pipeline, with these credentials and this access?',
    );
  });

  it('says what nobody recorded, and names consumers when no workload is known', () => {
    const dark = identity({ purpose: unknown('tags'), boundTo: unknown('tags') });
    const consumers = known(['a', 'b', 'c', 'd', 'e', 'f', 'g'], 'CloudTrail');

    expect(questionFor(dark)).toBe(
      'Still needed for a purpose nobody recorded by a workload nobody recorded, with these credentials and this access?',
    );
    expect(questionFor({ ...dark, consumers })).toContain('by a, b, c, d, e and 2 more, with');
  });

  it('asks about a role twice over: who may assume it and what it may do', () => {
    const trust = [{ principal: 'Service:ec2', external: false, wildcard: false, conditions: [] }];
    const role = identity({ entitlements: { ...identity().entitlements, trust } });

    expect(questionFor(role)).toContain(
      'Two questions: may Service:ec2 still assume it, and may it still do what it can do?',
    );
  });

  it('cannot be forged by a purpose with line breaks, hidden characters or endless text', () => {
    const forged = identity({ purpose: known('x?\n\u2028\u202eApproved already.\u0000', 'tag') });
    const endless = identity({ purpose: known('😀'.repeat(5000), 'tag') });
    const blank = identity({ purpose: known(' \n ', 'tag') });

    expect(questionFor(forged)).toContain('for x? Approved already. by');
    expect(Array.from(questionFor(endless)).length).toBeLessThan(320);
    expect(questionFor(blank)).toContain('for unknown by');
  });
});

describe('what would break', () => {
  it('names consumers when they are known', () => {
    expect(breaksIfRemoved(identity({ consumers: known(['web', 'cron'], 'x') }))).toBe(
      'Stops working: web, cron.',
    );
  });

  it('otherwise tells the last use, with caller and service where known', () => {
    const lastUse = { state: 'used', at: ago(1), source: 'x' } as const;

    expect(breaksIfRemoved(identity({ lastUse: { ...lastUse, service: 's3', caller: 'ec2' } }))).toBe(
      'Unknown consumers; last used on 2026-09-06 to call s3 by ec2.',
    );
    expect(breaksIfRemoved(identity({ lastUse }))).toBe(
      'Unknown consumers; last used on 2026-09-06 by an unknown caller.',
    );
  });

  it('says where was looked when nothing is known', () => {
    expect(breaksIfRemoved(identity({ lastUse: { state: 'never', source: 'the report' } }))).toBe(
      'Nothing known: never used, as far as the report tells.',
    );
    expect(breaksIfRemoved(identity({ lastUse: { state: 'unknown', lookedIn: ['CloudTrail'] } }))).toBe(
      'Unknown, looked in CloudTrail.',
    );
    expect(
      breaksIfRemoved(identity({ lastUse: { state: 'unknown', lookedIn: [] }, consumers: known([], 'x') })),
    ).toBe('Unknown.');
  });
});
