import { describe, expect, test } from 'vitest';
import { createHandler, type OpenEvent } from '../../lib/runtime/handlers/open-campaigns.ts';
import { openingWorld, QUARTERLY } from '../support/openings.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function opening() {
  const w = await openingWorld();
  return createHandler({ useCases: w, log: silent });
}

const campaignId = 'quarterly-20260907';
const begin: OpenEvent = { step: 'begin', ...QUARTERLY };
const consider = (batch: number): OpenEvent => ({ step: 'consider', campaignId, batch });
const finish: OpenEvent = { step: 'finish', campaignId };

describe('the function that opens campaigns', () => {
  test('opens one step by step, batches in any order', async () => {
    const handle = await opening();

    expect(await handle(begin)).toEqual({ campaignId, state: 'opening', batches: [0, 1] });
    const second = await handle(consider(1));
    expect(await handle(begin)).toMatchObject({ batches: [0] });
    const first = await handle(consider(0));

    expect([first, second]).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ considered: 7, included: 6 }),
        expect.objectContaining({ considered: 5, included: 5 }),
      ]),
    );
    expect(await handle(finish)).toEqual({ campaignId, state: 'open' });
    expect(await handle(begin)).toEqual({ campaignId, state: 'open', batches: [] });
  });

  test('may be asked every step twice', async () => {
    const handle = await opening();
    const answers = [];

    for (const step of [begin, consider(0), consider(1), finish])
      answers.push([await handle(step), await handle(step)]);

    for (const [once, again] of answers) expect(again).toEqual(once);
  });

  test('throws by a name that the state machine knows what may be tried again', async () => {
    const handle = await opening();
    await handle(begin);

    await expect(handle(finish)).rejects.toMatchObject({ name: 'UpstreamError', code: 'NOT_READY' });
  });

  test.each([
    QUARTERLY,
    { step: 'open', ...QUARTERLY },
    { step: 'begin' },
    { step: 'consider', campaignId, batch: -1 },
    { step: 'finish' },
  ])('refuses %j', async (event) => {
    const handle = await opening();

    await expect(handle(event)).rejects.toThrow(/invalid|too small/i);
  });
});
