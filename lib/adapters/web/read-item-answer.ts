// One item's fields as a decision request.
import type { ItemView } from '../../application/ports/messenger.ts';
import { DecisionRequest } from '../../domain/review/decision.ts';
import type { Instant } from '../../domain/time.ts';
import { momentOnDay } from '../../presentation/dates.ts';
import { type ItemField, itemField } from '../../presentation/web/answer-names.ts';
import type { Reader } from '../../presentation/wording.ts';

/** The request, or the field that is wrong and why. */
export type ItemAnswer =
  | { readonly request: DecisionRequest }
  | { readonly field: ItemField; readonly problem: string };

type Raw = Readonly<Record<string, unknown>>;

/** Reads the answer to one item. Days are days where the person is. */
export function readItemAnswer(fields: URLSearchParams, view: ItemView, reader: Reader): ItemAnswer {
  const text = (field: ItemField) => (fields.get(itemField(field, view)) ?? '').trim();
  const verdict = text('verdict');
  const wanting = whatIsWanting(verdict, text, view);
  if (wanting) return wanting;
  const dates = readDates(verdict, text, reader);
  if ('problem' in dates) return dates;
  const base = { verdict, reason: text('reason') };
  const parsed = DecisionRequest.safeParse({
    ...base,
    ...details(verdict, text, fields, view),
    ...dates.given,
  });
  if (parsed.success) return { request: parsed.data };
  const issue = parsed.error.issues[0];
  const field = FIELD_OF[String(issue?.path[0] ?? 'verdict')] ?? 'verdict';
  return { field, problem: `Please check this: ${issue?.message ?? 'it cannot be read'}.` };
}

const FIELD_OF: Readonly<Record<string, ItemField>> = {
  reason: 'reason',
  purpose: 'purpose',
  to: 'to',
  dueAt: 'due',
  on: 'on',
  until: 'until',
  compensatingControl: 'control',
  credentialIds: 'credential',
};

/** What an answer cannot do without. Said before the code is used up. */
function whatIsWanting(
  verdict: string,
  text: (field: ItemField) => string,
  view: ItemView,
): ItemAnswer | undefined {
  const missing = (field: ItemField, problem: string) =>
    text(field) === '' ? { field, problem } : undefined;
  switch (verdict) {
    case 'certify':
      return view.snapshot.identity.purpose.known
        ? undefined
        : missing('purpose', 'Please say what it is for, or keep it as a time-bound exception.');
    case 'reduce':
      return missing('to', 'Please say what to reduce it to.');
    case 'retire':
      return missing('on', 'Please say on which day.');
    case 'except':
      return (
        missing('until', 'Please say until when.') ??
        missing('control', 'Please say what protects us meanwhile.') ??
        missing('reason', 'An exception needs a reason.')
      );
    case 'reassign':
      return missing('person', 'Please say to whom.');
    default:
      return undefined;
  }
}

function details(
  verdict: string,
  text: (field: ItemField) => string,
  fields: URLSearchParams,
  view: ItemView,
): Raw {
  switch (verdict) {
    case 'certify':
      return text('purpose') === '' ? {} : { purpose: text('purpose') };
    case 'revoke':
    case 'rotate':
      return credentialsIn(fields, view);
    case 'reduce':
      return { to: text('to') };
    case 'except':
      return { compensatingControl: text('control') };
    case 'reassign':
      return { to: text('person') };
    default:
      return {};
  }
}

/** Positions ticked, as the ids in the very snapshot that was shown. */
function credentialsIn(fields: URLSearchParams, view: ItemView): Raw {
  const ticked = fields.getAll(itemField('credential', view));
  if (ticked.length === 0) return {};
  const { credentials } = view.snapshot.identity;
  const ids = ticked.map(
    (position) => credentials[/^\d{1,4}$/.test(position) ? Number(position) : -1]?.credentialId,
  );
  return { credentialIds: ids };
}

const DATES: Readonly<Record<string, readonly [field: ItemField, name: string]>> = {
  reduce: ['due', 'dueAt'],
  rotate: ['due', 'dueAt'],
  retire: ['on', 'on'],
  except: ['until', 'until'],
};

function readDates(
  verdict: string,
  text: (field: ItemField) => string,
  reader: Reader,
): { readonly given: Raw } | { readonly field: ItemField; readonly problem: string } {
  const [field, name] = DATES[verdict] ?? [];
  if (!field || !name || text(field) === '') return { given: {} };
  const at = momentOf(text(field), reader);
  if (at === undefined) return { field, problem: 'Please give a date, as in 2026-11-24.' };
  if (at <= reader.now) return { field, problem: 'That day is not ahead.' };
  return { given: { [name]: at } };
}

function momentOf(text: string, { now, timeZone }: Reader): Instant | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  try {
    return momentOnDay(text, now, timeZone);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
