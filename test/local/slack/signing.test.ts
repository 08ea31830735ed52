import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { signRequest } from '../../../lib/local/slack/signing.ts';

const { vectors } = JSON.parse(
  readFileSync(new URL('../../fixtures/slack/signing-vectors.json', import.meta.url), 'utf8'),
) as {
  vectors: { secret: string; timestamp: string; body: string; signature: string }[];
};

describe('the request signature', () => {
  it.each(vectors)('equals the one Slack documents', ({ secret, timestamp, body, signature }) => {
    expect(signRequest(secret, timestamp, body)).toBe(signature);
  });
});
