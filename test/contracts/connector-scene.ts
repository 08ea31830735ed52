// What a connector's contract works on: a connector over a real or stand-in system, and hooks that say more about it.
import type { Connector } from '../../lib/application/ports/connector.ts';
import type { Identity } from '../../lib/domain/identity/identity.ts';
import type { Instant } from '../../lib/domain/time.ts';

/** A connector over a system that has at least one identity that is on. */
export interface ConnectorScene {
  readonly connector: Connector;
  now: () => Instant;
  /** An identity of the scene to switch off, as collected. */
  choose(identities: readonly Identity[]): Identity;
  /** Takes the chosen identity out of the system behind the connector's back. */
  vanish(): Promise<void> | void;
  close(): Promise<void>;
  /**
   * The chosen identity as the system itself has it, read past the connector: every status and document that a
   * switch-off could touch, compared by value. Leaves out what differs between two equal acts, such as the time of one.
   * Without it the contract believes `locate`.
   */
  state?(): Promise<unknown>;
  /** Puts the chosen identity into another state it may be found in: the same one for the same seed. */
  vary?(seed: number): Promise<void> | void;
  /** Failures between the connector and its system; pass `{ faults: true }` to `describeConnector`. */
  readonly faults?: SceneFaults;
  /** Values that must never be told: passwords, secret keys, tokens. */
  secrets?(): readonly string[];
  /** What the connector noted (`context.note`). */
  notes?(): readonly string[];
}

/** Failures played on purpose. Planning one forgets what was planned before. */
export interface SceneFaults {
  /** Calls made to the system since the scene was opened, failed ones included. */
  calls(): number;
  /** The n-th call from now (1: the next) fails and has no effect. */
  failCall(n: number): void;
  /** The n-th call from now takes effect, and its answer never comes. */
  timeoutAfterEffect(n: number): void;
  /** Every call from now on is refused as one too many; pass `{ throttling: true }` to `describeConnector`. */
  throttle?(): void;
  /** Most calls that one act, or one collection, may make while everything is refused (default 10). */
  readonly throttledCalls?: number;
  /** Forgets what was planned: calls go through again. Needed with `throttle`. */
  heal?(): void;
}

/** What a scene offers beyond the minimum, told when the tests are declared. */
export interface SceneOffers {
  readonly faults?: boolean;
  readonly throttling?: boolean;
}
