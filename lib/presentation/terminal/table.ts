// Tables for people. Every cell is one visible line: what comes from identities is attacker-controlled and may hold
// escape sequences that would move the cursor, forge lines or write to the clipboard.
import { oneLine } from '../web/safe-text.ts';
import { cutTo, widthOf } from './width.ts';

/** One column. */
export interface Column {
  readonly title: string;
  /** Numbers stand right. */
  readonly align?: 'left' | 'right';
  /** Gives way first when the terminal is too narrow; never below eight columns. */
  readonly flexible?: boolean;
  /** Colours a finished cell. */
  readonly paint?: (text: string, row: readonly string[]) => string;
}

/** How a table is drawn. */
export interface TableOptions {
  /** Columns of the terminal; absent: nothing is cut. */
  readonly width?: number | undefined;
  readonly heading?: ((text: string) => string) | undefined;
}

const GAP = '  ';
const NARROWEST = 8;

/** Draws a table, a line a row, ending in a newline; an empty text when there are no rows. */
export function tableOf(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string {
  if (rows.length === 0) return '';
  const clean = rows.map((row) => columns.map((_, index) => oneLine(row[index] ?? '', 2000)));
  const widths = fit(columns, clean, options.width);
  const heading = options.heading ?? ((text: string) => text);
  const lines = [
    joined(columns.map((column, index) => heading(padded(column.title, widths[index] ?? 0, column)))),
    ...clean.map((row) =>
      joined(
        columns.map((column, index) => {
          const cell = padded(row[index] ?? '', widths[index] ?? 0, column);
          return column.paint ? column.paint(cell, row) : cell;
        }),
      ),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** Names on the left, values on the right; values may be many lines and are taken as they are. */
export function pairsOf(pairs: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(0, ...pairs.map(([name]) => widthOf(name)));
  const lines = pairs.map(([name, value]) => {
    const indented = value.split('\n').join(`\n${' '.repeat(width + GAP.length)}`);
    return `${padded(name, width, { title: name })}${GAP}${indented}`.trimEnd();
  });
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function fit(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number | undefined,
): number[] {
  const widths = columns.map(({ title }, index) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[index] ?? ''))),
  );
  if (width === undefined) return widths;
  const gaps = GAP.length * (columns.length - 1);
  for (;;) {
    const over = widths.reduce((sum, each) => sum + each, gaps) - width;
    if (over <= 0) return widths;
    const widest = widestFlexible(columns, widths);
    if (widest === undefined) return widths;
    widths[widest] = Math.max(NARROWEST, (widths[widest] ?? 0) - 1);
  }
}

function widestFlexible(columns: readonly Column[], widths: readonly number[]): number | undefined {
  let widest: number | undefined;
  for (const [index, column] of columns.entries()) {
    const width = widths[index] ?? 0;
    if (column.flexible !== true || width <= NARROWEST) continue;
    if (widest === undefined || width > (widths[widest] ?? 0)) widest = index;
  }
  return widest;
}

function padded(text: string, width: number, { align = 'left' }: Column): string {
  const cut = cutTo(text, width);
  const space = ' '.repeat(Math.max(0, width - widthOf(cut)));
  return align === 'right' ? `${space}${cut}` : `${cut}${space}`;
}

function joined(cells: readonly string[]): string {
  return cells.join(GAP).trimEnd();
}
