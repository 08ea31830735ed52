// What the person is told once their answer is taken.
import type { NormalisedDecision } from '../domain/review/validate-decision.ts';
import type { Instant } from '../domain/time.ts';
import type { StepUpOffer } from './ports/step-up.ts';

/** The answer and what follows from it, in a sentence or two. */
export function outcomeText(
  decision: NormalisedDecision,
  name: string,
  awaitingSecond: boolean,
  offer?: StepUpOffer,
): string {
  const orSignIn = offer ? ` Or sign in and answer there, and it counts at once: ${offer.url}` : '';
  const second = awaitingSecond
    ? ` It counts once a second person agrees; they have been asked.${orSignIn}`
    : '';
  const day = (at: Instant | undefined) => at?.slice(0, 10) ?? '';
  switch (decision.verdict) {
    case 'certify':
      return `Kept: ${name}, until ${day(decision.validUntil)}.${second}`;
    case 'revoke':
      return `${name} will be switched off. You can undo that until it is deleted.${second}`;
    case 'reduce':
    case 'rotate':
      return `Noted: ${decision.verdict} ${name} by ${day(decision.promise?.dueAt)}. We will check.${second}`;
    case 'retire':
      return `${name} retires on ${day(decision.promise?.dueAt)}.${second}`;
    case 'except':
      return `Exception for ${name} asked for until ${day(decision.exception?.until)}; it needs an approver who is not you.`;
    default:
      return decision.verdict satisfies never;
  }
}
