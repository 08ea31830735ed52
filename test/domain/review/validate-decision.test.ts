import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInputError, RefusedError } from '../../../lib/domain/errors.ts';
import { unknown } from '../../../lib/domain/identity/fact.ts';
import { IdentityId } from '../../../lib/domain/identity/identity-id.ts';
import { RiskTier } from '../../../lib/domain/identity/risk-tier.ts';
import { DecisionRequest } from '../../../lib/domain/review/decision.ts';
import type { ReviewItem } from '../../../lib/domain/review/review-item.ts';
import { type DecisionHistory, validateDecision } from '../../../lib/domain/review/validate-decision.ts';
import { ago, ahead, credential, definition, identity, item, NOW, snapshot } from '../identity/samples.ts';

const shown = snapshot();
const obscure = snapshot({ identity: identity({ purpose: unknown('tags') }) });
const except = { verdict: 'except', reason: 'migration', compensatingControl: 'alerts' } as const;

const answer = (
  request: Record<string, unknown>,
  change: Partial<ReviewItem> = {},
  seen = shown,
  history?: DecisionHistory,
) => validateDecision(DecisionRequest.parse(request), item(change), definition(), seen, NOW, history);

describe('an answer', () => {
  it.each([
    ['critical', 30],
    ['high', 90],
    ['medium', 180],
    ['low', 365],
  ] as const)('a keep at %s risk is good for %i days', (tier, days) => {
    expect(answer({ verdict: 'certify', reason: 'used daily' }, { tier })).toEqual({
      verdict: 'certify',
      reason: 'used daily',
      validUntil: ahead(days),
    });
  });

  it('below high risk a plain keep needs no reason, from high on every answer does', () => {
    expect(answer({ verdict: 'certify' }).reason).toBe('');
    expect(() => answer({ verdict: 'certify', reason: '  ' }, { tier: 'high' })).toThrow(
      'reason: please say why; an identity of high risk needs a reason.',
    );
    expect(() => answer({ verdict: 'revoke' }, { tier: 'critical' })).toThrow(InvalidInputError);
  });

  it('an unknown purpose is filled in, or excepted for at most 30 days', () => {
    expect(() => answer({ verdict: 'certify' }, {}, obscure)).toThrow(
      'purpose: nobody recorded what it is for',
    );
    expect(() => answer({ verdict: 'certify', purpose: '  ' }, {}, obscure)).toThrow('purpose:');
    expect(answer({ verdict: 'certify', purpose: ' billing ' }, {}, obscure).purpose).toBe('billing');
    expect(answer({ ...except, until: ahead(30) }, {}, obscure).validUntil).toBe(ahead(30));
    expect(() => answer({ ...except, until: ahead(31) }, {}, obscure)).toThrow('later than 30 days');
  });

  it('one stale key of two is one removal, not two (cloud-custodian#5583)', () => {
    const two = snapshot({
      identity: identity({ credentials: [credential(), credential({ credentialId: 'access-key-2' })] }),
    });

    expect(answer({ verdict: 'revoke', credentialIds: ['access-key-2', 'access-key-2'] }, {}, two)).toEqual({
      verdict: 'revoke',
      reason: '',
      credentialIds: ['access-key-2'],
    });
    expect(answer({ verdict: 'revoke' }, {}, two)).toEqual({ verdict: 'revoke', reason: '' });
  });

  it('credentials that were not shown cannot be chosen, nor none at all', () => {
    expect(() => answer({ verdict: 'revoke', credentialIds: ['access-key-9'] })).toThrow(
      'credentialIds: "access-key-9" is not a credential you were shown.',
    );
    expect(() => answer({ verdict: 'revoke', credentialIds: [] })).toThrow('choose at least one');
  });

  it('a promise is due within 30 days, by default on the last', () => {
    expect(answer({ verdict: 'reduce', to: 'read only' }).promise).toEqual({
      dueAt: ahead(30),
      expectation: 'Its access is reduced to: read only',
    });
    expect(answer({ verdict: 'rotate', dueAt: ahead(3) })).toEqual({
      verdict: 'rotate',
      reason: '',
      credentialIds: ['access-key-1'],
      promise: { dueAt: ahead(3), expectation: `Rotated after ${NOW}: access-key-1` },
    });
    expect(() => answer({ verdict: 'rotate', dueAt: ahead(31) })).toThrow('dueAt:');
    expect(() => answer({ verdict: 'reduce', to: 'x', dueAt: NOW })).toThrow('is not ahead');
  });

  it('only active static credentials can be promised to be rotated', () => {
    const none = snapshot({
      identity: identity({
        credentials: [credential({ status: 'inactive' }), credential({ type: 'federated-trust' })],
      }),
    });

    expect(() => answer({ verdict: 'rotate' }, {}, none)).toThrow('choose at least one credential');
  });

  it('nothing retires later than a keep would last', () => {
    expect(answer({ verdict: 'retire', on: ahead(180) }).promise).toEqual({
      dueAt: ahead(180),
      expectation: `Switched off by ${ahead(180)}`,
    });
    expect(() => answer({ verdict: 'retire', on: ahead(181) })).toThrow('on:');
    expect(() => answer({ verdict: 'retire', on: ago(1) })).toThrow('on:');
  });

  it.each([
    ['critical', 30],
    ['high', 90],
    ['medium', 90],
    ['low', 90],
  ] as const)('an exception at %s risk lasts at most %i days', (tier, days) => {
    expect(answer({ ...except, until: ahead(days) }, { tier })).toEqual({
      verdict: 'except',
      reason: 'migration',
      validUntil: ahead(days),
      exception: { until: ahead(days), compensatingControl: 'alerts' },
      renewals: 0,
    });
    expect(() => answer({ ...except, until: ahead(days + 1) }, { tier })).toThrow('until:');
  });

  it('no definition can allow longer exceptions', () => {
    const lax = definition({ decisions: { exceptionMaxDays: { critical: 900, low: 900 } } });
    const request = DecisionRequest.parse({ ...except, until: ahead(91) });

    expect(() => validateDecision(request, item({ tier: 'low' }), lax, shown, NOW)).toThrow(
      'later than 90 days',
    );
    expect(() => validateDecision(request, item({ tier: 'critical' }), lax, shown, NOW)).toThrow('30 days');
  });

  it('a fallback reviewer excepts for at most 30 days', () => {
    expect(() => answer({ ...except, until: ahead(31) }, { routedBy: 'fallback' })).toThrow('30 days');
  });

  it('an exception always needs a reason and is renewed at most twice', () => {
    const request = { ...except, until: ahead(5) };

    expect(() => answer({ ...request, reason: '' }, { tier: 'low' })).toThrow('an exception needs a reason');
    expect(answer(request, {}, shown, { exceptionsBefore: 2 }).renewals).toBe(2);
    expect(() => answer(request, {}, shown, { exceptionsBefore: 3 })).toThrow(RefusedError);
  });

  it('a snapshot older than 7 days is refreshed before the answer counts', () => {
    expect(answer({ verdict: 'certify' }, {}, snapshot({ takenAt: ago(7) })).verdict).toBe('certify');
    expect(() => answer({ verdict: 'certify' }, {}, snapshot({ takenAt: ago(7.1) }))).toThrow(
      expect.objectContaining({ code: 'STALE_SNAPSHOT' }),
    );
  });

  it('an answer to another identity’s snapshot, or to a closed or executing item, does not count', () => {
    const other = identity({ identityId: IdentityId.parse('aws-iam/1/service-account/other') });

    expect(() => answer({ verdict: 'certify' }, {}, snapshot({ identity: other }))).toThrow(
      'snapshot: shows',
    );
    expect(() => answer({ verdict: 'certify' }, { state: 'removing' })).toThrow(
      expect.objectContaining({ code: 'ALREADY_EXECUTING' }),
    );
  });

  it('handing on is no answer', () => {
    expect(() => answer({ verdict: 'not-mine' })).toThrow('hands the item on');
    expect(() => answer({ verdict: 'reassign', to: 'ben' })).toThrow(InvalidInputError);
  });

  it('whatever is asked for, standing is restored only within the limits', () => {
    fc.assert(
      fc.property(fc.constantFrom(...RiskTier.options), fc.integer({ min: -5, max: 400 }), (tier, days) => {
        let until: string | undefined;
        try {
          until = answer({ ...except, until: ahead(days) }, { tier }).validUntil;
        } catch (error) {
          if (!(error instanceof InvalidInputError)) throw error;
        }

        const within = days > 0 && days <= (tier === 'critical' ? 30 : 90);
        expect(until).toBe(within ? ahead(days) : undefined);
      }),
    );
  });
});
