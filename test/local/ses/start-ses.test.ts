import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ses from '@aws-sdk/client-sesv2';
import { describe, expect, test } from 'vitest';
import type { SesEvent } from '../../../lib/local/ses/mail-events.ts';
import { mail, refusedAs, running, START_AT } from './running-ses.ts';

describe('sending', () => {
  test('a mail is kept as sent and reported as sent and delivered, in SES’s own words', async () => {
    await using it = await running();

    const { MessageId } = await it.client.send(mail('Ana <Ana@corp.example>'));
    await it.standIn.settled();

    expect(MessageId).toMatch(/^0100[0-9a-f]{12}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-000000$/);
    expect(it.standIn.messages({ to: 'ana@corp.example' })).toEqual([
      expect.objectContaining({
        messageId: MessageId,
        subject: 'Is ci-deployer still needed?',
        recipients: [{ address: 'ana@corp.example', outcome: 'delivered' }],
        tags: { notice: 'n-1' },
      }),
    ]);
    expect(it.events.map(({ eventType }) => eventType)).toEqual(['Send', 'Delivery']);
    expect(it.events[1]).toEqual({
      eventType: 'Delivery',
      delivery: {
        timestamp: '2026-03-02T08:00:00.000Z',
        processingTimeMillis: 0,
        recipients: ['ana@corp.example'],
        smtpResponse: '250 2.6.0 Message received',
        reportingMTA: 'mta.corp.example',
      },
      mail: {
        timestamp: '2026-03-02T08:00:00.000Z',
        source: 'Countersign <reviews@example.com>',
        sourceArn: 'arn:aws:ses:us-east-1:000000000000:identity/reviews@example.com',
        sendingAccountId: '000000000000',
        messageId: MessageId,
        destination: ['Ana <Ana@corp.example>'],
        headersTruncated: false,
        headers: expect.arrayContaining([{ name: 'List-Unsubscribe', value: '<https://example.com/u>' }]),
        commonHeaders: {
          from: ['Countersign <reviews@example.com>'],
          to: ['Ana <Ana@corp.example>'],
          messageId: MessageId,
          subject: 'Is ci-deployer still needed?',
        },
        tags: expect.objectContaining({
          'ses:configuration-set': ['countersign'],
          'ses:from-domain': ['example.com'],
          notice: ['n-1'],
        }),
      },
    });
  });

  test('without a configuration set no event is published', async () => {
    await using it = await running();

    await it.client.send(mail('ana@corp.example', { ConfigurationSetName: undefined }));
    await it.standIn.settled();

    expect(it.standIn.messages()).toHaveLength(1);
    expect(it.events).toEqual([]);
  });

  test('the same mail twice has two ids', async () => {
    await using it = await running();

    const first = await it.client.send(mail('ana@corp.example'));
    const second = await it.client.send(mail('ana@corp.example'));

    expect(second.MessageId).not.toBe(first.MessageId);
  });

  test('a raw message is read: encoded subject, both bodies, attachment, its own recipients, Bcc hidden', async () => {
    await using it = await running();
    const raw = [
      'From: reviews@example.com',
      'To: "Ana, of Ops" <ana@corp.example>',
      'Bcc: ben@corp.example',
      'Subject: =?UTF-8?B?UHLDvGZ1bmc=?= =?UTF-8?Q?_due?=',
      'X-SES-CONFIGURATION-SET: countersign',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed;',
      ' boundary="outer"',
      '',
      '--outer',
      'Content-Type: multipart/alternative; boundary=inner',
      '',
      '--inner',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'Gr=C3=BC=C3=9Fe, a long=',
      ' line',
      '--inner',
      'Content-Type: text/html; charset=utf-8',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from('<p>Grüße</p>').toString('base64'),
      '--inner--',
      '--outer',
      'Content-Type: text/csv; name=items.csv',
      'Content-Disposition: attachment; filename="items.csv"',
      '',
      'a,b',
      '--outer--',
      '',
    ].join('\r\n');

    await it.client.send(new ses.SendEmailCommand({ Content: { Raw: { Data: Buffer.from(raw) } } }));
    await it.standIn.settled();

    expect(it.standIn.messages()[0]).toMatchObject({
      subject: 'Prüfung due',
      text: expect.stringContaining('Grüße, a long line'),
      html: '<p>Grüße</p>',
      attachments: [expect.objectContaining({ fileName: 'items.csv', contentType: 'text/csv' })],
      recipients: [
        { address: 'ana@corp.example', outcome: 'delivered' },
        { address: 'ben@corp.example', outcome: 'delivered' },
      ],
    });
    expect(JSON.stringify(it.standIn.messages()[0]?.headers)).not.toContain('ben@corp.example');
    expect(it.events).toHaveLength(3);
  });
});

