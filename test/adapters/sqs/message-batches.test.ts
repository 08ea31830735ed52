import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  batchMessages,
  MAX_BATCH_BYTES,
  MAX_BATCH_MESSAGES,
  type QueueEntry,
} from '../../../lib/adapters/sqs/message-batches.ts';
import { InvalidInputError } from '../../../lib/domain/errors.ts';

const bytesOf = (batch: readonly QueueEntry[]): number =>
  batch.reduce((sum, { id, body }) => sum + Buffer.byteLength(id) + Buffer.byteLength(body), 0);

const anyMessage = fc.record({
  id: fc.string({ minLength: 1, maxLength: 100, unit: 'binary' }),
  body: fc.oneof(
    fc.jsonValue(),
    fc.record({ text: fc.string({ unit: 'binary' }) }),
    fc.integer({ min: 0, max: 200_000 }).map((length) => ({ large: 'é'.repeat(length / 2) })),
  ),
});

describe('messages on their way to a queue', () => {
  it('go in their order, in requests that SQS takes, and arrive as they were', () => {
    fc.assert(
      fc.property(fc.array(anyMessage, { maxLength: 40 }), (messages) => {
        const batches = batchMessages(messages);

        expect(batches.flat().map(({ body }) => JSON.parse(body) as unknown)).toEqual(
          messages.map(({ body }) => JSON.parse(JSON.stringify(body)) as unknown),
        );
        for (const batch of batches) {
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(MAX_BATCH_MESSAGES);
          expect(bytesOf(batch)).toBeLessThanOrEqual(MAX_BATCH_BYTES);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('hold no character that SQS refuses', () => {
    const refused = ['\u0000', '\u0008', '\u000b', '\u001f', '\udfff', '\ud800', '\ufffe', '\uffff'];
    const [[entry] = []] = batchMessages([{ id: refused.join(''), body: { text: refused.join('') } }]);

    for (const character of refused) {
      expect(entry?.id).not.toContain(character);
      expect(entry?.body).not.toContain(character);
    }
    expect(JSON.parse(entry?.body ?? '')).toEqual({ text: refused.join('') });
    const [[fine] = []] = batchMessages([{ id: 'ü/😀/\ud7ff\ue000', body: 'é😀' }]);
    expect(fine).toEqual({ id: 'ü/😀/\ud7ff\ue000', body: '"é😀"' });
  });

  it('fill a request before the next one begins', () => {
    const messages = Array.from({ length: 23 }, (_, n) => ({ id: `work/${n}`, body: { n } }));
    const large = Array.from({ length: 5 }, (_, n) => ({ id: `work/${n}`, body: 'x'.repeat(100_000) }));

    expect(batchMessages(messages).map(({ length }) => length)).toEqual([10, 10, 3]);
    expect(batchMessages(large).map(({ length }) => length)).toEqual([2, 2, 1]);
    expect(batchMessages([])).toEqual([]);
  });

  it('are refused before anything is sent when one is too large', () => {
    const message = { id: 'answer/1', body: 'x'.repeat(MAX_BATCH_BYTES) };

    expect(() => batchMessages([{ id: 'small', body: 1 }, message])).toThrow(InvalidInputError);
    expect(() => batchMessages([message])).toThrow(/answer\/1/);
  });
});
