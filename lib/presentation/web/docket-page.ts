// The review page as a link shows it: everything due of one person, to read. Asking for a code is the only thing to press.
import type { DocketView, ItemView } from '../../application/ports/messenger.ts';
import type { PendingApproval, RecentAct } from '../../application/review-actions.ts';
import type { Person } from '../../domain/review/person.ts';
import { countWords, dueWords, pastWords, type Reader, silenceWords, tierCounts } from '../wording.ts';
import { type Html, html } from './html.ts';
import { answerableByMail, itemBody, nameHtml, TOO_RISKY_FOR_MAIL } from './item-parts.ts';
import { renderPage } from './page.ts';

/** Something that waits for a second word, with the item it is about where that can be shown. */
export interface ApprovalView {
  readonly approval: PendingApproval;
  readonly about: ItemView | undefined;
}

/** Everything the page shows. */
export interface DeskPage {
  readonly person: Pick<Person, 'name' | 'email' | 'slack'>;
  readonly reader: Reader;
  readonly dockets: readonly DocketView[];
  readonly approvals: readonly ApprovalView[];
  readonly recent: readonly RecentAct[];
}

/** Where the page's forms go, and the anti-forgery token bound to the browser. */
export interface FormTarget {
  /** `/review/<token>`, without a trailing slash. */
  readonly path: string;
  readonly formToken: string;
}

/** Whether anything on the desk can be answered on the page. */
export function hasSomethingToAnswer(desk: DeskPage): boolean {
  return (
    desk.dockets.some(({ items }) => items.some(({ item }) => answerableByMail(item.tier))) ||
    desk.dockets.some(({ groups }) => groups.length > 0) ||
    desk.approvals.some(isAnswerable) ||
    desk.recent.some((act) => isUndoable(act, desk.reader))
  );
}

/** Whether the second word can be given on the page: only when the item is known and of lower risk. */
export function isAnswerable({ about }: ApprovalView): boolean {
  return about !== undefined && answerableByMail(about.item.tier);
}

/** Whether an act can still be taken back. */
export function isUndoable(act: RecentAct, reader: Reader): boolean {
  return act.undo !== undefined && act.undo.until > reader.now;
}

/** The read-only page. */
export function renderDocketPage(desk: DeskPage, target: FormTarget): string {
  const ask = hasSomethingToAnswer(desk) ? askForm(desk, target) : html``;
  return renderPage(
    'What waits for your answer',
    html`${deskHeading(desk)}
${ask}
${desk.dockets.map((docket) => docketHtml(docket, desk.reader))}
${approvalsHtml(desk)}
${recentHtml(desk)}
${desk.dockets.length > 0 && ask}`,
  );
}

/** How much is due, and until when. */
export function deskHeading({ dockets, person, reader }: DeskPage): Html {
  const open = dockets.reduce((sum, docket) => sum + docket.open, 0);
  const first = dockets.map(({ dueAt }) => dueAt).toSorted()[0];
  if (open === 0 || first === undefined) {
    return html`<h1>Nothing is waiting for your answer</h1><p>Thank you, <bdi>${person.name}</bdi>.</p>`;
  }
  const grace = dockets.map(({ graceEndsAt }) => graceEndsAt).toSorted()[0] ?? first;
  return html`<h1>${countWords(open, 'identity needs', 'identities need')} your answer</h1>
<p><bdi>${person.name}</bdi>, please say by <strong>${dueWords(first, reader)}</strong> what is still needed. ${silenceWords(grace, reader)}</p>`;
}

/** Where the code goes, in words. */
export function codeGoesTo({ person }: DeskPage): string {
  return person.slack ? 'in Slack, as a message from the Countersign app' : `by mail to ${person.email}`;
}

function askForm(desk: DeskPage, { path, formToken }: FormTarget): Html {
  return html`<form class="panel ask" method="post" action="${path}/code">
<p>To answer here, ask for a one-time code. It comes ${codeGoesTo(desk)}, and works for 10 minutes in this browser only.</p>
<input type="hidden" name="form" value="${formToken}">
<button type="submit">Send me a code and let me answer</button>
</form>`;
}

function docketHtml(docket: DocketView, reader: Reader): Html {
  const rest = docket.open - docket.items.length;
  return html`<section>
${docketHeading(docket, reader)}
${docket.items.map((view) => itemArticle(view, reader))}
${docket.groups.length > 0 && html`<p>${countWords(docket.groups.length, 'group')} of unchanged, alike identities can be kept with one tick each, once you have a code.</p>`}
${rest > 0 && html`<p>And ${rest} more of lower risk. They appear here as these are answered.</p>`}
</section>`;
}

/** Title, due date and counts of a docket. */
export function docketHeading(docket: DocketView, reader: Reader): Html {
  return html`<h2><bdi>${docket.title}</bdi></h2>
<p class="muted">Due ${dueWords(docket.dueAt, reader)}. ${docket.open} open (${tierCounts(docket.byTier)}).</p>`;
}

/** An item to read. */
export function itemArticle(view: ItemView, reader: Reader): Html {
  return html`<article><h3>${nameHtml(view.item.name)}</h3>
${itemBody(view, reader)}
${!answerableByMail(view.item.tier) && html`<p><strong>${TOO_RISKY_FOR_MAIL}</strong></p>`}
</article>`;
}

function approvalsHtml({ approvals, reader }: DeskPage): Html {
  if (approvals.length === 0) return html``;
  return html`<section><h2>Waiting for your word as a second person</h2>
${approvals.map((view) => approvalArticle(view, reader))}</section>`;
}

/** Something to agree with, to read. */
export function approvalArticle(view: ApprovalView, reader: Reader): Html {
  return html`<article>${approvalBody(view, reader)}
${!isAnswerable(view) && html`<p><strong>${TOO_RISKY_FOR_MAIL}</strong></p>`}
</article>`;
}

/** What is to be agreed with, who asks and since when, and the evidence. */
export function approvalBody({ approval, about }: ApprovalView, reader: Reader): Html {
  return html`<h3>${nameHtml(approval.title)}</h3>
<p>${approval.detail}</p>
<p class="muted">Asked by <bdi>${approval.askedBy}</bdi>, ${pastWords(approval.since, reader)}.</p>
${about && itemBody(about, reader)}`;
}

/** What was done lately. */
export function recentHtml({ recent, reader }: DeskPage): Html {
  if (recent.length === 0) return html``;
  return html`<section><h2>Lately</h2><ul>${recent.map((act) => {
    const undo =
      act.undo && isUndoable(act, reader) ? ` Can be undone until ${dueWords(act.undo.until, reader)}.` : '';
    return html`<li><bdi>${act.text}</bdi>, ${pastWords(act.at, reader)}.${undo}</li>`;
  })}</ul></section>`;
}
