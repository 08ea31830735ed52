// One logged use of an identity, and one window of such uses, as a rule looks at them.
import type { Instant } from '../time.ts';

/** One logged use. It holds no request parameters, no tokens. */
export interface LoggedUse {
  readonly eventId: string;
  readonly at: Instant;
  /** `s3:GetObject`, `login`: in the words of the system's permissions where it has them. */
  readonly action: string;
  readonly resource?: string | undefined;
  /** Who called: a session, an application, an address. */
  readonly caller: string;
  readonly credentialId?: string | undefined;
  readonly outcome: 'allowed' | 'refused' | 'unknown';
}

/** What is known of a window of a log beside its events. */
export interface LogWindow {
  /** The log, in words, with what it does not hold. */
  readonly source: string;
  readonly from: Instant;
  readonly until: Instant;
  readonly completeness: 'complete' | 'partial';
  /** What is missing, when it is partial. */
  readonly gap?: string | undefined;
}
