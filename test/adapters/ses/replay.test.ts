// Everything published of SES' events, put on the queue the function reads: each is handled, refused or passed over, and
// logged; none makes a notice anything it is not.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createHandler } from '../../../lib/runtime/handlers/receive-mail-events.ts';
import type { Log } from '../../../lib/runtime/log.ts';
import { world } from '../../support/world.ts';

const folder = new URL('../../fixtures/ses/', import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name): readonly [string, unknown] => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8'))]);

/** Files with several examples have a section for each. */
const events = files.flatMap(([name, content]) =>
  Array.isArray(content)
    ? content.map(({ section, json }) => [`${name}: ${section}`, json] as const)
    : [[name, content] as const],
);

async function inbox() {
  const lines: { level: string; message: string; fields: Readonly<Record<string, unknown>> }[] = [];
  const write = (level: string) => (message: string, fields?: Readonly<Record<string, unknown>>) =>
    void lines.push({ level, message, fields: fields ?? {} });
  const log: Log = { info: write('info'), warn: write('warn'), error: write('error') };
  const { environment } = await world({ identities: [] });
  return { handler: createHandler({ environment, log }), lines };
}

const queued = (...bodies: readonly unknown[]) => ({
  Records: bodies.map((body, at) => ({ messageId: `m-${at}`, body: JSON.stringify(body) })),
});
const viaSns = (event: unknown) => ({ Type: 'Notification', MessageId: 'm', Message: JSON.stringify(event) });
const viaBus = (event: unknown) => ({ source: 'aws.ses', 'detail-type': 'Email Delivered', detail: event });

describe('a published event', () => {
  it('is one of those SES sends about mail that was sent, or refused', async () => {
    const { handler, lines } = await inbox();
    const outcomes: Record<string, string> = {};

    for (const [name, event] of events) {
      lines.length = 0;
      const { batchItemFailures } = await handler(queued(viaSns(event)));
      expect(lines, name).toHaveLength(1);
      outcomes[name] = batchItemFailures.length > 0 ? 'refused' : String(lines[0]?.fields['outcome']);
    }

    expect(outcomes).toMatchInlineSnapshot(`
      {
        "event-publishing-examples.json: Bounce record": "not-ours",
        "event-publishing-examples.json: Click record": "unchanged",
        "event-publishing-examples.json: Complaint record": "unchanged",
        "event-publishing-examples.json: Delivery record": "not-ours",
        "event-publishing-examples.json: Send record": "unchanged",
        "event-publishing-examples.json: Subscription record": "unchanged",
        "eventbridge-other-source.json": "refused",
        "receiving-email-event.json": "refused",
        "receiving-email-events.json: Event records provided by the Amazon SNS action": "unchanged",
        "receiving-email-events.json: Event records provided by the Lambda action": "refused",
        "receiving-email-to-s3.json": "refused",
        "sns-batch.json": "refused",
        "sns-in-sqs.json": "refused",
        "suppression-list-examples.json: Getting information about an import job for the account": "refused",
        "suppression-list-examples.json: Viewing a list of addresses that are on your Amazon SES account\\-level suppression list": "refused",
      }
    `);
  });

  it.each(events)('%s leaves one line in the log, however it is wrapped', async (_, event) => {
    for (const wrapped of [
      event,
      viaSns(event),
      viaBus(event),
      viaSns(viaBus(event)),
      viaSns(viaSns(event)),
    ]) {
      const { handler, lines } = await inbox();

      const { batchItemFailures } = await handler(queued(wrapped));

      expect(lines).toHaveLength(1);
      expect(lines[0]?.message).toBe(batchItemFailures.length > 0 ? 'message failed' : 'message handled');
    }
  });

  it('that is refused does not hold up the others of its batch', async () => {
    const { handler, lines } = await inbox();

    const { batchItemFailures } = await handler(queued(...events.map(([, event]) => event)));

    expect(lines).toHaveLength(events.length);
    expect(batchItemFailures.length).toBeGreaterThan(0);
    expect(batchItemFailures.length).toBeLessThan(events.length);
  });

  it('as SQS itself brings it is read without wrapping', async () => {
    const { handler, lines } = await inbox();
    const batch = files.find(([name]) => name === 'sns-in-sqs.json')?.[1];

    expect(await handler(batch)).toEqual({ batchItemFailures: expect.any(Array) });
    expect(lines).toHaveLength(1);
  });
});
