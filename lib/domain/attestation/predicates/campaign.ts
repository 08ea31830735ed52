// Facts about collections and campaigns.
import * as z from 'zod';
import { Instant } from '../../time.ts';
import { common, inCampaign } from './common.ts';

/** A collection was made [subject: the collection report]. */
export const CollectionPredicate = z.strictObject({
  ...common,
  connector: z.string(),
  scope: z.string(),
  inventory: z.string(),
  completeness: z.enum(['complete', 'partial']),
  identities: z.int(),
  credentials: z.int(),
});

/** A campaign was opened over a frozen population [subject: the population file]. */
export const CampaignOpenedPredicate = z.strictObject({
  ...inCampaign,
  title: z.string(),
  controls: z.array(z.string()),
  inventories: z.array(z.string()),
  counts: z.strictObject({ considered: z.int(), included: z.int(), excluded: z.int(), dockets: z.int() }),
  /** The moment risk and routes were worked out for, and the organisation they were worked out with: to do it again. */
  startedAt: Instant.optional(),
  directoryDigest: z.string().optional(),
  dueAt: Instant,
  graceEndsAt: Instant,
  closeBy: Instant,
});

/** A campaign was held, resumed, extended or cancelled [subject: the population file]. */
export const CampaignSteeredPredicate = z.strictObject({
  ...inCampaign,
  act: z.enum(['held', 'resumed', 'extended', 'cancelled']),
  reason: z.string(),
  closeBy: Instant,
});

/** A campaign was closed [subject: the reconciliation file]. */
export const CampaignClosedPredicate = z.strictObject({
  ...inCampaign,
  state: z.enum(['closed', 'closed-with-findings']),
  /** Column sums: each adds up to the population. */
  answers: z.record(z.string(), z.int()),
  actions: z.record(z.string(), z.int()),
  verification: z.record(z.string(), z.int()),
  findings: z.array(z.strictObject({ code: z.string(), text: z.string(), count: z.int() })),
  /** Number of this campaign's attestations so far and the Merkle root over their leaf hashes in log order. */
  attestations: z.strictObject({ count: z.int(), root: z.string() }).optional(),
});

/** A manager who reviewed nothing in the campaign acknowledged its outcome [subject: the reconciliation file]. */
export const ManagementAcknowledgedPredicate = z.strictObject({
  ...inCampaign,
  statement: z.string(),
  /** Attestation id of the campaign-closed, which carries the findings acknowledged. */
  closing: z.string(),
});
