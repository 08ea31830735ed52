// A removal over an automation that takes its time, from the owner's answer to the end.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS, plusMs } from '../../../lib/domain/time.ts';
import { MONDAY } from '../../support/world.ts';
import { type Automation, startAutomation } from './automation.ts';
import { revokedRobot } from './revoked-robot.ts';

let automation: Automation;
beforeEach(async () => {
  automation = await startAutomation();
});
afterEach(async () => {
  await automation.close();
});

describe('a removal by an automation', () => {
  it('that answers at once is executed and confirmed', async () => {
    const { w, removal } = await revokedRobot(automation);

    await w.until(plusMs(MONDAY, HOUR_MS));

    expect(await removal()).toMatchObject({ state: 'quarantined', verification: { level: 'confirmed' } });
    expect(automation.mutations).toEqual(['disable robot']);
  });

  it('that takes half an hour is executing until then, and executed once', async () => {
    automation.slow();
    const { w, removal } = await revokedRobot(automation, { deadlineMinutes: 60 });
    await w.until(plusMs(MONDAY, 30 * MINUTE_MS), MINUTE_MS);
    expect(await removal()).toMatchObject({
      state: 'executing',
      failure: expect.stringContaining('still working'),
    });
    automation.finishAll();

    await w.until(plusMs(MONDAY, 2 * HOUR_MS), MINUTE_MS);

    expect(await removal()).toMatchObject({ state: 'quarantined', verification: { level: 'confirmed' } });
    expect(automation.mutations).toEqual(['disable robot']);
  });

  it('that is not done by its deadline has failed soon after it, with the reason', async () => {
    automation.slow();
    const { w, removal } = await revokedRobot(automation, { deadlineMinutes: 60 });
    await w.until(plusMs(MONDAY, 50 * MINUTE_MS), MINUTE_MS);
    expect((await removal()).state).toBe('executing');

    await w.until(plusMs(MONDAY, 80 * MINUTE_MS), MINUTE_MS);

    const ended = await removal();
    expect(ended).toMatchObject({
      state: 'failed',
      failure: expect.stringMatching(/not done by the deadline/),
    });
    expect(ended.executedAt).toBeUndefined();
    expect(automation.mutations).toEqual([]);
  });

  it('whose every reply is lost is done once, and known to be', async () => {
    automation.behave(({ act }, { honest, request }) => {
      if (act !== 'disable') return undefined;
      honest();
      request.socket.destroy();
      return 'handled';
    });
    const { w, removal } = await revokedRobot(automation);

    await w.until(plusMs(MONDAY, HOUR_MS), MINUTE_MS);

    expect(await removal()).toMatchObject({ state: 'quarantined', verification: { level: 'confirmed' } });
    expect(automation.mutations).toEqual(['disable robot']);
  });
});
