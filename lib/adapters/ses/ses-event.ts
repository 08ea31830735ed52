// One SES event, as published by a configuration set (`eventType`) or an identity (`notificationType`).
// https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
import * as z from 'zod';

/** One address of a bounce or complaint. */
export const Recipient = z.object({
  emailAddress: z.string().max(2000),
  action: z.string().optional(),
  status: z.string().optional(),
  diagnosticCode: z.string().optional(),
});

export type Recipient = z.infer<typeof Recipient>;

/** Why it came back. */
export const Bounce = z.object({
  bounceType: z.string(),
  bounceSubType: z.string().default(''),
  bouncedRecipients: z.array(Recipient).default([]),
  timestamp: z.string().optional(),
});

export type Bounce = z.infer<typeof Bounce>;

const Complaint = z.object({
  complainedRecipients: z.array(Recipient).default([]),
  complaintSubType: z.string().nullish(),
  complaintFeedbackType: z.string().nullish(),
  timestamp: z.string().optional(),
});

/** One SES event; only what is acted on, everything else is let through unread. */
export const SesEvent = z.object({
  eventType: z.string().optional(),
  notificationType: z.string().optional(),
  mail: z.object({
    messageId: z.string().min(1).max(200),
    timestamp: z.string().optional(),
    destination: z.array(z.string()).default([]),
    tags: z.record(z.string(), z.array(z.string())).default({}),
  }),
  delivery: z
    .object({
      timestamp: z.string().optional(),
      recipients: z.array(z.string()).default([]),
      smtpResponse: z.string().default(''),
    })
    .optional(),
  bounce: Bounce.optional(),
  complaint: Complaint.optional(),
  deliveryDelay: z
    .object({
      timestamp: z.string().optional(),
      delayType: z.string().default(''),
      delayedRecipients: z.array(Recipient).default([]),
    })
    .optional(),
  reject: z.object({ reason: z.string().default('') }).optional(),
  failure: z.object({ errorMessage: z.string().default('') }).optional(),
});
export type SesEvent = z.infer<typeof SesEvent>;
