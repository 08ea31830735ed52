// The exact state of a target: before acting (to restore it) and as observed (to compare).
import * as z from 'zod';
import { LastUse } from '../identity/credential.ts';
import { Instant } from '../time.ts';

/** State as read from the provider. `detail` is the connector's own, plain JSON, without secrets. */
export const ObservedState = z.strictObject({
  /** What this is, in the provider's words (`access-key AKIA… of user x`). */
  label: z.string(),
  enabled: z.boolean(),
  lastUse: LastUse,
  observedAt: Instant,
  detail: z.record(z.string(), z.json()),
});
export type ObservedState = z.infer<typeof ObservedState>;

/** What must be put back to restore the exact prior state. */
export const PreImage = z.strictObject({
  connector: z.string(),
  label: z.string(),
  wasEnabled: z.boolean(),
  takenAt: Instant,
  detail: z.record(z.string(), z.json()),
});
export type PreImage = z.infer<typeof PreImage>;
