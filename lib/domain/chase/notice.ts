// One message for one rung to one person on one channel: claimed, sent, confirmed; never two for one claim.
import * as z from 'zod';
import { Channel } from '../campaign/definition.ts';
import type { TransitionTable } from '../lifecycle.ts';
import { ToldAs } from '../review/docket.ts';
import { Instant } from '../time.ts';

/** States of a notice. `accepted`: the provider took it. `delivered`: accepted by Slack for an active member, or an SES delivery event. */
export const NoticeState = z.enum(['claimed', 'accepted', 'delivered', 'undeliverable']);
export type NoticeState = z.infer<typeof NoticeState>;

/** What can happen to a notice. */
export type NoticeEvent = 'reclaim' | 'accept' | 'deliver' | 'fail';

/** The whole life of a notice. A claim whose lease ran out may be taken again: one late duplicate beats silence. */
export const NOTICE_LIFECYCLE: TransitionTable<NoticeState, NoticeEvent> = {
  claimed: { reclaim: 'claimed', accept: 'accepted', deliver: 'delivered', fail: 'undeliverable' },
  accepted: { deliver: 'delivered', fail: 'undeliverable' },
  delivered: {},
  undeliverable: { deliver: 'delivered' },
};

/** Why it is sent. Only `digest` and, but for last calls, `escalation` come once a day. */
export const NoticePurpose = z.enum([
  'digest',
  'escalation',
  'switch-off-warning',
  'switched-off',
  'restored',
  'held',
  'second-approval',
  'exception-request',
  'exception-ending',
  'promise-reminder',
  'drift',
  'manual-task',
  'claim-wanted',
  'one-time-code',
  'findings',
  'removal-list',
  'removal-warning',
  'brown-out',
  'screamed',
  'approval-list',
  'sample-wanted',
  'delegation',
  'security-answer',
  'weekly-summary',
]);
export type NoticePurpose = z.infer<typeof NoticePurpose>;

/** A row of the notice ledger. */
export const Notice = z.strictObject({
  schemaVersion: z.literal(1),
  version: z.int().positive(),
  /** Deterministic: person, channel, purpose and occasion (for digests the person's local day). */
  noticeId: z.string(),
  personId: z.string(),
  channel: Channel,
  purpose: NoticePurpose,
  occasion: z.string(),
  state: NoticeState,
  campaignIds: z.array(z.string()),
  rungs: z
    .array(
      z.strictObject({
        campaignId: z.string(),
        reviewerId: z.string(),
        rungId: z.string(),
        as: ToldAs.optional(),
      }),
    )
    .default([]),
  /** Digest over the snapshots it showed: the subject of its attestations. */
  shown: z.string().default(''),
  /** Blob of what a list told of, one line each: the purpose and occasion that each would have had alone. */
  about: z.string().optional(),
  claimedAt: Instant,
  leaseUntil: Instant,
  attempts: z.int().positive(),
  /** True when a lease ran out and it was sent again: it may have arrived twice. */
  maybeDuplicate: z.boolean().default(false),
  /** The provider refused it for now (throttled): it was surely not sent. */
  givenBack: z.boolean().default(false),
  providerId: z.string().optional(),
  acceptedAt: Instant.optional(),
  deliveredAt: Instant.optional(),
  failure: z.string().optional(),
});
export type Notice = z.infer<typeof Notice>;
