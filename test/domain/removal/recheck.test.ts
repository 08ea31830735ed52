import { describe, expect, it } from 'vitest';
import type { LastUse } from '../../../lib/domain/identity/credential.ts';
import { known, unknown } from '../../../lib/domain/identity/fact.ts';
import { type RecheckInput, recheck } from '../../../lib/domain/removal/recheck.ts';
import { ago, credential, decision, identity, item, observed, removal } from '../identity/samples.ts';

const used = (days: number, caller?: string): LastUse => ({
  state: 'used',
  at: ago(days),
  source: 'x',
  ...(caller === undefined ? {} : { caller }),
});
const never: LastUse = { state: 'never', source: 'x' };
const seen = ago(20);
const check = (change: Partial<RecheckInput> = {}) =>
  recheck({
    shown: identity({ observedAt: seen, lastUse: used(21) }),
    state: observed({ lastUse: used(21) }),
    item: item({ state: 'lapsed' }),
    removal: removal(),
    ...change,
  });
const silent = { contradiction: undefined };

describe('the recheck right before acting', () => {
  it('being in use, as the owner was shown, is no contradiction', () => {
    expect(check()).toEqual(silent);
    expect(check({ state: observed({ lastUse: used(0) }) })).toEqual(silent);
  });

  it('shown dormant but used since is one', () => {
    const shown = identity({ observedAt: seen, lastUse: used(300) });

    expect(check({ shown, state: observed({ lastUse: used(1, 'cron') }) })).toEqual({
      contradiction: 'It was shown as dormant, but was used on 2026-09-06 by cron.',
      code: 'contradiction',
    });
    expect(check({ shown, state: observed({ lastUse: used(300) }) })).toEqual(silent);
    expect(check({ shown, state: observed({ lastUse: never }) })).toEqual(silent);
  });

  it('shown never used, or of unknown use, but used is one', () => {
    const dark = identity({ observedAt: seen, lastUse: { state: 'unknown', lookedIn: ['x'] } });
    const young = identity({ observedAt: seen, lastUse: never, createdAt: known(ago(40), 'x') });

    expect(check({ shown: dark, state: observed({ lastUse: used(1) }) })).toMatchObject({
      contradiction: 'It was shown as of unknown use, but was used on 2026-09-06.',
    });
    expect(check({ shown: young, state: observed({ lastUse: used(1) }) })).toMatchObject({
      contradiction: 'It was shown as never used, but was used on 2026-09-06.',
    });
    expect(check({ shown: dark, state: observed({ lastUse: { state: 'unknown', lookedIn: [] } }) })).toEqual(
      silent,
    );
  });

  it('looks at the one credential that is to go, not at its neighbour', () => {
    const shown = identity({
      observedAt: seen,
      lastUse: used(21),
      credentials: [
        credential({ lastUse: used(21) }),
        credential({ credentialId: 'access-key-2', lastUse: used(300) }),
      ],
    });
    const cut = removal({ credentialId: 'access-key-2' });

    expect(check({ shown, removal: cut, state: observed({ lastUse: used(1) }) })).toMatchObject({
      contradiction: 'It was shown as dormant, but was used on 2026-09-06.',
    });
    expect(check({ shown, removal: cut, state: observed({ lastUse: used(300) }) })).toEqual(silent);
  });

  it('a new consumer is one', () => {
    const shown = identity({ observedAt: seen, lastUse: used(21), consumers: known(['web'], 'x') });
    const current = identity({ consumers: known(['web', 'batch'], 'x') });

    expect(check({ shown, current })).toMatchObject({ contradiction: 'It has a new consumer: batch.' });
    expect(check({ shown, current: identity({ consumers: unknown('x') }) })).toEqual(silent);
    expect(check({ current })).toEqual(silent);
  });

  it('use by another caller than shown is one, unless it is a known consumer', () => {
    const shown = identity({ observedAt: seen, lastUse: used(21, 'web') });
    const known2 = identity({ ...shown, consumers: known(['batch'], 'x') });

    expect(check({ shown, state: observed({ lastUse: used(1, 'batch') }) })).toMatchObject({
      contradiction: 'It is used by somebody else than shown: batch.',
    });
    expect(check({ shown, state: observed({ lastUse: used(1, 'web') }) })).toEqual(silent);
    expect(check({ shown, state: observed({ lastUse: used(1) }) })).toEqual(silent);
    expect(check({ shown, state: observed({ lastUse: never }) })).toEqual(silent);
    expect(check({ state: observed({ lastUse: used(1, 'batch') }) })).toEqual(silent);
    expect(check({ shown: known2, state: observed({ lastUse: used(1, 'batch') }) })).toEqual(silent);
  });

  it('privileges or trust that grew are one', () => {
    const entitlements = { ...identity().entitlements, level: 'write' } as const;

    expect(check({ current: identity({ entitlements }) })).toEqual({
      contradiction: 'Its privileges or its trust grew since it was shown.',
      code: 'contradiction',
    });
    expect(check({ current: identity() })).toEqual(silent);
  });

  it('another key in the slot is ambiguous: the key shown is not the key that would be cut', () => {
    const cut = removal({ credentialId: 'access-key-1' });
    const shown = identity({
      lastUse: used(21),
      credentials: [credential({ providerId: 'AKIA1', lastUse: used(21) })],
    });
    const replaced = identity({ credentials: [credential({ providerId: 'AKIA2' })] });
    const rotated = identity({ credentials: [credential({ lastRotatedAt: known(ago(1), 'x') })] });

    for (const current of [replaced, rotated]) {
      expect(check({ shown, current, removal: cut })).toEqual({
        contradiction: 'access-key-1 is not the credential that was shown: it was replaced meanwhile.',
        code: 'ambiguous',
      });
    }
    expect(check({ shown, current: shown, removal: cut })).toEqual(silent);
    expect(check({ shown, current: identity({ credentials: [] }), removal: cut })).toEqual(silent);
    expect(check({ shown, current: replaced })).toEqual(silent);
  });

  it('a slot whose age was or became unknown is no proof of another key', () => {
    const cut = removal({ credentialId: 'access-key-1' });
    const dark = identity({
      lastUse: used(21),
      credentials: [credential({ createdAt: unknown('x'), lastRotatedAt: unknown('x'), lastUse: used(21) })],
    });

    expect(check({ shown: dark, current: identity(), removal: cut })).toEqual(silent);
    expect(check({ current: dark, removal: cut })).toEqual(silent);
  });

  it('an answer that arrived is one: the last eligible answer wins until something executes', () => {
    expect(check({ item: item({ state: 'answered', decision: decision() }) })).toEqual({
      contradiction: 'An answer arrived: certify.',
      code: 'person',
    });
    expect(
      check({ item: item({ state: 'answered', decision: decision({ awaitingSecond: true }) }) }),
    ).toEqual({
      contradiction: 'An answer (certify) arrived and waits for its second approver.',
      code: 'missing-approval',
    });
    expect(check({ item: item({ state: 'open' }) })).toMatchObject({
      contradiction: 'The question was opened again and waits for an answer.',
    });
  });

  it('the very answer the removal rests on, or another wish to switch it off, is none', () => {
    const revoked = decision({ verdict: 'revoke', attestationId: 'att-revoke' });
    const kept = decision({ attestationId: 'att-revoke' });
    const rests = removal({ cause: 'revoked', becauseOf: 'att-revoke' });

    expect(check({ removal: rests, item: item({ state: 'answered', decision: revoked }) })).toEqual(silent);
    expect(check({ removal: rests, item: item({ state: 'answered', decision: kept }) })).toEqual(silent);
    expect(check({ item: item({ state: 'answered', decision: revoked }) })).toEqual(silent);
  });

  it('removals that rest on neither silence nor an answer are not held by one', () => {
    const cause = removal({ cause: 'retired' });

    expect(check({ removal: cause, item: item({ state: 'answered', decision: decision() }) })).toEqual(
      silent,
    );
  });
});
