// How fast people may be written to: one pace for the whole workspace and the whole mail account, however many send.
import type { NoticePurpose } from '../../domain/chase/notice.ts';
import type { Person } from '../../domain/review/person.ts';
import type { Instant } from '../../domain/time.ts';
import type { Messenger } from './messenger.ts';

/** What is paced. `slack-first`: a first message to somebody, whose conversation has to be opened as well. */
export type PaceLane = 'slack' | 'slack-first' | 'email';

/** Who goes first when there is not room for all. A code waits for nobody; a summary for everybody. */
export type Urgency = 'now' | 'soon' | 'whenever';

/**
 * An answer to "may I send one?". A duration, not an instant: pace goes by real time, and whoever has to wait may live by
 * another clock.
 */
export type Admission =
  | {
      readonly go: true;
      /** Says that it was not sent after all, so that somebody else may. */
      unused(): void;
    }
  | { readonly go: false; readonly waitMs: number };

/** The pace port. Adapters: within one process, and shared through a table; both pass one contract. */
export interface Pace {
  /** Asked before a notice is claimed, so that nothing is claimed that cannot go. */
  admit(lane: PaceLane, urgency: Urgency): Promise<Admission>;
  /** The provider asked to wait: from now on nobody sends on that lane before it is over. */
  told(lane: PaceLane, retryAfterMs: number): Promise<void>;
}

/** Lets everything go at once. */
export const unpaced: Pace = {
  admit: async () => ({ go: true, unused: () => undefined }),
  told: async () => undefined,
};

/** How urgent a notice is. */
export function urgencyOf(purpose: NoticePurpose): Urgency {
  if (purpose === 'one-time-code') return 'now';
  return purpose === 'weekly-summary' || purpose === 'findings' ? 'whenever' : 'soon';
}

/** What stands before a message to somebody: the lane it goes by, or why it cannot reach them, which needs no sending. */
export type Readiness = { readonly lane: PaceLane } | { readonly undeliverable: string };

/** A messenger that knows this ahead; others send on the lane of their channel. */
export interface PacedMessenger extends Messenger {
  /** @param now by the business clock */
  ready?(to: Person, now: Instant): Promise<Readiness>;
}
