// Every share is published with what it is a share of.

/** Part of a whole. An empty whole gives no share, never 0 % or 100 %. */
export interface Ratio {
  readonly numerator: number;
  readonly denominator: number;
}

/** How many of the rows fulfil a condition, of all rows. */
export function ratioOf<T>(rows: readonly T[], fulfils: (row: T) => boolean): Ratio {
  return { numerator: rows.filter(fulfils).length, denominator: rows.length };
}

/** The share as a number from 0 to 1; undefined when there is nothing it could be a share of. */
export function shareOf({ numerator, denominator }: Ratio): number | undefined {
  return denominator === 0 ? undefined : numerator / denominator;
}

/** Nearest-rank percentile (0 < p ≤ 100): a value that really occurred; undefined when there is none. */
export function percentile(values: readonly number[], p: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)];
}
