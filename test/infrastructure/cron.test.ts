import { describe, expect, test } from 'vitest';
import { cronProblem } from '../../lib/infrastructure/config/cron.ts';

describe('cron expressions of EventBridge Scheduler', () => {
  test.each([
    '0 4 * * ? *',
    '*/15 8-18 ? * MON-FRI *',
    '0/5 0 1,15 JAN,JUL ? 2026-2030',
    '0 8 ? 1,4,7,10 MON#1 *',
    '0 8 ? * 2#1 *',
    '0 8 L * ? *',
    '0 8 LW * ? *',
    '0 8 15W * ? *',
    '0 8 ? * 6L *',
  ])('%s is one', (expression) => {
    expect(cronProblem(expression)).toBeUndefined();
  });

  test.each([
    ['0 4 * * *', 'has 5 fields'],
    ['0 4 * * ? * *', 'has 7 fields'],
    ['60 4 * * ? *', 'minutes cannot be "60"; allowed: 0-59'],
    ['0 24 * * ? *', 'hours cannot be "24"'],
    ['0 4 32 * ? *', 'day of month cannot be "32"'],
    ['0 4 0 * ? *', 'day of month cannot be "0"'],
    ['0 4 32W * ? *', 'day of month cannot be "32W"'],
    ['0 4 * 13 ? *', 'month cannot be "13"; allowed: 1-12 or JAN-DEC'],
    ['0 4 ? * 0 *', 'day of week cannot be "0"; allowed: 1-7 or SUN-SAT'],
    ['0 4 ? * MON#6 *', 'day of week cannot be "MON#6"'],
    ['0 4 ? * FRI-MON *', 'day of week cannot be "FRI-MON"'],
    ['0 4 * * ? 1969', 'year cannot be "1969"'],
    ['0/0 4 * * ? *', 'minutes cannot be "0/0"'],
    ['0//5 4 * * ? *', 'minutes cannot be "0//5"'],
    ['1-2-3 4 * * ? *', 'minutes cannot be "1-2-3"'],
    ['0 4 * * * *', 'exactly one of day of month and day of week must be "?"'],
    ['0 4 ? * ? *', 'exactly one of day of month and day of week must be "?"'],
  ])('%s is none: %s', (expression, said) => {
    expect(cronProblem(expression)).toContain(said);
  });
});
