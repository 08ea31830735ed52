// A running SES stand-in on a clock one can set, and the mails the tests send.
import * as ses from '@aws-sdk/client-sesv2';
import { expect } from 'vitest';
import { type Instant, parseInstant } from '../../../lib/domain/time.ts';
import type { SesEvent } from '../../../lib/local/ses/mail-events.ts';
import { type SesOptions, startSes } from '../../../lib/local/ses/start-ses.ts';

export const START_AT = parseInstant('2026-03-02T08:00:00Z') as Instant;

export async function running(options: Partial<SesOptions> = {}) {
  const events: SesEvent[] = [];
  const standIn = await startSes({
    clock: { now: () => START_AT },
    identities: ['example.com'],
    configurationSets: ['countersign'],
    onEvent: (event) => void events.push(event),
    ...options,
  });
  const client = new ses.SESv2Client({
    endpoint: standIn.endpoint,
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
  });
  return { standIn, client, events, [Symbol.asyncDispose]: () => standIn.close() };
}

export const mail = (to: string | string[], more: Partial<ses.SendEmailRequest> = {}): ses.SendEmailCommand =>
  new ses.SendEmailCommand({
    FromEmailAddress: 'Countersign <reviews@example.com>',
    Destination: { ToAddresses: [to].flat() },
    ConfigurationSetName: 'countersign',
    EmailTags: [{ Name: 'notice', Value: 'n-1' }],
    Content: {
      Simple: {
        Subject: { Data: 'Is ci-deployer still needed?' },
        Body: { Text: { Data: 'Answer: https://example.com/r/1.' }, Html: { Data: '<p>Answer</p>' } },
        Headers: [{ Name: 'List-Unsubscribe', Value: '<https://example.com/u>' }],
      },
    },
    ...more,
  });

export const refusedAs = (name: string, status: number, message?: RegExp) =>
  expect.objectContaining({
    name,
    $metadata: expect.objectContaining({ httpStatusCode: status }),
    ...(message ? { message: expect.stringMatching(message) } : {}),
  });
