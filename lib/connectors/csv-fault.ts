// Where in a CSV file the parser stopped, in one place and in our order: file, line, fault.
import type { CsvError } from 'csv-parse';
import { InvalidInputError } from '../domain/errors.ts';

/**
 * The parser's error as ours. Its own message names the line at its end; `lastLine` is used where it names none.
 * @param lastLine the line of the last row that was read, counted from 1
 */
export function malformedCsv(error: CsvError, file: string, lastLine: number): InvalidInputError {
  const said = / (?:on|at) line (\d+)/.exec(error.message);
  const line = said?.[1] ?? String(lastLine + 1);
  const fault = said ? error.message.replace(said[0], '') : error.message;
  return new InvalidInputError({
    code: 'MALFORMED_FILE',
    message: `${file}: line ${line}: ${fault}`,
    cause: error,
  });
}
