// Cron expressions of EventBridge Scheduler: six fields, minute first, year last.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
  /** Forms of this field only: `L`, `15W`, `6#3`. */
  readonly special?: RegExp;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const FIELDS: readonly Field[] = [
  { name: 'minutes', min: 0, max: 59 },
  { name: 'hours', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31, special: /^(\?|L|LW|([1-9]|[12]\d|3[01])W)$/ },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'day of week', min: 1, max: 7, names: DAYS, special: /^(\?|L|[1-7]L|([1-7]|[A-Z]{3})#[1-5])$/ },
  { name: 'year', min: 1970, max: 2199 },
];

/** What is wrong with a cron expression of EventBridge Scheduler (without `cron()`); undefined when nothing is. */
export function cronProblem(expression: string): string | undefined {
  const parts = expression.split(' ');
  if (parts.length !== FIELDS.length) {
    return `has ${parts.length} fields; EventBridge wants six: ${FIELDS.map(({ name }) => name).join(', ')}`;
  }
  for (const [at, field] of FIELDS.entries()) {
    const part = parts[at] ?? '';
    if (!isField(part, field)) return `${field.name} cannot be "${part}"; allowed: ${allowed(field)}`;
  }
  const questions = [parts[2], parts[4]].filter((part) => part === '?').length;
  return questions === 1 ? undefined : 'exactly one of day of month and day of week must be "?"';
}

function allowed({ min, max, names }: Field): string {
  return `${min}-${max}${names ? ` or ${names[0]}-${names.at(-1)}` : ''}, "*", lists, ranges and steps`;
}

function isField(text: string, field: Field): boolean {
  if (field.special?.test(text)) return true;
  return text.split(',').every((part) => isPart(part, field));
}

function isPart(text: string, field: Field): boolean {
  const [range = '', step, ...rest] = text.split('/');
  if (rest.length > 0 || (step !== undefined && !(/^\d+$/.test(step) && Number(step) > 0))) return false;
  if (range === '*') return true;
  const ends = range.split('-').map((end) => numberOf(end, field));
  const [from, to = from] = ends;
  return ends.length <= 2 && from !== undefined && to !== undefined && from <= to;
}

function numberOf(text: string, { min, max, names }: Field): number | undefined {
  const named = names?.indexOf(text) ?? -1;
  if (named >= 0) return named + min;
  const value = Number(text);
  return /^\d+$/.test(text) && value >= min && value <= max ? value : undefined;
}
