// The buttons of the product. Each value is a name of a thing and nothing more.
import type { DocketView, ItemView } from '../../application/ports/messenger.ts';
import type { PendingApproval, RecentAct } from '../../application/review-actions.ts';
import { atLeast } from '../../domain/identity/risk-tier.ts';
import { seenMark } from '../../domain/review/seen.ts';
import { latestSnooze } from '../../domain/review/snooze.ts';
import type { Instant } from '../../domain/time.ts';
import { type Button, words } from './blocks.ts';
import { ACTION, GroupValue, type PageValue } from './references.ts';
import { plain } from './text.ts';

/**
 * Keep · Switch off… · More…, none of them pre-selected. Keep is one click below high risk, unless nobody has written down
 * what the identity is for: then the form asks, since a keep without a purpose does not count.
 */
export function answerButtons(view: ItemView): readonly Button[] {
  const { item, snapshot } = view;
  const asks = atLeast(item.tier, 'high') || !snapshot.identity.purpose.known;
  const keep = asks
    ? itemButton(ACTION.keepWithReason, 'Keep…', item, item.name)
    : itemButton(ACTION.keep, 'Keep', { ...item, seen: seenMark(item) }, item.name);
  return [
    keep,
    itemButton(ACTION.switchOff, 'Switch off…', item, item.name),
    itemButton(ACTION.more, 'More…', item, item.name),
  ];
}

/** A button about one item; screen readers hear which. One that decides without a form says what was seen. */
export function itemButton(
  action: string,
  label: string,
  ref: { readonly campaignId: string; readonly identityKey: string; readonly seen?: string },
  name: string,
): Button {
  const { campaignId, identityKey, seen } = ref;
  const value = JSON.stringify(
    seen === undefined ? { campaignId, identityKey } : { campaignId, identityKey, seen },
  );
  return {
    type: 'button',
    action_id: action,
    text: words(label),
    value,
    accessibility_label: plain(`${label} ${name}`, 75),
  };
}

/** One click for a group of unchanged items; undefined when the group's name does not fit a button. */
export function groupButton(
  campaignId: string,
  { group, count, seen }: Pick<DocketView['groups'][number], 'group' | 'count' | 'seen'>,
): Button | undefined {
  const value = GroupValue.safeParse({ campaignId, group, seen });
  if (!value.success) return undefined;
  return {
    type: 'button',
    action_id: ACTION.keepGroup,
    text: words(`Keep all ${count}`),
    value: JSON.stringify(value.data),
  };
}

/** Opens the form in which a group is looked through; undefined when the group's name does not fit a button. */
export function lookThroughButton(
  campaignId: string,
  { group, count, seen }: Pick<DocketView['groups'][number], 'group' | 'count' | 'seen'>,
): Button | undefined {
  const value = GroupValue.safeParse({ campaignId, group, seen });
  if (!value.success) return undefined;
  return {
    type: 'button',
    action_id: ACTION.lookThrough,
    text: words(`Look through ${count}…`),
    value: JSON.stringify(value.data),
  };
}

/** Puts reminders about one's own docket off; undefined when it was done before, or is too late. */
export function notTodayButton(
  { campaignId, dueAt, forPersonId, snoozed }: DocketView,
  now: Instant,
): Button | undefined {
  if (forPersonId !== undefined || snoozed || latestSnooze(dueAt) <= now) return undefined;
  return {
    type: 'button',
    action_id: ACTION.notToday,
    text: words('Not today…'),
    value: JSON.stringify({ campaignId }),
  };
}

/** Opens the form in which security is asked about one's own docket; undefined where there is no channel for it. */
export function askSecurityButton({
  campaignId,
  title,
  forPersonId,
  asksSecurity,
}: DocketView): Button | undefined {
  if (forPersonId !== undefined || !asksSecurity) return undefined;
  return {
    type: 'button',
    action_id: ACTION.askSecurity,
    text: words('Ask security…'),
    value: JSON.stringify({ campaignId }),
    accessibility_label: plain(`Ask security about ${title}`, 75),
  };
}

/** Puts a switched-off identity back, in one click. */
export function undoButton(undo: NonNullable<RecentAct['undo']>): Button {
  const { identityKey, removalId } = undo;
  return {
    type: 'button',
    action_id: ACTION.undo,
    text: words('Undo'),
    value: JSON.stringify({ identityKey, removalId }),
  };
}

/** What can be approved, and how the two answers are called. */
const APPROVAL_LABELS: Readonly<Record<PendingApproval['kind'], readonly [string, string]>> = {
  'second-decision': ['Agree', 'Disagree…'],
  exception: ['Approve', 'Refuse…'],
  'removal-hold': ['Switch it off', 'Do not…'],
  'manual-task': ['Done', 'Can’t…'],
  claim: ['It is theirs', 'It is not…'],
  sample: ['Rightly kept', 'Ask again…'],
};

/** Agree and disagree, in the words of what is to be approved. */
export function approvalButtons(
  approval: Pick<PendingApproval, 'kind' | 'campaignId' | 'identityKey' | 'id'>,
): readonly Button[] {
  const { kind, campaignId, identityKey, id } = approval;
  const value = JSON.stringify({ kind, campaignId, identityKey, id });
  const [yes, no] = APPROVAL_LABELS[kind];
  const agree: Button = { type: 'button', action_id: ACTION.agree, text: words(yes), value };
  const disagree: Button = { type: 'button', action_id: ACTION.disagree, text: words(no), value };
  return [
    kind === 'removal-hold' ? { ...agree, style: 'danger', confirm: sureToSwitchOff } : agree,
    disagree,
  ];
}

const sureToSwitchOff = {
  title: words('Switch it off?'),
  text: words(
    'It was held back by a safeguard. Your name stands under this. It can be undone until it is deleted.',
  ),
  confirm: words('Switch it off'),
  deny: words('Go back'),
  style: 'danger',
} as const;

/** Turns a page of the home tab. */
export function pageButton(label: string, value: PageValue): Button {
  return { type: 'button', action_id: ACTION.homePage, text: words(label), value: JSON.stringify(value) };
}
