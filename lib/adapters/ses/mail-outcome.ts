// What an SES event says became of a mail.
import type { MailEvent } from '../../application/record-mail-event.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import { type Instant, parseInstant } from '../../domain/time.ts';
import type { Bounce, Recipient, SesEvent } from './ses-event.ts';

const MAX_RECIPIENTS = 50;

/** What became of the mail, for whom, when. */
export type MailOutcome = Pick<MailEvent, 'kind' | 'permanent' | 'recipients' | 'at' | 'detail'>;

/** Reads the part of the event that its type announces. @throws InvalidInputError MALFORMED_REQUEST when it is not there. */
export function mailOutcome(type: string, event: SesEvent): MailOutcome {
  switch (type) {
    case 'Delivery':
      return delivery(event);
    case 'Bounce':
      return { ...bounced(detailsOf(type, event.bounce)), at: timeOf(event, event.bounce?.timestamp) };
    case 'Complaint':
      return complaint(event);
    case 'Reject':
      return plain('rejected', event, event.reject?.reason ?? '');
    case 'DeliveryDelay':
      return delay(event);
    case 'Rendering Failure':
    case 'RenderingFailure':
      return plain('rejected', event, event.failure?.errorMessage ?? '');
    default:
      return plain('ignored', event, type);
  }
}

/** At most 300 characters on one line: providers quote what strangers' servers said. */
export function short(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 300);
}

function delivery(event: SesEvent): MailOutcome {
  const { recipients, smtpResponse, timestamp } = detailsOf('Delivery', event.delivery);
  return {
    kind: 'delivered',
    recipients: recipients.slice(0, MAX_RECIPIENTS),
    at: timeOf(event, timestamp),
    detail: short(smtpResponse),
  };
}

function delay(event: SesEvent): MailOutcome {
  const { delayType, delayedRecipients, timestamp } = detailsOf('DeliveryDelay', event.deliveryDelay);
  const why = delayedRecipients[0]?.diagnosticCode;
  return {
    kind: 'delayed',
    recipients: addresses(delayedRecipients),
    at: timeOf(event, timestamp),
    detail: short([delayType, why].filter(Boolean).join(' ')),
  };
}

function complaint(event: SesEvent): MailOutcome {
  const { complainedRecipients, complaintSubType, complaintFeedbackType, timestamp } = detailsOf(
    'Complaint',
    event.complaint,
  );
  // One from the suppression list means that the mail was never sent on.
  const isSuppressed = complaintSubType === 'OnAccountSuppressionList';
  return {
    kind: isSuppressed ? 'bounced' : 'complained',
    ...(isSuppressed ? { permanent: true } : {}),
    recipients: addresses(complainedRecipients),
    at: timeOf(event, timestamp),
    detail: short([complaintSubType, complaintFeedbackType].filter(Boolean).join(' ')),
  };
}

const MAILBOX_PROBLEMS = ['MailboxFull', 'MessageTooLarge', 'ContentRejected', 'AttachmentRejected'];

/**
 * An out-of-office answer is told as Transient/General (mailbox simulator) or Undetermined with nobody named (in
 * production); neither carries a delivery status. Only a status or action of failure makes such a bounce one.
 */
function bounced(bounce: Bounce): Omit<MailOutcome, 'at'> {
  const { bounceType, bounceSubType, bouncedRecipients } = bounce;
  const failed = bouncedRecipients.some(
    ({ action, status }) => action?.toLowerCase() === 'failed' || /^[45]\.\d/.test(status ?? ''),
  );
  const certain = bounceType === 'Permanent' || MAILBOX_PROBLEMS.includes(bounceSubType);
  const why = bouncedRecipients[0]?.diagnosticCode;
  return {
    kind: certain || failed ? 'bounced' : 'out-of-office',
    ...(bounceType === 'Permanent' ? { permanent: true } : {}),
    recipients: addresses(bouncedRecipients),
    detail: short([`${bounceType}/${bounceSubType}`, why].filter(Boolean).join(' ')),
  };
}

function plain(kind: 'rejected' | 'ignored', event: SesEvent, detail: string): MailOutcome {
  const recipients = event.mail.destination.slice(0, MAX_RECIPIENTS);
  return { kind, recipients, at: timeOf(event), detail: short(detail) };
}

function detailsOf<T>(type: string, details: T | undefined): T {
  if (details !== undefined) return details;
  throw new InvalidInputError({
    code: 'MALFORMED_REQUEST',
    message: `Not an SES event: a ${type} without its details.`,
  });
}

function addresses(recipients: readonly Recipient[]): readonly string[] {
  return recipients.slice(0, MAX_RECIPIENTS).map(({ emailAddress }) => emailAddress);
}

function timeOf(event: SesEvent, told?: string): Instant | undefined {
  return parseInstant(told ?? '') ?? parseInstant(event.mail.timestamp ?? '');
}
