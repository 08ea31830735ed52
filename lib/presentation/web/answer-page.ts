// The page to answer on: the code, and every item that can be answered by mail. One code sends one form.
import type { DocketView } from '../../application/ports/messenger.ts';
import { dueWords } from '../wording.ts';
import { answerFields, namedTextField, problemHtml, radioHtml, type Typed } from './answer-fields.ts';
import { approvalField, groupField, itemField, undoField } from './answer-names.ts';
import {
  type ApprovalView,
  approvalArticle,
  approvalBody,
  codeGoesTo,
  type DeskPage,
  deskHeading,
  docketHeading,
  type FormTarget,
  isAnswerable,
  isUndoable,
  itemArticle,
} from './docket-page.ts';
import { type Html, html } from './html.ts';
import { answerableByMail, itemBody, nameHtml } from './item-parts.ts';
import { renderPage } from './page.ts';

/** Everything the answer page needs besides the desk. */
export interface AnswerPage extends FormTarget {
  readonly codeId: string;
  readonly typed: Typed;
  /** What went wrong with the last try, in a sentence. */
  readonly problem?: string | undefined;
}

/** The form. Pressing Enter anywhere in it presses the first button, the one that records. */
export function renderAnswerPage(desk: DeskPage, page: AnswerPage): string {
  const answerable = desk.dockets
    .flatMap(({ items }) => items)
    .some(({ item }) => answerableByMail(item.tier));
  return renderPage(
    'Answer',
    html`${deskHeading(desk)}
${page.problem !== undefined && html`<div class="panel notice" role="alert"><p class="error">${page.problem}</p></div>`}
<form method="post" action="${page.path}/decide" autocomplete="off">
<input type="hidden" name="form" value="${page.formToken}">
<input type="hidden" name="code-id" value="${page.codeId}">
<p>Your code was sent ${codeGoesTo(desk)}. Answer what you can, then type the code at the end. One code records this form once; ask for another to go on later.</p>
${desk.dockets.map((docket) => docketFields(docket, desk, page.typed))}
${approvalsFields(desk, page.typed)}
${undoFields(desk, page.typed)}
${!answerable && html`<p>Nothing else can be answered here.</p>`}
${codePanel(page)}
</form>`,
  );
}

function codePanel({ path, typed }: AnswerPage): Html {
  return html`<div class="panel">
${problemHtml(typed.problem('code'))}
<div class="field code"><label for="code">Your one-time code</label>
<input type="text" id="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]{6,9}" maxlength="12" required></div>
<button type="submit">Record my answers</button>
<button type="submit" class="plain" formaction="${path}/code" formnovalidate>Send me a new code, keep what I typed</button>
<button type="reset" class="plain">Start over</button>
</div>`;
}

function docketFields(docket: DocketView, desk: DeskPage, typed: Typed): Html {
  const { reader } = desk;
  return html`<section>
${docketHeading(docket, reader)}
${docket.groups.map((group) => groupFields(docket, group, typed))}
${docket.items.map((view) =>
  answerableByMail(view.item.tier)
    ? html`<fieldset id="${itemField('verdict', view)}"><legend>${nameHtml(view.item.name)}</legend>
<div>${itemBody(view, reader)}
${answerFields(view, typed)}</div></fieldset>`
    : itemArticle(view, reader),
)}
</section>`;
}

function groupFields(docket: DocketView, group: DocketView['groups'][number], typed: Typed): Html {
  const name = groupField('keep', docket, group.group);
  const box =
    typed.value(name) === 'yes'
      ? html`<input type="checkbox" name="${name}" value="yes" checked>`
      : html`<input type="checkbox" name="${name}" value="yes">`;
  return html`<fieldset><legend>${group.count} alike, unchanged since last time</legend>
<div><p><bdi>${group.label}</bdi></p>
<label class="choice">${box}<span>Keep all ${group.count}, except those answered one by one below</span></label>
${namedTextField(groupField('why', docket, group.group), 'Your reason', typed, false)}</div></fieldset>`;
}

function approvalsFields({ approvals, reader }: DeskPage, typed: Typed): Html {
  if (approvals.length === 0) return html``;
  return html`<section><h2>Waiting for your word as a second person</h2>
${approvals.map((view) => (isAnswerable(view) ? approvalFields(view, typed, reader) : approvalArticle(view, reader)))}</section>`;
}

function approvalFields(view: ApprovalView, typed: Typed, reader: DeskPage['reader']): Html {
  const name = approvalField('agree', view.approval);
  const chosen = typed.value(name);
  return html`<fieldset>
<div>${approvalBody(view, reader)}
<div class="choices">${radioHtml(name, 'yes', 'I agree', chosen)}
${radioHtml(name, 'no', 'I do not agree', chosen)}
${radioHtml(name, 'later', 'No answer now', chosen)}</div>
${namedTextField(approvalField('because', view.approval), 'Your reason', typed, true)}</div></fieldset>`;
}

function undoFields({ recent, reader }: DeskPage, typed: Typed): Html {
  const undoable = recent.filter((act) => isUndoable(act, reader));
  if (undoable.length === 0) return html``;
  return html`<section><h2>Undo</h2>
${undoable.map(({ text, undo }) => {
  if (!undo) return html``;
  const name = undoField('undo', undo);
  const box =
    typed.value(name) === 'yes'
      ? html`<input type="checkbox" name="${name}" value="yes" checked>`
      : html`<input type="checkbox" name="${name}" value="yes">`;
  return html`<fieldset><legend><bdi>${text}</bdi></legend>
<div><label class="choice">${box}<span>Put it back exactly as it was (possible until ${dueWords(undo.until, reader)})</span></label>
${namedTextField(undoField('undo-reason', undo), 'Your reason', typed, false)}</div></fieldset>`;
})}</section>`;
}