describe('what became of a mail', () => {
  const happened = (events: readonly SesEvent[]) =>
    events.map((event) =>
      event.eventType === 'Bounce'
        ? `${event.bounce.bounceType}/${event.bounce.bounceSubType}`
        : event.eventType,
    );

  test.each([
    ['success', ['Send', 'Delivery']],
    ['bounce', ['Send', 'Permanent/General']],
    ['bounce+label', ['Send', 'Permanent/General']],
    ['complaint', ['Send', 'Delivery', 'Complaint']],
    ['ooto', ['Send', 'Delivery', 'Transient/General']],
    ['suppressionlist', ['Send', 'Permanent/Suppressed']],
  ])('the simulator’s %s@ causes %j', async (mailbox, expected) => {
    await using it = await running({ quota: { max24HourSend: 0 } });

    await it.client.send(mail(`${mailbox}@simulator.amazonses.com`));
    await it.standIn.settled();

    expect(happened(it.events)).toEqual(expected);
    expect(it.standIn.suppressions()).toEqual([]);
  });

  test.each([
    ['bounces', ['Send', 'Permanent/General'], ['BOUNCE']],
    ['bouncesTransiently', ['Send', 'Transient/MailboxFull'], []],
    ['complains', ['Send', 'Delivery', 'Complaint'], ['COMPLAINT']],
    ['outOfOffice', ['Send', 'Delivery', 'Undetermined/Undetermined'], []],
    ['vanishes', ['Send'], []],
  ] as const)('a mailbox that %s causes %j and suppresses for %j', async (behaviour, expected, reasons) => {
    await using it = await running({ recipients: { 'Ana@corp.example': behaviour } });

    await it.client.send(mail('ana@corp.example'));
    await it.standIn.settled();

    expect(happened(it.events)).toEqual(expected);
    expect(it.standIn.suppressions().map(({ reason }) => reason)).toEqual(reasons);
  });

  test('after a hard bounce the address is suppressed until it is taken off the list', async () => {
    await using it = await running({ recipients: { 'ana@corp.example': 'bounces' } });
    const get = () =>
      it.client.send(new ses.GetSuppressedDestinationCommand({ EmailAddress: 'ana@corp.example' }));

    await it.client.send(mail('ana@corp.example'));
    expect((await get()).SuppressedDestination).toMatchObject({
      Reason: 'BOUNCE',
      LastUpdateTime: new Date(START_AT),
    });
    await it.client.send(mail('ana@corp.example'));
    it.standIn.setRecipient('ana@corp.example', 'delivers');
    await it.client.send(new ses.DeleteSuppressedDestinationCommand({ EmailAddress: 'ana@corp.example' }));
    await it.client.send(mail('ana@corp.example'));
    await it.standIn.settled();

    expect(happened(it.events)).toEqual([
      'Send',
      'Permanent/General',
      'Send',
      'Permanent/OnAccountSuppressionList',
      'Send',
      'Delivery',
    ]);
    await expect(get()).rejects.toEqual(refusedAs('NotFoundException', 404));
  });

  test('a virus is rejected as a whole', async () => {
    await using it = await running();
    const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('-');

    await it.client.send(
      mail('ana@corp.example', {
        Content: { Simple: { Subject: { Data: 's' }, Body: { Text: { Data: eicar } } } },
      }),
    );
    await it.standIn.settled();

    expect(it.events.at(-1)).toMatchObject({ eventType: 'Reject', reject: { reason: 'Bad content' } });
  });

  test('an event its consumer fails on comes again, and is set aside after three attempts', async () => {
    const seen: string[] = [];
    await using it = await running({
      onEvent(event) {
        seen.push(event.eventType);
        if (event.eventType === 'Delivery' || seen.length === 1) throw new Error('busy');
      },
    });

    await it.client.send(mail('ana@corp.example'));
    await it.standIn.settled();

    expect(seen).toEqual(['Send', 'Send', 'Delivery', 'Delivery', 'Delivery']);
    expect(it.standIn.deadEvents()).toHaveLength(1);
  });
});

test('the suppression list is paged and filtered', async () => {
  await using it = await running();
  for (const [index, Reason] of (['BOUNCE', 'COMPLAINT', 'BOUNCE'] as const).entries()) {
    await it.client.send(
      new ses.PutSuppressedDestinationCommand({ EmailAddress: `a${index}@b.example`, Reason }),
    );
  }
  const found: string[] = [];
  const pages = ses.paginateListSuppressedDestinations(
    { client: it.client, pageSize: 1 },
    { Reasons: ['BOUNCE'], StartDate: new Date('2026-03-01T00:00:00Z') },
  );
  for await (const page of pages) {
    found.push(...(page.SuppressedDestinationSummaries ?? []).map(({ EmailAddress }) => EmailAddress ?? ''));
  }

  expect(found).toEqual(['a0@b.example', 'a2@b.example']);
  await expect(
    it.client.send(new ses.ListSuppressedDestinationsCommand({ NextToken: 'nonsense' })),
  ).rejects.toEqual(refusedAs('InvalidNextTokenException', 400));
});

test('mails and suppressions survive a restart', async () => {
  const dataFile = join(await mkdtemp(join(tmpdir(), 'ses-')), 'mail.jsonl');
  {
    await using it = await running({ dataFile, recipients: { 'b@corp.example': 'bounces' } });
    await it.client.send(mail(['a@corp.example', 'b@corp.example']));
  }
  await using it = await running({ dataFile });

  expect(it.standIn.messages({ to: 'a@corp.example', tag: { name: 'notice', value: 'n-1' } })).toHaveLength(
    1,
  );
  expect(it.standIn.suppressions().map(({ address }) => address)).toEqual(['b@corp.example']);
});
