// SES events, however they come: from a configuration set (`eventType`) or an identity (`notificationType`), bare or inside
// SNS, EventBridge, SQS. https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
import * as z from 'zod';
import type { MailEvent } from '../../application/record-mail-event.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import { NOTICE_TAG, PERSON_TAG } from './email-messenger.ts';
import { mailOutcome, short } from './mail-outcome.ts';
import { SesEvent } from './ses-event.ts';

/** SNS, SQS and EventBridge carry at most 256 KiB (SQS 1 MiB since 2025). */
const MAX_CHARACTERS = 1_048_576;
const MAX_WRAPPERS = 4;

const SnsNotification = z.object({ Type: z.string(), Message: z.string() });
const BusEvent = z.object({
  source: z.literal('aws.ses'),
  'detail-type': z.string().default('Email'),
  detail: z.unknown(),
});
/**
 * Reads one message, unwrapping what it is wrapped in. Chatter that is no event (SNS' own test message, a subscription
 * notice) is `ignored`.
 * @throws InvalidInputError MALFORMED_REQUEST when it is meant to be an event and is not one.
 */
export function readMailEvent(payload: unknown): MailEvent {
  let current = payload;
  for (let depth = 0; depth <= MAX_WRAPPERS; depth += 1) {
    if (typeof current === 'string') {
      const parsed = parseJson(current);
      if (parsed === undefined) return chatter(current);
      current = parsed;
    }
    const inner = unwrapped(current);
    if (inner === undefined) return eventFrom(current);
    current = inner;
  }
  throw malformed('it is wrapped too deeply');
}

function unwrapped(value: unknown): unknown {
  const notification = SnsNotification.safeParse(value);
  if (notification.success) return notification.data.Message;
  const bus = BusEvent.safeParse(value);
  if (!bus.success) return undefined;
  // The bus also carries news about the account (`Sending Status Disabled`, …), which is about no mail.
  const about = bus.data['detail-type'];
  return about.startsWith('Email') ? (bus.data.detail ?? null) : about;
}

function parseJson(text: string): unknown {
  if (text.length > MAX_CHARACTERS) throw malformed(`it has ${text.length} characters`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!text.trimStart().startsWith('{')) return undefined;
    throw malformed('it is not JSON', cause);
  }
}

function chatter(text: string): MailEvent {
  return { kind: 'ignored', messageId: '', recipients: [], at: undefined, detail: short(text) };
}

function eventFrom(value: unknown): MailEvent {
  const parsed = SesEvent.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw malformed(`${issue?.path.join('.') || 'event'}: ${issue?.message ?? 'malformed'}`);
  }
  const event = parsed.data;
  const type = event.eventType ?? event.notificationType;
  if (type === undefined) throw malformed('it has neither eventType nor notificationType');
  return { ...mailOutcome(type, event), messageId: event.mail.messageId, notice: noticeOf(event) };
}

function noticeOf({ mail: { tags } }: SesEvent): MailEvent['notice'] {
  const noticeId = tags[NOTICE_TAG]?.[0];
  const personId = tags[PERSON_TAG]?.[0];
  if (!noticeId || !personId || noticeId.length > 256 || personId.length > 64) return undefined;
  return { noticeId, personId };
}

function malformed(why: string, cause?: unknown): InvalidInputError {
  return new InvalidInputError({ code: 'MALFORMED_REQUEST', message: `Not an SES event: ${why}.`, cause });
}
