// Block Kit's interactive elements as form controls. The client script reads the data attributes; see client.js.
import { type RawAnswers, shownAnswer } from '../block-kit/answers.ts';
import {
  type Block,
  type BlockElement,
  type Choice,
  type ConfirmDialog,
  choicesOf,
  type TextObject,
} from '../block-kit/block.ts';
import { html, type Markup } from './markup.ts';
import { isLinkable, type Names, renderMrkdwn, renderPlain } from './mrkdwn.ts';

/** What elements are drawn with. */
export interface Drawing {
  readonly names: Names;
  readonly people: readonly { readonly id: string; readonly name: string }[];
  readonly conversations: readonly { readonly id: string; readonly name: string }[];
  readonly answers: RawAnswers;
  /** Slack's warning sign next to an element the app did not acknowledge. */
  readonly warning: (block: Block, element: BlockElement) => string | undefined;
  /** By block id, what is wrong with an input. */
  readonly errors: Readonly<Record<string, string>>;
  /** Makes ids of controls unique on the page. */
  readonly prefix: string;
}

/** Text as Slack would show it. */
export function renderText(text: TextObject, names: Names): Markup {
  return text.type === 'mrkdwn' ? renderMrkdwn(text.text, names) : renderPlain(text.text);
}

/** One element with its warning sign, if any. */
export function renderElement(element: BlockElement, block: Block, drawing: Drawing): Markup {
  const warning = drawing.warning(block, element);
  return html`<span class="element">${renderControl(element, block, drawing)}${
    warning !== undefined && html`<span class="warn" role="alert" title="${warning}">⚠️ ${warning}</span>`
  }</span>`;
}

/** The id of an element's control, for its label. */
export function controlId(element: BlockElement, block: Block, drawing: Drawing): string {
  return `${drawing.prefix}-${block.block_id}-${element.action_id}`.replaceAll(/[^\w-]/g, '_');
}

type Draw = (element: BlockElement, block: Block, drawing: Drawing, shown: readonly string[]) => Markup;

const drawTicks: Draw = (element, block, drawing, shown) =>
  renderTicks(element, block, drawing, shown, choicesOf(element));

const draws: Readonly<Record<string, Draw>> = {
  button: (element, _block, drawing) => renderButton(element, drawing),
  overflow: (element, _block, drawing) => renderOverflow(element, drawing),
  image: ({ alt_text }) =>
    html`<span class="picture" role="img" aria-label="${alt_text}">🖼 ${alt_text}</span>`,
  static_select: renderSelect,
  users_select: renderSelect,
  conversations_select: renderSelect,
  channels_select: renderSelect,
  multi_static_select: renderMultiSelect,
  multi_users_select: renderMultiSelect,
  multi_conversations_select: renderMultiSelect,
  multi_channels_select: renderMultiSelect,
  checkboxes: drawTicks,
  radio_buttons: drawTicks,
};

function renderControl(element: BlockElement, block: Block, drawing: Drawing): Markup {
  const shown = shownAnswer(element, drawing.answers[block.block_id ?? '']?.[element.action_id ?? '']);
  const draw = draws[element.type];
  return draw ? draw(element, block, drawing, shown) : renderInput(element, block, drawing, shown[0] ?? '');
}

const inputTypes: Readonly<Record<string, string>> = {
  plain_text_input: 'text',
  email_text_input: 'email',
  url_text_input: 'url',
  number_input: 'number',
  datepicker: 'date',
  timepicker: 'time',
};

function renderInput(element: BlockElement, block: Block, drawing: Drawing, value: string): Markup {
  const type = inputTypes[element.type];
  if (type === undefined)
    return html`<span class="unsupported">A ${element.type} cannot be used in this stand-in.</span>`;
  const placeholder = element.placeholder?.text ?? '';
  const id = controlId(element, block, drawing);
  const label = block.type === 'input' ? '' : placeholder || element.action_id || element.type;
  const shared = html`id="${id}" ${dataOf(element)} placeholder="${placeholder}" ${label !== '' && html`aria-label="${label}"`} ${
    drawing.errors[block.block_id ?? ''] !== undefined &&
    html`aria-invalid="true" aria-describedby="${id}-error"`
  } ${element.focus_on_load === true && html`autofocus`}`;
  return element.multiline === true
    ? html`<textarea rows="4" ${shared}>${value}</textarea>`
    : html`<input type="${type}" value="${value}" ${shared}>`;
}

