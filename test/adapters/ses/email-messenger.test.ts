import { afterEach, describe, expect, test } from 'vitest';
import {
  createEmailMessenger,
  createSesClient,
  NOTICE_HEADER,
} from '../../../lib/adapters/ses/email-messenger.ts';
import { readMailEvent } from '../../../lib/adapters/ses/mail-events.ts';
import type { MailEvent } from '../../../lib/application/record-mail-event.ts';
import { type SesStandIn, startSes } from '../../../lib/local/ses/start-ses.ts';
import { ahead, NOW, removal } from '../../domain/identity/samples.ts';
import { ADA, everyBody } from '../../presentation/email/mails.ts';

const started: SesStandIn[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((ses) => ses.close()));
});

async function mailing(options: Partial<Parameters<typeof startSes>[0]> = {}) {
  const events: MailEvent[] = [];
  const ses = await startSes({
    clock: { now: () => NOW },
    identities: ['example.org'],
    configurationSets: ['countersign'],
    onEvent: (event) => void events.push(readMailEvent(event)),
    ...options,
  });
  started.push(ses);
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' };
  const messenger = createEmailMessenger({
    client: createSesClient({ endpoint: ses.endpoint, region: 'us-east-1', credentials }),
    from: 'Countersign <reviews@example.org>',
    configurationSet: 'countersign',
    replyTo: 'help@example.org',
  });
  return { ses, messenger, events };
}

const message = (
  more: Partial<Parameters<Awaited<ReturnType<typeof mailing>>['messenger']['send']>[0]> = {},
) => ({
  noticeId: 'a1b2c3',
  to: ADA,
  body: {
    purpose: 'switched-off' as const,
    removal: removal({ name: 'deploy\r\nBcc: x@example.com' }),
    text: 'deploy was switched off.',
    undoUntil: ahead(20),
  },
  now: NOW,
  ...more,
});

