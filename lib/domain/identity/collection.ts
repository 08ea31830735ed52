// What one collection did: the proof of how the population was made, and whether it may lead to a removal.
import * as z from 'zod';
import { Instant } from '../time.ts';

/** One kind of call made to the source. */
export const SourceCall = z.strictObject({
  action: z.string(),
  calls: z.int().nonnegative(),
  pages: z.int().nonnegative(),
  /** Failures that were not recovered by a retry, each in a sentence. */
  failures: z.array(z.string()),
});
export type SourceCall = z.infer<typeof SourceCall>;

/** Report of one connector's collection. `partial` may never lead to a removal of what it did not see fresh. */
export const CollectionReport = z.strictObject({
  schemaVersion: z.literal(1),
  connector: z.string(),
  connectorVersion: z.string(),
  scope: z.string(),
  startedAt: Instant,
  endedAt: Instant,
  /** When the source itself produced the data (credential report time), where it says so. */
  sourceGeneratedAt: Instant.optional(),
  completeness: z.enum(['complete', 'partial']),
  /** Why it is partial, or what stays unknown; empty when nothing. */
  gaps: z.array(z.string()),
  calls: z.array(SourceCall),
  identities: z.int().nonnegative(),
  credentials: z.int().nonnegative(),
  excluded: z.int().nonnegative(),
  /** The source's own counts, compared with ours, where it offers them. */
  independentCounts: z.array(z.strictObject({ what: z.string(), theirs: z.int(), ours: z.int() })),
  /** Loud warnings, for example a root account with an access key. */
  warnings: z.array(z.string()),
});
export type CollectionReport = z.infer<typeof CollectionReport>;
