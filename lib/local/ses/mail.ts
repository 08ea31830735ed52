// A mail as the stand-in keeps it.
import * as z from 'zod';
import { Instant } from '../../domain/time.ts';

/** What became of a mail for one recipient. */
export const RecipientOutcome = z.enum([
  'delivered',
  'bounced',
  'bounced-transiently',
  'complained',
  'out-of-office',
  'suppressed',
  'rejected',
  'no-news',
]);
export type RecipientOutcome = z.infer<typeof RecipientOutcome>;

/** One header line. */
export const MailHeader = z.strictObject({ name: z.string(), value: z.string() });
export type MailHeader = z.infer<typeof MailHeader>;

/** One accepted mail. Addresses in `recipients` are bare and in lower case; the others are as sent. */
export const Mail = z.strictObject({
  messageId: z.string(),
  sentAt: Instant,
  from: z.string(),
  fromAddress: z.string(),
  to: z.array(z.string()),
  cc: z.array(z.string()),
  bcc: z.array(z.string()),
  replyTo: z.array(z.string()),
  subject: z.string(),
  text: z.string().optional(),
  html: z.string().optional(),
  headers: z.array(MailHeader),
  attachments: z.array(z.strictObject({ fileName: z.string(), contentType: z.string(), sizeBytes: z.int() })),
  tags: z.record(z.string(), z.string()),
  configurationSet: z.string().optional(),
  recipients: z.array(z.strictObject({ address: z.string(), outcome: RecipientOutcome })),
});
export type Mail = z.infer<typeof Mail>;

/** A mail before it is accepted. */
export type OutgoingMail = Omit<Mail, 'messageId' | 'sentAt' | 'recipients'> & {
  readonly recipientAddresses: readonly string[];
  /** Holds the EICAR test file: SES rejects it as a virus. */
  readonly isInfected: boolean;
};
