import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMailEvent } from '../../../lib/adapters/ses/mail-events.ts';
import { InvalidInputError } from '../../../lib/domain/errors.ts';

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/ses/${name}`, import.meta.url), 'utf8'));

type Loose = Record<string, unknown>;
const EXAMPLES = fixture('event-publishing-examples.json') as readonly { section: string; json: Loose }[];
const example = (section: string): Loose => {
  const found = EXAMPLES.find((entry) => entry.section === section);
  if (!found) throw new Error(`no example ${section}`);
  return structuredClone(found.json);
};

/** The same event, as an identity's feedback notification says it. */
function asNotification({ eventType, ...rest }: Loose): Loose {
  return { notificationType: eventType, ...rest };
}

const sns = (event: unknown) => ({
  Type: 'Notification',
  MessageId: 'm',
  TopicArn: 'arn:aws:sns:eu-west-1:123456789012:mail',
  Message: typeof event === 'string' ? event : JSON.stringify(event),
  Timestamp: '2026-09-07T10:00:00.000Z',
});
const bus = (event: unknown, type = 'Email Delivered') => ({
  version: '0',
  id: 'e',
  'detail-type': type,
  source: 'aws.ses',
  account: '123456789012',
  time: '2026-09-07T10:00:00Z',
  region: 'eu-west-1',
  resources: [],
  detail: event,
});

describe('the published examples', () => {
  test.each([
    ['Delivery record', 'delivered', '2016-10-19T23:21:04.133Z'],
    ['Bounce record', 'bounced', '2017-08-05T00:41:02.669Z'],
    ['Complaint record', 'complained', '2017-08-05T00:41:02.669Z'],
    ['Send record', 'ignored', '2016-10-14T05:02:16.645Z'],
    ['Click record', 'ignored', '2017-08-09T23:50:05.795Z'],
    ['Subscription record', 'ignored', '2022-01-12T01:00:14.340Z'],
  ])('%s is %s', (section, kind, at) => {
    const json = example(section);
    const { messageId } = json['mail'] as { messageId: string };
    expect(readMailEvent(json)).toMatchObject({ kind, at, messageId, recipients: ['recipient@example.com'] });
  });

  test('a delay is told apart: the provider goes on trying', () => {
    const { bounce: _bounce, ...rest } = example('Bounce record');
    const delayed = {
      ...rest,
      eventType: 'DeliveryDelay',
      deliveryDelay: {
        timestamp: '2020-06-16T00:25:40.095Z',
        delayType: 'TransientCommunicationFailure',
        expirationTime: '2020-06-16T00:25:40.914Z',
        delayedRecipients: [
          {
            emailAddress: 'recipient@example.com',
            status: '4.4.1',
            diagnosticCode: 'smtp; 421 4.4.1 no answer',
          },
        ],
      },
    };
    expect(readMailEvent(delayed)).toMatchObject({
      kind: 'delayed',
      at: '2020-06-16T00:25:40.095Z',
      recipients: ['recipient@example.com'],
      detail: 'TransientCommunicationFailure smtp; 421 4.4.1 no answer',
    });
    expect(() => readMailEvent({ ...delayed, deliveryDelay: undefined })).toThrow('without its details');
  });

  test('read the same bare or wrapped, by configuration set or identity', () => {
    for (const section of ['Delivery record', 'Bounce record', 'Complaint record']) {
      const bare = example(section);
      const expected = readMailEvent(bare);
      for (const form of [
        asNotification(bare),
        JSON.stringify(bare),
        sns(bare),
        JSON.stringify(sns(asNotification(bare))),
        bus(bare),
        JSON.stringify(bus(bare)),
        sns(bus(bare)),
        { ...bare, somethingNew: { deep: [1] } },
      ]) {
        expect(readMailEvent(form)).toEqual(expected);
      }
    }
  });
});

describe('a bounce', () => {
  const bounce = (bounceType: string, bounceSubType: string, recipients: Loose[]) => ({
    ...example('Bounce record'),
    bounce: {
      bounceType,
      bounceSubType,
      bouncedRecipients: recipients,
      timestamp: '2026-09-07T10:00:00.000Z',
    },
  });
  const someone = { emailAddress: 'ada@example.com' };
  const failed = { ...someone, action: 'failed', status: '4.4.7', diagnosticCode: 'smtp; 452 over quota' };

  test.each([
    ['out of office, as the mailbox simulator tells it', 'Transient', 'General', [someone], 'out-of-office'],
    ['out of office, as production tells it', 'Undetermined', 'Undetermined', [], 'out-of-office'],
    ['given up after retries', 'Transient', 'General', [failed], 'bounced'],
    ['a full mailbox', 'Transient', 'MailboxFull', [someone], 'bounced'],
    ['no such mailbox', 'Permanent', 'NoEmail', [someone], 'bounced'],
    ['on the suppression list', 'Permanent', 'OnAccountSuppressionList', [someone], 'bounced'],
    [
      'undetermined, with a status of failure',
      'Undetermined',
      'Undetermined',
      [{ ...someone, status: '5.0.0' }],
      'bounced',
    ],
  ] as const)('%s', (_, type, subType, recipients, kind) => {
    expect(readMailEvent(bounce(type, subType, [...recipients])).kind).toBe(kind);
  });
});

describe('other news', () => {
  test('a rejected mail was not sent; a complaint from the suppression list neither', () => {
    const { mail } = example('Send record');
    expect(readMailEvent({ eventType: 'Reject', mail, reject: { reason: 'Bad content' } })).toMatchObject({
      kind: 'rejected',
      detail: 'Bad content',
    });
    const complaint = example('Complaint record');
    Object.assign(complaint['complaint'] as Loose, { complaintSubType: 'OnAccountSuppressionList' });
    expect(readMailEvent(complaint).kind).toBe('bounced');
  });

  test('the tags say which notice it was', () => {
    const event = example('Delivery record');
    Object.assign((event['mail'] as { tags: Loose }).tags, { notice: ['n-1'], person: ['ada'] });
    expect(readMailEvent(event).notice).toEqual({ noticeId: 'n-1', personId: 'ada' });
    expect(readMailEvent(example('Delivery record')).notice).toBeUndefined();
  });

  test.each([
    ['SNS’ own test', sns('Successfully validated SNS topic for Amazon SES event publishing.')],
    [
      'a subscription',
      { ...sns('You have chosen to subscribe to the topic …'), Type: 'SubscriptionConfirmation' },
    ],
    ['news about the account', bus({ version: '1.0' }, 'Sending Status Disabled')],
  ])('%s is about no mail', (_, payload) => {
    expect(readMailEvent(payload)).toMatchObject({ kind: 'ignored', messageId: '' });
  });
});

function kindOrRefusal(payload: unknown): string {
  try {
    return readMailEvent(payload).kind;
  } catch (error) {
    if (error instanceof InvalidInputError) return error.code;
    throw error;
  }
}

describe('input that is no event', () => {
  test.each([
    ['nothing', null],
    ['a number', 7],
    ['half of JSON', '{"eventType":"Del'],
    ['no mail', { eventType: 'Delivery' }],
    ['no type', { mail: { messageId: 'm' } }],
    ['a delivery without its details', { eventType: 'Delivery', mail: { messageId: 'm' } }],
    ['an endless id', { eventType: 'Send', mail: { messageId: 'm'.repeat(5000) } }],
    [
      'wrapped seven times',
      [1, 2, 3, 4, 5, 6, 7].reduce<unknown>((inner) => sns(inner), example('Send record')),
    ],
    ['two megabytes', JSON.stringify({ eventType: 'Send', padding: 'x'.repeat(2_000_000) })],
  ])('%s is refused', (_, payload) => {
    expect(() => readMailEvent(payload)).toThrow(expect.objectContaining({ code: 'MALFORMED_REQUEST' }));
  });

  test('a hostile server’s words and thousands of recipients are cut', () => {
    const event = example('Bounce record');
    event['bounce'] = {
      bounceType: 'Permanent',
      bounceSubType: 'General',
      bouncedRecipients: Array.from({ length: 9000 }, () => ({
        emailAddress: 'a@example.com',
        diagnosticCode: `550 \r\n\u202E${'x'.repeat(9000)}`,
      })),
    };
    const read = readMailEvent(event);
    expect(read.recipients).toHaveLength(50);
    expect(read.detail.length).toBeLessThanOrEqual(300);
    expect(read.detail).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test('whatever it is, the answer is an event or a refusal', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        expect(kindOrRefusal({ ...example('Send record'), ...(value as object) })).toMatch(/^\w/);
      }),
    );
  });
});
