// The form's fields for one item: no answer is ever ticked beforehand; rarer answers are folded away.
import type { ItemView } from '../../application/ports/messenger.ts';
import type { Verdict } from '../../domain/review/decision.ts';
import { verdictWords } from '../wording.ts';
import { type ItemField, itemField } from './answer-names.ts';
import { type Html, html } from './html.ts';
import { oneLine } from './safe-text.ts';

/** What the person typed before (when the form comes back) and what was wrong with it, by field name. */
export interface Typed {
  readonly value: (name: string) => string;
  readonly values: (name: string) => readonly string[];
  readonly problem: (name: string) => string | undefined;
}

const RARER: readonly Verdict[] = ['rotate', 'reduce', 'retire', 'except', 'reassign', 'not-mine'];

/** Radio buttons and what each answer needs to be told. */
export function answerFields(view: ItemView, typed: Typed): Html {
  const verdict = itemField('verdict', view);
  const chosen = typed.value(verdict);
  const radio = (value: string, label: string) => radioHtml(verdict, value, label, chosen);
  const open = RARER.some((rarer) => rarer === chosen);
  return html`<input type="hidden" name="${itemField('snapshot', view)}" value="${view.item.snapshot}">
${problemHtml(typed.problem(verdict))}
<div class="choices">
${radio('certify', `${verdictWords('certify')}: it is still needed`)}
${purposeField(view, typed)}
${radio('revoke', verdictWords('revoke'))}
${credentialFields(view, typed)}
${radio('later', 'No answer now')}
</div>
${open ? html`<details open>${rarer(view, typed, radio)}</details>` : html`<details>${rarer(view, typed, radio)}</details>`}
${textField(view, typed, 'reason', 'Your reason', true)}`;
}

/** One radio button with its label. */
export function radioHtml(name: string, value: string, label: string, chosen: string): Html {
  const input =
    value === chosen
      ? html`<input type="radio" name="${name}" value="${value}" checked>`
      : html`<input type="radio" name="${name}" value="${value}">`;
  return html`<label class="choice">${input}<span>${label}</span></label>`;
}

/** What is wrong with a field. */
export function problemHtml(problem: string | undefined): Html {
  return problem === undefined ? html`` : html`<p class="error">${problem}</p>`;
}

function rarer(view: ItemView, typed: Typed, radio: (value: string, label: string) => Html): Html {
  return html`<summary>Other answers</summary>
<div class="choices">
${radio('rotate', verdictWords('rotate'))}
${radio('reduce', verdictWords('reduce'))}
<div class="sub">${textField(view, typed, 'to', 'Reduce to (for example: read-only on one bucket)', false)}
${dateField(view, typed, 'due', 'Rotate or reduce by (at most 30 days from now; empty: 30 days)')}</div>
${radio('retire', verdictWords('retire'))}
<div class="sub">${dateField(view, typed, 'on', 'Switch off on')}</div>
${radio('except', verdictWords('except'))}
<div class="sub">${dateField(view, typed, 'until', 'Until (at most 90 days from now)')}
${textField(view, typed, 'control', 'What protects us meanwhile', true)}</div>
${radio('reassign', verdictWords('reassign'))}
<div class="sub">${textField(view, typed, 'person', 'Their mail address, or the name of a team', false)}</div>
${radio('not-mine', verdictWords('not-mine'))}
</div>`;
}

function purposeField(view: ItemView, typed: Typed): Html {
  if (view.snapshot.identity.purpose.known) return html``;
  return html`<div class="sub">${textField(view, typed, 'purpose', 'What is it for? Nobody has written it down; to keep it, please do.', false)}</div>`;
}

/** Offered when there is more than one; by position in the snapshot shown, since ids may hold anything. */
function credentialFields(view: ItemView, typed: Typed): Html {
  const { credentials } = view.snapshot.identity;
  const offered = credentials
    .map((credential, index) => ({ credential, index }))
    .filter(({ credential }) => credential.status !== 'inactive')
    .slice(0, 40);
  if (offered.length < 2) return html``;
  const name = itemField('credential', view);
  const ticked = typed.values(name);
  return html`<div class="sub"><p class="muted">Only some of its credentials? Tick them; none ticked means all. (Also for rotating.)</p>
${offered.map(({ credential, index }) => {
  const value = String(index);
  const input = ticked.includes(value)
    ? html`<input type="checkbox" name="${name}" value="${value}" checked>`
    : html`<input type="checkbox" name="${name}" value="${value}">`;
  const said = oneLine(`${credential.credentialId} (${credential.type}, ${credential.status})`, 160);
  return html`<label class="choice">${input}<span><bdi>${said}</bdi></span></label>`;
})}</div>`;
}

function textField(view: ItemView, typed: Typed, field: ItemField, label: string, long: boolean): Html {
  return namedTextField(itemField(field, view), label, typed, long);
}

/** A text field with its label and what was wrong. */
export function namedTextField(name: string, label: string, typed: Typed, long: boolean): Html {
  const value = typed.value(name);
  return html`<div class="field">${problemHtml(typed.problem(name))}<label for="${name}">${label}</label>${
    long
      ? html`<textarea id="${name}" name="${name}" rows="2" maxlength="2000">${value}</textarea>`
      : html`<input type="text" id="${name}" name="${name}" value="${value}" maxlength="1000" autocomplete="off">`
  }</div>`;
}

function dateField(view: ItemView, typed: Typed, field: ItemField, label: string): Html {
  const name = itemField(field, view);
  return html`<div class="field">${problemHtml(typed.problem(name))}<label for="${name}">${label}</label><input type="date" id="${name}" name="${name}" value="${typed.value(name)}"></div>`;
}
