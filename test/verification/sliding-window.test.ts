import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { slidingWindow } from '../../lib/verification/checks/sliding-window.ts';

describe('a sliding window', () => {
  test('has never more under way than it may, and ends with all of it done', async () => {
    const window = slidingWindow(4);
    let [underWay, most, done] = [0, 0, 0];

    for (let piece = 0; piece < 50; piece += 1) {
      await window.begin(async () => {
        underWay += 1;
        most = Math.max(most, underWay);
        await wait(piece % 3);
        underWay -= 1;
        done += 1;
      });
    }
    await window.finish();

    expect({ underWay, most, done }).toEqual({ underWay: 0, most: 4, done: 50 });
  });

  test('passes on what the first piece that failed threw', async () => {
    const window = slidingWindow(2);
    await window.begin(async () => {
      throw new Error('first');
    });

    await expect(window.finish()).rejects.toThrow('first');
  });
});
