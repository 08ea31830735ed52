// What buttons and modals say they are about. Names only: no authority is ever read from them.
import * as z from 'zod';
import { CampaignId } from '../../domain/campaign/campaign.ts';
import { IdentityKey } from '../../domain/identity/identity-id.ts';
import { RiskTier } from '../../domain/identity/risk-tier.ts';
import { Verdict } from '../../domain/review/decision.ts';
import { SeenMark } from '../../domain/review/seen.ts';

/** Action ids of everything that can be pressed. Old messages keep theirs: never reuse one with another meaning. */
export const ACTION = {
  keep: 'keep',
  keepWithReason: 'keep-with-reason',
  switchOff: 'switch-off',
  more: 'more',
  keepGroup: 'keep-group',
  undo: 'undo',
  agree: 'agree',
  disagree: 'disagree',
  claim: 'claim',
  evidence: 'evidence',
  homePage: 'home-page',
  /** The select in the answer modal. */
  verdict: 'verdict',
} as const;

/** Callback ids of modals and the home tab. */
export const CALLBACK = {
  answer: 'answer',
  disagree: 'disagree',
  evidence: 'evidence',
  home: 'home',
} as const;

/** What a click was made on; decides what is redrawn afterwards. */
export const Surface = z.enum(['digest', 'note', 'home', 'ephemeral']);
export type Surface = z.infer<typeof Surface>;

const shortId = z.string().min(1).max(300);

/** Value of a button about one item. One that decides by itself says what was `seen` next to it; older ones do not. */
export const ItemValue = z.strictObject({
  campaignId: CampaignId,
  identityKey: IdentityKey,
  seen: SeenMark.optional(),
});
export type ItemValue = z.infer<typeof ItemValue>;

/** Value of a button about a group of alike items, with its members as they were `seen`; older ones are without. */
export const GroupValue = z.strictObject({
  campaignId: CampaignId,
  group: z.string().min(1).max(1500),
  seen: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
});
export type GroupValue = z.infer<typeof GroupValue>;

/** Value of an undo button. */
export const UndoValue = z.strictObject({ identityKey: IdentityKey, removalId: shortId });
export type UndoValue = z.infer<typeof UndoValue>;

/** Value of the buttons of a second person. */
export const ApprovalValue = z.strictObject({
  kind: z.enum(['second-decision', 'exception', 'removal-hold', 'manual-task', 'claim', 'sample']),
  campaignId: CampaignId,
  identityKey: IdentityKey,
  id: shortId,
});
export type ApprovalValue = z.infer<typeof ApprovalValue>;

/** Value of the paging buttons of the home tab, and its `private_metadata`. */
export const PageValue = z.strictObject({ page: z.int().min(0).max(9) });
export type PageValue = z.infer<typeof PageValue>;

/** Where an act came from, carried through modals so that the right message is redrawn. */
export const Origin = z.strictObject({
  surface: Surface,
  channelId: z.string().max(30).optional(),
  messageTs: z.string().max(30).optional(),
  page: z.int().min(0).max(9).optional(),
});
export type Origin = z.infer<typeof Origin>;

/** `private_metadata` of the answer modal. A fixed verdict means there is no menu. */
export const AnswerContext = z.strictObject({
  item: ItemValue,
  origin: Origin,
  fixed: Verdict.optional(),
  /** Only to say in the form what will be asked anyway; the tier that counts is the item's own. */
  tier: RiskTier,
});
export type AnswerContext = z.infer<typeof AnswerContext>;

/** `private_metadata` of the modal that asks why a second person disagrees. */
export const DisagreeContext = z.strictObject({
  approval: ApprovalValue,
  origin: Origin,
  /** The row that was pressed. */
  pressed: z.string().max(255),
});
export type DisagreeContext = z.infer<typeof DisagreeContext>;

/** `block_id` of a row of buttons: the surface it stands on and what makes it unique there. */
export function rowId(surface: Surface, ...distinction: readonly string[]): string {
  return [surface, ...distinction].join('|').slice(0, 255);
}

/** The surface a row of buttons stands on, from its `block_id`; undefined when it is not one of ours. */
export function surfaceOf(blockId: string): Surface | undefined {
  return Surface.safeParse(blockId.split('|', 1)[0]).data;
}
