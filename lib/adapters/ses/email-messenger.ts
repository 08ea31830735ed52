// Mail by Amazon SES. Acceptance is not delivery: that comes later, as an event.
import { randomUUID } from 'node:crypto';
import { SESv2Client, type SESv2ClientConfig, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { type DeskNotes, isMailDead } from '../../application/desk-notes.ts';
import type { OutboundMessage } from '../../application/ports/messenger.ts';
import type { PacedMessenger } from '../../application/ports/pace.ts';
import { UpstreamError } from '../../domain/errors.ts';
import { renderMail } from '../../presentation/email/render-mail.ts';
import { explainSesError } from './ses-errors.ts';

/** Header that names the notice, for people who search mail logs. */
export const NOTICE_HEADER = 'X-Countersign-Notice';
/** Message tags that events bring back. */
export const NOTICE_TAG = 'notice';
export const PERSON_TAG = 'person';

const DEAD = 'mail to this address came back, or was never heard of again; it is left alone for two weeks';

/** What the messenger is given. */
export interface EmailMessengerSettings {
  readonly client: SESv2Client;
  /** `Countersign <reviews@example.com>`; its domain or address is verified in SES. */
  readonly from: string;
  /** Must publish Delivery, Bounce, Complaint and Reject events, or nobody ever counts as told. */
  readonly configurationSet: string;
  /** Where replies go; a reply is never a decision. */
  readonly replyTo?: string | undefined;
  /** Where addresses that bounced are remembered. @default each is tried every time */
  readonly notes?: DeskNotes | undefined;
}

/**
 * An SES client that tries once. The SDK would repeat a request whose answer got lost, and the person would get two mails
 * with nobody the wiser; the notice ledger repeats instead, and says so.
 */
export function createSesClient(config: SESv2ClientConfig): SESv2Client {
  return new SESv2Client({
    requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000 },
    ...config,
    maxAttempts: 1,
  });
}

/**
 * Makes the messenger. `send` resolves to accepted (not delivered) or undeliverable.
 * @throws UpstreamError from `send`: THROTTLED and UNAVAILABLE may be retried, DENIED and REJECTED need an operator.
 * @example
 * createEmailMessenger({ client: createSesClient({ region: 'eu-west-1' }), from: 'Countersign <reviews@example.com>',
 *   configurationSet: 'countersign' })
 */
export function createEmailMessenger(settings: EmailMessengerSettings): PacedMessenger {
  return {
    channel: 'email',
    async ready(to, now) {
      const isDead = settings.notes && isMailDead(await settings.notes.read(to.personId), to, now);
      return isDead ? { undeliverable: DEAD } : { lane: 'email' };
    },
    async send(message) {
      try {
        const { MessageId } = await settings.client.send(commandFor(settings, message));
        if (!MessageId) throw noMessageId();
        return { outcome: 'accepted', providerId: MessageId, delivered: false };
      } catch (error) {
        const explained = explainSesError(error, message.to.email);
        if ('undeliverable' in explained)
          return { outcome: 'undeliverable', reason: explained.undeliverable };
        throw explained.failure;
      }
    },
    // A mail cannot be taken back or changed.
    revise: async () => undefined,
  };
}

function commandFor(settings: EmailMessengerSettings, message: OutboundMessage): SendEmailCommand {
  const { subject, text, html } = renderMail(message);
  const charset = 'UTF-8';
  return new SendEmailCommand({
    FromEmailAddress: settings.from,
    Destination: { ToAddresses: [message.to.email] },
    ...(settings.replyTo === undefined ? {} : { ReplyToAddresses: [settings.replyTo] }),
    ConfigurationSetName: settings.configurationSet,
    EmailTags: [
      { Name: NOTICE_TAG, Value: message.noticeId },
      { Name: PERSON_TAG, Value: message.to.personId },
    ],
    Content: {
      Simple: {
        Subject: { Data: subject, Charset: charset },
        Body: { Text: { Data: text, Charset: charset }, Html: { Data: html, Charset: charset } },
        Headers: [
          { Name: NOTICE_HEADER, Value: message.noticeId },
          // Asks responders not to answer with "out of office" (RFC 3834 §5; the second for Exchange).
          { Name: 'Auto-Submitted', Value: 'auto-generated' },
          { Name: 'X-Auto-Response-Suppress', Value: 'OOF, AutoReply' },
          // Keeps mail programs from folding one person's reminders into a conversation that hides the newest.
          { Name: 'X-Entity-Ref-ID', Value: randomUUID() },
          ...unsubscribeHeaders(message),
        ],
      },
    },
  });
}

/**
 * One click stops summaries (RFC 8058, which wants HTTPS). Everything else asks for an answer or says what was done, and cannot
 * be stopped.
 */
function unsubscribeHeaders({ body }: OutboundMessage): { Name: string; Value: string }[] {
  if (body.purpose !== 'weekly-summary' || !body.unsubscribe?.startsWith('https://')) return [];
  return [
    { Name: 'List-Unsubscribe', Value: `<${body.unsubscribe}>` },
    { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
  ];
}

function noMessageId(): UpstreamError {
  return new UpstreamError({
    code: 'REJECTED',
    provider: 'ses',
    retryable: false,
    message: 'SES answered without a MessageId, so its events could not be matched.',
  });
}
