// Configuration-set events exactly as SES publishes them (`eventType`, not `notificationType`).
// https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
import { createHash } from 'node:crypto';
import type { Mail, RecipientOutcome } from './mail.ts';
import { domainOf } from './mail-address.ts';
import { isSimulator } from './recipient-fate.ts';

/** The mail object every event carries. */
export interface SesEventMail {
  readonly timestamp: string;
  readonly source: string;
  readonly sourceArn: string;
  readonly sendingAccountId: string;
  readonly messageId: string;
  readonly destination: readonly string[];
  readonly headersTruncated: boolean;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly commonHeaders: {
    readonly from: readonly string[];
    readonly to: readonly string[];
    readonly cc?: readonly string[];
    readonly replyTo?: readonly string[];
    readonly messageId: string;
    readonly subject: string;
  };
  readonly tags: Readonly<Record<string, readonly string[]>>;
}

/** One event, as SNS would carry it in `Message` and EventBridge in `detail`. */
export type SesEvent =
  | { readonly eventType: 'Send'; readonly mail: SesEventMail; readonly send: Record<string, never> }
  | {
      readonly eventType: 'Reject';
      readonly mail: SesEventMail;
      readonly reject: { readonly reason: string };
    }
  | {
      readonly eventType: 'Delivery';
      readonly mail: SesEventMail;
      readonly delivery: {
        readonly timestamp: string;
        readonly processingTimeMillis: number;
        readonly recipients: readonly string[];
        readonly smtpResponse: string;
        readonly reportingMTA: string;
      };
    }
  | { readonly eventType: 'Bounce'; readonly mail: SesEventMail; readonly bounce: SesBounce }
  | {
      readonly eventType: 'Complaint';
      readonly mail: SesEventMail;
      readonly complaint: {
        readonly complainedRecipients: readonly { readonly emailAddress: string }[];
        readonly timestamp: string;
        readonly feedbackId: string;
        readonly complaintSubType: string | null;
        readonly userAgent: string;
        readonly complaintFeedbackType: string;
        readonly arrivalDate: string;
      };
    };

/** The bounce object. An out-of-office answer may come as one; it is not "unreachable". */
export interface SesBounce {
  readonly bounceType: 'Permanent' | 'Transient' | 'Undetermined';
  readonly bounceSubType: string;
  readonly bouncedRecipients: readonly {
    readonly emailAddress: string;
    readonly action?: string;
    readonly status?: string;
    readonly diagnosticCode?: string;
  }[];
  readonly timestamp: string;
  readonly feedbackId: string;
  readonly reportingMTA?: string;
}

/** The sending account, as events name it. */
export interface SendingAccount {
  readonly accountId: string;
  readonly region: string;
}

/** The events of one mail in the order SES would publish them; none when no configuration set was named. */
export function eventsOf(mail: Mail, account: SendingAccount): SesEvent[] {
  if (mail.configurationSet === undefined) return [];
  const eventMail = mailObject(mail, account);
  return [
    { eventType: 'Send', mail: eventMail, send: {} },
    ...(mail.recipients.some(({ outcome }) => outcome === 'rejected')
      ? [{ eventType: 'Reject', mail: eventMail, reject: { reason: 'Bad content' } } as const]
      : []),
    ...mail.recipients.flatMap(({ address, outcome }) => outcomeEvents(mail, eventMail, address, outcome)),
  ];
}

function outcomeEvents(
  mail: Mail,
  eventMail: SesEventMail,
  address: string,
  outcome: RecipientOutcome,
): SesEvent[] {
  const bounce = (details: Omit<SesBounce, 'timestamp' | 'feedbackId'>): SesEvent => ({
    eventType: 'Bounce',
    mail: eventMail,
    bounce: {
      ...details,
      timestamp: mail.sentAt,
      feedbackId: derivedId(mail.sentAt, mail.messageId, address),
    },
  });
  switch (outcome) {
    case 'delivered':
      return [delivery(mail, eventMail, address)];
    case 'complained':
      return [delivery(mail, eventMail, address), complaint(mail, eventMail, address)];
    case 'out-of-office':
      return [delivery(mail, eventMail, address), bounce(outOfOffice(address))];
    case 'bounced':
      return [bounce(smtpBounce(address, 'Permanent', '5.1.1', 'smtp; 550 5.1.1 user unknown'))];
    case 'bounced-transiently':
      return [
        bounce(smtpBounce(address, 'Transient', '4.4.7', 'smtp; 452 4.2.2 The email account is over quota')),
      ];
    case 'suppressed':
      return [bounce(suppressed(address))];
    case 'rejected':
    case 'no-news':
      return [];
  }
}

