// What a person did in Slack, as it travels to the worker that signs and commits it.
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { CampaignId } from '../../domain/campaign/campaign.ts';
import { IdentityKey } from '../../domain/identity/identity-id.ts';
import { Authenticated, DecisionRequest } from '../../domain/review/decision.ts';
import { SeenMark } from '../../domain/review/seen.ts';
import { Instant } from '../../domain/time.ts';
import { MAX_QUESTION } from '../../presentation/slack/ask-modal.ts';
import {
  ApprovalValue,
  DocketValue,
  GroupValue,
  ItemValue,
  Origin,
  UndoValue,
} from '../../presentation/slack/references.ts';
import { KeptBlock } from './kept-blocks.ts';

const reason = z.string().max(2000);

/** One act, by kind. */
export const Act = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('decide'),
    item: ItemValue,
    request: DecisionRequest,
    /** When the form was opened. */
    shownAt: Instant.optional(),
  }),
  z.strictObject({
    kind: z.literal('keep-group'),
    group: GroupValue,
    reason,
    /** Those ticked in the form, as they were shown; without it the group as a whole. */
    only: z
      .array(z.strictObject({ identityKey: IdentityKey, seen: SeenMark }))
      .max(200)
      .optional(),
  }),
  z.strictObject({ kind: z.literal('not-today'), docket: DocketValue, until: Instant, reason }),
  z.strictObject({ kind: z.literal('approve'), approval: ApprovalValue, agree: z.boolean(), reason }),
  z.strictObject({ kind: z.literal('claim'), item: ItemValue }),
  z.strictObject({ kind: z.literal('delegate'), to: z.string().min(1).max(200), until: Instant, reason }),
  z.strictObject({ kind: z.literal('launch'), definitionId: z.string().min(1).max(100) }),
  z.strictObject({
    kind: z.literal('steer'),
    campaignId: CampaignId,
    act: z.enum(['hold', 'resume']),
    reason: reason.min(1),
  }),
  z.strictObject({ kind: z.literal('undo'), undo: UndoValue, reason }),
  z.strictObject({
    kind: z.literal('ask-security'),
    docket: DocketValue,
    question: z.string().min(1).max(MAX_QUESTION),
  }),
  z.strictObject({
    kind: z.literal('security-answer'),
    thread: z.strictObject({ channelId: z.string().min(1).max(64), ts: z.string().min(1).max(30) }),
    messageTs: z.string().min(1).max(30),
    text: z.string().min(1).max(3000),
  }),
]);
export type Act = z.infer<typeof Act>;

/** A message of the `decisions` queue from Slack. The worker believes `who`: only the signed edge may write to the queue. */
export const SlackAct = z.strictObject({
  schemaVersion: z.literal(1),
  source: z.literal('slack'),
  /** Deterministic: the same request sent again is the same act. */
  actId: z.string().regex(/^slack-[0-9a-f]{40}$/),
  who: Authenticated,
  slack: z.strictObject({ teamId: z.string(), userId: z.string() }),
  origin: Origin,
  /** Blocks of the message acted on, kept when it is redrawn, and the row that was pressed. */
  kept: z.array(KeptBlock).max(50).default([]),
  pressed: z.string().max(255).optional(),
  act: Act,
});
export type SlackAct = z.infer<typeof SlackAct>;

/** The act's id, from what in the payload is the same when Slack or a retry repeats it and different when a person acts again. */
export function actIdOf(...parts: readonly string[]): string {
  return `slack-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40)}`;
}
