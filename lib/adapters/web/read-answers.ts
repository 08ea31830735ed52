// A sent form, read against what is really due: the form says what was ticked, the desk says what may be answered.
import type { DocketView, ItemView } from '../../application/ports/messenger.ts';
import type { PendingApproval, RecentAct } from '../../application/review-actions.ts';
import type { DecisionRequest, ItemRef } from '../../domain/review/decision.ts';
import type { Typed } from '../../presentation/web/answer-fields.ts';
import { approvalField, groupField, itemField, undoField } from '../../presentation/web/answer-names.ts';
import { type DeskPage, isAnswerable, isUndoable } from '../../presentation/web/docket-page.ts';
import { answerableByMail } from '../../presentation/web/item-parts.ts';
import { readItemAnswer } from './read-item-answer.ts';

/** One thing the person asks for. */
export type AskedAct = { readonly title: string } & (
  | { readonly kind: 'decide'; readonly item: ItemRef; readonly request: DecisionRequest }
  | {
      readonly kind: 'keep-group';
      readonly campaignId: string;
      readonly group: string;
      readonly reason: string;
    }
  | {
      readonly kind: 'approve';
      readonly approval: PendingApproval;
      readonly agree: boolean;
      readonly reason: string;
    }
  | { readonly kind: 'undo'; readonly undo: NonNullable<RecentAct['undo']>; readonly reason: string }
);

/** What a form asks for, what is wrong with it by field, and how many of its answers concern nothing that waits. */
export interface ReadAnswers {
  readonly acts: readonly AskedAct[];
  readonly problems: ReadonlyMap<string, string>;
  readonly missing: number;
}

/** Reads the form. */
export function readAnswers(fields: URLSearchParams, desk: DeskPage): ReadAnswers {
  const acts: AskedAct[] = [];
  const problems = new Map<string, string>();
  const known = new Set<string>();
  for (const docket of desk.dockets) {
    for (const view of docket.items.filter(({ item }) => answerableByMail(item.tier))) {
      known.add(itemField('verdict', view));
      const read = readItem(fields, view, desk);
      if (read?.problem) problems.set(...read.problem);
      if (read?.act) acts.push(read.act);
    }
    acts.push(...readGroups(fields, docket, known));
  }
  acts.push(...readApprovals(fields, desk, known), ...readUndos(fields, desk, known));
  const given = [...fields].filter(
    ([name, value]) => /^(?:verdict|keep|agree|undo)\./.test(name) && isGiven(value),
  );
  return { acts, problems, missing: given.filter(([name]) => !known.has(name)).length };
}

/** What was typed, to show it again. */
export function typedFrom(fields: URLSearchParams, problems: ReadonlyMap<string, string> = new Map()): Typed {
  return {
    value: (name) => fields.get(name) ?? '',
    values: (name) => fields.getAll(name),
    problem: (name) => problems.get(name),
  };
}

function isGiven(value: string): boolean {
  return value !== '' && value !== 'later';
}

interface ReadItem {
  readonly act?: AskedAct;
  readonly problem?: readonly [field: string, text: string];
}

function readItem(fields: URLSearchParams, view: ItemView, desk: DeskPage): ReadItem | undefined {
  const name = itemField('verdict', view);
  const verdicts = fields.getAll(name);
  if (!verdicts.some(isGiven)) return undefined;
  if (verdicts.length > 1) return { problem: [name, 'Please choose one answer.'] };
  // A decision is signed over the snapshot: it must be the one the person looked at.
  if (fields.get(itemField('snapshot', view)) !== view.item.snapshot) {
    return {
      problem: [name, 'The evidence was refreshed since you opened the page. Please look again and answer.'],
    };
  }
  const read = readItemAnswer(fields, view, desk.reader);
  if ('problem' in read) return { problem: [itemField(read.field, view), read.problem] };
  const { campaignId, identityKey } = view.item;
  return {
    act: { kind: 'decide', title: view.item.name, item: { campaignId, identityKey }, request: read.request },
  };
}

function readGroups(fields: URLSearchParams, docket: DocketView, known: Set<string>): AskedAct[] {
  return docket.groups.flatMap(({ group, label, count }): AskedAct[] => {
    const name = groupField('keep', docket, group);
    known.add(name);
    if (fields.get(name) !== 'yes') return [];
    const reason = reasonIn(fields, groupField('why', docket, group));
    return [
      { kind: 'keep-group', title: `${count} alike: ${label}`, campaignId: docket.campaignId, group, reason },
    ];
  });
}

function readApprovals(fields: URLSearchParams, desk: DeskPage, known: Set<string>): AskedAct[] {
  return desk.approvals.filter(isAnswerable).flatMap(({ approval }): AskedAct[] => {
    const name = approvalField('agree', approval);
    known.add(name);
    const said = fields.getAll(name);
    if (said.length !== 1 || (said[0] !== 'yes' && said[0] !== 'no')) return [];
    const reason = reasonIn(fields, approvalField('because', approval));
    return [{ kind: 'approve', title: approval.title, approval, agree: said[0] === 'yes', reason }];
  });
}

function readUndos(fields: URLSearchParams, desk: DeskPage, known: Set<string>): AskedAct[] {
  return desk.recent.flatMap((act): AskedAct[] => {
    if (!act.undo || !isUndoable(act, desk.reader)) return [];
    const name = undoField('undo', act.undo);
    known.add(name);
    if (fields.get(name) !== 'yes') return [];
    const reason = reasonIn(fields, undoField('undo-reason', act.undo));
    return [{ kind: 'undo', title: act.text, undo: act.undo, reason }];
  });
}

function reasonIn(fields: URLSearchParams, name: string): string {
  return (fields.get(name) ?? '').trim().slice(0, 2000);
}