function delivery(mail: Mail, eventMail: SesEventMail, address: string): SesEvent {
  return {
    eventType: 'Delivery',
    mail: { ...eventMail, tags: { ...eventMail.tags, 'ses:outgoing-ip': ['127.0.0.1'] } },
    delivery: {
      timestamp: mail.sentAt,
      processingTimeMillis: 0,
      recipients: [address],
      smtpResponse: '250 2.6.0 Message received',
      reportingMTA: `mta.${domainOf(address)}`,
    },
  };
}

function complaint(mail: Mail, eventMail: SesEventMail, address: string): SesEvent {
  return {
    eventType: 'Complaint',
    mail: eventMail,
    complaint: {
      complainedRecipients: [{ emailAddress: address }],
      timestamp: mail.sentAt,
      feedbackId: derivedId(mail.sentAt, mail.messageId, `complaint ${address}`),
      complaintSubType: null,
      userAgent: 'Countersign mailbox stand-in',
      complaintFeedbackType: 'abuse',
      arrivalDate: mail.sentAt,
    },
  };
}

function smtpBounce(
  emailAddress: string,
  bounceType: 'Permanent' | 'Transient',
  status: string,
  diagnosticCode: string,
): Omit<SesBounce, 'timestamp' | 'feedbackId'> {
  return {
    bounceType,
    bounceSubType: bounceType === 'Permanent' ? 'General' : 'MailboxFull',
    bouncedRecipients: [
      { emailAddress, action: bounceType === 'Permanent' ? 'failed' : 'delayed', status, diagnosticCode },
    ],
    reportingMTA: `dns; mta.${domainOf(emailAddress)}`,
  };
}

/** The simulator's comes as Transient/General naming the recipient, a real one as Undetermined naming nobody. */
function outOfOffice(emailAddress: string): Omit<SesBounce, 'timestamp' | 'feedbackId'> {
  return isSimulator(emailAddress)
    ? { bounceType: 'Transient', bounceSubType: 'General', bouncedRecipients: [{ emailAddress }] }
    : { bounceType: 'Undetermined', bounceSubType: 'Undetermined', bouncedRecipients: [] };
}

function suppressed(emailAddress: string): Omit<SesBounce, 'timestamp' | 'feedbackId'> {
  return {
    bounceType: 'Permanent',
    bounceSubType: isSimulator(emailAddress) ? 'Suppressed' : 'OnAccountSuppressionList',
    bouncedRecipients: [
      {
        emailAddress,
        action: 'failed',
        status: '5.1.1',
        diagnosticCode:
          'Amazon SES did not send the message to this address because it is on the suppression list for your account.',
      },
    ],
    reportingMTA: 'dns; amazonses.com',
  };
}

function mailObject(mail: Mail, { accountId, region }: SendingAccount): SesEventMail {
  const custom = Object.entries(mail.tags).map(([name, value]) => [name, [value]] as const);
  return {
    timestamp: mail.sentAt,
    source: mail.from,
    sourceArn: `arn:aws:ses:${region}:${accountId}:identity/${mail.fromAddress}`,
    sendingAccountId: accountId,
    messageId: mail.messageId,
    destination: [...mail.to, ...mail.cc, ...mail.bcc],
    headersTruncated: false,
    headers: mail.headers,
    commonHeaders: {
      from: [mail.from],
      to: mail.to,
      ...(mail.cc.length > 0 ? { cc: mail.cc } : {}),
      ...(mail.replyTo.length > 0 ? { replyTo: mail.replyTo } : {}),
      messageId: mail.messageId,
      subject: mail.subject,
    },
    tags: {
      'ses:operation': ['SendEmail'],
      'ses:configuration-set': [mail.configurationSet ?? ''],
      'ses:source-ip': ['127.0.0.1'],
      'ses:from-domain': [domainOf(mail.fromAddress)],
      'ses:caller-identity': ['countersign'],
      ...Object.fromEntries(custom),
    },
  };
}

/** An id of SES's form: hex milliseconds, a UUID, six zeros. Derived, so that a scene replayed has the same ids. */
export function derivedId(sentAt: string, ...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:${part}`);
  const hex = hash.digest('hex');
  const uuid = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-');
  return `0100${Date.parse(sentAt).toString(16).padStart(12, '0')}-${uuid}-000000`;
}
