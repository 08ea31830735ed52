// From a submitted form to a decision asked for, or to what is wrong with which field.
import {
  type DecisionRequest,
  DecisionRequest as DecisionRequestSchema,
  type Verdict,
} from '../../domain/review/decision.ts';
import type { Instant } from '../../domain/time.ts';
import { momentOnDay } from '../../presentation/dates.ts';
import { FIELD } from '../../presentation/slack/answer-fields.ts';
import type { StateValues } from './payloads.ts';

/** The request, or by field (block id) what the person has to change. */
export type ReadAnswer =
  | { readonly request: DecisionRequest }
  | { readonly errors: Readonly<Record<string, string>> };

/** For whom the form is read: days are days of their zone. */
interface Sender {
  readonly now: Instant;
  readonly timeZone: string;
}

/** Reads the fields of one answer. Whether it is allowed is decided later; here it only has to be complete and make sense. */
export function readAnswer(verdict: Verdict, values: StateValues, sender: Sender): ReadAnswer {
  const errors: Record<string, string> = {};
  const raw = collect(verdict, values, sender, errors);
  if (Object.keys(errors).length > 0) return { errors };
  const parsed = DecisionRequestSchema.safeParse(raw);
  if (parsed.success) return { request: parsed.data };
  const fields = parsed.error.issues.map(({ path }) => fieldOf(verdict, String(path[0] ?? '')));
  return { errors: Object.fromEntries(fields.map((field) => [field, 'Please fill this in.'])) };
}

/** The text typed into a field, trimmed; undefined when empty. */
export function textIn(values: StateValues, field: string): string | undefined {
  return values[field]?.[field]?.value?.trim() || undefined;
}

function collect(
  verdict: Verdict,
  values: StateValues,
  sender: Sender,
  errors: Record<string, string>,
): Record<string, unknown> {
  const base = { verdict, reason: textIn(values, FIELD.reason) ?? '' };
  const date = (field: string) => dateIn(values, field, sender, errors);
  switch (verdict) {
    case 'certify':
      return { ...base, ...optional('purpose', textIn(values, FIELD.purpose)) };
    case 'revoke':
      return { ...base, ...optional('credentialIds', chosenIn(values, FIELD.credentials)) };
    case 'reduce':
      return { ...base, to: textIn(values, FIELD.to), ...optional('dueAt', date(FIELD.due)) };
    case 'rotate': {
      const credentialIds = optional('credentialIds', chosenIn(values, FIELD.credentials));
      return { ...base, ...credentialIds, ...optional('dueAt', date(FIELD.due)) };
    }
    case 'retire':
      return { ...base, on: date(FIELD.on) };
    case 'except':
      return { ...base, until: date(FIELD.until), compensatingControl: textIn(values, FIELD.control) };
    case 'reassign':
      return { ...base, to: values[FIELD.person]?.[FIELD.person]?.selected_option?.value };
    case 'not-mine':
      return base;
    default:
      return verdict satisfies never;
  }
}

/** The form's field for a field of the request. */
function fieldOf(verdict: Verdict, requestField: string): string {
  if (verdict === 'reassign' && requestField === 'to') return FIELD.person;
  const renamed: Readonly<Record<string, string>> = {
    credentialIds: FIELD.credentials,
    dueAt: FIELD.due,
    compensatingControl: FIELD.control,
  };
  return renamed[requestField] ?? requestField;
}

function chosenIn(values: StateValues, field: string): readonly string[] | undefined {
  const chosen = values[field]?.[field]?.selected_options?.map(({ value }) => value) ?? [];
  return chosen.length > 0 ? chosen : undefined;
}

/** The end of the chosen day in the sender's zone; undefined, with the error noted, when there is none that lies ahead. */
export function dateIn(
  values: StateValues,
  field: string,
  { now, timeZone }: Sender,
  errors: Record<string, string>,
): Instant | undefined {
  const isoDate = values[field]?.[field]?.selected_date;
  if (!isoDate) return undefined;
  if (!isCalendarDate(isoDate)) {
    errors[field] = 'Please choose a date.';
    return undefined;
  }
  const at = momentOnDay(isoDate, now, timeZone);
  if (at <= now) errors[field] = 'Please choose a day that has not ended yet.';
  return at;
}

function isCalendarDate(text: string): boolean {
  if (!/^[12]\d{3}-\d{2}-\d{2}$/.test(text)) return false;
  const epochMs = Date.parse(`${text}T00:00:00.000Z`);
  return !Number.isNaN(epochMs) && new Date(epochMs).toISOString().startsWith(text);
}

function optional<K extends string, T>(key: K, value: T | undefined): Partial<Record<K, T>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, T>);
}
