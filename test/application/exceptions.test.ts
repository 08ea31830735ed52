import { describe, expect, test } from 'vitest';
import { campaignStatus } from '../../lib/application/campaign-status.ts';
import { endException } from '../../lib/application/end-exception.ts';
import { listExceptions } from '../../lib/application/list-exceptions.ts';
import { directoryOf } from '../../lib/domain/review/directory.ts';
import { type Instant, plusDays } from '../../lib/domain/time.ts';
import { campaignStatusText } from '../../lib/presentation/terminal/campaign-text.ts';
import { paintFor } from '../../lib/presentation/terminal/paint.ts';
import { answer, itemRef, ownedIdentity } from '../support/reviews.ts';
import { MONDAY, PEOPLE, TEAMS, type World, world } from '../support/world.ts';

const UNTIL = plusDays(MONDAY, 20);

async function asked(until: Instant = UNTIL) {
  const one = ownedIdentity('one', 'ada');
  const w = await world({ identities: [one, ownedIdentity('two', 'ada')], lenient: true });
  const ref = itemRef(await w.open(), one);
  await answer(w, ref, 'ada', {
    verdict: 'except',
    reason: 'migration',
    until,
    compensatingControl: 'alert on use',
  });
  const [exception] = await w.environment.store.exceptionsOf(ref.identityKey);
  if (!exception) throw new Error('no exception');
  const agree = () =>
    w.actions.approve({
      kind: 'exception',
      ...ref,
      id: exception.exceptionId,
      agree: true,
      reason: 'ok',
      who: w.who('rita'),
      actId: 'ok',
    });
  return { w, ref, exception, agree };
}

/** What waits on somebody's desk to be told. */
const gathered = async (w: World, personId: string) =>
  ((await w.environment.store.get('desk', { personId }))?.bundles ?? []).flatMap(({ about }) =>
    about.map(({ what }) => what),
  );

describe('an exception', () => {
  test('cannot be granted once the day is over that it was asked for', async () => {
    const { w, agree, ref } = await asked(plusDays(MONDAY, 3));
    w.setClock(plusDays(MONDAY, 4));

    await expect(agree()).rejects.toMatchObject({
      code: 'EXPIRED',
      message: expect.stringContaining('2026-09-10, which is over'),
    });
    expect(await w.environment.store.exceptionsOf(ref.identityKey)).toMatchObject([{ state: 'requested' }]);
  });

  test('is spoken of before its end to who asked for it', async () => {
    const { w, agree, exception } = await asked();
    await agree();
    w.setClock(plusDays(UNTIL, -6));

    await endException(w.environment)(exception);

    expect(await gathered(w, 'ada')).toContain('exception-ending');
  });

  test('is spoken of to who answers for it when whoever asked has gone', async () => {
    const { w, agree, exception } = await asked();
    await agree();
    w.setClock(plusDays(UNTIL, -6));
    const now = directoryOf(
      PEOPLE.filter(({ personId }) => personId !== 'ada'),
      TEAMS,
    );
    Object.assign(w.environment.people, { directory: async () => now });

    await endException(w.environment)(exception);

    const told = await Promise.all(
      now
        .everyone()
        .map(async ({ personId }) =>
          (await gathered(w, personId)).includes('exception-ending') ? [personId] : [],
        ),
    );
    expect(told.flat()).toHaveLength(1);
    expect(told.flat()).not.toContain('ada');
  });
});

describe('the list of exceptions', () => {
  test('says what stands instead, who asked and agreed, and how long it holds', async () => {
    const { w, agree } = await asked();
    await agree();

    const listed = await listExceptions(w.environment)();

    expect(listed).toMatchObject([
      {
        name: 'one',
        state: 'granted',
        compensatingControl: 'alert on use',
        requestedBy: 'ada',
        approvedBy: 'rita',
        until: UNTIL,
        renewals: 0,
        daysLeft: 20,
        pastExpiry: false,
      },
    ]);
  });

  test('calls one past its end that nobody has ended yet', async () => {
    const { w, agree, ref } = await asked();
    await agree();
    w.setClock(plusDays(UNTIL, 2));

    expect(await listExceptions(w.environment)({ campaignId: ref.campaignId })).toMatchObject([
      { daysLeft: -2, pastExpiry: true },
    ]);
  });

  test('has those that are over only when they are asked for', async () => {
    const { w, ref } = await asked();
    await answer(w, ref, 'ada', { verdict: 'certify', reason: 'needed after all' });

    expect(await listExceptions(w.environment)()).toEqual([]);
    expect(await listExceptions(w.environment)({ past: true })).toMatchObject([
      { state: 'superseded', pastExpiry: false },
    ]);
  });

  test('is part of how a campaign stands', async () => {
    const { w, agree, ref } = await asked();
    await agree();

    const status = await campaignStatus(w.environment)(ref.campaignId);
    const text = campaignStatusText(status, {
      paint: paintFor({ isTerminal: false, env: {} }),
      now: MONDAY,
      timeZone: 'UTC',
    });

    expect(status.exceptions).toHaveLength(1);
    expect(text).toMatch(/one +\w+ +granted +alert on use +ada +rita +2026-09-27 +20 d/);
  });
});
