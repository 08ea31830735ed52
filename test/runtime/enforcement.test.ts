import { describe, expect, test } from 'vitest';
import type { EnforcementStanding } from '../../lib/application/enforcement/show-enforcement.ts';
import { plusDays } from '../../lib/domain/time.ts';
import { enforcementText } from '../../lib/presentation/terminal/enforcement-text.ts';
import { paintFor } from '../../lib/presentation/terminal/paint.ts';
import { installation, type TestInstallation } from '../support/installation.ts';
import { answer, itemRef, ownedIdentity, storedRemoval } from '../support/reviews.ts';
import { MONDAY } from '../support/world.ts';

const standing = async (w: TestInstallation) =>
  (await w.ask('max', { do: 'enforcement' })).result as EnforcementStanding;

const textOf = (at: EnforcementStanding) =>
  enforcementText(at, { paint: paintFor({ isTerminal: false, env: {} }), now: at.asOf, timeZone: 'UTC' });

const DISARM = {
  do: 'turn-enforcement',
  act: 'disarm',
  connector: 'aws-iam',
  tier: '*',
  reason: 'one was wrong',
} as const;
const ARM = { ...DISARM, act: 'arm', reason: 'cause found' } as const;

describe('how enforcement stands', () => {
  test('is told for each connector and tier, with what shadow has shown and what is lacking', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await installation({
      identities: [one],
      definition: { enforcement: { defaultMode: 'shadow' } },
    });
    const ref = itemRef(await w.open(), one);
    await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'gone' });
    await w.until(plusDays(MONDAY, 2));
    const { tier } = await storedRemoval(w, ref);

    const at = await standing(w);

    const parts = at.parts.filter(({ connector }) => connector === 'aws-iam');
    expect(parts.map((part) => part.tier)).toEqual(['critical', 'high', 'medium', 'low']);
    expect(parts.find((part) => part.tier === tier)).toMatchObject({
      mode: 'shadow',
      acts: false,
      shadow: { would: 1, laterUsed: 0, watching: 1 },
      lacking: expect.stringContaining('shadow has run for 1 of'),
    });
    expect(parts.find((part) => part.tier !== tier)?.lacking).toBe('shadow has not shown anything yet');
    expect(textOf(at)).toContain('shadow has run for 1 of');
  });

  test('says that it is stopped, since when, by whom and why', async () => {
    const w = await installation({ identities: [] });
    await w.open();
    await w.ask('sam', { do: 'switch', act: 'stop', reason: 'outage' });

    const at = await standing(w);

    expect(at).toMatchObject({ stopped: { by: 'sam', reason: 'outage' } });
    expect(at.parts.every(({ acts }) => !acts)).toBe(true);
    expect(textOf(at)).toContain('by sam: outage. Nothing is switched off.');
  });

  test('is not for owners', async () => {
    const w = await installation({ identities: [] });

    expect(await w.ask('ada', { do: 'enforcement' })).toMatchObject({ status: 403 });
  });
});

describe('back to shadow', () => {
  test('takes one person; armed again by two', async () => {
    const w = await installation({ identities: [] });
    await w.open();
    const disarmed = await w.ask('sam', DISARM);
    const back = await standing(w);
    const asked = await w.ask('sam', ARM);
    const { requestId } = (asked.result as { waits: { requestId: string } }).waits;
    const alone = await w.ask('sam', { ...ARM, approve: requestId });
    const armed = await w.ask('max', { ...ARM, approve: requestId });

    expect(disarmed.result).toMatchObject({ done: { stopped: true, by: 'sam' } });
    expect(back.sentBack).toMatchObject([{ connector: 'aws-iam', tier: '*', reason: 'one was wrong' }]);
    expect(back.parts.filter(({ connector }) => connector === 'aws-iam')).toMatchObject(
      Array.from({ length: 4 }, () => ({ mode: 'armed', acts: false, sentBack: { by: 'sam' } })),
    );
    expect(textOf(back)).toContain('Back to shadow: aws-iam, every tier');
    expect(alone).toMatchObject({ status: 403, error: { code: 'SECOND_PERSON' } });
    expect(armed.result).toMatchObject({ done: { stopped: false } });
    expect((await standing(w)).sentBack).toEqual([]);
  });

  test('of one tier leaves the others as they are', async () => {
    const w = await installation({ identities: [] });
    await w.open();
    await w.ask('sam', { ...DISARM, tier: 'critical' });

    const acting = (await standing(w)).parts.filter(({ connector }) => connector === 'aws-iam');

    expect(acting.map(({ tier, acts }) => [tier, acts])).toEqual([
      ['critical', false],
      ['high', true],
      ['medium', true],
      ['low', true],
    ]);
  });

  test('of a connector that does not exist is refused: a slip must not look like a stop', async () => {
    const w = await installation({ identities: [] });
    await w.open();

    expect(await w.ask('sam', { ...DISARM, connector: 'aws-imm' })).toMatchObject({
      status: 400,
      error: { code: 'UNKNOWN_CONNECTOR', message: expect.stringContaining('aws-iam') },
    });
  });

  test('is not for owners, and what was never sent back is not armed by this', async () => {
    const w = await installation({ identities: [] });
    await w.open();
    const asked = await w.ask('sam', ARM);
    const { requestId } = (asked.result as { waits: { requestId: string } }).waits;

    expect(await w.ask('ada', DISARM)).toMatchObject({ status: 403 });
    expect(await w.ask('max', { ...ARM, approve: requestId })).toMatchObject({
      status: 404,
      error: { message: expect.stringContaining('its mode is in the definition') },
    });
  });
});
