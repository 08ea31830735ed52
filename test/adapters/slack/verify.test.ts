import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openRequest } from '../../../lib/adapters/slack/envelope.ts';
import { checkSignature } from '../../../lib/adapters/slack/verify.ts';

interface Vector {
  readonly secret: string;
  readonly timestamp: string;
  readonly body: string;
  readonly signature: string;
  readonly valid_at: number;
}

const file = new URL('../../fixtures/slack/signing-vectors.json', import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: readonly Vector[] };
const secret = '8f742231b10e8888abcd99yyyzzz85a5';
const nowMs = 1_700_000_000_000;

function signed(body: Buffer | string, more: { readonly at?: number; readonly type?: string } = {}) {
  const timestamp = String(more.at ?? nowMs / 1000);
  const bytes = Buffer.from(body);
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(bytes).digest('hex')}`;
  const headers = {
    'X-Slack-Signature': signature,
    'X-Slack-Request-Timestamp': timestamp,
    'Content-Type': more.type ?? 'application/x-www-form-urlencoded',
  };
  return { headers, body: bytes.toString('base64'), isBase64Encoded: true };
}

describe('the signature', () => {
  it.each(vectors.map((vector) => [vector.timestamp, vector] as const))(
    'holds for Slack’s own vector of %s',
    (_, vector) => {
      const request = {
        body: Buffer.from(vector.body),
        timestamp: vector.timestamp,
        signature: vector.signature,
      };
      const at = (skewSeconds: number) =>
        checkSignature(vector.secret, request, (vector.valid_at + skewSeconds) * 1000);

      expect(at(0)).toBeUndefined();
      expect(at(300)).toBeUndefined();
      expect(at(-300)).toBeUndefined();
      expect(at(301)).toBe('stale');
      expect(at(-301)).toBe('stale');
      expect(checkSignature(`${vector.secret}x`, request, vector.valid_at * 1000)).toBe('mismatch');
    },
  );

  it('is refused when it is missing or not of its form', () => {
    const [vector] = vectors;
    if (!vector) throw new Error('no vector');
    const check = (timestamp: string | undefined, signature: string | undefined) =>
      checkSignature(
        vector.secret,
        { body: Buffer.from(vector.body), timestamp, signature },
        vector.valid_at * 1000,
      );

    expect(check(undefined, vector.signature)).toBe('missing');
    expect(check(vector.timestamp, '')).toBe('missing');
    expect(check(` ${vector.timestamp}`, vector.signature)).toBe('malformed');
    expect(check('1e9', vector.signature)).toBe('malformed');
    expect(check(vector.timestamp, vector.signature.toUpperCase())).toBe('malformed');
    expect(check(vector.timestamp, vector.signature.slice(0, -1))).toBe('malformed');
  });

  it('covers every byte of the body', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), (body, position) => {
        const { headers } = signed(Buffer.from(body));
        const changed = Uint8Array.from(body);
        changed[position % body.length] = ((changed[position % body.length] ?? 0) + 1) % 256;
        const check = (bytes: Uint8Array) =>
          checkSignature(
            secret,
            {
              body: bytes,
              timestamp: headers['X-Slack-Request-Timestamp'],
              signature: headers['X-Slack-Signature'],
            },
            nowMs,
          );

        expect(check(body)).toBeUndefined();
        expect(check(changed)).toBe('mismatch');
      }),
    );
  });
});

describe('opening a request', () => {
  const open = (event: Parameters<typeof openRequest>[0]) => openRequest(event, secret, nowMs);

  it('reads what is not ASCII as it was sent, from base64 too', () => {
    const payload = JSON.stringify({ type: 'x', said: 'Zoë 🔑' });
    const opened = open(signed(new URLSearchParams({ payload }).toString()));
    const json = open(signed(payload, { type: 'application/json; charset=utf-8' }));

    expect(opened).toMatchObject({ kind: 'signed', request: { body: { said: 'Zoë 🔑' } } });
    expect(json).toMatchObject({ kind: 'signed', request: { body: { said: 'Zoë 🔑' } } });
  });

  it('answers the unsigned certificate check and nothing else unsigned', () => {
    const unsigned = (body: string) =>
      open({
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
        isBase64Encoded: false,
      });

    expect(unsigned('ssl_check=1&token=x')).toEqual({ kind: 'ssl-check' });
    expect(unsigned('ssl_check=1&payload={}')).toMatchObject({ kind: 'refused', statusCode: 401 });
    expect(unsigned('ssl_check=1&command=%2Fcountersign')).toMatchObject({
      kind: 'refused',
      statusCode: 401,
    });
    expect(unsigned('{"type":"url_verification","challenge":"x"}')).toMatchObject({ kind: 'refused' });
  });

  it.each([
    ['two payloads', 'payload=%7B%7D&payload=%7B%7D', undefined],
    ['ssl_check beside a payload', 'payload=%7B%7D&ssl_check=1', undefined],
    ['a payload that is no JSON', 'payload=%7B', undefined],
    ['a payload that is a list', 'payload=%5B%5D', undefined],
    ['JSON that is null', 'null', 'application/json'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'application/json'],
    ['an unexpected content type', '{}', 'text/plain'],
  ] as const)('refuses %s though signed', (_, body, type) => {
    expect(open(signed(Buffer.from(body), type ? { type } : {}))).toEqual({
      kind: 'refused',
      statusCode: 400,
      why: 'body',
    });
  });

  it('refuses what is too large unread', () => {
    expect(open(signed('x'.repeat(1_000_001)))).toMatchObject({ statusCode: 413 });
  });
});
