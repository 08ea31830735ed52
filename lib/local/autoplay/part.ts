// What somebody says about one identity when they are asked.
import type { ItemView } from '../../application/ports/messenger.ts';
import type { Verdict } from '../../domain/review/decision.ts';
import type { Instant } from '../../domain/time.ts';

/** Fields of the answer form by name: text, an ISO date, a person id or credential ids. */
export type FormFields = Readonly<Record<string, string | readonly string[]>>;

/** An answer somebody is going to give. */
export interface Part {
  readonly sceneId: string;
  readonly verdict: Verdict;
  readonly reason: string;
  /** What else the form asks for, worked out when it is filled in. */
  readonly fields?: (now: Instant, view: ItemView) => FormFields;
  /** Not answered before this day of the quarter. */
  readonly notBeforeDay?: number;
  /** Whoever else the item comes to says what they would say anyway. */
  readonly byPersonId?: string;
  /** Overlooked when it is first asked: silence. */
  readonly silentFirst?: boolean;
  /** The answer when the question is asked again. */
  readonly askedAgain?: Part;
}

/** The part for the round a question is in. */
export function partForRound(part: Part | undefined, round: number): Part | undefined {
  if (part === undefined || round === 0) return part;
  return partForRound(part.askedAgain, round - 1);
}

/** The ISO date `days` days from now, for a form. */
export function dateIn(now: Instant, days: number): string {
  return new Date(Date.parse(now) + days * 86_400_000).toISOString().slice(0, 10);
}