describe('a mail', () => {
  test('goes out with both parts, the notice’s id, and is accepted but not yet delivered', async () => {
    const { ses, messenger, events } = await mailing();
    const result = await messenger.send(message());
    await ses.settled();

    const [mail] = ses.messages();
    expect(result).toEqual({ outcome: 'accepted', providerId: mail?.messageId, delivered: false });
    expect(mail).toMatchObject({
      to: ['ada@example.com'],
      from: 'Countersign <reviews@example.org>',
      replyTo: ['help@example.org'],
      configurationSet: 'countersign',
      tags: { notice: 'a1b2c3', person: 'ada' },
    });
    expect(mail?.subject).toBe('Switched off: deploy Bcc: x@example.com');
    expect(mail?.text).toContain('deploy was switched off.');
    expect(mail?.html).toContain('deploy was switched off.');
    const headers = new Map(mail?.headers.map(({ name, value }) => [name, value]));
    expect(headers.get(NOTICE_HEADER)).toBe('a1b2c3');
    expect(headers.get('Auto-Submitted')).toBe('auto-generated');
    expect([...headers.keys()].join(' ')).not.toMatch(/List-Unsubscribe|Bcc/i);
    expect(events.filter(({ kind }) => kind !== 'ignored')).toMatchObject([
      {
        kind: 'delivered',
        messageId: mail?.messageId,
        notice: { noticeId: 'a1b2c3', personId: 'ada' },
        recipients: ['ada@example.com'],
      },
    ]);
  });

  test('of no purpose but the weekly summary can be unsubscribed from, even where texts say so', async () => {
    const { ses, messenger } = await mailing({ quota: { max24HourSend: 1000, maxSendRate: 1000 } });
    const hostile = 'x\r\nList-Unsubscribe: <https://evil.example/>\r\n';
    const bodies = everyBody(hostile);
    for (const body of bodies) await messenger.send(message({ body }));
    await ses.settled();
    const offering = ses
      .messages()
      .map(({ headers }) => headers.filter(({ name }) => /unsubscribe/i.test(name)))
      .filter((found) => found.length > 0);
    expect(ses.messages()).toHaveLength(bodies.length);
    expect(offering).toEqual([
      [
        { name: 'List-Unsubscribe', value: '<https://reviews.example.com/unsubscribe/abc>' },
        { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
      ],
    ]);
  });

  test.each([undefined, 'http://localhost:4000/unsubscribe/abc'])(
    'offers no one click at %s',
    async (unsubscribe) => {
      const { ses, messenger } = await mailing();
      await messenger.send(message({ body: { purpose: 'weekly-summary', campaigns: [], unsubscribe } }));
      const [mail] = ses.messages();
      expect(mail?.headers.filter(({ name }) => /unsubscribe/i.test(name))).toEqual([]);
    },
  );

  test('cannot be revised: nothing is sent', async () => {
    const { ses, messenger } = await mailing();
    await messenger.revise('some-id', message());
    expect(ses.messages()).toEqual([]);
  });

  test.each([
    ['bounce@simulator.amazonses.com', ['bounced']],
    ['ooto@simulator.amazonses.com', ['delivered', 'out-of-office']],
    ['complaint@simulator.amazonses.com', ['delivered', 'complained']],
    ['suppressionlist@simulator.amazonses.com', ['bounced']],
  ])('to %s brings %j', async (email, kinds) => {
    const { ses, messenger, events } = await mailing();
    await messenger.send(message({ to: { ...ADA, email } }));
    await ses.settled();
    expect(events.map(({ kind }) => kind).filter((kind) => kind !== 'ignored')).toEqual(kinds);
  });
});

describe('a refusal of SES', () => {
  test.each([
    ['TooManyRequestsException', 'THROTTLED', true],
    ['LimitExceededException', 'THROTTLED', true],
    ['AccountSuspendedException', 'DENIED', false],
    ['SendingPausedException', 'DENIED', false],
    ['MailFromDomainNotVerifiedException', 'NOT_READY', false],
    ['MessageRejected', 'REJECTED', false],
    ['BadRequestException', 'REJECTED', false],
    ['InternalFailure', 'UNAVAILABLE', true],
    ['ServiceUnavailable', 'UNAVAILABLE', true],
    ['UnrecognizedClientException', 'DENIED', false],
  ] as const)('%s is %s, retryable: %s, and was tried once', async (type, code, retryable) => {
    const { ses, messenger } = await mailing();
    ses.failNext('SendEmail', type, 3);
    await expect(messenger.send(message())).rejects.toMatchObject({ code, retryable, provider: 'ses' });
    expect(ses.calls()).toEqual({ SendEmail: 1 });
    expect(ses.messages()).toEqual([]);
  });

  test('of the sender is the operator’s problem, not the recipient’s', async () => {
    const { messenger } = await mailing({ identities: [] });
    await expect(messenger.send(message())).rejects.toMatchObject({ code: 'REJECTED', retryable: false });
  });

  test('of an unverified recipient in the sandbox makes that person undeliverable', async () => {
    const { messenger } = await mailing({ sandbox: true });
    expect(await messenger.send(message())).toMatchObject({
      outcome: 'undeliverable',
      reason: expect.stringContaining('ada@example.com'),
    });
  });

  test('of a configuration set that does not exist is said', async () => {
    const { messenger } = await mailing({ configurationSets: [] });
    await expect(messenger.send(message())).rejects.toMatchObject({ provider: 'ses', retryable: false });
  });

  test('that got lost on its way back is not asked for twice: the notice ledger decides about that', async () => {
    const { ses, messenger } = await mailing();
    ses.failNext('SendEmail', 'lost-answer');
    await expect(messenger.send(message())).rejects.toMatchObject({ provider: 'ses', retryable: true });
    expect(ses.messages()).toHaveLength(1);
  });

  test('to connect may be retried', async () => {
    const { ses, messenger } = await mailing();
    await ses.close();
    started.length = 0;
    await expect(messenger.send(message())).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  });
});
