// Names of the answer form's fields. They say which field is which; what may be answered is looked up afresh.
import type { DocketView, ItemView } from '../../application/ports/messenger.ts';
import type { PendingApproval, RecentAct } from '../../application/review-actions.ts';

/** Fields of one item. */
export type ItemField =
  | 'verdict'
  | 'snapshot'
  | 'reason'
  | 'purpose'
  | 'credential'
  | 'to'
  | 'due'
  | 'on'
  | 'until'
  | 'control'
  | 'person';

/** Field of an item. */
export function itemField(field: ItemField, { item }: ItemView): string {
  return `${field}.${item.campaignId}.${item.identityKey}`;
}

/** Field of a group that may be kept as one. */
export function groupField(field: 'keep' | 'why', docket: DocketView, group: string): string {
  return `${field}.${docket.campaignId}.${group}`;
}

/** Field of something that waits for a second word. */
export function approvalField(field: 'agree' | 'because', approval: PendingApproval): string {
  return `${field}.${approval.kind}.${approval.campaignId}.${approval.identityKey}.${approval.id}`;
}

/** Field of something to undo. */
export function undoField(field: 'undo' | 'undo-reason', undo: NonNullable<RecentAct['undo']>): string {
  return `${field}.${undo.identityKey}.${undo.removalId}`;
}
