import { expect, test } from 'vitest';
import { LEASE_MS } from '../../lib/application/send-notice.ts';
import { FUNCTION_NAMES, FUNCTIONS } from '../../lib/functions.ts';
import { FUNCTION_SIZES } from '../../lib/infrastructure/function-sizes.ts';

test('a claim on a notice outlives every function that may hold it, with a minute to spare', () => {
  const senders = FUNCTION_NAMES.filter((name) => FUNCTIONS[name].slack || FUNCTIONS[name].mails);
  // Opening campaigns reads who is in Slack, and answering Slack shows what is there: neither sends notices.
  const claiming = senders.filter((name) => name !== 'open-campaigns' && name !== 'answer-slack');
  expect(claiming).toContain('chase-owners');
  for (const name of claiming) {
    expect(FUNCTION_SIZES[name].timeoutSeconds * 1000 + 60_000, name).toBeLessThanOrEqual(LEASE_MS);
  }
});
