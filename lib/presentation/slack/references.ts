// What buttons and modals say they are about. Names only: no authority is ever read from them.
import * as z from 'zod';
import { CampaignId } from '../../domain/campaign/campaign.ts';
import { IdentityKey } from '../../domain/identity/identity-id.ts';
import { RiskTier } from '../../domain/identity/risk-tier.ts';
import { Verdict } from '../../domain/review/decision.ts';
import { SeenMark } from '../../domain/review/seen.ts';
import { Instant } from '../../domain/time.ts';

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
  /** Opens the form in which a group is looked through. */
  lookThrough: 'look-through',
  /** The menus of the home tab; each carries its field after a colon. */
  homeFilter: 'home-filter',
  /** Opens the form that puts a docket's reminders off. */
  notToday: 'not-today',
  /** Opens one of the identities found. */
  found: 'found',
  /** Opens the form in which security is asked about a docket. */
  askSecurity: 'ask-security',
} as const;

/** Callback ids of shortcuts: from anywhere, and from a message. */
export const SHORTCUT = { review: 'review-identity', reviewThis: 'review-this-identity' } as const;

/** Callback ids of modals and the home tab. */
export const CALLBACK = {
  answer: 'answer',
  disagree: 'disagree',
  evidence: 'evidence',
  home: 'home',
  group: 'group',
  notToday: 'not-today',
  delegate: 'delegate',
  find: 'find',
  askSecurity: 'ask-security',
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

/** The parts of the home tab: what is due, groups of alike identities, what one decided. */
export const HomeTab = z.enum(['queue', 'groups', 'decisions']);
export type HomeTab = z.infer<typeof HomeTab>;

/** Which items the home tab shows. */
export const HomeFilter = z.strictObject({
  tier: RiskTier.optional(),
  campaignId: CampaignId.optional(),
  advice: z.enum(['keep', 'switch-off', 'look']).optional(),
  unchanged: z.literal(true).optional(),
});
export type HomeFilter = z.infer<typeof HomeFilter>;

const page = z.int().min(0).max(999);

/** Value of the paging buttons of the home tab, and its `private_metadata`. Without a tab it is the queue. */
export const PageValue = z.strictObject({
  page,
  tab: HomeTab.optional(),
  filter: HomeFilter.optional(),
});
export type PageValue = z.infer<typeof PageValue>;

/** Where an act came from, carried through modals so that the right message is redrawn. */
export const Origin = z.strictObject({
  surface: Surface,
  channelId: z.string().max(30).optional(),
  messageTs: z.string().max(30).optional(),
  page: page.optional(),
  tab: HomeTab.optional(),
  filter: HomeFilter.optional(),
});
export type Origin = z.infer<typeof Origin>;

/** `private_metadata` of the answer modal. A fixed verdict means there is no menu. */
export const AnswerContext = z.strictObject({
  item: ItemValue,
  origin: Origin,
  fixed: Verdict.optional(),
  /** Only to say in the form what will be asked anyway; the tier that counts is the item's own. */
  tier: RiskTier,
  /** When the form was opened; older ones do not say. */
  openedAt: Instant.optional(),
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

/** `private_metadata` of the form in which a group is looked through; what is ticked says itself what was seen. */
export const GroupContext = z.strictObject({ group: GroupValue, origin: Origin });
export type GroupContext = z.infer<typeof GroupContext>;

/** Value of the buttons about one's own docket: put reminders off, ask security. */
export const DocketValue = z.strictObject({ campaignId: CampaignId });
export type DocketValue = z.infer<typeof DocketValue>;

/** `private_metadata` of the form that puts reminders off. */
export const NotTodayContext = z.strictObject({ docket: DocketValue, origin: Origin });
export type NotTodayContext = z.infer<typeof NotTodayContext>;

/** `private_metadata` of the form in which security is asked. */
export const AskContext = z.strictObject({ docket: DocketValue, origin: Origin });
export type AskContext = z.infer<typeof AskContext>;

/** Value of a tick: one member of a group and what was seen of it. */
export function tickValue(identityKey: string, seen: string): string {
  return `${identityKey} ${seen}`;
}

/** The member and what was seen of it, from the value of a tick; undefined when it is not one of ours. */
export function readTick(
  value: string,
): { readonly identityKey: IdentityKey; readonly seen: SeenMark } | undefined {
  const [identityKey, seen, ...more] = value.split(' ');
  const parsed = z.object({ identityKey: IdentityKey, seen: SeenMark }).safeParse({ identityKey, seen });
  return more.length === 0 ? parsed.data : undefined;
}

/** `block_id` of a row of buttons: the surface it stands on and what makes it unique there. */
export function rowId(surface: Surface, ...distinction: readonly string[]): string {
  return [surface, ...distinction].join('|').slice(0, 255);
}

/** The surface a row of buttons stands on, from its `block_id`; undefined when it is not one of ours. */
export function surfaceOf(blockId: string): Surface | undefined {
  return Surface.safeParse(blockId.split('|', 1)[0]).data;
}
