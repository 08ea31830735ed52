// What every use case is given.
import type { Attestor } from './attest.ts';
import type { Blobs } from './ports/blobs.ts';
import type { Channels } from './ports/channels.ts';
import type { Clock } from './ports/clock.ts';
import type { Connectors } from './ports/connectors.ts';
import type { Expressions } from './ports/expressions.ts';
import type { People } from './ports/people.ts';
import type { ReviewStore } from './ports/review-store.ts';
import type { Randomness } from './ports/secrets.ts';
import type { StepUp } from './ports/step-up.ts';

/** The ports nearly every use case needs. */
export interface Environment {
  readonly store: ReviewStore;
  readonly blobs: Blobs;
  readonly people: People;
  readonly attestor: Attestor;
  readonly clock: Clock;
  /** Real time, for leases between running functions only. */
  readonly wallClock: Clock;
  readonly randomness: Randomness;
  readonly connectors: Connectors;
  readonly expressions: Expressions;
  /** A stronger sign-in than Slack or a mailbox. Absent: there is none, and a second person is asked instead. */
  readonly stepUp?: StepUp | undefined;
  /** Channels of the workspace. Absent: there are none, and people alone are told. */
  readonly channels?: Channels | undefined;
  /** A stack for trying things out: its definitions may be armed without having earned it in shadow. */
  readonly armsFreely?: true | undefined;
}
