// All of one reviewer's items in one campaign; the unit of messaging.
import * as z from 'zod';
import { CampaignId } from '../campaign/campaign.ts';
import { Channel } from '../campaign/definition.ts';
import type { TransitionTable } from '../lifecycle.ts';
import { Instant } from '../time.ts';

/** States of a docket: being chased, done (nothing open), lapsed (silence recorded). */
export const DocketState = z.enum(['chasing', 'done', 'lapsed']);
export type DocketState = z.infer<typeof DocketState>;

/** What can happen to a docket. */
export type DocketEvent = 'finish' | 'receive' | 'lapse';

/** The whole life of a docket. */
export const DOCKET_LIFECYCLE: TransitionTable<DocketState, DocketEvent> = {
  chasing: { finish: 'done', receive: 'chasing', lapse: 'lapsed' },
  done: { receive: 'chasing', lapse: 'lapsed' },
  lapsed: { receive: 'chasing' },
};

/**
 * As what somebody is told of a docket. All but a bystander are answerable for it: reviewer, backup of an owning team or
 * declared, manager of the reviewer, fallback. Security and people who may not answer (guests) are bystanders.
 */
export const ToldAs = z.enum(['reviewer', 'backup', 'manager', 'fallback', 'bystander']);
export type ToldAs = z.infer<typeof ToldAs>;

/** One delivered or failed telling, kept on the docket as proof that somebody was told. */
export const Telling = z.strictObject({
  noticeId: z.string(),
  rungId: z.string(),
  channel: Channel,
  personId: z.string(),
  at: Instant,
  outcome: z.enum(['accepted', 'delivered', 'undeliverable']),
  /** Absent on tellings from before this was written down: they count as told to somebody answerable. */
  as: ToldAs.optional(),
});
export type Telling = z.infer<typeof Telling>;

/** Somebody besides the reviewer who is to hear that answers are missing, in their own working hours. */
export const Escalation = z.strictObject({
  /** The rung that speaks to them. */
  rungId: z.string(),
  personId: z.string(),
  as: ToldAs,
  channels: z.array(Channel).min(1),
  /** The last call before switch-off: outside the one-a-day cap. */
  warning: z.boolean(),
  /** They are told because the reviewer cannot be: if they cannot either, the next in line is. */
  instead: z.boolean().default(false),
  dueAt: Instant,
});
export type Escalation = z.infer<typeof Escalation>;

/** A docket. Its items are found through pointer rows; it carries only the state of the chase. */
export const Docket = z.strictObject({
  schemaVersion: z.literal(1),
  version: z.int().positive(),
  campaignId: CampaignId,
  reviewerId: z.string(),
  state: DocketState,
  createdAt: Instant,
  /** Rungs already served, by rung id (daily ones with the day). */
  servedRungs: z.array(z.string()).default([]),
  tellings: z.array(Telling).default([]),
  /** First time a notice about this docket was delivered to someone answerable. */
  firstToldAt: Instant.optional(),
  snoozedUntil: Instant.optional(),
  /** The one time its reviewer put reminders off, and why. */
  snooze: z.strictObject({ at: Instant, until: Instant, reason: z.string().max(300) }).optional(),
  /** Who is still to hear of it; absent when nobody is. */
  escalations: z.array(Escalation).optional(),
  /** The next moment the chase must look at it; absent when nothing is left to do. */
  nextDueAt: Instant.optional(),
});
export type Docket = z.infer<typeof Docket>;
