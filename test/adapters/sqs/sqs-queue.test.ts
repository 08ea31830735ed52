// SQS answers request by request here, to fail in the ways the real one cannot be asked to.
import type { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createSqsQueue } from '../../../lib/adapters/sqs/sqs-queue.ts';
import { UpstreamError } from '../../../lib/domain/errors.ts';

interface Failure {
  readonly SenderFault: boolean;
  readonly Code: string;
}

/** A queue that takes messages unless `fails` says otherwise, by body and by how often it was offered. */
function openQueue(fails: (body: string, offered: number) => Failure | Error | undefined) {
  const taken: string[] = [];
  const offers = new Map<string, number>();
  const client = {
    send: async ({ input }: SendMessageBatchCommand) => {
      const Failed: object[] = [];
      for (const { Id, MessageBody = '' } of input.Entries ?? []) {
        const offered = (offers.get(MessageBody) ?? 0) + 1;
        offers.set(MessageBody, offered);
        const failure = fails(MessageBody, offered);
        if (failure instanceof Error) throw failure;
        if (failure) Failed.push({ Id, ...failure });
        else taken.push(MessageBody);
      }
      return { Failed };
    },
  } as unknown as SQSClient;
  const url = 'https://sqs.eu-central-1.amazonaws.com/1/dockets';
  return { queue: createSqsQueue({ client, url, sleep: async () => undefined }), taken, offers };
}

const messages = Array.from({ length: 12 }, (_, n) => ({ id: `work/${n}`, body: n }));
const busy = { SenderFault: false, Code: 'InternalError' };

describe('a queue that takes only part of a request', () => {
  it('is offered the rest again', async () => {
    const { queue, taken } = openQueue((body, offered) =>
      Number(body) % 2 === 1 && offered < 3 ? busy : undefined,
    );

    await queue.send(messages);

    expect(taken.map(Number).toSorted((a, b) => a - b)).toEqual(messages.map(({ body }) => body));
  });

  it('gets everything else all the same, and how many it did not take is said', async () => {
    const { queue, taken } = openQueue((body) => (['3', '11'].includes(body) ? busy : undefined));

    const sent = queue.send(messages);

    await expect(sent).rejects.toThrow(UpstreamError);
    await expect(sent).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true, provider: 'sqs' });
    await expect(sent).rejects.toThrow(
      '2 of 12 messages could not be sent to dockets: InternalError (work/3)',
    );
    expect(taken).toHaveLength(10);
  });

  it('is not offered again what is our fault', async () => {
    const { queue, offers } = openQueue((body) =>
      body === '4' ? { SenderFault: true, Code: 'InvalidMessageContents' } : undefined,
    );

    await expect(queue.send(messages)).rejects.toMatchObject({ code: 'REJECTED', retryable: false });
    expect(offers.get('4')).toBe(1);
  });

  it('may fail a whole request; the other one arrives', async () => {
    const throttled = Object.assign(new Error('slow down'), { name: 'RequestThrottled', $metadata: {} });
    const { queue, taken } = openQueue((body) => (body === '0' ? throttled : undefined));

    await expect(queue.send(messages)).rejects.toThrow('10 of 12 messages could not be sent');
    expect(taken).toEqual(['10', '11']);
  });
});
