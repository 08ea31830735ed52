// What every page on the terminal is drawn with.
import type { Reader } from '../wording.ts';
import type { Paint } from './paint.ts';

/** Who looks, with which colours, how wide. */
export interface Look extends Reader {
  readonly paint: Paint;
  /** Columns of the terminal; absent where a program reads: nothing is cut. */
  readonly width?: number | undefined;
}

/** A tier's colour. */
export function tierPaint(paint: Paint, tier: string): (text: string) => string {
  if (tier.trim() === 'critical') return paint.bad;
  return tier.trim() === 'high' ? paint.warn : (text) => text;
}

/** `12 critical, 3 high`, or the words for nothing. */
export function countsText(counts: Readonly<Record<string, number>>, nothing = 'none'): string {
  const parts = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`);
  return parts.length === 0 ? nothing : parts.join(', ');
}

/** A heading over what follows. */
export function heading({ paint }: Look, text: string): string {
  return `\n${paint.bold(text)}\n`;
}
