/** Structured logging: a static message and ids, never contents. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/**
 * One JSON object a line, to `write`. Errors are written as name, code and message.
 * @param context fields that every line carries: what it is part of
 */
export function jsonLog(
  write: (line: string) => void,
  now: () => string,
  context: () => Readonly<Record<string, unknown>> = () => ({}),
): Log {
  const entry =
    (level: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
      const line = { at: now(), level, message, ...context(), ...fields };
      write(JSON.stringify(line, (_key, value: unknown) => plainError(value)));
    };
  return { info: entry('info'), warn: entry('warn'), error: entry('error') };
}

/** Of errors that came together, as many are told. */
const MOST_ERRORS = 5;

/** Our own errors say in words what is wrong; where the code was is worth a line only for the others. */
function plainError(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message } = value;
  // JSON leaves out what came together: without it, nobody would know why.
  if (value instanceof AggregateError) return { name, message, errors: value.errors.slice(0, MOST_ERRORS) };
  if ('code' in value && typeof value.code === 'string') return { name, message, code: value.code };
  return { name, message, stack: value.stack?.split('\n').slice(1, 4).join(' | ') };
}
