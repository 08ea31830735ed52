// What a log said of switching something off, with the day it was read.
import type { ImpactRef } from '../domain/removal/removal.ts';
import { momentWords } from './dates.ts';
import type { Reader } from './wording.ts';

/** The finding in a sentence, and when its log was read; that there was none is said, never that nothing would be lost. */
export function impactWords(impact: ImpactRef | undefined, { timeZone }: Pick<Reader, 'timeZone'>): string {
  if (!impact) return 'no log to replay';
  return `${impact.summary}; looked up ${momentWords(impact.until, timeZone)}`;
}
