// From the forms besides the answer's to the act they ask for, or to what is wrong with which field.
import { FIELD } from '../../presentation/slack/answer-fields.ts';
import { MAX_QUESTION } from '../../presentation/slack/ask-modal.ts';
import { TICKS } from '../../presentation/slack/group-modal.ts';
import {
  AskContext,
  GroupContext,
  NotTodayContext,
  type Origin,
  readTick,
} from '../../presentation/slack/references.ts';
import type { Reader } from '../../presentation/wording.ts';
import { parseValue } from './json-value.ts';
import type { StateValues, ViewSubmission } from './payloads.ts';
import { dateIn, textIn } from './read-answer.ts';
import type { Act } from './slack-act.ts';

/** What a form asks for, or by field what the person has to change. */
export type Read =
  | { readonly act: Act; readonly origin: Origin; readonly pressed?: string }
  | { readonly errors: Record<string, string> };

type Form = ViewSubmission['view'];

/** What is ticked in a group. A reason is wanted for what was not ticked beforehand. */
export function readGroup({ private_metadata, state: { values } }: Form): Read | undefined {
  const context = parseValue(GroupContext, private_metadata);
  const alike = ticked(values, TICKS.alike);
  const outliers = ticked(values, TICKS.outliers);
  if (!context || !alike || !outliers) return undefined;
  const reason = textIn(values, FIELD.reason) ?? '';
  const first = Object.keys(values)[0] ?? FIELD.reason;
  if (alike.length + outliers.length === 0)
    return { errors: { [first]: 'Nothing is ticked. Go back to keep nothing.' } };
  if (outliers.length > 0 && reason === '')
    return {
      errors: { [FIELD.reason]: 'A reason is wanted for what we did not tick. A few words are enough.' },
    };
  const only = [...alike, ...outliers];
  return { act: { kind: 'keep-group', group: context.group, reason, only }, origin: context.origin };
}

function ticked(values: StateValues, name: string) {
  const picked = Object.entries(values)
    .filter(([field]) => field.startsWith(`${name}-`))
    .flatMap(([field, elements]) => elements[field]?.selected_options ?? [])
    .map(({ value }) => readTick(value));
  const read = picked.filter((each) => each !== undefined);
  return read.length === picked.length ? read : undefined;
}

/** To whom it is delegated, until when and why. `personOf` knows people by their Slack account. */
export function readDelegation(
  { state: { values } }: Form,
  reader: Reader,
  personOf: (userId: string) => string | undefined,
): Read {
  const errors: Record<string, string> = {};
  const chosen = values[FIELD.person]?.[FIELD.person]?.selected_user ?? undefined;
  const to = chosen === undefined ? undefined : personOf(chosen);
  if (to === undefined) errors[FIELD.person] = 'Please choose somebody whom the directory knows.';
  const until = dateIn(values, FIELD.until, reader, errors);
  if (until === undefined) errors[FIELD.until] ??= 'Please choose a day.';
  const reason = textIn(values, FIELD.reason);
  if (reason === undefined) errors[FIELD.reason] = 'Please say why, in a few words.';
  if (to === undefined || until === undefined || reason === undefined || Object.keys(errors).length > 0)
    return { errors };
  return { act: { kind: 'delegate', to, until, reason }, origin: { surface: 'ephemeral' } };
}

/** Until when reminders are put off, and why. How late is too late is decided again by the worker. */
export function readNotToday(
  { private_metadata, state: { values } }: Form,
  reader: Reader,
): Read | undefined {
  const context = parseValue(NotTodayContext, private_metadata);
  if (!context) return undefined;
  const errors: Record<string, string> = {};
  const until = dateIn(values, FIELD.until, reader, errors);
  const reason = textIn(values, FIELD.reason);
  if (until === undefined) errors[FIELD.until] ??= 'Please choose a day.';
  if (reason === undefined) errors[FIELD.reason] = 'Please say why, in a few words.';
  if (until === undefined || reason === undefined || Object.keys(errors).length > 0) return { errors };
  return { act: { kind: 'not-today', docket: context.docket, until, reason }, origin: context.origin };
}

/** What security is asked, about which docket. */
export function readQuestion({ private_metadata, state: { values } }: Form): Read | undefined {
  const context = parseValue(AskContext, private_metadata);
  if (!context) return undefined;
  const question = textIn(values, FIELD.question);
  if (question === undefined) return { errors: { [FIELD.question]: 'Please write your question.' } };
  if (question.length > MAX_QUESTION)
    return { errors: { [FIELD.question]: `At most ${MAX_QUESTION} characters, please.` } };
  return { act: { kind: 'ask-security', docket: context.docket, question }, origin: context.origin };
}
