import { randomUUID } from 'node:crypto';
import { CreateQueueCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, describe, expect, it } from 'vitest';
import { createSqsClient, createSqsQueue } from '../../../lib/adapters/sqs/sqs-queue.ts';
import { Work } from '../../../lib/application/work.ts';
import { onQueue } from '../../../lib/runtime/on-queue.ts';
import { emulator } from './emulator.ts';

const client = createSqsClient(emulator());
afterAll(() => client.destroy());

async function newQueue(): Promise<string> {
  const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName: `test-${randomUUID()}` }));
  return QueueUrl;
}

async function receive(url: string, count: number): Promise<Message[]> {
  const found: Message[] = [];
  for (let tries = 0; found.length < count && tries < 20; tries += 1) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
        MessageAttributeNames: ['All'],
      }),
    );
    found.push(...Messages);
  }
  return found;
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('a queue of SQS', () => {
  it('delivers every message as the worker parses it, with its id beside it', async () => {
    const url = await newQueue();
    const messages = Array.from({ length: 25 }, (_, n) => {
      const key = { campaignId: `access-review-2026-q${n}`, reviewerId: `person-${n}` };
      return { id: `chase-docket/${n}`, body: { work: 'chase-docket', key } };
    });

    await createSqsQueue({ client, url }).send(messages);

    const received = await receive(url, 25);
    const worked: unknown[] = [];
    const handler = onQueue(Work, silent, async (work) => String(worked.push(work)));
    const Records = received.map(({ MessageId, Body }) => ({ messageId: MessageId, body: Body }));
    expect(await handler({ Records })).toEqual({ batchItemFailures: [] });
    expect(new Set(worked.map((work) => JSON.stringify(work)))).toEqual(
      new Set(messages.map(({ body }) => JSON.stringify(body))),
    );
    expect(
      new Set(received.map(({ MessageAttributes }) => MessageAttributes?.['WorkId']?.StringValue)),
    ).toEqual(new Set(messages.map(({ id }) => id)));
  });

  it('takes messages that are large together, and any text', async () => {
    const url = await newQueue();
    const texts = ['x'.repeat(200_000), 'y'.repeat(200_000), 'grüße \u0001 \ud800 \uffff 😀'];

    await createSqsQueue({ client, url }).send(texts.map((body, n) => ({ id: `answer/${n}`, body })));

    const bodies = (await receive(url, 3)).map(({ Body = '' }) => JSON.parse(Body) as string);
    expect(bodies.toSorted()).toEqual(texts.toSorted());
  });

  it('that is not there is said, and not tried again', async () => {
    const url = `${emulator().endpoint}/000000000000/no-such-queue`;

    await expect(createSqsQueue({ client, url }).send([{ id: 'a', body: 1 }])).rejects.toMatchObject({
      provider: 'sqs',
      retryable: false,
    });
  });
});
