// Where the customer's automation is, and how long it may take. No secret belongs here: only the name of one.
import ipaddr from 'ipaddr.js';
import * as z from 'zod';
import { urlFault } from './guard.ts';

/** Settings of the webhook connector. */
export const WebhookSettings = z
  .strictObject({
    /** Where requests are sent: HTTPS, or plain HTTP to a loopback address where `local` is set. */
    url: z.string().max(2048),
    /** Name of the shared secret (an ARN, or `env:NAME`); the secret itself has at least 32 characters. */
    secret: z.string().min(1).max(512),
    /** What the automation speaks for; the scope of its identities. */
    system: z
      .string()
      .max(200)
      .regex(/^[^/\s]+$/),
    /** Minutes the automation has for what it accepted. */
    deadlineMinutes: z.int().min(1).max(10_080).default(60),
    /** Seconds one request may take, from looking the name up to the last byte of the reply. */
    timeoutSeconds: z.int().min(1).max(30).default(10),
    /** Private networks (CIDR) the automation may be in. Loopback, link-local and metadata addresses stay refused. */
    allowNetworks: z
      .array(z.string().refine((text) => ipaddr.isValidCIDR(text), 'must be a network in CIDR notation'))
      .max(20)
      .default([]),
    /** Certificate authority of the automation as PEM text, where it is not a public one. */
    ca: z
      .string()
      .max(65_536)
      .regex(/^-----BEGIN CERTIFICATE-----/, 'must be a certificate in PEM')
      .optional(),
    /** Where the automation may report that it is done, told to it in every request that changes something. */
    callbackUrl: z
      .url({ protocol: /^https$/ })
      .max(2048)
      .optional(),
    /** The automation runs on this machine (a trial, a test). */
    local: z.boolean().default(false),
    /** Further attempts a whole collection may make after throttling or an outage. */
    retryBudget: z.int().min(0).max(100).default(5),
  })
  .superRefine(({ url, allowNetworks, local }, context) => {
    const fault = urlFault(url, { networks: allowNetworks, local });
    if (fault !== undefined) context.addIssue({ code: 'custom', path: ['url'], message: fault });
  });
export type WebhookSettings = z.infer<typeof WebhookSettings>;
