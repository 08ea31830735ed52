import { request } from 'node:http';
import { GetAccountCommand, SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { expect, test } from 'vitest';
import { type Instant, parseInstant } from '../../../lib/domain/time.ts';
import { startSes } from '../../../lib/local/ses/start-ses.ts';

const clock = { now: () => parseInstant('2026-03-02T08:00:00Z') as Instant };

async function inboxWith(mails: readonly { to: string; subject: string; text?: string; html?: string }[]) {
  const standIn = await startSes({
    clock,
    identities: ['example.com'],
    recipients: { 'ben@corp.example': 'bounces' },
  });
  const client = new SESv2Client({
    endpoint: standIn.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
  });
  await client.send(new GetAccountCommand());
  for (const { to, subject, text, html } of mails) {
    await client.send(
      new SendEmailCommand({
        FromEmailAddress: 'reviews@example.com',
        Destination: { ToAddresses: [to] },
        Content: {
          Simple: {
            Subject: { Data: subject },
            Body: {
              ...(text === undefined ? {} : { Text: { Data: text } }),
              ...(html === undefined ? {} : { Html: { Data: html } }),
            },
          },
        },
      }),
    );
  }
  const [first] = standIn.messages();
  return {
    standIn,
    firstId: first?.messageId ?? '',
    page: async (path: string) => {
      const response = await fetch(`${standIn.endpoint}${path}`);
      return { response, text: await response.text() };
    },
    [Symbol.asyncDispose]: () => standIn.close(),
  };
}

test('lists mailboxes and mails, newest first, with what became of them', async () => {
  await using it = await inboxWith([
    { to: 'ana@corp.example', subject: 'First', text: 'one' },
    { to: 'ben@corp.example', subject: 'Second', text: 'two' },
  ]);

  const { text } = await it.page('/inbox');

  expect(text.indexOf('Second')).toBeLessThan(text.indexOf('First'));
  expect(text).toContain('/inbox/mailbox/ana%40corp.example');
  expect(text).toContain('Bounced');
  expect((await it.page('/inbox/mailbox/ana%40corp.example')).text).not.toContain('Second');
  expect((await it.page('/inbox?q=TWO')).text).not.toContain('First');
  expect((await it.page('/inbox?q=nothing')).text).toContain('No mail matches');
  expect((await it.page('/')).response.url).toBe(it.standIn.inboxUrl);
});

test('an empty inbox says so', async () => {
  await using it = await inboxWith([]);

  expect((await it.page('/inbox')).text).toContain('No mail yet');
});

test('nothing a mail holds becomes markup of the inbox', async () => {
  const hostile = '"><script>alert(1)</script>';
  await using it = await inboxWith([
    { to: 'ana@corp.example', subject: hostile, text: hostile, html: hostile },
  ]);

  for (const path of [
    '/inbox',
    `/inbox/mail/${it.firstId}`,
    `/inbox/mail/${it.firstId}?view=text`,
    `/inbox/mail/${it.firstId}?view=headers`,
    `/inbox?q=${encodeURIComponent(hostile)}`,
  ]) {
    const { response, text } = await it.page(path);
    expect(text).not.toContain('<script');
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'self'; frame-src 'self'/,
    );
  }
});

test('the HTML is shown in a sandbox without scripts, remote images or forms, its links opening outside', async () => {
  await using it = await inboxWith([
    {
      to: 'ana@corp.example',
      subject: 's',
      html: '<!doctype html><html><head><title>t</title></head><body><a href="https://example.com/r">r</a></body></html>',
    },
  ]);

  const around = await it.page(`/inbox/mail/${it.firstId}`);
  const { response, text } = await it.page(`/inbox/mail/${it.firstId}/html`);
  const policy = response.headers.get('content-security-policy') ?? '';

  expect(around.text).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
  expect(policy).toContain('sandbox allow-popups allow-popups-to-escape-sandbox');
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/script-src|allow-scripts|https?:/);
  expect(text).toContain('<head><base target="_blank">');
});

test('web addresses in plain text are links, without the full stop after them', async () => {
  await using it = await inboxWith([
    {
      to: 'ana@corp.example',
      subject: 's',
      text: 'See (https://example.com/r?a=1&b=2). javascript:alert(1)',
    },
  ]);

  const { text } = await it.page(`/inbox/mail/${it.firstId}`);

  expect(text).toContain(
    '<a href="https://example.com/r?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">',
  );
  expect(text).not.toContain('href="javascript:');
});

test('headers are a table', async () => {
  await using it = await inboxWith([{ to: 'ana@corp.example', subject: 's', text: 't' }]);

  expect((await it.page(`/inbox/mail/${it.firstId}?view=headers`)).text).toContain(
    '<th scope="row">Subject</th>',
  );
  expect((await it.page('/inbox/mail/unknown')).response.status).toBe(404);
});

test('another host name is turned away', async () => {
  await using it = await inboxWith([{ to: 'ana@corp.example', subject: 'code 123456', text: 't' }]);

  const status = await new Promise<number | undefined>((resolve, reject) => {
    request(it.standIn.inboxUrl, { headers: { host: 'evil.example' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

  expect(status).toBe(421);
});

test('the list is there as JSON for programs', async () => {
  await using it = await inboxWith([{ to: 'ana@corp.example', subject: 's', text: 't' }]);

  const { text } = await it.page('/inbox/messages.json?to=ANA@corp.example');

  expect(JSON.parse(text)).toMatchObject([{ messageId: it.firstId, subject: 's' }]);
});
