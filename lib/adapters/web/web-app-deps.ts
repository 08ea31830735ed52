// What the web app is given.
import type { Clock } from '../../application/ports/clock.ts';
import type { HearCallback } from '../../application/removal/hear-callback.ts';
import type { ReviewActions } from '../../application/review-actions.ts';
import type { ReviewLinks } from '../../application/review-links.ts';
import type { SummaryChoice } from '../../application/summary/summary-choice.ts';

/** Tells operators what failed. Never given a path: it holds a link's token. */
export type LogProblem = (entry: {
  readonly message: string;
  readonly route: string;
  readonly error: unknown;
}) => void;

/** Dependencies of the web app. */
export interface WebAppDeps {
  readonly links: Pick<ReviewLinks, 'reader' | 'askForCode' | 'checkCode'>;
  /** Stops weekly summaries. Absent: there is no such door. */
  readonly summaries?: Pick<SummaryChoice, 'check' | 'choose'> | undefined;
  readonly actions: ReviewActions;
  readonly clock: Clock;
  /** At least 32 unguessable characters, from the secret store; signs browser cookies and form tokens. */
  readonly cookieSecret: string;
  /** True wherever the app is reached by HTTPS; false only on the embedded stack. */
  readonly secureCookies: boolean;
  /** Hears systems that say that work has ended. Absent: there is no such door. */
  readonly hearCallback?: HearCallback | undefined;
  readonly log: LogProblem;
}
