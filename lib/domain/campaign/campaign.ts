// One run of a definition over a frozen population.
import * as z from 'zod';
import type { TransitionTable } from '../lifecycle.ts';
import { Instant } from '../time.ts';
import { EventCause } from './event.ts';

/** `<definition>-<yyyymmdd>[-<n>]`. */
export const CampaignId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,95}$/)
  .brand<'CampaignId'>();
export type CampaignId = z.infer<typeof CampaignId>;

/** States of a campaign. `opening` is invisible to reviewers; `enforcing` runs from the end of grace to `closeBy`. */
export const CampaignState = z.enum([
  'opening',
  'open',
  'grace',
  'enforcing',
  'held',
  'closed',
  'closed-with-findings',
  'cancelled',
]);
export type CampaignState = z.infer<typeof CampaignState>;

/** What can happen to a campaign. `resume-…` returns a held one to where it was. */
export type CampaignEvent =
  | 'opened'
  | 'due-passed'
  | 'grace-ended'
  | 'hold'
  | 'resume-open'
  | 'resume-grace'
  | 'resume-enforcing'
  | 'close-clean'
  | 'close-with-findings'
  | 'cancel';

/** The whole life of a campaign. A campaign always closes; nothing is hidden by waiting. */
export const CAMPAIGN_LIFECYCLE: TransitionTable<CampaignState, CampaignEvent> = {
  opening: { opened: 'open', cancel: 'cancelled' },
  open: { 'due-passed': 'grace', hold: 'held', cancel: 'cancelled' },
  grace: { 'grace-ended': 'enforcing', hold: 'held', cancel: 'cancelled' },
  enforcing: { hold: 'held', 'close-clean': 'closed', 'close-with-findings': 'closed-with-findings' },
  held: {
    'resume-open': 'open',
    'resume-grace': 'grace',
    'resume-enforcing': 'enforcing',
    'close-with-findings': 'closed-with-findings',
    cancel: 'cancelled',
  },
  closed: {},
  'closed-with-findings': {},
  cancelled: {},
};

/** States in which answers count. */
export const TAKES_ANSWERS: readonly CampaignState[] = ['open', 'grace', 'enforcing'];

/** One campaign. `version` counts writes for optimistic concurrency. */
export const Campaign = z.strictObject({
  schemaVersion: z.literal(1),
  version: z.int().positive(),
  campaignId: CampaignId,
  definitionId: z.string(),
  definitionVersion: z.int(),
  /** SHA-256 (hex) of the definition file as stored; running campaigns keep the definition they opened with. */
  definitionDigest: z.string(),
  title: z.string(),
  state: CampaignState,
  heldFrom: z.enum(['open', 'grace', 'enforcing']).optional(),
  heldReason: z.string().optional(),
  startedAt: Instant,
  openedAt: Instant.optional(),
  dueAt: Instant,
  graceEndsAt: Instant,
  closeBy: Instant,
  closedAt: Instant.optional(),
  /** Digest of the population manifest, set when opened. */
  populationDigest: z.string().optional(),
  counts: z
    .strictObject({ considered: z.int(), included: z.int(), excluded: z.int(), dockets: z.int() })
    .optional(),
  /** Inventories it was opened over: digest of each. */
  inventories: z.array(z.string()),
  /** Digest of the directory it was routed with: a resumed opening routes exactly as it began. */
  directoryDigest: z.string(),
  launchedBy: z.string(),
  /** Opened because of what happened to chosen identities; only they are asked about. */
  events: z
    .strictObject({
      /** Digest of who was chosen and why. */
      chosen: z.string(),
      kinds: z.array(EventCause).min(1),
      identities: z.int().positive(),
      /** Days for the answers, instead of the definition's. */
      reviewDays: z.int().positive(),
    })
    .optional(),
  /**
   * How the population is cut into batches: digest of the plan, their number, and whether no campaign was there before
   * (then nothing has a history). Missing until it is made, and in campaigns opened before there were plans.
   */
  plan: z
    .strictObject({ digest: z.string(), batches: z.int().min(0), isFirstCampaign: z.boolean() })
    .optional(),
  reconciliationDigest: z.string().optional(),
  findings: z.array(z.strictObject({ code: z.string(), text: z.string(), count: z.int() })).default([]),
  nextDueAt: Instant.optional(),
});
export type Campaign = z.infer<typeof Campaign>;
