import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../../lib/domain/errors.ts';
import { jsonLog } from '../../lib/runtime/log.ts';

describe('an error in the log', () => {
  it('that stands for several says what each of them was', () => {
    const lines: string[] = [];
    const log = jsonLog(
      (line) => lines.push(line),
      () => 'now',
    );
    const denied = new UpstreamError({
      code: 'DENIED',
      provider: 'sqs',
      retryable: false,
      message: 'not allowed',
    });

    log.error('failed', { error: new AggregateError([denied, denied], '2 pieces could not be dispatched.') });

    const told = { name: 'UpstreamError', message: 'not allowed', code: 'DENIED' };
    expect(JSON.parse(lines.join())).toMatchObject({
      error: { message: '2 pieces could not be dispatched.', errors: [told, told] },
    });
  });
});
