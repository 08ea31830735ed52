// CSV as spreadsheets open it (RFC 4180), without letting a cell become a formula.

/** A cell a spreadsheet would evaluate starts with one of these (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;

/** One line, CRLF included. Cells that could be formulas get an apostrophe in front; JSON has the exact text. */
export function csvLine(cells: readonly (string | number | boolean | undefined)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: string | number | boolean | undefined): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const guarded = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(guarded) || guarded !== guarded.trim()
    ? `"${guarded.replaceAll('"', '""')}"`
    : guarded;
}