function renderButton(element: BlockElement, { names }: Drawing): Markup {
  const style = element.style === 'primary' || element.style === 'danger' ? element.style : 'plain';
  const text = element.text ? renderText(element.text, names) : '';
  const label =
    element.accessibility_label === undefined ? '' : html`aria-label="${element.accessibility_label}"`;
  const link = element.url !== undefined && isLinkable(element.url) && html`data-open="${element.url}"`;
  return html`<button type="button" class="${style}" data-control="button" ${dataOf(element)} ${label} ${link}>${text}${link !== false && html` <span aria-hidden="true">↗</span>`}</button>`;
}

function renderOverflow(element: BlockElement, { names }: Drawing): Markup {
  const entries = choicesOf(element).map(
    (choice) =>
      html`<li><button type="button" data-control="option" ${dataOf(element)} data-value="${choice.value}">${renderText(choice.text, names)}</button></li>`,
  );
  return html`<details class="overflow"><summary aria-label="More actions">⋯</summary><ul>${entries}</ul></details>`;
}

function renderSelect(
  element: BlockElement,
  block: Block,
  drawing: Drawing,
  shown: readonly string[],
): Markup {
  const option = (choice: Choice) =>
    html`<option value="${choice.value}" ${shown.includes(choice.value ?? '') && html`selected`}>${renderPlain(choice.text.text)}</option>`;
  const groups = element.option_groups?.map(
    (group) => html`<optgroup label="${group.label.text}">${group.options.map(option)}</optgroup>`,
  );
  const placeholder = element.placeholder?.text ?? 'Choose…';
  return html`<select id="${controlId(element, block, drawing)}" ${dataOf(element)} ${
    block.type !== 'input' && html`aria-label="${placeholder}"`
  }><option value="">${placeholder}</option>${groups ?? offered(element, drawing).map(option)}</select>`;
}

function renderMultiSelect(
  element: BlockElement,
  block: Block,
  drawing: Drawing,
  shown: readonly string[],
): Markup {
  const chosen = shown.length > 0 ? `${shown.length} chosen` : (element.placeholder?.text ?? 'Choose…');
  return html`<details class="several"><summary>${chosen}</summary>${renderTicks(element, block, drawing, shown, offered(element, drawing))}</details>`;
}

function renderTicks(
  element: BlockElement,
  block: Block,
  drawing: Drawing,
  shown: readonly string[],
  choices: readonly Choice[],
): Markup {
  const type = element.type === 'radio_buttons' ? 'radio' : 'checkbox';
  const id = controlId(element, block, drawing);
  const ticks = choices.map(
    (choice, position) =>
      html`<label class="tick"><input type="${type}" id="${id}-${position}" name="${id}" value="${choice.value}" ${shown.includes(choice.value ?? '') && html`checked`}><span>${renderText(choice.text, drawing.names)}${choice.description && html`<small>${renderText(choice.description, drawing.names)}</small>`}</span></label>`,
  );
  return html`<fieldset data-control="${type}" ${dataOf(element)} id="${id}"><legend class="hidden">${block.label?.text ?? element.action_id}</legend>${ticks}</fieldset>`;
}

function offered(element: BlockElement, drawing: Drawing): readonly Choice[] {
  const list = element.type.includes('users')
    ? drawing.people
    : element.type.includes('static')
      ? undefined
      : drawing.conversations;
  return (
    list?.map(({ id, name }) => ({ text: { type: 'plain_text' as const, text: name }, value: id })) ??
    choicesOf(element)
  );
}

function dataOf(element: BlockElement): Markup {
  const confirm =
    element.confirm === undefined
      ? ''
      : html`data-confirm="${JSON.stringify(confirmTexts(element.confirm))}"`;
  const answers = element.type !== 'button' && element.type !== 'overflow' && html`data-answer`;
  return html`data-action="${element.action_id}" ${answers} ${confirm}`;
}

function confirmTexts({ title, text, confirm, deny, style }: ConfirmDialog): Record<string, string> {
  return {
    title: title?.text ?? 'Are you sure?',
    text: text.text,
    confirm: confirm?.text ?? 'Yes',
    deny: deny?.text ?? 'Cancel',
    style: style ?? '',
  };
}
