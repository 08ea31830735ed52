import * as ses from '@aws-sdk/client-sesv2';
import { describe, expect, test } from 'vitest';
import { DAY_MS, plusMs } from '../../../lib/domain/time.ts';
import { mail, refusedAs, running, START_AT } from './running-ses.ts';

describe('refusals', () => {
  test.each([
    [
      'an unverified sender',
      { FromEmailAddress: 'a@elsewhere.example' },
      'MessageRejected',
      400,
      /not verified.*EU-WEST-1: a@elsewhere/,
    ],
    [
      'an unknown configuration set',
      { ConfigurationSetName: 'nope' },
      'NotFoundException',
      404,
      /Configuration set <nope>/,
    ],
    ['a template', { Content: { Template: { TemplateName: 't' } } }, 'NotFoundException', 404, /Template t/],
    ['no recipient', { Destination: {} }, 'BadRequestException', 400, /no address/],
    [
      'a malformed recipient',
      { Destination: { ToAddresses: ['ana'] } },
      'BadRequestException',
      400,
      /Missing final/,
    ],
    [
      'a line break in an address',
      { Destination: { ToAddresses: ['a\nBcc: b <a@b.example>'] } },
      'BadRequestException',
      400,
      /control/,
    ],
    ['a bad tag', { EmailTags: [{ Name: 'a b', Value: 'x' }] }, 'BadRequestException', 400, /tag/],
    [
      '51 recipients',
      { Destination: { ToAddresses: Array.from({ length: 51 }, (_, i) => `a${i}@b.example`) } },
      'BadRequestException',
      400,
      /50/,
    ],
    [
      'a line break in the subject',
      { Content: { Simple: { Subject: { Data: 'a\r\nBcc: x@y.z' }, Body: { Text: { Data: 't' } } } } },
      'BadRequestException',
      400,
      /Subject/,
    ],
    [
      'a line break in a header',
      {
        Content: {
          Simple: {
            Subject: { Data: 'a' },
            Body: { Text: { Data: 't' } },
            Headers: [{ Name: 'X', Value: 'a\nb' }],
          },
        },
      },
      'BadRequestException',
      400,
      /header X/,
    ],
  ] as const)('%s is refused', async (_, more, name, status, message) => {
    await using it = await running();

    await expect(
      it.client.send(mail('ana@corp.example', more as Partial<ses.SendEmailRequest>)),
    ).rejects.toEqual(refusedAs(name, status, message));
    expect(it.standIn.messages()).toEqual([]);
  });

  test('a MAIL FROM domain that is not verified refuses when it is told to', async () => {
    await using it = await running({
      identities: [
        {
          identity: 'example.com',
          mailFrom: { domain: 'bounce.example.com', status: 'FAILED', behaviorOnMxFailure: 'REJECT_MESSAGE' },
        },
      ],
    });

    await expect(it.client.send(mail('ana@corp.example'))).rejects.toEqual(
      refusedAs('MailFromDomainNotVerifiedException', 400),
    );
    const identity = await it.client.send(new ses.GetEmailIdentityCommand({ EmailIdentity: 'example.com' }));
    expect(identity).toMatchObject({
      IdentityType: 'DOMAIN',
      VerifiedForSendingStatus: true,
      MailFromAttributes: { MailFromDomainStatus: 'FAILED' },
    });
  });

  test('in the sandbox only verified addresses and the simulator are written to', async () => {
    await using it = await running({ sandbox: true });

    await expect(it.client.send(mail('ana@corp.example'))).rejects.toEqual(refusedAs('MessageRejected', 400));
    await it.client.send(mail('success@simulator.amazonses.com'));
    await it.client.send(mail('ana@example.com'));
    const account = await it.client.send(new ses.GetAccountCommand());

    expect(account).toMatchObject({ ProductionAccessEnabled: false, SendQuota: { SentLast24Hours: 1 } });
  });

  test('the daily quota is of 24 hours of the clock', async () => {
    let now = START_AT;
    await using it = await running({ clock: { now: () => now }, quota: { max24HourSend: 2 } });

    await it.client.send(mail(['a@corp.example', 'b@corp.example']));
    await expect(it.client.send(mail('c@corp.example'))).rejects.toEqual(
      refusedAs('TooManyRequestsException', 429, /Daily/),
    );
    now = plusMs(now, DAY_MS);
    await it.client.send(mail('c@corp.example'));
  });

  test('more than the rate in a second is throttled, and the SDK’s retry gets through', async () => {
    await using it = await running({ quota: { maxSendRate: 1 } });

    await it.client.send(mail('a@corp.example'));
    await expect(it.client.send(mail('b@corp.example'))).rejects.toEqual(
      refusedAs('TooManyRequestsException', 429, /rate/),
    );
    const patient = new ses.SESv2Client({
      endpoint: it.standIn.endpoint,
      region: 'eu-west-1',
      maxAttempts: 8,
      credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
    });
    expect((await patient.send(mail('b@corp.example'))).$metadata.attempts).toBeGreaterThan(1);
  });

  test('a paused or suspended account sends nothing', async () => {
    await using it = await running();

    it.standIn.setSending('paused');
    await expect(it.client.send(mail('a@corp.example'))).rejects.toEqual(
      refusedAs('SendingPausedException', 400),
    );
    expect((await it.client.send(new ses.GetAccountCommand())).SendingEnabled).toBe(false);
    it.standIn.setSending('suspended');
    await expect(it.client.send(mail('a@corp.example'))).rejects.toEqual(
      refusedAs('AccountSuspendedException', 400),
    );
  });

  test('failures can be played, and an answer lost after the mail was accepted', async () => {
    await using it = await running();

    it.standIn.failNext('SendEmail', 'TooManyRequestsException', 2);
    for (const _ of [1, 2]) {
      await expect(it.client.send(mail('a@corp.example'))).rejects.toEqual(
        refusedAs('TooManyRequestsException', 429),
      );
    }
    it.standIn.failNext('*', 'lost-answer');
    await expect(it.client.send(mail('a@corp.example'))).rejects.toThrow(/hang up|ECONNRESET|aborted/);
    expect(it.standIn.messages()).toHaveLength(1);
    expect(it.standIn.calls()).toEqual({ SendEmail: 3 });
  });

  test('unsigned, or signed with other credentials, is refused', async () => {
    await using it = await running({
      credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
    });
    const signedBy = (accessKeyId: string, secretAccessKey: string) =>
      new ses.SESv2Client({
        endpoint: it.standIn.endpoint,
        region: 'eu-west-1',
        maxAttempts: 1,
        credentials: { accessKeyId, secretAccessKey },
      });

    await it.client.send(mail('a@corp.example'));
    await it.client.send(
      new ses.PutSuppressedDestinationCommand({ EmailAddress: "o'b+x@corp.example", Reason: 'BOUNCE' }),
    );
    await it.client.send(new ses.GetSuppressedDestinationCommand({ EmailAddress: "o'b+x@corp.example" }));
    await expect(signedBy('AKIAEXAMPLE', 'wrong').send(mail('a@corp.example'))).rejects.toEqual(
      refusedAs('InvalidSignatureException', 403),
    );
    await expect(signedBy('AKIAOTHER', 'secret').send(mail('a@corp.example'))).rejects.toEqual(
      refusedAs('UnrecognizedClientException', 403),
    );
    const unsigned = await fetch(`${it.standIn.endpoint}/v2/email/account`);
    expect(unsigned.headers.get('x-amzn-errortype')).toBe('MissingAuthenticationTokenException');
  });

  test('an operation the stand-in does not have is refused as such', async () => {
    await using it = await running();

    await expect(it.client.send(new ses.ListContactListsCommand())).rejects.toEqual(
      refusedAs('UnknownOperationException', 404),
    );
  });
});
