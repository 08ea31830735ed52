// From what a person picked or typed to `state.values`, the way Slack reports it for each element.
import { InvalidInputError } from '../../../domain/errors.ts';
import { type Block, type BlockElement, type Choice, choicesOf, elementsOf } from './block.ts';

/** What a person put into one element: text, an option's value, an id or a date; several for multiple choice. */
export type RawAnswer = string | readonly string[] | null;
/** Raw answers by block id and action id. */
export type RawAnswers = Readonly<Record<string, Readonly<Record<string, RawAnswer>>>>;
/** One element's entry in `state.values`. */
export type StateEntry = Readonly<Record<string, unknown>> & { readonly type: string };
/** `state.values` by block id and action id. */
export type StateValues = Readonly<Record<string, Readonly<Record<string, StateEntry>>>>;

type Kind = 'text' | 'choice' | 'choices' | 'id' | 'ids' | 'date' | 'time' | 'instant';
interface Shape {
  readonly field: string;
  readonly initial: string;
  readonly kind: Kind;
}

const shape = (kind: Kind, field: string, initial: string): Shape => ({ kind, field, initial });
const text = shape('text', 'value', 'initial_value');
const choice = shape('choice', 'selected_option', 'initial_option');
const choices = shape('choices', 'selected_options', 'initial_options');

const shapes: Readonly<Record<string, Shape>> = {
  plain_text_input: text,
  email_text_input: text,
  url_text_input: text,
  number_input: text,
  static_select: choice,
  external_select: choice,
  radio_buttons: choice,
  multi_static_select: choices,
  multi_external_select: choices,
  checkboxes: choices,
  users_select: shape('id', 'selected_user', 'initial_user'),
  multi_users_select: shape('ids', 'selected_users', 'initial_users'),
  conversations_select: shape('id', 'selected_conversation', 'initial_conversation'),
  multi_conversations_select: shape('ids', 'selected_conversations', 'initial_conversations'),
  channels_select: shape('id', 'selected_channel', 'initial_channel'),
  multi_channels_select: shape('ids', 'selected_channels', 'initial_channels'),
  datepicker: shape('date', 'selected_date', 'initial_date'),
  timepicker: shape('time', 'selected_time', 'initial_time'),
  datetimepicker: shape('instant', 'selected_date_time', 'initial_date_time'),
};

/** Whether the element keeps an answer (buttons and overflow menus do not). */
export function keepsAnswer(element: BlockElement): boolean {
  return element.type in shapes;
}

/**
 * One element's entry in `state.values`; `undefined` means untouched, so its initial answer counts.
 * @throws InvalidInputError BAD_ARGUMENT for an answer the element does not offer
 */
export function stateEntry(element: BlockElement, answer: RawAnswer | undefined): StateEntry {
  const known = shapes[element.type];
  if (!known) throw refuse(element, 'it keeps no answer here');
  const empty = known.field.endsWith('s') ? [] : null;
  const value =
    answer === undefined ? (element[known.initial] ?? empty) : (readAnswer(element, known, answer) ?? empty);
  return { type: element.type, [known.field]: value };
}

/** `state.values` of a whole message or view. */
export function stateValues(blocks: readonly Block[], answers: RawAnswers): StateValues {
  const perBlock = blocks.flatMap((block) => {
    const blockId = block.block_id ?? '';
    const entries = elementsOf(block)
      .filter(keepsAnswer)
      .map((element) => {
        const actionId = element.action_id ?? '';
        return [actionId, stateEntry(element, answers[blockId]?.[actionId])] as const;
      });
    return entries.length > 0 ? [[blockId, Object.fromEntries(entries)] as const] : [];
  });
  return Object.fromEntries(perBlock);
}

/** The element's answer as a person would give it again, for showing it in a form. */
export function shownAnswer(element: BlockElement, answer: RawAnswer | undefined): readonly string[] {
  if (answer !== undefined) return answer === null ? [] : typeof answer === 'string' ? [answer] : answer;
  const known = shapes[element.type];
  const initial = known && element[known.initial];
  const several: readonly unknown[] = Array.isArray(initial)
    ? initial
    : initial === undefined
      ? []
      : [initial];
  return several.map((each) =>
    typeof each === 'object' && each !== null ? String((each as Choice).value) : String(each),
  );
}

function readAnswer(element: BlockElement, known: Shape, answer: RawAnswer): unknown {
  const several = typeof answer === 'string' ? [answer] : (answer ?? []);
  const first = several[0];
  if (known.kind === 'choices') return several.map((value) => readChoice(element, value));
  if (known.kind === 'ids') return several;
  if (first === undefined || first === '') return undefined;
  if (known.kind === 'choice') return readChoice(element, first);
  if (known.kind === 'date' && !/^\d{4}-\d{2}-\d{2}$/.test(first))
    throw refuse(element, `${first} is no date`);
  if (known.kind === 'time' && !/^\d{2}:\d{2}$/.test(first)) throw refuse(element, `${first} is no time`);
  return known.kind === 'instant' ? Number(first) : first;
}

/** The choice as Slack echoes it. @throws InvalidInputError BAD_ARGUMENT when the element does not offer it */
export function readChoice(element: BlockElement, value: string): Choice {
  const found = choicesOf(element).find((candidate) => candidate.value === value);
  if (!found) throw refuse(element, `it has no option “${value}”`);
  return found;
}

function refuse(element: BlockElement, why: string): InvalidInputError {
  return new InvalidInputError({
    code: 'BAD_ARGUMENT',
    message: `${element.type} ${element.action_id ?? ''}: ${why}`,
  });
}
