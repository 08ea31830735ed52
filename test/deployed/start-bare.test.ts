import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startBare } from '../../lib/deployed/start-bare.ts';
import { InvalidInputError } from '../../lib/domain/errors.ts';

const notFilledIn = () =>
  new InvalidInputError({ code: 'BAD_SETTING', message: 'Secret slack is not filled in.' });

describe('a function', () => {
  let lines: string[];
  beforeEach(() => {
    lines = [];
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-03-02T09:00:00Z') });
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      lines.push(String(text));
      return true;
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('says in its first line what it lacks, in words and without a stack', async () => {
    const handler = await startBare('chase-owners', async () => {
      throw notFilledIn();
    });
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      {
        at: '2026-03-02T09:00:00.000Z',
        level: 'error',
        message: 'cannot start',
        function: 'chase-owners',
        error: {
          name: 'InvalidInputError',
          code: 'BAD_SETTING',
          message: 'Secret slack is not filled in.',
        },
        fix: 'docs/runbook.md#a-function-cannot-start',
      },
    ]);
    await expect(handler({})).rejects.toThrow('Secret slack is not filled in.');
  });

  it('starts with the next event once what it lacked is there', async () => {
    let filledIn = false;
    const handler = await startBare('chase-owners', async () => {
      if (!filledIn) throw notFilledIn();
      return async (event: string) => `handled ${event}`;
    });
    await expect(handler('one')).rejects.toThrow('not filled in');
    filledIn = true;
    expect(await handler('two')).toBe('handled two');
  });

  it('takes up a changed secret within a quarter of an hour, and serves on while that fails', async () => {
    let secret = 'first';
    let isReachable = true;
    const handler = await startBare('chase-owners', async () => {
      if (!isReachable) throw new Error('the secrets are out of reach');
      const held = secret;
      return async () => held;
    });
    secret = 'second';
    expect(await handler({})).toBe('first');
    vi.setSystemTime(new Date('2026-03-02T09:15:00Z'));
    isReachable = false;
    expect(await handler({})).toBe('first');
    isReachable = true;
    expect(await handler({})).toBe('second');
  });

  it('ties the lines of one invocation together', async () => {
    const handler = await startBare(
      'chase-owners',
      async ({ log }) =>
        async () =>
          log.info('chased'),
    );
    await handler({}, { awsRequestId: 'r-7' });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ message: 'chased', requestId: 'r-7' });
  });
});
